//! What can be wrong between the records and what is sealed of them, in words.

use std::{fs, ops::Range, path::Path, sync::Arc};

use crate::credential::{Comparison, Difference, Unfit};
use crate::diag::{Code, Diagnostic, Label, Report, Source};
use crate::ledger::Ledger;
use crate::model::Certificate;
use crate::seal::{ComparedRecord, VersionState};

/// A file of the register, at the line that a key stands in, or else at its start.
fn at(root: &Path, file: &str, key: &str) -> Label {
    let text = fs::read_to_string(root.join(file)).unwrap_or_default();
    let span = lines_of(&text, key).next().map_or(0..0, |(span, _)| span);
    Label::new(&Arc::new(Source::new(file, text)), span)
}

/// The lines that give a key a value, with their places.
fn lines_of<'t>(
    text: &'t str,
    key: &'t str,
) -> impl Iterator<Item = (Range<usize>, &'t str)> + use<'t> {
    let mut end = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = end;
        end += line.len();
        (start..start + line.trim_end().len(), line)
    });
    lines.filter(move |(_, line)| line.split_once('=').is_some_and(|(name, _)| name.trim() == key))
}

/// The place in a record of a member of its entry, such as `history[1].starLevel`: the line that
/// gives the key of that name the value, else the first that gives it one, else the number's.
fn at_member(root: &Path, file: &str, difference: &Difference) -> Label {
    let text = fs::read_to_string(root.join(file)).unwrap_or_default();
    let name = difference.member.rsplit('.').next().unwrap_or_default();
    let mut key = String::new();
    for c in name.split('[').next().unwrap_or_default().chars() {
        if c.is_ascii_uppercase() {
            key.push('_');
        }
        key.push(c.to_ascii_lowercase());
    }
    let value = difference.record.as_deref().and_then(|words| words.split(" / ").next());
    let says = |line: &str| value.is_some_and(|value| line.contains(value));
    let exact = lines_of(&text, &key).find(|(_, line)| says(line));
    let found = exact.or_else(|| lines_of(&text, &key).next());
    let span = found.or_else(|| lines_of(&text, "number").next()).map_or(0..0, |(span, _)| span);
    Label::new(&Arc::new(Source::new(file, text)), span)
}

/// What is wrong with one record.
pub(super) fn record(
    root: &Path,
    certificate: &Certificate,
    record: &ComparedRecord,
    report: &mut Report,
) {
    let here = || at(root, &certificate.file, "number");
    match &record.version {
        VersionState::Unfit(unfit) => report.push(unfit_text(here(), unfit)),
        VersionState::Erased => report.push(erased(here(), certificate.number.as_str())),
        VersionState::Changed(comparison) => {
            if let Some(member) = &comparison.rewritten {
                report.push(rewritten_member(root, &certificate.file, member, comparison));
            }
        }
        VersionState::New | VersionState::Same => {}
    }
    if let Err(error) = &record.statuses {
        report.push(rewritten(here(), &error.to_string()));
    }
}

/// The first member of the sealed past that a record tells otherwise.
fn rewritten_member(root: &Path, file: &str, member: &str, comparison: &Comparison) -> Diagnostic {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let told = comparison.differences.iter().find(|difference| {
        within(&difference.member, member) || within(member, &difference.member)
    });
    let Some(told) = told else {
        return rewritten(at(root, file, "number"), &format!("`{member}` is sealed otherwise"));
    };
    let name = &told.member;
    let why = match (&told.sealed, &told.record) {
        (Some(sealed), Some(record)) => format!("`{name}` is sealed as `{sealed}`, not `{record}`"),
        (Some(sealed), None) => format!("`{name}` is sealed as `{sealed}`, and is gone here"),
        (None, Some(record)) => {
            format!("`{name}` is sealed without a value, and is `{record}` here")
        }
        (None, None) => format!("`{name}` is sealed otherwise"),
    };
    rewritten(at_member(root, file, told), &why)
}

fn rewritten(at: Label, why: &str) -> Diagnostic {
    let message = format!("this record tells its sealed past otherwise: {why}");
    Diagnostic::new(Code::SealedRewritten, at, message).help(
        "write it again as it was sealed, and put what is new into an event; a mistake is put right \
         with a `corrected` event",
    )
}

