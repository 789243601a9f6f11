//! The stages of a build, one by one, on made-up registers of 1,000 and 10,000 records.
//!
//! `cargo bench --bench stages` measures them all, `cargo bench --bench stages -- open pages` those
//! with such words in their names; `TMPDIR` says on which file system. The samples have two
//! languages and stay in memory once read, so that reading is not waiting for a disk. All processors
//! work; what is told of items is per record. How a whole program does is told by benches/scale.sh.

#[path = "support/rows.rs"]
mod rows;
#[path = "support/sample.rs"]
mod sample;

use std::{collections::HashMap, env, hint::black_box, sync::OnceLock};

use attestar::{
    config::Config,
    credential::{Did, Issuer, entry_context},
    keyring::{Role, demo_key},
    ledger::Ledger,
    load::{self, Loaded, Today},
    model::Register,
    output::{Memory, OutputError, Sink},
    pipeline::{self, BuildOptions, State},
    proof::{Prepared, ProofConfig, Signer},
    seal::{NewRecords, compare},
    search::{self, Settings, main_of},
    site::{self, Inputs},
    theme::{Minify, Theme},
    timing::Timings,
};
use divan::{Bencher, counter::ItemsCount};
use jiff::Timestamp;
use sample::Sample;

const COUNTS: [u32; 2] = [1000, 10_000];

/// A register, read once for the stages after reading.
struct Made {
    count: u32,
    sample: Sample,
    today: Today,
    config: Config,
    register: Register,
    issuer: Issuer,
    theme: Theme,
}

static MADE: OnceLock<Vec<Made>> = OnceLock::new();

fn main() {
    if env::args().any(|argument| argument == "--list") {
        return divan::main();
    }
    let made = MADE.get_or_init(|| COUNTS.map(Made::new).into());
    divan::main();
    // Nothing drops a static.
    for made in made {
        std::fs::remove_dir_all(&made.sample.root).expect("what was written can be removed");
    }
}

impl Made {
    fn new(count: u32) -> Self {
        let sample = Sample::make(count, &env::temp_dir(), &["--sealed"]);
        let today = Today::Now(now());
        let loaded = load::load(&sample.root, today).expect("the sample can be read");
        let Loaded { config, register, .. } = loaded;
        let config = config.expect("the sample is sound");
        let did = Did::of(config.base_url.as_str()).expect("an address");
        let issuer = Issuer::new(did, config.time_zone.clone());
        let theme = theme(&sample);
        Self { count, sample, today, config, register, issuer, theme }
    }

    fn of(count: u32) -> &'static Self {
        let found = MADE.get().and_then(|all| all.iter().find(|made| made.count == count));
        found.expect("every register is made before the first stage")
    }

    fn ledger(&self) -> Ledger {
        let ledger = Ledger::open(&self.sample.root, self.issuer.did());
        ledger.expect("the ledger can be opened").expect("the sample is sealed")
    }
}

fn theme(sample: &Sample) -> Theme {
    let (theme, _) = Theme::load(&sample.root, "default", Minify::Yes).expect("it can be read");
    theme.expect("the default theme is sound")
}

/// Takes files and keeps none.
struct Nowhere;

impl Sink for Nowhere {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        black_box((path, bytes));
        Ok(())
    }
}

/// Reads, parses and checks every record.
#[divan::bench(args = COUNTS, sample_count = 10)]
fn load_records(bencher: Bencher<'_, '_>, count: u32) {
    let made = Made::of(count);
    let bencher = bencher.counter(ItemsCount::new(count));
    bencher.bench_local(|| load::load(&made.sample.root, made.today).expect("it was read before"));
}

/// Parses, minifies and compiles all templates.
#[divan::bench(sample_count = 10)]
fn load_theme(bencher: Bencher<'_, '_>) {
    let made = Made::of(COUNTS[0]);
    bencher.bench_local(|| theme(&made.sample));
}

/// Reads the log's leaves, rebuilds its root and folds it.
#[divan::bench(args = COUNTS, sample_count = 10)]
fn open_ledger(bencher: Bencher<'_, '_>, count: u32) {
    let made = Made::of(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| made.ledger());
}

