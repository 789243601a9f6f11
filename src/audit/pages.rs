//! What pages and data files say, against what is signed.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::civil::Date;

use crate::audit::{
    fault::{Discrepancy, Fault},
    html::{self, Marked},
    rows::Rows,
};
use crate::credential::Credential;
use crate::model::{Certificate, Language, LocalText, Segment, Standing, Timeline, escape_path};
use crate::verify::{Source, SourceError, Traces};

/// What is published, and the days that it may speak of.
pub(super) struct Pages<'a> {
    pub(super) source: &'a dyn Source,
    /// The day of the newest edition.
    pub(super) edition: Date,
    /// The present day.
    pub(super) today: Date,
    pub(super) rows: Rows,
    /// The words for statuses, by language and status, each with the pages that use it.
    pub(super) words: Mutex<BTreeMap<Status, Words>>,
}

/// A language and a status.
pub(super) type Status = (String, String);
/// Words, each with the pages that use it: a number and a path.
pub(super) type Words = BTreeMap<String, Vec<(Box<str>, String)>>;

/// A certificate as it is signed, on the days that a page may speak of.
pub(super) struct Signed<'s> {
    pub(super) entry: &'s Credential,
    pub(super) segments: Vec<Segment>,
    pub(super) standings: Vec<Standing<'s>>,
    pub(super) level_name: BTreeMap<usize, LocalText>,
    pub(super) level_id: BTreeMap<usize, Box<str>>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(source: &'a dyn Source, edition: Date, today: Date, rows: Rows) -> Self {
        Self { source, edition, today: today.max(edition), rows, words: Mutex::default() }
    }

    /// The page and the rows of a certificate say what its entry says.
    pub(super) fn check(
        &self,
        owner: &str,
        traces: &Traces,
        entry: &Credential,
    ) -> Result<Vec<Discrepancy>, SourceError> {
        let changes: Vec<_> = traces.statuses.iter().map(|(_, change)| change.clone()).collect();
        let Ok(certificate) = entry.reveal(&changes, &entry.scheme()) else {
            let fault = Fault::Entry("its history cannot be followed".to_owned());
            return Ok(vec![Discrepancy::of(owner, "entry", fault)]);
        };
        let timeline = certificate.timeline();
        let signed = self.signed(entry, &certificate, &timeline);
        let mut found = self.rows.check(owner, &signed);
        for (language, path) in Self::paths(owner, entry) {
            let first = language.is_none();
            match self.source.get(&path)? {
                None if first => found.push(Discrepancy::of(owner, path, Fault::Missing)),
                None => {}
                Some(bytes) => {
                    let page = String::from_utf8_lossy(&bytes);
                    self.page(owner, &path, &page, &signed, &mut found);
                }
            }
        }
        Ok(found)
    }

    /// Nothing is left of an erased certificate.
    pub(super) fn erased(&self, owner: &str) -> Result<Vec<Discrepancy>, SourceError> {
        let mut found = Vec::new();
        let entry = format!("c/{}.json", escape_path(owner));
        if self.source.get(&entry)?.is_some() {
            found.push(Discrepancy::of(owner, entry, Fault::PageNotErased));
        }
        let page = format!("c/{}.html", escape_path(owner));
        if let Some(bytes) = self.source.get(&page)? {
            let facts = html::facts(&String::from_utf8_lossy(&bytes));
            if facts.contains_key("holder") || facts.contains_key("scope") {
                found.push(Discrepancy::of(owner, page, Fault::PageNotErased));
            }
        }
        found.extend(self.rows.erased(owner));
        Ok(found)
    }

    /// The addresses of a certificate's pages: its first language stands at the root.
    fn paths(owner: &str, entry: &Credential) -> Vec<(Option<Language>, String)> {
        let path = format!("c/{}.html", escape_path(owner));
        let holder = entry.subject().facts.change.holder_name.as_ref();
        let languages = holder.map(|name| name.iter().map(|(language, _)| language).collect());
        let languages: Vec<Language> = languages.unwrap_or_default();
        let mut paths = vec![(None, path.clone())];
        paths.extend(languages.into_iter().map(|l| (Some(l), format!("{}/{path}", l.code()))));
        paths
    }

    fn signed<'s>(
        &self,
        entry: &'s Credential,
        certificate: &'s Certificate,
        timeline: &Timeline<'s>,
    ) -> Signed<'s> {
        let segments = timeline.segments();
        let within = |day: &Date| (self.edition..=self.today).contains(day);
        let begins = segments.iter().map(|segment| segment.from);
        let events = certificate.events.iter().map(|event| event.effective);
        let mut days = vec![self.edition, self.today];
        days.extend(begins.chain(events).filter(within));
        days.sort_unstable();
        days.dedup();
        let levels = || certificate.scheme.levels.iter().enumerate();
        Signed {
            entry,
            segments,
            standings: days.into_iter().map(|day| timeline.on(day)).collect(),
            level_name: levels().map(|(at, level)| (at, level.title.clone())).collect(),
            level_id: levels().map(|(at, level)| (at, level.id.clone())).collect(),
        }
    }

    fn page(
        &self,
        owner: &str,
        path: &str,
        page: &str,
        signed: &Signed<'_>,
        found: &mut Vec<Discrepancy>,
    ) {
        let facts = html::facts(page);
        let lang = html::first_with(page, "data-lang").and_then(|mut a| a.remove("data-lang"));
        let language = lang.as_deref().and_then(|lang| lang.parse::<Language>().ok());
        let mut differs = |fact: &'static str, says: &str, expected: String| {
            let fault = Fault::Page { fact, says: says.to_owned(), signed: expected };
            found.push(Discrepancy::of(owner, path, fault));
        };
        let mut missing = Vec::new();
        for fact in ["number", "holder", "level", "scope", "until", "status"] {
            let Some([marked]) = facts.get(fact).map(Vec::as_slice) else {
                missing.push(Discrepancy::of(owner, path, Fault::PageFact(fact)));
                continue;
            };
            if let Err((says, expected)) = signed.compare(fact, marked, language) {
                differs(fact, &says, expected);
            }
        }
        found.extend(missing);
        if let Some([banner]) = facts.get("status").map(Vec::as_slice) {
            let status = banner.attributes.get("data-status").cloned().unwrap_or_default();
            let word = html::text_with(page, "data-word").unwrap_or_default();
            let key = (lang.unwrap_or_default(), status);
            let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
            let pages = words.entry(key).or_default().entry(word).or_default();
            pages.push((owner.into(), path.to_owned()));
        }
    }

    /// One status has one word in one language: pages that use another one stand out.
    pub(super) fn words(&self) -> Vec<Discrepancy> {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        for ((_, status), used) in words.iter() {
            let most = used.iter().max_by_key(|(_, pages)| pages.len());
            let Some((others, _)) = most else { continue };
            for (says, pages) in used.iter().filter(|(word, _)| *word != others) {
                for (owner, path) in pages {
                    let (status, says) = (status.clone(), says.clone());
                    let fault = Fault::Word { status, says, others: others.clone() };
                    found.push(Discrepancy::of(owner, path.clone(), fault));
                }
            }
        }
        found
    }
}

