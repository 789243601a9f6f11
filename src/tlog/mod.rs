//! The transparency log's formats: trees (RFC 9162), tiles, signed notes, checkpoints, witnesses,
//! policies and proofs (C2SP). Bytes in, bytes out: it reads no file and knows no certificate.
//! Everything that reads is total over hostile bytes.

mod bundle;
mod checkpoint;
mod frontier;
mod growth;
mod hash;
mod memory;
mod merkle;
mod note;
mod policy;
mod policy_text;
mod reader;
mod text;
mod tile;
mod tlog_proof;
mod vkey;
mod witness;

pub use bundle::{BundleError, bundle, entries_of};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use frontier::Frontier;
pub use growth::{Grown, Growth};
pub use hash::{Hash, HashError, MAX_SIZE, TreeHead, leaf_hash, node_hash};
pub use memory::{Incomplete, MemoryTree};
pub use merkle::{
    Nodes, Unprovable, Unproven, check_consistency, check_inclusion, consistency, inclusion, root,
};
pub use note::{Note, NoteError, NoteRefusal, NoteSignError, NoteSignature, VerifiedBy};
pub use policy::{
    Accepted, CosignatureError, Policy, PolicyGroup, PolicyLog, PolicyRefusal, PolicyWitness,
    Threshold, Word,
};
pub use policy_text::{PolicyError, PolicyProblem};
pub use reader::{TileError, TileReader};
pub use tile::{TILE_WIDTH, TileLevel, TilePath, TilePathError};
pub use tlog_proof::{TlogProof, TlogProofError, TlogProofRefusal};
pub use vkey::{KeyId, NoteAlgorithm, VerifierKey, VkeyError};
pub use witness::{AddCheckpoint, Cosigned, RequestError, Witness, WitnessRefusal};
