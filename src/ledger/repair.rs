//! What a crash left, finished or dropped.
//!
//! Until `checkpoints/SIZE` is there, nothing that an edition wrote was signed for: it is dropped,
//! and the edition can be made again. Once it is there the checkpoint has been signed, and all that
//! it commits to was written before it: the edition is finished, never made again.

use std::{fmt, path::Path};

use walkdir::WalkDir;

use crate::credential::{Did, LIST_BITS, Purpose};
use crate::ledger::{
    Ledger, LedgerError,
    disk::{self, Draft, UNFINISHED, Writer},
    fold::Row,
    lines::{self, LINES, Lines},
    log::{self, CHECKPOINT, Signed},
};
use crate::tlog::TilePath;

/// What became of an edition that was begun and not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// It was signed: the checkpoint of so many leaves is now the newest.
    Finished(u64),
    /// It was not: so many files, and lines of credentials, that no checkpoint covers are gone.
    Dropped {
        /// Files.
        files: usize,
        /// Lines.
        lines: usize,
    },
    /// Lines of erased numbers stood in so many files, and do not any more.
    Blanked(usize),
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an edition was interrupted: ")?;
        match self {
            Self::Finished(size) => {
                write!(f, "it was signed already, and is finished with {size} leaves")
            }
            Self::Dropped { files, lines } => write!(
                f,
                "it was not signed; {lines} sealed lines and {files} files that no checkpoint \
                 covers were dropped"
            ),
            Self::Blanked(files) => {
                write!(f, "what was to be erased is now gone from {files} files")
            }
        }
    }
}

/// Where that comes from which no checkpoint covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// From an edition that this ledger's lock says was being written here.
    Here,
    /// From elsewhere: a merge, or somebody's hand. It may have been published.
    Elsewhere,
}

/// Brings the ledger into the state of its newest signed checkpoint. The lock is held.
pub(super) fn repair(
    folder: &Path,
    issuer: &Did,
    (writer, left): (&Writer, Left),
) -> Result<(Option<Ledger>, Vec<Repair>), LedgerError> {
    let mut repairs = Vec::new();
    let newest = Signed::read(folder, CHECKPOINT)?;
    sweep(folder, writer)?;
    let size = newest.as_ref().map_or(0, |signed| signed.head().size);
    let ahead = log::archive(folder)?.pop().filter(|archived| *archived > size);
    let ledger = match (ahead, newest) {
        (Some(ahead), older) => {
            let ledger = finish(folder, issuer, writer, (ahead, older.as_ref()))?;
            repairs.push(Repair::Finished(ahead));
            Some(ledger)
        }
        (None, Some(signed)) => Some(Ledger::at(folder.to_owned(), issuer, &signed)?),
        (None, None) => None,
    };
    let covered = ledger.as_ref().map_or((0, 0), |ledger| (ledger.serials(), ledger.head.size));
    repairs.extend(drop_beyond(folder, covered, (writer, left))?);
    if let Some(ledger) = &ledger {
        let blanked = blank(folder, &ledger.fold.rows, writer)?;
        repairs.extend((blanked > 0).then_some(Repair::Blanked(blanked)));
    }
    Ok((ledger, repairs))
}

/// Puts the checkpoint of an edition that was signed in its place.
fn finish(
    folder: &Path,
    issuer: &Did,
    writer: &Writer,
    (ahead, older): (u64, Option<&Signed>),
) -> Result<Ledger, LedgerError> {
    let path = log::archived(ahead);
    let refuse = |why: String| LedgerError::TwoHistories { path: path.clone(), why };
    let Some(signed) = Signed::read(folder, &path)? else {
        return Err(refuse("it has gone while it was looked at".to_owned()));
    };
    let opened = Ledger::at(folder.to_owned(), issuer, &signed);
    let ledger = opened.and_then(|ledger| ledger.finished().map(|()| ledger));
    let ledger = ledger.map_err(|error| {
        refuse(format!(
            "it is newer than `ledger/checkpoint`, and its edition is not here: {error}"
        ))
    })?;
    if let Some(older) = older
        && !ledger.extends(older.head())?
    {
        return Err(refuse("`ledger/checkpoint` is not of the same log".to_owned()));
    }
    writer.place(vec![Draft::mutable(CHECKPOINT, signed.note.to_string())])?;
    Ok(ledger)
}

/// Removes unfinished files.
fn sweep(folder: &Path, writer: &Writer) -> Result<(), LedgerError> {
    let unfinished = paths(folder)?;
    let unfinished: Vec<_> = unfinished.into_iter().filter(|p| p.ends_with(UNFINISHED)).collect();
    writer.remove(&unfinished)
}

