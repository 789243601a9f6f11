//! Takes a template apart: what belongs to tera, and what is HTML around it. It finds the places
//! where a value could leave its attribute, in the template as it was written.

use std::ops::Range;

use crate::theme::construct::{construct, is_construct};

/// A template in pieces; put together again they are its text.
pub(super) struct Scan<'t> {
    pub(super) pieces: Vec<Piece<'t>>,
    pub(super) flaws: Vec<Flaw>,
}

/// A piece of a template and where it stands.
pub(super) struct Piece<'t> {
    pub(super) at: usize,
    pub(super) text: &'t str,
    pub(super) kind: Kind<'t>,
}

#[derive(PartialEq)]
pub(super) enum Kind<'t> {
    /// `{{ … }}`, `{% … %}`, `{# … #}`, or all of a raw block.
    Construct,
    /// Words and spaces.
    Text,
    /// An opening tag; `closed` when it ends in `/>`.
    Open { name: String, attributes: Vec<&'t str>, closed: bool },
    /// A closing tag.
    Close { name: String },
    /// `<!-- … -->`
    Comment,
    /// `<!doctype … >`
    Doctype,
    /// What no HTML parser takes apart: the content of scripts, and comments for the server.
    Opaque,
}

/// Where a template cannot be trusted with a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Flaw {
    pub(super) span: Range<usize>,
    pub(super) kind: FlawKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FlawKind {
    /// A construct within a tag and outside a quoted value.
    InTag,
    /// A construct in a value without quotes.
    Unquoted,
    /// A construct in an HTML comment, which minifying removes.
    InComment,
}

/// Elements whose content is text to an HTML parser.
const RAW: [&str; 8] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Takes a template apart.
pub(super) fn scan(text: &str) -> Scan<'_> {
    let mut scanner = Scanner { rest: text, at: 0, pieces: Vec::new(), flaws: Vec::new() };
    while !scanner.rest.is_empty() {
        scanner.piece();
    }
    Scan { pieces: scanner.pieces, flaws: scanner.flaws }
}

struct Scanner<'t> {
    rest: &'t str,
    at: usize,
    pieces: Vec<Piece<'t>>,
    flaws: Vec<Flaw>,
}

impl<'t> Scanner<'t> {
    fn piece(&mut self) {
        match Lead::of(self.rest) {
            Lead::Construct => self.push(construct(self.rest), Kind::Construct),
            Lead::Comment => self.comment(),
            Lead::Doctype => {
                let length = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
                self.push(length, Kind::Doctype);
            }
            Lead::Open | Lead::Close => self.tag(),
            Lead::Text => self.text(),
        }
    }

    fn push(&mut self, length: usize, kind: Kind<'t>) {
        let at = self.at;
        let text = self.take(length);
        self.pieces.push(Piece { at, text, kind });
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.at += length;
        taken
    }

