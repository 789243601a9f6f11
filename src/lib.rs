//! Attestar compiles Markdown certificate records into a static certificate register site.

pub mod config;
pub mod diag;
pub mod fields;
pub mod load;
pub mod markdown;
pub mod model;
