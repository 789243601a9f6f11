//! The certificate page.

use std::borrow::Cow;

use serde::Serialize;

use crate::markdown;
use crate::model::{Coded, HolderId, LocalText, Status};
use crate::site::{
    frame::{About, Crumb, Here, Organization},
    index::Entry,
    links::PageLinks,
    route::{Kind, Route},
    tongue::{Day, Text, Tongue, iso},
    views::{
        evaluation::{EvaluationView, evaluation},
        history::{HistoryView, history},
        level::{LevelView, level_view},
        places::{SiteRow, site_row, sites_count},
        row::{StatusView, StatusWord, level, segments_text},
        seal::{SealView, seal},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct CertificateView<'v> {
    number: &'v str,
    path: Cow<'v, str>,
    address: String,
    holder: HolderView<'v>,
    status: StatusView<'v>,
    segments: String,
    from: Day,
    until: Day,
    printed_until: Option<Day>,
    until_reason: Option<String>,
    level: LevelView<'v>,
    scope: Text<'v>,
    scope_other: Option<Text<'v>>,
    exclusions: Vec<ClauseLink<'v>>,
    facts: Vec<Fact<'v>>,
    sites: Vec<SiteRow<'v>>,
    sites_count_text: Option<String>,
    evaluation: Option<EvaluationView<'v>>,
    history: Vec<HistoryView>,
    surveillance: Option<SurveillanceView>,
    succeeds: Option<NumberLink<'v>>,
    succeeded_by: Option<NumberLink<'v>>,
    related: Vec<Related<'v>>,
    seal: Option<SealView<'v>>,
    remarks_html: Option<String>,
    remarks_lang: Option<&'v str>,
}

#[derive(Debug, Serialize)]
struct HolderView<'v> {
    name: Text<'v>,
    other_name: Option<Text<'v>>,
    href: String,
    id_label: &'v str,
    id_value: &'v str,
}

/// A clause and where it is explained.
#[derive(Debug, Serialize)]
pub(crate) struct ClauseLink<'v> {
    pub(crate) id: &'v str,
    pub(crate) title: Text<'v>,
    pub(crate) href: Option<String>,
}

/// A row of the facts.
#[derive(Debug, Serialize)]
pub(crate) struct Fact<'v> {
    pub(crate) label: &'v str,
    pub(crate) kind: &'static str,
    pub(crate) text: Text<'v>,
    pub(crate) iso: Option<String>,
    pub(crate) href: Option<String>,
    pub(crate) note: Option<String>,
}

impl<'v> Fact<'v> {
    pub(crate) fn text(label: &'v str, text: Text<'v>) -> Self {
        Self { label, kind: "text", text, iso: None, href: None, note: None }
    }

    pub(crate) fn code(label: &'v str, text: impl Into<String>) -> Self {
        let text = Text::plain(text.into());
        Self { label, kind: "code", text, iso: None, href: None, note: None }
    }

    pub(crate) fn day(label: &'v str, day: Day) -> Self {
        let (iso, text) = (day.iso, Text::plain(day.text));
        Self { label, kind: "date", text, iso: Some(iso), href: None, note: None }
    }

    pub(crate) fn href(self, href: String) -> Self {
        Self { href: Some(href), ..self }
    }

    pub(crate) fn note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }
}

#[derive(Debug, Serialize)]
struct SurveillanceView {
    last: Option<Day>,
    next: Option<Day>,
    overdue_note: Option<String>,
}

#[derive(Debug, Serialize)]
struct NumberLink<'v> {
    number: &'v str,
    href: String,
}

#[derive(Debug, Serialize)]
struct Related<'v> {
    number: &'v str,
    href: String,
    title: Text<'v>,
    level: Text<'v>,
    status: StatusWord<'v>,
    segments: String,
    /// ISO 8601.
    until: String,
}

/// How many other certificates of a holder its pages show; the rest stand on the holder's page.
const RELATED: usize = 12;

