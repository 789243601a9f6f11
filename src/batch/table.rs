//! A list of what is to be checked: which column holds what, and what each line asks. The page reads
//! lists alike (`assets/table.js`).

use std::{collections::HashMap, sync::LazyLock};

use jiff::civil::Date;
use regex_lite::Regex;
use unicode_normalization::UnicodeNormalization;

use super::cell::{CellKind, day_of, is_company, key_of, kind_of, pattern, trimmed};
use super::{
    book::{self, is_book},
    text::{rows_of, text_of},
    words::Why,
};
use crate::verify::Words;

/// The most characters of a line, the signed statement of a code aside.
const LONGEST: usize = 300;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    /// A long number that a spreadsheet has rounded.
    Damaged(String),
}

impl Cell {
    fn text(&self) -> &str {
        let (Self::Text(text) | Self::Damaged(text)) = self;
        trimmed(text.strip_prefix('\'').unwrap_or(text))
    }

    fn kind(&self) -> CellKind {
        match self {
            Self::Text(_) => kind_of(self.text()),
            Self::Damaged(_) => CellKind::Rounded,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Numbers, codes, names.
    Any,
    Number,
    Code,
    Name,
    Day,
    Site,
    /// Nothing that is asked.
    Nothing,
}

/// Why a line cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A spreadsheet took the code for a number and rounded it.
    Rounded,
    /// A credit code that is too short or too long.
    CodeLength,
    /// More than a number, a code and a name.
    TooLong,
    /// A day that is none, or could be read in two ways.
    Day(String),
}

impl Fault {
    /// The word that programs read.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rounded => "rounded",
            Self::CodeLength => "code_length",
            Self::TooLong => "too_long",
            Self::Day(_) => "day",
        }
    }
}

/// A line to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The row of the table, from 1.
    pub row: usize,
    /// All that stands in it.
    pub text: String,
    /// A number, an address, or the text of a QR code.
    pub number: String,
    /// A credit code in capitals.
    pub code: String,
    /// A name.
    pub name: String,
    /// The name or address of a site.
    pub site: String,
    /// The name of a file: an entry or evidence.
    pub file: String,
    /// The line's own day.
    pub on: Option<Date>,
    /// Why it cannot be asked.
    pub fault: Option<Fault>,
    /// The line, from 1, that asks the same before it.
    pub same: Option<usize>,
}

impl Line {
    /// A line of one text.
    pub fn of(text: &str) -> Self {
        line_of(&[Cell::Text(text.to_owned())], &[Kind::Any], 1)
    }

    /// What it asks, as it was written.
    pub fn asked(&self) -> &str {
        let asked = [&self.file, &self.number, &self.code, &self.name, &self.text];
        asked.into_iter().find(|text| !text.is_empty()).map_or("", |text| text.as_str())
    }

    /// Why it cannot be asked, in words.
    pub fn faulty(&self) -> Option<Words> {
        self.fault.as_ref().map(|fault| Why::from(fault).words(self))
    }

    /// What two lines that ask the same have in common.
    fn key(&self) -> Option<String> {
        if self.fault.is_some() || !self.file.is_empty() {
            return None;
        }
        // With another name or code beside it a number is another question.
        let name: String = self.name.nfkc().filter(|c| !c.is_whitespace()).collect();
        let (number, name) = (key_of(&self.number), name.to_uppercase());
        let on = self.on.map(|on| on.to_string()).unwrap_or_default();
        Some([&*number, &self.code, &name, &on, &self.site].join("\t"))
    }
}

/// Why a file is no list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// It asks nothing.
    #[error("the table holds no row")]
    Empty,
    /// A workbook of the time before 2007.
    #[error("this is an old workbook (.xls); save it as .xlsx or as CSV")]
    OldBook,
    /// Another kind of file that is packed alike.
    #[error("this is no workbook; save the list as .xlsx or as CSV")]
    NoBook,
    /// A workbook with a password.
    #[error("the workbook has a password; remove it, or save the list as CSV")]
    Locked,
    /// A workbook that cannot be read.
    #[error("the workbook is damaged; save the list as CSV")]
    Damaged,
    /// More than a list has.
    #[error("the workbook is too large; save the list as CSV")]
    TooLarge,
}

/// A list of what is to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The lines that ask something, in order.
    pub lines: Vec<Line>,
}

