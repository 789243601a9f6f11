//! Makes the edition of a plan: signs, appends, and ends with the checkpoint.

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::BaseUrl;
use crate::credential::{Issuer, Leaf, Publish, StatusList, entry_context, list_context};
use crate::keyring::Keys;
use crate::ledger::{Beside, LedgerError, Recorded, Recorder, Recording};
use crate::model::Register;
use crate::proof::{Prepared, ProofConfig, Signer, sha256};
use crate::seal::{NumberPlan, Plan, SealError, VersionPlan, keys, logs::Logs};

/// How many credentials are signed at once.
const CHUNK: usize = 1024;

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
        match self.fill(plan, &mut recording, policy) {
            Ok(beside) => recording.finish(beside, |checkpoint| logs.sign(checkpoint)),
            Err(error) => {
                recording.abandon();
                Err(error)
            }
        }
    }

    /// Appends all leaves of the edition, and makes the files beside the log.
    fn fill(
        &self,
        plan: &Plan,
        recording: &mut Recording,
        policy: String,
    ) -> Result<Beside, SealError> {
        let time = plan.time;
        for change in &plan.keys {
            let (action, key, method) = (change.action, change.key, change.method.clone());
            recording.leaf(Leaf::Key { action, key, method, time })?;
        }
        for id in &plan.erased {
            recording.leaf(Leaf::Erase { id: id.clone(), time })?;
        }
        self.numbers(plan, recording)?;
        let beside = self.beside(plan, recording, policy)?;
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
        Ok(beside)
    }

    /// Signs versions and appends what is said about numbers, chunk by chunk: while one is appended,
    /// the next is signed.
    fn numbers(&self, plan: &Plan, recording: &mut Recording) -> Result<(), SealError> {
        let mut chunks = plan.numbers.chunks(CHUNK).peekable();
        let mut secured = Vec::new();
        let mut serial = recording.next_serial()?;
        let mut securing = None;
        if plan.numbers.iter().any(|number| number.version.is_some()) {
            let context = entry_context(self.issuer.did());
            securing = Some(Securing::new(plan, recording, &*self.keys.issue, context)?);
        }
        let day = self.issuer.day(plan.time);
        let sign = |serial: u32, chunk: Option<&&[NumberPlan]>| match (chunk, &securing) {
            (Some(chunk), Some(securing)) => self.secured(chunk, (serial, day), securing),
            _ => Ok(Vec::new()),
        };
        secured.extend(sign(serial, chunks.peek())?);
        while let Some(chunk) = chunks.next() {
            let count = u32::try_from(secured.len()).unwrap_or(u32::MAX);
            serial = serial.checked_add(count).ok_or(LedgerError::Full { what: "certificates" })?;
            let next = chunks.peek();
            let (appended, signed) =
                rayon::join(|| append(plan, chunk, &secured, recording), || sign(serial, next));
            appended?;
            (self.progress)(secured.len() as u64);
            secured = signed?;
        }
        Ok(())
    }

    /// The secured versions of some numbers, from a serial on.
    fn secured(
        &self,
        numbers: &[NumberPlan],
        (first, day): (u32, Date),
        securing: &Securing<'_>,
    ) -> Result<Vec<Secured>, SealError> {
        let versions = numbers.iter().filter(|number| number.version.is_some());
        let versions: Vec<_> = (first..).zip(versions).collect();
        let document = |(serial, number): &(u32, &NumberPlan)| {
            let certificate = &self.register.certificates[number.at];
            Ok(self.issuer.statement(certificate, day)?.document(*serial))
        };
        securing.all(versions.par_iter().map(document))
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
        let securing = Securing::new(plan, recording, self.keys.status(), list_context())?;
        let signed = securing.all(documents.map(Ok))?;
        let paths = lists.iter().map(StatusList::path);
        let details = (0..).zip(&projection.details);
        let details = details.map(|(thousand, detail): (u32, _)| {
            (crate::credential::Detail::path(thousand * 1000), detail.text())
        });
        Ok(Beside {
            lists: paths.zip(signed.into_iter().map(|signed| signed.text)).collect(),
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

/// A secured document, and its digest.
struct Secured {
    text: String,
    sha256: [u8; 32],
}

/// Appends all that is said about some numbers.
fn append(
    plan: &Plan,
    numbers: &[NumberPlan],
    secured: &[Secured],
    recording: &mut Recording,
) -> Result<(), SealError> {
    let mut secured = secured.iter();
    for number in numbers {
        let id = &number.key;
        if let Some(version) = &number.version
            && let Some(Secured { text, sha256 }) = secured.next()
        {
            recording.version(leaf(id, version, *sha256, (plan, recording))?, text)?;
        }
        for (_, change) in &number.statuses {
            let (id, change) = (id.clone(), change.clone());
            recording.leaf(Leaf::Status { id, change, time: plan.time })?;
        }
    }
    Ok(())
}

/// Secures documents of one context with one key.
struct Securing<'s> {
    signer: &'s dyn Signer,
    prepared: Prepared,
}

impl<'s> Securing<'s> {
    fn new(
        plan: &Plan,
        recording: &Recording,
        signer: &'s dyn Signer,
        context: serde_json::Value,
    ) -> Result<Self, SealError> {
        let key = signer.verifying_key();
        let method = keys::method_of(&recording.sealed().keys, &key);
        let method = method.ok_or_else(|| SealError::NotAdded { key: key.multikey() })?;
        let created = plan.time.to_string();
        let verification_method = method.into();
        let prepared = Prepared::new(&ProofConfig { context, created, verification_method })?;
        Ok(Self { signer, prepared })
    }

    /// Secures canonical documents.
    fn all(
        &self,
        documents: impl IndexedParallelIterator<Item = Result<String, SealError>>,
    ) -> Result<Vec<Secured>, SealError> {
        let unsigned = documents.map(|document| Ok(self.prepared.to_secure(document?)));
        let unsigned: Vec<_> = unsigned.collect::<Result<_, SealError>>()?;
        let messages: Vec<&[u8]> =
            unsigned.iter().map(|document| document.message().as_slice()).collect();
        let signatures = self.signer.sign_all(&messages)?;
        let secured = unsigned.into_par_iter().zip(signatures).map(|(document, signature)| {
            let (text, sha256) = document.secure(&signature);
            Secured { text, sha256 }
        });
        Ok(secured.collect())
    }
}
