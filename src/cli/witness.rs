//! `attestar witness`: asks for cosignatures, adds them, and gives them.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{
    Exit, Failure, keep, now,
    passphrase::{PassphraseArgs, Sources},
    place, term,
};
use attestar::{
    keyring::{self, Protection, Role},
    ledger,
    tlog::{
        Checkpoint, Cosigned, NoteAlgorithm, TreeHead, VerifierKey, Witness as Cosigner,
        WitnessRefusal,
    },
    verify::{self, Folder},
};

/// The most bytes of a request or an answer.
const LIMIT: u64 = 64 * 1024;

/// Ask witnesses to cosign the log's checkpoint, add what they answer, or be a witness (C2SP)
///
/// A witness keeps one number and one hash, and signs only what continues them: so nobody can show
/// it one history and somebody else another.
#[derive(Debug, Args)]
pub(super) struct Witness {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    Request(Request),
    Add(Add),
    ServeOnce(Box<ServeOnce>),
    Key(Key),
}

/// Write the request for a cosignature of the newest checkpoint
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar witness request --witness witness.example/w1 > request")]
struct Request {
    /// The size of the tree that the witness signed last [default: by the archived checkpoints]
    #[arg(long, value_name = "SIZE")]
    old: Option<u64>,

    /// The witness's name, to look up what it signed last
    #[arg(long, value_name = "NAME", conflicts_with = "old")]
    witness: Option<String>,

    /// The register [default: the one here]
    #[arg(long, value_name = "URL|DIR")]
    site: Option<String>,

    /// Where the request goes [default: the output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Add a witness's answer to the checkpoint, once it is checked against the policy
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar witness add answer.txt")]
struct Add {
    /// The answer's lines, `-` for the input
    #[arg(value_name = "FILE")]
    answer: PathBuf,
}

/// Be a witness once: read a request, cosign its checkpoint or refuse it
#[derive(Debug, Args)]
#[command(
    after_help = "Example: attestar witness serve-once --name witness.example/w1 --key w1.pem \
                  --log register.example/ledger+bc47d5c3+ASDO… --state w1.state < request > answer"
)]
struct ServeOnce {
    /// The witness's name
    #[arg(long, value_name = "NAME")]
    name: String,

    /// The witness's key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// The keys of the logs that are watched
    #[arg(long, value_name = "VKEY", required = true)]
    log: Vec<VerifierKey>,

    /// Where the last signed tree of each log is kept
    #[arg(long, value_name = "FILE")]
    state: PathBuf,

    /// The request [default: the input]
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,

    /// The time of the cosignature [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    at: Option<Timestamp>,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Make a witness's key, and print its line for the log's policy
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar witness key w1.pem --name witness.example/w1")]
struct Key {
    /// The new key file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The witness's name
    #[arg(long, value_name = "NAME")]
    name: String,

