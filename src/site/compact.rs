//! The compact layout: one page that shows every certificate and every holder in the browser, from
//! the signed entries in the ledger, and the few files that it needs beside them.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::markdown;
use crate::model::{Language, Scheme};
use crate::proof::hex;
use crate::site::{
    Site, SiteError,
    frame::{About, Here},
    index::Entry,
    links::PageLinks,
    render::Worker,
    route::{Kind, Route, Shared},
    seals::Seals,
    tongue::Tongue,
    views::evaluation::{self, EvaluationView},
};

/// A file of `entries/` has this power of two of serials.
const BLOCK_LOG2: u32 = 8;
/// A file of `ledger/credentials/` has so many.
const THOUSAND: u32 = 1000;

/// What stands for a serial in a file of `entries/`.
#[derive(Clone, Copy)]
enum Place<'s> {
    Newest(&'s Entry<'s>),
    /// Superseded by another serial.
    Older(u32),
    Gone,
}

/// What an edition said of a certificate: its name, the level, the status, the last day, and which
/// version it sealed, if not the first.
#[derive(Serialize)]
struct Said<'s>(
    String,
    &'s str,
    &'static str,
    String,
    #[serde(skip_serializing_if = "Option::is_none")] Option<usize>,
);

/// What a page says beyond the entry, by language: what takes the theme, the scheme or Markdown.
#[derive(Default, Serialize)]
struct More<'s> {
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<EvaluationView<'s>>,
}

/// A scheme, as much as pages of certificates say of it.
#[derive(Serialize)]
struct SchemeWords<'s> {
    title: &'s str,
    short: &'s str,
    standard: &'s str,
    href: String,
    levels: BTreeMap<&'s str, LevelWords<'s>>,
    /// How many levels there are, or stars at most.
    ranks: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    stars: Option<u32>,
    clauses: BTreeMap<&'s str, ClauseWords<'s>>,
    reasons: BTreeMap<&'s str, &'s str>,
    addresses: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    surveillance: Option<(u32, u32)>,
    evaluation: EvaluationView<'s>,
}

#[derive(Serialize)]
struct LevelWords<'s> {
    name: &'s str,
    /// From 1, the lowest.
    rank: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    stars: Option<u32>,
}

#[derive(Serialize)]
struct ClauseWords<'s> {
    title: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
}

/// The labels that a certificate's page takes its words from, by what their keys begin with.
const LABELS: [&str; 37] = [
    "certificate_title",
    "clause",
    "colon",
    "count_short",
    "covers_no_longer",
    "credit_code_waived",
    "date_pattern",
    "detail_",
    "edition_name",
    "enterprise_",
    "erased_",
    "evaluation_",
    "event_",
    "exclusions_heading",
    "field_",
    "former_name_until",
    "history_future",
    "list_comma",
    "month_",
    "nav_home",
    "not_found",
    "note_",
    "rank_words",
    "redirect_",
    "role_",
    "rule_words",
    "said_",
    "score_",
    "shell_",
    "site",
    "stars_words",
    "status_",
    "succe",
    "surveillance_",
    "threshold_",
    "unreachable",
    "valid_until",
];

