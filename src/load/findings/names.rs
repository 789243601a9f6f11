//! What can be wrong with numbers, holders, and names that must be known.

use std::fmt::Display;

use crate::diag::{Code, Diagnostic, Label};
use crate::fields::{did_you_mean, one_of};
use crate::model::{CreditCode, EventKind, HolderId, Scheme};

pub(in crate::load) fn number(at: Label, error: impl Display) -> Diagnostic {
    Diagnostic::new(Code::NumberMalformed, at, error.to_string())
}

pub(in crate::load) fn number_duplicate(at: Label, first: Label, key: &str) -> Diagnostic {
    let message = format!("the certificate number `{key}` stands in two records");
    Diagnostic::new(Code::NumberDuplicate, at, message)
        .also(first.says("here it stands first"))
        .help("a reissue under the same number is an event of the first record; another certificate needs another number")
}

pub(in crate::load) fn number_punctuation(at: Label, last: char) -> Diagnostic {
    let message = format!("the certificate number ends in `{last}`");
    Diagnostic::new(Code::NumberPunctuation, at, message).help("remove it, unless it is printed so")
}

pub(in crate::load) fn number_pattern(at: Label, pattern: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NumberPattern,
        at,
        "the certificate number does not look like the scheme's",
    )
    .help(format!("the scheme's `number_pattern` is {pattern}"))
}

pub(in crate::load) fn credit_code(
    at: Label,
    error: impl Display,
    help: Option<String>,
) -> Diagnostic {
    Diagnostic::new(Code::CreditCodeMalformed, at, error.to_string()).maybe_help(help)
}

pub(in crate::load) fn check_digit(at: Label, code: &CreditCode) -> Diagnostic {
    let digit = code.check_digit();
    let message = format!("the check digit of `{code}` is wrong");
    let help = format!(
        "if the first 17 characters are right, the last is `{digit}`; a genuine code that fails \
         the check needs `credit_code_waiver = \"reason\"`"
    );
    Diagnostic::new(
        Code::CreditCodeCheckDigit,
        at.says(format!("`{digit}` expected at the end")),
        message,
    )
    .help(help)
}

pub(in crate::load) fn check_digit_waived(at: Label, code: &CreditCode) -> Diagnostic {
    let message = format!("the check digit of `{code}` is wrong, and waived");
    Diagnostic::new(Code::CreditCodeWaived, at, message)
}

pub(in crate::load) fn waiver_unneeded(at: Label) -> Diagnostic {
    Diagnostic::new(Code::CreditCodeWaiverUnneeded, at, "this credit code needs no waiver")
        .help("remove `credit_code_waiver`")
}

pub(in crate::load) fn organisation_code(at: Label, code: &CreditCode) -> Diagnostic {
    let message =
        format!("the organisation code in `{code}` has a wrong check digit (character 17)");
    Diagnostic::new(Code::CreditCodeOrganisation, at, message)
        .help("compare it with the business licence")
}

pub(in crate::load) fn holder_identifier(at: Label, both: bool) -> Diagnostic {
    let message = if both {
        "the holder has both a credit code and another identifier"
    } else {
        "the holder has no identifier"
    };
    Diagnostic::new(Code::HolderIdentifier, at, message).help(
        "write `credit_code = \"…\"`, or `id = { scheme = \"lei\", value = \"…\" }` for a holder without one",
    )
}

pub(in crate::load) fn holder_address(at: Label, id: &HolderId, other: &HolderId) -> Diagnostic {
    let words = |id: &HolderId| match id {
        HolderId::CreditCode(code) => format!("`{code}`"),
        HolderId::Other { scheme, value } => format!("`{value}` of `{scheme}`"),
    };
    let message = format!("the identifiers {} and {} have one address", words(id), words(other));
    Diagnostic::new(Code::HolderIdentifier, at, message)
        .help("if they are one holder's, write them alike in all its records")
}

