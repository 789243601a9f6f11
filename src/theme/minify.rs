//! Minifies a template once, before tera reads it, and makes sure that nothing else comes of it.
//!
//! minify-html 0.18 cannot be let loose on a template: it drops the space of `<b>a</b> {{ b }}` and
//! quotes that a value needs, works on the inside of `{{ … }}` in attributes, and tears `{% … %}` within
//! a tag apart (the tests show it all). So it is shown the structure only: constructs, attributes and
//! whatever must not be touched are hidden behind marks that are words to it, and put back afterwards.
//! Then the result is taken apart and compared with the template, piece by piece; what differs is a
//! finding.

use std::ops::Range;

use minify_html::Cfg;

use crate::theme::scan::{Kind, Piece, Scan, scan};

/// Around the number of what is hidden. Noncharacters: no HTML document may hold them.
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';
/// A space that must stay.
const SPACE: char = '\u{FDD2}';

/// Elements without content: `/>` means nothing to them.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements whose content stays byte by byte, and which hold tags.
const UNTOUCHED: [&str; 2] = ["pre", "template"];

/// Elements at whose edges spaces are not seen. `li`, `dt` and `dd` are not here: a style sheet may
/// well put them in a line.
const BLOCKS: [&str; 48] = [
    "address",
    "article",
    "aside",
    "base",
    "blockquote",
    "body",
    "caption",
    "col",
    "colgroup",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Why a template cannot be minified.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    /// It holds a character that marks what is hidden.
    Reserved(Range<usize>),
    /// Something would be lost or changed.
    Changed(Range<usize>),
}

/// Minifies a template that tera can read.
pub(super) fn minify(template: &Scan<'_>) -> Result<String, Refused> {
    for piece in &template.pieces {
        if let Some(offset) = piece.text.find([OPEN, CLOSE, SPACE]) {
            let at = piece.at + offset;
            return Err(Refused::Reserved(at..at + OPEN.len_utf8()));
        }
    }
    let mask = Mask::of(&template.pieces);
    let bytes = minify_html::minify(mask.text.as_bytes(), &settings());
    let minified = mask.lift(&String::from_utf8_lossy(&bytes));
    guard(template, &minified)?;
    Ok(minified)
}

fn settings() -> Cfg {
    Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        keep_ssi_comments: true,
        ..Cfg::new()
    }
}

/// Refuses what is not the same template as it was written, or where a value could leave its attribute.
fn guard(template: &Scan<'_>, minified: &str) -> Result<(), Refused> {
    let minified = scan(minified);
    let (before, after) = (tokens(&template.pieces), tokens(&minified.pieces));
    let same = before.iter().zip(&after).take_while(|(before, after)| before.is(after)).count();
    let flaw = minified.flaws.first().map(|flaw| flaw.span.start);
    let flawed = flaw.and_then(|at| after.iter().position(|token| token.span.end > at));
    if same == before.len() && same == after.len() && flaw.is_none() {
        return Ok(());
    }
    let end = template.pieces.last().map_or(0, |piece| piece.at + piece.text.len());
    let first = before.get(flawed.unwrap_or(same).min(same));
    Err(Refused::Changed(first.map_or(end..end, |token| token.span.clone())))
}

/// A template as minify-html is shown it.
#[derive(Default)]
struct Mask<'t> {
    text: String,
    hidden: Vec<Hidden<'t>>,
}

enum Hidden<'t> {
    Text(&'t str),
    /// Attributes, put back with one space between them.
    Attributes(&'t [&'t str]),
}

