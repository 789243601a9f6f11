//! Reads a register with its theme and its ledger, and finds what is wrong with them.

use std::{path::Path, time::SystemTime};

use crate::config::{BaseUrl, Config, KeySource, Signing};
use crate::credential::{Credential, Did, Issuer};
use crate::diag::{Code, Diagnostic, Report, Severity};
use crate::keyring::{self, Role};
use crate::ledger::{Ledger, LedgerError};
use crate::load::{self, Loaded, Reading, Today};
use crate::model::{Certificate, Register};
use crate::output::Summary;
use crate::pipeline::{
    BuildError, Built, CACHE,
    archive::{Archive, OpenLedger, Quiet},
    exposed, findings,
    outcome::{Kept, Memory},
};
use crate::proof::VerifyingKey;
use crate::seal::{self, Compared, ComparedRecord, NewRecords, PublicKeys, VersionState};
use crate::site::Rendered;
use crate::theme::{Minify, Theme};
use crate::timing::Stage;

/// What checks remember, in the cache.
const CHECK: &str = "check";

/// What a check came to.
#[derive(Debug)]
pub struct Checked {
    /// Everything that was found.
    pub report: Report,
    /// How many records were read.
    pub records: usize,
}

/// Reads a register, its theme and its ledger and finds what is wrong with them.
///
/// Where `looked` says when this run began, what builds remember in the register's
/// [cache](crate::pipeline::CACHE) is used, if there is one, and what this check came to is remembered
/// there. Nothing else is written.
pub fn check(root: &Path, today: Today, looked: Option<SystemTime>) -> Result<Checked, BuildError> {
    let looked = looked.filter(|_| root.join(CACHE).is_dir());
    let memory = looked.and_then(|looked| Memory::open(root, CHECK, today, looked));
    let is_published = memory.as_ref().is_some_and(|memory| memory.archive.is_published(root));
    let recalled = memory.as_ref().and_then(|memory| memory.recall(root));
    if let Some(Built { report, records, .. }) = recalled {
        let exposes = report.findings().iter().any(|finding| finding.code == Code::KeyExposed);
        if !exposes && (is_published || exposed::is_clean(root)) {
            return Ok(Checked { report, records });
        }
    }
    let archive = memory.as_ref().map(|memory| &memory.archive);
    let reading = archive.map_or_else(Reading::default, |archive| Reading {
        keeps: false,
        is_published,
        ..archive.reading(None)
    });
    let (content, _) = read(root, (today, Minify::Yes), (None, None), (&reading, archive))?;
    let (report, records) = (content.loaded.report, content.loaded.records);
    let nothing = Some((Rendered::default(), Summary::default()));
    let built = Built { report, records, unsealed: None, made: nothing };
    if let Some(memory) = &memory {
        memory.remember(root, &built, &Kept::default());
    }
    Ok(Checked { report: built.report, records })
}

/// A register beside its ledger, where the settings could be read.
pub(super) type Found = (Content, Option<Beside>);

/// Reads a register beside its ledger, each unless it was read.
pub(super) fn read(
    root: &Path,
    (today, minify): (Today, Minify),
    (read, opened): (Option<Content>, Option<OpenLedger>),
    (how, archive): (&Reading<'_>, Option<&Archive>),
) -> Result<Found, BuildError> {
    let known = archive.map(|archive| &archive.config);
    let content = || read.map_or_else(|| content(root, (today, minify), known, how), Ok);
    // The ledger can be read beside the records.
    let open = || archive.and_then(|archive| how.of(Stage::Ledger, || archive.ledger(root)));
    let ledger = || opened.or_else(open);
    let (content, ledger) = rayon::join(content, ledger);
    let mut content = content?;
    let beside = beside_ledger(root, &mut content, ledger, (how, archive))?;
    Ok((content, beside))
}

/// What people write, with all that is wrong with it.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) loaded: Loaded,
    pub(super) theme: Option<Theme>,
}

/// Who states, in a register whose settings could be read.
pub(super) fn issuer(config: &Config) -> Result<Issuer, BuildError> {
    let did = Did::of(config.base_url.as_str())?;
    Ok(Issuer::new(did, config.time_zone.clone()))
}

