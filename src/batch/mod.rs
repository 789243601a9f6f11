//! Lists of certificates: reads them as people have them, finds what each line means, and answers
//! it. The page does the same (`assets/table.js`, `lines.js`), and a test holds the two together.
//!
//! What the index says is a hint only: whatever it leads to is an entry, and that is verified. A name
//! or a code that several certificates answer to is asked back, never guessed.

mod answered;
mod book;
mod cell;
mod choose;
mod names;
mod query;
mod record;
mod remark;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod words;
mod xml;

pub use answered::{Answered, Candidate, How};
pub use choose::Batch;
pub use record::{AnsweredRecord, answers};
pub use remark::Remark;
pub use table::{Fault, Line, Table, TableError};
