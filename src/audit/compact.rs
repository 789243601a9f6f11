//! What a compact site has in the place of pages: where each entry lies, who was erased, and the page
//! that shows them all.

use std::collections::BTreeMap;

use crate::audit::fault::{Discrepancy, Fault};
use crate::proof::hex;
use crate::verify::{BLOCK_LOG2, Place, Row, Scan, Source, SourceError, block, block_path};

/// Lines of a file of `ledger/credentials/`.
const LINES: u32 = 1000;
/// Erased numbers, each with the edition that says so.
type Erased = BTreeMap<String, String>;
const ERASED: &str = "entries/erased.json";

/// What leads to the entries of a compact site, and the ledger that it must lead to.
pub(super) struct Ways<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) scan: &'a Scan,
}

impl Ways<'_> {
    /// Compares all of it with the ledger.
    pub(super) fn check(&self, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        let expected = self.expected()?;
        let mut serial = 0;
        for rows in expected.chunks(1 << BLOCK_LOG2) {
            self.block(serial, rows, found)?;
            serial = serial.saturating_add(1 << BLOCK_LOG2);
        }
        self.erased(found)?;
        for page in ["404.html", "shell/index.html"] {
            if self.source.get(page)?.is_none() {
                found.push(Discrepancy::at(page, Fault::Missing));
            }
        }
        Ok(())
    }

    /// What must stand for each serial; nothing where the log does not tell.
    fn expected(&self) -> Result<Vec<Option<Row>>, SourceError> {
        let count = u32::try_from(self.scan.serials.len()).unwrap_or(u32::MAX);
        let mut expected = Vec::with_capacity(self.scan.serials.len());
        for file in 0..count.div_ceil(LINES) {
            let path = format!("ledger/credentials/{file:04}.jsonl");
            let bytes = self.source.get(&path)?.unwrap_or_default(); // Its lack was reported.
            let mut lines = bytes.split(|byte| *byte == b'\n');
            let mut offset = 0;
            for serial in file * LINES..count.min((file + 1) * LINES) {
                let length = lines.next().map_or(0, <[u8]>::len) as u64;
                expected.push(self.row(serial, offset, length));
                offset += length + 1;
            }
        }
        Ok(expected)
    }

    /// A file of places, from a serial on.
    fn block(
        &self,
        first: u32,
        expected: &[Option<Row>],
        found: &mut Vec<Discrepancy>,
    ) -> Result<(), SourceError> {
        let path = block_path(first);
        let Some(bytes) = self.source.get(&path)? else {
            found.push(Discrepancy::at(path, Fault::Missing));
            return Ok(());
        };
        let Some(rows) = block(&bytes, first) else {
            let fault = Fault::Malformed("it is no file of places".to_owned());
            found.push(Discrepancy::at(path, fault));
            return Ok(());
        };
        for (serial, (at, row)) in (first..).zip(expected.iter().enumerate()) {
            if row.as_ref().is_some_and(|row| rows.get(at) != Some(row)) {
                let number = self.scan.owner(serial).map(|traces| traces.number.clone());
                let (place, fault) = (path.clone(), Fault::Place(serial));
                found.push(Discrepancy { number, place, fault });
            }
        }
        Ok(())
    }

    /// What must stand for a serial; nothing where the log does not tell.
    fn row(&self, serial: u32, offset: u64, length: u64) -> Option<Row> {
        let traces = self.scan.owner(serial)?;
        if traces.erased.is_some() {
            return Some(Row::Gone);
        }
        let newest = traces.newest()?;
        if newest.serial != serial {
            return Some(Row::Older(newest.serial));
        }
        let before = traces.versions.iter().rev().find(|version| version.serial < serial);
        let prev = before.map(|version| hex(&version.sha256)).unwrap_or_default();
        Some(Row::Newest(Place { serial, offset, length, leaf: newest.leaf, prev }))
    }

    /// The numbers that were erased, and the editions that said so.
    fn erased(&self, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        let erased = self.scan.numbers().iter().filter_map(|traces| {
            let leaf = traces.erased?;
            let edition = self.scan.editions.iter().find(|(at, _)| *at > leaf)?;
            Some((traces.number.to_string(), edition.1.edition.to_string()))
        });
        let expected: Erased = erased.collect();
        match self.source.get(ERASED)?.map(|bytes| serde_json::from_slice::<Erased>(&bytes)) {
            None => found.push(Discrepancy::at(ERASED, Fault::Missing)),
            Some(Ok(says)) if expected == says => {}
            Some(_) => {
                let fault = "it does not name the numbers that the log says were erased".to_owned();
                found.push(Discrepancy::at(ERASED, Fault::Malformed(fault)));
            }
        }
        Ok(())
    }
}
