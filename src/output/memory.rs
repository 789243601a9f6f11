//! The published files without a disk.

use std::sync::Arc;

use crate::output::{OutputError, Sink, claims::Claims, paths};

/// The files of one build, held in memory for the preview.
#[derive(Debug, Default)]
pub struct Memory {
    files: Claims<Arc<[u8]>>,
}

impl Memory {
    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        self.files.with(path, Arc::clone)
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = self.files.paths();
        paths.sort_unstable();
        paths
    }
}

impl Sink for Memory {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        paths::key(path)?;
        self.files.claim(path, bytes.into()).map(drop)
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