/// Reads what people write, and the theme: beside it, where the settings are known before.
pub(super) fn content(
    root: &Path,
    (today, minify): (Today, Minify),
    known: Option<&Config>,
    how: &Reading<'_>,
) -> Result<Content, BuildError> {
    let load = |name: &str| how.of(Stage::Theme, || Theme::load(root, name, minify));
    let early = || known.map(|config| (&config.theme, load(&config.theme)));
    let (loaded, early) = rayon::join(|| load::load_with(root, today, how), early);
    let mut loaded = loaded?;
    let Some(config) = &loaded.config else { return Ok(Content { loaded, theme: None }) };
    let early = early.filter(|(name, _)| **name == config.theme).map(|(_, theme)| theme);
    let (theme, found) = early.unwrap_or_else(|| load(&config.theme))?;
    loaded.report.append(found);
    if let Some(theme) = &theme {
        loaded.report.append(theme.unspoken(config.language_codes()));
    }
    // Where only some files are read, all others have been looked through.
    if how.only.is_none() {
        loaded.report.append(exposed::find(root, (how.look, how.is_published)));
    }
    if let Some(found) = misplaced_keys(root, config, &public_keys(root, &config.signing)) {
        loaded.report.push(found);
    }
    loaded.report.sort();
    Ok(Content { loaded, theme })
}

/// The content of a register beside its ledger.
pub(super) struct Beside {
    pub(super) ledger: Option<Ledger>,
    pub(super) compared: Compared,
}

/// Opens the ledger, unless it was, and finds what is wrong between it and the records. Nothing where
/// the settings could not be read, or the ledger is of a register that is published elsewhere.
fn beside_ledger(
    root: &Path,
    content: &mut Content,
    opened: Option<OpenLedger>,
    (how, archive): (&Reading<'_>, Option<&Archive>),
) -> Result<Option<Beside>, BuildError> {
    let Some(config) = &content.loaded.config else { return Ok(None) };
    let issuer = issuer(config)?;
    let open = || how.of(Stage::Ledger, || Ledger::open(root, issuer.did()));
    let ledger = match opened.unwrap_or_else(open) {
        Err(LedgerError::Origin { found, .. }) => {
            content.loaded.report.push(findings::elsewhere(root, &found));
            content.loaded.report.sort();
            return Ok(None);
        }
        opened => opened?,
    };
    let new = (NewRecords::Unfit, &[][..]);
    let archive = archive.map(|archive| (archive, how.keeps));
    let match_ = || compare(root, content, &issuer, ledger.as_ref(), new, archive);
    let compared = how.of(Stage::Match, match_)?;
    if let Some(path) = ledger.as_ref().and_then(Ledger::unfinished) {
        content.loaded.report.push(findings::unfinished(root, path));
        content.loaded.report.sort();
    }
    Ok(Some(Beside { ledger, compared }))
}

/// Compares the records with what is sealed, and finds what is wrong between them; of the numbers
/// that are about to be erased nothing is wrong. With an archive stands whether what this run learns
/// is kept.
pub(super) fn compare(
    root: &Path,
    content: &mut Content,
    issuer: &Issuer,
    ledger: Option<&Ledger>,
    (new_records, erase): (NewRecords, &[Box<str>]),
    archive: Option<(&Archive, bool)>,
) -> Result<Compared, BuildError> {
    let Loaded { register, today, report, config, sources, .. } = &mut content.loaded;
    // Before a first edition everything is new, and only whether it can be stated may be known.
    let may_know = ledger.is_some() || new_records == NewRecords::Unfit;
    let quiet = config.as_ref().zip(archive.filter(|_| may_know));
    let quiet = quiet.map(|(config, (archive, keeps))| {
        (Quiet::open(archive, (config, register, sources), ledger, *today), keeps)
    });
    let is_quiet = |at| quiet.as_ref().is_some_and(|(quiet, _)| quiet.is_known(at));
    let how = (*today, new_records);
    let mut compared = seal::compare(register, issuer, ledger, how, &is_quiet)?;
    if let Some((quiet, true)) = &quiet {
        quiet.keep(&compared.records.iter().map(|record| record.at).collect());
    }
    let stays = |key: &str| !erase.iter().any(|erased| **erased == *key);
    compared.gone.retain(|key| stays(key));
    compared.records.retain(|record| stays(register.certificates[record.at].number.key()));
    // A record that could not be read is not gone.
    if report.count(Severity::Error) == 0 {
        report.append(sealed_findings(root, register, ledger, &compared));
        report.sort();
    }
    Ok(compared)
}

fn sealed_findings(
    root: &Path,
    register: &Register,
    ledger: Option<&Ledger>,
    compared: &Compared,
) -> Report {
    let mut report = Report::default();
    for record in &compared.records {
        findings::record(root, &register.certificates[record.at], record, &mut report);
    }
    if let Some(ledger) = ledger {
        for (key, nth) in compared.gone.iter().zip(0..) {
            // Looking for the others would read the ledger as often.
            let renumbered = (nth < 20).then(|| renumbered(key, register, ledger, compared));
            report.push(findings::gone(key, ledger, renumbered.flatten()));
        }
    }
    report
}

/// The new record of the holder, scheme and days of a sealed number without a record: its number was
/// changed.
fn renumbered<'r>(
    key: &str,
    register: &'r Register,
    ledger: &Ledger,
    compared: &Compared,
) -> Option<&'r Certificate> {
    let serial = ledger.sealed().entry(key)?.newest().serial;
    let entry = Credential::parse(&ledger.credential(serial).ok()??).ok()?;
    let sealed = entry.reveal(&[], &entry.scheme()).ok()?;
    let facts = |certificate: &Certificate| {
        let grant = &certificate.grant;
        let days = (grant.decided, grant.issued, grant.cycle);
        (certificate.scheme.id.clone(), grant.holder.id.clone(), days)
    };
    let is_new = |record: &&ComparedRecord| matches!(record.version, VersionState::New);
    let new = compared.records.iter().filter(is_new);
    let mut new = new.map(|record| &register.certificates[record.at]);
    new.find(|record| facts(record) == facts(&sealed))
}

