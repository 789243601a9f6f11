//! Makes the edition of a plan: signs, appends, and ends with the checkpoint.

use rayon::prelude::*;

use crate::config::BaseUrl;
use crate::credential::{Issuer, Leaf, Publish, StatusList, entry_context, list_context};
use crate::keyring::Keys;
use crate::ledger::{Beside, Recorded, Recorder, Recording};
use crate::model::Register;
use crate::proof::{Prepared, ProofConfig, Signer, sha256};
use crate::seal::{NumberPlan, Plan, SealError, VersionPlan, keys, logs::Logs};

/// How many credentials are signed at once.
const CHUNK: usize = 4096;

/// All that an edition is made with.
pub struct Sealing<'s> {
    /// Where the register is published.
    pub base_url: &'s BaseUrl,
    /// The records that the plan was made from.
    pub register: &'s Register,
    /// Who states.
    pub issuer: &'s Issuer,
    /// The keys.
    pub keys: &'s Keys,
    /// Told now and then how many credentials were signed since.
    pub progress: &'s (dyn Fn(u64) + Sync),
}

impl Sealing<'_> {
    /// Makes the edition of a plan. The ledger must be as it was when the plan was made.
    pub fn apply(&self, plan: &Plan, recorder: Recorder) -> Result<Recorded, SealError> {
        let logs = Logs::new(self.issuer.did(), self.keys, recorder.ledger())?;
        let policy = logs.policy(self.base_url, recorder.policy()?.as_deref())?;
        let mut recording = recorder.begin()?;
        let time = plan.time;
        for change in &plan.keys {
            let (action, key, method) = (change.action, change.key, change.method.clone());
            recording.leaf(Leaf::Key { action, key, method, time })?;
        }
        for id in &plan.erased {
            recording.leaf(Leaf::Erase { id: id.clone(), time })?;
        }
        for chunk in plan.numbers.chunks(CHUNK) {
            self.chunk(plan, chunk, &mut recording)?;
        }
        let beside = self.beside(plan, &recording, policy)?;
        let lists = beside.lists.iter();
        let lists = lists.map(|(path, text)| (path.as_str().into(), sha256(text.as_bytes())));
        recording.leaf(Leaf::Publish(Publish {
            did: sha256(beside.did.as_bytes()),
            edition: plan.edition,
            lists: lists.collect(),
            next: plan.next,
            policy: sha256(beside.policy.as_bytes()),
            time,
            kind: plan.kind,
        }))?;
        recording.finish(beside, |checkpoint| logs.sign(checkpoint))
    }

    /// Signs the versions of some numbers, and appends all that is said about these numbers.
    fn chunk(
        &self,
        plan: &Plan,
        numbers: &[NumberPlan],
        recording: &mut Recording,
    ) -> Result<(), SealError> {
        let first = recording.next_serial()?;
        let versions: Vec<_> = numbers.iter().filter(|number| number.version.is_some()).collect();
        let day = self.issuer.day(plan.time);
        let document = |(offset, number): (usize, &&NumberPlan)| {
            let certificate = &self.register.certificates[number.at];
            let statement = self.issuer.statement(certificate, day)?;
            let serial = u32::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
            let full = crate::ledger::LedgerError::Full { what: "certificates" };
            Ok(statement.document(serial.ok_or(full)?))
        };
        let documents: Result<Vec<String>, SealError> =
            versions.par_iter().enumerate().map(document).collect();
        let secured = match documents? {
            none if none.is_empty() => Vec::new(),
            documents => sign(
                plan,
                recording,
                &*self.keys.issue,
                (entry_context(self.issuer.did()), documents),
            )?,
        };
        let digests: Vec<_> = secured.par_iter().map(|text| sha256(text.as_bytes())).collect();
        let mut secured = secured.iter().zip(digests);
        for number in numbers {
            let id = &number.key;
            if let Some(version) = &number.version
                && let Some((text, sha256)) = secured.next()
            {
                recording.version(leaf(id, version, sha256, (plan, recording))?, text)?;
            }
            for (_, change) in &number.statuses {
                let (id, change) = (id.clone(), change.clone());
                recording.leaf(Leaf::Status { id, change, time: plan.time })?;
            }
        }
        (self.progress)(versions.len() as u64);
        Ok(())
    }

    /// The files beside the log.
    fn beside(
        &self,
        plan: &Plan,
        recording: &Recording,
        policy: String,
    ) -> Result<Beside, SealError> {
        let did = self.issuer.did();
        let projection = recording.sealed().project(self.issuer.day(plan.time));
        let lists: Vec<StatusList> =
            projection.revocation.into_iter().chain(projection.suspension).collect();
        let documents = lists.par_iter().map(|list| list.document(did, plan.time, plan.next));
        let signed =
            sign(plan, recording, self.keys.status(), (list_context(), documents.collect()))?;
        let details = (0..).zip(&projection.details);
        let details = details.map(|(thousand, detail): (u32, _)| {
            (crate::credential::Detail::path(thousand * 1000), detail.text())
        });
        Ok(Beside {
            lists: lists.iter().map(StatusList::path).zip(signed).collect(),
            details: details.collect(),
            did: keys::document(did, &recording.sealed().keys).text(),
            policy,
        })
    }
}

/// The leaf of a version.
fn leaf(
    id: &str,
    version: &VersionPlan,
    sha256: [u8; 32],
    (plan, recording): (&Plan, &Recording),
) -> Result<Leaf, SealError> {
    let (time, key) = (plan.time, Box::from(id));
    let entry = recording.sealed().entry(id);
    match (version, entry) {
        (VersionPlan::New, _) => Ok(Leaf::Issue { id: key, sha256, time }),
        (_, Some(entry)) => Ok(Leaf::Amend { id: key, prev: entry.newest().sha256, sha256, time }),
        (_, None) => Err(SealError::NotSealed { number: id.to_owned() }),
    }
}

/// Secures canonical documents of one context with one key.
fn sign(
    plan: &Plan,
    recording: &Recording,
    signer: &dyn Signer,
    (context, documents): (serde_json::Value, Vec<String>),
) -> Result<Vec<String>, SealError> {
    let key = signer.verifying_key();
    let method = keys::method_of(&recording.sealed().keys, &key);
    let method = method.ok_or_else(|| SealError::NotAdded { key: key.multikey() })?;
    let created = plan.time.to_string();
    let verification_method = method.into();
    let prepared = Prepared::new(&ProofConfig { context, created, verification_method })?;
    let messages: Vec<_> =
        documents.par_iter().map(|document| prepared.to_sign(document)).collect();
    let messages: Vec<&[u8]> = messages.iter().map(<[u8; 64]>::as_slice).collect();
    let signatures = signer.sign_all(&messages)?;
    let secured = documents.par_iter().zip(signatures);
    Ok(secured.map(|(document, signature)| prepared.secure(document, &signature)).collect())
}
