//! Attestar compiles Markdown certificate records into a static certificate register site.

pub mod audit;
pub mod batch;
pub mod cache;
pub mod config;
pub mod credential;
pub mod diag;
pub mod fields;
pub mod keyring;
pub mod ledger;
pub mod load;
pub mod markdown;
pub mod model;
pub mod output;
pub mod pipeline;
pub mod proof;
pub mod scaffold;
pub mod seal;
pub mod search;
#[cfg(feature = "serve")]
pub mod serve;
pub mod site;
pub mod theme;
pub mod timing;
pub mod tlog;
pub mod verify;