impl Worker<'_> {
    /// Everything that only the compact layout has.
    pub(super) fn compact(&self) -> Result<(), SiteError> {
        let Some(seals) = &self.site.seals else { return Ok(()) };
        self.blocks(seals)?;
        let erased: BTreeMap<_, _> =
            seals.erased().map(|(key, edition)| (key, edition.name.to_string())).collect();
        self.sink.write("entries/erased.json", &bytes(&erased))?;
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Home);
            let file = Shared::Shell(tongue.language.code()).to_string();
            self.sink.write(&file, &bytes(&words(&here)))?;
            self.shell(tongue, Route::Shell)
        })?;
        let here = Here::new(self.site, &self.site.tongues[0], Route::Home);
        let prefixes: Vec<_> = self.site.tongues.iter().map(|tongue| &*tongue.prefix).collect();
        let rules = json!({ "base": self.site.base_url.path(), "prefixes": prefixes });
        let rules = super::render::value("_redirects", &rules)?;
        self.file(&here, "redirects.txt", "_redirects", vec![("rules", rules)])
    }

    /// The page that shows certificates, under a name of its own or as the host's fallback.
    pub(super) fn shell(&self, tongue: &Tongue<'_>, route: Route) -> Result<(), SiteError> {
        let t = |key| tongue.t(key);
        let (title, lead) = match route {
            Route::NotFound => (t("not_found_page_title"), t("not_found_page_lead")),
            _ => (t("certificate"), t("shell_lead")),
        };
        let here = Here::new(self.site, tongue, route);
        let mut about = About::new("shell", title, lead);
        about.noindex = true;
        let languages: Vec<_> =
            self.site.tongues.iter().map(|t| format!("{}={}", t.language, t.html_lang)).collect();
        let view = json!({
            "languages": languages.join(" "),
            "title": title,
            "lead": lead,
            "transparency_href": here.href(&Route::Transparency),
        });
        self.page(&here, "shell.html", (about, "shell", &view))
    }

    /// Where each entry lies, and what its page says beside it.
    fn blocks(&self, seals: &Seals<'_>) -> Result<(), SiteError> {
        let places = places(self.site, seals);
        let offsets = offsets(seals);
        let blocks = places.par_chunks(1 << BLOCK_LOG2).enumerate();
        blocks.try_for_each(|(block, places)| {
            let (mut rows, mut more) = (Vec::new(), Vec::new());
            for (place, serial) in places.iter().zip((block << BLOCK_LOG2)..) {
                let begins = more.len();
                if let Place::Newest(entry) = place
                    && let Some(said) = self.more(entry)
                {
                    more.extend(bytes(&said));
                    more.push(b'\n');
                }
                let more = (begins, more.len() - begins);
                rows.push(self.row(seals, *place, (offsets[serial], more)));
            }
            let text = format!("[\n{}\n]\n", rows.join(",\n"));
            self.sink.write(&format!("entries/{block}.json"), text.as_bytes())?;
            if !more.is_empty() {
                self.sink.write(&format!("entries/more/{block}.jsonl"), &more)?;
            }
            Ok(())
        })
    }

    /// A serial in one line.
    fn row(
        &self,
        seals: &Seals<'_>,
        place: Place<'_>,
        (offset, more): (u64, (usize, usize)),
    ) -> String {
        let entry = match place {
            Place::Newest(entry) => entry,
            Place::Older(by) => return by.to_string(),
            Place::Gone => return Json::Null.to_string(),
        };
        let Some(sealed) = seals.of(entry) else { return Json::Null.to_string() };
        let newest = sealed.newest();
        let before = sealed.versions.iter().rev().nth(1);
        let said = seals.said(entry, |said, standing| {
            let level = entry.certificate.scheme.levels.get(standing.level);
            Said(
                said.edition.name.to_string(),
                level.map_or("", |level| &level.id),
                standing.status.code(),
                standing.until.to_string(),
                said.version.filter(|version| *version > 1),
            )
        });
        let index = &self.site.index;
        let successor = index.successor(entry.at);
        let successor = successor.map_or("", |entry| entry.certificate.number.as_str());
        let prev = before.map(|version| hex(&version.sha256)).unwrap_or_default();
        // Without its line end; of nothing, nothing.
        let more = [more.0, more.1.saturating_sub(1)];
        json!([offset, newest.length, newest.leaf, prev, successor, more, said]).to_string()
    }

    /// What a page says beyond the entry, by language; nothing where that is nothing.
    fn more<'e>(&'e self, entry: &'e Entry<'_>) -> Option<BTreeMap<Language, Json>> {
        let certificate = entry.certificate;
        let mut by_language = BTreeMap::new();
        for tongue in &self.site.tongues {
            let here = Here::new(self.site, tongue, Route::Certificate(entry.path().into_owned()));
            let remarks = (!certificate.remarks.is_empty()).then(|| {
                let links = PageLinks { here: &here, file: &certificate.file };
                markdown::to_html(&certificate.remarks, &links).html
            });
            let found = entry.standing.evaluation;
            let found = found.and_then(|found| evaluation::evaluation(&here, entry, found));
            let evaluation = found.filter(EvaluationView::tells);
            if remarks.is_some() || evaluation.is_some() {
                let more = More { remarks, evaluation };
                let more = serde_json::to_value(&more).unwrap_or_default();
                by_language.insert(tongue.language, more);
            }
        }
        (!by_language.is_empty()).then_some(by_language)
    }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers can be written to memory")
}

