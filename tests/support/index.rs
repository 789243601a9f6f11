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

fn digit(unit: u16) -> Option<u16> {
    let c = char::from_u32(unit.into()).filter(|c| !c.is_lowercase())?;
    c.to_digit(36).map(|digit| u16::try_from(digit).unwrap())
}

/// What a text is cut into, in order.
pub(crate) fn terms(text: &str, is_query: bool) -> Vec<Term> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let is_word = |at: usize| units.get(at).is_some_and(|unit| digit(*unit).is_some());
    let mut found = Vec::new();
    for at in 0..units.len().saturating_sub(1) {
        let pair = [units[at], units[at + 1]];
        let both = is_word(at) && is_word(at + 1);
        let open = is_query && (at == 0 || at + 2 == units.len());
        let term = if !both {
            Some(pair)
        } else if is_word(at + 2) {
            let value = |at: usize| u32::from(digit(units[at]).unwrap());
            let value = (value(at) * 36 + value(at + 1)) * 36 + value(at + 2);
            Some([0xE010, u16::try_from(value).unwrap()])
        } else {
            let before = at.checked_sub(1).is_some_and(is_word);
            (!before && !open).then_some(pair)
        };
        found.extend(term.filter(|term| !found.contains(term)));
    }
    found
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

    /// The serials of a term in a shard.
    fn in_shard(&self, path: &str, term: Term) -> Vec<u32> {
        let file = self.file(path);
        let mut bytes = file.strip_prefix(b"AB1\0").expect("a shard of terms");
        let count = number(&mut bytes);
        let (mut before, mut found) = (0, None);
        for _ in 0..count {
            let (head, rest) = bytes.split_at(4);
            bytes = rest;
            let known = [[head[0], head[1]], [head[2], head[3]]].map(u16::from_le_bytes);
            let (df, size) = (number(&mut bytes), number(&mut bytes) as usize);
            if known == term {
                found = Some((before, size, df as usize));
            }
            before += size;
        }
        let Some((from, size, df)) = found else { return Vec::new() };
        let serials = list(&bytes[from..from + size]);
        assert!(serials.len() == df || size == 0, "{path}: {df} serials were promised");
        serials
    }

    /// The serials of a term.
    pub(crate) fn term(&self, term: Term) -> Vec<u32> {
        let (main, n) = (self.size("main"), self.size("n"));
        let mut found = Vec::new();
        let name = String::from_utf16(&term).ok();
        let heavy = name.and_then(|name| self.manifest["heavy"].get(name));
        if let Some(firsts) = heavy {
            for (at, first) in firsts.as_array().unwrap().iter().enumerate() {
                let serials =
                    list(&self.file(&format!("s/h/{:04x}{:04x}.{at}.bin", term[0], term[1])));
                assert_eq!(u64::from(serials[0]), first.as_u64().unwrap());
                found.extend(serials);
            }
        } else if main > 0 {
            let bits = self.size("bits");
            let shard = fnv(&term) & ((1 << bits) - 1);
            found.extend(self.in_shard(&format!("s/g{bits}/{shard:03x}.bin"), term));
        }
        if main < n {
            let shard = fnv(&term) & ((1 << self.size("tailBits")) - 1);
            found.extend(self.in_shard(&format!("s/t{main}/{shard:x}.bin"), term));
        }
        assert!(found.is_sorted_by(|a, b| a < b));
        found
    }

    /// What stands in the blocks for a serial.
    pub(crate) fn row(&self, serial: u32) -> Value {
        let main = self.size("main");
        let (folder, log2, at) = if serial < main {
            ('r', self.size("rowLog2"), serial)
        } else {
            ('q', self.size("tailRowLog2"), serial - main)
        };
        let block = self.file(&format!("s/{folder}{log2}/{}.json", at >> log2));
        let rows: Value = serde_json::from_slice(&block).unwrap();
        rows[(at & ((1 << log2) - 1)) as usize].clone()
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
        let named = text.map(|text| terms(query_core(text), true)).unwrap_or_default();
        let lists = named.into_iter().chain(facts.iter().map(units)).map(|term| self.term(term));
        let common = |a: BTreeSet<u32>, b: BTreeSet<u32>| &a & &b;
        let found = lists.map(BTreeSet::from_iter).reduce(common).unwrap_or_default();
        found.into_iter().filter(|serial| self.fits(&self.row(*serial), facts, text)).collect()
    }

    fn fits(&self, row: &Value, facts: &[Fact], text: Option<&str>) -> bool {
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

    /// Rows that are not superseded, and may have a key.
    pub(crate) fn keyed(&self, key: &str) -> Vec<u32> {
        let (main, n) = (self.size("main"), self.size("n"));
        let print = hash(&format!("{key}\0"));
        let shard = |bits: u32| hash(key) & ((1 << bits) - 1);
        let mut paths = Vec::new();
        if main > 0 {
            let bits = self.size("keyBits");
            paths.push(format!("s/k{bits}/{:03x}.bin", shard(bits)));
        }
        if main < n {
            paths.push(format!("s/t{main}/k{:x}.bin", shard(self.size("tailBits"))));
        }
        let mut found = Vec::new();
        for path in paths {
            let file = self.file(&path);
            let mut bytes = file.strip_prefix(b"AK1\0").expect("a shard of keys");
            let mut known = 0;
            for _ in 0..number(&mut bytes) {
                known += number(&mut bytes);
                let serial = number(&mut bytes);
                found.extend((known == print).then_some(serial));
            }
            assert!(bytes.is_empty(), "{path} goes on");
        }
        found.sort_unstable();
        found.retain(|serial| self.row(*serial).is_array());
        found
    }
}
