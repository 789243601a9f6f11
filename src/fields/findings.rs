//! What can be wrong with a table, in words.

use crate::diag::{Code, Diagnostic, Label};
use crate::model::Language;

/// The known word nearest to one that is not known, as advice: ``did you mean `level`?``
pub fn did_you_mean<'k>(asked: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let near = |word: &&str| strsim::damerau_levenshtein(asked, word);
    let (distance, word) = known.into_iter().map(|word| (near(&word), word)).min()?;
    let close = distance <= (asked.chars().count() / 3).max(1);
    close.then(|| format!("did you mean `{word}`?"))
}

/// A list of words for advice: `` `a`, `b` or `c` ``.
pub fn one_of<'k>(known: impl IntoIterator<Item = &'k str>) -> String {
    let words: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "none".to_owned(),
        [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => words.join(""),
    }
}

pub(super) fn syntax(at: Label, message: &str) -> Diagnostic {
    let message = message.split('\n').collect::<Vec<_>>().join(", ");
    Diagnostic::new(Code::TomlSyntax, at, message)
}

pub(super) fn unknown_key(at: Label, key: &str, known: &[&str]) -> Diagnostic {
    let mut known: Vec<_> = known.to_vec();
    known.sort_unstable();
    known.dedup();
    let help = did_you_mean(key, known.iter().copied())
        .unwrap_or_else(|| format!("the keys known here are {}", one_of(known)));
    Diagnostic::new(Code::KeyUnknown, at, format!("nothing reads the key `{key}`")).help(help)
}

pub(super) fn missing_key(at: Label, key: &str, example: &str) -> Diagnostic {
    let message = format!("the key `{key}` is missing");
    let help = (!example.is_empty()).then(|| format!("add `{key} = {example}`"));
    Diagnostic::new(Code::KeyMissing, at, message).maybe_help(help)
}

pub(super) fn wrong_type(at: Label, key: &str, wanted: &str, found: &str) -> Diagnostic {
    let message = format!("`{key}` wants {wanted}, and this is {}", article(found));
    Diagnostic::new(Code::ValueType, at, message)
}

fn article(noun: &str) -> String {
    match noun {
        "integer" | "array" | "inline table" | "offset datetime" => format!("an {noun}"),
        _ => format!("a {noun}"),
    }
}

pub(super) fn invisible(at: Label, key: &str, character: char) -> Diagnostic {
    let message = format!("`{key}` holds the invisible character U+{:04X}", u32::from(character));
    let help = "delete it; it can make a text look like another";
    Diagnostic::new(Code::TextInvisible, at, message).help(help)
}

pub(super) fn empty(at: Label, key: &str) -> Diagnostic {
    let message = format!("`{key}` is empty");
    Diagnostic::new(Code::ValueInvalid, at, message).help("write its text, or remove the key")
}

pub(super) fn invalid(at: Label, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::ValueInvalid, at, message)
}

/// For all texts of one language in a file; at the first.
pub(super) fn unpublished(
    at: Label,
    language: Language,
    known: &[Language],
    count: usize,
) -> Diagnostic {
    let message =
        format!("the register is not published in `{language}`, and the text is not shown");
    let help = format!("register.toml has {}", one_of(known.iter().map(Language::code)));
    Diagnostic { count, ..Diagnostic::new(Code::LanguageUnpublished, at, message).help(help) }
}

pub(super) fn no_version(at: Label) -> Diagnostic {
    Diagnostic::new(Code::ValueInvalid, at, "there is no text in a language of this register")
}

pub(super) fn unknown_language(at: Label, language: &str, known: &[String]) -> Diagnostic {
    let message = format!("`{language}` is not a language of this register");
    let help = format!("register.toml has {}", one_of(known.iter().map(String::as_str)));
    Diagnostic::new(Code::KeyUnknown, at, message).help(help)
}
