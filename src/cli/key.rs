//! `attestar key`: makes, shows and rotates the register's keys.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{
    Exit, Failure,
    edition::{EditionArgs, Make},
    key_card::{self, Card, Published},
    passphrase::{PassphraseArgs, Sources},
    term, today,
};
use attestar::{
    config::Config,
    credential::Did,
    diag::Report,
    keyring::{self, KeySource, KeyringError, Passphrase, Protection, Role, Signing},
    load::{self, Today},
    output::OutputError,
    pipeline::Request,
};

/// Make, show and rotate the keys of this register
///
/// The issue key signs certificates, the status key signs status lists, and the log key signs
/// checkpoints of the log. Where they are is said by `[signing]` in register.toml. A private key is
/// never printed.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct Key {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    New(New),
    Show(Show),
    Rotate(Rotate),
    Revoke(Revoke),
}

/// Make the keys of a register: encrypted files, readable by openssl
///
/// Nothing is ever written over. The folder gets a .gitignore that keeps the keys out of git. Make
/// copies of the files, keep the passphrase elsewhere, and print what `attestar key show` says.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar key new                        all three, in keys/
  attestar key new log --dir /media/safe  the log key alone, on another disk
  attestar key new --passphrase-fd 3 3< passphrase.txt")]
struct New {
    /// Which keys [default: all that register.toml keeps in files]
    #[arg(value_name = "ROLE", value_parser = role)]
    roles: Vec<Role>,

    /// The folder for their files [default: where register.toml says, which is keys/]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Print the public halves as one JSON object
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    safety: Safety,
}

/// How new files are protected.
#[derive(Debug, Args)]
struct Safety {
    /// Write without a passphrase: whoever reads the file can sign
    #[arg(long, conflicts_with = "passphrase_fd")]
    unencrypted: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Show what is public about the keys: fingerprints to print on paper, vkey, Multikey
///
/// Needs no passphrase: the public half is in the key files in clear, and in the ledger. Compare the
/// words on the telephone, or the hex on paper; the first line of words is the short form.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar key show
  attestar key show --json | jq -r .log.vkey")]
struct Show {
    /// Print one JSON object
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Put a new key in the place of one
///
/// The old file stays beside the new one, under the name that the key has in did.json or that of the
/// day. What it signed stays good; the next edition adds the new key and retires the old one. After
/// a rotation of the log key checkpoints are signed with both, as long as the old file is there. A
/// key that was stolen must also be revoked.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar key rotate issue && attestar seal")]
struct Rotate {
    /// issue, status or log
    #[arg(value_name = "ROLE", value_parser = role)]
    role: Role,

    #[command(flatten)]
    safety: Safety,
}

/// Revoke a key that somebody else has: nothing that it signed counts any more
///
/// Makes an edition that says so, takes the key out of did.json's `assertionMethod`, and seals again
/// every certificate whose newest version it signed. Rotate first: another key must sign. The edition
/// changes more than can be believed, so `--confirm` must repeat its numbers.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar key rotate issue && attestar key revoke k2026-1")]
struct Revoke {
    /// The key's name in did.json, such as k2026-1
    #[arg(value_name = "FRAGMENT")]
    fragment: String,

    #[command(flatten)]
    edition: EditionArgs,
}

impl Revoke {
    fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let request = Request::Revoke(self.fragment.clone());
        Ok(self.edition.run(root, request, Make::Edition)?.0)
    }
}

fn role(text: &str) -> Result<Role, keyring::RoleError> {
    text.parse()
}

impl Key {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let register = Register::read(root)?;
        match &self.what {
            What::New(new) => new.run(&register),
            What::Show(show) => show.run(&register),
            What::Rotate(rotate) => rotate.run(&register),
            What::Revoke(revoke) => revoke.run(root),
        }
    }
}

/// What is known of the register without reading its records.
struct Register<'r> {
    root: &'r Path,
    config: Config,
    did: Did,
    published: Published,
}

