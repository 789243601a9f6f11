//! Reads an entry, and says whether the issuer that it names signed it.

use jiff::{civil::Date, tz::Offset};

use crate::credential::{Credential, CredentialError, DidDocument, Use};
use crate::model::CertificateNumber;
use crate::proof::{JsonError, VerifyingKey};
use crate::verify::genuine::Genuine;

/// Reads an entry's bytes; what is wrong with them is the verdict.
pub(crate) fn read(bytes: &[u8]) -> Result<Credential, Genuine> {
    Credential::parse(bytes).map_err(|error| match error {
        CredentialError::Json(error @ JsonError::Duplicate { .. }) => {
            Genuine::DuplicateMember(error.to_string())
        }
        CredentialError::Json(
            error @ (JsonError::NotCanonical { .. } | JsonError::NotNormalised { .. }),
        ) => Genuine::NotCanonical(error.to_string()),
        CredentialError::Json(error) => Genuine::Malformed(error.to_string()),
        CredentialError::Address { id, wanted } => Genuine::WrongAddress { id, expected: wanted },
        other => Genuine::NotACertificate(other.to_string()),
    })
}

/// Whether an entry is of the number asked for.
pub(crate) fn is_of(entry: &Credential, asked: &CertificateNumber) -> Result<(), Genuine> {
    if entry.number().key() == asked.key() {
        return Ok(());
    }
    let (asked, found) = (asked.key().to_owned(), entry.number().key().to_owned());
    Err(Genuine::WrongNumber { asked, found })
}

/// Whether a key of a list signed an entry.
pub(crate) fn signed_by_list(entry: &Credential, keys: &DidDocument) -> Result<Genuine, Genuine> {
    let name = &entry.proof().verification_method;
    let method = keys.method(name).ok_or_else(|| Genuine::KeyUnknown(name.clone()))?;
    if method.used_for != Use::Assertion {
        return Err(Genuine::KeyRevoked(name.clone()));
    }
    signed_by(entry, &method.key)
}

/// Whether a key signed an entry.
pub(crate) fn signed_by(entry: &Credential, key: &VerifyingKey) -> Result<Genuine, Genuine> {
    entry.proof().check(key).map_err(|_| Genuine::SignatureInvalid)?;
    let name = &entry.proof().verification_method;
    let key = entry.did().fragment_of(name).unwrap_or(name).to_owned();
    Ok(Genuine::Signed { issuer: entry.did().to_string(), key })
}

/// The register's distance from UTC at the end of an entry's validity. Entries name no zone, but
/// their last second is the last of a civil day.
pub(crate) fn offset(entry: &Credential) -> Offset {
    const DAY: i64 = 86_400;
    let end = entry.valid_until().as_second().saturating_add(1);
    let past_midnight = end.rem_euclid(DAY);
    let west = -past_midnight;
    let east = (DAY - past_midnight) % DAY;
    let offset = |seconds: i64| {
        i32::try_from(seconds).ok().and_then(|seconds| Offset::from_seconds(seconds).ok())
    };
    let day = |offset: Offset| offset.to_datetime(entry.valid_until()).date();
    let printed = entry.subject().facts.change.expires;
    let fits = |offset: &Offset| printed.is_some_and(|printed| day(*offset) == printed);
    let (east, west) = (offset(east), offset(west));
    let likely = if past_midnight >= 12 * 3600 { east } else { west };
    let found = [east, west].into_iter().flatten().find(fits);
    found.or(likely).unwrap_or(Offset::UTC)
}

/// The civil day of an instant where the register is.
pub(crate) fn day_of(entry: &Credential, instant: jiff::Timestamp) -> Date {
    offset(entry).to_datetime(instant).date()
}
