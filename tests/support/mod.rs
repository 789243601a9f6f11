//! A register in a temporary folder, and the program run on it.
//!
//! A test starts from [`TestRegister::minimal`] (one scheme, one record, nothing wrong with it) or
//! from [`TestRegister::demo`] (a copy of the repository's own register), changes files, runs the
//! binary, and looks at what came out. Nothing depends on the clock: "today" is [`TODAY`].

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod index;
pub(crate) mod sealing;
pub(crate) mod shop;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use scraper::{ElementRef, Html, Selector};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

/// The day that counts as today, where a test does not say another.
pub(crate) const TODAY: &str = "2026-11-23";

/// The record and the scheme of the minimal register.
pub(crate) const RECORD: &str = "content/certificates/2026/EX-2026-001.md";
pub(crate) const SCHEME: &str = "content/schemes/service-2020.toml";

/// The minimal register: its files and their texts.
pub(crate) const MINIMAL: [(&str, &str); 3] = [
    (
        "register.toml",
        r#"name = { zh = "示例名录", en = "Example Register" }
base_url = "https://register.example"
languages = ["zh", "en"]

[body]
name = { zh = "示例认证有限公司", en = "Example Certification Co., Ltd." }
"#,
    ),
    (
        SCHEME,
        r#"title = { zh = "示例服务评价", en = "Example service evaluation" }
standard = "EX 2020"
effective_from = 2020-01-01
points_confirmed = true
total_points = 100
cycle_months = 36
surveillance_interval_months = 12
suspension_max_months = 6

[publication]
score = true

[scoring]
special_deduction_max = 5

[quota]
role = { zh = "服务管理师", en = "service manager" }
percent = 10

[[level]]
id = "star-4"
rank = 1
min_score = "90"
stars = 4
title = { zh = "四星级", en = "Four-star" }

[[level]]
id = "star-5"
rank = 2
min_score = "95"
stars = 5
title = { zh = "五星级", en = "Five-star" }

[[clause]]
id = "1"
title = { zh = "体系", en = "System" }
points = 100

[[clause]]
id = "1.1"
parent = "1"
title = { zh = "组织", en = "Organisation" }
points = 60

[[clause]]
id = "1.2"
parent = "1"
title = { zh = "人员", en = "People" }
points = 40

[[reason]]
id = "surveillance-overdue"
kinds = ["suspended"]
title = { zh = "逾期未接受监督", en = "Surveillance overdue" }

[[reason]]
id = "serious-breach"
kinds = ["withdrawn"]
title = { zh = "严重违规", en = "Serious breach" }

[[reason]]
id = "holder-request"
kinds = ["cancelled"]
title = { zh = "获证组织申请", en = "At the holder's request" }

[[reason]]
id = "clerical-error"
kinds = ["corrected"]
title = { zh = "录入错误", en = "Clerical error" }
"#,
    ),
    (
        RECORD,
        r#"+++
number = "EX-2026-001"
scheme = "service-2020"
level = "star-5"
decided = 2026-03-16
issued = 2026-03-18
expires = 2029-03-17
scope = { zh = "家用电器的售后服务", en = "After-sales service of household appliances" }

[holder]
name = { zh = "示例电器有限公司", en = "Example Appliances Co., Ltd." }
credit_code = "91440500MA00ATT133"
+++
"#,
    ),
];

/// A register in a folder that goes away with it.
pub(crate) struct TestRegister {
    folder: TempDir,
}

impl TestRegister {
    /// A folder without anything in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// One scheme, one record, nothing wrong.
    pub(crate) fn minimal() -> Self {
        MINIMAL.into_iter().fold(Self::empty(), |register, (path, text)| register.write(path, text))
    }