impl<'r> Register<'r> {
    fn read(root: &'r Path) -> Result<Self, Failure> {
        let mut report = Report::default();
        let config = load::config(root, &mut report)?;
        let Some(config) = config.filter(|_| report.passes(attestar::diag::Strictness::Errors))
        else {
            term::findings(&report);
            return Err("register.toml has mistakes".into());
        };
        let did = Did::of(config.base_url.as_str())?;
        Ok(Self { root, config, did, published: Published::read(root)? })
    }

    /// A path as people call it: from the register's folder where it is inside.
    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).display().to_string()
    }

    fn source(&self, role: Role) -> Option<&KeySource> {
        let Signing { issue, status, log, .. } = &self.config.signing;
        match role {
            Role::Issue => Some(issue),
            Role::Status => status.as_ref(),
            Role::Log => Some(log),
        }
    }

    /// The file of a role's key.
    fn file(&self, role: Role) -> Result<PathBuf, Failure> {
        match self.source(role) {
            Some(KeySource::File(path)) => Ok(self.root.join(path)),
            Some(KeySource::Command(_)) => Err(KeyringError::Command { role }.into()),
            None => Err("this register has no status key: the issue key signs its status lists, \
                         until register.toml names one in `[signing]`"
                .into()),
        }
    }

    fn card(&self, role: Role, place: &Path) -> Result<Card, Failure> {
        let key = keyring::public_half(place, role)?.ok_or("the new file does not say its key")?;
        Ok(Card { role: role.as_str(), place: self.name(place), key })
    }
}

impl New {
    fn run(&self, register: &Register<'_>) -> Result<Exit, Failure> {
        let mut roles = self.roles.clone();
        if roles.is_empty() {
            let in_file = |role: &Role| matches!(register.source(*role), Some(KeySource::File(_)));
            roles =
                Role::ALL.into_iter().filter(|role| self.dir.is_some() || in_file(role)).collect();
        }
        roles.sort_unstable();
        roles.dedup();
        let mut files = Vec::new();
        for role in roles {
            let path = match &self.dir {
                Some(folder) => folder.join(format!("{role}.pem")),
                None => register.file(role)?,
            };
            if path.exists() {
                return Err(OutputError::Exists { path }.into());
            }
            files.push((role, path));
        }
        // All are asked for before the first file is written.
        let secrets = secrets(files.iter().map(|(role, _)| *role), &self.safety)?;
        let mut cards = Vec::new();
        for ((role, path), secret) in files.iter().zip(&secrets) {
            if let Some(folder) = path.parent() {
                keyring::keep_out_of_git(folder)?;
            }
            keyring::create(path, *role, protection(secret.as_ref()))?;
            cards.push(register.card(*role, path)?);
        }
        if self.json {
            key_card::print_json(&cards, &register.did, &register.published)?;
        } else {
            key_card::print(&cards, &register.did, &register.published)?;
        }
        self.advise(register, &files);
        Ok(Exit::Done)
    }

    fn advise(&self, register: &Register<'_>, files: &[(Role, PathBuf)]) {
        term::say(
            "\nKeep a copy of each file, and the passphrase apart from them: a key that is \
                   lost cannot sign again. Print the fingerprints above.",
        );
        if self.safety.unencrypted {
            term::say("The files are not encrypted: whoever reads them can sign in your name.");
        }
        let in_git = |path: &Path| {
            let folder = path.parent().unwrap_or(Path::new(""));
            path.starts_with(register.root) && !folder.join(".gitignore").exists()
        };
        if files.iter().any(|(_, path)| in_git(path)) {
            term::say("The files stand where git may take them: add them to .gitignore.");
        }
        for (role, path) in files {
            let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            let is_named = |named: PathBuf| whole(&named) == whole(path);
            if !register.file(*role).is_ok_and(is_named) {
                let name = whole(path);
                let name = name.strip_prefix(whole(register.root)).unwrap_or(&name);
                term::say(format_args!(
                    "In register.toml, `[signing]`: {role} = \"{}\"",
                    name.display()
                ));
            }
        }
    }
}

