//! The table `[signing]`: where the keys are, and when a difference is implausible.

use std::path::PathBuf;
use std::time::Duration;

use crate::fields::Fields;
use crate::proof::VerifyingKey;

/// Where the keys are, and when a difference is implausible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Signs certificates.
    pub issue: KeySource,
    /// Signs status lists. `None` where register.toml names an issue key and no status key: the issue
    /// key does then.
    pub status: Option<KeySource>,
    /// Signs checkpoints.
    pub log: KeySource,
    /// Signed checkpoints before a rotation. Without it, `log-former.pem` beside the log key.
    pub former_log: Option<KeySource>,
    /// The plausibility gate, in percent of the register.
    pub max_change_percent: u32,
}

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file, relative to the register's folder unless it is absolute.
    File(PathBuf),
    /// Behind a command.
    Command(Box<KeyCommand>),
}

/// A command that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCommand {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The key that it signs with.
    pub public: VerifyingKey,
    /// How long it may take for one answer.
    pub timeout: Duration,
}

impl KeyCommand {
    /// The program.
    pub fn program(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }
}

impl Default for Signing {
    /// Three files in `keys/`.
    fn default() -> Self {
        let file = |name: &str| KeySource::File(PathBuf::from(name));
        Self {
            issue: file("keys/issue.pem"),
            status: Some(file("keys/status.pem")),
            log: file("keys/log.pem"),
            former_log: None,
            max_change_percent: 20,
        }
    }
}

pub(super) fn read(table: &Fields<'_>) -> Signing {
    let default = Signing::default();
    let issue = source(table, "issue");
    let status = source(table, "status");
    let log = source(table, "log").unwrap_or(default.log);
    let former_log = source(table, "former_log");
    let percent = table.count("max_change_percent");
    if let Some(percent) = percent.as_ref().filter(|percent| percent.value > 100) {
        table.push(findings::percent(percent.label.clone()));
    }
    // Whoever names the issue key and no status key has one key for both.
    let status = if issue.is_some() { status } else { status.or(default.status) };
    Signing {
        issue: issue.unwrap_or(default.issue),
        status,
        log,
        former_log,
        max_change_percent: percent.map_or(default.max_change_percent, |percent| percent.value),
    }
}

fn source(table: &Fields<'_>, role: &'static str) -> Option<KeySource> {
    if !table.has(role) {
        return None;
    }
    if table.is_text(role) {
        return table.text(role).map(|path| KeySource::File(PathBuf::from(path.value)));
    }
    let key = table.table(role)?;
    key.needs("command", "[\"sign-with-the-hsm\", \"--slot\", \"1\"]");
    key.needs("public", "\"z6Mk…\"");
    let words = key.texts("command");
    if let (Some(label), Some([])) = (key.key_label("command"), words.as_deref()) {
        key.push(findings::no_program(label));
    }
    let public = key.parse("public", VerifyingKey::from_multikey);
    let seconds = key.count("timeout").map_or(60, |at| at.value.max(1));
    let command: Vec<_> = words?.into_iter().map(|word| word.value.to_owned()).collect();
    if command.is_empty() {
        return None;
    }
    let (public, timeout) = (public?.value, Duration::from_secs(u64::from(seconds)));
    Some(KeySource::Command(Box::new(KeyCommand { command, public, timeout })))
}

mod findings {
    use crate::diag::{Code, Diagnostic, Label};

    pub(super) fn no_program(at: Label) -> Diagnostic {
        Diagnostic::new(Code::ValueInvalid, at, "a command has at least the name of a program")
    }

    pub(super) fn percent(at: Label) -> Diagnostic {
        Diagnostic::new(Code::ValueInvalid, at, "a share of the register has at most 100 percent")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Report, Source};
    use crate::fields::Document;

    fn signing(text: &str) -> Result<Signing, String> {
        let source = Source::new("register.toml", text).into();
        let mut report = Report::default();
        let signing = Document::read(&source, 0..text.len(), &[], &mut report, read);
        let mut found = report.findings().iter().map(|finding| finding.message.clone());
        found.next().map_or_else(|| Ok(signing.unwrap()), Err)
    }

    fn file(name: &str) -> KeySource {
        KeySource::File(name.into())
    }

    #[test]
    fn an_empty_table_means_three_files() {
        assert_eq!(signing("").unwrap(), Signing::default());
        let changed = signing("max_change_percent = 5").unwrap();
        assert_eq!(changed, Signing { max_change_percent: 5, ..Signing::default() });
    }

    #[test]
    fn an_issue_key_alone_signs_status_lists_too() {
        let one = signing("issue = \"a.pem\"").unwrap();
        assert_eq!((one.issue, one.status, one.log), (file("a.pem"), None, file("keys/log.pem")));
        let two = signing("issue = \"a.pem\"\nstatus = \"b.pem\"").unwrap();
        assert_eq!(two.status, Some(file("b.pem")));
    }

    #[test]
    fn a_key_behind_a_command_names_its_public_half() {
        let public = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        let text = format!("log = {{ command = [\"hsm\", \"-s\"], public = \"{public}\" }}");
        let KeySource::Command(log) = signing(&text).unwrap().log else { panic!("no command") };
        assert_eq!(
            (log.command.join(" "), log.public.multikey()),
            ("hsm -s".into(), public.into())
        );
        assert_eq!(log.timeout, Duration::from_mins(1));
        for (wrong, why) in [
            ("log = { command = [\"hsm\"] }", "the key `public` is missing"),
            ("log = { command = [\"hsm\"], public = \"z6\" }", "`z6` is not the Multikey"),
            ("log = { public = \"PUBLIC\" }", "the key `command` is missing"),
            ("log = { command = [], public = \"PUBLIC\" }", "a command has at least"),
            ("log = 7", "`log` wants a table"),
            ("max_change_percent = 101", "at most 100 percent"),
            ("logs = \"a\"", "nothing reads the key `logs`"),
        ] {
            let found = signing(&wrong.replace("PUBLIC", public)).unwrap_err();
            assert!(found.contains(why), "{wrong}: {found}");
        }
    }
}
