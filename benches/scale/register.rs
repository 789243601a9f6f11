//! The made-up register that is measured, and what happens to it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    disk::{self, trouble},
    options::Layout,
    process,
};

/// Records that are held back, and added later.
pub(crate) const ADDED: u32 = 500;
const MOST: u32 = 1_000_000;
/// Where the program keeps what it remembers, in a register's folder.
const CACHE: &str = ".attestar-cache";
/// A file changed so shortly before a look at it may change again without its time telling.
const SETTLE: Duration = Duration::from_millis(2100);

pub(crate) struct Register {
    program: PathBuf,
    pub(crate) root: PathBuf,
    pub(crate) records: usize,
    /// Where records stand that are not in the register yet: from, to.
    held: Vec<(PathBuf, PathBuf)>,
    /// Records that are valid, and of which nothing but surveillance is recorded, newest first.
    valid: Vec<PathBuf>,
    /// What stands in the register's folder before anything was built.
    own: Vec<PathBuf>,
    /// Where what programs say goes, and what they keep for themselves.
    pub(crate) beside: PathBuf,
}

/// What is read of a record, to choose some.
struct Record {
    issued: String,
    path: PathBuf,
    is_plain: bool,
}

impl Register {
    /// Makes one of about so many records, in one language, sealed, without the newest 500 of them.
    pub(crate) fn make(
        program: &Path,
        folder: &Path,
        count: u32,
        layout: Layout,
    ) -> Result<Self, String> {
        let root = folder.join("register");
        let beside = folder.join("beside");
        fs::create_dir_all(&beside).map_err(trouble(&beside))?;
        let total = count.saturating_add(ADDED).min(MOST);
        let mut init = Command::new(program);
        init.args(["init", "--sealed", "--sample", &total.to_string()]).arg(&root);
        process::run(&mut init, &beside.join("said"))?;
        disk::remove(&root.join("ledger"))?;
        settings(&root, layout)?;
        let mut records = records(&root.join("content/certificates"))?;
        records.sort_unstable_by(|a, b| (&a.issued, &a.path).cmp(&(&b.issued, &b.path)));
        let newest = records.split_off(records.len().saturating_sub(ADDED as usize));
        let plain = records.iter().rev().filter(|record| record.is_plain);
        let valid = plain.map(|record| record.path.clone()).take(1000).collect();
        let away =
            |(at, record): (usize, Record)| (folder.join(format!("held/{at}.md")), record.path);
        let held = newest.into_iter().enumerate().map(away).collect();
        let records = records.len();
        let mut register = Self {
            program: program.to_owned(),
            root,
            records,
            held,
            valid,
            own: Vec::new(),
            beside,
        };
        register.take_away()?;
        register.run(&["seal"])?;
        register.own = register.folder()?;
        // Sealing leaves what later runs may go on from.
        register.own.retain(|path| !path.ends_with(CACHE));
        Ok(register)
    }

    /// A command of the program, for this register.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-C").arg(&self.root).args(arguments);
        // Whatever the program may keep between runs, it keeps where it is found and removed.
        command.env("XDG_CACHE_HOME", self.beside.join("cache")).env("NO_COLOR", "1");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Result<process::Cost, String> {
        process::run(&mut self.command(arguments), &self.beside.join("said"))
    }

    /// Everything that a build may depend on.
    pub(crate) fn sources(&self) -> Vec<PathBuf> {
        ["content", "ledger", "themes", "register.toml"].map(|name| self.root.join(name)).into()
    }

    /// What somebody who builds for the first time does not have.
    pub(crate) fn forget(&self) -> Result<(), String> {
        for path in self.folder()?.iter().filter(|path| !self.own.contains(path)) {
            if path.is_dir() {
                disk::remove(path)?;
            } else {
                fs::remove_file(path).map_err(trouble(path))?;
            }
        }
        disk::remove(&self.beside.join("cache"))
    }

    fn folder(&self) -> Result<Vec<PathBuf>, String> {
        let entries = fs::read_dir(&self.root).map_err(trouble(&self.root))?;
        entries.map(|entry| entry.map(|entry| entry.path()).map_err(trouble(&self.root))).collect()
    }

