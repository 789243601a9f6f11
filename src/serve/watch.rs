//! Says when a file that a build reads has changed.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::AccessKind};

use crate::serve::matters;

/// Editors save in several steps; a build waits until they are through.
const QUIET: Duration = Duration::from_millis(120);

/// The folders of a register that are watched with all that is in them.
const FOLDERS: [&str; 2] = ["content", "themes"];

/// The changes of a folder, gathered until it is quiet.
pub(super) struct Changes {
    receiver: Receiver<()>,
    watcher: RecommendedWatcher,
    root: PathBuf,
    /// Whether a folder has come, gone, or is another.
    is_another: Arc<AtomicBool>,
}

impl Changes {
    /// Waits for a change, and for the quiet after it. Nothing when nobody watches any more.
    pub(super) fn next(&mut self) -> Option<()> {
        self.receiver.recv().ok()?;
        while self.receiver.recv_timeout(QUIET).is_ok() {}
        if self.is_another.swap(false, Ordering::Relaxed) {
            // One that cannot be watched is seen when another file is saved.
            let _ = self.watch_folders();
        }
        Some(())
    }

    /// Watches the folders that are there now.
    fn watch_folders(&mut self) -> notify::Result<()> {
        for folder in FOLDERS.map(|folder| self.root.join(folder)) {
            // One that has gone, or never was, is not watched: whatever is said to that.
            let _ = self.watcher.unwatch(&folder);
            if folder.is_dir() {
                self.watcher.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }
}

/// Watches a register's folder.
pub(super) fn watch(root: &Path) -> notify::Result<Changes> {
    let root = root.canonicalize()?;
    let (sender, receiver) = channel();
    let is_another = Arc::new(AtomicBool::default());
    let (watched, notes) = (root.clone(), Arc::clone(&is_another));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        let looked = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(notify::event::AccessMode::Write));
        if looked || !event.paths.iter().any(|path| matters(&watched, path)) {
            return;
        }
        let is_folder = |path: &PathBuf| FOLDERS.iter().any(|folder| *path == watched.join(folder));
        if event.paths.iter().any(is_folder) {
            notes.store(true, Ordering::Relaxed);
        }
        let _ = sender.send(()); // Nobody waits any more: the server has stopped.
    })?;
    watcher.watch(&root, RecursiveMode::NonRecursive)?;
    let mut changes = Changes { receiver, watcher, root, is_another };
    changes.watch_folders()?;
    Ok(changes)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write as anybody does")]
mod tests {
    use std::{fs, sync::mpsc, thread};

    use super::*;

    #[test]
    fn folders_that_came_later_or_were_replaced_are_followed() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        fs::create_dir_all(path("content/a")).unwrap();
        let mut changes = watch(root.path()).unwrap();
        let (sender, seen) = mpsc::channel();
        thread::spawn(move || while changes.next().is_some() && sender.send(()).is_ok() {});
        let is_seen = |what: &str| {
            assert!(seen.recv_timeout(Duration::from_secs(10)).is_ok(), "{what} is not seen");
            // What comes late of the same change.
            while seen.recv_timeout(4 * QUIET).is_ok() {}
        };
        fs::write(path("content/a/1.md"), "1").unwrap();
        is_seen("a file");
        fs::rename(path("content"), path("away")).unwrap();
        fs::create_dir_all(path("content/a")).unwrap();
        is_seen("another folder");
        fs::write(path("content/a/2.md"), "2").unwrap();
        is_seen("a file in it");
        fs::create_dir_all(path("themes/mine")).unwrap();
        is_seen("a new folder");
        fs::write(path("themes/mine/3.css"), "3").unwrap();
        is_seen("a file in that");
    }
}
