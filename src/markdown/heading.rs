//! Headings, and the ids by which links reach them.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use crate::markdown::parse;

/// A heading of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The part after `#` in a link to it; no other element of the text has it.
    pub id: String,
    /// Its words, without marks.
    pub text: String,
    /// From 2 to 6, as in `<h2>`.
    pub depth: u8,
}

/// The ids of a text's headings, in order. One that the author gives twice stands here twice; the
/// page would number the second.
pub fn headings(text: &str) -> Vec<String> {
    let found = outline(&parse(text), &mut Ids::default());
    found.into_iter().map(|(heading, given)| given.unwrap_or(heading.id)).collect()
}

/// The ids of a page, each with the last number given to another that wanted it.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: HashMap<String, usize>,
}

impl Ids {
    /// Keeps an id for who is to have it.
    fn reserve(&mut self, id: &str) {
        self.taken.entry(id.to_owned()).or_insert(1);
    }

    /// An id that is not taken: the one asked for, or with a number.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let Some(last) = self.taken.get(&wanted) else {
            self.reserve(&wanted);
            return wanted;
        };
        let mut number = last + 1;
        while self.taken.contains_key(&format!("{wanted}-{number}")) {
            number += 1;
        }
        let id = format!("{wanted}-{number}");
        self.reserve(&id);
        self.taken.insert(wanted, number);
        id
    }
}

/// The headings of a text, each with the id that the author gave it.
pub(super) fn outline(events: &[Event<'_>], ids: &mut Ids) -> Vec<(Heading, Option<String>)> {
    let mut found = Vec::new();
    let mut inside = false;
    for event in events {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                let given = id.as_deref().filter(|id| is_id(id)).map(ToOwned::to_owned);
                found.push((*level, given, String::new()));
                inside = true;
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) if inside => {
                found.last_mut().expect("a heading is open").2.push_str(words);
            }
            Event::SoftBreak | Event::HardBreak if inside => {
                found.last_mut().expect("a heading is open").2.push(' ');
            }
            _ => {}
        }
    }
    // An id that the author gives is not to be changed by a heading above that has it by chance.
    let given = found.iter().filter_map(|(_, given, _)| given.clone());
    let mut firsts: HashSet<String> = given.inspect(|id| ids.reserve(id)).collect();
    // A text may begin at `#` or, with its title elsewhere, at `##`.
    let below = u8::from(found.iter().any(|(level, ..)| *level == HeadingLevel::H1));
    let heading = |(level, given, text): (HeadingLevel, Option<String>, String)| {
        let id = match &given {
            Some(id) if firsts.remove(id) => id.clone(),
            Some(id) => ids.take(id.clone()),
            None => ids.take(slug(&text)),
        };
        let depth = (level as u8 + below).min(6);
        (Heading { id, text: text.trim().to_owned(), depth }, given)
    };
    found.into_iter().map(heading).collect()
}

fn is_id(id: &str) -> bool {
    let allowed = |b| matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    !id.is_empty() && id.bytes().all(allowed)
}

/// The words of a heading with hyphens between them.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "section".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let found = outline(&parse(text), &mut Ids::default());
        found.into_iter().map(|(heading, _)| heading.id).collect()
    }

    #[test]
    fn ids_are_the_authors_or_made_of_the_words() {
        assert_eq!(ids("## 组织架构 {#clause-5.1.1}"), ["clause-5.1.1"]);
        assert_eq!(
            ids("# 怎样 *读* `这一页`?\n## A  b—C\n## !"),
            ["怎样-读-这一页", "a-b-c", "section"]
        );
        assert_eq!(ids("# A {#x\"y}\n# B {.note onclick=x #é}"), ["a", "b"]);
    }

    #[test]
    fn ids_are_unique_and_given_ones_come_first() {
        assert_eq!(ids("# A\n# A\n# A-2\n# B {#a}\n# C {#a}"), ["a-2", "a-3", "a-2-2", "a", "a-4"]);
        assert_eq!(headings("# A\n# A\n# B {#b}\n# C {#b}"), ["a", "a-2", "b", "b"]);
    }

    #[test]
    fn the_highest_heading_is_below_the_pages_title() {
        let depths = |text: &str| -> Vec<u8> {
            let found = outline(&parse(text), &mut Ids::default());
            found.iter().map(|(heading, _)| heading.depth).collect()
        };
        assert_eq!(depths("# a\n## b\n###### c"), [2, 3, 6]);
        assert_eq!(depths("## a\n### b"), [2, 3]);
    }
}
