//! Lines of CSV (RFC 4180), as spreadsheets take them.

/// One line.
pub(super) fn csv_line(cells: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut line = Line::new(&mut bytes);
    for cell in cells {
        line.cell(cell);
    }
    line.end();
    bytes
}

/// A line of CSV while it is written.
pub(super) struct Line<'l> {
    bytes: &'l mut Vec<u8>,
    is_begun: bool,
}

impl<'l> Line<'l> {
    pub(super) fn new(bytes: &'l mut Vec<u8>) -> Self {
        Self { bytes, is_begun: false }
    }

    pub(super) fn cell(&mut self, cell: &str) {
        if std::mem::replace(&mut self.is_begun, true) {
            self.bytes.push(b',');
        }
        // A spreadsheet takes such a cell for a formula; the JSON file has it as it is.
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if !formula && !cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
            return self.bytes.extend_from_slice(cell.as_bytes());
        }
        self.bytes.extend_from_slice(if formula { b"\"'" } else { b"\"" });
        self.bytes.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        self.bytes.push(b'"');
    }

    pub(super) fn cells<const N: usize>(&mut self, cells: [&str; N]) {
        for cell in cells {
            self.cell(cell);
        }
    }

    pub(super) fn end(self) {
        self.bytes.extend_from_slice(b"\r\n");
    }
}
