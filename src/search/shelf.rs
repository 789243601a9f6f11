//! Rows in memory, looked up without an index: of a register that was never built.

use std::collections::HashMap;

use crate::model::number_key;
use crate::search::{
    alike::{ALIKE, likest, pairs, share},
    fold::{core, fold},
    found::Found,
    lookup::Named,
};

/// Rows in memory.
#[derive(Debug, Default)]
pub struct Shelf {
    /// The newest last, each with its folded names.
    rows: Vec<(Found, Vec<String>)>,
    /// The pairs of each row's names.
    cores: Vec<Vec<Vec<u32>>>,
    keys: HashMap<String, Vec<usize>>,
}

impl Shelf {
    /// Puts rows in order.
    pub fn new(mut rows: Vec<Found>) -> Self {
        rows.sort_by_key(|row| row.serial);
        let mut shelf = Self::default();
        for (at, row) in rows.into_iter().enumerate() {
            let names: Vec<String> = row.names().map(fold).collect();
            let ids = [number_key(&row.number), row.id.clone()];
            let mut keys: Vec<String> =
                ids.into_iter().chain(row.former_ids.clone()).chain(names.clone()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !key.is_empty()) {
                shelf.keys.entry(key).or_default().push(at);
            }
            shelf.cores.push(names.iter().map(|name| pairs(core(name))).collect());
            shelf.rows.push((row, names));
        }
        shelf
    }

    /// Rows with this number, identifier or whole folded name, newest first.
    pub fn exact(&self, key: &str) -> Vec<Found> {
        let places = self.keys.get(key).into_iter().flatten().rev();
        places.filter_map(|at| self.rows.get(*at)).map(|(row, _)| row.clone()).collect()
    }

    /// Some rows of a level of a scheme, newest first.
    pub fn of_level(&self, scheme: &str, level: &str, limit: usize) -> Vec<Found> {
        let rows = self.rows.iter().rev().map(|(row, _)| row);
        rows.filter(|row| row.is_of(scheme, level)).take(limit).cloned().collect()
    }

    /// Rows with a text in one of their names, newest first.
    pub fn containing(&self, text: &str, limit: usize) -> Named {
        let folded = fold(text);
        let named = self.rows.iter().rev().filter(|(_, names)| {
            !folded.is_empty() && names.iter().any(|name| name.contains(&folded))
        });
        let rows = named.map(|(row, _)| row.clone()).take(limit).collect();
        Named { rows, partial: false }
    }

    /// Rows with a name like one that is not there, the likest first.
    pub fn similar(&self, text: &str) -> Vec<Found> {
        let asked = pairs(core(&fold(text)));
        let likeness =
            |cores: &[Vec<u32>]| cores.iter().map(|name| share(&asked, name)).fold(0.0, f64::max);
        let known = self.rows.iter().zip(&self.cores).rev();
        let alike = known.map(|((row, _), cores)| (likeness(cores), row));
        likest(alike.filter(|(share, _)| *share >= ALIKE).map(|(share, row)| (share, row.clone())))
    }
}
