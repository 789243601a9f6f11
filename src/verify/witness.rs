//! What a log asks of its witnesses, made from its published tiles.

use crate::tlog::{AddCheckpoint, Checkpoint, Note as SignedNote, TreeHead};
use crate::verify::{
    log::{Log, Trouble},
    logged::Logged,
    source::{Source, SourceError},
};

/// Why there is no request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoRequest {
    /// The log does not hold.
    #[error("{0}")]
    Log(Logged),
    /// The witness has seen more than there is.
    #[error("the witness has signed a tree of {old} entries, and the log has {size}")]
    Ahead {
        /// What the witness has signed.
        old: u64,
        /// The log's size.
        size: u64,
    },
    /// A file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// The request (C2SP `add-checkpoint`) for a cosignature of the newest checkpoint, from a witness
/// that signed a tree of `old` entries last.
pub fn witness_request(source: &dyn Source, old: u64) -> Result<String, NoRequest> {
    let bytes = source.get("ledger/checkpoint")?.ok_or(NoRequest::Log(Logged::NoCheckpoint))?;
    let malformed =
        |error: &dyn ToString| NoRequest::Log(Logged::CheckpointMalformed(error.to_string()));
    let note = SignedNote::parse(&bytes).map_err(|error| malformed(&error))?;
    let checkpoint: Checkpoint = note.text().parse().map_err(|error| malformed(&error))?;
    let tree = *checkpoint.tree();
    if old > tree.size {
        return Err(NoRequest::Ahead { old, size: tree.size });
    }
    let proof = match old {
        0 => Vec::new(),
        old => Log::new(source, tree).growth_from(old).map_err(|trouble| match trouble {
            Trouble::Source(error) => NoRequest::Source(error),
            Trouble::Refused(reason) => NoRequest::Log(reason),
        })?,
    };
    Ok(AddCheckpoint { old, proof, checkpoint: note }.to_string())
}

/// The size of the newest checkpoint that a witness has signed, by the archived ones; nothing where
/// none is.
pub fn witnessed_by(source: &dyn Source, witness: &str) -> Result<u64, NoRequest> {
    let Some(names) = source.list("ledger/checkpoints")? else { return Ok(0) };
    let mut sizes: Vec<u64> = names.iter().filter_map(|name| name.parse().ok()).collect();
    sizes.sort_unstable();
    for size in sizes.into_iter().rev() {
        let bytes = source.get(&format!("ledger/checkpoints/{size}"))?.unwrap_or_default();
        let Ok(note) = SignedNote::parse(&bytes) else { continue };
        if note.signatures().iter().any(|signature| signature.name() == witness) {
            return Ok(size);
        }
    }
    Ok(0)
}

/// The tree of a remembered checkpoint, as a witness's state file keeps it.
pub fn remembered(text: &str) -> Option<(String, TreeHead)> {
    let checkpoint = text.parse::<Checkpoint>().ok()?;
    Some((checkpoint.origin().to_owned(), *checkpoint.tree()))
}
