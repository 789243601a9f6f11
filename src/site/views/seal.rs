//! What a certificate's page says of its signature, and what each edition said of it.

use serde::Serialize;

use crate::credential::EditionName;
use crate::model::{Standing, Status};
use crate::proof::hex;
use crate::site::{
    frame::Here,
    index::Entry,
    route::{Route, Shared},
    seals::Said,
    tongue::{Tongue, iso},
};

/// A certificate's seal. None of it changes at a publication that does not concern it.
#[derive(Debug, Serialize)]
pub(crate) struct SealView<'v> {
    /// What numbers are compared by.
    key: &'v str,
    serial: u32,
    leaf: u64,
    /// The digest of the version before.
    prev: Option<String>,
    /// The leaves of its statuses.
    statuses: Option<String>,
    entry_href: String,
    transparency_href: String,
    embed_href: String,
    editions: Vec<SaidView>,
}

/// What an edition said.
#[derive(Debug, Serialize)]
struct SaidView {
    edition: String,
    href: String,
    text: String,
    version: Option<String>,
}

/// The seal of a certificate; nothing in a working copy.
pub(crate) fn seal<'v>(here: &Here<'_>, entry: &'v Entry<'v>) -> Option<SealView<'v>> {
    let seals = here.site.seals.as_ref()?;
    let sealed = seals.of(entry)?;
    let newest = sealed.newest();
    let before = sealed.versions.iter().rev().nth(1);
    let statuses: Vec<_> = sealed.statuses.iter().map(|status| status.leaf.to_string()).collect();
    let shared = |file: Shared<'_>| format!("{}{file}", here.root);
    Some(SealView {
        key: entry.certificate.number.key(),
        serial: newest.serial,
        leaf: newest.leaf,
        prev: before.map(|version| hex(&version.sha256)),
        statuses: (!statuses.is_empty()).then(|| statuses.join(" ")),
        entry_href: shared(Shared::Entry(&entry.path())),
        transparency_href: here.href(&Route::Transparency),
        embed_href: format!("{}?c={}", here.href(&Route::Embed), entry.path()),
        editions: seals.said(entry, |said, standing| said_view(here, entry, said, standing)),
    })
}

fn said_view(
    here: &Here<'_>,
    entry: &Entry<'_>,
    Said { edition, version }: Said<'_>,
    standing: &Standing<'_>,
) -> SaidView {
    let tongue = here.tongue;
    let level = entry.certificate.scheme.levels.get(standing.level);
    let key = match standing.status {
        Status::Valid | Status::Suspended | Status::NotYetValid => "said_row",
        _ => "said_row_ended",
    };
    let values = [
        ("level", level.map_or("", |level| tongue.plain(&level.title))),
        ("status", tongue.coded("status", standing.status.code())),
        ("until", &iso(standing.until)),
    ];
    let version = version.filter(|version| *version > 1);
    SaidView {
        edition: edition.name.to_string(),
        href: here.href(&Route::Bulletin(edition.name.to_string())),
        text: tongue.fill(key, &values),
        version: version.map(|n| tongue.fill("said_version", &[("n", &n.to_string())])),
    }
}

/// An edition in prose.
pub(crate) fn edition_words(tongue: &Tongue<'_>, name: EditionName) -> String {
    let date = tongue.prose(name.date());
    match name.nth() {
        1 => tongue.fill("edition_name", &[("date", &date)]),
        again => {
            let again = again.to_string();
            tongue.fill("edition_name_again", &[("date", &date), ("again", &again)])
        }
    }
}
