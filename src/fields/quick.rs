//! Reads the TOML that records are written in: keys without dots, plain texts, days, whole numbers,
//! flags, lists, tables on one line and tables under headers.
//!
//! What it reads it reads as TOML has it. Anything else, and anything that may be wrong, it leaves
//! to the reader of all TOML, which says what is wrong with it: so nothing here can be a finding.

use std::{borrow::Cow, ops::Range};

use toml::value::{Date, Datetime};

use crate::fields::tree::{Key, Node, Table, Value};

/// How deep lists and tables may lie in one another.
const DEPTH: u32 = 8;

/// The tables of a text; nothing where it takes more than this reader knows.
pub(super) fn read(text: &str) -> Option<Table<'_>> {
    let mut reader = Reader { text, at: 0 };
    let mut root = Level { plain: Vec::with_capacity(16), ..Level::default() };
    root.fill(&mut reader)?;
    while !reader.is_done() {
        let header = reader.header()?;
        root.open(&header)?.fill(&mut reader)?;
    }
    Some(root.table())
}

/// A table while it is read.
#[derive(Default)]
struct Level<'t> {
    plain: Vec<(Key<'t>, Node<'t>)>,
    /// The tables under headers within it.
    below: Vec<(Key<'t>, Below<'t>)>,
}

/// What headers of one path have opened.
enum Below<'t> {
    One(Range<usize>, Level<'t>),
    /// Each with its header.
    Many(Vec<(Range<usize>, Level<'t>)>),
}

struct Header<'t> {
    path: Vec<Key<'t>>,
    span: Range<usize>,
    many: bool,
}

impl<'t> Level<'t> {
    /// Reads keys and values up to the next header.
    fn fill(&mut self, reader: &mut Reader<'t>) -> Option<()> {
        loop {
            reader.blank_lines()?;
            if reader.is_done() || reader.peek() == Some(b'[') {
                return Some(());
            }
            let entry = reader.entry(0)?;
            add(&mut self.plain, entry)?;
            reader.line_end()?;
        }
    }

    /// The table that a header opens. The tables it lies in have headers of their own before it.
    fn open(&mut self, header: &Header<'t>) -> Option<&mut Self> {
        let (last, path) = header.path.split_last()?;
        let mut level = self;
        for key in path {
            let (_, below) = level.known(key)?;
            level = match below {
                Below::One(_, level) => level,
                Below::Many(levels) => &mut levels.last_mut()?.1,
            };
        }
        if has(&level.plain, last) {
            return None;
        }
        let fresh = || (header.span.clone(), Self::default());
        if let Some(at) = level.below.iter().position(|(key, _)| key.text == last.text) {
            let Below::Many(levels) = &mut level.below[at].1 else { return None };
            if !header.many {
                return None;
            }
            levels.push(fresh());
            return levels.last_mut().map(|(_, level)| level);
        }
        let (span, empty) = fresh();
        let key = Key { text: last.text.clone(), span: last.span.clone() };
        let opened =
            if header.many { Below::Many(vec![(span, empty)]) } else { Below::One(span, empty) };
        level.below.push((key, opened));
        match &mut level.below.last_mut()?.1 {
            Below::One(_, level) => Some(level),
            Below::Many(levels) => levels.last_mut().map(|(_, level)| level),
        }
    }

    fn known(&mut self, key: &Key<'_>) -> Option<&mut (Key<'t>, Below<'t>)> {
        self.below.iter_mut().find(|(other, _)| other.text == key.text)
    }

    fn table(self) -> Table<'t> {
        let node =
            |(span, level): (Range<usize>, Self)| Node { value: Value::Table(level.table()), span };
        let mut entries = self.plain;
        entries.reserve_exact(self.below.len());
        for (key, below) in self.below {
            let below = match below {
                Below::One(span, level) => node((span, level)),
                Below::Many(levels) => {
                    let span = levels.first().map_or(0..0, |(span, _)| span.clone());
                    Node { value: Value::List(levels.into_iter().map(node).collect()), span }
                }
            };
            entries.push((key, below));
        }
        sorted(entries)
    }
}

/// Adds an entry, unless its key is there.
fn add<'t>(entries: &mut Vec<(Key<'t>, Node<'t>)>, entry: (Key<'t>, Node<'t>)) -> Option<()> {
    if has(entries, &entry.0) {
        return None;
    }
    entries.push(entry);
    Some(())
}

fn has(entries: &[(Key<'_>, Node<'_>)], key: &Key<'_>) -> bool {
    entries.iter().any(|(other, _)| other.text == key.text)
}

fn sorted<'t>(mut entries: Vec<(Key<'t>, Node<'t>)>) -> Table<'t> {
    entries.sort_unstable_by(|(a, _), (b, _)| a.text.cmp(&b.text));
    Table(entries)
}

