//! What of the ledger is published: what its checkpoint covers, and nothing that a crash left.

use rayon::prelude::*;

use crate::ledger::{
    Ledger, LedgerError, disk,
    lines::{self, LINES, Lines},
    log::{self, CHECKPOINT, POLICY},
    open::DID,
    repair,
};
use crate::tlog::TilePath;

impl Ledger {
    /// Hands each published file, with its path below `ledger/`, to a function, from several threads;
    /// but for those that another function has a mind to leave out.
    pub fn files<E>(
        &self,
        is_known: &(impl Fn(&str) -> bool + Sync),
        take: &(impl Fn(&str, &[u8]) -> Result<(), E> + Sync),
    ) -> Result<(), E>
    where
        E: From<LedgerError> + Send,
    {
        let paths = repair::paths(&self.folder)?;
        let published: Vec<_> = paths.into_iter().filter(|path| self.is_published(path)).collect();
        published.par_iter().filter(|path| !is_known(path)).try_for_each(|path| {
            let number =
                path.strip_prefix("credentials/").map(|rest| rest.trim_end_matches(".jsonl"));
            match number.and_then(|number| number.parse::<u32>().ok()) {
                Some(number) => take(path, &self.lines(number * LINES)?),
                None => take(path, &disk::read(&self.folder, path)?.unwrap_or_default()),
            }
        })
    }

    /// How many lines of a file of credentials so many serials cover; none of any other file.
    pub fn covered(path: &str, serials: u32) -> u32 {
        let number = path.strip_prefix("credentials/").and_then(|rest| rest.strip_suffix(".jsonl"));
        let first = number.and_then(|number| number.parse::<u32>().ok()?.checked_mul(LINES));
        first.map_or(0, |first| serials.saturating_sub(first).min(LINES))
    }

    /// A file of credentials without what no leaf names, and without what was erased.
    fn lines(&self, first: u32) -> Result<Vec<u8>, LedgerError> {
        let lines = Lines::read(&self.folder, first)?;
        let count = lines::lines_of(first, self.serials());
        let blanked = lines.blanked(&self.fold.rows, count);
        Ok(blanked.unwrap_or_else(|| lines.first(count).to_vec()))
    }

    fn is_published(&self, path: &str) -> bool {
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        let is_number = |text: &str| text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit());
        let known = match folder {
            "" => name == CHECKPOINT || name == POLICY,
            "keys" => path == DID,
            log::CHECKPOINTS => name.parse().is_ok_and(|size: u64| size <= self.head.size),
            "tile" => path.parse::<TilePath>().is_ok(),
            "credentials" => name.strip_suffix(".jsonl").is_some_and(is_number),
            "index" => is_number(name),
            "status" => match name.strip_prefix("detail/") {
                Some(name) => name.strip_suffix(".json").is_some_and(is_number),
                None => self.publish().lists.contains_key(path),
            },
            _ => false,
        };
        known && !repair::is_beyond(path, self.serials(), self.head.size)
    }
}
