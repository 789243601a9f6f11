//! The index of the search: that it answers as looking at every row does, that it is the same
//! however it is made, and that an addition touches few of its files.

#![allow(clippy::unwrap_used, reason = "a test may panic and be plain")]

mod support;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs,
};

use attestar::{
    output::Memory,
    scaffold::Companies,
    search::{
        Found, Index, Lookup, Row, Settings, Shelf, Slot, core, fold, main_of, query_core,
        simplifications, write,
    },
};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;
use support::{
    RECORD, TODAY, TestRegister,
    index::{Fact, Reader, short_word, terms},
    sealing::FIRST,
};

/// A row, owned.
#[derive(Clone, Debug, Default)]
struct Made {
    number: String,
    names: [String; 2],
    former: Vec<String>,
    id: String,
    scheme: &'static str,
    level: &'static str,
    region: &'static str,
    industry: &'static str,
    from: Date,
    newer: Option<u32>,
    gone: bool,
}

impl Made {
    fn row(&self) -> Row<'_> {
        Row {
            number: &self.number,
            key: &self.number,
            names: self.names.each_ref().map(String::as_str),
            former: self.former.iter().map(String::as_str).collect(),
            id: Cow::Borrowed(&self.id),
            former_ids: Vec::new(),
            scheme: self.scheme,
            level: self.level,
            region: self.region,
            industry: self.industry,
            from: self.from,
            until: self.from,
        }
    }

    fn is_shown(&self) -> bool {
        !self.gone && self.newer.is_none()
    }

    /// All its names, folded.
    fn folded(&self) -> Vec<String> {
        let names = self.names.iter().chain(&self.former);
        names.filter(|name| !name.is_empty()).map(|name| fold(name)).collect()
    }

    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![
            Fact::Scheme(self.scheme.to_owned()),
            Fact::Level(format!("{}/{}", self.scheme, self.level)),
            Fact::Year(self.from.year()),
        ];
        let region = |count| self.region.get(..count).map(|code| Fact::Region(code.to_owned()));
        let industry =
            |count| self.industry.get(..count).map(|code| Fact::Industry(code.to_owned()));
        facts.extend([region(2), region(4), industry(1), industry(3)].into_iter().flatten());
        facts
    }
}

/// The newest version of a row's certificate among so many serials.
fn newest(rows: &[Made], serial: u32, count: u32) -> u32 {
    let last = |at: u32| rows[at as usize].newer.unwrap_or(at);
    (serial..count).rfind(|other| last(*other) == last(serial)).unwrap()
}

fn slot(rows: &[Made], main: u32, serial: u32) -> Slot<'_> {
    let row = &rows[serial as usize];
    match row.newer {
        _ if row.gone => Slot::Gone,
        None => Slot::Newest(row.row()),
        Some(by) => {
            let is_kept = serial < main && by >= main && newest(rows, serial, main) == serial;
            Slot::Superseded { by, was: is_kept.then(|| row.row()) }
        }
    }
}

/// The files of an index.
fn files(rows: &[Made], settings: &Settings) -> Memory {
    let count = u32::try_from(rows.len()).unwrap();
    let main = main_of(count, settings);
    let slot = |serial: u32| slot(rows, main, serial);
    let index = Index {
        count,
        slot: &slot,
        schemes: &["a", "b"],
        levels: &[],
        names: Vec::new(),
        edition: Some(("2026-11-25", 7)),
    };
    let files = Memory::default();
    write(&index, settings, &files).unwrap();
    files
}

fn reader(files: &Memory) -> Reader<impl Fn(&str) -> Option<Vec<u8>>> {
    Reader::open(|path: &str| files.get(path).map(|bytes| bytes.to_vec()))
}

/// The program's own reader, and serials as it finds them, oldest first.
fn lookup(files: &Memory) -> Lookup<'_> {
    let get = |path: &str, _: Option<&str>| Ok(files.get(path).map(|bytes| bytes.to_vec()));
    Lookup::open(Box::new(get)).unwrap()
}

