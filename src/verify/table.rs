//! Lists of certificates: a table that people keep in a spreadsheet, and the table of answers.

use jiff::civil::Date;

use crate::verify::{
    outcome::Outcome,
    verdict::{Reason, Words},
};

/// A table of what is to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its rows; those without a number are left out.
    pub rows: Vec<Asked>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// A number, or the name of a file.
    pub what: String,
    /// The day asked about, or why there is none.
    pub on: Result<Option<Date>, Unasked>,
}

/// Why a row could not be asked about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unasked {
    /// A day that is none.
    #[error("Line {line} of the table: “{text}” is not a day; write YYYY-MM-DD.")]
    Day {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// A file that is not there.
    #[error("There is no file “{0}”.")]
    NoFile(String),
    /// A file that cannot be read.
    #[error("The file cannot be read: {0}.")]
    Unreadable(String),
}

impl Unasked {
    /// The sentence in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            Self::Day { line, text } => {
                format!("表格第 {line} 行：“{text}”不是日期，请写作 YYYY-MM-DD。")
            }
            Self::NoFile(name) => format!("没有文件“{name}”。"),
            Self::Unreadable(why) => format!("文件无法读取：{why}。"),
        };
        Words { zh, en: self.to_string() }
    }
}

/// Why bytes are no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// Not UTF-8: what a spreadsheet saves where nobody asks it for UTF-8.
    #[error("the table is not UTF-8; save it as “CSV UTF-8”")]
    Utf8,
    /// A quotation mark that is never closed.
    #[error("the quotation mark in line {0} is never closed")]
    Quote(usize),
    /// No row at all.
    #[error("the table holds no row")]
    Empty,
}

const NUMBER_HEADINGS: [&str; 9] = [
    "number",
    "certificate",
    "certificatenumber",
    "certificateno",
    "certno",
    "证书编号",
    "证书号",
    "证书号码",
    "编号",
];
const DAY_HEADINGS: [&str; 6] = ["on", "date", "day", "日期", "查询日期", "基准日"];

/// A heading without what people vary.
fn plain(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Table {
    /// Reads a table: the column headed as a number, else the first; the column headed as a day, if
    /// there is one. Fields are divided by commas, semicolons or tabs.
    pub fn parse(bytes: &[u8]) -> Result<Self, TableError> {
        let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| TableError::Utf8)?;
        let first = text.lines().next().unwrap_or_default();
        let divider = ['\t', ';', ','].into_iter().max_by_key(|d| first.matches(*d).count());
        let records = records(text, divider.unwrap_or(','))?;
        let (_, head) = records.first().ok_or(TableError::Empty)?;
        let column = |names: &[&str]| head.iter().position(|h| names.contains(&&*plain(h)));
        let number = column(&NUMBER_HEADINGS);
        let day = column(&DAY_HEADINGS);
        let headed = number.is_some() || day.is_some();
        let mut rows = Vec::new();
        for (line, record) in records.iter().skip(usize::from(headed)) {
            let cell = |at: usize| record.get(at).map_or("", |cell| cell.trim());
            let what = cell(number.unwrap_or(0));
            let what = what.strip_prefix('\'').unwrap_or(what);
            if what.is_empty() {
                continue;
            }
            let on = day.map(cell).filter(|text| !text.is_empty());
            let wrong = |text: &str| Unasked::Day { line: *line, text: text.to_owned() };
            let on = on.map(|text| text.parse().map_err(|_| wrong(text))).transpose();
            rows.push(Asked { what: what.to_owned(), on });
        }
        if rows.is_empty() { Err(TableError::Empty) } else { Ok(Self { rows }) }
    }

    /// The table of answers, in the order asked, with a mark that tells spreadsheets it is UTF-8.
    pub fn answers(outcomes: &[Outcome], sentence: impl Fn(&Words) -> &str) -> String {
        let mut text = String::from(
            "\u{FEFF}asked,number,on,good,answer,genuine,logged,current,holder,level,valid_until,\
             edition,sentence\r\n",
        );
        for outcome in outcomes {
            text.push_str(&row(outcome, sentence(&outcome.answer.words)));
        }
        text
    }
}