    /// Write the key without a passphrase
    #[arg(long)]
    unencrypted: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Witness {
    pub(super) fn run(&self, root: Option<&Path>) -> Result<Exit, Failure> {
        match &self.act {
            Act::Request(request) => request.run(root),
            Act::Add(add) => add.run(&super::root(root)?),
            Act::ServeOnce(serve) => serve.run(),
            Act::Key(key) => key.run(),
        }
    }
}

impl Request {
    fn run(&self, root: Option<&Path>) -> Result<Exit, Failure> {
        let source = match &self.site {
            Some(site) => place::open(site)?,
            None => Box::new(Folder::open(&super::root(root)?)?),
        };
        let old = match (self.old, &self.witness) {
            (Some(old), _) => old,
            (None, Some(witness)) => verify::witnessed_by(&*source, witness)?,
            (None, None) => 0,
        };
        let request = verify::witness_request(&*source, old)?;
        match &self.out {
            Some(out) => keep::replace(out, request.as_bytes())
                .map_err(|error| format!("{}: {error}", out.display()))?,
            None => term::raw(request.as_bytes()),
        }
        Ok(Exit::Done)
    }
}

impl Add {
    fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let answer = input(Some(&self.answer))?;
        match ledger::add_cosignatures(root, &answer) {
            Ok(added) => {
                let names: Vec<_> = added.witnesses.iter().map(|(n, _)| n.to_string()).collect();
                term::say_safely(&format!(
                    "the checkpoint of {} entries is cosigned by {}",
                    added.size,
                    names.join(", ")
                ));
                Ok(Exit::Done)
            }
            Err(refused @ ledger::CosignError::Refused(_)) => {
                term::say_safely(&refused.to_string());
                Ok(Exit::Findings)
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl ServeOnce {
    fn run(&self) -> Result<Exit, Failure> {
        let request = input(self.request.as_deref())?;
        let mut passphrases = Sources::new(&self.passphrase);
        let signer = keyring::open_file(&self.key, Role::Log, &mut passphrases)?;
        let lock = lock(&self.state)?;
        let mut state = State::read(&self.state)?;
        let time = self.at.unwrap_or_else(now).as_second();
        let time = u64::try_from(time).map_err(|_| "the clock is before 1970")?;
        let cosigner = Cosigner { name: &self.name, signer: &*signer, logs: &self.log };
        let answer = cosigner.answer(&request, time, |origin| state.seen(origin));
        let exit = match answer {
            Ok(Cosigned { origin, tree, answer, .. }) => {
                // What is not remembered must not be signed.
                state.0.insert(origin.into(), tree);
                state.write(&self.state)?;
                term::raw(answer.as_bytes());
                Exit::Done
            }
            Err(WitnessRefusal::Sign(error)) => return Err(error.into()),
            Err(refusal) => {
                term::raw(refusal.body().as_bytes());
                term::say_safely(&format!("refused ({}): {refusal}", refusal.status()));
                Exit::Findings
            }
        };
        drop(lock);
        Ok(exit)
    }
}

impl Key {
    fn run(&self) -> Result<Exit, Failure> {
        let passphrase = if self.unencrypted {
            None
        } else {
            Some(Sources::new(&self.passphrase).fresh(Role::Log)?)
        };
        let protection =
            passphrase.as_ref().map_or(Protection::Unencrypted, Protection::Passphrase);
        // The name is checked before a file is made.
        let probe = keyring::demo_key(Role::Log).verifying_key();
        VerifierKey::new(&self.name, NoteAlgorithm::Cosignature, probe)?;
        let key = keyring::create(&self.file, Role::Log, protection)?;
        let vkey = VerifierKey::new(&self.name, NoteAlgorithm::Cosignature, key)?;
        let word = self.name.rsplit('/').next().unwrap_or(&self.name);
        term::line_safely(&format!("witness {word} {vkey}"));
        Ok(Exit::Done)
    }
}

/// The bytes of a file, or of the input.
fn input(path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    match path.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let bytes = verify::read(path, LIMIT)?;
            bytes.ok_or_else(|| format!("there is no file {}", path.display()).into())
        }
        None => {
            let mut bytes = Vec::new();
            io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > LIMIT {
                Err("the input is too large".into())
            } else {
                Ok(bytes)
            }
        }
    }
}

/// Held while a request is answered: comparing and remembering are one step.
fn lock(state: &Path) -> Result<File, Failure> {
    let mut name = state.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error: io::Error| format!("{}: {error}", Path::new(&name).display());
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&name).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// What a witness remembers: for each log the last tree that it signed, as a checkpoint's text.
struct State(BTreeMap<String, TreeHead>);

impl State {
    fn read(path: &Path) -> Result<Self, Failure> {
        let damaged =
            || format!("{} is damaged: sign nothing before it is restored", path.display());
        let Some(bytes) = verify::read(path, 16 * 1024 * 1024)? else {
            return Ok(Self(BTreeMap::new()));
        };
        let text = String::from_utf8(bytes).map_err(|_| damaged())?;
        let mut trees = BTreeMap::new();
        for part in text.split("\n\n").filter(|part| !part.is_empty()) {
            let part = format!("{}\n", part.trim_end_matches('\n'));
            let checkpoint: Checkpoint = part.parse().map_err(|_| damaged())?;
            trees.insert(checkpoint.origin().to_owned(), *checkpoint.tree());
        }
        Ok(Self(trees))
    }

    fn seen(&self, origin: &str) -> TreeHead {
        self.0.get(origin).copied().unwrap_or(TreeHead::EMPTY)
    }

    fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut parts = Vec::new();
        for (origin, tree) in &self.0 {
            parts.push(Checkpoint::new(origin, *tree)?.to_string());
        }
        let bytes = parts.join("\n");
        keep::replace(path, bytes.as_bytes())
            .map_err(|error| format!("{}: {error}; nothing was signed", path.display()).into())
    }
}
