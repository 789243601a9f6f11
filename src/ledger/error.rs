//! What can go wrong with the ledger.

use std::{io, path::PathBuf};

/// Why the ledger cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A file that cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process makes an edition.
    #[error(
        "`{}` is taken{holder}: an edition is being made; wait until it has ended and seal again",
        path.display()
    )]
    Locked {
        /// The lock's file.
        path: PathBuf,
        /// Who has it, as far as the file tells.
        holder: String,
    },
    /// Git has merged, or tried to merge, what two clones have sealed.
    #[error(
        "`ledger/{path}` holds a merge of two histories: {why}; a log has one only. Undo the merge \
         (`git merge --abort`, or `git reset --hard` to the commit before it), take ledger/ as it \
         was published (`git checkout BRANCH -- ledger`), keep both sides' content/, and seal again"
    )]
    TwoHistories {
        /// The file, below `ledger/`.
        path: String,
        /// What shows it.
        why: String,
    },
    /// Something lies in the ledger that no checkpoint covers and no edition left here.
    #[error(
        "ledger/ holds {lines} sealed lines and {files} files that its checkpoint does not cover, and \
         no edition was interrupted here: two clones' ledgers were mixed, or a checkpoint was put \
         back or lost. Nothing was signed and nothing dropped. Take ledger/ as it was published \
         (`git checkout BRANCH -- ledger`, or `git restore ledger`), keep content/, and seal again"
    )]
    Foreign {
        /// Files.
        files: usize,
        /// Lines of credentials.
        lines: usize,
    },
    /// A checkpoint is known that this ledger does not lead to.
    #[error("{name}: {why}; nothing was signed")]
    NotTheNewest {
        /// Where the checkpoint came from.
        name: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A file is not what was sealed.
    #[error(
        "`ledger/{path}` is damaged: {why}; bring it back with `git restore ledger`, or from a copy \
         of the published site"
    )]
    Damaged {
        /// The file, below `ledger/`.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A file that is never rewritten would be.
    #[error(
        "`ledger/{path}` is there with other bytes, and what was published is never rewritten; \
         find out who changed it (`git log -- ledger`) before sealing again"
    )]
    Immutable {
        /// The file, below `ledger/`.
        path: String,
    },
    /// A leaf that the log's rules forbid.
    #[error("leaf {index} of the log cannot stand there: {why}; restore ledger/ from a copy")]
    Leaf {
        /// Its place in the log.
        index: u64,
        /// What is wrong.
        why: String,
    },
    /// The files beside the log belong to another edition than its newest.
    #[error(
        "`ledger/{path}` is not the file of the last edition: an edition was begun and not \
         finished, or the file was edited; `attestar seal` goes on from there, `git restore ledger` \
         goes back"
    )]
    Unfinished {
        /// The first such file, below `ledger/`.
        path: String,
    },
    /// The ledger is of a register that is published elsewhere.
    #[error(
        "the ledger is the log `{found}`, and register.toml says `{expected}`; a sealed register \
         keeps its base_url"
    )]
    Origin {
        /// What the checkpoint says.
        found: String,
        /// What the settings say.
        expected: String,
    },
    /// More leaves, serials or lists than there can be.
    #[error("the ledger is full: {what}")]
    Full {
        /// Of what there are too many.
        what: &'static str,
    },
}