/// A text and how far it has been read.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a byte.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn skip(&mut self, is: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|b| !is(*b)).unwrap_or(rest.len());
    }

    fn spaces(&mut self) {
        self.skip(|b| matches!(b, b' ' | b'\t'));
    }

    /// Steps over a comment, if there is one.
    fn comment(&mut self) {
        if self.peek() == Some(b'#') {
            self.skip(is_plain);
        }
    }

    /// Steps over the rest of a line on which nothing stands any more.
    fn line_end(&mut self) -> Option<()> {
        self.spaces();
        self.comment();
        if self.is_done() { Some(()) } else { self.take(b'\n') }
    }

    fn blank_lines(&mut self) -> Option<()> {
        loop {
            self.spaces();
            match self.peek() {
                Some(b'\n' | b'#') => self.line_end()?,
                _ => return Some(()),
            }
        }
    }

    fn header(&mut self) -> Option<Header<'t>> {
        let start = self.at;
        self.take(b'[')?;
        let many = self.take(b'[').is_some();
        let mut path = Vec::with_capacity(2);
        loop {
            path.push(self.key()?);
            if self.take(b'.').is_none() {
                break;
            }
        }
        self.take(b']')?;
        if many {
            self.take(b']')?;
        }
        let span = start..self.at;
        self.line_end()?;
        Some(Header { path, span, many })
    }

    /// A key and its value.
    fn entry(&mut self, depth: u32) -> Option<(Key<'t>, Node<'t>)> {
        let key = self.key()?;
        self.spaces();
        self.take(b'=')?;
        self.spaces();
        Some((key, self.node(depth)?))
    }

    fn key(&mut self) -> Option<Key<'t>> {
        let start = self.at;
        if self.peek() == Some(b'"') {
            let text = self.quoted()?;
            return Some(Key { text: text.into(), span: start..self.at });
        }
        self.skip(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        let text = self.text.get(start..self.at).filter(|text| !text.is_empty())?;
        Some(Key { text: Cow::Borrowed(text), span: start..self.at })
    }

    fn node(&mut self, depth: u32) -> Option<Node<'t>> {
        let start = self.at;
        let value = match self.peek()? {
            b'"' | b'\'' => Value::Text(self.quoted()?.into()),
            b'[' if depth < DEPTH => Value::List(self.list(depth + 1)?),
            b'{' if depth < DEPTH => Value::Table(self.table(depth + 1)?),
            _ => self.word()?,
        };
        Some(Node { value, span: start..self.at })
    }

    /// A text on one line in which no character stands for another.
    fn quoted(&mut self) -> Option<&'t str> {
        let quote = self.peek()?;
        self.at += 1;
        let start = self.at;
        self.skip(|b| b != quote && b != b'\\' && is_plain(b));
        let text = self.text.get(start..self.at)?;
        self.take(quote)?;
        // Three quotes begin a text of several lines.
        (!text.is_empty() || self.peek() != Some(quote)).then_some(text)
    }

    /// A day, a whole number or a flag.
    fn word(&mut self) -> Option<Value<'t>> {
        let start = self.at;
        self.skip(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.' | b':' | b'_'));
        let word = self.text.get(start..self.at)?;
        match word.as_bytes() {
            b"true" => Some(Value::Flag(true)),
            b"false" => Some(Value::Flag(false)),
            [b'0'] | [b'1'..=b'9', ..]
                if word.len() <= 18 && word.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Some(Value::Integer(word.into(), 10))
            }
            [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
                let date = Date {
                    year: number(&[*y1, *y2, *y3, *y4])?,
                    month: number(&[*m1, *m2])?.try_into().ok()?,
                    day: number(&[*d1, *d2])?.try_into().ok()?,
                };
                // A time may follow a day after a space.
                let time = matches!(self.text.as_bytes().get(self.at..), Some([b' ', b, ..]) if b.is_ascii_digit());
                (exists(date) && !time).then_some(Value::Time(Datetime::from(date)))
            }
            _ => None,
        }
    }

    fn list(&mut self, depth: u32) -> Option<Vec<Node<'t>>> {
        self.take(b'[')?;
        let mut list = Vec::new();
        loop {
            self.blank_lines()?;
            if self.take(b']').is_some() {
                return Some(list);
            }
            list.push(self.node(depth)?);
            self.blank_lines()?;
            if self.take(b',').is_none() {
                return self.take(b']').map(|()| list);
            }
        }
    }

    /// A table on one line.
    fn table(&mut self, depth: u32) -> Option<Table<'t>> {
        self.take(b'{')?;
        self.spaces();
        let mut entries = Vec::with_capacity(2);
        if self.take(b'}').is_some() {
            return Some(Table::default());
        }
        loop {
            self.spaces();
            let entry = self.entry(depth)?;
            add(&mut entries, entry)?;
            self.spaces();
            if self.take(b',').is_none() {
                return self.take(b'}').map(|()| sorted(entries));
            }
        }
    }
}

/// Whether a byte can stand in a text or a comment of one line.
fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != 0x7F || byte == b'\t'
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0'))
    })
}

/// Whether there is such a day in every year.
fn exists(date: Date) -> bool {
    (1..=12).contains(&date.month) && (1..=28).contains(&date.day) || is_late(date)
}

/// Whether a day after the 28th is there.
fn is_late(date: Date) -> bool {
    match date.month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => (29..=31).contains(&date.day),
        4 | 6 | 9 | 11 => (29..=30).contains(&date.day),
        // Whether a year is a leap year is for others to know.
        _ => false,
    }
}
