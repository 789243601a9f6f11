//! The entries of a ledger, each a line of `ledger/credentials/NNNN.jsonl`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::verify::source::{Source, SourceError};

/// Lines of one file of `ledger/credentials/`.
pub(super) const LINES: u32 = 1000;

/// The files that were read last.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<BTreeMap<u32, Arc<Vec<u8>>>>);

impl Lines {
    /// A sealed entry by its serial, as the ledger keeps it.
    pub(super) fn line(
        &self,
        source: &dyn Source,
        serial: u32,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let file = serial / LINES;
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = known().get(&file).cloned();
        let lines = match held {
            Some(lines) => lines,
            None => {
                let path = format!("ledger/credentials/{file:04}.jsonl");
                let lines = Arc::new(source.get(&path)?.unwrap_or_default());
                let mut known = known();
                if known.len() >= 16 {
                    known.clear();
                }
                known.insert(file, Arc::clone(&lines));
                lines
            }
        };
        let at = usize::try_from(serial % LINES).unwrap_or_default();
        let line = lines.split(|byte| *byte == b'\n').nth(at);
        Ok(line.filter(|line| !line.is_empty()).map(<[u8]>::to_vec))
    }
}