impl<'t> Mask<'t> {
    fn of(pieces: &'t [Piece<'t>]) -> Self {
        let mut mask = Self::default();
        let mut untouched = Untouched::default();
        for (index, piece) in pieces.iter().enumerate() {
            if untouched.holds(piece) {
                mask.hide(Hidden::Text(piece.text));
            } else {
                mask.piece(pieces, index);
            }
        }
        mask
    }

    fn piece(&mut self, pieces: &'t [Piece<'t>], index: usize) {
        let piece = &pieces[index];
        match &piece.kind {
            Kind::Construct | Kind::Opaque => self.hide(Hidden::Text(piece.text)),
            Kind::Comment | Kind::Doctype => self.text.push_str(piece.text),
            Kind::Text => {
                for run in runs(pieces, index) {
                    match run {
                        Run::Word(word, _) => self.word(word),
                        Run::Space(Seen::Yes, _) => self.text.push(SPACE),
                        Run::Space(Seen::No | Seen::Inside, _) => self.text.push(' '),
                    }
                }
            }
            // In a part of a picture that has no <svg> around it, minify-html would take this for HTML.
            Kind::Open { name, closed: true, .. } if !is_void(name) => {
                self.hide(Hidden::Text(piece.text));
            }
            Kind::Open { name, attributes, .. } => {
                self.text.push('<');
                self.text.push_str(name);
                if !attributes.is_empty() {
                    self.text.push(' ');
                    self.hide(Hidden::Attributes(attributes));
                }
                self.text.push('>');
            }
            Kind::Close { name } => self.text.extend(["</", name, ">"]),
        }
    }

    /// A word without what minify-html would take for a tag or an entity.
    fn word(&mut self, word: &'t str) {
        for part in word.split_inclusive(['<', '&']) {
            let plain = part.trim_end_matches(['<', '&']);
            self.text.push_str(plain);
            if plain.len() < part.len() {
                self.hide(Hidden::Text(part.split_at(plain.len()).1));
            }
        }
    }

    fn hide(&mut self, hidden: Hidden<'t>) {
        self.text.push(OPEN);
        self.text.push_str(&self.hidden.len().to_string());
        self.text.push(CLOSE);
        self.hidden.push(hidden);
    }

    /// Puts back what is hidden.
    fn lift(&self, minified: &str) -> String {
        let mut text = String::with_capacity(minified.len() * 2);
        for part in minified.split_inclusive(CLOSE) {
            let (plain, mark) = part.split_once(OPEN).unwrap_or((part, ""));
            text.extend(plain.chars().map(|c| if c == SPACE { ' ' } else { c }));
            let number = mark.trim_end_matches(CLOSE).parse().ok();
            match number.and_then(|number: usize| self.hidden.get(number)) {
                Some(Hidden::Text(hidden)) => text.push_str(hidden),
                Some(Hidden::Attributes(attributes)) => text.push_str(&attributes.join(" ")),
                None => {}
            }
        }
        text
    }
}

/// Whether pieces stand in an element whose content is left alone.
#[derive(Default)]
struct Untouched {
    name: Option<String>,
    depth: usize,
}

impl Untouched {
    /// Whether this piece is such content; its tags are not.
    fn holds(&mut self, piece: &Piece<'_>) -> bool {
        let Some(name) = &self.name else {
            if let Kind::Open { name, closed: false, .. } = &piece.kind
                && UNTOUCHED.contains(&&**name)
            {
                (self.name, self.depth) = (Some(name.clone()), 1);
            }
            return false;
        };
        match &piece.kind {
            Kind::Open { name: inner, closed: false, .. } if inner == name => self.depth += 1,
            Kind::Close { name: inner } if inner == name => self.depth -= 1,
            _ => {}
        }
        if self.depth == 0 {
            self.name = None;
        }
        self.name.is_some()
    }
}

/// A word, or the spaces between words, and where it stands in its piece.
enum Run<'t> {
    Word(&'t str, Range<usize>),
    Space(Seen, Range<usize>),
}

/// Whether spaces are seen on a page.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    /// Between words of one text.
    Inside,
    /// Between words, values and elements in a line.
    Yes,
    /// At the edge of a block.
    No,
}