/// All files of the ledger, sorted.
pub(super) fn paths(folder: &Path) -> Result<Vec<String>, LedgerError> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| LedgerError::Read {
            path: error.path().unwrap_or(folder).to_owned(),
            source: error.into(),
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let parts: Option<Vec<_>> = inside.iter().map(|part| part.to_str()).collect();
        paths.extend(parts.map(|parts| parts.join("/")));
    }
    Ok(paths)
}

/// Drops what lies beyond a checkpoint, which covers so many serials and leaves.
pub(super) fn drop_beyond(
    folder: &Path,
    (serials, size): (u32, u64),
    (writer, left): (&Writer, Left),
) -> Result<Option<Repair>, LedgerError> {
    let beyond: Vec<_> =
        paths(folder)?.into_iter().filter(|path| is_beyond(path, serials, size)).collect();
    let mut lines = 0;
    for path in beyond.iter().filter(|path| path.starts_with("credentials/")) {
        let bytes = disk::read(folder, path)?.unwrap_or_default();
        lines += bytes.split(|byte| *byte == b'\n').count().saturating_sub(1);
    }
    let mut tail = None;
    if !serials.is_multiple_of(LINES) {
        let first = serials - serials % LINES;
        let wanted = lines::lines_of(first, serials);
        let file = Lines::read(folder, first)?;
        file.refuse_merged()?;
        if file.has_tail(wanted) {
            lines += file.len().saturating_sub(wanted).max(1);
            tail = Some(Draft::mutable(lines::path(first), file.first(wanted)));
        }
    }
    let files = beyond.len();
    if files == 0 && lines == 0 {
        return Ok(None);
    }
    if left == Left::Elsewhere {
        return Err(LedgerError::Foreign { files, lines });
    }
    writer.remove(&beyond)?;
    writer.place(tail.into_iter().collect())?;
    Ok(Some(Repair::Dropped { files, lines }))
}

/// Whether a file belongs to serials or leaves that no checkpoint covers.
pub(super) fn is_beyond(path: &str, serials: u32, size: u64) -> bool {
    let number = |rest: &str| rest.trim_end_matches(".jsonl").trim_end_matches(".json").parse();
    let is_from =
        |rest: &str, of: u32| number(rest).is_ok_and(|at: u32| at >= serials.div_ceil(of));
    let list = |purpose: Purpose| format!("status/{}-", purpose.word());
    if let Some(rest) = path.strip_prefix("credentials/") {
        is_from(rest, LINES)
    } else if let Some(rest) = path.strip_prefix("index/") {
        is_from(rest, LINES)
    } else if let Some(rest) = path.strip_prefix(DETAIL) {
        is_from(rest, DETAIL_SERIALS)
    } else if let Some(rest) = path
        .strip_prefix(&*list(Purpose::Revocation))
        .or_else(|| path.strip_prefix(&*list(Purpose::Suspension)))
    {
        is_from(rest, LIST_BITS)
    } else {
        path.parse::<TilePath>().is_ok_and(|tile| log::is_beyond(&tile, size))
    }
}

/// The folder of detail files, and how many serials each is about (`credential::Detail::path`).
const DETAIL: &str = "status/detail/";
const DETAIL_SERIALS: u32 = 1000;

/// Erases lines of erased numbers that still stand there, and says in how many files.
pub(super) fn blank(folder: &Path, rows: &[Row], writer: &Writer) -> Result<usize, LedgerError> {
    let mut blanked = Vec::new();
    for (number, own) in (0..).zip(rows.chunks(LINES as usize)) {
        if own.iter().any(|row| row.is_erased) {
            let lines = Lines::read(folder, number * LINES)?;
            let bytes = lines.blanked(rows, own.len());
            blanked.extend(bytes.map(|bytes| Draft::mutable(lines::path(number * LINES), bytes)));
        }
    }
    let files = blanked.len();
    writer.place(blanked)?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::Detail;

    #[test]
    fn what_no_checkpoint_covers_is_known_by_its_name() {
        assert_eq!(Detail::path(2000), format!("{DETAIL}{:04}.json", 2000 / DETAIL_SERIALS));
        let beyond = |path| is_beyond(path, 1000, 300);
        for path in ["credentials/0001.jsonl", "index/0001", "status/detail/0001.json"] {
            assert!(beyond(path), "{path}");
        }
        assert!(beyond("status/revocation-1.json") && beyond("status/suspension-1.json"));
        assert!(
            beyond("tile/0/001.p/45") && beyond("tile/entries/002") && beyond("tile/1/000.p/2")
        );
        for path in ["credentials/0000.jsonl", "index/0000", "status/revocation-0.json"] {
            assert!(!beyond(path), "{path}");
        }
        assert!(!beyond("tile/0/001.p/44") && !beyond("tile/entries/000") && !beyond("policy"));
        assert!(!beyond("tile/0/001.p/43") && !beyond("checkpoints/300"));
    }
}
