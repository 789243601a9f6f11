//! What can go wrong with the output.

use std::{io, path::PathBuf};

/// Why a file could not be written, or a folder not be written to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A folder that is not there and cannot be made.
    #[error("cannot make the folder `{path}`")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file or folder that cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file or folder that cannot be removed.
    #[error("cannot remove `{path}`")]
    Remove {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that is never written over stands where a new one should be.
    #[error("`{path}` is there already and is never written over; move it away first")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another process writes to the folder.
    #[error("another build is writing to `{path}`; wait until it has ended")]
    Locked {
        /// The output folder.
        path: PathBuf,
    },
    /// A file that no build wrote stands in the output folder.
    #[error("`{path}` was not written by a build; move it away, or allow it with `--adopt`")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The output folder is a symbolic link.
    #[error("`{path}` is a symbolic link; name the folder it leads to")]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// Something that is no file or no folder stands where one must be.
    #[error("`{path}` is in the way; nothing but plain files and folders may stand there")]
    InTheWay {
        /// What is in the way.
        path: PathBuf,
    },
    /// The list of files of an earlier run cannot be understood.
    #[error(
        "line {line} of `{path}` is not what a build wrote; remove it and build with `--adopt`"
    )]
    ManifestMalformed {
        /// The manifest or the journal.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// A path that leaves the output folder, or has no meaning on some system.
    #[error("`{path}` cannot be the path of an output")]
    PathInvalid {
        /// The path.
        path: String,
    },
    /// Two different files with one path.
    #[error("two different files want the path `{path}`")]
    Twice {
        /// The path.
        path: String,
    },
    /// Two paths that are one where capitals do not count.
    #[error("the paths `{path}` and `{other}` differ only in capitals, which many disks ignore")]
    Capitals {
        /// The second.
        path: String,
        /// The first.
        other: String,
    },
    /// A run cannot be finished after a file of it could not be written.
    #[error("`{path}` stays unfinished, since not every file could be written")]
    Incomplete {
        /// The output folder.
        path: PathBuf,
    },
}
