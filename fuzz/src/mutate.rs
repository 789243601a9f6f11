//! Changes JSON so that it stays canonical JSON, and what lies in its texts too: a leaf in its proof,
//! the bits of a status list.

use attestar::{
    credential::{Purpose, StatusList},
    proof::{canonical, parse},
    tlog::TlogProof,
};
use serde_json::{Value, json};

/// Numbers in no order (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % (sides.max(1) as u64)).unwrap_or_default()
    }

    fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

/// Another document than this one; nothing where the bytes are to be changed without regard to what
/// they are.
pub fn json(data: &[u8], most: usize, seed: u32) -> Option<Vec<u8>> {
    let mut dice = Dice(seed.into());
    if dice.roll(8) == 0 {
        return None;
    }
    let mut value = parse(data).ok()?;
    for _ in 0..=dice.roll(3) {
        edit(&mut value, &mut dice);
    }
    let text = canonical(&value).ok()?;
    (text.len() <= most).then(|| text.into_bytes())
}

fn edit(root: &mut Value, dice: &mut Dice) {
    let donor = dice.roll(count(root));
    let donor = nth(root, donor).0.cloned().unwrap_or_default();
    let place = dice.roll(count(root));
    let Some(place) = nth_mut(root, place).0 else { return };
    match dice.roll(6) {
        0 => *place = donor,
        1 => *place = words(dice),
        _ => match place {
            Value::String(text) => *text = within(text, dice),
            Value::Array(items) => list(items, donor, dice),
            Value::Object(members) => {
                let names: Vec<String> = members.keys().cloned().collect();
                let name = names.get(dice.roll(names.len())).cloned().unwrap_or_default();
                let other = dice.one_of(NAMES);
                match dice.roll(4) {
                    0 => drop(members.remove(&name)),
                    1 => drop(members.insert((*other).to_owned(), donor)),
                    2 => drop(members.insert(name, donor)),
                    _ => {
                        let value = members.remove(&name).unwrap_or_default();
                        members.insert((*other).to_owned(), value);
                    }
                }
            }
            other => *other = words(dice),
        },
    }
}

