//! A build that goes on from the last one makes the same bytes as one that begins anew, whatever was
//! edited in between and whatever became of what the last one remembered.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::{Duration, Instant, SystemTime},
};

use attestar::{
    load::Today,
    output::{Adopt, Memory, Summary},
    pipeline::{self, BuildOptions, Built, CACHE, Onlooker, State},
    theme::Minify,
    timing::{Stage, Timings},
};
use proptest::prelude::*;
use support::{MINIMAL, TestRegister, files, sealing::FIRST};

const RECORDS: usize = 12;

/// What a clerk, a designer or an accident does between two builds.
#[derive(Clone, Debug)]
enum Edit {
    Add(usize),
    Remark(usize, u8),
    Link(usize, usize),
    Name(usize, u8),
    Code(usize, usize),
    Level(usize),
    Number(usize),
    Place(usize),
    Event(usize, &'static str),
    Remove(usize),
    Move(usize),
    Succeed(usize, usize),
    Touch(usize),
    Setting(u8),
    Scheme(u8),
    Guide(u8),
    Region(u8),
    Picture(u8),
    Template(u8),
    Label(u8),
    Style(u8),
    Day(i8),
    /// Somebody removes or replaces a file of the site.
    Tamper(usize),
    /// Something becomes of the cache.
    Damage(usize, u8),
    /// A file of the cache is again what it was before an earlier build.
    Older(usize),
    Nothing,
}

const EVENTS: [&str; 5] = [
    "date = 2026-06-01\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\n",
    "date = 2026-07-01\nkind = \"reinstated\"\n",
    "date = 2026-08-01\nkind = \"level-changed\"\nlevel = \"star-4\"\n",
    "date = 2026-09-01\nkind = \"renamed\"\n[events.holder]\nname = { zh = \"新名公司\" }\n",
    "date = 2026-10-01\nkind = \"withdrawn\"\nreason = \"serious-breach\"\n",
];
const CODES: [&str; 3] = ["91440500MA00ATT133", "91440507MAXX1007X8", "93510703MAXX17351P"];

fn edit() -> impl Strategy<Value = Edit> {
    let at = || 0..RECORDS;
    prop_oneof![
        3 => at().prop_map(Edit::Add),
        3 => (at(), any::<u8>()).prop_map(|(at, n)| Edit::Remark(at, n)),
        1 => (at(), at()).prop_map(|(at, to)| Edit::Link(at, to)),
        2 => (at(), 0..3_u8).prop_map(|(at, n)| Edit::Name(at, n)),
        1 => (at(), 0..CODES.len()).prop_map(|(at, n)| Edit::Code(at, n)),
        1 => at().prop_map(Edit::Level),
        1 => at().prop_map(Edit::Number),
        1 => at().prop_map(Edit::Place),
        3 => (at(), 0..EVENTS.len()).prop_map(|(at, n)| Edit::Event(at, EVENTS[n])),
        2 => at().prop_map(Edit::Remove),
        1 => at().prop_map(Edit::Move),
        1 => (at(), at()).prop_map(|(at, of)| Edit::Succeed(at, of)),
        1 => at().prop_map(Edit::Touch),
        1 => any::<u8>().prop_map(Edit::Setting),
        1 => any::<u8>().prop_map(Edit::Scheme),
        1 => any::<u8>().prop_map(Edit::Guide),
        1 => any::<u8>().prop_map(Edit::Region),
        1 => any::<u8>().prop_map(Edit::Picture),
        1 => any::<u8>().prop_map(Edit::Template),
        1 => any::<u8>().prop_map(Edit::Label),
        1 => any::<u8>().prop_map(Edit::Style),
        4 => (-120..120_i8).prop_map(Edit::Day),
        1 => any::<usize>().prop_map(Edit::Tamper),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, n)| Edit::Damage(at, n)),
        2 => any::<usize>().prop_map(Edit::Older),
        1 => Just(Edit::Nothing),
    ]
}

