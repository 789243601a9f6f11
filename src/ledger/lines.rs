//! `credentials/NNNN.jsonl`: the sealed bytes, one credential a line, a thousand lines a file.

use std::{io::BufRead as _, path::Path};

use rayon::prelude::*;

use crate::ledger::{LedgerError, disk, fold::Row};
use crate::proof::sha256;

/// How many credentials a file holds.
pub(super) const LINES: u32 = 1000;

/// The file of a serial, below `ledger/`.
pub(super) fn path(serial: u32) -> String {
    format!("credentials/{:04}.jsonl", serial / LINES)
}

/// One file of credentials.
#[derive(Debug)]
pub(super) struct Lines {
    path: String,
    first: u32,
    bytes: Vec<u8>,
    /// Where each line ends, before its newline.
    ends: Vec<usize>,
}

impl Lines {
    /// Reads the file of a serial; without lines where it is not there.
    pub(super) fn read(folder: &Path, serial: u32) -> Result<Self, LedgerError> {
        let path = path(serial);
        let bytes = disk::read(folder, &path)?.unwrap_or_default();
        let (mut ends, mut rest) = (Vec::with_capacity(LINES as usize), bytes.as_slice());
        while rest.skip_until(b'\n').is_ok_and(|length| length > 0) {
            ends.push(bytes.len() - rest.len() - 1);
        }
        if !bytes.ends_with(b"\n") {
            ends.pop(); // It went on to the end of the file.
        }
        Ok(Self { path, first: serial - serial % LINES, bytes, ends })
    }

    /// How many whole lines it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Refuses a file that git could not merge.
    pub(super) fn refuse_merged(&self) -> Result<(), LedgerError> {
        if !disk::is_conflict(&self.bytes) {
            return Ok(());
        }
        let why = "git has left its conflict marks in it".to_owned();
        Err(LedgerError::TwoHistories { path: self.path.clone(), why })
    }

    /// Whether something stands after the last whole line, or more than so many lines.
    pub(super) fn has_tail(&self, lines: usize) -> bool {
        self.bytes.len() > self.start(lines.min(self.len()))
    }

    /// The bytes of the first so many lines.
    pub(super) fn first(&self, lines: usize) -> &[u8] {
        &self.bytes[..self.start(lines.min(self.len()))]
    }

    /// Where a line begins, or the last one ends.
    fn start(&self, line: usize) -> usize {
        if line == 0 { 0 } else { self.ends[line - 1] + 1 }
    }

    /// A line without its newline, whoever wrote it.
    pub(super) fn raw(&self, serial: u32) -> Option<&[u8]> {
        let line = serial.checked_sub(self.first)? as usize;
        let end = *self.ends.get(line)?;
        self.bytes.get(self.start(line)..end)
    }

    /// A line that must be what its leaf says.
    pub(super) fn sealed(&self, serial: u32, row: &Row) -> Result<&[u8], LedgerError> {
        let number = serial % LINES + 1;
        let damaged = |why: String| LedgerError::Damaged { path: self.path.clone(), why };
        let line = self.raw(serial);
        if let Some(line) = line.filter(|line| sha256(line) == row.sha256) {
            return Ok(line);
        }
        self.refuse_merged()?;
        Err(damaged(match line {
            None => format!("line {number} is missing"),
            Some(_) => format!("line {number} is not what leaf {} says was sealed", row.leaf),
        }))
    }

    /// The first so many lines, those of erased numbers without what stood in them. Nothing where
    /// none of them has to go.
    pub(super) fn blanked(&self, rows: &[Row], lines: usize) -> Option<Vec<u8>> {
        let own = rows.iter().skip(self.first as usize).take(lines.min(self.len()));
        let own: Vec<_> = (self.first..).zip(own).collect();
        let is_left = |serial: u32, row: &Row| {
            row.is_erased && self.raw(serial).is_some_and(|line| !line.is_empty())
        };
        if !own.iter().any(|(serial, row)| is_left(*serial, row)) {
            return None;
        }
        let mut bytes = Vec::with_capacity(self.bytes.len());
        for (serial, row) in own {
            if !row.is_erased {
                bytes.extend_from_slice(self.raw(serial).unwrap_or_default());
            }
            bytes.push(b'\n');
        }
        Some(bytes)
    }
}