/// States every record again, and finds that what is sealed says the same.
#[divan::bench(args = COUNTS, sample_count = 10)]
fn compare_with_ledger(bencher: Bencher<'_, '_>, count: u32) {
    let made = Made::of(count);
    let (ledger, day) = (made.ledger(), made.issuer.day(now()));
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        compare(&made.register, &made.issuer, Some(&ledger), (day, NewRecords::Stated), &|_| false)
            .expect("the ledger can be read")
    });
}

/// Renders the pages of the working copy.
#[divan::bench(args = COUNTS, sample_count = 5)]
fn render_pages(bencher: Bencher<'_, '_>, count: u32) {
    let made = Made::of(count);
    let (config, register, theme) = (&made.config, &made.register, &made.theme);
    let (base_url, today) = (&config.base_url, made.issuer.day(now()));
    let sources = &[];
    let inputs = Inputs { config, register, sources, theme, base_url, today, sealed: None };
    let how: (&(dyn Fn(u64) + Sync), _) = (&|_| {}, &Timings::default());
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| site::render(&inputs, &Nowhere, how).expect("pages can be made"));
}

/// All of it, from the folder to files in memory, of what is sealed.
#[divan::bench(args = COUNTS, sample_count = 5)]
fn build_into_memory(bencher: Bencher<'_, '_>, count: u32) {
    let made = Made::of(count);
    let (today, minify, state) = (made.today, Minify::Yes, State::Sealed);
    let options = BuildOptions { today, base_url: None, minify, state };
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        pipeline::build_into(&made.sample.root, Memory::default(), &options).expect("it is sound")
    });
}

/// Makes the index of the search, of as many rows.
#[divan::bench(args = COUNTS, sample_count = 10)]
fn write_search_index(bencher: Bencher<'_, '_>, count: u32) {
    let made = rows::made(count);
    let settings = Settings::default();
    let main = main_of(count, &settings);
    let newer = (0..main).zip(&made).filter_map(|(serial, row)| Some((row.newer?, serial)));
    let last: HashMap<u32, u32> = newer.filter(|(by, _)| *by >= main).collect();
    let slot = |serial: u32| rows::slot(&made, &last, serial);
    let mut levels: Vec<_> =
        made.iter().map(|row| format!("{}/{}", row.scheme, row.level)).collect();
    levels.sort_unstable();
    levels.dedup();
    let mut schemes: Vec<&str> = made.iter().map(|row| &*row.scheme).collect();
    schemes.sort_unstable();
    schemes.dedup();
    let (schemes, levels, names) = (&*schemes, &*levels, Vec::new());
    let index = search::Index { count, slot: &slot, schemes, levels, names, edition: None };
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        search::write(&index, &settings, &Nowhere).expect("nothing is written");
    });
}

/// States one record and makes its canonical text.
#[divan::bench]
fn state_one(bencher: Bencher<'_, '_>) {
    let made = Made::of(COUNTS[0]);
    let (record, day) = (&made.register.certificates[0], made.issuer.day(now()));
    bencher.bench_local(|| made.issuer.statement(record, day).expect("a record").document(0));
}

/// Signs that text and puts the proof into it.
#[divan::bench]
fn seal_one(bencher: Bencher<'_, '_>) {
    let made = Made::of(COUNTS[0]);
    let (record, day) = (&made.register.certificates[0], made.issuer.day(now()));
    let document = made.issuer.statement(record, day).expect("a record").document(0);
    let context = entry_context(made.issuer.did());
    let (created, verification_method) = (now().to_string(), "did:web:register.example#k".into());
    let config = ProofConfig { context, created, verification_method };
    let prepared = Prepared::new(&config).expect("a configuration");
    let key = demo_key(Role::Issue);
    bencher.with_inputs(|| document.clone()).bench_local_values(|document| {
        let document = prepared.to_secure(document);
        let signatures = key.sign_all(&[document.message().as_slice()]).expect("a key in memory");
        document.secure(&signatures[0])
    });
}

/// The sample's dates count back from today.
#[expect(clippy::disallowed_methods, reason = "a bench takes the time")]
fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).expect("the clock's own time")
}