/// The words of a text and the spaces around them.
fn runs<'t>(pieces: &[Piece<'t>], index: usize) -> impl Iterator<Item = Run<'t>> {
    let text = pieces[index].text;
    let edges = (beside_block(pieces[..index].iter().rev()), beside_block(&pieces[index + 1..]));
    let mut rest = text;
    std::iter::from_fn(move || {
        let space = rest.starts_with(|c: char| c.is_ascii_whitespace());
        let length = rest.find(|c: char| c.is_ascii_whitespace() != space).unwrap_or(rest.len());
        if length == 0 {
            return None;
        }
        let start = text.len() - rest.len();
        let (run, after) = rest.split_at(length);
        rest = after;
        let seen = match (start == 0, after.is_empty()) {
            (false, false) => Seen::Inside,
            (first, last) if first && edges.0 || last && edges.1 => Seen::No,
            _ => Seen::Yes,
        };
        let span = start..start + length;
        Some(if space { Run::Space(seen, span) } else { Run::Word(run, span) })
    })
}

/// Whether the next thing that is seen is the edge of a block.
fn beside_block<'p, 't: 'p>(pieces: impl IntoIterator<Item = &'p Piece<'t>>) -> bool {
    let blank = |text: &str| text.bytes().all(|byte| byte.is_ascii_whitespace());
    let next = pieces.into_iter().find(|piece| match piece.kind {
        Kind::Comment => false,
        Kind::Text => !blank(piece.text),
        _ => true,
    });
    match next.map(|piece| &piece.kind) {
        Some(Kind::Open { name, .. } | Kind::Close { name }) => BLOCKS.contains(&&**name),
        Some(Kind::Doctype) => true,
        _ => false,
    }
}

/// What must be the same before and after.
struct Token {
    span: Range<usize>,
    text: String,
    word: bool,
}

