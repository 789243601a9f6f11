//! Footnotes: numbered as they are first referred to, and written at the end.

use std::collections::{BTreeMap, HashMap, HashSet};

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use crate::markdown::heading::Ids;

/// The footnotes of a text.
#[derive(Debug, Default)]
pub(super) struct Notes<'t> {
    defined: HashSet<CowStr<'t>>,
    numbers: HashMap<CowStr<'t>, usize>,
    by_number: BTreeMap<usize, Note<'t>>,
}

#[derive(Debug, Default)]
struct Note<'t> {
    id: String,
    /// The ids of the places that refer to it.
    places: Vec<String>,
    content: Vec<Event<'t>>,
}

impl<'t> Notes<'t> {
    /// The footnotes that a text defines.
    pub(super) fn of(events: &[Event<'t>]) -> Self {
        let name = |event: &Event<'t>| match event {
            Event::Start(Tag::FootnoteDefinition(name)) => Some(name.clone()),
            _ => None,
        };
        Self { defined: events.iter().filter_map(name).collect(), ..Self::default() }
    }

    fn number(&mut self, name: &CowStr<'t>, ids: &mut Ids) -> usize {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(name.clone()).or_insert(next);
        let note = self.by_number.entry(number).or_default();
        if note.id.is_empty() {
            note.id = ids.take(format!("fn-{number}"));
        }
        number
    }

    /// A reference. It never stands inside a link: the parser makes no link around it.
    pub(super) fn refer(&mut self, name: &CowStr<'t>, ids: &mut Ids) -> Event<'t> {
        if !self.defined.contains(name) {
            return Event::Text(format!("[^{name}]").into());
        }
        let number = self.number(name, ids);
        let note = self.by_number.entry(number).or_default();
        let place = ids.take(format!("fnref-{number}"));
        let html = format!("<sup><a href=\"#{}\" id=\"{place}\">{number}</a></sup>", note.id);
        note.places.push(place);
        Event::InlineHtml(html.into())
    }

    /// Keeps the text of a footnote for the end.
    pub(super) fn define(&mut self, name: &CowStr<'t>, content: Vec<Event<'t>>, ids: &mut Ids) {
        let number = self.number(name, ids);
        self.by_number.entry(number).or_default().content.extend(content);
    }

    /// All footnotes in order, each with the ways back.
    pub(super) fn write(self, out: &mut Vec<Event<'t>>) {
        if self.by_number.is_empty() {
            return;
        }
        let html = |text: String| Event::Html(text.into());
        out.push(html("<section class=\"footnotes\"><ol>\n".to_owned()));
        for Note { id, places, mut content } in self.by_number.into_values() {
            let back = |place| format!(" <a href=\"#{place}\">↩\u{FE0E}</a>");
            let back: String = places.iter().map(back).collect();
            let end = match content.last() {
                Some(Event::End(TagEnd::Paragraph)) => content.len() - 1,
                _ => content.len(),
            };
            content.insert(end, Event::InlineHtml(back.into()));
            out.push(html(format!("<li id=\"{id}\">\n")));
            out.append(&mut content);
            out.push(html("</li>\n".to_owned()));
        }
        out.push(html("</ol></section>\n".to_owned()));
    }
}