pub(in crate::load) fn holder_name_conflict(
    at: Label,
    id: &str,
    name: &str,
    other: &str,
) -> Diagnostic {
    let message = format!("`{id}` is called `{name}` here and `{other}` elsewhere");
    Diagnostic::new(Code::HolderNameConflict, at, message)
        .help("if the holder was renamed, all its certificates in force need a `renamed` event")
}

pub(in crate::load) fn holder_transfer(at: Label) -> Diagnostic {
    Diagnostic::new(Code::HolderTransfer, at, "a certificate cannot pass to another holder")
        .help("cancel this one and issue a new certificate with `succeeds`; a mistyped code is put right by a `corrected` event")
}

pub(in crate::load) fn succeeds_unknown(at: Label, number: &str) -> Diagnostic {
    let message = format!("`{number}` is not a certificate that this one can succeed");
    Diagnostic::new(Code::SucceedsUnknown, at, message)
        .help("`succeeds` names another certificate of this register, of another holder")
}

pub(in crate::load) fn succeeded_not_ended(at: Label, number: &str) -> Diagnostic {
    let message = format!("`{number}` is succeeded by this certificate, and has not ended");
    Diagnostic::new(Code::SucceededNotEnded, at, message).help("record its `cancelled` event")
}

pub(in crate::load) fn scheme_unknown<'k>(
    at: Label,
    id: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let help =
        did_you_mean(id, known.clone()).unwrap_or_else(|| format!("there are {}", one_of(known)));
    Diagnostic::new(Code::SchemeUnknown, at, format!("there is no scheme `{id}`")).help(help)
}

pub(in crate::load) fn level_unknown(at: Label, id: &str, scheme: &Scheme) -> Diagnostic {
    let known = scheme.levels.iter().map(|level| &*level.id);
    let help = did_you_mean(id, known.clone())
        .unwrap_or_else(|| format!("its levels are {}", one_of(known)));
    let message = format!("the scheme `{}` has no level `{id}`", scheme.id);
    Diagnostic::new(Code::LevelUnknown, at, message).help(help)
}

pub(in crate::load) fn reason_unknown(
    at: Label,
    id: &str,
    scheme: &Scheme,
    kind: EventKind,
) -> Diagnostic {
    let fits = |r: &&crate::model::Reason| {
        r.kinds.is_empty() || r.kinds.iter().any(|k| &**k == kind.name())
    };
    let known = scheme.reasons.iter().filter(fits).map(|reason| &*reason.id);
    let help = did_you_mean(id, known.clone())
        .unwrap_or_else(|| format!("the reasons for `{}` are {}", kind.name(), one_of(known)));
    let message = format!("the scheme `{}` has no reason `{id}` for `{}`", scheme.id, kind.name());
    Diagnostic::new(Code::ReasonUnknown, at, message).help(help)
}

pub(in crate::load) fn clause_unknown(at: Label, id: &str, scheme: &Scheme) -> Diagnostic {
    let known = scheme.clauses.iter().map(|clause| &*clause.id);
    let message = format!("the scheme `{}` has no clause `{id}`", scheme.id);
    Diagnostic::new(Code::ClauseUnknown, at, message).maybe_help(did_you_mean(id, known))
}

pub(in crate::load) fn unknown_word<'k>(
    at: Label,
    what: &str,
    word: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let help =
        did_you_mean(word, known.clone()).unwrap_or_else(|| format!("there are {}", one_of(known)));
    Diagnostic::new(Code::ValueInvalid, at, format!("there is no {what} `{word}`")).help(help)
}

pub(in crate::load) fn code_unnamed(at: Label, code: &str, list: &str) -> Diagnostic {
    let message = format!("the code `{code}` has no name in content/{list}");
    Diagnostic::new(Code::CodeUnnamed, at, message)
        .help("add it there, or write `{ code = \"…\", name = { zh = \"…\" } }` here")
}

pub(in crate::load) fn site_unknown<'k>(
    at: Label,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let help = did_you_mean(name, known.clone())
        .unwrap_or_else(|| format!("the sites are {}", one_of(known)));
    let message = format!("no site called `{name}` is covered on that day");
    Diagnostic::new(Code::SiteUnknown, at, message).help(help)
}
