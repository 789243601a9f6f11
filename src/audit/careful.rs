//! A place in which one file that cannot be looked at hides no other.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::audit::fault::{Discrepancy, Fault};
use crate::verify::{Note, Reach, Shape, Source, SourceError};

/// After so many files that a host refuses, the host is down, and not a file.
const REFUSALS: usize = 50;

/// Calls a file that cannot be looked at missing, and keeps the reason.
pub(super) struct Careful<'s> {
    source: &'s dyn Source,
    troubles: Mutex<BTreeMap<String, Fault>>,
}

impl<'s> Careful<'s> {
    pub(super) fn new(source: &'s dyn Source) -> Self {
        Self { source, troubles: Mutex::default() }
    }

    fn troubles(&self) -> MutexGuard<'_, BTreeMap<String, Fault>> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing in the place of what cannot be looked at; the error where nothing can be.
    fn heard<T>(
        &self,
        path: &str,
        answer: Result<Option<T>, SourceError>,
    ) -> Result<Option<T>, SourceError> {
        let error = match answer {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let mut troubles = self.troubles();
        match Fault::of(&error) {
            Some(fault) if troubles.len() < REFUSALS => {
                troubles.insert(path.to_owned(), fault);
                Ok(None)
            }
            _ => Err(error),
        }
    }

    /// Says of each file that could not be looked at why, instead of that it is missing.
    pub(super) fn settle(&self, found: &mut Vec<Discrepancy>) {
        for (path, fault) in &*self.troubles() {
            let mut missing = false;
            for discrepancy in found.iter_mut() {
                if discrepancy.place == *path && discrepancy.fault == Fault::Missing {
                    discrepancy.fault = fault.clone();
                    missing = true;
                }
            }
            if !missing {
                found.push(Discrepancy::at(path.clone(), fault.clone()));
            }
        }
    }
}

impl Source for Careful<'_> {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.heard(path, self.source.get(path))
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<String>>, SourceError> {
        self.heard(folder, self.source.list(folder))
    }

    fn place(&self) -> String {
        self.source.place()
    }

    fn shape(&self) -> Shape {
        self.source.shape()
    }

    fn reach(&self) -> Reach {
        self.source.reach()
    }

    fn note(&self) -> Option<Note> {
        self.source.note()
    }
}
