//! The log's keys: which of them sign a checkpoint, and the policy that names them.

use crate::config::BaseUrl;
use crate::credential::Did;
use crate::keyring::Keys;
use crate::ledger::Ledger;
use crate::proof::{Signer, VerifyingKey};
use crate::seal::SealError;
use crate::tlog::{Checkpoint, Note, NoteAlgorithm, Policy, PolicyLog, VerifierKey};

/// The keys that sign the next checkpoint: the log's, and beside it the former one as long as it is
/// there, so that whoever trusts only the former key sees the change, also after a while.
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
        signers.extend(keys.former_log.as_deref().map(named).transpose()?);
        let known: Vec<_> = signers.iter().map(|(_, key)| key.clone()).collect();
        let is_ours = |last: Note| last.verified_by(&known).is_ok_and(|by| !by.is_empty());
        if !last.is_none_or(is_ours) {
            return Err(SealError::LogKey { key: signers[0].1.to_string() });
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

/// The log's key where it was rotated: what is published does not name it yet.
pub(super) fn new_key(ledger: Option<&Ledger>, key: Option<VerifyingKey>) -> Option<VerifyingKey> {
    let policy = Policy::parse(ledger?.sealed().policy.as_bytes()).ok()?;
    key.filter(|key| !policy.logs().iter().any(|log| log.key.key() == key))
}

/// The lines of a policy that is not the last edition's.
pub(super) fn edited_policy(ledger: Option<&Ledger>) -> Result<Vec<String>, SealError> {
    let Some(ledger) = ledger.filter(|ledger| !ledger.has_published_policy()) else {
        return Ok(Vec::new());
    };
    let policy = &ledger.sealed().policy;
    if policy.is_empty() {
        return Err(SealError::PolicyGone);
    }
    let says = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    Ok(policy.lines().filter(says).map(str::to_owned).collect())
}

fn print(policy: &Policy) -> String {
    String::from_utf8_lossy(&policy.to_bytes()).into_owned()
}