fn serials(rows: &[Found]) -> Vec<u32> {
    rows.iter().rev().map(|row| row.serial).collect()
}

fn contents(files: &Memory) -> BTreeMap<String, Vec<u8>> {
    files
        .paths()
        .into_iter()
        .map(|path| (path.clone(), files.get(&path).unwrap().to_vec()))
        .collect()
}

/// Every piece of a text of so many UTF-16 units.
fn pieces(text: &str, lengths: std::ops::RangeInclusive<usize>) -> BTreeSet<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let pieces = lengths.flat_map(|length| units.windows(length));
    // A piece that cuts a character in two cannot be typed.
    pieces.filter_map(|piece| String::from_utf16(piece).ok()).collect()
}

/// The settings of an index in which a small register has all that a large one has.
fn small() -> Settings {
    Settings {
        step_log2: 5,
        heavy: 12,
        window: 10,
        shard: 400,
        key_shard: 300,
        tail_bits: 2,
        row_log2: 2,
        layout: None,
    }
}

fn name() -> impl Strategy<Value = [String; 2]> {
    let place = prop::sample::select(vec!["广州", "廣州", "（广州）", "深圳市", ""]);
    let brand = prop::collection::vec(
        prop::sample::select(vec!["华", "兴", "華", "泰", "𬭎", "3M", "A", "LG", "TCL", "龍", "·"]),
        1..5,
    );
    let trade = prop::sample::select(vec!["科技", "餐饮管理", "电器", ""]);
    let form = prop::sample::select(vec![
        "有限公司",
        "股份有限公司",
        "集团有限公司",
        "分公司",
        "经营部",
        "",
    ]);
    let english = prop::sample::select(vec![
        "",
        "Hua Xin Trading Co., Ltd.",
        "Taihong (Guangzhou) Inc.",
        "Ｌｏｎｇ 3M",
    ]);
    (place, brand, trade, form, english).prop_map(|(place, brand, trade, form, english)| {
        [format!("{place}{}{trade}{form}", brand.concat()), english.to_owned()]
    })
}

prop_compose! {
    fn made()(
        names in name(),
        former in prop::collection::vec(name(), 0..2),
        newer in prop::option::weighted(0.1, 1..20_u32),
        gone in prop::bool::weighted(0.05),
        region in prop::sample::select(vec!["440100", "440300", "310000", ""]),
        industry in prop::sample::select(vec!["F52", "F51", "H621", ""]),
        year in 2020..2024_i16,
        level in prop::sample::select(vec!["one", "two"]),
        scheme in prop::sample::select(vec!["a", "b"]),
    ) -> Made {
        let former = former.into_iter().flatten().filter(|name| !name.is_empty()).collect();
        Made { names, former, newer, gone, region, industry, level, scheme, from: date(year, 3, 1), ..Made::default() }
    }
}

