//! Sealing a made-up register beside bare signatures, and adding one certificate to it.
//!
//! `cargo bench --bench seal -- 100000 [FOLDER]` makes a register of 100,000 records in a folder
//! (default: the system's temporary one), reads it once, and then, three times in turn: makes as many
//! bare Ed25519 signatures as there are certificates, on the same threads, and seals them all; then
//! adds one certificate and seals that. Reading the records is not part of it: `check` and `build`
//! do that too, and benches/scale measures it. What is quoted is the ratio of the medians of one
//! run; state the file system beside it, since the ledger is synced to disk.

#![expect(clippy::print_stdout, reason = "what a bench prints is its result")]

#[path = "support/median.rs"]
mod median;
#[path = "support/sample.rs"]
mod sample;

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use attestar::{
    config::Config,
    credential::{Did, Issuer},
    keyring::{Keys, Role, demo_key},
    ledger::{Recorded, Recorder},
    load::{self, Today},
    model::{CertificateNumber, Register},
    proof::{Signer, SigningKey},
    seal::{NewRecords, Order, Planning, PublicKeys, Renew, Scope, Sealing, compare},
};
use jiff::Timestamp;
use median::median;
use sample::Sample;

const RUNS: usize = 3;

fn main() {
    let mut arguments = env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let count = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1000_u32);
    let folder = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let sample = Sample::make(count, &folder, &[]);
    let root = &sample.root;
    let now = now();
    let started = Instant::now();
    let loaded = load::load(root, Today::Now(now)).expect("the sample can be read");
    println!("records {count}, read and checked in {:.2} s", started.elapsed().as_secs_f64());
    let config = loaded.config.expect("the sample is sound");
    let mut bench = Bench::new(root, config, loaded.register);

    let (mut bare, mut first, mut one, mut files) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        fs::remove_dir_all(root.join("ledger")).unwrap_or_default();
        bare.push(bench.bare());
        first.push(bench.seal(now).0);
        bench.add(run);
        let (time, recorded) = bench.seal(now + Duration::from_mins(1));
        one.push(time);
        files = recorded.written;
        bench.take_back();
    }

    let (bare, first, one) = (median(bare), median(first), median(one));
    println!(
        "sealing all {:.3} s, bare signatures {:.3} s, ratio {:.2}",
        first.as_secs_f64(),
        bare.as_secs_f64(),
        first.as_secs_f64() / bare.as_secs_f64()
    );
    println!("adding one {:.3} s, files written: {}", one.as_secs_f64(), files.len());
    for file in &files {
        println!("  {file}");
    }
}

struct Bench<'b> {
    root: &'b Path,
    config: Config,
    issuer: Issuer,
    register: Register,
    keys: Keys,
}

impl<'b> Bench<'b> {
    fn new(root: &'b Path, config: Config, register: Register) -> Self {
        let did = Did::of(config.base_url.as_str()).expect("an address");
        let issuer = Issuer::new(did, config.time_zone.clone());
        let keys = Keys {
            issue: Box::new(demo_key(Role::Issue)),
            status: Some(Box::new(demo_key(Role::Status))),
            log: Box::new(demo_key(Role::Log)),
            former_log: None,
        };
        Self { root, config, issuer, register, keys }
    }

    /// As many signatures as there are certificates, and nothing else.
    fn bare(&self) -> Duration {
        let key = SigningKey::from_seed([7; 32]);
        let count = u32::try_from(self.register.certificates.len()).expect("not that many");
        let messages: Vec<[u8; 64]> = (0..count)
            .map(|number| {
                let mut message = [0; 64];
                message[..4].copy_from_slice(&number.to_be_bytes());
                message
            })
            .collect();
        let messages: Vec<&[u8]> = messages.iter().map(<[u8; 64]>::as_slice).collect();
        let started = Instant::now();
        let signatures = key.sign_all(&messages).expect("a key in memory signs");
        assert_eq!(signatures.len(), messages.len());
        started.elapsed()
    }

    /// Opens the ledger, compares every record with it, and seals what differs.
    fn seal(&self, time: Timestamp) -> (Duration, Recorded) {
        let Self { root, config, issuer, register, keys } = self;
        let started = Instant::now();
        let recorder = Recorder::take(root, issuer.did(), None).expect("the ledger can be opened");
        let ledger = recorder.ledger();
        let day = issuer.day(time);
        let compared = compare(register, issuer, ledger, (day, NewRecords::Believed), &|_| false)
            .expect("the ledger can be read");
        let public = PublicKeys::of(keys);
        let planning =
            Planning { config, register, issuer, ledger, compared: &compared, keys: &public };
        let order = Order {
            time,
            scope: Scope::Full,
            renew: Renew::WhenDue,
            erase: Vec::new(),
            revoke: None,
        };
        let plan = planning.plan(&order).expect("an edition can be planned");
        let base_url = &config.base_url;
        let sealing = Sealing { base_url, register, issuer, keys, progress: &|_| () };
        let recorded = sealing.apply(&plan, recorder).expect("an edition can be made");
        (started.elapsed(), recorded)
    }

    /// One certificate more, in the middle of the others.
    fn add(&mut self, run: usize) {
        let at = self.register.certificates.len() / 2;
        let mut added = self.register.certificates[at].clone();
        let number = format!("{}-{run}", added.number);
        added.number = CertificateNumber::try_from(number.as_str()).expect("a number");
        self.register.certificates.insert(at + 1, added);
    }

    fn take_back(&mut self) {
        let at = (self.register.certificates.len() - 1) / 2;
        self.register.certificates.remove(at + 1);
    }
}

/// The sample's dates count back from today.
#[expect(clippy::disallowed_methods, reason = "a bench takes the time")]
fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).expect("the clock's own time")
}
