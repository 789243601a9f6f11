use super::*;
use crate::proof::Document;
use proptest::prelude::*;
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;

fn refused(text: &str) -> JsonError {
    parse(text.as_bytes()).expect_err(text)
}

#[test]
fn json_is_read() {
    let text = " { \"a\" : [ ] , \"b\":[1,-2, {\"\":null}],\n\t\"c\\u00e9\\ud83d\\ude02\\/\\\"\\b\": true }\r";
    let value = json!({ "a": [], "b": [1, -2, { "": null }], "cé😂/\"\u{8}": true });
    assert_eq!(parse(text.as_bytes()).unwrap(), value);
    assert_eq!(parse(b"9007199254740991").unwrap(), json!(9_007_199_254_740_991_u64));
    assert_eq!(parse(b"\"\\u0000\"").unwrap(), json!("\0"));
}

#[test]
fn a_member_that_stands_twice_is_refused_at_any_depth_and_in_any_spelling() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"[{"b":{"a":1,"c":2,"\u0061":1}}]"#,
        r#"{"starLevel":7,"starLevel":5}"#,
    ] {
        assert!(matches!(refused(text), JsonError::Duplicate { .. }), "{text}");
    }
}

#[test]
fn a_number_that_some_reader_would_change_is_refused() {
    for text in ["1.0", "1e3", "1E3", "-0", "0.0", "9007199254740992", "-9007199254740992", "[1.5]"]
    {
        assert!(matches!(refused(text), JsonError::Number { .. }), "{text}");
    }
    let long = "1".repeat(100_000);
    assert!(matches!(refused(&long), JsonError::Number { at: 0 }));
    for text in ["01", "-", "-01", "+1", ".5", "--1", "NaN", "Infinity", "0x1"] {
        assert!(
            matches!(refused(text), JsonError::Syntax { .. } | JsonError::Trailing { .. }),
            "{text}"
        );
    }
}

#[test]
fn half_a_character_is_refused() {
    for text in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\u0041""#, r#""\ud800x""#, r#""\ud800\n""#]
    {
        assert!(matches!(refused(text), JsonError::Surrogate { at: 1 }), "{text}");
    }
    // A surrogate in UTF-8, an overlong slash, a cut character.
    for bytes in [&b"\"\xed\xa0\x80\""[..], b"\"\xc0\xaf\"", b"\"\xe4\xbb"] {
        assert!(matches!(parse(bytes), Err(JsonError::NotUtf8 { at: 1 })));
    }
}

#[test]
fn the_grammar_is_that_of_json_and_nothing_more() {
    for text in [
        "",
        " ",
        "{",
        "[",
        "\"",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "'a'",
        "nul",
        "True",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\",
        "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\ud800\\u12",
        "\u{feff}1",
        "\u{a0}1",
        "// \n1",
        "{\"a\":1 \"b\":2}",
        "[1 2]",
    ] {
        assert!(matches!(refused(text), JsonError::Syntax { .. }), "{text}");
    }
    for text in ["1 1", "{} x", "nullx", "[]]", "\"a\"\"b\"", "1\0"] {
        assert!(matches!(refused(text), JsonError::Trailing { .. }), "{text}");
    }
}

#[test]
fn depth_has_an_end() {
    let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(deep(DEEPEST).as_bytes()).is_ok());
    assert!(matches!(refused(&deep(DEEPEST + 1)), JsonError::TooDeep { .. }));
    assert!(matches!(refused(&"[{\"a\":".repeat(1_000_000)), JsonError::TooDeep { .. }));
}

#[test]
fn canonical_bytes_are_the_only_ones() {
    let read = |text: &str| Document::read(text.as_bytes()).map(|_| ());
    assert!(read(r#"{"a":"é\n","b":[1,{}]}"#).is_ok());
    for (text, at) in [
        (r#"{"b":1,"a":1}"#, 2),
        (r#"{"a": 1}"#, 5),
        (r#"{"a":1} "#, 7),
        (r#""\u0061""#, 1),
        (r#""\/""#, 1),
        (r#""\u000A""#, 2),
    ] {
        assert_eq!(read(text), Err(JsonError::NotCanonical { at }), "{text}");
    }
}

#[test]
fn canonical_texts_are_normalised() {
    for text in ["\"A\u{30a}\"", "{\"e\u{301}\":1}", "[\"\u{212b}\"]"] {
        assert!(parse(text.as_bytes()).is_ok());
        let refused = Document::read(text.as_bytes());
        assert!(matches!(refused, Err(JsonError::NotNormalised { .. })), "{text}");
    }
    // An escape and a mark behind it are two characters, not one that should be composed.
    assert!(Document::read("\"\\n\u{303}\"".as_bytes()).is_ok());
}

#[test]
fn errors_do_not_steer_a_terminal() {
    let text = "{\"\u{1b}[2J\":1,\"\u{1b}[2J\":1}".replace('\u{1b}', "\\u001b");
    assert!(!refused(&text).to_string().contains('\u{1b}'));
}

/// JSON as a register has it, and as JSON in the wild.
pub(in crate::proof) fn json() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof![any::<String>(), "[a-z]{0,8}", "[\u{e000}-\u{ffff}\u{10000}-\u{10ffff}]{0,3}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-LARGEST..=LARGEST).prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// JSON with all its texts in normalisation form C.
pub(in crate::proof) fn published() -> impl Strategy<Value = Value> {
    json().prop_map(normal)
}

fn normal(value: Value) -> Value {
    let text = |text: String| text.nfc().collect::<String>();
    match value {
        Value::String(string) => text(string).into(),
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(members) => {
            let member = |(name, value)| (text(name), normal(value));
            Value::Object(members.into_iter().map(member).collect())
        }
        other => other,
    }
}

proptest! {
    #[test]
    fn the_canonical_form_is_that_of_another_implementation(value in json()) {
        let ours = canonical(&value).unwrap();
        prop_assert_eq!(&ours, &serde_json_canonicalizer::to_string(&value).unwrap());
        prop_assert_eq!(parse(ours.as_bytes()).unwrap(), value);
    }

    #[test]
    fn what_is_read_is_what_another_implementation_reads(value in json()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(parse(text.as_bytes()).unwrap(), value);
    }

    #[test]
    fn no_bytes_are_too_hostile(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn nothing_is_read_that_another_implementation_does_not_read_alike(
        text in "[\\[\\]{}\":,\\\\ut0-9a-f.eE \\-\n]{0,24}"
    ) {
        if let Ok(value) = parse(text.as_bytes()) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }
}