/// How many lines the file that a serial begins has, of so many serials.
pub(super) fn lines_of(first: u32, serials: u32) -> usize {
    serials.saturating_sub(first).min(LINES) as usize
}

/// The first serial of each file.
pub(super) fn firsts(serials: u32) -> impl Iterator<Item = u32> {
    (0..serials).step_by(LINES as usize)
}

/// How many files are read before what was made of their lines is handed on.
const AT_ONCE: usize = 16;

/// Hands each unerased credential that is wanted to `take`, file by file on all threads, and what
/// that makes of it to `put`, in the order of serials. The lines of a file a thread are held at once,
/// and what was made of a few files.
pub(super) fn each<T, E>(
    folder: &Path,
    rows: &[Row],
    is_wanted: &(impl Fn(u32) -> bool + Sync),
    (take, put): (&(impl Fn(u32, &[u8]) -> Result<T, E> + Sync), &mut dyn FnMut(T)),
) -> Result<(), E>
where
    T: Send,
    E: From<LedgerError> + Send,
{
    let serials = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let wanted = |first: u32| {
        let range = first..first.saturating_add(LINES).min(serials);
        range.filter(|serial| !rows[*serial as usize].is_erased && is_wanted(*serial))
    };
    let files: Vec<_> = firsts(serials).filter(|first| wanted(*first).next().is_some()).collect();
    let of_file = |first: &u32| -> Result<Vec<T>, E> {
        let lines = Lines::read(folder, *first)?;
        let taken = wanted(*first).map(|serial| {
            let line = lines.sealed(serial, &rows[serial as usize])?;
            take(serial, line)
        });
        taken.collect()
    };
    for files in files.chunks(AT_ONCE) {
        let taken: Vec<Vec<T>> = files.par_iter().map(of_file).collect::<Result<_, E>>()?;
        taken.into_iter().flatten().for_each(&mut *put);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::disk::{Draft, Writer};

    fn row(text: &str, is_erased: bool) -> Row {
        Row { leaf: 1, sha256: sha256(text.as_bytes()), is_erased }
    }

    fn file(text: &str) -> (tempfile::TempDir, Lines) {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::new(folder.path(), None).unwrap();
        writer.place(vec![Draft::mutable(path(0), text)]).unwrap();
        let lines = Lines::read(folder.path(), 0).unwrap();
        (folder, lines)
    }

    #[test]
    fn a_line_is_its_leafs_or_an_error() {
        let (_folder, lines) = file("a\nb\n\nhalf");
        assert_eq!((lines.len(), lines.has_tail(3), lines.first(1)), (3, true, &b"a\n"[..]));
        assert_eq!(lines.sealed(1, &row("b", false)).unwrap(), b"b");
        assert_eq!(lines.raw(2), Some(&b""[..]));
        let error = lines.sealed(1, &row("c", false)).unwrap_err().to_string();
        assert!(error.contains("line 2 is not what leaf 1 says"), "{error}");
        assert!(lines.sealed(3, &row("half", false)).unwrap_err().to_string().contains("missing"));
    }

    #[test]
    fn a_merge_is_told_from_other_damage() {
        let (_folder, lines) = file("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n");
        let error = lines.sealed(1, &row("b", false)).unwrap_err();
        assert!(matches!(error, LedgerError::TwoHistories { .. }), "{error}");
    }

    #[test]
    fn erased_lines_keep_their_newline() {
        let (_folder, lines) = file("a\nb\nc\ntail\n");
        let rows = [row("a", false), row("b", true), row("c", false)];
        assert_eq!(lines.blanked(&rows, 3).unwrap(), b"a\n\nc\n");
        let (_folder, lines) = file("a\n\nc\n");
        assert_eq!(lines.blanked(&rows, 3), None);
    }

    #[test]
    fn files_hold_a_thousand_lines() {
        assert_eq!(
            (path(999), path(1000)),
            ("credentials/0000.jsonl".into(), "credentials/0001.jsonl".into())
        );
        assert_eq!(firsts(2001).collect::<Vec<_>>(), [0, 1000, 2000]);
        assert_eq!([lines_of(0, 2001), lines_of(2000, 2001), lines_of(3000, 2001)], [1000, 1, 0]);
    }
}
