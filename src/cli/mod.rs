//! The command line: reads arguments, calls the library once, prints what came back.

mod audit;
mod build;
mod check;
mod diff;
mod edition;
mod erase;
mod evidence;
mod init;
mod keep;
mod key;
mod key_card;
mod known;
mod passphrase;
mod place;
mod publish;
mod qr;
mod rebuild;
mod seal;
#[cfg(feature = "serve")]
mod serve;
mod show;

mod term;
mod verify;
mod witness;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use jiff::civil::Date;

use attestar::load::Today;

/// Compiles Markdown certificate records into a public register of certificates
#[derive(Debug, Parser)]
#[command(name = "attestar", version, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    /// The register's folder [default: the nearest one upwards with a register.toml]
    #[arg(short = 'C', long, value_name = "DIR", global = true)]
    root: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Check(check::Check),
    Diff(diff::Diff),
    Seal(seal::Seal),
    Publish(publish::Publish),
    Show(show::Show),
    Erase(erase::Erase),
    Build(build::Build),
    Key(key::Key),
    #[cfg(feature = "serve")]
    Serve(serve::Serve),
    Verify(Box<verify::Verify>),
    Audit(Box<audit::AuditCommand>),
    Evidence(Box<evidence::Evidence>),
    Witness(Box<witness::Witness>),
    Qr(qr::Qr),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Yes, done.
    Done,
    /// The answer is no: a finding forbids it.
    Findings,
}

/// Why a run could not be done; printed with its causes.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command: 0 done, 1 the answer is no, 2 it could not be done.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Init(init) => init.run(),
        Command::Build(build) => root(cli.root.as_deref()).and_then(|root| build.run(&root)),
        #[cfg(feature = "serve")]
        Command::Serve(serve) => root(cli.root.as_deref()).and_then(|root| serve.run(&root)),
        Command::Key(key) => root(cli.root.as_deref()).and_then(|root| key.run(&root)),
        Command::Verify(verify) => verify.run(cli.root.as_deref()),
        Command::Audit(audit) => audit.run(cli.root.as_deref()),
        Command::Evidence(evidence) => evidence.run(cli.root.as_deref()),
        Command::Witness(witness) => witness.run(cli.root.as_deref()),
        Command::Qr(qr) => root(cli.root.as_deref()).and_then(|root| qr.run(&root)),
        Command::Check(check) => root(cli.root.as_deref()).and_then(|root| check.run(&root)),
        Command::Diff(diff) => root(cli.root.as_deref()).and_then(|root| diff.run(&root)),
        Command::Seal(seal) => root(cli.root.as_deref()).and_then(|root| seal.run(&root)),
        Command::Publish(publish) => root(cli.root.as_deref()).and_then(|root| publish.run(&root)),
        Command::Show(show) => root(cli.root.as_deref()).and_then(|root| show.run(&root)),
        Command::Erase(erase) => root(cli.root.as_deref()).and_then(|root| erase.run(&root)),
    };
    match result {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Err(failure) => {
            term::failure(&*failure);
            ExitCode::from(2)
        }
    }
}

/// The register's folder: the one named, else the nearest upwards with a register.toml.
fn root(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        let name = named.display();
        return match named {
            folder if folder.is_dir() => Ok(folder.to_owned()),
            file if file.is_file() => {
                Err(format!("`{name}` is a file: -C names the folder of a register").into())
            }
            _ => Err(format!(
                "there is no register in `{name}`: it has no register.toml; `attestar init DIR` \
                 makes one"
            )
            .into()),
        };
    }
    let here = env::current_dir()?;
    let found = here.ancestors().find(|folder| folder.join("register.toml").is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        "there is no register.toml here or above; `attestar init DIR` makes a register, and \
         `-C DIR` names one"
            .into()
    })
}

/// The day that counts as today. The only place where the clock is read.
#[expect(clippy::disallowed_methods, reason = "the binary hands the time down to the library")]
fn today(as_of: Option<Date>) -> Today {
    as_of.map_or_else(|| Today::Now(jiff::Timestamp::now()), Today::Day)
}

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "the binary hands the time down to the library")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Today where the made-up registers are.
#[expect(clippy::disallowed_methods, reason = "the binary hands the time down to the library")]
fn civil_today() -> Date {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC);
    zone.to_datetime(jiff::Timestamp::now()).date()
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is written as YYYY-MM-DD".to_owned())
}

/// A moment, as `--at` names it.
fn time(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse().map_err(|_| "a time is written as 2026-11-23T16:00:00+08:00".to_owned())
}