fn erased(at: Label, number: &str) -> Diagnostic {
    let message = format!("`{number}` was erased, and here is a record of it");
    Diagnostic::new(Code::SealedErased, at, message).help(
        "remove this file; a certificate without what was erased is issued under a new number",
    )
}

fn unfit_text(at: Label, unfit: &Unfit) -> Diagnostic {
    let help = match unfit {
        Unfit::Year { .. } => "a year is signed with four digits, as RFC 3339 has it",
        _ => "what is signed must be the same characters to every reader",
    };
    Diagnostic::new(Code::SealUnfit, at, unfit.to_string()).help(help)
}

/// A sealed number without a record.
pub(super) fn gone(key: &str, ledger: &Ledger, renumbered: Option<&Certificate>) -> Diagnostic {
    let serial = ledger.sealed().entry(key).map_or(0, |entry| entry.newest().serial);
    let file = format!("ledger/credentials/{:04}.jsonl", serial / 1000);
    let message = format!("`{key}` is sealed, and no record of it is there");
    let help = match renumbered {
        Some(record) => format!(
            "`{}` ({}) is of the same holder, scheme and days: was its number changed? the sealed \
             number stays",
            record.number, record.file
        ),
        None => format!(
            "bring its file back (`git log --diff-filter=D -- content/` finds it); what ends a \
             certificate is an event, and `attestar erase {key}` is for personal data"
        ),
    };
    // The line that holds it. The rest of the file is not read for that, nor shown.
    let before = "\n".repeat(serial as usize % 1000);
    let label = Label::new(&Arc::new(Source::new(file, &*before)), before.len()..before.len());
    Diagnostic::new(Code::SealedMissing, label, message).help(help)
}

/// A ledger of a register that is published elsewhere.
pub(super) fn elsewhere(root: &Path, origin: &str) -> Diagnostic {
    let address = origin.strip_suffix("/ledger").unwrap_or(origin);
    let message = format!("the ledger is that of `{address}`, and every entry in it says so");
    Diagnostic::new(Code::SealedElsewhere, at(root, "register.toml", "base_url"), message).help(
        "put the address back; a register that moves for good starts a new ledger, and says in it \
         where the old one is",
    )
}

/// A demo key of a register that is not made up.
pub(super) fn demo_key(root: &Path) -> Diagnostic {
    let message = "the keys of this register are demo keys, which everybody has";
    Diagnostic::new(Code::KeyDemo, at(root, "register.toml", "base_url"), message).help(
        "`attestar key new` makes keys of your own; demo keys are for `localhost` and addresses \
         under `.example`",
    )
}

/// Keys of one's own, and an address that is nobody's.
pub(super) fn example_address(root: &Path) -> Diagnostic {
    let message = "this address is kept for examples, and these keys are your own";
    Diagnostic::new(Code::BaseUrlExample, at(root, "register.toml", "base_url"), message).help(
        "put in the address under which the register will be published before the first edition: \
         every entry is signed with it, and it cannot be changed",
    )
}

/// A file beside the log that is not the last edition's.
pub(super) fn unfinished(root: &Path, path: &str) -> Diagnostic {
    let file = format!("ledger/{path}");
    let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
    let message = format!("`{file}` is not the file of the last edition");
    let label = Label::file(&Arc::new(Source::new(file, text)));
    Diagnostic::new(Code::SealedUnfinished, label, message).help(
        "an edition was begun and not finished, or the file was edited or lost: `attestar seal` \
         goes on from there, `git restore ledger` goes back; nothing is built meanwhile",
    )
}

/// A private key where everybody can read it.
pub(super) fn key_exposed(file: &str) -> Diagnostic {
    let label = Label::file(&Arc::new(Source::new(file, "")));
    Diagnostic::new(Code::KeyExposed, label, "a private key stands in this file, and is published")
        .help(
            "move it out of the register (keys/ is never published nor committed); if it was \
             published or committed, it is not a secret any more: `attestar key rotate`, then \
             `attestar key revoke`",
        )
}
