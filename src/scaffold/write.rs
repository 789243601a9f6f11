//! Writes a new register into an empty folder, and never over anything.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use crate::scaffold::{sample, starter};

/// The largest sample.
pub const MOST_CERTIFICATES: u32 = 1_000_000;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Made-up certificates instead of the starter's three.
    pub sample: Option<Sample>,
    /// The day that dates count back from: the starter's too, so that `check` finds nothing to
    /// say about it on that day.
    pub today: Date,
}

/// A number of made-up certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many, at most [`MOST_CERTIFICATES`].
    pub count: u32,
    /// The same count, seed and day give the same bytes, in every version of the program.
    pub seed: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files, certificates included.
    pub files: u64,
    /// Certificates.
    pub certificates: u64,
}

/// Why a register could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScaffoldError {
    /// Something that is no dot file stands in the folder.
    #[error("`{}` is not empty: a new register needs an empty or a new folder", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// More certificates than a sample has.
    #[error("a sample has at most {MOST_CERTIFICATES} certificates, and {count} were asked for")]
    TooMany {
        /// How many were asked for.
        count: u32,
    },
    /// The folder cannot be looked into.
    #[error("cannot read the folder `{}`", path.display())]
    Read {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder cannot be made.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes a new register into `dir`, which is made if it is not there and must hold nothing but
/// dot files if it is. A dot file that is there already (such as `.gitignore`) is left as it is.
///
/// `progress` is called now and then, from several threads, with how many certificates were
/// written since. `register.toml` is written last: a folder without it is no register yet.
pub fn write(
    dir: &Path,
    options: &Options,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Written, ScaffoldError> {
    if let Some(count) = options.sample.map(|s| s.count).filter(|count| *count > MOST_CERTIFICATES)
    {
        return Err(ScaffoldError::TooMany { count });
    }
    refuse_what_is_there(dir)?;
    let (certificates, files) = match options.sample {
        Some(sample) => {
            sample::write(dir, sample, options.today, progress)?;
            (u64::from(sample.count), starter::for_sample(options.today))
        }
        None => (0, starter::for_body(options.today)),
    };
    let mut written = Written { files: certificates, certificates };
    for file in files {
        if create(&dir.join(&file.path), file.text.as_bytes())? == Created::Yes {
            written.files += 1;
        }
        if file.path.starts_with("content/certificates/") {
            written.certificates += 1;
            progress(1);
        }
    }
    Ok(written)
}

fn refuse_what_is_there(dir: &Path) -> Result<(), ScaffoldError> {
    let fail = |source| ScaffoldError::Read { path: dir.to_owned(), source };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(fail(error)),
    };
    for entry in entries {
        if !is_dot_file(&entry.map_err(fail)?.path()) {
            return Err(ScaffoldError::NotEmpty { path: dir.to_owned() });
        }
    }
    Ok(())
}

fn is_dot_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[derive(PartialEq)]
enum Created {
    Yes,
    Kept,
}

/// Creates a file and the folders above it. Only a dot file may be there already.
fn create(path: &Path, bytes: &[u8]) -> Result<Created, ScaffoldError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    match create_new(path, bytes) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_dot_file(path) => {
            Ok(Created::Kept)
        }
        Err(source) => Err(ScaffoldError::Write { path: path.to_owned(), source }),
        Ok(()) => Ok(Created::Yes),
    }
}

/// Creates a folder and those above it.
pub(super) fn create_folder(path: &Path) -> Result<(), ScaffoldError> {
    fs::create_dir_all(path)
        .map_err(|source| ScaffoldError::Write { path: path.to_owned(), source })
}

/// Creates a file that must not be there, in a folder that is.
pub(super) fn create_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if bytes.starts_with(b"#!") {
        // A script for the pipeline or for git, which must be able to run it.
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o777);
    }
    options.open(path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::sync::atomic::{AtomicU64, Ordering};

    const TODAY: Date = date(2026, 11, 23);

    fn options(count: Option<u32>) -> Options {
        Options { sample: count.map(|count| Sample { count, seed: 7 }), today: TODAY }
    }

    #[test]
    fn a_folder_with_anything_but_dot_files_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        create_new(&dir.path().join(".gitignore"), b"mine\n").unwrap();
        write(dir.path(), &options(None), &|_| ()).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join(".gitignore")).unwrap(), "mine\n");
        let again = write(dir.path(), &options(None), &|_| ());
        assert!(matches!(again, Err(ScaffoldError::NotEmpty { .. })));
        let file = dir.path().join("register.toml");
        assert!(matches!(write(&file, &options(None), &|_| ()), Err(ScaffoldError::Read { .. })));
    }

    #[test]
    fn a_sample_has_a_most() {
        let dir = tempfile::tempdir().unwrap();
        let most = write(&dir.path().join("new"), &options(Some(MOST_CERTIFICATES + 1)), &|_| ());
        assert!(matches!(most, Err(ScaffoldError::TooMany { .. })));
        assert!(!dir.path().join("new").exists());
    }

    #[test]
    fn all_files_and_certificates_are_counted() {
        for (count, certificates) in [(None, 3), (Some(0), 0), (Some(600), 600)] {
            let dir = tempfile::tempdir().unwrap();
            let seen = AtomicU64::new(0);
            let progress = |n| _ = seen.fetch_add(n, Ordering::Relaxed);
            let written = write(&dir.path().join("a/b"), &options(count), &progress).unwrap();
            let files = walkdir::WalkDir::new(dir.path()).into_iter().map(Result::unwrap);
            let files = files.filter(|entry| entry.file_type().is_file()).count();
            assert_eq!(written.files, files as u64);
            assert_eq!((written.certificates, seen.into_inner()), (certificates, certificates));
        }
    }
}