    /// A copy of the register at the repository's root.
    pub(crate) fn demo() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let register = Self::empty();
        fs::copy(repository.join("register.toml"), register.path("register.toml")).unwrap();
        register.overlay(&repository.join("content"), "content")
    }

    /// The register's folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the register's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file, and the folders that lead to it.
    pub(crate) fn write(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        write_file(&self.path(name), bytes.as_ref());
        self
    }

    /// Changes a text file; the change must change something.
    pub(crate) fn edit(self, name: &str, change: impl FnOnce(&str) -> String) -> Self {
        let text = self.read(name);
        let changed = change(&text);
        assert_ne!(changed, text, "the edit of {name} changes nothing");
        self.write(name, changed)
    }

    /// Replaces what stands exactly once in a text file.
    pub(crate) fn replace(self, name: &str, from: &str, to: &str) -> Self {
        assert_eq!(self.read(name).matches(from).count(), 1, "`{from}` in {name}");
        self.edit(name, |text| text.replace(from, to))
    }

    /// Adds TOML to the end of a record's front matter.
    pub(crate) fn append(self, name: &str, toml: &str) -> Self {
        self.edit(name, |text| {
            let (front, remarks) = text.rsplit_once("+++\n").unwrap();
            format!("{front}{toml}+++\n{remarks}")
        })
    }

    /// Removes a file, or a folder with all that is in it.
    pub(crate) fn remove(self, name: &str) -> Self {
        let path = self.path(name);
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.unwrap();
        self
    }

    /// Does what only the file system can: links, pipes, sparse files.
    pub(crate) fn with(self, change: impl FnOnce(&Path)) -> Self {
        change(self.root());
        self
    }

    /// Makes a file of a size that holds nothing and takes no room.
    pub(crate) fn sparse(self, name: &str, size: u64) -> Self {
        let register = self.write(name, "");
        let file = File::options().write(true).open(register.path(name)).unwrap();
        file.set_len(size).unwrap();
        register
    }

    /// Copies a folder's files over the register's.
    pub(crate) fn overlay(mut self, from: &Path, to: &str) -> Self {
        for entry in WalkDir::new(from).sort_by_file_name().into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                let inside = entry.path().strip_prefix(from).unwrap();
                let name = Path::new(to).join(inside);
                self = self.write(name.to_str().unwrap(), fs::read(entry.path()).unwrap());
            }
        }
        self
    }

    /// The text of a file.
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// All that is in the folder: files with their bytes, folders, links.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = WalkDir::new(self.root()).min_depth(1).into_iter().map(Result::unwrap);
        let content = |entry: &walkdir::DirEntry| match entry.file_type() {
            kind if kind.is_file() => fs::read(entry.path()).unwrap(),
            kind if kind.is_symlink() => {
                fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes()
            }
            _ => Vec::new(),
        };
        let name = |path: &Path| path.strip_prefix(self.root()).unwrap().display().to_string();
        entries.map(|entry| (name(entry.path()), content(&entry))).collect()
    }

    /// The program, about to run in the register's folder. `check`, `build` and `serve` are told
    /// which day is today, unless the arguments say it.
    pub(crate) fn command<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attestar"));
        command.current_dir(self.root()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        for secret in ["", "ISSUE_", "STATUS_", "LOG_"] {
            command.env_remove(format!("ATTESTAR_{secret}PASSPHRASE"));
        }
        command.args(arguments);
        let asks = |word: &str| command.get_args().any(|argument| argument == word);
        if ["check", "build", "serve"].into_iter().any(asks) && !asks("--as-of") && !asks("--help")
        {
            command.args(["--as-of", TODAY]);
        }
        command
    }

    /// Runs the program in the register's folder.
    pub(crate) fn attestar<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Builds the site as of a day; the register must be sound.
    pub(crate) fn build(&self, as_of: &str) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        let arguments = ["build", "--as-of", as_of, "--out", out.to_str().unwrap()];
        self.attestar(arguments).success();
        Site { folder }
    }

    /// What `check` finds.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.attestar(["check", "--json"]).json()
    }

    /// The codes of what `check` finds, in order.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.findings().into_iter().map(|finding| finding.code).collect()
    }
}

/// A private key, of which everybody has the bytes.
pub(crate) const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n-----END PRIVATE KEY-----\n";

/// The files of a folder and their bytes, but for those of the folder's own.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    let files = files.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap()));
    files.filter(|(name, _)| !name.starts_with(".attestar-")).collect()
}

/// Writes a file, and the folders that lead to it.
#[expect(clippy::disallowed_methods, reason = "tests write as editors do")]
pub(crate) fn write_file(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// One line of `check --json`.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) severity: String,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// A run of the program that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// Nothing where a signal ended it.
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// It must have ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The code that it ended with; nothing that a signal leaves.
    pub(crate) fn exit(&self) -> i32 {
        self.code.unwrap_or(-1)
    }

    /// It must have ended with 0.
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        self.code(0)
    }

    /// It must have ended by itself, whatever it says: no panic, no signal.
    #[track_caller]
    pub(crate) fn ended(self) -> Self {
        assert!(matches!(self.code, Some(0..=2)), "{:?}\n{}", self.code, self.stderr);
        self
    }

    /// The findings on stdout, one JSON object a line. The run must have ended by itself.
    #[track_caller]
    pub(crate) fn json(self) -> Vec<Finding> {
        let run = self.ended();
        let line =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        run.stdout.lines().map(line).collect()
    }
}

/// A site that `build` made, in a folder that goes away with it.
pub(crate) struct Site {
    folder: TempDir,
}

impl Site {
    /// A path in the site.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("site").join(name)
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A page, as a browser reads it.
    #[track_caller]
    pub(crate) fn page(&self, name: &str) -> Page {
        Page { html: Html::parse_document(&self.read(name)) }
    }

    /// The lines of the data file, one certificate each.
    pub(crate) fn certificates(&self) -> Vec<Value> {
        let text = self.read("data/certificates.jsonl");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The line of one certificate.
    #[track_caller]
    pub(crate) fn certificate(&self, number: &str) -> Value {
        let mut found = self.certificates();
        found.retain(|line| line["number"] == number);
        assert_eq!(found.len(), 1, "lines of {number}");
        found.remove(0)
    }
}

/// A page of a site.
pub(crate) struct Page {
    html: Html,
}

impl Page {
    /// The elements that a CSS selector finds.
    pub(crate) fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.html.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// The one element that a CSS selector finds.
    #[track_caller]
    pub(crate) fn one(&self, selector: &str) -> ElementRef<'_> {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "elements of `{selector}`");
        found[0]
    }

    /// An attribute of the one element that a CSS selector finds.
    #[track_caller]
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> &str {
        self.one(selector).attr(name).unwrap_or_else(|| panic!("`{selector}` has no {name}"))
    }

    /// The words of all elements that a CSS selector finds, with single spaces.
    pub(crate) fn words(&self, selector: &str) -> String {
        let text: String = self.all(selector).iter().flat_map(ElementRef::text).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