impl Table {
    /// Reads the bytes of a file: text, or a workbook.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let table = if is_book(bytes) { Self::of(&book::read(bytes)?) } else { Self::parse(bytes) };
        if table.lines.is_empty() { Err(TableError::Empty) } else { Ok(table) }
    }

    /// Reads the bytes of a text file: UTF-8, UTF-16 or GB 18030; commas, semicolons or tabs.
    fn parse(bytes: &[u8]) -> Self {
        let rows = rows_of(&text_of(bytes)).into_iter();
        Self::of(&rows.map(|row| row.into_iter().map(Cell::Text).collect()).collect::<Vec<_>>())
    }

    pub(super) fn of(all: &[Vec<Cell>]) -> Self {
        let rows: Vec<(usize, &[Cell])> = (1..)
            .zip(all.iter().map(Vec::as_slice))
            .filter(|(_, cells)| cells.iter().any(|cell| !cell.text().is_empty()))
            .collect();
        let head = head_at(&rows);
        let headings: Vec<Option<Kind>> = head
            .map(|head| rows[head].1.iter().map(|cell| heading_of(cell.text())).collect())
            .unwrap_or_default();
        let body = rows.get(head.map_or(0, |head| head + 1)..).unwrap_or_default();
        let kinds = kinds_of(body, &headings);
        let lines = body.iter().map(|(row, cells)| line_of(cells, &kinds, *row));
        let mut lines: Vec<Line> = lines
            .filter(|line| {
                let asked = [&line.number, &line.code, &line.name, &line.file];
                line.fault.is_some() || asked.iter().any(|text| !text.is_empty())
            })
            .collect();
        let mut seen = HashMap::new();
        for (at, line) in (1..).zip(&mut lines) {
            let first = line.key().map(|key| *seen.entry(key).or_insert(at));
            line.same = first.filter(|first| *first != at);
        }
        Self { lines }
    }
}

macro_rules! headings {
    ($($kind:ident $pattern:expr;)*) => {
        static HEADINGS: LazyLock<Vec<(Kind, Regex)>> = LazyLock::new(|| {
            let known = [$((Kind::$kind, $pattern)),*];
            let compile = |(kind, text)| (kind, Regex::new(text).expect("the pattern is sound"));
            known.map(compile).into()
        });
    };
}

headings! {
    Nothing "^(序号|no|nr|#|行号|备注|remarks?|地址|address|电话|phone|联系人)$";
    Day "^(on|date|day|日期|查询日期|核验日期|基准日|投标日期|投标日|开标日期|askedon)$";
    Code "(信用代码|税号|机构代码|creditcode|uscc|taxid)";
    Number "(证书编号|证书号|证号|证书号码|certificate|certno|^number$|^编号$)";
    Site "^(场所|场所名称|门店|门店名称|网点|网点名称|site|sites|store|shop|outlet|branch|location)$";
    Name "^(投标|中标|供应|供货|生产|制造|获证|持证|合作|承包)?(企业|公司|单位|供应商|商|厂商|厂家|组织|机构|客户|人|方)(中文)?(名称|全称)?$|^(中文)?(名称|全称)$|^(company|supplier|enterprise|organi[sz]ation|holder|vendor|bidder|client)?(name)?s?$";
}
pattern!(STATEMENT, r"#\d{50,1000}\d{0,200}");

/// What a heading says of its column.
fn heading_of(text: &str) -> Option<Kind> {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let plain: String = plain.chars().filter(|c| c.is_alphanumeric() || *c == '#').collect();
    let short = !plain.is_empty() && plain.encode_utf16().count() < 30;
    let says = |(_, says): &&(Kind, Regex)| says.is_match(&plain);
    HEADINGS.iter().find(says).filter(|_| short).map(|(kind, _)| *kind)
}

/// Which row is the heading, if one is: of the first five, the one that names most columns and asks
/// nothing itself.
fn head_at(rows: &[(usize, &[Cell])]) -> Option<usize> {
    let filled = |cells: &[Cell]| cells.iter().filter(|cell| !cell.text().is_empty()).count();
    let widest = rows.iter().map(|(_, cells)| filled(cells)).max().unwrap_or_default();
    let score = |(_, cells): &(usize, &[Cell])| {
        let asks = cells.iter().filter(|cell| !cell.text().is_empty()).any(|cell| {
            use CellKind::{Address, Code, File, Number, Rounded};
            matches!(cell.kind(), Number | Code | Address | Rounded | File)
                || (is_company(cell.text()) && heading_of(cell.text()).is_none())
        });
        if asks || (filled(cells) == 1 && widest > 1) {
            return 0;
        }
        cells.iter().filter(|cell| heading_of(cell.text()).is_some()).count()
    };
    let scores: Vec<usize> = rows.iter().take(5).map(score).collect();
    let most = scores.iter().copied().max().filter(|most| *most > 0)?;
    scores.iter().position(|score| *score == most)
}

/// What the cells of a column are.
fn kind_of_column(cells: &[&Cell]) -> Kind {
    use CellKind::{Address, Code, CodeLength, Day, File, Index, Name, Number, Rounded};
    let kinds: Vec<CellKind> = cells.iter().map(|cell| cell.kind()).collect();
    let most = |wanted: &[CellKind]| {
        let count = kinds.iter().filter(|kind| wanted.contains(kind)).count();
        count * 5 > kinds.len() * 4
    };
    match () {
        () if kinds.is_empty() || most(&[Index]) => Kind::Nothing,
        () if most(&[Day]) => Kind::Day,
        () if most(&[Code, Rounded, CodeLength]) => Kind::Code,
        () if most(&[Number, Address, File]) => Kind::Number,
        () if most(&[Name]) => Kind::Name,
        () => Kind::Any,
    }
}