    fn take_while(&mut self, holds: impl Fn(char) -> bool) -> &'t str {
        self.take(self.rest.find(|c| !holds(c)).unwrap_or(self.rest.len()))
    }

    fn flaw(&mut self, kind: FlawKind, length: usize) {
        self.flaws.push(Flaw { span: self.at..self.at + length, kind });
    }

    /// Text ends where something else begins.
    fn text(&mut self) {
        let marks = self.rest.match_indices(['<', '{']).map(|(at, _)| at).filter(|at| *at > 0);
        let begins = |at: &usize| Lead::of(self.rest.split_at(*at).1) != Lead::Text;
        let length = marks.into_iter().find(begins).unwrap_or(self.rest.len());
        let text = self.rest.split_at(length).0;
        let after = self.rest.split_at(length).1;
        if (text.ends_with('<') || text.ends_with("</")) && is_construct(after) {
            self.flaws
                .push(Flaw { span: self.at + length..self.at + length + 2, kind: FlawKind::InTag });
        }
        self.push(length, Kind::Text);
    }

    fn comment(&mut self) {
        let length = self.rest.split_at(4).1.find("-->").map_or(self.rest.len(), |end| end + 7);
        let text = self.rest.split_at(length).0;
        if text.starts_with("<!--#") {
            return self.opaque(length);
        }
        let inside = ["{{", "{%"].iter().filter_map(|mark| text.find(mark)).min();
        if let Some(offset) = inside {
            let span = self.at + offset..self.at + offset + 2;
            self.flaws.push(Flaw { span, kind: FlawKind::InComment });
        }
        self.push(length, Kind::Comment);
    }

    /// Text that is not taken apart, but for what belongs to tera.
    fn opaque(&mut self, mut length: usize) {
        while length > 0 {
            let text = self.rest.split_at(length).0;
            let mut marks = text.match_indices('{').map(|(at, _)| at);
            let next = marks.find(|at| is_construct(text.split_at(*at).1)).unwrap_or(length);
            if next > 0 {
                self.push(next, Kind::Opaque);
            }
            length -= next;
            if length > 0 {
                let taken = construct(self.rest);
                self.push(taken, Kind::Construct);
                length = length.saturating_sub(taken);
            }
        }
    }

    fn tag(&mut self) {
        let (at, before) = (self.at, self.rest);
        let closing = before.starts_with("</");
        self.take(1 + usize::from(closing));
        let name = self.name();
        let (attributes, closed) = self.attributes();
        let text = before.split_at(self.at - at).0;
        let raw = !closing && !closed && RAW.contains(&&*name);
        let end = raw.then(|| closing_of(self.rest, &name));
        let kind =
            if closing { Kind::Close { name } } else { Kind::Open { name, attributes, closed } };
        self.pieces.push(Piece { at, text, kind });
        if let Some(length) = end {
            self.opaque(length);
        }
    }

    fn name(&mut self) -> String {
        let part = |c: char| !c.is_ascii_whitespace() && !matches!(c, '/' | '>' | '{');
        let mut name = self.take_while(part).to_ascii_lowercase();
        while self.rest.starts_with('{') && !is_construct(self.rest) {
            name.push_str(self.take(1));
            name.push_str(&self.take_while(part).to_ascii_lowercase());
        }
        name
    }

    /// Attributes as they were written, up to and with the end of the tag, and whether the tag
    /// closes itself.
    fn attributes(&mut self) -> (Vec<&'t str>, bool) {
        let mut attributes = Vec::new();
        let mut flawed = false;
        loop {
            let gap = self.take_while(|c| c.is_ascii_whitespace() || c == '/');
            if self.rest.is_empty() || self.rest.starts_with('>') {
                self.take(self.rest.len().min(1));
                return (attributes, gap.ends_with('/'));
            }
            if is_construct(self.rest) {
                let length = construct(self.rest);
                if !flawed {
                    self.flaw(FlawKind::InTag, length);
                }
                flawed = true;
                attributes.push(self.take(length));
                continue;
            }
            let before = self.rest;
            let at = self.at;
            flawed |= self.attribute();
            attributes.push(before.split_at(self.at - at).0);
        }
    }

    /// One attribute; whether it has a flaw.
    fn attribute(&mut self) -> bool {
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        self.take(first);
        let part = |c: char| !c.is_ascii_whitespace() && !matches!(c, '/' | '>' | '=' | '{');
        self.take_while(part);
        while self.rest.starts_with('{') && !is_construct(self.rest) {
            self.take(1);
            self.take_while(part);
        }
        let value = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = value.strip_prefix('=') else { return false };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        self.take(self.rest.len() - value.len());
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.take(1);
                self.quoted(quote);
                false
            }
            _ => self.unquoted(),
        }
    }

    /// A value up to and with its quote. What tera has in it may hold quotes of its own.
    fn quoted(&mut self, quote: char) {
        while let Some(next) = self.rest.chars().next() {
            if is_construct(self.rest) {
                self.take(construct(self.rest));
                continue;
            }
            self.take(next.len_utf8());
            if next == quote {
                return;
            }
        }
    }

    fn unquoted(&mut self) -> bool {
        let mut flawed = false;
        while let Some(next) = self.rest.chars().next() {
            if is_construct(self.rest) {
                let length = construct(self.rest);
                if !flawed {
                    self.flaw(FlawKind::Unquoted, length);
                }
                flawed = true;
                self.take(length);
            } else if next.is_ascii_whitespace() || next == '>' {
                break;
            } else {
                self.take(next.len_utf8());
            }
        }
        flawed
    }
}

