//! Workbooks (ECMA-376), as far as a list in one needs it: the cells of the first sheet that holds
//! some. The page reads them alike (`assets/xlsx.js`). Total over hostile bytes.

use std::{collections::HashMap, io::Read};

use flate2::{Crc, read::DeflateDecoder};
use jiff::{ToSpan, civil::date};

use super::{
    table::{Cell, TableError},
    xml::{Element, elements, texts, unescaped},
};

/// No part of a list is larger unpacked; a part that is was made to fill memory.
const MOST: u64 = 64 << 20;
/// Rows and columns beyond which a sheet is no list.
const ROWS: usize = 1 << 20;
const COLUMNS: usize = 200;

/// Whether bytes begin as a workbook does, of this or an older kind.
pub(super) fn is_book(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF])
}

// ── Zip ──

/// The parts of a zip file, by name.
struct Zip<'b> {
    bytes: &'b [u8],
    parts: HashMap<String, Part>,
}

struct Part {
    flags: u16,
    method: u16,
    sum: u32,
    packed: usize,
    start: usize,
}

fn two(bytes: &[u8], at: usize) -> Result<u16, TableError> {
    let two = bytes.get(at..).and_then(<[u8]>::first_chunk).ok_or(TableError::Damaged)?;
    Ok(u16::from_le_bytes(*two))
}

fn four(bytes: &[u8], at: usize) -> Result<u32, TableError> {
    let four = bytes.get(at..).and_then(<[u8]>::first_chunk).ok_or(TableError::Damaged)?;
    Ok(u32::from_le_bytes(*four))
}

fn place(number: u32) -> Result<usize, TableError> {
    usize::try_from(number).map_err(|_| TableError::Damaged)
}

impl<'b> Zip<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, TableError> {
        let tail = bytes.len().saturating_sub(66_000);
        let end = bytes.get(tail..).unwrap_or_default();
        let end = end.windows(4).rposition(|four| four == b"PK\x05\x06").map(|at| tail + at);
        let end = end.ok_or(TableError::Damaged)?;
        let mut at = place(four(bytes, end + 16)?)?;
        let mut parts = HashMap::new();
        for _ in 0..two(bytes, end + 10)? {
            if four(bytes, at)? != 0x0201_4B50 {
                return Err(TableError::Damaged);
            }
            let name = usize::from(two(bytes, at + 28)?);
            let more = usize::from(two(bytes, at + 30)?) + usize::from(two(bytes, at + 32)?);
            let path = bytes.get(at + 46..at + 46 + name).ok_or(TableError::Damaged)?;
            let part = Part {
                flags: two(bytes, at + 8)?,
                method: two(bytes, at + 10)?,
                sum: four(bytes, at + 16)?,
                packed: place(four(bytes, at + 20)?)?,
                start: place(four(bytes, at + 42)?)?,
            };
            parts.insert(String::from_utf8_lossy(path).into_owned(), part);
            at += 46 + name + more;
        }
        Ok(Self { bytes, parts })
    }

    /// The text of a part; an empty one where there is none.
    fn text(&self, path: &str) -> Result<String, TableError> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let Some(Part { flags, method, sum, packed, start }) = self.parts.get(path) else {
            return Ok(String::new());
        };
        if flags & 1 == 1 {
            return Err(TableError::Locked);
        }
        let names = usize::from(two(self.bytes, start.saturating_add(26))?)
            + usize::from(two(self.bytes, start.saturating_add(28))?);
        let begin = start.saturating_add(30 + names);
        let raw = self.bytes.get(begin..begin.saturating_add(*packed));
        let raw = raw.ok_or(TableError::Damaged)?;
        let mut part = Vec::new();
        match method {
            0 => part.extend_from_slice(raw),
            8 => {
                let read = DeflateDecoder::new(raw).take(MOST + 1).read_to_end(&mut part);
                read.map_err(|_| TableError::Damaged)?;
            }
            _ => return Err(TableError::Damaged),
        }
        if u64::try_from(part.len()).is_ok_and(|length| length > MOST) {
            return Err(TableError::TooLarge);
        }
        let mut crc = Crc::new();
        crc.update(&part);
        if crc.sum() != *sum {
            return Err(TableError::Damaged);
        }
        String::from_utf8(part).map_err(|_| TableError::Damaged)
    }
}

// ── Cells ──

/// What the cells of a workbook have in common.
struct Book {
    strings: Vec<String>,
    /// Which styles show a number as a day.
    days: Vec<bool>,
    /// How many days its first day is later than usual.
    shift: i64,
}

