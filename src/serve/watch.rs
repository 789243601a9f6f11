//! Says when a file that a build reads has changed.

use std::{
    path::Path,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::AccessKind};

use crate::serve::matters;

/// Editors save in several steps; a build waits until they are through.
const QUIET: Duration = Duration::from_millis(120);

/// The changes of a folder, gathered until it is quiet.
pub(super) struct Changes(Receiver<()>);

impl Changes {
    /// Waits for a change, and for the quiet after it. Nothing when nobody watches any more.
    pub(super) fn next(&self) -> Option<()> {
        self.0.recv().ok()?;
        while self.0.recv_timeout(QUIET).is_ok() {}
        Some(())
    }
}

/// Watches a register's folder. The watcher works as long as it is kept.
pub(super) fn watch(root: &Path) -> notify::Result<(Changes, RecommendedWatcher)> {
    let root = root.canonicalize()?;
    let (sender, receiver) = channel();
    let watched = root.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        let looked = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(notify::event::AccessMode::Write));
        if !looked && event.paths.iter().any(|path| matters(&watched, path)) {
            let _ = sender.send(()); // Nobody waits any more: the server has stopped.
        }
    })?;
    watcher.watch(&root, RecursiveMode::NonRecursive)?;
    for folder in ["content", "themes"].map(|folder| root.join(folder)) {
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
    }
    Ok((Changes(receiver), watcher))
}
