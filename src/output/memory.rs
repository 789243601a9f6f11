//! The published files without a disk.

use std::sync::Arc;

use crate::output::{
    OutputError, Sink,
    paths::{self, Claims},
};

/// The files of one build, held in memory for the preview.
#[derive(Debug, Default)]
pub struct Memory {
    files: Claims<Arc<[u8]>>,
}

impl Memory {
    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        let key = paths::key(path).ok()?;
        let files = self.files.lock();
        let (spelled, bytes) = files.get(&key)?;
        (spelled == path).then(|| Arc::clone(bytes))
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> = self.files.lock().values().map(|(path, _)| path.clone()).collect();
        paths.sort_unstable();
        paths
    }
}

impl Sink for Memory {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let key = paths::key(path)?;
        self.files.claim(&key, path, bytes.into()).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_under_its_own_spelling_only() {
        let memory = Memory::default();
        let sink: &dyn Sink = &memory;
        sink.write("c/A.html", b"a").unwrap();
        sink.write("b.html", b"b").unwrap();
        assert_eq!(memory.get("c/A.html").unwrap().as_ref(), b"a");
        assert_eq!(memory.get("c/a.html"), None);
        assert_eq!(memory.get("../c/A.html"), None);
        assert_eq!(memory.paths(), ["b.html", "c/A.html"]);
        assert!(matches!(sink.write("b.html", b"x"), Err(OutputError::Twice { .. })));
    }
}
