//! What is asked for.

use std::path::PathBuf;

pub(crate) const HELP: &str = "\
Measures a whole register: every command, beside the bare work that it cannot avoid.

Usage: benches/scale.sh [OPTIONS] N...

  N                  how many records, 1000 to 1000000; a column of the table for each

Options:
  --in DIR           where registers are made and built, and removed again [default: /dev/shm]
  --sources DIR      where registers are made instead: of a million, what is built alone fills 10 GB
  --layout LAYOUT    full or compact [default: full; compact from 1000000 records on]
  --only CASE,...    start, check, cold, nothing, publish, remark, added, hugo
  --runs K           medians of so many [default: 5; 3 from 100000 records on, 1 from 1000000]
  --hugo             beside it, Hugo building pages of the same records, where it is installed
  -h, --help         this

ATTESTAR=PROGRAM measures that program; without it, the present source is compiled.
";

/// Which files a site has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Full,
    Compact,
}

impl Layout {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Compact => "compact",
        }
    }
}

const CASES: [&str; 8] =
    ["start", "check", "cold", "nothing", "publish", "remark", "added", "hugo"];

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) counts: Vec<u32>,
    pub(crate) folder: PathBuf,
    pub(crate) sources: Option<PathBuf>,
    layout: Option<Layout>,
    only: Vec<String>,
    runs: Option<usize>,
    hugo: bool,
}

impl Options {
    /// Nothing where help was asked for.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            counts: Vec::new(),
            folder: PathBuf::from("/dev/shm"),
            sources: None,
            layout: None,
            only: Vec::new(),
            runs: None,
            hugo: false,
        };
        // cargo adds --bench.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut value =
                || arguments.next().ok_or_else(|| format!("{argument} needs a value; see --help"));
            match argument.as_str() {
                "-h" | "--help" => return Ok(None),
                "--in" => options.folder = PathBuf::from(value()?),
                "--sources" => options.sources = Some(PathBuf::from(value()?)),
                "--layout" => options.layout = Some(layout(&value()?)?),
                "--only" => options.only.extend(cases(&value()?)?),
                "--runs" => options.runs = Some(runs(&value()?)?),
                "--hugo" => options.hugo = true,
                count => options.counts.push(number(count)?),
            }
        }
        if options.counts.is_empty() {
            return Err("say how many records; see --help".to_owned());
        }
        Ok(Some(options))
    }

    pub(crate) fn layout(&self, count: u32) -> Layout {
        let usual = if count >= 1_000_000 { Layout::Compact } else { Layout::Full };
        self.layout.unwrap_or(usual)
    }

    pub(crate) fn runs(&self, count: u32) -> usize {
        let usual = match count {
            1_000_000.. => 1,
            100_000.. => 3,
            _ => 5,
        };
        self.runs.unwrap_or(usual)
    }

    pub(crate) fn asks_for(&self, case: &str) -> bool {
        let is_named = self.only.iter().any(|name| name == case);
        if case == "hugo" { self.hugo || is_named } else { self.only.is_empty() || is_named }
    }
}

fn layout(text: &str) -> Result<Layout, String> {
    let all = [Layout::Full, Layout::Compact];
    let found = all.into_iter().find(|layout| layout.name() == text);
    found.ok_or_else(|| format!("`{text}` is no layout: full or compact"))
}

fn cases(text: &str) -> Result<Vec<String>, String> {
    let known = |name: &str| {
        let is_known = CASES.contains(&name);
        is_known
            .then(|| name.to_owned())
            .ok_or_else(|| format!("`{name}` is no case: {}", CASES.join(", ")))
    };
    text.split(',').map(known).collect()
}

fn runs(text: &str) -> Result<usize, String> {
    let found = text.parse().ok().filter(|runs| (1..=100).contains(runs));
    found.ok_or_else(|| format!("--runs {text}: from 1 to 100"))
}

fn number(text: &str) -> Result<u32, String> {
    let found = text.parse().ok().filter(|count| (1000..=1_000_000).contains(count));
    found.ok_or_else(|| {
        format!("`{text}` is neither an option nor from 1000 to 1000000; see --help")
    })
}