/// A register, where a newer version has its number and its code.
fn register() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec(made(), 0..150).prop_map(|mut rows| {
        let count = u32::try_from(rows.len()).unwrap();
        for (serial, row) in (0..).zip(&mut rows) {
            row.number = format!("AST-{serial}");
            row.id = format!("91{serial:016}");
            row.newer = row.newer.map(|more| serial + more).filter(|newer| *newer < count);
        }
        // Of two newer versions only the last is the newest.
        for serial in (0..rows.len()).rev() {
            if let Some(newer) = rows[serial].newer {
                let last = rows[newer as usize].newer.unwrap_or(newer);
                rows[serial].newer = Some(last);
            }
        }
        rows
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_piece_of_any_name_finds_what_looking_at_every_row_finds(rows in register()) {
        let files = files(&rows, &small());
        let reader = reader(&files);
        let lookup = lookup(&files);
        let folded: Vec<_> = rows.iter().map(Made::folded).collect();
        let asked = folded.iter().flatten().flat_map(|name| pieces(name, 2..=8));
        let mut asked: BTreeSet<String> = asked.collect();
        asked.extend(["华兴科技有限".to_owned(), "公司泰".to_owned(), "不在".to_owned()]);
        for (at, text) in asked.iter().enumerate() {
            if terms(query_core(text)).is_empty() {
                continue; // Too short, or all legal form: there is no looking for it.
            }
            let has = |names: &Vec<String>| names.iter().any(|name| name.contains(&**text));
            let expected: Vec<u32> = (0..).zip(rows.iter().zip(&folded))
                .filter(|(_, (row, names))| row.is_shown() && has(names)).map(|(at, _)| at).collect();
            prop_assert_eq!(reader.named(text), &*expected, "{}", text);
            if at % 8 == 0 {
                let named = lookup.containing(text, usize::MAX).unwrap();
                prop_assert_eq!(serials(&named.rows), expected, "{}", text);
                prop_assert!(!named.partial);
            }
        }
    }

    #[test]
    fn facts_and_names_together_find_what_has_both(rows in register()) {
        let files = files(&rows, &small());
        let reader = reader(&files);
        let of = |wanted: &[Fact], text: &str| -> Vec<u32> {
            let has = |row: &Made| {
                let facts = row.facts();
                row.is_shown() && wanted.iter().all(|fact| facts.contains(fact))
                    && row.folded().iter().any(|name| name.contains(text))
            };
            (0..).zip(&rows).filter(|(_, row)| has(row)).map(|(at, _)| at).collect()
        };
        for row in &rows {
            let facts = row.facts();
            for wanted in [&facts[..1], &facts[1..3], &facts[..]] {
                prop_assert_eq!(reader.find(wanted, None), of(wanted, ""), "{:?}", wanted);
                prop_assert_eq!(reader.find(wanted, Some("华兴")), of(wanted, "华兴"), "{:?}", wanted);
            }
        }
    }

    #[test]
    fn a_number_a_code_and_a_whole_name_lead_to_their_rows(rows in register()) {
        let files = files(&rows, &small());
        let reader = reader(&files);
        let lookup = lookup(&files);
        for row in &rows {
            let keys = [row.number.clone(), row.id.clone()].into_iter().chain(row.folded());
            for key in keys.filter(|key| !key.is_empty()) {
                let has = |row: &Made| {
                    row.is_shown() && (row.number == key || row.id == key || row.folded().contains(&key))
                };
                let expected: Vec<u32> =
                    (0..).zip(&rows).filter(|(_, row)| has(row)).map(|(at, _)| at).collect();
                prop_assert_eq!(reader.keyed(&key), &*expected, "{}", key);
                prop_assert_eq!(serials(&lookup.exact(&key).unwrap()), expected, "{}", key);
            }
        }
    }

    #[test]
    fn nothing_is_left_of_what_was_erased(rows in register(), at in any::<prop::sample::Index>()) {
        prop_assume!(!rows.is_empty());
        let mut rows = rows;
        let at = at.index(rows.len());
        let word = "霹雳布袋";
        rows[at] = Made { names: [word.to_owned(), "PILI".to_owned()], gone: true, newer: None, ..rows[at].clone() };
        for (path, bytes) in contents(&files(&rows, &small())) {
            let text = String::from_utf8_lossy(&bytes);
            prop_assert!(!text.contains(word) && !text.contains(&*format!("\"AST-{at}\"")), "{}", path);
        }
    }

    #[test]
    fn a_row_that_is_superseded_changes_no_shard_below_its_successor(rows in register()) {
        // What was sealed first, and then the same with some of it sealed again.
        let base = rows.len() - rows.len() % 32;
        prop_assume!(base > 0);
        let mut first: Vec<Made> = rows[..base].to_vec();
        for (serial, row) in (0..).zip(&mut first) {
            let newest = newest(&rows, serial, u32::try_from(base).unwrap());
            row.newer = (newest != serial).then_some(newest);
        }
        let shards = |rows: &[Made]| {
            let mut all = contents(&files(rows, &small()));
            all.retain(|path, _| ["s/g", "s/k", "s/h"].iter().any(|of| path.starts_with(of)));
            all
        };
        prop_assert_eq!(shards(&first), shards(&rows));
    }
}

/// Rows with names like those of samples.
fn sample(count: u32) -> Vec<Made> {
    let companies = Companies::new(7);
    let row = |serial: u32| {
        let company = companies.company(serial);
        Made {
            number: format!("AST-{serial:06}"),
            names: company.names,
            id: company.credit_code,
            scheme: "a",
            level: if serial.is_multiple_of(3) { "one" } else { "two" },
            region: "440100",
            industry: "F52",
            from: date(2020 + i16::try_from(serial % 5).unwrap(), 1, 1),
            ..Made::default()
        }
    };
    (0..count).map(row).collect()
}

#[test]
fn five_hundred_more_of_a_hundred_thousand_change_few_files() {
    let mut rows = sample(100_500);
    let more = contents(&files(&rows, &Settings::default()));
    rows.truncate(100_000);
    let before = contents(&files(&rows, &Settings::default()));
    let changed: Vec<_> =
        more.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).collect();
    let (again, anew): (Vec<_>, Vec<_>) =
        changed.into_iter().partition(|(path, _)| before.contains_key(*path));
    assert!(again.len() <= 30, "{} files are written again", again.len());
    assert!(anew.len() <= 500 / 8 + 1, "{} files are new", anew.len());
    assert!(before.keys().all(|path| more.contains_key(path)), "an addition takes no file away");
}