fn row(outcome: &Outcome, sentence: &str) -> String {
    let facts = outcome.facts.as_ref();
    let name = |names: &std::collections::BTreeMap<String, String>| {
        names.get("zh").or_else(|| names.values().next()).cloned().unwrap_or_default()
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let cells = [
        outcome.asked.clone(),
        outcome.number.clone().unwrap_or_default(),
        day(outcome.on),
        if outcome.is_good() { "yes" } else { "no" }.to_owned(),
        outcome.answer.code.name().to_owned(),
        outcome.genuine.code().to_owned(),
        outcome.logged.code().to_owned(),
        outcome.current.code().to_owned(),
        facts.map(|facts| name(&facts.holder)).unwrap_or_default(),
        facts.map(|facts| facts.level.clone()).unwrap_or_default(),
        day(facts.map(|facts| facts.valid_until)),
        outcome.edition.as_ref().map(|edition| edition.name.clone()).unwrap_or_default(),
        sentence.to_owned(),
    ];
    let mut line = cells.map(|cell| quoted(&cell)).join(",");
    line.push_str("\r\n");
    line
}

/// A cell as RFC 4180 has it; what a spreadsheet would take for a formula is marked as text.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula || cell.contains([',', '"', '\n', '\r']) {
        let mark = if formula { "'" } else { "" };
        format!("\"{mark}{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// The records of a text (RFC 4180), each with the line it begins on.
pub(crate) fn records(text: &str, divider: char) -> Result<Vec<(usize, Vec<String>)>, TableError> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun) = (1, 1);
    let mut characters = text.chars().peekable();
    let mut quote: Option<usize> = None;
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('"', Some(_)) if characters.next_if_eq(&'"').is_some() => cell.push('"'),
            ('"', Some(_)) => quote = None,
            ('"', None) if cell.is_empty() => quote = Some(line),
            ('\n', None) => {
                record.push(std::mem::take(&mut cell));
                records.push((begun, std::mem::take(&mut record)));
                begun = line + 1;
            }
            ('\r', None) => {}
            (c, None) if c == divider => record.push(std::mem::take(&mut cell)),
            (c, _) => cell.push(c),
        }
        line += usize::from(c == '\n');
    }
    if let Some(line) = quote {
        return Err(TableError::Quote(line));
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push((begun, record));
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Vec<(String, Option<String>)> {
        let table = Table::parse(text.as_bytes()).unwrap();
        let row = |row: Asked| (row.what, row.on.unwrap().map(|day| day.to_string()));
        table.rows.into_iter().map(row).collect()
    }

    fn one(what: &str, on: Option<&str>) -> (String, Option<String>) {
        (what.to_owned(), on.map(str::to_owned))
    }

    #[test]
    fn the_column_of_numbers_is_found_by_its_heading() {
        let text =
            "\u{FEFF}供应商,证书编号,日期\r\n\"甲, 乙\",AST-1,2026-05-01\r\n丙,AST-2,\r\n,,\r\n";
        assert_eq!(asked(text), [one("AST-1", Some("2026-05-01")), one("AST-2", None)]);
        assert_eq!(asked("Certificate No.;x\nA-1;2\n"), [one("A-1", None)]);
    }

    #[test]
    fn a_list_without_headings_is_a_list_of_numbers() {
        assert_eq!(
            asked("A-1\nA-2\n\n'00123\n"),
            [one("A-1", None), one("A-2", None), one("00123", None)]
        );
    }

    #[test]
    fn what_is_no_table_is_said() {
        let error = |bytes: &[u8]| Table::parse(bytes).unwrap_err();
        assert_eq!(error(b"\xD6\xA4\xCA\xE9"), TableError::Utf8);
        assert_eq!(error(b"number\n\"A-1\n"), TableError::Quote(2));
        assert_eq!(error(b"number\n"), TableError::Empty);
        let table = Table::parse(b"number,on\nA-1,1 May\n").unwrap();
        let wrong = Unasked::Day { line: 2, text: "1 May".to_owned() };
        assert_eq!(table.rows[0].on, Err(wrong));
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
