//! Texts in several languages.

use std::{cell::RefCell, ops::Range};

use crate::fields::{At, Fields, findings};
use crate::model::{Language, LocalText};

/// The languages of a file's texts that the register is not published in: the place of the first
/// text of each, and how many there are. A record may have thirty.
#[derive(Default)]
pub(super) struct Unpublished(RefCell<Vec<(Language, Range<usize>, usize)>>);

impl Unpublished {
    fn note(&self, language: Language, at: &Range<usize>) {
        let mut all = self.0.borrow_mut();
        let Some((_, first, count)) = all.iter_mut().find(|(other, ..)| *other == language) else {
            all.push((language, at.clone(), 1));
            return;
        };
        *count += 1;
        if at.start < first.start {
            first.clone_from(at);
        }
    }

    pub(super) fn take(&self) -> Vec<(Language, Range<usize>, usize)> {
        self.0.take()
    }
}

impl Fields<'_> {
    /// A text in one or more of the register's languages: `{ zh = "…", en = "…" }`.
    pub fn local(&self, key: &'static str) -> Option<At<LocalText>> {
        let value = self.value(key)?;
        if value.table().is_some() {
            let table = self.table_of(key, value)?;
            return table.versions().map(|text| At { value: text, label: table.label() });
        }
        let (label, found) = (self.label_of(value), value.type_name());
        let finding = findings::wrong_type(label, key, "a text by language", found);
        self.push(finding.help(format!("write `{key} = {{ zh = \"…\", en = \"…\" }}`")));
        None
    }

    /// A text in several languages, or a plain one in the register's first language.
    pub fn local_or_plain(&self, key: &'static str) -> Option<At<LocalText>> {
        let value = self.value(key)?;
        if value.table().is_some() {
            return self.local(key);
        }
        let text = self.text_of(key, value)?;
        let language = *self.languages().first()?;
        let value = LocalText::new(&[(language, text.value)])?;
        Some(At { value, label: text.label })
    }

    /// The table itself as a text by language.
    pub(crate) fn versions(&self) -> Option<LocalText> {
        self.ignore_keys();
        let entries = &self.raw().0;
        let mut versions = Vec::with_capacity(self.languages().len());
        for (key, value) in entries {
            let text = self.text_of(&key.text, value);
            let known = || self.languages().iter().map(ToString::to_string).collect::<Vec<_>>();
            let label = || self.label_at(&key.span);
            match key.text.parse::<Language>() {
                Ok(language) if self.languages().contains(&language) => {
                    versions.extend(text.map(|text| (language, text.value)));
                }
                Ok(language) => self.unpublished().note(language, &key.span),
                Err(_) => self.push(findings::unknown_language(label(), &key.text, &known())),
            }
        }
        versions.sort_by_key(|(language, _)| self.languages().iter().position(|l| l == language));
        if versions.is_empty() && entries.iter().all(|(_, value)| value.text().is_some()) {
            self.push(findings::no_version(self.label()));
        }
        LocalText::new(&versions)
    }
}
