//! The log's keys: which of them sign a checkpoint, and the policy that names them.

use crate::config::BaseUrl;
use crate::credential::Did;
use crate::keyring::Keys;
use crate::ledger::Ledger;
use crate::proof::Signer;
use crate::seal::SealError;
use crate::tlog::{Checkpoint, Note, NoteAlgorithm, Policy, PolicyLog, VerifierKey};

/// The keys that sign the next checkpoint: the log's, and beside it the former one where the last
/// checkpoint does not bear the new one's signature yet, so that whoever trusts only the former key
/// sees the change.
pub(super) struct Logs<'l> {
    origin: String,
    signers: Vec<(&'l dyn Signer, VerifierKey)>,
}

impl<'l> Logs<'l> {
    pub(super) fn new(
        did: &Did,
        keys: &'l Keys,
        ledger: Option<&Ledger>,
    ) -> Result<Self, SealError> {
        let origin = did.log_origin();
        let named = |signer: &'l dyn Signer| {
            let key = VerifierKey::new(&origin, NoteAlgorithm::Ed25519, signer.verifying_key())?;
            Ok::<_, SealError>((signer, key))
        };
        let mut signers = vec![named(&*keys.log)?];
        let known = ledger.map(|ledger| ledger.sealed().checkpoint.as_bytes());
        let last = known.map(Note::parse).transpose()?;
        let has_signed = last.is_none_or(|last| {
            last.verified_by(std::slice::from_ref(&signers[0].1)).is_ok_and(|by| !by.is_empty())
        });
        if let Some(former) = keys.former_log.as_deref().filter(|_| !has_signed) {
            signers.push(named(former)?);
        }
        Ok(Self { origin, signers })
    }

    /// Signs a checkpoint.
    pub(super) fn sign(&self, checkpoint: &Checkpoint) -> Result<Note, SealError> {
        let mut note = Note::new(&checkpoint.to_string())?;
        for (signer, _) in &self.signers {
            note.sign(&self.origin, *signer)?;
        }
        Ok(note)
    }

    /// The policy with these keys, and all else as it is.
    pub(super) fn policy(
        &self,
        base_url: &BaseUrl,
        text: Option<&str>,
    ) -> Result<String, SealError> {
        let url = format!("{}/ledger", base_url.as_str());
        let fresh = Policy::of_log(self.signers[0].1.clone(), Some(&url))?;
        let Some(text) = text else { return Ok(print(&fresh)) };
        let policy = Policy::parse(text.as_bytes())?;
        let is_own = |log: &&PolicyLog| log.key.name() == self.origin;
        let own = policy.logs().iter().filter(is_own).map(|log| &log.key);
        if own.eq(self.signers.iter().map(|(_, key)| key)) {
            return Ok(text.to_owned()); // Comments and all.
        }
        let url = fresh.logs().first().and_then(|log| log.url.clone());
        let own =
            self.signers.iter().map(|(_, key)| PolicyLog { key: key.clone(), url: url.clone() });
        let others = policy.logs().iter().filter(|log| !is_own(log)).cloned();
        let logs = own.chain(others).collect();
        Ok(print(&policy.with_logs(logs)?))
    }
}

fn print(policy: &Policy) -> String {
    String::from_utf8_lossy(&policy.to_bytes()).into_owned()
}
