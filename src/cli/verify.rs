//! `attestar verify`: is a certificate genuine, logged and current?

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::{Timestamp, civil::Date};

use super::{Exit, Failure, date, keep::Keys, now, place::Place, term};
use attestar::verify::{
    self, Ask, Asked, Minimum, Note, Outcome, Register, Source, Table, Trust, Unasked, evidence_in,
    verify_alone, verify_evidence, verify_qr,
};

/// Is a certificate genuine, logged and current?
///
/// Three verdicts, which fail apart: genuine (signed by the issuer), logged (in the public log, under
/// a checkpoint that the log key and the witnesses signed), current (its status is known, and nothing
/// stands against it). Then one answer for a day. Exits with 0 when the certificate is good on that
/// day and all three are yes, 1 when not, 2 when it could not be checked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar verify AST-SC-2026-00017 --site https://register.example
  attestar verify AST-SC-2026-00017.attestar.json --key register.example/ledger+bc47d5c3+ASDO…
  attestar verify suppliers.attestar.jsonl
  attestar verify --csv suppliers.csv --on 2026-05-01 --site https://register.example > answers.csv")]
pub(super) struct Verify {
    /// Certificate numbers, or files: entries (c/X.json) and evidence (X.attestar.json; one a line in
    /// X.attestar.jsonl), under any name that ends in `.json` or `.jsonl`
    #[arg(value_name = "WHAT", required_unless_present_any = ["csv", "qr"])]
    what: Vec<String>,

    /// The text of a QR code; checked offline, without the status
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["what", "csv"])]
    qr: Option<String>,

    /// A table with a column of numbers; answers with a table
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    /// The day to answer for [default: today, or the day of the evidence]
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,

    /// Print one JSON object for each
    #[arg(long)]
    json: bool,

    /// The language of the sentences [default: that of the system, else en]
    #[arg(long, value_name = "zh|en")]
    lang: Option<Lang>,

    #[command(flatten)]
    place: Place,

    /// The scheme whose ladder --min-level means
    #[arg(long, value_name = "ID", requires = "min_level")]
    scheme: Option<String>,

    /// The least level that counts: its id, or its rank as a number
    #[arg(long, value_name = "ID", requires = "scheme")]
    min_level: Option<String>,

    /// The moment that counts as now, to repeat an old check [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    at: Option<Timestamp>,
}

/// A language of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Lang {
    /// Chinese
    Zh,
    /// English
    En,
}

impl Lang {
    /// The one named, else the system's.
    pub(super) fn or_system(named: Option<Self>) -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let system = || set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
        named.unwrap_or_else(|| match system() {
            Some(value) if value.starts_with("zh") => Self::Zh,
            _ => Self::En,
        })
    }

    pub(super) fn of(self, words: &verify::Words) -> &str {
        match self {
            Self::Zh => &words.zh,
            Self::En => &words.en,
        }
    }
}

/// One thing to check.
struct Item {
    what: String,
    on: Result<Option<Date>, Unasked>,
    from: Named,
}

/// Where a thing to check was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    OnCommandLine,
    InTable,
}

/// The registers that were opened, and what is needed to open more.
struct Session<'s> {
    trust: Trust,
    memory: Keys,
    clock: Timestamp,
    ask: Ask,
    asked: Option<Register<'s>>,
    around: BTreeMap<PathBuf, Register<'s>>,
}

impl Verify {
    pub(super) fn run(&self, root: Option<&Path>) -> Result<Exit, Failure> {
        if let Some(text) = &self.qr {
            return self.qr(text, root);
        }
        let items = self.items()?;
        let sources = self.sources(&items, root)?;
        let mut session = Session {
            trust: self.place.whom.trust()?,
            memory: self.place.whom.memory(),
            clock: self.at.unwrap_or_else(now),
            ask: Ask { on: self.on, minimum: self.minimum(root)? },
            asked: None,
            around: BTreeMap::new(),
        };
        if let Some(source) = &sources.asked {
            let memory = &mut session.memory;
            let register = Register::open(&**source, &session.trust, memory, session.clock)?;
            session.asked = Some(register);
        }
        for (folder, source) in &sources.around {
            let memory = &mut session.memory;
            let register = Register::open(source, &session.trust, memory, session.clock)?;
            session.around.insert(folder.clone(), register);
        }
        let mut outcomes = Vec::with_capacity(items.len());
        for item in &items {
            outcomes.extend(session.check(item)?);
        }
        self.print(&outcomes);
        let good = outcomes.iter().all(Outcome::is_good);
        Ok(if good { Exit::Done } else { Exit::Findings })
    }