#[test]
fn rows_in_memory_are_found_as_in_an_index() {
    let rows = sample(900);
    let files = files(&rows, &small());
    let lookup = lookup(&files);
    let found = |serial: u32| lookup.exact(&rows[serial as usize].number).unwrap().remove(0);
    let shelf = Shelf::new((0..900).map(found).collect());
    for row in rows.iter().step_by(61) {
        let name = &row.names[0];
        let part: String = name.chars().skip(1).take(4).collect();
        for key in [&row.number, &row.id, &fold(name)] {
            assert_eq!(lookup.exact(key).unwrap(), shelf.exact(key), "{key}");
        }
        let [indexed, all] = [lookup.containing(&part, 5).unwrap(), shelf.containing(&part, 5)];
        assert!(indexed.partial || indexed.rows == all.rows, "{part}");
        // A name with a character too many is like the one that there is.
        let like = format!("{part}甲{}", name.chars().skip(5).collect::<String>());
        assert!(!shelf.similar(&like).is_empty(), "{like}");
    }
    let newest: Vec<u32> =
        lookup.of_level("a", "one", 3).unwrap().iter().map(|row| row.serial).collect();
    assert_eq!(newest, [897, 894, 891]);
    assert_eq!(shelf.of_level("a", "one", 3).len(), 3);
    assert!(lookup.of_level("a", "three", 3).unwrap().is_empty());
}

#[test]
fn an_index_that_is_damaged_is_no_answer() {
    let rows = sample(200);
    let files = files(&rows, &small());
    for path in files.paths().into_iter().filter(|path| path != "s/manifest.json") {
        let get = |asked: &str, _: Option<&str>| match files.get(asked) {
            Some(bytes) if asked == path => Ok(Some(bytes[..bytes.len() / 2].to_vec())),
            bytes => Ok(bytes.map(|bytes| bytes.to_vec())),
        };
        let lookup = Lookup::open(Box::new(get)).unwrap();
        for row in rows.iter().step_by(17) {
            // A shortened file of the tail is a file of fewer rows: what is found is right.
            for found in lookup.exact(&row.number).into_iter().flatten() {
                assert_eq!(found.number, row.number, "{path}");
            }
            let _ = lookup.containing(&row.names[0], 5);
        }
    }
}

#[test]
fn an_index_is_the_same_on_any_number_of_threads() {
    let rows = sample(40_000);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| contents(&files(&rows, &Settings::default())))
    };
    assert!(on(1) == on(5));
}