/// What begins at a place.
#[derive(PartialEq)]
enum Lead {
    Construct,
    Comment,
    Doctype,
    Open,
    Close,
    Text,
}

impl Lead {
    fn of(rest: &str) -> Self {
        let letter = |at: usize| rest.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
        let doctype = rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        match rest.as_bytes() {
            _ if is_construct(rest) => Self::Construct,
            [b'<', b'!', b'-', b'-', ..] => Self::Comment,
            [b'<', b'!', ..] if doctype => Self::Doctype,
            [b'<', b'/', ..] if letter(2) => Self::Close,
            [b'<', ..] if letter(1) => Self::Open,
            _ => Self::Text,
        }
    }
}

/// Where the closing tag of an element begins whose content is text.
fn closing_of(rest: &str, name: &str) -> usize {
    let mut marks = rest.match_indices("</").map(|(at, _)| at);
    let closes = |at: &usize| {
        let after = rest.get(at + 2..at + 2 + name.len());
        after.is_some_and(|after| after.eq_ignore_ascii_case(name))
    };
    marks.find(closes).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaws(template: &str) -> Vec<(&str, FlawKind)> {
        let flaws = scan(template).flaws.into_iter();
        flaws.map(|flaw| (template.get(flaw.span).unwrap(), flaw.kind)).collect()
    }

    #[test]
    fn a_value_that_could_leave_its_attribute_is_a_flaw() {
        use FlawKind::{InComment, InTag, Unquoted};
        assert_eq!(flaws("<p {% if a %}hidden{% endif %}>"), [("{% if a %}", InTag)]);
        assert_eq!(flaws("<p data-{{ x }}=1>"), [("{{ x }}", InTag)]);
        assert_eq!(flaws("<p {{ x }}=\"{{ y }}\">"), [("{{ x }}", InTag)]);
        assert_eq!(flaws("<h{{ n }}>a</h{{ n }}>"), [("{{ n }}", InTag), ("{{ n }}", InTag)]);
        assert_eq!(flaws("<{{ n }}>"), [("{{", InTag)]);
        assert_eq!(flaws("<a href={{ x }}>"), [("{{ x }}", Unquoted)]);
        assert_eq!(flaws("<a href = /a/{{ x }}/{{ y }}>"), [("{{ x }}", Unquoted)]);
        assert_eq!(flaws("<!-- a {{ x }} -->"), [("{{", InComment)]);
    }

    #[test]
    fn a_value_in_quotes_is_no_flaw() {
        for template in [
            r#"<a href="{{ x }}" title='{% if y > 1 %}">{% endif %}'>"#,
            r#"<a href="{{ x | default(value="\">") }}">"#,
            "{% if a < b %}a{% endif %}",
            "a < b {{ c }}",
            "<script>if (a <b) {{ x }}</script><style>{{ y }}</style>",
            "{# <a href={{ x }}> #}{% raw %}<a href={{ x }}>{%- endraw -%}",
            "<!-- {# a #} -->",
            "{{ <shape code={x} /> }}",
            "<p a={b} {c}=d>",
        ] {
            assert_eq!(flaws(template), [], "{template}");
        }
    }

    #[test]
    fn the_pieces_are_the_template() {
        for template in [
            "<!doctype html>\n<p a=\"{{ x }}\">证书 {{ \"}}\" }}<!-- b --></p>{% unclosed",
            "<textarea>{{ x }}<b></textarea><title>{% if a %}b{% endif %}</TITLE><script>",
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "{{",
            "{#",
            "</",
            "</a",
            "<!--",
            "<!doctype",
        ] {
            let scan = scan(template);
            assert_eq!(scan.pieces.iter().map(|piece| piece.text).collect::<String>(), template);
        }
    }
}
