//! Reads the index of the search, from the description in docs/formats.md alone and without a care
//! for how few files it asks for.

use std::collections::BTreeSet;

use attestar::search::{fold, query_core};
use serde_json::Value;

/// A fact that a search is narrowed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Scheme(String),
    Level(String),
    /// Two digits or four.
    Region(String),
    /// One character or three.
    Industry(String),
    Year(i16),
}

/// An index in which something is looked up.
pub(crate) struct Reader<G> {
    get: G,
    pub(crate) manifest: Value,
}

type Term = [u16; 2];

fn digit(unit: u16) -> Option<u32> {
    char::from_u32(unit.into()).filter(|c| !c.is_lowercase())?.to_digit(36)
}

/// What a core is cut into, in order.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut found = Vec::new();
    for at in 0..units.len().saturating_sub(1) {
        let digits: Vec<u32> = units[at..].iter().map_while(|unit| digit(*unit)).take(4).collect();
        let term = match digits[..] {
            [a, b, c, d] => {
                let value = ((a * 36 + b) * 36 + c) * 36 + d;
                Some([0xE010 + half(value >> 15), half(value & 0x7FFF)])
            }
            [] | [_] => Some([units[at], units[at + 1]]),
            _ => None,
        };
        found.extend(term.filter(|term| !found.contains(term)));
    }
    found
}

/// Two or three letters or digits, where they are a word.
pub(crate) fn short_word(text: &str) -> Option<Term> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let digits: Vec<u32> = units.iter().filter_map(|unit| digit(*unit)).collect();
    match digits[..] {
        [_, _] if units.len() == 2 => Some([units[0], units[1]]),
        [a, b, c] if units.len() == 3 => Some([0xE00F, half((a * 36 + b) * 36 + c)]),
        _ => None,
    }
}

fn half(value: u32) -> u16 {
    u16::try_from(value).unwrap()
}

/// FNV-1a of units in UTF-8; half a surrogate pair counts as three bytes.
pub(crate) fn fnv(units: &[u16]) -> u32 {
    let bytes = char::decode_utf16(units.iter().copied()).flat_map(|c| match c {
        Ok(c) => c.to_string().into_bytes(),
        Err(half) => {
            let unit = half.unpaired_surrogate().to_be_bytes();
            let [high, low] = unit;
            vec![0xE0 | high >> 4, 0x80 | (high & 15) << 2 | low >> 6, 0x80 | low & 63]
        }
    });
    bytes.fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn hash(text: &str) -> u32 {
    fnv(&text.encode_utf16().collect::<Vec<_>>())
}

fn number(bytes: &mut &[u8]) -> u32 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("the file goes on");
        *bytes = rest;
        number |= u32::from(byte & 127) << shift;
        if *byte < 128 {
            break;
        }
    }
    number
}

fn list(mut bytes: &[u8]) -> Vec<u32> {
    let mut serial = 0;
    let mut serials = Vec::new();
    while !bytes.is_empty() {
        serial += number(&mut bytes);
        serials.push(serial);
    }
    serials
}

fn units(fact: &Fact) -> Term {
    let word = |text: &str| u16::try_from(hash(text) & 0x7FFF).unwrap();
    match fact {
        Fact::Scheme(id) => [0xE001, word(id)],
        Fact::Level(id) => [0xE002, word(id)],
        Fact::Region(code) => {
            [if code.len() == 2 { 0xE003 } else { 0xE004 }, code.parse().unwrap()]
        }
        Fact::Industry(code) => [0xE005, word(code)],
        Fact::Year(year) => [0xE006, year.unsigned_abs()],
    }
}

impl<G: Fn(&str) -> Option<Vec<u8>>> Reader<G> {
    pub(crate) fn open(get: G) -> Self {
        let manifest = get("s/manifest.json").expect("there is a manifest");
        Self { manifest: serde_json::from_slice(&manifest).unwrap(), get }
    }

    fn size(&self, name: &str) -> u32 {
        u32::try_from(self.manifest[name].as_u64().unwrap()).unwrap()
    }

    fn file(&self, path: &str) -> Vec<u8> {
        (self.get)(path).unwrap_or_else(|| panic!("{path} is not there"))
    }

    /// The serials of a term in a shard of the main part.
    fn in_shard(&self, path: &str, print: u32) -> Vec<u32> {
        let file = self.file(path);
        let mut bytes = file.strip_prefix(b"AT1\0").expect("a shard of terms");
        assert_eq!(number(&mut bytes), self.size("main"), "{path}");
        let (mut before, mut known) = (0, 0);
        let mut found = Vec::new();
        for _ in 0..number(&mut bytes) {
            known += number(&mut bytes);
            let size = number(&mut bytes) as usize;
            found.extend((known == print).then_some(before..before + size));
            before += size;
        }
        assert_eq!(before, bytes.len(), "{path}");
        let mut serials: Vec<u32> =
            found.into_iter().flat_map(|range| list(&bytes[range])).collect();
        serials.sort_unstable();
        serials.dedup();
        serials
    }

    /// The serials of a hash in a shard of the tail.
    fn in_tail(&self, path: &str, hash: u32) -> Vec<u32> {
        let file = self.file(path);
        let mut bytes = &file[..];
        let (bits, step) = (number(&mut bytes), self.size("stepLog2"));
        let numbers =
            list(bytes).into_iter().filter(|number| number >> step == hash >> (32 - bits));
        numbers.map(|number| self.size("main") + (number & ((1 << step) - 1))).collect()
    }

