//! A template with all that minify-html must not touch hidden behind marks.

use std::ops::Range;

use crate::theme::scan::{Kind, Piece};
use crate::theme::seen::{Run, Seen, Untouched, is_void, runs};

/// Around the number of what is hidden. Noncharacters: no HTML document may hold them.
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';
/// A space that must stay.
const SPACE: char = '\u{FDD2}';

/// A template as minify-html is shown it.
#[derive(Default)]
pub(super) struct Mask<'t> {
    pub(super) text: String,
    hidden: Vec<Hidden<'t>>,
}

enum Hidden<'t> {
    Text(&'t str),
    /// Attributes, put back with one space between them.
    Attributes(&'t [&'t str]),
}

impl<'t> Mask<'t> {
    pub(super) fn of(pieces: &'t [Piece<'t>]) -> Self {
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
            // Without an <svg> around it, minify-html would take this for HTML.
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
    pub(super) fn lift(&self, minified: &str) -> String {
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

/// Where a text holds one of the marks.
pub(super) fn mark_in(text: &str) -> Option<Range<usize>> {
    let at = text.find([OPEN, CLOSE, SPACE])?;
    Some(at..at + OPEN.len_utf8())
}