    /// What is asked, with the day of its row where a table has one.
    fn items(&self) -> Result<Vec<Item>, Failure> {
        let named =
            |what: &String| Item { what: what.clone(), on: Ok(None), from: Named::OnCommandLine };
        let mut items: Vec<_> = self.what.iter().map(named).collect();
        if let Some(path) = &self.csv {
            let bytes = verify::read(path, 64 * 1024 * 1024)?
                .ok_or_else(|| format!("{} is not there", path.display()))?;
            let table = Table::parse(&bytes);
            let table = table.map_err(|error| format!("{}: {error}", path.display()))?;
            let row = |Asked { what, on }| Item { what, on, from: Named::InTable };
            items.extend(table.rows.into_iter().map(row));
        }
        Ok(items)
    }

    /// The registers that the items need. An entry is compared with the register that it lies in.
    fn sources(&self, items: &[Item], root: Option<&Path>) -> Result<Sources, Failure> {
        let mut sources = Sources::default();
        let mut numbers = false;
        for item in items {
            match Kind::of(&item.what) {
                Kind::Number => numbers = true,
                Kind::File(path) if self.place.site.is_none() => {
                    if let Some(folder) = Place::around(&path) {
                        sources.around.insert(folder.root().to_owned(), folder);
                    }
                }
                Kind::File(_) | Kind::Evidence(_) => {}
            }
        }
        if numbers || self.place.site.is_some() {
            sources.asked = Some(self.place.open(root)?);
        }
        Ok(sources)
    }

    fn minimum(&self, root: Option<&Path>) -> Result<Option<Minimum>, Failure> {
        let (Some(scheme), Some(level)) = (&self.scheme, &self.min_level) else { return Ok(None) };
        let root = super::root(root).ok();
        let rank = root.map(|root| rank(&root, scheme, level)).transpose()?.flatten();
        Ok(Some(Minimum { scheme: scheme.clone(), level: level.clone(), rank }))
    }

    fn qr(&self, text: &str, root: Option<&Path>) -> Result<Exit, Failure> {
        let source = match &self.place.site {
            Some(_) => Some(self.place.open(root)?),
            None => None,
        };
        let (trust, mut memory) = (self.place.whom.trust()?, self.place.whom.memory());
        let clock = self.at.unwrap_or_else(now);
        let stated = match &source {
            Some(source) => Register::open(&**source, &trust, &mut memory, clock)?.qr(text),
            None => verify_qr(text, &memory)?,
        };
        if self.json {
            term::data(&stated.record());
        } else {
            let lang = Lang::or_system(self.lang);
            for words in stated.sentences() {
                term::line_safely(lang.of(&words));
            }
        }
        Ok(if stated.is_signed() { Exit::Done } else { Exit::Findings })
    }

    fn print(&self, outcomes: &[Outcome]) {
        let lang = Lang::or_system(self.lang);
        if self.json {
            for outcome in outcomes {
                term::data(&outcome.record());
            }
            return;
        }
        let mut said: Vec<&Note> = Vec::new();
        if self.csv.is_some() {
            term::table(&Table::answers(outcomes, |words| lang.of(words)));
        } else {
            for outcome in outcomes {
                term::outcome(outcome, lang);
            }
        }
        for note in outcomes.iter().flat_map(|outcome| &outcome.notes) {
            if !said.contains(&note) {
                said.push(note);
                term::say_safely(lang.of(&note.words()));
            }
        }
    }
}

#[derive(Default)]
struct Sources {
    asked: Option<Box<dyn Source>>,
    around: BTreeMap<PathBuf, verify::Folder>,
}

/// What a word on the command line is.
enum Kind {
    Number,
    File(PathBuf),
    Evidence(PathBuf),
}

