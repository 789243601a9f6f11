//! Signs what an altered evidence file says with the demonstration's keys, and logs it in a tree of its
//! own: what an issuer could do who means harm, or whose keys were stolen.

use attestar::{
    credential::{Evidence, EvidenceLeaves, Leaf, ListCredential, Publish},
    keyring::{Role, demo_key},
    proof::{Prepared, ProofConfig, canonical, parse, sha256},
    tlog::{Checkpoint, MemoryTree, Note, TlogProof, inclusion, leaf_hash},
};
use serde_json::Value;

/// The same with every signature, digest and proof made anew; nothing where the file names no log.
pub fn reseal(evidence: &Evidence) -> Option<Evidence> {
    let mut sealed = evidence.clone();
    sealed.credential = signed(&evidence.credential, Role::Issue);
    for list in &mut sealed.lists {
        *list = signed(list, Role::Status);
    }
    let mut leaves = vec![logged(&evidence.leaves.issue, &sealed)?];
    for status in &evidence.leaves.status {
        leaves.push(logged(status, &sealed)?);
    }
    leaves.push(logged(&evidence.leaves.publish, &sealed)?);
    let tree: MemoryTree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let former = Note::parse(evidence.checkpoint.as_bytes()).ok()?;
    let former: Checkpoint = former.text().parse().ok()?;
    let checkpoint = Checkpoint::new(former.origin(), tree.head()).ok()?;
    let mut note = Note::new(&checkpoint.to_string()).ok()?;
    note.sign(former.origin(), &demo_key(Role::Log)).ok()?;
    let size = tree.size();
    let mut proofs = leaves.into_iter().zip(0..).map(|(leaf, index)| {
        let path = inclusion(&tree, index, size).ok()?;
        Some(TlogProof { extra: Some(leaf), index, path, checkpoint: note.clone() }.to_string())
    });
    let mut next = || proofs.next().flatten();
    let issue = next()?;
    let status = evidence.leaves.status.iter().map(|_| next()).collect::<Option<_>>()?;
    sealed.leaves = EvidenceLeaves { issue, status, publish: next()? };
    sealed.checkpoint = note.to_string();
    Some(sealed)
}

/// A document with a proof of the demonstration's; unchanged where it has none.
fn signed(document: &str, role: Role) -> String {
    let sign = || {
        let mut value = parse(document.as_bytes()).ok()?;
        let proof = value.as_object_mut()?.remove("proof")?;
        let text = |name: &str| proof.get(name).and_then(Value::as_str).map(str::to_owned);
        let config = ProofConfig {
            context: proof.get("@context").cloned()?,
            created: text("created")?,
            verification_method: text("verificationMethod")?,
        };
        let (prepared, bare) = (Prepared::new(&config).ok()?, canonical(&value).ok()?);
        let signature = demo_key(role).sign(&prepared.to_sign(&bare));
        let whole = prepared.secure(&bare, &signature);
        let read = parse(whole.as_bytes()).expect("a proof is put where it belongs");
        assert_eq!(canonical(&read).as_ref(), Ok(&whole));
        Some(whole)
    };
    sign().unwrap_or_else(|| document.to_owned())
}

/// The leaf of a proof, with the digests that it should have.
fn logged(proof: &str, sealed: &Evidence) -> Option<Vec<u8>> {
    let bytes = TlogProof::parse(proof.as_bytes()).ok()?.extra?;
    let digest = sha256(sealed.credential.as_bytes());
    let leaf = match Leaf::parse(&bytes) {
        Ok(Leaf::Issue { id, time, .. }) => Leaf::Issue { id, sha256: digest, time },
        Ok(Leaf::Amend { id, prev, time, .. }) => Leaf::Amend { id, prev, sha256: digest, time },
        Ok(Leaf::Publish(publish)) => Leaf::Publish(published(publish, sealed)),
        Ok(other) => other,
        Err(_) => return Some(bytes),
    };
    Some(leaf.text().into_bytes())
}

fn published(mut publish: Publish, sealed: &Evidence) -> Publish {
    publish.did = sha256(sealed.did.as_bytes());
    publish.policy = sha256(sealed.policy.as_bytes());
    for text in &sealed.lists {
        if let Ok(list) = ListCredential::parse(text.as_bytes()) {
            let digest = sha256(text.as_bytes());
            publish.lists.entry(list.list.path().into()).and_modify(|known| *known = digest);
        }
    }
    publish
}
