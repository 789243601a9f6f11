//! Tables as text (RFC 4180).

/// A quotation mark, in a line, that is never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unclosed(pub(crate) usize);

/// A cell as RFC 4180 has it; what a spreadsheet would take for a formula is marked as text.
pub(crate) fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula || cell.contains([',', '"', '\n', '\r']) {
        let mark = if formula { "'" } else { "" };
        format!("\"{mark}{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// The records of a text (RFC 4180), each with the line it begins on.
pub(crate) fn records(text: &str, divider: char) -> Result<Vec<(usize, Vec<String>)>, Unclosed> {
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
        return Err(Unclosed(line));
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

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_said() {
        assert_eq!(records("number\n\"A-1\n", ','), Err(Unclosed(2)));
        let rows = vec![(1, vec!["a,b".to_owned(), "c".to_owned()]), (2, vec!["\"".to_owned()])];
        assert_eq!(records("\"a,b\",c\r\n\"\"\"\"\n", ','), Ok(rows));
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
