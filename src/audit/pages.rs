//! What pages and data files say, against what is signed.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::civil::Date;
use serde_json::Value;

use crate::audit::{
    day::says_day,
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
    pub(super) layout: Layout,
    /// The words for statuses, by language and status, each with the pages that use it.
    pub(super) words: Mutex<BTreeMap<Status, Words>>,
    /// The languages beside the first: whether a page of any certificate is there, and those that
    /// are not.
    languages: Mutex<BTreeMap<Language, (bool, Places)>>,
}

/// Whether each certificate has a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// All have; one that is missing is found.
    Full,
    /// One page shows them all. Where one has a page all the same, it is compared.
    Compact,
}

/// A language and a status.
pub(super) type Status = (String, String);
/// Words, each with the pages that use it.
pub(super) type Words = BTreeMap<String, Places>;
/// Pages: a number and a path each.
type Places = Vec<(Box<str>, String)>;

/// A certificate as it is signed, on the days that a page may speak of.
pub(super) struct Signed<'s> {
    pub(super) entry: &'s Credential,
    pub(super) segments: Vec<Segment>,
    pub(super) standings: Vec<Standing<'s>>,
    pub(super) level_name: BTreeMap<usize, LocalText>,
    pub(super) level_id: BTreeMap<usize, Box<str>>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        source: &'a dyn Source,
        (edition, today): (Date, Date),
        rows: Rows,
        layout: Layout,
    ) -> Self {
        Self {
            source,
            edition,
            today: today.max(edition),
            rows,
            layout,
            words: Mutex::default(),
            languages: Mutex::default(),
        }
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
        let mut first = None;
        for (language, path) in Self::paths(owner, entry) {
            if language.is_some() && language == first {
                continue; // It stands at the root.
            }
            let bytes = self.own(&path)?;
            let page = bytes.as_deref().map(String::from_utf8_lossy);
            match (language, &page) {
                (None, None) if self.layout == Layout::Compact => {}
                (None, None) => found.push(Discrepancy::of(owner, &*path, Fault::Missing)),
                (None, Some(page)) => first = language_of(page),
                (Some(language), page) => {
                    let mut languages = lock(&self.languages);
                    let (any, missing) = languages.entry(language).or_default();
                    *any |= page.is_some();
                    missing.extend(page.is_none().then(|| (owner.into(), path.clone())));
                }
            }
            if let Some(page) = page {
                self.page(owner, &path, &page, &signed, &mut found);
            }
        }
        Ok(found)
    }

    /// A file of a certificate. A host may serve the page of all certificates at the address of each.
    pub(super) fn own(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = self.source.get(path)?;
        let shell = |bytes: &Vec<u8>| {
            html::first_with(&String::from_utf8_lossy(bytes), "data-shell").is_some()
        };
        Ok(bytes.filter(|bytes| self.layout == Layout::Full || !shell(bytes)))
    }

    /// Where a certificate has a page in a language, all have.
    pub(super) fn missing(&self) -> Vec<Discrepancy> {
        let languages = lock(&self.languages);
        let missing = languages.values().filter(|(any, _)| *any).flat_map(|(_, missing)| missing);
        missing.map(|(owner, path)| Discrepancy::of(owner, &**path, Fault::Missing)).collect()
    }

    /// The folders with pages of certificates.
    pub(super) fn folders(&self) -> Vec<String> {
        let others = lock(&self.languages);
        let others = others.keys().map(|language| format!("{}/c", language.code()));
        std::iter::once("c".to_owned()).chain(others).collect()
    }

    /// Nothing is left of an erased certificate.
    pub(super) fn erased(&self, owner: &str) -> Result<Vec<Discrepancy>, SourceError> {
        let mut found = Vec::new();
        let entry = format!("c/{}.json", escape_path(owner));
        if self.own(&entry)?.is_some() {
            found.push(Discrepancy::of(owner, entry, Fault::PageNotErased));
        }
        let page = format!("c/{}.html", escape_path(owner));
        if let Some(bytes) = self.own(&page)? {
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
        let described = html::described(page);
        let page = &*html::shown(page);
        let facts = html::facts(page);
        let language = language_of(page);
        let mut differs = |fact: &'static str, says: &str, expected: String| {
            let fault = Fault::Page { fact, says: says.to_owned(), signed: expected };
            found.push(Discrepancy::of(owner, path, fault));
        };
        let mut missing = Vec::new();
        for fact in ["number", "holder", "identifier", "level", "scope", "until", "status"] {
            let marked = facts.get(fact).map(Vec::as_slice).unwrap_or_default();
            let hidden = marked.iter().any(|marked| marked.attributes.contains_key("hidden"));
            if marked.is_empty() || hidden || (fact == "status" && marked.len() > 1) {
                missing.push(Discrepancy::of(owner, path, Fault::PageFact(fact)));
            }
            for marked in marked {
                if let Err((says, expected)) = signed.compare(fact, marked, language) {
                    differs(fact, &says, expected);
                }
            }
        }
        for (member, says, expected) in signed.misdescribed(described.as_deref(), language) {
            differs(member, &says, expected);
        }
        if let Some(bar) = html::first_with(page, "data-validity")
            && let Err((says, expected)) = signed.drawn(&bar)
        {
            differs("validity", &says, expected);
        }
        found.extend(missing);
        if let Some([banner]) = facts.get("status").map(Vec::as_slice) {
            let status = banner.attributes.get("data-status").cloned().unwrap_or_default();
            let word = html::text_with(page, "data-word").unwrap_or_default();
            let lang = language.map(|language| language.to_string());
            let key = (lang.unwrap_or_default(), status);
            let mut words = lock(&self.words);
            let pages = words.entry(key).or_default().entry(word).or_default();
            pages.push((owner.into(), path.to_owned()));
        }
    }

    /// One status has one word in one language: pages that use another one stand out.
    pub(super) fn words(&self) -> Vec<Discrepancy> {
        let words = lock(&self.words);
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

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The language that a page says it is in.
fn language_of(page: &str) -> Option<Language> {
    html::first_with(page, "data-lang")?.get("data-lang")?.parse().ok()
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
        let local = |text: &LocalText| local(text, language);
        match fact {
            "identifier" => same(&marked.text, self.each(|s| s.holder_id.value().to_owned())),
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
                self.drawn(&marked.attributes)?;
                self.status(&attribute("data-status"))
            }
        }
    }

    /// The days that an element draws are those of the certificate.
    fn drawn(&self, attributes: &BTreeMap<String, String>) -> Result<(), (String, String)> {
        let attribute = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        same(&attribute("data-segments"), [self.segments_text()])?;
        same(&attribute("data-until"), self.each(|s| s.until.to_string()))
    }

    /// What a description for machines says otherwise than the entry, where there is one.
    fn misdescribed(
        &self,
        json: Option<&str>,
        language: Option<Language>,
    ) -> Vec<(&'static str, String, String)> {
        let Some(json) = json else { return Vec::new() };
        let json: Value = serde_json::from_str(json).unwrap_or_default();
        let level = |s: &Standing<'_>| {
            self.level_name.get(&s.level).map(|name| local(name, language)).unwrap_or_default()
        };
        let members: [(&'static str, &str, Vec<String>); 7] = [
            (
                "number (JSON-LD)",
                "/certificationIdentification",
                vec![self.entry.number().to_string()],
            ),
            ("holder (JSON-LD)", "/about/name", self.each(|s| local(s.holder_name, language))),
            ("identifier (JSON-LD)", "/about/identifier", {
                self.each(|s| s.holder_id.value().to_owned())
            }),
            ("level (JSON-LD)", "/certificationRating/ratingValue", self.each(level)),
            ("issued (JSON-LD)", "/datePublished", self.each(|s| s.issued.to_string())),
            ("from (JSON-LD)", "/validFrom", self.each(|s| s.cycle.from.to_string())),
            ("until (JSON-LD)", "/expires", self.each(|s| s.until.to_string())),
        ];
        let says = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap_or("");
        let compared = members.into_iter().map(|(member, pointer, expected)| {
            same(says(pointer), expected).map_err(|(says, signed)| (member, says, signed))
        });
        compared.filter_map(Result::err).collect()
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

/// A text as a page of a language has it.
fn local(text: &LocalText, language: Option<Language>) -> String {
    match language {
        Some(language) => text.best(language).0.to_owned(),
        None => text.iter().next().map(|(_, text)| text.to_owned()).unwrap_or_default(),
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
