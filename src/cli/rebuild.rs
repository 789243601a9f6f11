//! A site against what the register's own folder builds: file by file, as they are made.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::Failure;
use attestar::{
    audit::{Discrepancy, Fault},
    load::Today,
    output::{OutputError, Sink},
    pipeline::{self, BuildOptions, State},
    theme::Minify,
    verify::{Source, SourceError},
};

/// Takes the files of a build and keeps none: each is compared with the one that a site serves.
struct Comparison<'c> {
    source: &'c dyn Source,
    made: Mutex<BTreeSet<String>>,
    found: Mutex<Vec<Discrepancy>>,
    failed: Mutex<Option<SourceError>>,
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ledger is what the audit itself looks at; a site's may have more cosignatures than ours.
fn is_ledger(path: &str) -> bool {
    path.starts_with("ledger/")
}

fn at(path: &str, fault: Fault) -> Discrepancy {
    Discrepancy { number: None, place: path.to_owned(), fault }
}

impl Sink for Comparison<'_> {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        lock(&self.made).insert(path.to_owned());
        if is_ledger(path) {
            return Ok(());
        }
        let fault = match self.source.get(path) {
            Ok(Some(served)) if served == bytes => return Ok(()),
            Ok(None) => Fault::Missing,
            Ok(Some(_)) | Err(SourceError::TooLarge { .. } | SourceError::NotAFile(_)) => {
                Fault::NotBuilt
            }
            Err(error) => match Fault::of(&error) {
                Some(fault) => fault,
                None => {
                    lock(&self.failed).get_or_insert(error);
                    return Ok(());
                }
            },
        };
        lock(&self.found).push(at(path, fault));
        Ok(())
    }
}

impl Comparison<'_> {
    /// Files beside those that were made, as far as the place can tell.
    fn foreign(&self) -> Result<Vec<Discrepancy>, SourceError> {
        let made = lock(&self.made);
        let folder =
            |path: &String| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let folders: BTreeSet<String> = made.iter().map(folder).collect();
        let mut found = Vec::new();
        for folder in folders.into_iter().filter(|folder| !is_ledger(&format!("{folder}/"))) {
            for name in self.source.list(&folder)?.unwrap_or_default() {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                let hidden = path.starts_with('.') && !path.contains('/');
                if !hidden && !made.contains(&path) {
                    found.push(at(&path, Fault::Foreign));
                }
            }
        }
        Ok(found)
    }
}

/// What a site serves otherwise than the register's folder builds it on a day.
pub(super) fn compare(
    root: &Path,
    source: &dyn Source,
    clock: Timestamp,
) -> Result<Vec<Discrepancy>, Failure> {
    let options = BuildOptions {
        today: Today::Now(clock),
        base_url: None,
        minify: Minify::Yes,
        state: State::Sealed,
    };
    let sink = Comparison {
        source,
        made: Mutex::default(),
        found: Mutex::default(),
        failed: Mutex::default(),
    };
    let built = pipeline::build_into(root, sink, &options)?;
    let Some((_, compared)) = built.made else {
        return Err("the register here does not build: see `attestar check`".into());
    };
    if let Some(error) = lock(&compared.failed).take() {
        return Err(error.into());
    }
    let mut found = compared.foreign()?;
    found.append(&mut lock(&compared.found));
    Ok(found)
}
