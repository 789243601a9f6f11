//! The writer: what the parser found, with everything replaced that cannot be trusted.

use std::{mem, vec};

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd, html};

use crate::markdown::{
    LinkKind, Links,
    heading::{Heading, Ids, outline},
    link::{self, Reach},
    notes::Notes,
    parse,
    table::Table,
};

/// A text as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html {
    /// Safe to stand in a page as it is.
    pub html: String,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
}

/// A text as HTML, with the links that `links` allows.
pub fn to_html(text: &str, links: &dyn Links) -> Html {
    let events = parse(text);
    let mut ids = Ids::default();
    let headings: Vec<_> =
        outline(&events, &mut ids).into_iter().map(|(heading, _)| heading).collect();
    let mut writer = Writer {
        links,
        ids,
        headings: headings.clone().into_iter(),
        level: HeadingLevel::H2,
        notes: Notes::of(&events),
        out: Vec::with_capacity(events.len()),
        definitions: Vec::new(),
        link_ends: Vec::new(),
        picture: None,
        table: Table::default(),
    };
    for event in events {
        writer.event(event);
    }
    let Writer { mut out, notes, .. } = writer;
    notes.write(&mut out);
    let mut html = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut html, out.into_iter());
    Html { html, headings }
}

struct Writer<'t> {
    links: &'t dyn Links,
    ids: Ids,
    /// Those that are still to come.
    headings: vec::IntoIter<Heading>,
    /// That of the last heading.
    level: HeadingLevel,
    notes: Notes<'t>,
    /// What is to be written, of the footnote that is open or else of the text.
    out: Vec<Event<'t>>,
    /// The footnotes that are open, each with what was written before it.
    definitions: Vec<(CowStr<'t>, Vec<Event<'t>>)>,
    /// What ends each of the links that are open.
    link_ends: Vec<&'static str>,
    picture: Option<Picture>,
    table: Table,
}

/// A picture whose description is being read.
struct Picture {
    src: Option<String>,
    title: String,
    alt: String,
    depth: usize,
}

impl<'t> Writer<'t> {
    fn event(&mut self, event: Event<'t>) {
        if let Some(picture) = self.picture.take() {
            self.describe(picture, event);
            return;
        }
        let event = match event {
            Event::Start(tag) => return self.start(tag),
            Event::End(tag) => return self.end(tag),
            Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
            Event::FootnoteReference(name) => self.notes.refer(&name, &mut self.ids),
            Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
            other => other,
        };
        self.out.push(event);
    }

    fn start(&mut self, mut tag: Tag<'t>) {
        if let Some(html) = self.table.start(&mut tag) {
            return self.out.push(Event::Html(html.into()));
        }
        let tag = match tag {
            Tag::HtmlBlock => Tag::Paragraph,
            Tag::Heading { .. } => self.heading(),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Tag::CodeBlock(language(&info)),
            Tag::Link { link_type, dest_url, title, .. } => {
                return self.link(&link::destination(link_type, &dest_url), &title);
            }
            Tag::Image { dest_url, title, .. } => {
                let src = link::href(self.links, &dest_url, LinkKind::Image).map(|(src, _)| src);
                let (title, alt, depth) = (title.into_string(), String::new(), 0);
                self.picture = Some(Picture { src, title, alt, depth });
                return;
            }
            Tag::FootnoteDefinition(name) => {
                self.definitions.push((name, mem::take(&mut self.out)));
                return;
            }
            other => other,
        };
        self.out.push(Event::Start(tag));
    }

    fn end(&mut self, tag: TagEnd) {
        if let Some(html) = self.table.end(tag) {
            return self.out.push(Event::Html(html.into()));
        }
        let event = match tag {
            TagEnd::HtmlBlock => Event::End(TagEnd::Paragraph),
            TagEnd::Heading(_) => Event::End(TagEnd::Heading(self.level)),
            TagEnd::Link => Event::InlineHtml(self.link_ends.pop().unwrap_or_default().into()),
            TagEnd::FootnoteDefinition => {
                if let Some((name, before)) = self.definitions.pop() {
                    let content = mem::replace(&mut self.out, before);
                    self.notes.define(&name, content, &mut self.ids);
                }
                return;
            }
            other => Event::End(other),
        };
        self.out.push(event);
    }

    fn heading(&mut self) -> Tag<'t> {
        let heading = self.headings.next().expect("the outline has every heading");
        self.level = HeadingLevel::try_from(usize::from(heading.depth)).expect("a depth is 2 to 6");
        let id = Some(heading.id.into());
        Tag::Heading { level: self.level, id, classes: Vec::new(), attrs: Vec::new() }
    }

    fn link(&mut self, destination: &str, title: &str) {
        let Some((href, reach)) = link::href(self.links, destination, LinkKind::Link) else {
            self.link_ends.push("");
            return;
        };
        let rel = match reach {
            Reach::Outside => " rel=\"noopener noreferrer external\"",
            _ => "",
        };
        let title = attribute("title", title);
        self.link_ends.push("</a>");
        self.out.push(Event::InlineHtml(format!("<a href=\"{href}\"{rel}{title}>").into()));
    }

    /// Reads on in the description of a picture, which is text only, and writes the picture at its
    /// end.
    fn describe(&mut self, mut picture: Picture, event: Event<'t>) {
        match event {
            Event::End(TagEnd::Image) if picture.depth == 0 => {
                let Picture { src, title, alt, .. } = picture;
                self.out.push(match src {
                    Some(src) => {
                        let (alt, title) = (link::escape(&alt), attribute("title", &title));
                        let html =
                            format!("<img src=\"{src}\" alt=\"{alt}\"{title} loading=\"lazy\">");
                        Event::InlineHtml(html.into())
                    }
                    None => Event::Text(alt.into()),
                });
                return;
            }
            Event::Start(_) => picture.depth += 1,
            Event::End(_) => picture.depth -= 1,
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                picture.alt.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => picture.alt.push(' '),
            _ => {}
        }
        self.picture = Some(picture);
    }
}

/// An attribute with a space before it; nothing when it is empty.
fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {name}=\"{}\"", link::escape(value)) }
}

/// The language of a code block, of which a class is made: one plain word or none.
fn language<'t>(info: &str) -> CodeBlockKind<'t> {
    let word = info.split([' ', ',', '\t']).next().unwrap_or_default();
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_'));
    if word.is_empty() || !plain {
        return CodeBlockKind::Indented;
    }
    CodeBlockKind::Fenced(word.to_owned().into())
}
