//! All findings of one run.

use super::{Code, Diagnostic, Severity};

/// The findings of a run, in the order of their places once [`sort`](Report::sort)ed.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Diagnostic>,
}

impl Report {
    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Adds all findings of another report.
    pub fn append(&mut self, mut other: Self) {
        self.findings.append(&mut other.findings);
    }

    /// Takes the findings of one code out.
    pub fn extract(&mut self, code: Code) -> Vec<Diagnostic> {
        self.findings.extract_if(.., |finding| finding.code == code).collect()
    }

    /// Puts the findings in the order of file, place and code, so that two runs print the same.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.primary().span.start, d.code);
            let path = a.primary().source.path().cmp(b.primary().source.path());
            path.then_with(|| key(a).cmp(&key(b))).then_with(|| a.message.cmp(&b.message))
        });
    }

    /// All findings.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|d| d.severity() == severity).count()
    }

    /// Whether the register may be published: no errors, and with `strict` no warnings either.
    pub fn passes(&self, strict: Strictness) -> bool {
        match strict {
            Strictness::Errors => self.count(Severity::Error) == 0,
            Strictness::Warnings => self.findings.is_empty(),
        }
    }
}

/// What forbids publishing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Errors only.
    #[default]
    Errors,
    /// Warnings too (`--strict`).
    Warnings,
}