impl Token {
    fn is(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A template as a browser would tell it from another: constructs, tags, words, and spaces that are seen.
fn tokens(pieces: &[Piece<'_>]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut push = |span: Range<usize>, text: String, word: bool| match tokens.last_mut() {
        Some(last) if last.text == " " && text == " " => {}
        Some(last) if last.word && word => last.text.push_str(&text),
        _ => tokens.push(Token { span, text, word }),
    };
    let mut untouched = Untouched::default();
    for (index, piece) in pieces.iter().enumerate() {
        let span = piece.at..piece.at + piece.text.len();
        if untouched.holds(piece) {
            push(span, piece.text.to_owned(), true);
            continue;
        }
        match &piece.kind {
            Kind::Comment => {}
            Kind::Construct | Kind::Opaque => push(span, piece.text.to_owned(), false),
            Kind::Doctype => push(span, piece.text.to_ascii_lowercase(), false),
            Kind::Close { name } => push(span, format!("</{name}>"), false),
            Kind::Open { name, attributes, closed } => {
                let end = if *closed && !is_void(name) { "/>" } else { ">" };
                push(span, format!("<{name} {}{end}", attributes.join(" ")), false);
            }
            Kind::Text => {
                let at = |run: Range<usize>| piece.at + run.start..piece.at + run.end;
                for run in runs(pieces, index) {
                    match run {
                        Run::Word(word, run) => push(at(run), word.to_owned(), true),
                        Run::Space(Seen::No, _) => {}
                        Run::Space(_, run) => push(at(run), " ".to_owned(), false),
                    }
                }
            }
        }
    }
    tokens
}

fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minify_html_alone_would_change_templates_and_the_guard_sees_it() {
        let brave = Cfg { preserve_brace_template_syntax: true, ..settings() };
        for (template, changed) in [
            (r#"<a title="{{x}}" href="/a/{{x}}">"#, "<a href=/a/{{x}} title={{x}}>"),
            ("<p {% if a %}hidden{% endif %}>", "<p %} %}hidden{% a endif if {%>"),
            ("<b>a</b> {{ b }}", "<b>a</b>{{ b }}"),
            ("<div><b>a</b> <i>b</i></div>", "<div><b>a</b><i>b</i></div>"),
            ("a<label> b </label>c", "a<label>b</label>c"),
            (r#"<input type="{{ Type }}">"#, r#"<input type="{{ type }}">"#),
            (r#"<option selected="{{ x }}">"#, "<option selected>"),
            (r#"<p hidden="until-found">"#, "<p hidden>"),
            (r#"<p class="{{ x | get(key='a  b') }}">"#, r#"<p class="{{ x | get(key='a b') }}">"#),
            (r#"<p id="{{ x | get(key="a") }}">"#, r#"<p id="{{ x | get(key=" a") }}">"#),
            (r#"{{ "}} <b  >" }}"#, r#"{{ "}} <b>" }}"#),
            ("<p>&amp;{{ x }}</p>", "<p>&{{ x }}</p>"),
            ("<p>a <3 b</p>", "<p>a <3 b< p>"),
            ("<path d=\"m\"/><b>a</b>", "<path d=m><b>a</b>"),
            ("a</div>", "a"),
        ] {
            let bytes = minify_html::minify(template.as_bytes(), &brave);
            assert_eq!(String::from_utf8(bytes).unwrap(), changed);
            assert!(guard(&scan(template), changed).is_err(), "{template}");
        }
    }

    #[test]
    fn a_minified_template_shows_what_was_written() {
        for (template, minified) in [
            (
                r#"<a title="{{x}}"  href='{{ x }}'>b</a>"#,
                r#"<a title="{{x}}" href='{{ x }}'>b</a>"#,
            ),
            (
                "<!DOCTYPE html>\n<HTML>\n<head>\n<meta charset=utf-8>\n</head>\n<body>\n</body></html>\n",
                "<!doctype html><html><head><meta charset=utf-8></head><body></body></html>",
            ),
            ("<div>\n  <p>Hello\n {{ name }}\n</p>\n</div>", "<div><p>Hello {{ name }}</p></div>"),
            ("<table>\n<tr>\n<td>a</td>\n</tr></table>", "<table><tr><td>a</td></tr></table>"),
            ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul><li>a</li> <li>b</li></ul>"),
            ("<div><b>a</b>\n<i>b</i> </div>", "<div><b>a</b> <i>b</i></div>"),
            ("{% if a %}\n  <b>c</b>\n{%- endif %}", "{% if a %} <b>c</b> {%- endif %}"),
            ("<p>a<!-- b -->c</p> <!--# d -->", "<p>ac</p> <!--# d -->"),
            ("<path d=\"\"/><path/><br /><img src=a />", "<path d=\"\"/><path/><br><img src=a>"),
            ("<p>one<p>two", "<p>one<p>two"),
        ] {
            assert_eq!(minify(&scan(template)).as_deref(), Ok(minified));
        }
    }

    #[test]
    fn what_minify_html_must_not_touch_stays_byte_by_byte() {
        for template in [
            r#"<button type="submit" hidden="until-found" class="" data-A="&lt;  {{ B }}">a</button>"#,
            r#"<p title="{{ x | get(key="a  b") }}">a</p>"#,
            r#"{{ "}} <b  >" }}{{ <row x={ {"A": 1} } Y="b  c" /> }}{% raw %}  {{ <p  > {% endraw %}"#,
            "<p>a<label> b </label>c &amp;{{ x }} &lt; < b &nbsp;& <3</p>",
            "<pre>\n a  <b  class=x >{{  x  }}</b>\n</pre>",
            "<template>\n <template> </template> <p/><!-- a --></template>",
            "<textarea>\n <b> </textarea><title> a  {{ b }} &amp;</title>",
            "<script>\n a < b && c </script><style> a  b </style>",
        ] {
            assert_eq!(minify(&scan(template)).as_deref(), Ok(template));
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused_where_it_stands() {
        for (template, lost) in [
            ("<div>a</div></div>", "</div>"),
            ("{% if a %}<th>{% else %}<td>{% endif %}b{% if a %}</th>{% endif %}", "</th>"),
            ("<p><div></div></p>", "</p>"),
            ("<html><html lang=a>", "<html lang=a>"),
            ("a</br>", "</br>"),
        ] {
            let at = template.rfind(lost).unwrap();
            let refused = Refused::Changed(at..at + lost.len());
            assert_eq!(minify(&scan(template)), Err(refused), "{template}");
        }
        assert_eq!(minify(&scan("a\u{FDD0}0\u{FDD1}")), Err(Refused::Reserved(1..4)));
    }
}