/// The rows of the first sheet that holds something.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, TableError> {
    if !bytes.starts_with(b"PK") {
        return Err(TableError::OldBook);
    }
    let zip = Zip::open(bytes)?;
    let about = zip.text("xl/workbook.xml")?;
    if about.is_empty() {
        return Err(TableError::NoBook);
    }
    let links = zip.text("xl/_rels/workbook.xml.rels")?;
    let links: HashMap<String, String> = elements(&links, "Relationship")
        .map(|link| (link.attribute("Id"), link.attribute("Target")))
        .collect();
    let late = elements(&about, "workbookPr")
        .any(|settings| matches!(&*settings.attribute("date1904"), "1" | "true"));
    let strings = zip.text("xl/sharedStrings.xml")?;
    let book = Book {
        strings: elements(&strings, "si").map(|one| texts(one.inner)).collect(),
        days: day_styles(&zip.text("xl/styles.xml")?),
        shift: if late { 1462 } else { 0 },
    };
    for sheet in elements(&about, "sheet") {
        let target = links.get(&sheet.attribute_ending(":id")).cloned().unwrap_or_default();
        let path = if target.starts_with('/') { target } else { format!("xl/{target}") };
        let rows = rows_in(&zip.text(&path)?, &book)?;
        if rows.iter().flatten().any(|cell| *cell != Cell::Text(String::new())) {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn rows_in(sheet: &str, book: &Book) -> Result<Vec<Vec<Cell>>, TableError> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for row in elements(sheet, "row") {
        let at: usize = row.attribute("r").parse().unwrap_or_default();
        let at = at.saturating_sub(1).max(rows.len());
        if at >= ROWS {
            return Err(TableError::TooLarge);
        }
        rows.resize(at, Vec::new());
        let mut cells = Vec::new();
        for cell in elements(row.inner, "c") {
            let column = column_of(&cell.attribute("r")).unwrap_or_default().max(cells.len());
            if column > COLUMNS {
                break;
            }
            cells.resize(column, Cell::Text(String::new()));
            cells.push(cell_of(&cell, book));
        }
        rows.push(cells);
    }
    Ok(rows)
}

/// The place of a column, from 0, by its letters.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase).take(3);
    let number = letters.fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    number.checked_sub(1)
}

fn cell_of(cell: &Element<'_>, book: &Book) -> Cell {
    let value = elements(cell.inner, "v").next();
    let text = value.map(|value| unescaped(value.inner)).unwrap_or_default();
    let shown = match &*cell.attribute("t") {
        "s" => {
            let at = text.parse::<usize>().ok();
            at.and_then(|at| book.strings.get(at)).cloned().unwrap_or_default()
        }
        "inlineStr" => texts(cell.inner),
        "str" => text,
        "d" => text.chars().take(10).collect(),
        "e" | "b" => String::new(),
        _ => {
            let style: usize = cell.attribute("s").parse().unwrap_or_default();
            return number_cell(&text, book.days.get(style) == Some(&true), book.shift);
        }
    };
    Cell::Text(shown)
}

/// A number as it is shown. Spreadsheets keep 15 digits: of a code that arrived as one, the last are
/// lost.
fn number_cell(text: &str, is_day: bool, shift: i64) -> Cell {
    let Ok(number) = text.parse::<f64>() else { return Cell::Text(text.to_owned()) };
    if is_day && let Some(day) = day_of_number(number, shift) {
        return Cell::Text(day);
    }
    if number.abs() >= 1e15 {
        let (digits, power) = match format!("{number:.5e}").split_once('e') {
            Some((digits, power)) => (digits.to_owned(), power.to_owned()),
            None => (text.to_owned(), String::new()),
        };
        return Cell::Damaged(format!("{digits}E+{power}"));
    }
    Cell::Text(number.to_string())
}

/// The day of a spreadsheet's day number. Its 1900 has a 29 February.
fn day_of_number(number: f64, shift: i64) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "days are few")]
    let whole = number.floor() as i64;
    let days = whole + if shift > 0 { shift } else { i64::from(number < 60.0) };
    let day = date(1970, 1, 1).checked_add((days - 25_569).days()).ok()?;
    (days > 0).then(|| day.to_string())
}

/// Which styles show a number as a day.
fn day_styles(styles: &str) -> Vec<bool> {
    let custom: HashMap<String, String> = elements(styles, "numFmt")
        .map(|format| (format.attribute("numFmtId"), format.attribute("formatCode")))
        .collect();
    let Some(formats) = elements(styles, "cellXfs").next() else { return Vec::new() };
    let is_day = |format: Element<'_>| {
        let id = format.attribute("numFmtId");
        let own = custom
            .get(&id)
            .is_some_and(|code| bare(code).contains(['y', 'Y', 'd', 'D', '年', '日']));
        let known = matches!(id.parse(), Ok(14..=17 | 22 | 27..=31 | 36 | 50..=58));
        known || own
    };
    elements(formats.inner, "xf").map(is_day).collect()
}

/// A format without texts, colours and what is escaped.
fn bare(code: &str) -> String {
    let (mut out, mut until) = (String::new(), None);
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        match (c, until) {
            (c, Some(end)) if c == end => until = None,
            (_, Some(_)) => {}
            ('"', None) => until = Some('"'),
            ('[', None) => until = Some(']'),
            ('\\', None) => _ = characters.next(),
            (c, None) => out.push(c),
        }
    }
    out
}
