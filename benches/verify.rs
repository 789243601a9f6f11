//! Auditing a made-up register beside bare signature verifications.
//!
//! `cargo bench --bench verify -- 100000 [FOLDER]` makes and seals a register of 100,000 records in
//! a folder (default: the system's temporary one) and then, three times in turn: verifies as many
//! bare Ed25519 signatures as there are certificates, on the same threads, and audits its ledger. With
//! `--site` the site is built and audited too, pages and data files included; it reads a few
//! gigabytes then, so state the file system beside it. What is quoted is the ratio of the medians of
//! one run.

#![expect(clippy::print_stdout, reason = "what a bench prints is its result")]

#[path = "support/median.rs"]
mod median;
#[path = "support/sample.rs"]
mod sample;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use attestar::{
    audit::{self, Extent, Options},
    keyring::{Role, demo_key},
    proof::{Signer as _, VerifyingKey},
    verify::{Ask, Folder, Forgetful, Register, Trust},
};
use jiff::Timestamp;
use median::median;
use rayon::prelude::*;
use sample::{ATTESTAR, Sample};

const RUNS: usize = 3;

fn main() {
    let mut arguments = env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let count: u32 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let folder = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let with_site = env::args().any(|argument| argument == "--site");
    let sample = Sample::make(count, &folder, &["--sealed"]);
    let root = &sample.root;
    let signatures = Signatures::new(count);
    let (mut bare, mut ledger, mut site) = (Vec::new(), Vec::new(), Vec::new());
    if with_site {
        sample::run(Command::new(ATTESTAR).arg("-C").arg(root).arg("build"));
    }
    for _ in 0..RUNS {
        bare.push(signatures.verified());
        ledger.push(audited(root));
        if with_site {
            site.push(audited(&root.join("public")));
        }
    }
    let number = checked(root);

    let bare = median(bare);
    println!("records {count}, threads {}", rayon::current_num_threads());
    println!("bare verifications {:.3} s", bare.as_secs_f64());
    let tell = |what: &str, times: Vec<Duration>| {
        let time = median(times);
        let ratio = time.as_secs_f64() / bare.as_secs_f64();
        println!("{what} {:.3} s, ratio {ratio:.2}", time.as_secs_f64());
    };
    tell("audit of the ledger", ledger);
    if with_site {
        tell("audit of the site", site);
    }
    println!("one certificate, whole log read {:.3} s", number.as_secs_f64());
}

/// As many signatures as there are certificates, each of another message.
struct Signatures {
    key: VerifyingKey,
    signed: Vec<([u8; 64], [u8; 64])>,
}

impl Signatures {
    fn new(count: u32) -> Self {
        let key = demo_key(Role::Issue);
        let message = |number: u32| {
            let mut message = [0; 64];
            message[..4].copy_from_slice(&number.to_be_bytes());
            message
        };
        let messages: Vec<[u8; 64]> = (0..count).map(message).collect();
        let texts: Vec<&[u8]> = messages.iter().map(<[u8; 64]>::as_slice).collect();
        let signatures = key.sign_all(&texts).expect("a key in memory signs");
        let signed = messages.iter().copied().zip(signatures).collect();
        Self { key: key.verifying_key(), signed }
    }

    /// Verifies them all, and does nothing else.
    fn verified(&self) -> Duration {
        let started = Instant::now();
        let sound = self
            .signed
            .par_iter()
            .all(|(text, signature)| self.key.verify(text, signature).is_ok());
        assert!(sound, "what was signed verifies");
        started.elapsed()
    }
}

fn audited(folder: &Path) -> Duration {
    let options = Options {
        trust: Trust::default(),
        since: None,
        extent: Extent::All,
        clock: now(),
        progress: &|_| {},
    };
    let started = Instant::now();
    let source = Folder::open(folder).expect("there is a ledger");
    let audit = audit::audit(&source, &options, &mut Forgetful).expect("it can be read");
    assert_eq!(audit.discrepancies, [], "a register just made holds");
    started.elapsed()
}

/// One certificate, the first of the register, with the whole log read for it.
fn checked(root: &Path) -> Duration {
    let lines = fs::read_to_string(root.join("ledger/credentials/0000.jsonl")).expect("entries");
    let number = lines.split("\"certificateNumber\":\"").nth(1).expect("a number");
    let number = number.split('"').next().expect("a number");
    let started = Instant::now();
    let source = Folder::open(root).expect("there is a ledger");
    let register =
        Register::open(&source, &Trust::default(), &mut Forgetful, now()).expect("it opens");
    let outcome = register.number(number, &Ask::default()).expect("it can be read");
    assert_eq!(outcome.genuine.to_string().get(..6), Some("Signed"));
    started.elapsed()
}

#[expect(clippy::disallowed_methods, reason = "the sample is sealed at the present moment")]
fn now() -> Timestamp {
    Timestamp::now()
}
