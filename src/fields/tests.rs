//! The quick reader says what the reader of all TOML says, or nothing.

use proptest::prelude::*;
use toml::de::DeTable;

use crate::fields::{quick, tree::Table};

/// What the reader of all TOML says.
fn whole(text: &str) -> Option<Table<'_>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    errors.is_empty().then(|| root.into_inner().into())
}

/// Reads a text with both; whether the quick one could.
fn agrees(text: &str) -> bool {
    let quick = quick::read(text);
    let is_quick = quick.is_some();
    assert!(!is_quick || quick == whole(text), "{text}\n{quick:#?}\n{:#?}", whole(text));
    is_quick
}

const RECORD: &str = r#"# A comment, 中文
number   = "AST-SC-2026-00017"  # another
issued   = 2026-03-18
expires = 2029-12-31
scope    = { zh = "家用空调", en = 'Air "conditioners"' }
exclusions = ["5.2.6", "5.2.7",]
more = [ # here too
	1, 20, 0, # and here

	true, false ]
empty = ""
none = {}
nothing = []
	bare-key_1 = [[1], [{ a = 1, b = { c = 2026-01-01 } }]]

[holder]
name = { zh = "…" }
[evaluation]
[evaluation.clauses]
"5.1.1" = { obtained = "9.5", applicable = "10" }
[[sites]]
name = {zh="总部"}
[[events]]
date = 2026-09-01
[events.holder]
name = { zh = "…" }
[[events]]
[[events.sites]]
a=1
[[events.sites]]
[[sites]]"#;

#[test]
fn a_record_is_read_quickly() {
    assert!(agrees(RECORD));
    assert!(agrees(""));
    for line in RECORD.lines() {
        agrees(line);
    }
}

#[test]
fn what_the_quick_reader_does_not_know_it_leaves() {
    for text in [
        // Sound, but more than it knows.
        "a.b = 1",
        "a = \"\\u0041\"",
        "a = \"\"\"\nb\"\"\"",
        "a = '''b'''",
        "a = 1_000",
        "a = -1",
        "a = 0x1F",
        "a = 1.5",
        "a = 2026-03-18T07:32:00Z",
        "a = 2026-03-18 07:32:00",
        "a = 07:32:00",
        "a = 2024-02-29",
        "a = 1\r\n",
        "[ a ]",
        "[a.b]",
        // Wrong.
        "a",
        "a = ",
        "= 1",
        "a = 1 b = 2",
        "a = 1\na = 2",
        "a = { b = 1, b = 2 }",
        "a = { b = 1, }",
        "a = [1 2]",
        "a = [,]",
        "a = \"b",
        "a = \"b\n\"",
        "a = 01",
        "a = 2026-02-30",
        "a = 2026-13-01",
        "a = 2026-00-01",
        "a = truely",
        "[a]\n[a]",
        "[a]\n[[a]]",
        "[[a]]\n[a]",
        "[a]\nb = 1\n[a.b]",
        "a = 1\n[a]",
        "a = {}\n[a.b]",
        "a = [{}]\n[[a]]",
        "[[a]\n",
        "[a",
        "a = \"\u{1}\"",
        "# \u{7F}",
        "\u{FEFF}a = 1",
        "a =\n1",
    ] {
        assert!(!agrees(text), "{text}");
    }
}

#[test]
fn a_record_with_a_byte_changed_is_read_alike() {
    for at in RECORD.char_indices().map(|(at, _)| at) {
        for other in ["", "\n", "\"", "'", "[", "]", "{", "}", "=", ",", ".", "#", " ", "\\", "0"] {
            let mut text = RECORD.to_owned();
            let end =
                at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            text.replace_range(at..end, other);
            agrees(&text);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_alike(
        parts in prop::collection::vec(
            prop::sample::select(&[
                "a", "b", "\"a\"", "'b'", " = ", "=", "1", "20", "2026-03-18", "true", "{", "}", "[", "]",
                "[[", "]]", "[a]", "[[a]]", "[a.b]", "[[b]]", "[b.a]", ",", ".", "\n", "\n", " ", "#", "\"",
                "\"\"", "a = 1\n", "b = {a = 1}\n", "中", "\t", "-", "\\",
            ][..]),
            0..24,
        ),
    ) {
        agrees(&parts.concat());
    }
}
