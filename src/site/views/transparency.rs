//! The page for whoever will not take our word for it: keys, the log as it is now, how to check with
//! tools that are not ours, and what is left to trust.

use serde::Serialize;

use crate::config::Layout;
use crate::credential::{EditionKind, KeyEntry, KeyState, Sealed};
use crate::proof::{Fingerprint, base64};
use crate::site::{
    frame::{About, Crumb, Here},
    index::Entry,
    route::{Route, Shared},
    seals::Seals,
    tongue::Day,
    views::{
        badge::example,
        bulletin::{counts_text, moment},
        seal::edition_words,
    },
};
use crate::tlog::{Policy, TileLevel, TilePath, VerifierKey};

#[derive(Debug, Serialize)]
pub(crate) struct TransparencyView<'v> {
    title: &'v str,
    intro: &'v str,
    keys: Vec<KeyView<'v>>,
    did_href: String,
    checkpoint: CheckpointView<'v>,
    editions: Vec<EditionRow<'v>>,
    ours: Vec<Command<'v>>,
    others: Vec<Command<'v>>,
    threats: Vec<Threat<'v>>,
}

#[derive(Debug, Serialize)]
struct KeyView<'v> {
    role: &'v str,
    id: String,
    public_label: &'v str,
    public: String,
    hex: String,
    words: String,
    since: Option<Day>,
    state: String,
}

#[derive(Debug, Serialize)]
struct CheckpointView<'v> {
    note: &'v str,
    href: String,
    policy_href: String,
    size: u64,
    published: Day,
    stale: String,
    witnesses: String,
}

#[derive(Debug, Serialize)]
struct EditionRow<'v> {
    text: String,
    href: String,
    kind: &'v str,
    counts_text: String,
    size: u64,
    checkpoint_href: String,
}

/// Something to type in, and what it is for.
#[derive(Debug, Serialize)]
struct Command<'v> {
    text: &'v str,
    code: String,
    /// Whether it is long enough to be opened on demand.
    folded: bool,
}

impl<'v> Command<'v> {
    fn new(here: &Here<'v>, key: &str, code: String) -> Self {
        let folded = code.lines().count() > FOLDED;
        Self { text: here.tongue.t(key), code, folded }
    }
}

#[derive(Debug, Serialize)]
struct Threat<'v> {
    what: &'v str,
    caught: &'v str,
    remains: &'v str,
}

/// What somebody could do, in the order of the page.
const THREATS: [&str; 10] =
    ["page", "keys", "stale", "list", "removed", "backdated", "fork", "stolen", "copy", "clerk"];
/// How many lines of a command are shown at once.
const FOLDED: usize = 12;
/// How many editions the page lists.
const EDITIONS: usize = 12;
/// What comes before an Ed25519 key's 32 bytes in a `SubjectPublicKeyInfo` (RFC 8410, 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// A check of everything without a program of ours.
const RECHECK: &str = include_str!("recheck.py");

/// The page; nothing in a working copy.
pub(crate) fn transparency<'v>(here: &'v Here<'v>) -> Option<(About<'v>, TransparencyView<'v>)> {
    let seals = here.site.seals.as_ref()?;
    let (sealed, tongue) = (seals.sealed, here.tongue);
    let (title, intro) = (tongue.t("transparency_title"), tongue.t("transparency_intro"));
    let mut about = About::new("transparency", title, intro);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    // The ledger was opened with it; were it not readable, the page would show the rest.
    let policy = Policy::parse(sealed.policy.as_bytes()).ok();
    let log_keys = policy.iter().flat_map(Policy::logs).map(|log| log.key.clone());
    let log_keys: Vec<VerifierKey> = log_keys.collect();
    let issuing = sealed.keys.iter().map(|key| key_view(here, sealed, key));
    let keys = issuing.chain(log_keys.iter().map(|key| log_key_view(here, key))).collect();
    let threat = |name: &&str| {
        let t = |part| tongue.t(&format!("threat_{name}_{part}"));
        Threat { what: t("what"), caught: t("caught"), remains: t("remains") }
    };
    let example = example(here);
    let others = example.zip(log_keys.first()).map(|(entry, key)| others(here, seals, entry, key));
    let view = TransparencyView {
        title,
        intro,
        keys,
        did_href: format!("{}{}", here.root, sealed.issuer.document_path()),
        checkpoint: checkpoint(here, sealed, policy.as_ref()),
        editions: editions(here, seals),
        ours: example.map(|entry| ours(here, entry)).unwrap_or_default(),
        others: others.unwrap_or_default(),
        threats: THREATS.iter().map(threat).collect(),
    };
    Some((about, view))
}

