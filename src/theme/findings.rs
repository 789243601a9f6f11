//! What can be wrong with a theme, in words: one function a finding. Nothing else in `theme` has
//! words.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use crate::diag::{Code, Diagnostic, Label, Source};
use crate::theme::labels::Word;

fn file(name: &str) -> Label {
    Label::file(&Arc::new(Source::new(name, "")))
}

fn did_you_mean<'k>(asked: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let far = |word: &&str| strsim::damerau_levenshtein(asked, word);
    let (distance, word) = known.into_iter().map(|word| (far(&word), word)).min()?;
    let close = distance <= (asked.chars().count() / 3).max(1);
    close.then(|| format!("did you mean `{word}`?"))
}

fn one_of<'k>(known: impl IntoIterator<Item = &'k str>) -> String {
    let words: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

// Files

pub(super) fn theme_unknown(name: &str, themes: &[String]) -> Diagnostic {
    let themes = themes.iter().map(String::as_str);
    let help = did_you_mean(name, themes.clone())
        .unwrap_or_else(|| format!("a theme is a folder in themes/; there are {}", one_of(themes)));
    let message = format!("there is no theme `{name}`");
    Diagnostic::new(Code::ValueInvalid, file("register.toml"), message).help(help)
}

pub(super) fn language_unspoken<'l>(
    language: &str,
    spoken: impl IntoIterator<Item = &'l str>,
) -> Diagnostic {
    let message = format!("the theme has no labels in `{language}`");
    let help = format!(
        "it speaks {}; write themes/NAME/i18n/{language}.toml, or take `{language}` out of `languages`",
        one_of(spoken)
    );
    Diagnostic::new(Code::ValueInvalid, file("register.toml"), message).help(help)
}

pub(super) fn symlink(name: &str) -> Diagnostic {
    let message = "this is a symbolic link, and links are not followed";
    Diagnostic::new(Code::FileSymlink, file(name), message).help("put the file itself here")
}

pub(super) fn unreadable(name: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::FileUnreadable, file(name), format!("this cannot be read: {why}"))
}

pub(super) fn not_a_file(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotAFile, file(name), "this is neither a file nor a folder")
        .help("move it away")
}

pub(super) fn name_not_utf8(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotUtf8, file(name), "the name of this file is not UTF-8")
        .help("rename it")
}

pub(super) fn not_utf8(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotUtf8, file(name), "this is not UTF-8")
        .help("save it as UTF-8 in the editor")
}

pub(super) fn ignored(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileIgnored, file(name), "nothing in a theme reads this").help(
        "a theme has theme.toml, templates/ (html, xml, atom, svg, txt), assets/, and i18n/ with one \
         toml file a language",
    )
}

pub(super) fn shadows_default(name: &str) -> Diagnostic {
    let message = "templates in a folder `default` are not read: the name is the default theme's";
    Diagnostic::new(Code::FileIgnored, file(name), message)
        .help("to replace a template of the default theme, put one of its name in templates/")
}

// TOML

pub(super) fn toml_syntax(at: Label, message: &str) -> Diagnostic {
    let message = message.split('\n').collect::<Vec<_>>().join(", ");
    Diagnostic::new(Code::TomlSyntax, at, message)
}

pub(super) fn not_a_text(at: Label, key: &str) -> Diagnostic {
    Diagnostic::new(Code::ValueType, at, format!("`{key}` is not a text"))
        .help("write it in quotes; there are no tables within")
}

pub(super) fn not_a_table(at: Label, key: &str) -> Diagnostic {
    Diagnostic::new(Code::ValueType, at, format!("`{key}` is not a table"))
        .help(format!("write `[{key}]` on a line of its own"))
}

pub(super) fn key_unknown(at: Label, key: &str, known: &[&str]) -> Diagnostic {
    let help = did_you_mean(key, known.iter().copied())
        .unwrap_or_else(|| format!("there are {}", one_of(known.iter().copied())));
    Diagnostic::new(Code::KeyUnknown, at, format!("nothing reads `{key}`")).help(help)
}

pub(super) fn language_tag(at: Label, tag: &str) -> Diagnostic {
    Diagnostic::new(Code::ValueInvalid, at, format!("`{tag}` is not a language tag"))
        .help("a language tag is letters, digits and hyphens, such as `zh-CN`")
}

// Labels

pub(super) fn label_unknown(word: &Word, known: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("the default theme has no label `{}`", word.key);
    Diagnostic::new(Code::LabelUnknown, word.at.clone(), message)
        .maybe_help(did_you_mean(&word.key, known.iter().copied()))
}

pub(super) fn label_missing(source: &Arc<Source>, key: &str) -> Diagnostic {
    let message = format!("the label `{key}` is missing, and another language has it");
    Diagnostic::new(Code::LabelUnknown, Label::file(source), message)
}

// Templates

pub(super) fn template_syntax(at: Label, message: &str) -> Diagnostic {
    let message = message.trim().trim_end_matches('.').replace('\n', ", ");
    let mut letters = message.chars();
    let first = letters.next().map(|c| c.to_lowercase().collect::<String>()).unwrap_or_default();
    Diagnostic::new(Code::TemplateSyntax, at, first + letters.as_str())
}

fn unsafe_at(source: &Arc<Source>, span: Range<usize>, message: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateUnsafe, Label::new(source, span), message)
}

pub(super) fn in_tag(source: &Arc<Source>, span: Range<usize>) -> Diagnostic {
    unsafe_at(source, span, "this stands in an HTML tag, outside a quoted value").help(
        "put it in quotes, as in `data-open=\"{% if x %}yes{% endif %}\"`, or write the tag twice \
         between `{% if %}` and `{% else %}`",
    )
}

pub(super) fn unquoted(source: &Arc<Source>, span: Range<usize>) -> Diagnostic {
    unsafe_at(source, span, "a value without quotes: a space in it would begin another attribute")
        .help("put the value in quotes, as in `title=\"{{ x }}\"`")
}

pub(super) fn in_comment(source: &Arc<Source>, span: Range<usize>) -> Diagnostic {
    unsafe_at(source, span, "this stands in an HTML comment, where it is still worked out")
        .help("comments of a template are written `{# … #}`")
}

pub(super) fn reserved(source: &Arc<Source>, span: Range<usize>) -> Diagnostic {
    unsafe_at(source, span, "no page may hold this character (a Unicode noncharacter)")
        .help("remove it")
}

pub(super) fn changed(source: &Arc<Source>, span: Range<usize>) -> Diagnostic {
    unsafe_at(source, span, "this would not be the same once minified").help(
        "a template, and each branch of an `{% if %}`, closes the elements that it opens and no \
         others",
    )
}

pub(super) fn minified(source: &Arc<Source>, why: &str) -> Diagnostic {
    unsafe_at(source, 0..0, &format!("this cannot be read once minified: {why}"))
}