/// A register, the folders that it is built into, and the day.
struct Desk {
    register: TestRegister,
    out: tempfile::TempDir,
    day: jiff::civil::Date,
    state: State,
    /// Files of the cache as they were before builds.
    older: RefCell<Vec<(String, Vec<u8>)>>,
}

fn number(at: usize) -> String {
    format!("EX-2026-{:03}", at + 1)
}

fn record(at: usize) -> String {
    format!("content/certificates/2026/{}.md", number(at))
}

impl Desk {
    /// One with a past: two holders of one name, one of two certificates, one certificate in the
    /// place of another, links, and all kinds of events.
    fn with_past(register: TestRegister) -> Self {
        let register = (1..7).fold(register, |register, at| register.record(&number(at)));
        let mut desk = Self::new(register, State::Sealed);
        let past = [
            Edit::Code(1, 1),
            Edit::Code(2, 2),
            Edit::Code(3, 2),
            Edit::Name(3, 1),
            Edit::Name(2, 1),
            Edit::Region(0),
            Edit::Place(0),
            Edit::Place(3),
            Edit::Event(0, EVENTS[4]),
            Edit::Succeed(1, 0),
            Edit::Event(2, EVENTS[0]),
            Edit::Event(2, EVENTS[1]),
            Edit::Event(4, EVENTS[2]),
            Edit::Event(5, EVENTS[3]),
            Edit::Link(5, 1),
            Edit::Link(4, 2),
        ];
        for edit in &past {
            desk.apply(edit);
        }
        desk
    }

    fn new(register: TestRegister, state: State) -> Self {
        let day = support::TODAY.parse().unwrap();
        Self { register, out: tempfile::tempdir().unwrap(), day, state, older: RefCell::default() }
    }

    fn out(&self) -> PathBuf {
        self.out.path().join("site")
    }

    fn options(&self) -> BuildOptions {
        let today = Today::Day(self.day);
        BuildOptions { today, base_url: None, minify: Minify::No, state: self.state }
    }

    /// A build that goes on. `settled` says that all files have been as they are for a while.
    fn goes_on(&self, settled: bool) -> Built<Summary> {
        self.goes_on_timed(settled, &Timings::default())
    }

    fn goes_on_timed(&self, settled: bool, timings: &Timings) -> Built<Summary> {
        self.older.borrow_mut().extend(files(&self.register.path(CACHE)));
        let later = Duration::from_secs(if settled { 60 } else { 0 });
        let looked = Some(SystemTime::now() + later);
        let onlooker = Onlooker { progress: &|_| {}, timings };
        let (root, out) = (self.register.root(), self.out());
        pipeline::build(root, &out, (Adopt::No, looked), &self.options(), &onlooker).unwrap()
    }

