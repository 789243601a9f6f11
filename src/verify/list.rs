//! Status lists: signed by the issuer, and the ones that the newest edition names.

use crate::credential::{DidDocument, ListCredential, Publish, Use};
use crate::proof::sha256;
use crate::verify::current::Current;

/// Checks the list at a path: its form, its signature, and that the newest edition names it.
pub(crate) fn check(
    path: &str,
    bytes: &[u8],
    publish: &Publish,
    keys: &DidDocument,
) -> Result<ListCredential, Current> {
    let name = || path.to_owned();
    let malformed = |detail: String| Current::ListMalformed { list: name(), detail };
    let list = ListCredential::parse(bytes).map_err(|error| malformed(error.to_string()))?;
    if list.list.path() != path {
        return Err(malformed(format!("it is {}", list.list.path())));
    }
    if list.did != keys.did {
        return Err(malformed(format!("it was issued by {}", list.did)));
    }
    let method = keys.method(&list.proof.verification_method);
    let key = method.filter(|method| method.used_for == Use::Assertion);
    let signed = key.is_some_and(|method| list.proof.check(&method.key).is_ok());
    if !signed {
        return Err(Current::ListSignatureInvalid(name()));
    }
    if publish.lists.get(path) == Some(&sha256(bytes)) {
        return Ok(list);
    }
    let replayed = list.valid_from < publish.time;
    Err(if replayed { Current::ListReplayed(name()) } else { Current::ListNotPublished(name()) })
}
