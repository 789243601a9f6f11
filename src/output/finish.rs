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
    OutputError, Tree, beside::First, claims::Taken, lines::Lines, manifest::Digest, tree::Summary,
    units::Units,
};

impl Tree {
    /// Removes what earlier runs wrote and this one did not, then writes the manifest.
    pub fn finish(self) -> Result<Summary, OutputError> {
        self.finish_step_by_step(&|| ())
    }

    /// Finishes, and says before each change to the disk that it is about to come.
    pub(super) fn finish_step_by_step(mut self, step: &dyn Fn()) -> Result<Summary, OutputError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(OutputError::Incomplete { path: self.root });
        }
        let removed = self.remove_stale()?;
        let taken = std::mem::take(&mut self.claims).sorted();
        let failed = |source| OutputError::Write { path: self.root.clone(), source };
        if let Some(first) = &self.first {
            self.place_first(first, &taken, step)?;
        }
        step();
        let lines = Lines { before: &self.known, units: self.units.as_ref(), taken: &taken };
        let replaced = lines.replaced();
        let print = || lines.print(replaced.as_ref(), (&self.root, &self.next));
        let (printed, places) = rayon::join(print, || lines.places(replaced.as_ref()));
        printed.map_err(failed)?;
        step();
        self.journal.clear().map_err(failed)?;
        step();
        self.beside.clear()?;
        step();
        let (files, bytes) = self.units.as_ref().map(Units::kept).unwrap_or_default();
        let summary = Summary {
            written: self.written.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed) + files,
            removed,
            bytes: self.bytes.load(Ordering::Relaxed) + bytes,
        };
        if let Some(units) = &self.units {
            units.save(&self.root, places, &summary);
        }
        // It takes a while to free them.
        let done = (std::mem::take(&mut self.known), self.units.take(), taken);
        rayon::spawn(move || drop(done));
        Ok(summary)
    }

    /// Brings a first build into its place.
    fn place_first(
        &self,
        first: &First,
        taken: &Taken<Digest>,
        step: &dyn Fn(),
    ) -> Result<(), OutputError> {
        // Before the journal has it: what others have put there meanwhile must not count as ours.
        let names = first.names()?;
        step();
        let paths = taken.order().iter().map(|number| taken.path(*number));
        let noted = self.journal.note_all(paths);
        noted.map_err(|source| OutputError::Write { path: self.root.clone(), source })?;
        for name in names {
            step();
            first.place(&name)?;
        }
        Ok(())
    }
}
