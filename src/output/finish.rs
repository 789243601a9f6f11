//! The end of a run.
//!
//! A run may be killed between any two changes to the disk. So that the next one goes on from what
//! is there, they come in this order:
//!
//! 1. A first build's paths go into the journal, all of them before the first is there: whatever a
//!    kill leaves of the next step is known to be ours.
//! 2. What was made beside comes into its place, one entry at the top after another. Each is whole.
//! 3. The manifest comes into its place, and lists everything that is there.
//! 4. The journal is emptied. Done earlier, what was written would be nobody's.
//! 5. The hidden folder goes, which is empty; the next run would remove it as well.
//! 6. What the cache is to know is taken down last, with the folders as they now are.

use std::sync::atomic::Ordering;

use crate::output::{
    OutputError, Tree,
    beside::First,
    disk,
    listing::Listing,
    manifest::{self, MANIFEST},
    tree::Summary,
    units::Units,
};

impl Tree {
    /// Removes what earlier runs wrote and this one did not, then writes the manifest.
    pub fn finish(self) -> Result<Summary, OutputError> {
        self.finish_step_by_step(&|| ())
    }

    /// Finishes, and says before each change to the disk that it is about to come.
    pub(super) fn finish_step_by_step(self, step: &dyn Fn()) -> Result<Summary, OutputError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(OutputError::Incomplete { path: self.root });
        }
        let removed = self.remove_stale()?;
        let now = self.listing();
        if let Some(first) = &self.first {
            self.place_first(first, &now, step)?;
        }
        step();
        if !self.is_listed || now.text() != self.known.text() {
            disk::replace(&self.root, MANIFEST, now.text().as_bytes(), &self.next)?;
        }
        step();
        let failed = |source| OutputError::Write { path: self.root.clone(), source };
        self.journal.clear().map_err(failed)?;
        step();
        self.beside.clear()?;
        step();
        let (files, bytes) = self.units.as_ref().map(Units::kept).unwrap_or_default();
        let summary = Summary {
            written: self.written.into_inner(),
            unchanged: self.unchanged.into_inner() + files,
            removed,
            bytes: self.bytes.into_inner() + bytes,
        };
        if let Some(units) = self.units {
            units.save(&self.root, &self.known, &now, &summary);
        }
        Ok(summary)
    }

    /// Brings a first build into its place.
    fn place_first(
        &self,
        first: &First,
        now: &Listing,
        step: &dyn Fn(),
    ) -> Result<(), OutputError> {
        // Before the journal has it: what others have put there meanwhile must not count as ours.
        let names = first.names()?;
        let path = || self.root.clone();
        let paths = (0..now.len()).map(|line| now.path(line));
        self.journal
            .note_all(paths)
            .map_err(|source| OutputError::Write { path: path(), source })?;
        for name in names {
            step();
            first.place(&name)?;
        }
        Ok(())
    }

    /// What this run leaves: the lines that stay, and those of what it has taken.
    fn listing(&self) -> Listing {
        let claims = self.claims.lock();
        let mut files: Vec<_> =
            claims.iter().map(|(taken, digest)| (taken.path(), digest)).collect();
        files.sort_unstable();
        let mut text = String::with_capacity(self.known.text().len());
        let mut files = files.into_iter().peekable();
        let units = self.units.as_ref();
        let kept = (0..self.known.len()).filter(|line| units.is_some_and(|u| u.is_kept(*line)));
        for line in kept {
            let path = self.known.path(line);
            manifest::print(&mut text, std::iter::from_fn(|| files.next_if(|file| file.0 < path)));
            if files.peek().is_none_or(|file| file.0 != path) {
                text.push_str(self.known.line(line));
            }
        }
        manifest::print(&mut text, files);
        Listing::new(text)
    }
}