impl Kind {
    /// A name that ends in `.json` or `.jsonl` is a file's; what the file holds is said by how it begins.
    fn of(what: &str) -> Self {
        let path = Path::new(what).to_owned();
        let ending = path.extension().map(OsStr::to_ascii_lowercase);
        match ending.is_some_and(|ending| ending == "json" || ending == "jsonl") {
            false => Self::Number,
            true if verify::begins_as_evidence(&path) => Self::Evidence(path),
            true => Self::File(path),
        }
    }
}

impl Item {
    fn bytes(&self, path: &Path) -> Result<Vec<u8>, Unasked> {
        match verify::read(path, 64 * 1024 * 1024) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(Unasked::NoFile(self.what.clone())),
            Err(error) => Err(Unasked::Unreadable(error.to_string())),
        }
    }
}

impl Session<'_> {
    /// What there is to say of an item: of a file of several pieces of evidence, as many things.
    fn check(&mut self, item: &Item) -> Result<Vec<Outcome>, Failure> {
        let asked = &item.what;
        let on = match &item.on {
            Ok(on) => on.or(self.ask.on),
            Err(why) => return Ok(vec![Outcome::unasked(asked, why)]),
        };
        let ask = Ask { on, ..self.ask.clone() };
        let kind = Kind::of(asked);
        let bytes = match &kind {
            Kind::Number => Vec::new(),
            Kind::Evidence(path) | Kind::File(path) => match (item.bytes(path), item.from) {
                (Ok(bytes), _) => bytes,
                // One row hides no other.
                (Err(why), Named::InTable) => return Ok(vec![Outcome::unasked(asked, &why)]),
                (Err(why), Named::OnCommandLine) => return Err(why.into()),
            },
        };
        match kind {
            Kind::Number => match &self.asked {
                Some(register) => Ok(vec![register.number(asked, &ask)?]),
                None => Err("no register is named".into()),
            },
            Kind::Evidence(_) => match &*evidence_in(&bytes) {
                [] => Ok(vec![self.evidence(asked, &bytes, &ask)?]),
                [one] => Ok(vec![self.evidence(asked, one, &ask)?]),
                many => {
                    let numbered = (1..).zip(many);
                    let one = |(n, bytes): (usize, &&[u8])| {
                        self.evidence(&format!("{asked}:{n}"), bytes, &ask)
                    };
                    numbered.map(one).collect()
                }
            },
            Kind::File(path) => Ok(vec![self.entry(asked, &path, &bytes, &ask)?]),
        }
    }

    fn evidence(&mut self, asked: &str, bytes: &[u8], ask: &Ask) -> Result<Outcome, Failure> {
        let memory = &mut self.memory;
        Ok(verify_evidence(asked, bytes, ask, &self.trust, memory, self.clock)?)
    }

    fn entry(&self, asked: &str, path: &Path, bytes: &[u8], ask: &Ask) -> Result<Outcome, Failure> {
        let folder = fs::canonicalize(path).ok();
        let folder = folder.as_deref().and_then(Path::parent).and_then(Path::parent);
        let around = folder.and_then(|folder| self.around.get(folder));
        match self.asked.as_ref().filter(|_| around.is_none()).or(around) {
            Some(register) => Ok(register.entry(asked, bytes, ask)?),
            None => Ok(verify_alone(asked, bytes, ask, &self.memory, self.clock)?),
        }
    }
}

/// The rank of a level in a scheme of the register here.
fn rank(root: &Path, scheme: &str, level: &str) -> Result<Option<u32>, Failure> {
    let path = root.join("content/schemes").join(format!("{scheme}.toml"));
    if scheme.contains(['/', '\\']) || !path.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path)?;
    let table: toml::Table = text.parse().map_err(|_| format!("{} is not TOML", path.display()))?;
    let levels = table.get("level").and_then(toml::Value::as_array);
    let ours = |table: &&toml::Value| table.get("id").and_then(toml::Value::as_str) == Some(level);
    let found = levels.and_then(|levels| levels.iter().find(ours));
    let rank = found.and_then(|table| table.get("rank")).and_then(toml::Value::as_integer);
    Ok(rank.and_then(|rank| u32::try_from(rank).ok()))
}