/// The public halves of a register's keys, as far as they are known without a passphrase.
pub fn public_keys(root: &Path, signing: &Signing) -> PublicKeys {
    let public = |role, source: &KeySource| -> Option<VerifyingKey> {
        match source {
            KeySource::Command(command) => Some(command.public),
            // What is wrong with a key file is said when it is opened.
            KeySource::File(path) => keyring::public_half(&root.join(path), role).ok().flatten(),
        }
    };
    let issue = public(Role::Issue, &signing.issue);
    let status = match &signing.status {
        Some(source) => public(Role::Status, source),
        None => issue,
    };
    PublicKeys { issue, status, log: public(Role::Log, &signing.log) }
}

/// Demo keys sign for made-up registers only, and keys of one's own should not sign for those: an
/// entry's address is signed, and cannot be changed.
fn misplaced_keys(root: &Path, config: &Config, keys: &PublicKeys) -> Option<Diagnostic> {
    let address = &config.base_url;
    let is_demo = keys.iter().any(|key| keyring::is_demo(&key));
    if is_demo {
        return (!is_made_up(address)).then(|| findings::demo_key(root));
    }
    let has_keys = keys.iter().next().is_some();
    (has_keys && is_example(name_of(address))).then(|| findings::example_address(root))
}

/// Whether nobody else can reach an address: this computer, or the names kept for examples.
fn is_made_up(base_url: &BaseUrl) -> bool {
    let name = name_of(base_url);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || is_example(name)
}

/// Whether a name is kept for examples (RFC 2606).
fn is_example(name: &str) -> bool {
    name == "example" || name.ends_with(".example")
}

/// The host without its port.
fn name_of(base_url: &BaseUrl) -> &str {
    let host = base_url.host();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_keys_are_for_examples_and_this_computer() {
        let made_up = |url: &str| is_made_up(&url.parse().unwrap());
        for url in ["https://register.example/a", "http://localhost:8400", "http://127.0.0.1"] {
            assert!(made_up(url), "{url}");
        }
        for url in ["https://register.example.com", "https://localhost.cn", "https://badexample"] {
            assert!(!made_up(url), "{url}");
        }
    }
}