#[test]
fn folding_is_as_the_cases_say() {
    let cases: Value = serde_json::from_str(include_str!("vectors/fold.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pairs = |name: &str| -> Vec<(String, String)> {
        cases[name]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| (text(&case[0]), text(&case[1])))
            .collect()
    };
    for (name, folded) in pairs("fold") {
        assert_eq!(fold(&name), folded, "{name}");
    }
    for (name, of) in pairs("core") {
        assert_eq!(core(&name), of, "{name}");
    }
    for (query, of) in pairs("queryCore") {
        assert_eq!(query_core(&query), of, "{query}");
    }
    let units = |value: &Value| -> Vec<u16> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|unit| u16::try_from(unit.as_u64().unwrap()).unwrap())
            .collect()
    };
    for case in cases["terms"].as_array().unwrap() {
        let expected: Vec<_> = case[1].as_array().unwrap().iter().map(units).collect();
        let found = terms(&text(&case[0]));
        let found: Vec<_> = found.into_iter().map(Vec::from).collect();
        assert_eq!(found, expected, "{}", case[0]);
    }
    for case in cases["shortWords"].as_array().unwrap() {
        let expected = case[1].as_array().unwrap().first().map(units);
        assert_eq!(short_word(&text(&case[0])).map(Vec::from), expected, "{}", case[0]);
    }
    for case in cases["fnv"].as_array().unwrap() {
        assert_eq!(format!("{:08x}", support::index::fnv(&units(&case[0]))), text(&case[1]));
    }
}

#[test]
fn the_page_s_table_of_characters_is_the_program_s() {
    let script = include_str!("../themes/default/assets/traditional-1.4.2.js");
    let constant = |name: &str| -> String {
        let (_, rest) = script.split_once(&format!("export const {name} =")).unwrap();
        let (lines, _) = rest.split_once(';').unwrap();
        lines.split('"').skip(1).step_by(2).collect()
    };
    let (from, to): (String, String) = simplifications().unzip();
    assert_eq!(constant("TRADITIONAL"), from);
    assert_eq!(constant("SIMPLIFIED"), to);
}

#[test]
fn the_demo_is_found_by_name_number_and_code() {
    let renamed = "[[events]]\ndate = 2026-11-24\nkind = \"renamed\"\nholder.name = { zh = \"霹雳布袋有限公司\", en = \"Pili Co., Ltd.\" }\n";
    let register = TestRegister::demo().keyed().seals("2026-11-23T08:00:00Z");
    let register = register.append("content/certificates/2026/AST-SC-2026-00017.md", renamed);
    let site = register.seals("2026-11-24T08:00:00Z").build("2026-11-25");
    let reader = Reader::open(|path: &str| fs::read(site.path(path)).ok());
    assert_eq!(reader.manifest["v"], 1);
    assert_eq!(reader.manifest["sealed"], true);
    let certificates = site.certificates();
    let serial =
        |certificate: &Value| u32::try_from(certificate["serial"].as_u64().unwrap()).unwrap();
    for certificate in &certificates {
        let row = reader.row(serial(certificate));
        assert_eq!(row[0], certificate["number"], "{row}");
        assert_eq!([&row[4], &row[5]], [&certificate["scheme"], &certificate["level"]], "{row}");
        let names = certificate["holder"].as_object().unwrap().values();
        for name in names.map(|name| fold(name.as_str().unwrap())) {
            assert!(reader.keyed(&name).contains(&serial(certificate)), "{name}");
            assert!(reader.named(&name).contains(&serial(certificate)), "{name}");
        }
        let number = row[0].as_str().unwrap();
        assert_eq!(reader.keyed(number), [serial(certificate)], "{number}");
        assert!(reader.keyed(row[3].as_str().unwrap()).contains(&serial(certificate)), "{row}");
    }
    let renamed = reader.named("霹雳布袋");
    assert_eq!(reader.manifest["n"], certificates.len() + 1);
    assert_eq!(renamed, [u32::try_from(certificates.len()).unwrap()]);
    let row = reader.row(renamed[0]);
    let former = row[10][0].as_str().unwrap();
    assert!(reader.named(&fold(former)).contains(&renamed[0]), "by the name it had before");
    let older = (0..renamed[0]).filter(|serial| reader.row(*serial) == renamed[0]);
    assert_eq!(older.count(), 1, "its older version says which row took its place");
    for language in ["zh", "en"] {
        let names: Value =
            serde_json::from_str(&site.read(&format!("s/names-{language}.json"))).unwrap();
        for certificate in &certificates {
            let [scheme, level] =
                ["scheme", "level"].map(|name| certificate[name].as_str().unwrap());
            assert!(names["schemes"][scheme].is_string());
            assert!(names["levels"][format!("{scheme}/{level}")]["rank"].is_u64());
        }
    }
}