fn list(items: &mut Vec<Value>, donor: Value, dice: &mut Dice) {
    let at = dice.roll(items.len());
    match (dice.roll(4), items.get(at).cloned()) {
        (0, Some(_)) => drop(items.remove(at)),
        (1, Some(item)) => items.push(item),
        (2, Some(_)) => {
            let other = dice.roll(items.len());
            items.swap(at, other);
        }
        _ => items.insert(at, donor),
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The nth node, or how many are left to count.
fn nth(value: &Value, mut at: usize) -> (Option<&Value>, usize) {
    if at == 0 {
        return (Some(value), 0);
    }
    at -= 1;
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    for value in inner {
        match nth(value, at) {
            (None, left) => at = left,
            found => return found,
        }
    }
    (None, at)
}

fn nth_mut(value: &mut Value, mut at: usize) -> (Option<&mut Value>, usize) {
    if at == 0 {
        return (Some(value), 0);
    }
    at -= 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(members) => members.values_mut().collect(),
        _ => Vec::new(),
    };
    for value in inner {
        match nth_mut(value, at) {
            (None, left) => at = left,
            found => return found,
        }
    }
    (None, at)
}

/// A text with something else in it.
fn within(text: &str, dice: &mut Dice) -> String {
    if let Ok(mut proof) = TlogProof::parse(text.as_bytes()) {
        let leaf = proof.extra.as_deref().and_then(|leaf| parse(leaf).ok());
        if let Some(mut leaf) = leaf.filter(|_| dice.roll(8) > 0) {
            edit(&mut leaf, dice);
            proof.extra = canonical(&leaf).ok().map(String::into_bytes);
            return proof.to_string();
        }
    }
    if let Ok(mut list) = StatusList::decode(Purpose::Revocation, 0, text) {
        if dice.roll(2) == 0 {
            list = StatusList::new(Purpose::Revocation, 0);
        }
        list.set(u32::try_from(dice.roll(256)).unwrap_or_default());
        return list.encoded();
    }
    let mut chars: Vec<char> = text.chars().collect();
    let at = dice.roll(chars.len() + 1);
    let other = dice.one_of(PIECES).chars();
    let end = chars.len().min(at + dice.roll(3));
    match (dice.roll(4), chars.get(at).and_then(|c| c.to_digit(10))) {
        (0 | 1, Some(_)) => {
            let digit = u32::try_from(dice.roll(10)).unwrap_or_default();
            chars[at] = char::from_digit(digit, 10).unwrap_or('0');
        }
        (0, _) => drop(chars.splice(at..end, other)),
        (1, _) => drop(chars.drain(at..end)),
        (2, _) => drop(chars.splice(at..at, other)),
        _ => return (*dice.one_of(WORDS)).to_owned(),
    }
    chars.into_iter().collect()
}

fn words(dice: &mut Dice) -> Value {
    const LARGEST: i64 = (1 << 53) - 1;
    match dice.roll(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(dice.roll(300)),
        3 => json!(-1),
        4 => json!(*dice.one_of(&[LARGEST, -LARGEST, 1 << 31, 1 << 32, 65_536])),
        5 => json!([]),
        6 => json!({}),
        7 => json!({ "en": "x", "zh": "证" }),
        _ => json!(*dice.one_of(WORDS)),
    }
}

/// What may stand within texts.
const PIECES: &[&str] = &[
    "",
    " ",
    "0",
    "9",
    "-",
    ".",
    "/",
    ":",
    "#",
    "%3A",
    "\n",
    "\n\n",
    "\u{202e}",
    "\u{200b}",
    "e\u{301}",
    "é",
    "证",
    "\u{1f600}",
    "\"\\",
    "\u{0}",
];

/// Texts that mean something somewhere.
const WORDS: &[&str] = &[
    "",
    "0",
    "1",
    "131071",
    "131072",
    "4294967295",
    "0001-01-01",
    "9999-12-31",
    "2024-02-29",
    "2026-05-31",
    "2026-11-23",
    "2026-11-23.2",
    "2026-11-23.4294967295",
    "0001-01-01T00:00:00Z",
    "9999-12-30T21:59:59Z",
    "9999-12-31T23:59:59Z",
    "2026-11-23T02:00:00Z",
    "granted",
    "recertified",
    "surveillance",
    "level-changed",
    "scope-changed",
    "corrected",
    "renamed",
    "address-changed",
    "site-added",
    "site-closed",
    "suspended",
    "reinstated",
    "withdrawn",
    "cancelled",
    "valid",
    "superseded",
    "erased",
    "issue",
    "amend",
    "status",
    "key",
    "publish",
    "erase",
    "add",
    "retire",
    "revoke",
    "full",
    "revocation",
    "suspension",
    "https://register.example/status/revocation-32768.json",
    "https://register.example/status/suspension-4294967295.json",
    "https://register.example/c/A.json",
    "status/revocation-0.json",
    "status/revocation-1.json",
    "did:web:register.example",
    "did:web:register.example#k2026-1",
    "did:web:register.example#s2026-4294967295",
    "did:web:a%3A1:b",
    "-99.999999",
    "100",
    "0.000001",
];

/// Members that mean something somewhere.
const NAMES: &[&str] = &[
    "address",
    "assertionMethod",
    "by",
    "certificateNumber",
    "clauses",
    "creditCode",
    "date",
    "decided",
    "effective",
    "en",
    "encodedList",
    "evaluation",
    "exclusions",
    "expires",
    "filingNumber",
    "firstGranted",
    "from",
    "history",
    "holder",
    "id",
    "identifier",
    "industry",
    "issued",
    "kind",
    "level",
    "name",
    "note",
    "on",
    "prev",
    "reason",
    "region",
    "remarks",
    "role",
    "rule",
    "score",
    "site",
    "sites",
    "starLevel",
    "status",
    "succeeds",
    "time",
    "until",
    "validFrom",
    "zh",
];