    /// That the folder holds what a build makes that begins anew, and says what that one says.
    fn compare(&self, built: &Built<Summary>) {
        let anew = pipeline::build_into(self.register.root(), Memory::default(), &self.options());
        let anew = anew.unwrap();
        let words = |built: &attestar::diag::Report| {
            let finding = |f: &attestar::diag::Diagnostic| {
                let label = f.primary();
                let place = label.source.position(label.span.start);
                format!("{:?} {} {} {place:?} {:?}", f.code, f.message, label.source.path(), f.help)
            };
            built.findings().iter().map(finding).collect::<Vec<_>>()
        };
        assert_eq!(words(&built.report), words(&anew.report));
        assert_eq!((built.records, built.unsealed), (anew.records, anew.unsealed));
        let Some((rendered, memory)) = anew.made else {
            return assert!(built.made.is_none());
        };
        let (made, summary) = built.made.as_ref().unwrap();
        assert_eq!(*made, rendered);
        let there = files(&self.out());
        let names: Vec<_> = there.keys().cloned().collect();
        assert_eq!(names, memory.paths());
        for (name, bytes) in &there {
            assert!(memory.get(name).unwrap()[..] == bytes[..], "{name} is another");
        }
        assert_eq!(summary.written + summary.unchanged, there.len() as u64);
        assert_eq!(summary.bytes, there.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        support::write_file(&self.register.path(name), text.as_ref());
    }

    /// Changes a record that is there.
    fn change(&self, at: usize, change: impl FnOnce(&str) -> String) {
        let name = record(at);
        if self.register.path(&name).is_file() {
            self.write(&name, change(&self.register.read(&name)));
        }
    }

    fn apply(&mut self, edit: &Edit) {
        match *edit {
            Edit::Add(at) => {
                let text = MINIMAL[2].1.replace("EX-2026-001", &number(at));
                self.write(&record(at), text);
            }
            Edit::Remark(at, n) => self.change(at, |text| format!("{text}\n备注 {n}\n")),
            Edit::Link(at, to) => {
                self.change(at, |text| format!("{text}\n见[另一张]({}.md)。\n", number(to)));
            }
            Edit::Name(at, n) => {
                self.change(at, |text| text.replace("示例电器", &format!("示例电器{n}")));
            }
            Edit::Code(at, n) => self.change(at, |text| text.replace(CODES[0], CODES[n])),
            Edit::Number(at) => {
                self.change(at, |text| text.replacen(&number(at), &format!("EX-2027-{at}"), 1));
            }
            Edit::Place(at) => self.change(at, |text| {
                text.replace("\n[holder]", "\nregion = { code = \"440500\" }\n[holder]")
            }),
            Edit::Level(at) => self.change(at, |text| text.replace("star-5", "star-4")),
            Edit::Event(at, event) => self.change(at, |text| {
                let (front, remarks) = text.split_once("\n+++\n").unwrap();
                format!("{front}\n[[events]]\n{event}\n+++\n{remarks}")
            }),
            Edit::Remove(at) => drop(fs::remove_file(self.register.path(&record(at)))),
            Edit::Move(at) => {
                let from = self.register.path(&record(at));
                let to = format!("content/certificates/moved/{}.md", number(at));
                let to = self.register.path(&to);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                drop(fs::rename(from, to));
            }
            Edit::Succeed(at, of) => self.change(at, |text| {
                text.replace("\n[holder]", &format!("\nsucceeds = \"{}\"\n[holder]", number(of)))
            }),
            Edit::Touch(at) => self.change(at, str::to_owned),
            _ => self.apply_beside(edit),
        }
    }

    /// What is no record.
    fn apply_beside(&mut self, edit: &Edit) {
        match *edit {
            Edit::Setting(n) => {
                let text =
                    MINIMAL[0].1.replace("[body]", &format!("page_size = {}\n[body]", n % 3 + 10));
                self.write("register.toml", text.replace("示例名录", &format!("名录{n}")));
            }
            Edit::Scheme(n) => {
                let title = format!("五星级{}", n % 2);
                self.write(support::SCHEME, MINIMAL[1].1.replace("五星级", &title));
            }
            Edit::Guide(n) => {
                let text = format!("+++\ntitle = \"说明{n}\"\ngroup = \"help\"\n+++\n文字 {n}\n");
                self.write("content/guidance/about.md", text);
            }
            Edit::Region(n) => {
                let text = format!("[names]\n\"440500\" = {{ zh = \"汕头{n}\" }}\n");
                self.write("content/regions.toml", text);
            }
            Edit::Picture(n) => {
                let text =
                    format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>{n}</title></svg>");
                self.write("content/pictures/a.svg", text);
            }
            Edit::Template(n) => {
                let text = format!("User-agent: *\n# {n}\n");
                self.write("themes/default/templates/robots.txt", text);
            }
            Edit::Label(n) => {
                let text = format!("nav_home = \"首页{n}\"\n");
                self.write("themes/default/i18n/zh.toml", text);
            }
            Edit::Style(n) => {
                self.write("themes/default/assets/site.css", format!("p{{order:{n}}}"));
            }
            Edit::Day(days) => self.day = self.day.saturating_add(jiff::Span::new().days(days)),
            Edit::Tamper(at) => {
                let files: Vec<_> = files(&self.out()).into_keys().collect();
                if let Some(name) = files.get(at % files.len().max(1)) {
                    let path = self.out().join(name);
                    fs::remove_file(&path).unwrap();
                    if at % 2 == 0 {
                        support::write_file(&path, b"tampered with");
                    }
                }
            }
            Edit::Damage(at, n) => {
                let cache = self.register.path(CACHE);
                let files: Vec<_> = files(&cache).into_iter().collect();
                if let Some((name, bytes)) = files.get(at % files.len().max(1)) {
                    damage(&cache.join(name), bytes.clone(), at, n);
                }
            }
            Edit::Older(at) => {
                let older = self.older.borrow();
                if let Some((name, bytes)) = older.get(at % older.len().max(1)) {
                    self.write(&format!("{CACHE}/{name}"), bytes);
                }
            }
            _ => {}
        }
    }
}

fn damage(path: &Path, mut bytes: Vec<u8>, at: usize, how: u8) {
    let place = at % bytes.len().max(1);
    match how % 3 {
        0 => bytes.truncate(place),
        1 => bytes[place] ^= how | 1,
        _ => return fs::remove_file(path).unwrap(),
    }
    support::write_file(path, &bytes);
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 64, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn a_working_copy_that_goes_on_is_the_one_that_begins_anew(
        edits in proptest::collection::vec((proptest::collection::vec(edit(), 1..3), any::<bool>()), 4..9),
    ) {
        let mut desk = Desk::with_past(TestRegister::minimal());
        let first = desk.goes_on(true);
        assert!(first.made.is_some(), "{:?}", first.report);
        desk.compare(&first);
        for (edits, settled) in &edits {
            for edit in edits {
                desk.apply(edit);
            }
            desk.compare(&desk.goes_on(*settled));
        }
    }

    #[test]
    fn a_sealed_register_that_goes_on_is_the_one_that_begins_anew(
        edits in proptest::collection::vec((edit(), any::<bool>(), any::<bool>()), 3..6),
        state in prop_oneof![Just(State::Sealed), Just(State::Working)],
    ) {
        let mut desk = Desk::with_past(TestRegister::minimal().keyed());
        desk.register.seal(FIRST).success();
        desk.register.seal("2026-11-20T08:00:00Z").ended();
        desk.state = state;
        desk.compare(&desk.goes_on(true));
        for (at, (edit, seals, settled)) in edits.iter().enumerate() {
            desk.apply(edit);
            if *seals {
                // It may be refused: the edit may be one that must not be sealed.
                desk.register.seal(&format!("2026-11-2{at}T08:00:00Z")).ended();
            }
            desk.compare(&desk.goes_on(*settled));
        }
    }
}

#[test]
fn a_build_without_a_change_writes_nothing_at_all() {
    let desk = Desk::new(TestRegister::minimal(), State::Sealed);
    let first = desk.goes_on(true);
    let before = files(&desk.register.path(CACHE));
    let again = desk.goes_on(true);
    let (_, summary) = again.made.as_ref().unwrap();
    let all = first.made.as_ref().unwrap().1.written;
    let nothing = Summary { written: 0, unchanged: all, removed: 0, bytes: summary.bytes };
    assert_eq!(*summary, nothing);
    assert!(files(&desk.register.path(CACHE)) == before);
    desk.compare(&again);
}

/// Each edit by itself, in an order that the random ones may not come upon.
#[test]
fn every_edit_is_seen_on_all_pages_that_it_shows_on() {
    let mut desk = Desk::with_past(TestRegister::minimal());
    // More than fit on two pages of a list.
    desk.apply(&Edit::Setting(0));
    (8..32).for_each(|at| desk.apply(&Edit::Add(at)));
    desk.compare(&desk.goes_on(true));
    // The newest numbered page is the newest no more.
    (32..42).for_each(|at| desk.apply(&Edit::Add(at)));
    desk.compare(&desk.goes_on(true));
    let edits = [
        Edit::Day(-100), // Before the change of level, the new name and the withdrawal.
        Edit::Day(30),
        Edit::Day(70),
        Edit::Succeed(3, 0),
        Edit::Number(2), // Which another holder's remarks lead to.
        Edit::Add(7),
        Edit::Move(6),
        Edit::Name(3, 2),
        Edit::Name(2, 2),
        Edit::Remove(7),
        Edit::Remove(3),
        Edit::Region(1),
        Edit::Picture(1),
        Edit::Guide(1),
        Edit::Guide(2),
        Edit::Scheme(1),
        Edit::Setting(1),
        Edit::Remove(20),
        Edit::Template(1),
        Edit::Label(1),
        Edit::Style(1),
        Edit::Touch(2),
        Edit::Tamper(3),
        Edit::Tamper(4),
    ];
    for edit in edits {
        desk.apply(&edit);
        let built = desk.goes_on(true);
        let words: Vec<_> = built.report.findings().iter().map(|found| &found.message).collect();
        assert!(built.made.is_some(), "{edit:?}: {words:?}");
        desk.compare(&built);
    }
}

#[test]
fn what_did_not_change_is_not_made_again() {
    let register = TestRegister::minimal();
    let register = (1..RECORDS).fold(register, |register, at| register.record(&number(at)));
    let mut desk = Desk::new(register, State::Sealed);
    desk.goes_on(true);
    desk.apply(&Edit::Remark(3, 7));
    desk.apply(&Edit::Link(4, 5));
    let timings = Timings::by(clock);
    let built = desk.goes_on_timed(true, &timings);
    // Nothing else was put in order for it.
    assert_eq!(timings.time(Stage::Plan), Duration::ZERO);
    let (_, summary) = built.made.as_ref().unwrap();
    // Two pages in both languages.
    assert_eq!((summary.written, summary.removed), (4, 0));
    desk.compare(&built);
    desk.apply(&Edit::Level(3));
    let built = desk.goes_on_timed(true, &timings);
    assert_ne!(timings.time(Stage::Plan), Duration::ZERO);
    desk.compare(&built);
}

/// A sealed register's pages are what its entries say; a preview's are what its records say now.
#[test]
fn remarks_beside_sealed_ones_make_few_pages_and_are_counted() {
    for (state, pages) in [(State::Sealed, 0), (State::Working, 2)] {
        let mut desk = Desk::with_past(TestRegister::minimal().keyed());
        desk.register.seal(FIRST).success();
        desk.register.seal("2026-11-20T08:00:00Z").ended();
        desk.state = state;
        let before = desk.register.read(&record(3));
        desk.apply(&Edit::Remark(4, 1)); // Which is not sealed when all are read.
        let kept = desk.goes_on(true).unsealed.unwrap();
        assert!(kept > 0);
        let timings = Timings::by(clock);
        let build = |desk: &Desk, unsealed| {
            let built = desk.goes_on_timed(true, &timings);
            assert_eq!(timings.time(Stage::Plan), Duration::ZERO);
            assert_eq!(built.made.as_ref().unwrap().1.written, pages);
            assert_eq!(built.unsealed, Some(kept + unsealed));
            desk.compare(&built);
        };
        desk.apply(&Edit::Remark(3, 2));
        build(&desk, 1);
        desk.apply(&Edit::Remark(3, 3));
        build(&desk, 1);
        desk.apply(&Edit::Remark(4, 4));
        build(&desk, 1);
        desk.write(&record(3), before);
        build(&desk, 0);
    }
}

/// What a list calls a code is signed: another name is another statement, though no record changed.
#[test]
fn another_name_of_a_region_is_a_change_that_is_not_sealed() {
    let mut desk = Desk::with_past(TestRegister::minimal().keyed());
    desk.apply(&Edit::Region(1));
    desk.register.seal(FIRST).success();
    desk.register.seal("2026-11-20T08:00:00Z").ended();
    assert_eq!(desk.goes_on(true).unsealed, Some(0));
    assert_eq!(desk.goes_on(true).unsealed, Some(0));
    desk.apply(&Edit::Region(2));
    let built = desk.goes_on(true);
    assert!(built.unsealed > Some(0), "{:?}", built.unsealed);
    desk.compare(&built);
}

#[test]
fn a_check_that_remembers_says_what_one_says_that_does_not() {
    let register = TestRegister::minimal();
    register.attestar(["build"]).success();
    let check = |day: &str| {
        let said = |more: &[&str]| {
            let run = register.attestar([&["check", "--json", "--as-of", day], more].concat());
            run.ended().stdout
        };
        let anew = said(&["--no-cache"]);
        assert_eq!(said(&[]), anew);
        // Once more: this is what the last one said.
        assert_eq!(said(&[]), anew);
        anew
    };
    let (good, name) = (MINIMAL[2].1, MINIMAL[2].0);
    let sound = check(support::TODAY);
    support::write_file(&register.path(name), good.replace("star-5", "star-9").as_bytes());
    assert_ne!(check(support::TODAY), sound);
    support::write_file(&register.path(name), good.as_bytes());
    assert_eq!(check(support::TODAY), sound);
    assert_ne!(check("2028-11-23"), sound);
    support::write_file(&register.path("public/key.pem"), support::PRIVATE_KEY.as_bytes());
    assert_ne!(check(support::TODAY), sound);
    fs::remove_file(register.path("public/key.pem")).unwrap();
    assert_eq!(check(support::TODAY), sound);
}

/// What the month page of a working copy lists beside the changes.
#[test]
fn what_expires_next_is_seen_though_nothing_happened_to_it() {
    let mut desk = Desk::with_past(TestRegister::minimal());
    desk.day = "2029-02-10".parse().unwrap();
    desk.compare(&desk.goes_on(true));
    desk.apply(&Edit::Name(6, 3));
    desk.compare(&desk.goes_on(true));
}

/// What the forbidden build has read is kept, and is not what the site was made from.
#[test]
fn a_build_does_not_go_on_from_one_that_was_forbidden() {
    let mut desk = Desk::with_past(TestRegister::minimal());
    desk.goes_on(true);
    desk.apply(&Edit::Level(4));
    desk.apply(&Edit::Succeed(0, 4)); // Which has not ended.
    assert!(desk.goes_on(true).made.is_none());
    desk.apply(&Edit::Remark(5, 1));
    desk.compare(&desk.goes_on(true));
    desk.change(0, |text| text.replace("\nsucceeds", "\n# succeeds"));
    desk.compare(&desk.goes_on(true));
}

fn clock() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

#[test]
fn another_program_s_memory_is_not_used() {
    let desk = Desk::new(TestRegister::minimal(), State::Sealed);
    desk.goes_on(true);
    let cache = desk.register.path(CACHE);
    for (name, mut bytes) in files(&cache) {
        // The digest fits again, as that of another program's file would.
        let at = bytes.len() - 32 - 1;
        bytes[at] ^= 1;
        let digest = attestar::proof::sha256(&bytes[..=at]);
        bytes[at + 1..].copy_from_slice(&digest);
        support::write_file(&cache.join(name), &bytes);
    }
    desk.compare(&desk.goes_on(true));
}

#[test]
fn a_cache_that_cannot_be_written_costs_nothing_but_time() {
    let register = TestRegister::minimal().write(CACHE, "in the way");
    let desk = Desk::new(register, State::Sealed);
    desk.compare(&desk.goes_on(true));
    desk.compare(&desk.goes_on(true));
    assert_eq!(desk.register.read(CACHE), "in the way");
}

#[test]
fn the_command_line_can_do_without_it() {
    let register = TestRegister::minimal();
    register.attestar(["build", "--no-cache"]).success();
    assert!(!register.path(CACHE).exists());
    let run = register.attestar(["build", "--json", "--timings"]).success();
    let line: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let stages: Vec<_> =
        line["timings"].as_array().unwrap().iter().map(|t| t["stage"].as_str().unwrap()).collect();
    for stage in
        ["walk", "records", "read", "parse", "plan", "pages", "render", "write", "index", "finish"]
    {
        assert!(stages.contains(&stage), "{stage} is not in {stages:?}");
    }
    assert!(register.path(CACHE).is_dir());
}
