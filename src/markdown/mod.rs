//! Markdown to HTML that can be trusted, from text that cannot.
//!
//! Raw HTML comes out as the text it is. Links lead to where a [`Links`] says and nowhere else, and
//! only over http, https and mailto; a link that may not be one comes out as its text, a picture as
//! its description. Headings begin at `<h2>`, below the page's title. No attribute of the output is
//! the author's, but for addresses, titles, descriptions, a code block's language and heading ids.
//!
//! Known hole: a heading's id is not prefixed, so that links to it stay what the author wrote; a
//! template must not give its own elements ids that its script relies on and a heading could have.

mod heading;
mod html;
mod link;
mod notes;
mod place;
mod plain;
mod table;

pub use heading::{Heading, headings};
pub use html::{Html, to_html};
pub use link::{LinkKind, Links, Reference, Target, references};
pub use place::{Place, resolve};
pub use plain::{Section, sections};

use pulldown_cmark::{Event, Options, Parser};

/// Standard Markdown, and what tables, footnotes and task lists need. No smart punctuation: what stands on
/// a certificate is not to be altered.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

fn parse(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, OPTIONS).collect()
}

#[cfg(test)]
mod tests;
