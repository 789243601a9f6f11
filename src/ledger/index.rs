//! `index/NNNN`: the leaf of each serial, as u32 in big endian, a thousand a file.

use crate::ledger::{fold::Row, lines::LINES};

/// The files of the index, below `ledger/`.
pub(super) fn files(rows: &[Row]) -> impl Iterator<Item = (String, Vec<u8>)> {
    rows.chunks(LINES as usize).enumerate().map(|(number, rows)| {
        // The log is full before a leaf's place needs more than four bytes.
        let leaf = |row: &Row| u32::try_from(row.leaf).unwrap_or(u32::MAX).to_be_bytes();
        (format!("index/{number:04}"), rows.iter().flat_map(leaf).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_a_thousand_places() {
        let rows: Vec<_> =
            (0..1001).map(|leaf| Row { leaf, sha256: [0; 32], is_erased: false }).collect();
        let files: Vec<_> = files(&rows).collect();
        assert_eq!((&*files[0].0, files[0].1.len()), ("index/0000", 4000));
        assert_eq!(files[1], ("index/0001".to_owned(), vec![0, 0, 3, 232]));
    }
}
