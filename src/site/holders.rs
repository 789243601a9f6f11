//! Who holds which certificates.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use rayon::prelude::*;

use crate::model::HolderId;
use crate::site::index::Entry;

/// A holder; [`Holders::held_by`] tells its certificates.
#[derive(Debug)]
pub(crate) struct HolderEntry<'r> {
    pub(crate) id: &'r HolderId,
    /// Where its certificates stand among those of all holders.
    held: Range<u32>,
}

/// Who holds which certificates.
#[derive(Debug)]
pub(crate) struct Holders<'r> {
    /// In the order of their first certificates.
    pub(crate) all: Vec<HolderEntry<'r>>,
    /// The holder of each entry.
    of: Vec<u32>,
    /// The certificates of one holder after the other.
    held: Vec<u32>,
    /// The holders of names that several have.
    homonyms: BTreeMap<&'r str, Vec<u32>>,
}

impl<'r> Holders<'r> {
    pub(super) fn of(entries: &[Entry<'r>]) -> Self {
        let mut places: HashMap<&'r HolderId, u32> = HashMap::new();
        let mut holders: Vec<HolderEntry<'r>> = Vec::new();
        let mut holder_of = Vec::with_capacity(entries.len());
        for id in entries.iter().map(|entry| entry.standing.holder_id) {
            let place = *places.entry(id).or_insert_with(|| {
                holders.push(HolderEntry { id, held: 0..0 });
                u32::try_from(holders.len() - 1).unwrap_or(u32::MAX)
            });
            // Their number first, which is where the next one's certificates begin.
            holders[place as usize].held.end += 1;
            holder_of.push(place);
        }
        drop(places);
        let mut begin = 0;
        for HolderEntry { held, .. } in &mut holders {
            let count = held.end;
            *held = begin..begin;
            begin += count;
        }
        let mut held = vec![0; entries.len()];
        for (at, holder) in (0..).zip(&holder_of) {
            let range = &mut holders[*holder as usize].held;
            held[range.end as usize] = at;
            range.end += 1;
        }
        let newest = |at: &u32| Reverse((entries[*at as usize].standing.issued, *at));
        for HolderEntry { held: of, .. } in &holders {
            held[of.start as usize..of.end as usize].sort_by_key(newest);
        }
        let homonyms = homonyms(entries, &holders, &held);
        Self { all: holders, of: holder_of, held, homonyms }
    }

    /// The holders of a name that several have.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = u32> {
        self.homonyms.get(name).into_iter().flatten().copied()
    }

    /// The certificates of the one who holds an entry's, newest first.
    pub(crate) fn held_with(&self, entry: &Entry<'_>) -> &[u32] {
        let holder = self.of.get(entry.at as usize);
        let holder = holder.and_then(|at| self.all.get(*at as usize));
        holder.map_or(&[], |holder| self.held_by(holder))
    }

    /// A holder's certificates, newest first; there is one at least.
    pub(crate) fn held_by(&self, holder: &HolderEntry<'_>) -> &[u32] {
        &self.held[holder.held.start as usize..holder.held.end as usize]
    }
}

/// The holders of names that several have, by the names that they have now.
fn homonyms<'r>(
    entries: &[Entry<'r>],
    holders: &[HolderEntry<'r>],
    held: &[u32],
) -> BTreeMap<&'r str, Vec<u32>> {
    let mut names: Vec<(&'r str, u32)> = Vec::with_capacity(holders.len());
    for (at, holder) in (0..).zip(holders) {
        let newest = &entries[held[holder.held.start as usize] as usize];
        names.extend(newest.standing.holder_name.iter().map(|(_, name)| (name, at)));
    }
    names.par_sort_unstable();
    let alike = names.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1);
    alike.map(|alike| (alike[0].0, alike.iter().map(|(_, at)| *at).collect())).collect()
}
