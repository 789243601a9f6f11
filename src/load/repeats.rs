//! Warnings that one setting causes in every record, said once.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use crate::diag::{Code, Diagnostic, Report};

/// Texts in languages that the register is not published in: the first of each language, and how
/// many there are. Nothing else of them is kept, as a register may have a million.
#[derive(Debug, Default)]
pub(super) struct Unpublished {
    by_message: Mutex<BTreeMap<String, (Diagnostic, usize)>>,
}

impl Unpublished {
    /// Takes its findings out of a report. From any thread.
    pub(super) fn take(&self, report: &mut Report) {
        let found = report.extract(Code::LanguageUnpublished);
        if found.is_empty() {
            return;
        }
        let mut kept = self.by_message.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in found {
            let Some((first, count)) = kept.get_mut(&finding.message) else {
                kept.insert(finding.message.clone(), (finding, 1));
                continue;
            };
            *count += 1;
            if place(&finding) < place(first) {
                *first = finding;
            }
        }
    }

    /// One finding a language.
    pub(super) fn finish(self, report: &mut Report) {
        let kept = self.by_message.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (mut finding, count) in kept.into_values() {
            if count > 1 {
                let texts = format!("{count} texts are not shown; this is the first");
                finding.message = finding.message.replace("the text is not shown", &texts);
            }
            report.push(finding);
        }
    }
}

fn place(finding: &Diagnostic) -> (&str, usize) {
    let label = finding.primary();
    (label.source.path(), label.span.start)
}