fn key_view<'v>(here: &'v Here<'v>, sealed: &Sealed, entry: &KeyEntry) -> KeyView<'v> {
    let tongue = here.tongue;
    let day = |instant| tongue.prose(here.site.config.day(instant));
    let ended = entry.ended.map(day).unwrap_or_default();
    let state = match entry.state {
        KeyState::Active => tongue.t("transparency_key_current").to_owned(),
        KeyState::Retired => tongue.fill("transparency_key_retired", &[("date", &ended)]),
        KeyState::Revoked => tongue.fill("transparency_key_revoked", &[("date", &ended)]),
    };
    let fragment = sealed.issuer.fragment_of(&entry.method).unwrap_or_default();
    let is_status = fragment.starts_with('s');
    let role = if is_status { "transparency_role_status" } else { "transparency_role_issue" };
    KeyView {
        since: Some(tongue.day(here.site.config.day(entry.added))),
        state,
        public_label: tongue.t("transparency_key_multikey"),
        public: entry.key.multikey(),
        ..printed(tongue.t(role), entry.method.to_string(), entry.key.fingerprint())
    }
}

fn log_key_view<'v>(here: &'v Here<'v>, key: &VerifierKey) -> KeyView<'v> {
    let tongue = here.tongue;
    KeyView {
        state: tongue.t("transparency_key_current").to_owned(),
        public_label: tongue.t("transparency_key_vkey"),
        public: key.to_string(),
        ..printed(tongue.t("transparency_role_log"), key.name().to_owned(), key.key().fingerprint())
    }
}

fn printed(role: &str, id: String, print: Fingerprint) -> KeyView<'_> {
    let (hex, words) = (print.to_string(), print.words());
    KeyView {
        role,
        id,
        public_label: "",
        public: String::new(),
        hex,
        words,
        since: None,
        state: String::new(),
    }
}

fn checkpoint<'v>(
    here: &Here<'_>,
    sealed: &'v Sealed,
    policy: Option<&Policy>,
) -> CheckpointView<'v> {
    let tongue = here.tongue;
    let ledger = |file| format!("{}{}", here.root, Shared::Ledger(file));
    let newest = sealed.newest();
    let days = here.site.config.stale_after_days.to_string();
    let names = policy.iter().flat_map(|policy| policy.witnesses());
    let names: Vec<_> = names.map(|witness| witness.key.name().to_owned()).collect();
    CheckpointView {
        note: &sealed.checkpoint,
        href: ledger("checkpoint"),
        policy_href: ledger("policy"),
        size: newest.size,
        published: moment(here, newest.time),
        stale: tongue.fill("transparency_stale", &[("days", &days)]),
        witnesses: if names.is_empty() {
            tongue.t("transparency_witnesses_none").to_owned()
        } else {
            tongue.fill("transparency_witnesses", &[("names", &tongue.join(names))])
        },
    }
}