/// What each column holds, by its heading or else by what stands in it.
fn kinds_of(rows: &[(usize, &[Cell])], headings: &[Option<Kind>]) -> Vec<Kind> {
    let count = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default().max(1);
    let heading = |at: usize| headings.get(at).copied().flatten();
    if count == 1 {
        return vec![heading(0).unwrap_or(Kind::Any)];
    }
    let column = |at: usize| {
        let cells = rows.iter().filter_map(move |(_, cells)| cells.get(at));
        cells.filter(|cell| !cell.text().is_empty()).collect::<Vec<_>>()
    };
    let columns: Vec<Vec<&Cell>> = (0..count).map(column).collect();
    let headed = headings.iter().any(Option::is_some);
    let found = |(at, cells): (usize, &Vec<&Cell>)| {
        heading(at).unwrap_or_else(|| match kind_of_column(cells) {
            Kind::Day if headed => Kind::Nothing,
            kind => kind,
        })
    };
    let mut kinds: Vec<Kind> = columns.iter().enumerate().map(found).collect();
    one_of_each(&mut kinds, &columns, heading);
    if kinds.iter().any(|kind| matches!(kind, Kind::Number | Kind::Code)) {
        for kind in kinds.iter_mut().filter(|kind| **kind == Kind::Any) {
            *kind = Kind::Nothing;
        }
    }
    kinds
}

/// Of each kind there is one column: the one that its heading names, the one of companies, or the
/// first.
fn one_of_each(
    kinds: &mut [Kind],
    columns: &[Vec<&Cell>],
    heading: impl Fn(usize) -> Option<Kind>,
) {
    let companies = |at: usize| columns[at].iter().filter(|cell| is_company(cell.text())).count();
    for kind in [Kind::Number, Kind::Code, Kind::Name, Kind::Day, Kind::Site, Kind::Any] {
        let places: Vec<usize> = (0..kinds.len()).filter(|at| kinds[*at] == kind).collect();
        let named = places.iter().copied().find(|at| heading(*at).is_some());
        let likely = match kind {
            // Of as many, the first.
            Kind::Name => places.iter().rev().copied().max_by_key(|at| companies(*at)),
            _ => places.first().copied(),
        };
        let kept = named.or(likely);
        for at in places.into_iter().filter(|at| Some(*at) != kept) {
            kinds[at] = Kind::Nothing;
        }
    }
}

/// What a row asks.
fn line_of(cells: &[Cell], kinds: &[Kind], row: usize) -> Line {
    let texts: Vec<&str> = cells.iter().map(Cell::text).filter(|text| !text.is_empty()).collect();
    let mut line = Line { row, text: texts.join(" "), ..Line::default() };
    for (cell, kind) in cells.iter().zip(kinds) {
        let text = cell.text();
        match kind {
            _ if text.is_empty() => {}
            Kind::Nothing => {}
            Kind::Site => text.clone_into(&mut line.site),
            Kind::Day => {
                line.on = day_of(text);
                if line.on.is_none() {
                    line.fault.get_or_insert(Fault::Day(text.to_owned()));
                }
            }
            kind => take(&mut line, cell, *kind),
        }
    }
    // The signed statement of a code is long.
    if STATEMENT.replace_all(&line.text, "").encode_utf16().count() > LONGEST {
        line.fault.get_or_insert(Fault::TooLong);
    }
    let otherwise = !line.number.is_empty() || !line.code.is_empty();
    if otherwise && line.fault == Some(Fault::Rounded) {
        line.fault = None;
    }
    line
}

/// Takes a cell for what it is, or for what its column is where it could be either.
fn take(line: &mut Line, cell: &Cell, column: Kind) {
    let text = cell.text();
    let first = |held: &mut String, text: &str| {
        if held.is_empty() {
            text.clone_into(held);
        }
    };
    match cell.kind() {
        CellKind::Rounded => _ = line.fault.get_or_insert(Fault::Rounded),
        CellKind::CodeLength => _ = line.fault.get_or_insert(Fault::CodeLength),
        CellKind::Code => first(&mut line.code, &key_of(text).replace('-', "")),
        CellKind::File => first(&mut line.file, text),
        CellKind::Name if column == Kind::Number && !is_company(text) => {
            first(&mut line.number, text);
        }
        CellKind::Name => first(&mut line.name, text),
        _ if column == Kind::Name => first(&mut line.name, text),
        _ => first(&mut line.number, text),
    }
}