pub(crate) fn certificate<'v>(
    here: &'v Here<'v>,
    at: u32,
    entry: &'v Entry<'v>,
) -> CertificateView<'v> {
    let (site, tongue) = (here.site, here.tongue);
    let (certificate, standing) = (entry.certificate, &entry.standing);
    let transition = standing.until < standing.cycle.until;
    let printed = tongue.day(standing.cycle.until);
    let until = tongue.day(standing.until);
    let until_reason = transition.then(|| {
        tongue.fill("note_transition", &[("until", &until.text), ("printed", &printed.text)])
    });
    let sites = entry.timeline().sites();
    let link = |other: &'v Entry<'v>| NumberLink {
        number: other.certificate.number.as_str(),
        href: here.href(&Route::Certificate(other.path().into_owned())),
    };
    let succeeds = certificate.succeeds.as_deref().and_then(|key| site.index.by_key(key));
    let remarks_html = (!certificate.remarks.is_empty()).then(|| {
        markdown::to_html(&certificate.remarks, &PageLinks { here, file: &certificate.file }).html
    });
    CertificateView {
        number: certificate.number.as_str(),
        path: entry.path(),
        address: here.url(),
        holder: HolderView {
            name: tongue.local(standing.holder_name),
            other_name: tongue.other(standing.holder_name),
            href: here.href(&Route::Enterprise(standing.holder_id.path())),
            id_label: id_label(standing.holder_id, tongue),
            id_value: standing.holder_id.value(),
        },
        status: StatusView::new(entry, tongue),
        segments: segments_text(&entry.segments),
        from: tongue.day(standing.cycle.from),
        printed_until: transition.then_some(printed),
        until,
        until_reason,
        level: level_view(entry, tongue),
        scope: tongue.local(standing.scope),
        scope_other: tongue.other(standing.scope),
        exclusions: exclusions(here, entry),
        facts: facts(here, entry),
        sites_count_text: (!sites.is_empty()).then(|| sites_count(&sites, here)),
        sites: sites.iter().map(|place| site_row(here, entry, place)).collect(),
        evaluation: standing.evaluation.and_then(|found| evaluation(here, entry, found)),
        history: history(here, entry),
        surveillance: surveillance(here, entry),
        succeeds: succeeds.map(link),
        succeeded_by: site.index.successor(at).map(link),
        related: related(here, at, entry),
        seal: seal(here, entry),
        remarks_lang: remarks_html.as_ref().and_then(|_| tongue.lang(site.config.first_language())),
        remarks_html,
    }
}

/// What the page says about itself, for search engines and for people who share it.
pub(crate) fn about<'v>(
    here: &'v Here<'v>,
    entry: &'v Entry<'v>,
    CertificateView { status, .. }: &CertificateView<'_>,
) -> About<'v> {
    let (tongue, standing) = (here.tongue, &entry.standing);
    let number = entry.certificate.number.as_str();
    let holder = tongue.plain(standing.holder_name);
    let level = tongue.plain(&level(entry).title);
    let until = iso(standing.until);
    let key = match standing.status {
        Status::Valid | Status::NotYetValid => "certificate_title",
        _ => "certificate_title_ended",
    };
    let values = [
        ("holder", holder),
        ("level", level),
        ("number", number),
        ("until", &*until),
        ("status", status.label),
        ("statement", &*status.statement),
    ];
    let title = tongue.fill(key, &values);
    let description = tongue.fill("certificate_description", &values);
    let mut about = About::new("certificate", title, description);
    let enterprise = Route::Enterprise(standing.holder_id.path());
    let scheme = &entry.certificate.scheme;
    let title = tongue.local(scheme.short_title.as_ref().unwrap_or(&scheme.title));
    let kind = here.crumb(title, &Route::List(Kind::Schemes, scheme.id.to_string()));
    let owner = here.crumb(tongue.local(standing.holder_name), &enterprise);
    about.breadcrumbs =
        vec![here.crumb(tongue.t("nav_home"), &Route::Home), kind, owner, Crumb::end(number)];
    about.json_ld = Some(json_ld(here, entry, holder, level));
    about
}

/// schema.org's `Certification`. It says nothing about today: its dates do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Certification<'v> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    about: Organization<'v>,
    #[serde(rename = "certificationIdentification")]
    number: &'v str,
    #[serde(rename = "certificationRating")]
    rating: Rating<'v>,
    date_published: String,
    expires: String,
    issued_by: Organization<'v>,
    name: &'v str,
    url: String,
    valid_from: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rating<'v> {
    #[serde(rename = "@type")]
    kind: &'static str,
    rating_value: &'v str,
}

fn json_ld(here: &Here<'_>, entry: &Entry<'_>, holder: &str, level: &str) -> String {
    let (certificate, standing) = (entry.certificate, &entry.standing);
    let certification = Certification {
        context: "https://schema.org",
        kind: "Certification",
        about: Organization::certified(holder, standing.holder_id.value()),
        number: certificate.number.as_str(),
        rating: Rating { kind: "Rating", rating_value: level },
        date_published: iso(standing.issued),
        expires: iso(standing.until),
        issued_by: Organization::body(here.site.config, here.tongue),
        name: here.tongue.plain(&certificate.scheme.title),
        url: here.url(),
        valid_from: iso(standing.cycle.from),
    };
    serde_json::to_string(&certification).expect("texts can be written")
}

/// The label of an identifier, by its scheme.
pub(crate) fn id_label<'v>(id: &HolderId, tongue: &Tongue<'v>) -> &'v str {
    let key = match id {
        HolderId::CreditCode(_) => "field_credit_code".to_owned(),
        HolderId::Other { scheme, .. } => {
            format!("field_identifier_{}", scheme.to_lowercase().replace('-', "_"))
        }
    };
    if tongue.labels().has(&key) { tongue.t(&key) } else { tongue.t("field_identifier") }
}