/// What each serial stands for.
fn places<'s>(site: &'s Site<'_>, seals: &Seals<'_>) -> Vec<Place<'s>> {
    let mut places = vec![Place::Gone; seals.sealed.serials() as usize];
    for entry in &site.index.entries {
        let Some(sealed) = seals.of(entry).filter(|sealed| sealed.erased.is_none()) else {
            continue;
        };
        let by = sealed.newest().serial;
        for version in &sealed.versions {
            places[version.serial as usize] =
                if version.serial == by { Place::Newest(entry) } else { Place::Older(by) };
        }
    }
    places
}

/// Where each serial's line begins in its file of `ledger/credentials/`.
fn offsets(seals: &Seals<'_>) -> Vec<u64> {
    let count = seals.sealed.serials() as usize;
    let mut lengths = vec![0_u64; count];
    for version in seals.sealed.entries.values().flat_map(|entry| &entry.versions) {
        lengths[version.serial as usize] = u64::from(version.length);
    }
    let mut offset = 0;
    let places = (0_u32..).zip(lengths).map(|(serial, length)| {
        if serial % THOUSAND == 0 {
            offset = 0;
        }
        let begins = offset;
        offset += length + 1; // The line end, which stays where an entry was erased.
        begins
    });
    places.collect()
}

/// What the page's script says in a language.
fn words(here: &Here<'_>) -> Json {
    let tongue = here.tongue;
    let labels: BTreeMap<String, &str> = LABELS
        .iter()
        .flat_map(|prefix| {
            let found = tongue.labels().starting(prefix).into_iter();
            found.map(move |(rest, text)| (format!("{prefix}{rest}"), text))
        })
        .collect();
    let schemes: BTreeMap<_, _> =
        here.site.register.schemes.values().map(|s| (&*s.id, scheme(here, s))).collect();
    json!({ "t": labels, "schemes": schemes })
}

fn scheme<'s>(here: &'s Here<'s>, scheme: &'s Scheme) -> SchemeWords<'s> {
    let tongue = here.tongue;
    let levels = scheme.levels.iter().zip(1..).map(|(level, rank)| {
        let name = tongue.plain(&level.title);
        (&*level.id, LevelWords { name, rank, stars: level.stars })
    });
    let clauses = scheme.clauses.iter().map(|clause| {
        let href = here.site.clause_href(here, scheme, &clause.id);
        (&*clause.id, ClauseWords { title: tongue.plain(&clause.title), href })
    });
    let reasons = scheme.reasons.iter().filter(|_| scheme.publication.reasons);
    SchemeWords {
        title: tongue.plain(&scheme.title),
        short: tongue.plain(scheme.short_title.as_ref().unwrap_or(&scheme.title)),
        standard: &scheme.standard,
        href: Route::List(Kind::Schemes, scheme.id.to_string()).to_string(),
        levels: levels.collect(),
        ranks: scheme.levels.len(),
        stars: scheme.max_stars(),
        clauses: clauses.collect(),
        reasons: reasons.map(|reason| (&*reason.id, tongue.plain(&reason.title))).collect(),
        addresses: scheme.publication.site_addresses,
        surveillance: scheme
            .surveillance_interval_months
            .map(|months| (months, scheme.surveillance_grace_days)),
        evaluation: evaluation::of_scheme(here, scheme),
    }
}