fn editions<'v>(here: &'v Here<'v>, seals: &Seals<'_>) -> Vec<EditionRow<'v>> {
    let newest = seals.editions().rev().take(EDITIONS);
    newest
        .map(|(at, edition)| EditionRow {
            text: edition_words(here.tongue, edition.name),
            href: here.href(&Route::Bulletin(edition.name.to_string())),
            kind: here.tongue.t(match edition.kind {
                EditionKind::Full => "transparency_kind_full",
                EditionKind::Status => "transparency_kind_status",
            }),
            counts_text: counts_text(here, at),
            size: edition.size,
            checkpoint_href: format!("{}{}", here.root, Shared::Checkpoint(edition.size)),
        })
        .collect()
}

fn ours<'v>(here: &'v Here<'v>, entry: &Entry<'_>) -> Vec<Command<'v>> {
    let base = here.site.base_url.as_str();
    let number = entry.certificate.number.key();
    let command = |key, code| Command::new(here, key, format!("attestar {code}"));
    let day = entry.standing.cycle.from;
    vec![
        command("transparency_how_one", format!("verify {number} --on {day} --site {base}")),
        command("transparency_how_all", format!("audit {base}")),
        command("transparency_how_evidence", format!("evidence {number} --site {base}")),
    ]
}

/// The same with tools that everybody has.
fn others<'v>(
    here: &'v Here<'v>,
    seals: &Seals<'_>,
    entry: &Entry<'_>,
    log: &VerifierKey,
) -> Vec<Command<'v>> {
    let base = here.site.base_url.as_str();
    let number = serde_json::Value::from(entry.certificate.number.key()).to_string();
    let public = base64(&[&SPKI[..], log.key().as_bytes()].concat());
    let origin = log.name();
    let openssl = format!(
        "curl -fsS {base}/ledger/checkpoint -o checkpoint\n\
         head -n 3 checkpoint > text\n\
         grep '^— {origin} ' checkpoint | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > signature\n\
         printf '%s\\n' '-----BEGIN PUBLIC KEY-----' {public} '-----END PUBLIC KEY-----' > log.pem\n\
         openssl pkeyutl -verify -pubin -inkey log.pem -rawin -in text -sigfile signature"
    );
    let leaf = seals.of(entry).map_or(0, |sealed| sealed.newest().leaf);
    let size = seals.sealed.newest().size;
    let bundle = TilePath::in_tree(TileLevel::Entries, leaf / 256, size);
    let bundle = bundle.map(|tile| tile.to_string()).unwrap_or_default();
    let (fetched, python_fetches) = fetched(here, seals, entry);
    let digest = format!(
        "{fetched} | sha256sum\n\
         curl -fsS {base}/ledger/{bundle} | grep -a -o '{{\"id\":{number}[^}}]*}}' | grep -o '\"sha256\":\"[^\"]*'",
    );
    let python = RECHECK
        .replace("@BASE@", base)
        .replace("@NUMBER@", &number)
        .replace("@ENTRY@", &python_fetches)
        .replace("@LOG_KEY@", &log.to_string());
    let command = |key, code| Command::new(here, key, code);
    vec![
        command("transparency_how_openssl", openssl),
        command("transparency_how_digest", digest),
        command("transparency_how_python", python.trim_end().to_owned()),
    ]
}

/// How an entry is fetched, in a shell and in Python.
fn fetched(here: &Here<'_>, seals: &Seals<'_>, entry: &Entry<'_>) -> (String, String) {
    let base = here.site.base_url.as_str();
    if here.site.layout() == Layout::Full {
        let file = Shared::Entry(&entry.path());
        return (format!("curl -fsS {base}/{file}"), format!("get(\"{file}\")"));
    }
    // A line of the ledger, without the line end.
    let serial = seals.of(entry).map_or(0, |sealed| sealed.newest().serial);
    let (file, line) = (format!("ledger/credentials/{:04}.jsonl", serial / 1000), serial % 1000);
    (
        format!("curl -fsS {base}/{file} | sed -n {}p | tr -d '\\n'", line + 1),
        format!("get(\"{file}\").split(b\"\\n\")[{line}]"),
    )
}