fn exclusions<'v>(here: &'v Here<'v>, entry: &'v Entry<'v>) -> Vec<ClauseLink<'v>> {
    let scheme = &entry.certificate.scheme;
    let clauses = entry.standing.exclusions.iter().filter_map(|id| scheme.clause(id));
    clauses
        .map(|clause| ClauseLink {
            id: &clause.id,
            title: here.tongue.local(&clause.title),
            href: here.site.clause_href(here, scheme, &clause.id),
        })
        .collect()
}

fn facts<'v>(here: &'v Here<'v>, entry: &'v Entry<'v>) -> Vec<Fact<'v>> {
    let (tongue, standing) = (here.tongue, &entry.standing);
    let certificate = entry.certificate;
    let scheme = &certificate.scheme;
    let t = |key| tongue.t(key);
    let day = |key, date| Fact::day(t(key), tongue.day(date));
    let scheme_route = Route::List(Kind::Schemes, scheme.id.to_string());
    let waived = match standing.holder_id {
        HolderId::CreditCode(code) if !code.is_sound() => Some(t("credit_code_waived").to_owned()),
        _ => None,
    };
    let id = Fact::code(id_label(standing.holder_id, tongue), standing.holder_id.value());
    // What stands elsewhere on the page too is marked: the check compares it with what was signed.
    let id = Fact { kind: "identifier", ..id };
    let number = Fact::code(t("field_number"), certificate.number.as_str());
    let expires = day("field_expires", standing.cycle.until);
    // A transition may end a certificate before the day that is printed on it.
    let ends = if standing.cycle.until == standing.until { "until" } else { expires.kind };
    let mut facts = vec![
        Fact::text(t("field_standard"), Text::plain(&*scheme.standard)),
        Fact::text(t("field_scheme"), tongue.local(&scheme.title)).href(here.href(&scheme_route)),
        Fact { kind: "number", ..number },
        id.href(here.href(&Route::Enterprise(standing.holder_id.path()))).note(waived),
    ];
    facts.extend(
        standing.holder_address.map(|text| Fact::text(t("field_address"), tongue.local(text))),
    );
    facts.extend(standing.region.map(|c| coded(here, "field_region", c, Kind::Regions)));
    facts.extend(standing.industry.map(|c| coded(here, "field_industry", c, Kind::Industries)));
    facts.push(day("field_issued", standing.issued));
    facts.push(day("field_valid_from", standing.cycle.from));
    facts.push(Fact { kind: ends, ..expires });
    facts.extend(standing.first_granted.map(|date| day("field_first_granted", date)));
    facts.push(day("field_decided", standing.decided));
    facts.extend(certificate.rule.as_ref().map(|rule| {
        let version = rule.version.as_deref().unwrap_or_default();
        let words = tongue.fill("rule_words", &[("id", &rule.id), ("version", version)]);
        let filing = rule.filing_number.as_ref();
        let filing = filing.map(|n| format!("{}{}{n}", t("field_rule_filing"), t("colon")));
        Fact::text(t("field_rule"), Text::plain(words.trim().to_owned())).note(filing)
    }));
    facts.extend(certificate.reported_on.map(|date| day("field_reported_on", date)));
    facts
}

fn coded<'v>(here: &Here<'v>, label: &str, coded: &'v Coded, kind: Kind) -> Fact<'v> {
    let tongue = here.tongue;
    let route = Route::List(kind, coded.code.to_string());
    let name: Option<&'v LocalText> = coded.name.as_ref();
    let fact = match name {
        Some(name) => {
            Fact::text(tongue.t(label), tongue.local(name)).note(Some(coded.code.to_string()))
        }
        None => Fact::text(tongue.t(label), Text::plain(&*coded.code)),
    };
    fact.href(here.href(&route))
}

fn surveillance(here: &Here<'_>, entry: &Entry<'_>) -> Option<SurveillanceView> {
    let tongue = here.tongue;
    let found = entry.timeline().surveillance(here.site.today)?;
    let due = tongue.day(found.due);
    let overdue_note =
        found.overdue.then(|| tongue.fill("surveillance_overdue", &[("date", &due.text)]));
    let next = (!found.overdue).then_some(due);
    Some(SurveillanceView { last: found.last.map(|date| tongue.day(date)), next, overdue_note })
}

fn related<'v>(here: &'v Here<'v>, at: u32, entry: &'v Entry<'v>) -> Vec<Related<'v>> {
    let index = &here.site.index;
    let others = index.holders.held_with(entry).iter().filter(|other| **other != at).take(RELATED);
    let others = others.map(|other| index.entry(*other));
    others
        .map(|other| Related {
            number: other.certificate.number.as_str(),
            href: here.href(&Route::Certificate(other.path().into_owned())),
            title: here.tongue.local(
                other
                    .certificate
                    .scheme
                    .short_title
                    .as_ref()
                    .unwrap_or(&other.certificate.scheme.title),
            ),
            level: here.tongue.local(&level(other).title),
            status: StatusWord::new(other, here.tongue),
            segments: segments_text(&other.segments),
            until: iso(other.standing.until),
        })
        .collect()
}