/// A passphrase for each new key, unless they are not to be encrypted.
fn secrets(
    roles: impl Iterator<Item = Role>,
    safety: &Safety,
) -> Result<Vec<Option<Passphrase>>, Failure> {
    let mut sources = Sources::new(&safety.passphrase);
    let mut secret = |role| (!safety.unencrypted).then(|| sources.fresh(role)).transpose();
    Ok(roles.map(&mut secret).collect::<Result<_, _>>()?)
}

fn protection(secret: Option<&Passphrase>) -> Protection<'_> {
    secret.map_or(Protection::Unencrypted, Protection::Passphrase)
}

impl Show {
    fn run(&self, register: &Register<'_>) -> Result<Exit, Failure> {
        let mut sources = Sources::new(&self.passphrase);
        let mut cards = Vec::new();
        for role in Role::ALL {
            if let Some(source) = register.source(role) {
                cards.push(shown(register, role.as_str(), role, source, &mut sources)?);
            }
        }
        if let Some(source) = keyring::former_log(register.root, &register.config.signing) {
            cards.push(shown(register, "former_log", Role::Log, &source, &mut sources)?);
        }
        if self.json {
            key_card::print_json(&cards, &register.did, &register.published)?;
        } else {
            key_card::print(&cards, &register.did, &register.published)?;
        }
        Ok(Exit::Done)
    }
}

/// The card of a key: from its file, else from the ledger, else from opening the file.
fn shown(
    register: &Register<'_>,
    name: &'static str,
    role: Role,
    source: &KeySource,
    sources: &mut Sources,
) -> Result<Card, Failure> {
    let path = match source {
        KeySource::File(path) => register.root.join(path),
        KeySource::Command(command) => {
            let place = format!("behind the command `{}`", command.program());
            return Ok(Card { role: name, place, key: command.public });
        }
    };
    let card = |key, place| Card { role: name, place, key };
    let told = match keyring::public_half(&path, role) {
        Ok(told) => told,
        Err(KeyringError::Absent { .. }) if register.published.key(role).is_some() => None,
        Err(error) => return Err(error.into()),
    };
    match (told, register.published.key(role)) {
        (Some(key), _) => Ok(card(key, register.name(&path))),
        (None, Some(key)) if name != "former_log" => Ok(card(key, "as the ledger says".into())),
        (None, _) => {
            let key = keyring::opened_half(&path, role, sources)?;
            Ok(card(key, register.name(&path)))
        }
    }
}

impl Rotate {
    fn run(&self, register: &Register<'_>) -> Result<Exit, Failure> {
        let role = self.role;
        let path = register.file(role)?;
        let old = keyring::public_half(&path, role)?;
        let day = match today(None) {
            Today::Day(day) => day,
            Today::Now(now) => register.config.day(now),
        };
        let named = old.and_then(|old| register.published.fragment(&old));
        let suffix = match role {
            Role::Log => "former".to_owned(),
            Role::Issue | Role::Status => named.map_or_else(|| day.to_string(), str::to_owned),
        };
        let secrets = secrets([role].into_iter(), &self.safety)?;
        let secret = secrets.first().and_then(Option::as_ref);
        let rotated = keyring::rotate(&path, role, &suffix, protection(secret))?;
        let card = register.card(role, &path)?;
        key_card::print(&[card], &register.did, &register.published)?;
        let former = register.name(&rotated.former);
        term::say(format_args!("\nThe old key is in {former}."));
        term::say(match role {
            Role::Log => {
                "Checkpoints are signed with both keys, and the policy lists both, as long as the \
                 old file is there. Leave it for `stale_after_days` at least, so that all who \
                 check meanwhile follow the change; then move it to your backups."
            }
            Role::Issue | Role::Status => {
                "The next edition adds the new key to did.json and retires the old one. What the \
                 old one signed stays good; if it was stolen, revoke it after that."
            }
        });
        Ok(Exit::Done)
    }
}