    /// Makes it one that nobody has signed.
    pub(crate) fn unseal(&mut self) -> Result<(), String> {
        disk::remove(&self.root.join("ledger"))?;
        self.own.retain(|path| !path.ends_with("ledger"));
        self.forget()
    }

    /// The newest records, as if they were new.
    pub(crate) fn add(&self) -> Result<(), String> {
        self.held.iter().try_for_each(|(from, to)| rename(from, to))
    }

    pub(crate) fn take_away(&self) -> Result<(), String> {
        self.held.iter().try_for_each(|(to, from)| rename(from, to))
    }

    /// One more sentence in one record's remarks; another record for each turn.
    pub(crate) fn remark(&self, turn: usize) -> Result<(), String> {
        let path = self.valid(turn * 2)?;
        let text = fs::read_to_string(path).map_err(trouble(path))?;
        disk::save(path, &format!("{}\n\n本证书的副本可向发证机构索取。\n", text.trim_end()))
    }

    /// Does something while a record has one more sentence.
    pub(crate) fn remarked<T>(
        &self,
        turn: usize,
        act: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let path = self.valid(turn * 2)?;
        let before = fs::read_to_string(path).map_err(trouble(path))?;
        self.remark(turn)?;
        settle();
        let done = act()?;
        disk::save(path, &before)?;
        Ok(done)
    }

    /// Suspends one record from today on; another record for each turn.
    pub(crate) fn suspend(&self, turn: usize) -> Result<(), String> {
        let path = self.valid(turn * 2 + 1)?;
        let text = fs::read_to_string(path).map_err(trouble(path))?;
        let parts: Vec<&str> = text.splitn(3, "+++\n").collect();
        let [before, facts, remarks] = parts[..] else {
            return Err(format!("{} has no facts between +++", path.display()));
        };
        let day = today();
        let event = format!(
            "\n[[events]]\ndate = {day}\nkind = \"suspended\"\nreason = \"nonconformity-open\"\n"
        );
        disk::save(path, &format!("{before}+++\n{facts}{event}+++\n{remarks}"))
    }

    fn valid(&self, at: usize) -> Result<&Path, String> {
        let path = self.valid.get(at).map(PathBuf::as_path);
        path.ok_or_else(|| format!("only {} records are as plain as needed", self.valid.len()))
    }
}

/// Waits until the age of every source tells whether it has changed.
pub(crate) fn settle() {
    thread::sleep(SETTLE);
}

fn rename(from: &Path, to: &Path) -> Result<(), String> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(trouble(folder))?;
    fs::rename(from, to).map_err(trouble(from))
}

/// One language, and the layout.
fn settings(root: &Path, layout: Layout) -> Result<(), String> {
    let path = root.join("register.toml");
    let text = fs::read_to_string(&path).map_err(trouble(&path))?;
    let lines = text.lines().map(|line| match line.split([' ', '=']).next() {
        Some("languages") => "languages = [\"zh\"]".to_owned(),
        Some("layout") => format!("layout = \"{}\"", layout.name()),
        _ => line.to_owned(),
    });
    let lines: Vec<String> = lines.collect();
    for needed in ["languages =", "layout ="] {
        if !lines.iter().any(|line| line.starts_with(needed)) {
            return Err(format!("{} has no line `{needed} …`", path.display()));
        }
    }
    disk::save(&path, &(lines.join("\n") + "\n"))
}

fn records(folder: &Path) -> Result<Vec<Record>, String> {
    let today = today();
    let record = |file: disk::Found| {
        let text = fs::read_to_string(&file.path).map_err(trouble(&file.path))?;
        let fact = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.unwrap_or_default().to_owned()
        };
        let issued = fact("issued");
        let mut kinds = text.lines().filter_map(|line| line.strip_prefix("kind = "));
        let is_plain = kinds.all(|kind| kind == "\"surveillance\"")
            && fact("valid_from").is_empty()
            && issued < today
            && fact("expires") > today;
        Ok(Record { issued, path: file.path, is_plain })
    };
    disk::walk(&[folder.to_owned()])?.into_iter().map(record).collect()
}

/// Today where the sample's register is, eight hours before Greenwich.
pub(crate) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let days = (seconds + 8 * 3600) / 86_400;
    // The civil date of a count of days, in years that begin on 1 March (H. Hinnant).
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}
