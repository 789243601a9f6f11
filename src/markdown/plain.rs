//! The words of a text without what shapes them: what a search looks in.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::markdown::{
    heading::{Ids, outline},
    parse,
};

/// What stands below a heading, or above the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading's id; empty above the first.
    pub id: String,
    /// The heading's words.
    pub heading: String,
    /// The words below it.
    pub text: String,
}

/// The sections of a text in which something stands, in order.
pub fn sections(text: &str) -> Vec<Section> {
    let events = parse(text);
    let mut headings = outline(&events, &mut Ids::default()).into_iter();
    let mut found = Vec::new();
    let mut section = Section::default();
    let mut in_heading = false;
    for event in &events {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                let (id, heading) = match headings.next() {
                    Some((heading, _)) => (heading.id, heading.text),
                    None => (String::new(), String::new()),
                };
                let next = Section { id, heading, text: String::new() };
                found.push(std::mem::replace(&mut section, next));
                in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            _ if in_heading => {}
            Event::Text(words) | Event::Code(words) => section.text.push_str(words),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::CodeBlock,
            ) if !section.text.is_empty() && !section.text.ends_with(' ') => {
                section.text.push(' ');
            }
            _ => {}
        }
    }
    found.push(section);
    for section in &mut found {
        section.text.truncate(section.text.trim_end().len());
    }
    found.retain(|section| !section.heading.is_empty() || !section.text.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_under_their_headings() {
        let text = "Before *it*.\n\n## 怎样 `查`\n\n- one\n- [two](x)\nthree\n\n### Empty\n";
        let found = sections(text);
        let found: Vec<_> = found.iter().map(|s| [&*s.id, &*s.heading, &*s.text]).collect();
        assert_eq!(
            found,
            [
                ["", "", "Before it."],
                ["怎样-查", "怎样 查", "one two three"],
                ["empty", "Empty", ""]
            ]
        );
        assert!(sections("").is_empty());
    }
}
