//! Tables, with header cells that say so and without the inline styles that a page may not have.

use std::mem;

use pulldown_cmark::{Alignment, Tag, TagEnd};

/// The table being written.
#[derive(Debug, Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    /// The cell tag of the part being written.
    cell: &'static str,
    column: usize,
}

impl Table {
    /// The HTML of the start of a part of a table; None when it is no such part.
    pub(super) fn start(&mut self, tag: &mut Tag<'_>) -> Option<&'static str> {
        match tag {
            Tag::Table(alignments) => {
                self.alignments = mem::take(alignments);
                Some("<table>\n")
            }
            Tag::TableHead => {
                (self.cell, self.column) = ("th", 0);
                Some("<thead><tr>")
            }
            Tag::TableRow => {
                (self.cell, self.column) = ("td", 0);
                Some("<tr>")
            }
            Tag::TableCell => {
                let right = self.alignments.get(self.column) == Some(&Alignment::Right);
                self.column += 1;
                Some(match (self.cell, right) {
                    ("th", true) => "<th scope=\"col\" class=\"numeric\">",
                    ("th", false) => "<th scope=\"col\">",
                    (_, true) => "<td class=\"numeric\">",
                    (_, false) => "<td>",
                })
            }
            _ => None,
        }
    }

    /// The HTML of the end of a part of a table; None when it is no such part.
    pub(super) fn end(&self, tag: TagEnd) -> Option<&'static str> {
        match tag {
            TagEnd::Table => Some("</tbody></table>\n"),
            TagEnd::TableHead => Some("</tr></thead><tbody>\n"),
            TagEnd::TableRow => Some("</tr>\n"),
            TagEnd::TableCell => Some(if self.cell == "th" { "</th>" } else { "</td>" }),
            _ => None,
        }
    }
}