#[test]
fn what_was_erased_is_in_no_file_and_what_was_renamed_leads_to_its_new_row() {
    let renamed = "[[events]]\ndate = 2026-06-05\nkind = \"renamed\"\nholder.name = { zh = \"霹雳布袋有限公司\" }\n";
    let register = TestRegister::minimal().keyed().record("EX-2026-002").seals(FIRST);
    let register = register.append(RECORD, renamed).seals("2026-06-05T08:00:00Z");
    let site = register.build("2026-06-06");
    let reader = Reader::open(|path: &str| fs::read(site.path(path)).ok());
    assert_eq!((reader.named("霹雳布袋"), reader.row(0)), (vec![2], Value::from(2)));
    let former = fold(reader.row(2)[10][0].as_str().unwrap());
    assert!(reader.named(&former).contains(&2) && reader.keyed(&former).contains(&2), "{former}");

    let code = "new=0,changed=0,suspended=0,reinstated=0,ended=0,gone=1";
    let erase = ["erase", "EX-2026-001", "--at", "2026-06-06T08:00:00Z", "--confirm", code];
    register.attestar(erase).success();
    let site = register.build("2026-06-07");
    let reader = Reader::open(|path: &str| fs::read(site.path(path)).ok());
    assert_eq!((reader.row(0), reader.row(2)), (Value::Null, Value::Null));
    assert_eq!(reader.row(1)[0], "EX-2026-002");
    assert_eq!((reader.named("霹雳布袋"), reader.keyed("EX-2026-001")), (vec![], vec![]));
    for file in fs::read_dir(site.path("s/r3")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("EX-2026-001") && !text.contains("霹雳布袋"), "{text}");
    }
}

#[test]
fn without_seals_rows_stand_in_the_order_of_issue() {
    let site = TestRegister::demo().build(TODAY);
    let reader = Reader::open(|path: &str| fs::read(site.path(path)).ok());
    let mut expected = site.certificates();
    expected.sort_by_key(|certificate| {
        let first = certificate["history"][0]["date"].as_str().unwrap().to_owned();
        (first, certificate["number"].as_str().unwrap().to_owned())
    });
    assert_eq!(reader.manifest["sealed"], false);
    for (serial, certificate) in (0..).zip(&expected) {
        assert_eq!(reader.row(serial)[0], certificate["number"]);
    }
}

#[test]
fn short_words_lead_to_the_names_that_have_them() {
    let names =
        ["TCL Electronics", "ＴＣＬ集团股份有限公司", "Hua-Xin Co., Ltd.", "华3M中国", "O’Neill"];
    let row = |(at, name): (usize, &str)| Made {
        number: format!("N-{at}"),
        names: [String::new(), name.to_owned()],
        ..Made::default()
    };
    let rows: Vec<_> = names.into_iter().enumerate().map(row).collect();
    let files = files(&rows, &small());
    let reader = reader(&files);
    for (word, expected) in
        [("TCL", vec![0, 1]), ("HUA", vec![2]), ("3M", vec![3]), ("XIN", vec![2]), ("EI", vec![])]
    {
        assert_eq!(reader.named(word), expected, "{word}");
    }
}
