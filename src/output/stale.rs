//! What earlier runs have left and this one has no place for.

use std::{collections::BTreeSet, path::Path};

use crate::output::{
    OutputError, Tree,
    disk::{self, Emptied, Found},
    paths::{self, UNFINISHED},
};

impl Tree {
    /// Removes a folder of earlier runs that stands where a file must; it must end up empty.
    pub(super) fn remove_below(&self, path: &str) -> Result<(), OutputError> {
        let below = format!("{path}/");
        let mut folders = BTreeSet::from([path.to_owned()]);
        for stale in self.stale().into_iter().filter(|stale| stale.starts_with(&below)) {
            self.remove(stale)?;
            folders.insert(paths::folder(stale).to_owned());
        }
        self.prune(folders, path)?;
        let target = self.root.join(path);
        match disk::found(&target)? {
            Found::Nothing => Ok(()),
            _ => Err(OutputError::InTheWay { path: target }),
        }
    }

    /// Removes a file of an earlier run, if it still is one.
    pub(super) fn remove(&self, path: &str) -> Result<Removed, OutputError> {
        let file = self.root.join(path);
        let inside = disk::is_inside(&self.root, paths::folder(path))?;
        if !inside || !matches!(disk::found(&file)?, Found::File(..)) {
            return Ok(Removed::No);
        }
        disk::remove_file(&file).map(|()| Removed::Yes)
    }

    /// The path of a file that an earlier run wrote, by key, unless it stays.
    pub(super) fn stale_at(&self, key: &str) -> Option<&str> {
        let known = self.known.get(key, key)?;
        let stays = |line| self.units.as_ref().is_some_and(|units| units.is_kept(line));
        let is_stale = !self.claims.has(key) && !self.known.find(known.path).is_some_and(stays);
        is_stale.then_some(known.path)
    }

    /// The paths of all files that earlier runs wrote and this one has not, so far.
    pub(super) fn stale(&self) -> Vec<&str> {
        let units = self.units.as_ref();
        let gone = |line: &usize| !units.is_some_and(|units| units.is_kept(*line));
        let listed = (0..self.known.len()).filter(gone).map(|line| self.known.path(line));
        let listed = listed.filter(|path| !self.claims.has(path));
        let left = self.known.left().filter(|(key, _)| !self.claims.has(key));
        listed.chain(left.map(|(_, path)| path)).collect()
    }

    pub(super) fn remove_stale(&self) -> Result<u64, OutputError> {
        let mut removed = 0;
        let mut folders = BTreeSet::new();
        for path in self.stale() {
            removed += u64::from(self.remove(path)? == Removed::Yes);
            folders.insert(paths::folder(path).to_owned());
        }
        self.prune(folders, "")?;
        Ok(removed)
    }

    /// Removes folders that are empty and those above them, up to one.
    fn prune(&self, folders: BTreeSet<String>, top: &str) -> Result<(), OutputError> {
        // From the last: what lies deeper comes after what it lies in.
        for folder in folders.into_iter().rev() {
            let mut folder = folder.as_str();
            while !folder.is_empty()
                && folder.starts_with(top)
                && disk::is_inside(&self.root, folder)?
            {
                if disk::remove_folder(&self.root.join(folder))? == Emptied::Kept {
                    break;
                }
                folder = paths::folder(folder);
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Removed {
    Yes,
    No,
}

/// Removes the unfinished files of a killed run: they lie where its journal says.
pub(super) fn sweep(root: &Path, left: &[String]) -> Result<(), OutputError> {
    let mut folders: BTreeSet<_> = left.iter().map(|path| paths::folder(path)).collect();
    if !left.is_empty() {
        folders.insert(""); // The manifest's.
    }
    for folder in folders {
        if disk::is_inside(root, folder)? {
            let folder = root.join(folder);
            for name in disk::names(&folder)?.iter().filter(|name| name.ends_with(UNFINISHED)) {
                disk::remove_file(&folder.join(name))?;
            }
        }
    }
    Ok(())
}