impl Signed<'_> {
    /// Compares one fact; where it differs, what the page says and what is signed.
    fn compare(
        &self,
        fact: &str,
        marked: &Marked,
        language: Option<Language>,
    ) -> Result<(), (String, String)> {
        let attribute = |name: &str| marked.attributes.get(name).cloned().unwrap_or_default();
        let local = |text: &LocalText| match language {
            Some(language) => text.best(language).0.to_owned(),
            None => text.iter().next().map(|(_, text)| text.to_owned()).unwrap_or_default(),
        };
        match fact {
            "number" => same(&marked.text, [self.entry.number().to_string()]),
            "holder" => same(&marked.text, self.each(|s| local(s.holder_name))),
            "scope" => same(&marked.text, self.each(|s| local(s.scope))),
            "level" => {
                let name = |s: &Standing<'_>| self.level_name.get(&s.level).map(local);
                same(&marked.text, self.each(|s| name(s).unwrap_or_default()))
            }
            "until" => {
                same(&attribute("datetime"), self.each(|s| s.until.to_string()))?;
                let says = self.standings.iter().any(|s| says_day(&marked.text, s.until));
                let signed = || self.each(|s| s.until.to_string()).join(", ");
                if says { Ok(()) } else { Err((marked.text.clone(), signed())) }
            }
            _ => {
                let segments = self.segments_text();
                same(&attribute("data-segments"), [segments])?;
                self.status(&attribute("data-status"))
            }
        }
    }

    fn each<T>(&self, value: impl Fn(&Standing<'_>) -> T) -> Vec<T> {
        self.standings.iter().map(value).collect()
    }

    /// The statuses over all time, as pages carry them.
    fn segments_text(&self) -> String {
        let one = |segment: &Segment| format!("{} {}", segment.status.code(), segment.from);
        self.segments.iter().map(one).collect::<Vec<_>>().join(";")
    }

    /// A status may be that of any day from the edition to the present one.
    pub(super) fn status(&self, says: &str) -> Result<(), (String, String)> {
        let expected: Vec<_> = self.standings.iter().map(|s| s.status.code().to_owned()).collect();
        same(says, expected)
    }
}

/// Whether a text is one of those expected, with single spaces.
pub(super) fn same(
    says: &str,
    expected: impl IntoIterator<Item = String>,
) -> Result<(), (String, String)> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = plain(says);
    let mut expected: Vec<_> = expected.into_iter().map(|text| plain(&text)).collect();
    if expected.contains(&says) {
        return Ok(());
    }
    expected.dedup();
    Err((says, expected.join(", or ")))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether words name a day: its year and day as numbers, its month as a number or in English. In
/// other languages the month is not looked at; the element's `datetime` is.
fn says_day(text: &str, day: Date) -> bool {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let numbers: Vec<i64> = numbers.filter_map(|part| part.parse().ok()).collect();
    let (year, month, date) = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
    let named = MONTHS.iter().position(|name| {
        let words = text.to_ascii_lowercase();
        words.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.starts_with(name))
    });
    match (numbers.as_slice(), named) {
        ([a, b, c], _) => {
            let mut found = [*a, *b, *c];
            let mut expected = [year, month, date];
            found.sort_unstable();
            expected.sort_unstable();
            found == expected && (*a == year || *c == year)
        }
        ([a, b], Some(name)) => {
            ([*a, *b] == [date, year] || [*a, *b] == [year, date])
                && i64::try_from(name).is_ok_and(|name| name + 1 == month)
        }
        ([a, b], None) => [*a, *b] == [date, year] || [*a, *b] == [year, date],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_in_the_words_of_pages() {
        let day = date(2029, 3, 17);
        for text in ["2029年3月17日", "17 March 2029", "2029-03-17", "March 17, 2029"] {
            assert!(says_day(text, day), "{text}");
        }
        for text in ["2029年3月18日", "17 May 2029", "17 March 2030", "2029", "", "2029年17月3日 9"]
        {
            assert!(!says_day(text, day), "{text}");
        }
    }
}