    /// The power of two of a long list's windows.
    fn windows(&self, term: Term) -> Option<u32> {
        let name = String::from_utf16(&term).ok()?;
        let others: Value;
        let heavy = if (0xE000..0xF900).contains(&term[0]) {
            others = serde_json::from_slice(&self.file("s/heavy.json")).unwrap();
            &others
        } else {
            &self.manifest["heavy"]
        };
        let known = heavy.as_object().unwrap().iter().find(|(_, terms)| {
            let units: Vec<u16> = terms.as_str().unwrap().encode_utf16().collect();
            units.chunks(2).any(|units| String::from_utf16(units).unwrap() == name)
        });
        known.map(|(log2, _)| log2.parse().unwrap())
    }

    /// The serials of a term, and of what shares its fingerprint.
    pub(crate) fn term(&self, term: Term) -> Vec<u32> {
        let (main, n) = (self.size("main"), self.size("n"));
        let mut found = Vec::new();
        let hash = fnv(&term);
        if let Some(log2) = (main > 0).then(|| self.windows(term)).flatten() {
            for at in 0..=(main - 1) >> log2 {
                let path = format!("s/h/{:04x}{:04x}.{log2}.{at}.bin", term[0], term[1]);
                let serials = list(&self.file(&path));
                assert!(serials.iter().all(|serial| serial >> log2 == at), "{path}");
                found.extend(serials);
            }
        } else if main > 0 {
            let bits = self.size("bits");
            let shard = hash & ((1 << bits) - 1);
            found.extend(self.in_shard(&format!("s/g{bits}/{shard:03x}.bin"), hash >> 16));
        }
        if main < n {
            let shard = hash & ((1 << self.size("tailBits")) - 1);
            let kind = if (0xE000..0xF900).contains(&term[0]) { "x" } else { "" };
            found.extend(self.in_tail(&format!("s/t{main}/{kind}{shard:x}.bin"), hash));
        }
        assert!(found.is_sorted_by(|a, b| a < b));
        found
    }

    /// What stands in the blocks for a serial.
    pub(crate) fn row(&self, serial: u32) -> Value {
        let log2 = self.size("rowLog2");
        let block = self.file(&format!("s/r{log2}/{}.json", serial >> log2));
        let rows: Value = serde_json::from_slice(&block).unwrap();
        rows[(serial & ((1 << log2) - 1)) as usize].clone()
    }

    /// The names in a row.
    pub(crate) fn names(row: &Value) -> Vec<String> {
        let former = row.get(10).and_then(Value::as_array).into_iter().flatten();
        let names = [&row[1], &row[2]].into_iter().chain(former);
        names.filter_map(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// Rows with a folded text in one of their names, oldest first.
    pub(crate) fn named(&self, text: &str) -> Vec<u32> {
        self.find(&[], Some(text))
    }

    /// Rows with these facts and that text.
    pub(crate) fn find(&self, facts: &[Fact], text: Option<&str>) -> Vec<u32> {
        let core = text.map(query_core).unwrap_or_default();
        let mut named = terms(core);
        if named.is_empty() {
            named.extend(short_word(core));
        }
        let lists = named.into_iter().chain(facts.iter().map(units)).map(|term| self.term(term));
        let common = |a: BTreeSet<u32>, b: BTreeSet<u32>| &a & &b;
        let found = lists.map(BTreeSet::from_iter).reduce(common).unwrap_or_default();
        found.into_iter().filter(|serial| Self::fits(&self.row(*serial), facts, text)).collect()
    }

    fn fits(row: &Value, facts: &[Fact], text: Option<&str>) -> bool {
        if !row.is_array() {
            return false;
        }
        let member = |at: usize| row[at].as_str().unwrap_or_default();
        let has = |fact: &Fact| match fact {
            Fact::Scheme(id) => member(4) == id,
            Fact::Level(id) => format!("{}/{}", member(4), member(5)) == *id,
            Fact::Region(code) => member(6).starts_with(&**code),
            Fact::Industry(code) => member(7).starts_with(&**code),
            Fact::Year(year) => member(8).starts_with(&year.to_string()),
        };
        let named = |text| Self::names(row).iter().any(|name| fold(name).contains(text));
        facts.iter().all(has) && text.is_none_or(named)
    }

    /// Rows that are not superseded, and have a key.
    pub(crate) fn keyed(&self, key: &str) -> Vec<u32> {
        let (main, n) = (self.size("main"), self.size("n"));
        let print = hash(&format!("{key}\0"));
        let shard = |bits: u32| hash(key) & ((1 << bits) - 1);
        let mut found = Vec::new();
        if main > 0 {
            let bits = self.size("keyBits");
            let path = format!("s/k{bits}/{:03x}.bin", shard(bits));
            let file = self.file(&path);
            let mut bytes = file.strip_prefix(b"AK1\0").expect("a shard of keys");
            let mut known = 0;
            for _ in 0..number(&mut bytes) {
                known += number(&mut bytes);
                let serial = number(&mut bytes);
                found.extend((known == print >> 8).then_some(serial));
            }
            assert!(bytes.is_empty(), "{path} goes on");
        }
        if main < n {
            let shard = shard(self.size("tailBits"));
            found.extend(self.in_tail(&format!("s/t{main}/k{shard:x}.bin"), print));
        }
        let mut found: Vec<u32> = found
            .into_iter()
            .filter(|serial| Self::keys(&self.row(*serial)).contains(&key.to_owned()))
            .collect();
        found.sort_unstable();
        found
    }

    /// What a row is looked up by.
    fn keys(row: &Value) -> Vec<String> {
        let ids = row.get(11).and_then(Value::as_array).into_iter().flatten();
        let texts = [&row[0], &row[3]].into_iter().chain(ids).filter_map(Value::as_str);
        texts.map(str::to_owned).chain(Self::names(row).iter().map(|name| fold(name))).collect()
    }
}
