//! What an entry says of who holds it, and of where: for whoever has a name, a code or a place in
//! hand and wants to know whether the entry is about it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::credential::Credential;
use crate::model::{Change, HolderId, LocalText, SiteStanding};
use crate::verify::{
    entry, lines::LINES, log::Trouble, logged::Logged, register::Register, verdict::Words,
};

/// What an entry calls its holder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HolderNames {
    /// Its names today, in all languages.
    pub(crate) now: Vec<String>,
    /// Its name today for readers of either language.
    pub(crate) shown: Words,
    /// All that it ever had.
    pub(crate) ever: Vec<String>,
    /// All identifiers that it ever had, each as it is looked up; today's first.
    pub(crate) ids: Vec<String>,
}

impl HolderNames {
    pub(crate) fn of(entry: &Credential) -> Self {
        let subject = entry.subject();
        let today = &subject.facts.change;
        let steps = subject.history.iter().map(|step| &step.facts.change);
        let shown = today.holder_name.as_ref().map(shown).unwrap_or_default();
        let mut found = Self { now: names(today).collect(), shown, ..Self::default() };
        for change in [today].into_iter().chain(steps) {
            found.ever.extend(names(change));
            for id in change.holder_id.iter().flat_map(spellings) {
                if !found.ids.contains(&id) {
                    found.ids.push(id);
                }
            }
        }
        found
    }
}

fn names(change: &Change) -> impl Iterator<Item = String> {
    let names = change.holder_name.iter().flat_map(LocalText::iter);
    names.map(|(_, name)| name.to_owned())
}

/// A text in both languages, whichever it has.
fn shown(text: &LocalText) -> Words {
    let version = |code: &str| {
        let language = code.parse().ok();
        language.map(|language| text.best(language).0.to_owned()).unwrap_or_default()
    };
    let zh = version("zh");
    let known = text.iter().any(|(language, _)| language.code() == "en");
    Words { en: if known { version("en") } else { zh.clone() }, zh }
}

/// An identifier as people have it: as it is looked up, and bare.
fn spellings(id: &HolderId) -> Vec<String> {
    match id {
        HolderId::CreditCode(code) => vec![code.to_string()],
        HolderId::Other { scheme, value } => {
            vec![format!("{scheme}-{value}").to_uppercase(), value.to_string()]
        }
    }
}

/// Whether a site is covered on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    Covered,
    NotCovered,
    /// The entry lists no sites, so nobody can tell.
    NotListed,
}

/// Whether one of the sites has that name or address and is covered on a day.
pub(crate) fn coverage(sites: &[SiteStanding<'_>], asked: &str, day: Date) -> Coverage {
    let wanted = plain(asked);
    let called = |site: &&SiteStanding<'_>| {
        let address = site.site.address.iter().flat_map(LocalText::iter);
        site.site.name.iter().chain(address).any(|(_, text)| plain(text) == wanted)
    };
    match sites.iter().filter(called).any(|site| site.covers(day)) {
        _ if sites.is_empty() => Coverage::NotListed,
        true => Coverage::Covered,
        false => Coverage::NotCovered,
    }
}

/// A name without what people vary: white space, punctuation, width, case.
fn plain(text: &str) -> String {
    let capitals = text.nfkc().flat_map(char::to_uppercase);
    capitals.filter(|c| !c.is_whitespace() && !c.is_control() && !is_punctuation(*c)).collect()
}

/// Punctuation and characters that cannot be seen, as far as addresses have them.
fn is_punctuation(c: char) -> bool {
    match c {
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' | '⁄' | '⁒' => false,
        c if c.is_ascii() => c.is_ascii_punctuation(),
        _ => {
            matches!(
                c,
                '¡' | '§' | '«' | '\u{AD}' | '¶' | '·' | '»' | '¿' | '\u{200B}'..='\u{200F}'
            ) || matches!(c, '\u{2010}'..='\u{2027}' | '\u{202A}'..='\u{202E}')
                || matches!(c, '\u{2030}'..='\u{205E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
                || matches!(c, '、'..='〃' | '〈'..='】' | '〔'..='〟' | '〰' | '〽' | '゠' | '・')
        }
    }
}

impl Register<'_> {
    /// The newest entries of all numbers, as the ledger keeps them, unchecked; the oldest first.
    pub(crate) fn entries(&self) -> Result<Vec<Credential>, Trouble> {
        let numbers = self.scan()?.numbers().iter().filter(|traces| traces.erased.is_none());
        let newest: BTreeSet<u32> =
            numbers.filter_map(|traces| traces.newest()).map(|version| version.serial).collect();
        let mut entries = Vec::with_capacity(newest.len());
        for file in 0..=newest.last().map_or(0, |last| last / LINES) {
            let path = format!("ledger/credentials/{file:04}.jsonl");
            let bytes = self.source().get(&path)?.ok_or(Logged::EntryMissing)?;
            let lines: Vec<&[u8]> = (file * LINES..)
                .zip(bytes.split(|byte| *byte == b'\n'))
                .filter(|(serial, _)| newest.contains(serial))
                .map(|(_, line)| line)
                .collect();
            // What cannot be read is said when its number is asked.
            let read: Vec<_> = lines.par_iter().map(|line| entry::read(line)).collect();
            entries.extend(read.into_iter().flatten());
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_differ_by_more_than_punctuation() {
        assert_eq!(plain(" 东门（分）店·１号, a-b "), plain("东门(分)店1号AB"));
        assert_ne!(plain("东门店"), plain("东门分店"));
        assert_ne!(plain("A+"), plain("A"));
    }
}
