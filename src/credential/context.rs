//! JSON-LD contexts: those that our documents name, and our own, `ns/v1.jsonld`.

use serde_json::{Value, json};

use crate::credential::{Did, write::print};

/// The context of every credential (W3C VC Data Model 2.0).
pub(super) const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";

const DATE: &str = "http://www.w3.org/2001/XMLSchema#date";
const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";

/// The `@context` of entries: also what their proofs are configured with.
pub fn entry_context(did: &Did) -> Value {
    json!([CREDENTIALS, did.context_url()])
}

/// Whether a text is the `@context` of an issuer's entries as they have it. An address needs no
/// escapes in JSON.
pub(super) fn is_entry_context(written: &str, did: &Did) -> bool {
    let inner = written.strip_prefix("[\"").and_then(|rest| rest.strip_suffix("\"]"));
    let (first, second) = inner.and_then(|inner| inner.split_once("\",\"")).unwrap_or_default();
    first == CREDENTIALS && second == did.context_url()
}

/// The `@context` of status lists: also what their proofs are configured with.
pub fn list_context() -> Value {
    json!([CREDENTIALS])
}

/// The published context of our terms: fixed text but for the address. It is never edited after a
/// first seal; a new version is a new file.
///
/// Terms stand where they are used. `validFrom` is an instant in a credential and a civil day in
/// its subject, and `id` and `name` mean something else in a level than in a credential: only the
/// contexts of types and properties may say so (JSON-LD 1.1, 4.1.11).
pub fn context(did: &Did) -> String {
    let terms = Terms(format!("{}/ns/v1#", did.base_url()));
    let subject = terms.iri("CertifiedOrganisation", &terms.subject());
    let context = json!({
        "@context": {
            "@protected": true,
            "CertifiedOrganisation": subject,
            "StarCertificate": terms.plain("StarCertificate"),
        }
    });
    print(&context)
}

/// Makes terms of one namespace.
struct Terms(String);

impl Terms {
    fn plain(&self, name: &str) -> Value {
        json!(format!("{}{name}", self.0))
    }

    /// A term of a data type, or of another form of value.
    fn typed(&self, name: &str, kind: &str) -> Value {
        json!({ "@id": self.plain(name), "@type": kind })
    }

    fn day(&self, name: &str) -> Value {
        self.typed(name, DATE)
    }

    /// A text by language.
    fn local(&self, name: &str) -> Value {
        json!({ "@container": "@language", "@id": self.plain(name) })
    }

    /// A term whose values have terms of their own.
    fn iri(&self, name: &str, context: &Value) -> Value {
        json!({ "@context": context, "@id": self.plain(name) })
    }

    fn facts(&self) -> Value {
        let coded = |name| {
            let context = json!({
                "code": self.plain("code"),
                "edition": self.plain("edition"),
                "name": self.local("name"),
            });
            self.iri(name, &context)
        };
        json!({
            "decided": self.day("decided"),
            "evaluation": self.iri("evaluation", &self.evaluation()),
            "exclusions": self.plain("exclusions"),
            "expires": self.day("expires"),
            "firstGranted": self.day("firstGranted"),
            "holder": self.iri("holder", &self.holder()),
            "industry": coded("industry"),
            "issued": self.day("issued"),
            "level": self.iri("level", &json!({
                "id": self.plain("code"),
                "name": self.local("name"),
                "rank": self.typed("rank", INTEGER),
            })),
            "region": coded("region"),
            "scope": self.local("scope"),
            "sites": self.iri("sites", &self.site()),
            "starLevel": self.typed("starLevel", INTEGER),
            "validFrom": self.day("validFrom"),
        })
    }

    fn evaluation(&self) -> Value {
        let points = json!({
            "applicable": self.plain("applicable"),
            "obtained": self.plain("obtained"),
        });
        let mut clauses = self.iri("clauses", &points);
        clauses["@container"] = json!("@index");
        json!({ "clauses": clauses, "date": self.day("date"), "score": self.plain("score") })
    }

    fn holder(&self) -> Value {
        let identifier =
            json!({ "scheme": self.plain("identifierScheme"), "value": self.plain("value") });
        json!({
            "address": self.local("address"),
            "creditCode": self.plain("creditCode"),
            "identifier": self.iri("identifier", &identifier),
            "name": self.local("name"),
        })
    }

    fn site(&self) -> Value {
        json!({
            "address": self.local("address"),
            "from": self.day("from"),
            "name": self.local("name"),
            "role": self.plain("role"),
            "service": self.local("service"),
            "until": self.day("until"),
        })
    }

    fn subject(&self) -> Value {
        let mut history = self.iri("history", &self.history());
        history["@container"] = json!("@list");
        let rule = json!({
            "filingNumber": self.plain("filingNumber"),
            "id": self.plain("code"),
            "version": self.plain("version"),
        });
        let scheme = json!({
            "edition": self.plain("edition"),
            "id": self.plain("code"),
            "standard": self.plain("standard"),
        });
        let more = json!({
            "certificateNumber": self.plain("certificateNumber"),
            "history": history,
            "registerEntry": self.typed("registerEntry", "@id"),
            "remarks": self.plain("remarks"),
            "reportedOn": self.day("reportedOn"),
            "rule": self.iri("rule", &rule),
            "scheme": self.iri("scheme", &scheme),
            "succeeds": self.plain("succeeds"),
        });
        joined(self.facts(), more)
    }

    fn history(&self) -> Value {
        let more = json!({
            "date": self.day("date"),
            "effective": self.day("effective"),
            "kind": self.plain("kind"),
            "note": self.local("note"),
            "reason": self.plain("reason"),
            "site": self.plain("site"),
            "status": self.plain("status"),
        });
        joined(self.facts(), more)
    }
}

/// The terms of both, all protected.
fn joined(mut terms: Value, more: Value) -> Value {
    terms["@protected"] = json!(true);
    if let (Some(terms), Value::Object(more)) = (terms.as_object_mut(), more) {
        terms.extend(more);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::write::print;

    #[test]
    fn the_context_of_an_entry_is_known_as_it_is_written() {
        for base in ["https://register.example", "http://localhost:8400/a/b_c~d"] {
            let did = Did::of(base).unwrap();
            let written = print(&entry_context(&did));
            assert!(is_entry_context(&written, &did));
            for other in
                ["[]", "[\"\",\"\"]", &written.replace("ns/v1", "ns/v2"), &format!("{written} ")]
            {
                assert!(!is_entry_context(other, &did), "{other}");
            }
            assert!(!is_entry_context(&written, &Did::of("https://other.example").unwrap()));
        }
    }
}
