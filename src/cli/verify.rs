//! `attestar verify`: is a certificate genuine, logged and current?

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::{Timestamp, civil::Date};

use super::{Exit, Failure, date, keep::Keys, now, place::Place, term};
use attestar::{
    batch::{Answered, Batch, Line, Table, answers},
    verify::{
        self, Ask, Minimum, Note, Outcome, Register, Source, Trust, Words, evidence_in,
        verify_alone, verify_evidence, verify_qr,
    },
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
  attestar verify 91440703000010145F 示例电器有限公司 --site https://register.example
  attestar verify --csv list.csv --on 2027-05-01 --scheme gbt-27922-2011 --min-level star-4
  attestar verify --csv suppliers.xlsx --on 2026-05-01 --site https://register.example > answers.csv")]
pub(super) struct Verify {
    /// Certificate numbers, credit codes, names of companies, or files: entries (c/X.json) and evidence
    /// (X.attestar.json; one a line in X.attestar.jsonl), under any name that ends in `.json` or `.jsonl`
    #[arg(value_name = "WHAT", required_unless_present_any = ["csv", "qr"])]
    what: Vec<String>,

    /// The text of a QR code; checked offline, without the status
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["what", "csv"])]
    qr: Option<String>,

    /// A list (CSV, TSV or XLSX) of numbers, codes and names in any mix, with a day and a site in columns
    /// of their own where they have any; answers with a table
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

    /// The scheme that counts, and whose ladder --min-level means
    #[arg(long, value_name = "ID")]
    scheme: Option<String>,

    /// The least level that counts: its id, or its rank as a number
    #[arg(long, value_name = "ID", requires = "scheme")]
    min_level: Option<String>,

    /// The site that must be covered, by its name or address
    #[arg(long, value_name = "NAME")]
    site_name: Option<String>,

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
    line: Line,
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
        let minimum = self.minimum(root)?;
        let mut session = Session {
            trust: self.place.whom.trust()?,
            memory: self.place.whom.memory(),
            clock: self.at.unwrap_or_else(now),
            ask: Ask { on: self.on, minimum, site: self.site_name.clone() },
            asked: None,
            around: BTreeMap::new(),
        };
        if let Some(source) = &sources.asked {
            let memory = &mut session.memory;
            let register = Register::open(&**source, &session.trust, memory, session.clock)?;
            learn_rank(&register, &mut session.ask);
            session.asked = Some(register);
        }
        for (folder, source) in &sources.around {
            let memory = &mut session.memory;
            let register = Register::open(source, &session.trust, memory, session.clock)?;
            session.around.insert(folder.clone(), register);
        }
        let answered = session.answers(&items)?;
        self.print(&answered);
        let good = answered.iter().all(Answered::is_good);
        Ok(if good { Exit::Done } else { Exit::Findings })
    }

    /// What is asked, with the day of its row where a table has one.
    fn items(&self) -> Result<Vec<Item>, Failure> {
        let named = |what: &String| Item { line: Line::of(what), from: Named::OnCommandLine };
        let mut items: Vec<_> = self.what.iter().map(named).collect();
        if let Some(path) = &self.csv {
            let bytes = verify::read(path, 64 * 1024 * 1024)?
                .ok_or_else(|| format!("{} is not there", path.display()))?;
            let table = Table::read(&bytes);
            let table = table.map_err(|error| format!("{}: {error}", path.display()))?;
            let row = |line| Item { line, from: Named::InTable };
            items.extend(table.lines.into_iter().map(row));
        }
        Ok(items)
    }

    /// The registers that the items need. An entry is compared with the register that it lies in.
    fn sources(&self, items: &[Item], root: Option<&Path>) -> Result<Sources, Failure> {
        let mut sources = Sources::default();
        let files = items.iter().map(|item| &item.line.file).filter(|file| !file.is_empty());
        for path in files.map(Path::new).filter(|_| self.place.site.is_none()) {
            if !verify::begins_as_evidence(path)
                && let Some(folder) = Place::around(path)
            {
                sources.around.insert(folder.root().to_owned(), folder);
            }
        }
        let looks = items.iter().any(|item| item.line.file.is_empty());
        if looks || self.place.site.is_some() {
            sources.asked = Some(self.place.open(root)?);
        }
        Ok(sources)
    }

    fn minimum(&self, root: Option<&Path>) -> Result<Option<Minimum>, Failure> {
        let Some(scheme) = &self.scheme else { return Ok(None) };
        let level = self.min_level.as_deref().unwrap_or_default();
        let root = super::root(root).ok();
        let rank = root.map(|root| rank(&root, scheme, level)).transpose()?.flatten();
        Ok(Some(Minimum { scheme: scheme.clone(), level: level.to_owned(), rank }))
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

    fn print(&self, answered: &[Answered]) {
        let lang = Lang::or_system(self.lang);
        if self.json {
            for one in answered {
                term::data(&one.record());
            }
            return;
        }
        if self.csv.is_some() {
            term::table(&answers(answered, |words| lang.of(words).to_owned()));
        } else {
            for one in answered {
                term::answered(one, lang);
            }
        }
        let mut said: Vec<&Note> = Vec::new();
        for note in answered.iter().flat_map(|one| &one.outcome.notes) {
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

impl Session<'_> {
    /// What there is to say of all items, in their order.
    fn answers(&mut self, items: &[Item]) -> Result<Vec<Answered>, Failure> {
        let rows = items.iter().filter(|item| item.from == Named::InTable);
        let rows: Vec<Line> = rows.map(|item| item.line.clone()).collect();
        let mut of_rows = self.rows(&rows).into_iter();
        let mut answered = Vec::with_capacity(items.len());
        for Item { line, from } in items {
            let known = if *from == Named::InTable { of_rows.next().flatten() } else { None };
            match known {
                Some(known) => answered.push(known),
                None if line.file.is_empty() => match &self.asked {
                    Some(register) => answered.push(Batch::new(register).answer(line, &self.ask)?),
                    None => return Err("no register is named".into()),
                },
                None => answered.extend(self.file(line, *from)?),
            }
        }
        Ok(answered)
    }

    /// The answers to the rows of a table that ask the register.
    fn rows(&self, rows: &[Line]) -> Vec<Option<Answered>> {
        let Some(register) = &self.asked else { return rows.iter().map(|_| None).collect() };
        let bar = term::progress("checked");
        let answers = Batch::new(register).answer_all(rows, &self.ask, || bar.inc(1));
        bar.finish_and_clear();
        answers
    }

    /// What there is to say of a file: of one with several pieces of evidence, as many things.
    fn file(&mut self, line: &Line, from: Named) -> Result<Vec<Answered>, Failure> {
        let (asked, path) = (&line.file, Path::new(&line.file));
        let bad = |words| vec![Answered::of_file(line, Outcome::unasked(asked, words))];
        if let Some(fault) = line.faulty() {
            return Ok(bad(fault));
        }
        let is_evidence = verify::begins_as_evidence(path);
        let bytes = match (verify::read(path, 64 * 1024 * 1024), from) {
            (Ok(Some(bytes)), _) => bytes,
            // One row hides no other.
            (Ok(None), Named::InTable) => return Ok(bad(no_file(asked))),
            (Err(error), Named::InTable) => return Ok(bad(unreadable(&error.to_string()))),
            (Ok(None), Named::OnCommandLine) => return Err(no_file(asked).en.into()),
            (Err(error), Named::OnCommandLine) => {
                return Err(unreadable(&error.to_string()).en.into());
            }
        };
        let site = Some(&line.site).filter(|site| !site.is_empty()).or(self.ask.site.as_ref());
        let ask = Ask { on: line.on.or(self.ask.on), site: site.cloned(), ..self.ask.clone() };
        let outcomes = if is_evidence {
            match &*evidence_in(&bytes) {
                [] => vec![self.evidence(asked, &bytes, &ask)?],
                [one] => vec![self.evidence(asked, one, &ask)?],
                many => {
                    let numbered = (1..).zip(many);
                    let one = |(n, bytes): (usize, &&[u8])| {
                        self.evidence(&format!("{asked}:{n}"), bytes, &ask)
                    };
                    numbered.map(one).collect::<Result<_, _>>()?
                }
            }
        } else {
            vec![self.entry(asked, path, &bytes, &ask)?]
        };
        Ok(outcomes.into_iter().map(|outcome| Answered::of_file(line, outcome)).collect())
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

/// Where nobody here knows how the level asked for ranks, an entry of the register may.
fn learn_rank(register: &Register<'_>, ask: &mut Ask) {
    if let Some(minimum) = &mut ask.minimum
        && minimum.rank.is_none()
        && minimum.level.parse::<u32>().is_err()
        && !minimum.level.is_empty()
    {
        minimum.rank = Batch::new(register).rank(&minimum.scheme, &minimum.level);
    }
}

fn no_file(name: &str) -> Words {
    Words {
        zh: format!("没有文件“{name}”。"), en: format!("There is no file “{name}”.")
    }
}

fn unreadable(why: &str) -> Words {
    Words {
        zh: format!("文件无法读取：{why}。"), en: format!("The file cannot be read: {why}.")
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
