//! What a browser sees of a template: which spaces count, and what must be there before and after
//! minifying.

use std::ops::Range;

use crate::theme::scan::{Kind, Piece};

/// Elements without content: `/>` means nothing to them.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements whose content stays byte by byte, and which hold tags.
const UNTOUCHED: [&str; 2] = ["pre", "template"];

/// Elements at whose edges spaces are not seen. `li`, `dt` and `dd` are not here: a style sheet may
/// well put them in a line.
pub(super) const BLOCKS: [&str; 48] = [
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

/// Whether pieces stand in an element whose content is left alone.
#[derive(Default)]
pub(super) struct Untouched {
    name: Option<String>,
    depth: usize,
}

impl Untouched {
    /// Whether this piece is such content; its tags are not.
    pub(super) fn holds(&mut self, piece: &Piece<'_>) -> bool {
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
pub(super) enum Run<'t> {
    Word(&'t str, Range<usize>),
    Space(Seen, Range<usize>),
}

/// Whether spaces are seen on a page.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Seen {
    /// Between words of one text.
    Inside,
    /// Between words, values and elements in a line.
    Yes,
    /// At the edge of a block.
    No,
}

/// The words of a text and the spaces around them.
pub(super) fn runs<'t>(pieces: &[Piece<'t>], index: usize) -> impl Iterator<Item = Run<'t>> {
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
pub(super) struct Token {
    pub(super) span: Range<usize>,
    text: String,
    word: bool,
}

impl Token {
    pub(super) fn is(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A template as a browser would tell it from another: constructs, tags, words, and spaces that
/// are seen.
pub(super) fn tokens(pieces: &[Piece<'_>]) -> Vec<Token> {
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

pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}
