//! One record: text in, certificate out, or findings that say why not.

use std::{ops::Range, sync::Arc};

use jiff::civil::Date;

use crate::diag::{Report, Severity, Source};
use crate::fields::{At, Document, Fields};
use crate::load::{
    Lists, event,
    event::EventDraft,
    findings,
    kept::Trace,
    parts::{self, EvaluationDraft, HolderDraft, Whole},
    rules,
};
use crate::model::{
    Certificate, CertificateNumber, Coded, Cycle, Grant, Holder, LocalText, Rule, Scheme, Site,
};

/// A record as it was read: what could be understood, and where it stands.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) number: Option<At<CertificateNumber>>,
    pub(super) scheme: Option<Arc<Scheme>>,
    pub(super) level: Option<At<usize>>,
    pub(super) decided: Option<At<Date>>,
    pub(super) issued: Option<At<Date>>,
    pub(super) valid_from: Option<At<Date>>,
    pub(super) expires: Option<At<Date>>,
    pub(super) first_granted: Option<At<Date>>,
    pub(super) holder: HolderDraft,
    pub(super) scope: Option<LocalText>,
    pub(super) exclusions: Vec<At<Box<str>>>,
    pub(super) sites: Box<[Site]>,
    pub(super) region: Option<Arc<Coded>>,
    pub(super) industry: Option<Arc<Coded>>,
    pub(super) evaluation: Option<EvaluationDraft>,
    pub(super) events: Vec<EventDraft>,
    pub(super) succeeds: Option<At<CertificateNumber>>,
    pub(super) rule: Option<Rule>,
    pub(super) reported_on: Option<Date>,
}

/// What is left of a record once it has been read.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The certificate, where nothing forbids it.
    pub(super) certificate: Option<Certificate>,
    /// The number's key, where there is no certificate although the number is known.
    pub(super) number: Option<Box<str>>,
    /// Where the number stands.
    pub(super) number_at: Option<Span>,
    /// Where the record says what it succeeds.
    pub(super) succeeds_at: Option<Span>,
    /// Where the holder's identifier stands.
    pub(super) holder_at: Option<Span>,
    /// What is wrong.
    pub(super) report: Report,
    /// What is kept of it between runs, if anything is.
    pub(super) trace: Option<Trace>,
}

/// A place in a record, which is short enough for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Option<Self> {
        Some(Self { start: start.try_into().ok()?, end: end.try_into().ok()? })
    }

    fn of<T>(at: Option<&At<T>>) -> Option<Self> {
        let span = &at?.label.span;
        Self::new(span.start, span.end)
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Reads one record.
pub(super) fn read(source: &Arc<Source>, lists: &Lists<'_>) -> Parsed {
    let mut report = Report::default();
    let Some((front, body)) = split(source, &mut report) else {
        return Parsed { report, ..Parsed::default() };
    };
    let draft = Document::read(source, front, lists.languages, &mut report, |fields| {
        let draft = draft(fields, lists);
        rules::check(fields, &draft, lists);
        draft
    });
    let Some(draft) = draft else { return Parsed { report, ..Parsed::default() } };
    let number_at = Span::of(draft.number.as_ref());
    let succeeds_at = Span::of(draft.succeeds.as_ref());
    let holder_at = Span::of(draft.holder.id.as_ref());
    let (mut certificate, mut number) = (None, None);
    if report.count(Severity::Error) == 0 {
        let remarks = source.text().get(body).unwrap_or_default();
        certificate = self::certificate(draft, remarks, source.path());
    } else {
        number = draft.number.map(|at| at.value.key().into());
    }
    let certificate = certificate.map(|certificate| lists.shared.share(certificate));
    Parsed { certificate, number, number_at, succeeds_at, holder_at, report, trace: None }
}

/// The ranges of the front matter and of the body after it.
pub(super) fn split(
    source: &Arc<Source>,
    report: &mut Report,
) -> Option<(Range<usize>, Range<usize>)> {
    let text = source.text();
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut at = start;
    let mut front = None;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let is_fence = line.starts_with("+++") && line.trim_end() == "+++";
        match front {
            None if is_fence => front = Some(at + line.len()),
            None => break,
            Some(from) if is_fence => return Some((from..at, at + line.len()..text.len())),
            Some(_) => {}
        }
        at += line.len();
    }
    match front {
        None => report.push(findings::front_matter_missing(source)),
        Some(_) => {
            let label = crate::diag::Label::new(source, start..start + 3);
            report.push(findings::front_matter_unclosed(label));
        }
    }
    None
}

fn draft(fields: &Fields<'_>, lists: &Lists<'_>) -> Draft {
    for (key, example) in [
        ("number", "\"…\""),
        ("scheme", "\"…\""),
        ("level", "\"…\""),
        ("decided", "2026-03-16"),
        ("issued", "2026-03-18"),
        ("expires", "2029-03-17"),
        ("scope", "{ zh = \"…\", en = \"…\" }"),
        ("holder", "{ name = { zh = \"…\" }, credit_code = \"…\" }"),
    ] {
        fields.needs(key, example);
    }
    let scheme = scheme(fields, lists);
    let holder = fields.table("holder").map(|table| parts::holder(&table, Whole::Full));
    Draft {
        number: number(fields, "number"),
        level: level(fields, scheme.as_deref()),
        decided: fields.date("decided"),
        issued: fields.date("issued"),
        valid_from: fields.date("valid_from"),
        expires: fields.date("expires"),
        first_granted: fields.date("first_granted"),
        holder: holder.unwrap_or_default(),
        scope: fields.local("scope").map(|at| at.value),
        exclusions: exclusions(fields).unwrap_or_default(),
        sites: parts::sites(&fields.tables("sites")),
        region: parts::coded(fields, "region", lists),
        industry: parts::coded(fields, "industry", lists),
        evaluation: fields
            .table("evaluation")
            .map(|table| parts::evaluation(&table, scheme.as_deref())),
        events: events(fields, scheme.as_deref(), lists),
        succeeds: number(fields, "succeeds"),
        rule: fields.table("rule").and_then(|table| rule(&table)),
        reported_on: fields.date("reported_on").map(|at| at.value),
        scheme,
    }
}

fn events(fields: &Fields<'_>, scheme: Option<&Scheme>, lists: &Lists<'_>) -> Vec<EventDraft> {
    let tables = fields.tables("events");
    // Drafts are large: their list is not to grow under them.
    let mut events = Vec::with_capacity(tables.len());
    events.extend(tables.iter().filter_map(|table| event::read(table, scheme, lists)));
    events
}

fn number(fields: &Fields<'_>, key: &'static str) -> Option<At<CertificateNumber>> {
    let text = fields.number_text(key)?;
    match CertificateNumber::try_from(text.value) {
        Ok(value) => Some(At { value, label: text.label }),
        Err(error) => {
            fields.push(findings::number(text.label, error));
            None
        }
    }
}

pub(super) fn scheme(fields: &Fields<'_>, lists: &Lists<'_>) -> Option<Arc<Scheme>> {
    let id = fields.text("scheme")?;
    let scheme = lists.schemes.get(id.value);
    if scheme.is_none() && !lists.broken_schemes.contains(id.value) {
        let known = lists.schemes.keys().map(|id| &**id);
        fields.push(findings::scheme_unknown(id.label, id.value, known));
    }
    scheme.cloned()
}

pub(super) fn level(fields: &Fields<'_>, scheme: Option<&Scheme>) -> Option<At<usize>> {
    let id = fields.text("level")?;
    let scheme = scheme?;
    let Some(value) = scheme.level_index(id.value) else {
        fields.push(findings::level_unknown(id.label, id.value, scheme));
        return None;
    };
    Some(At { value, label: id.label })
}

pub(super) fn exclusions(fields: &Fields<'_>) -> Option<Vec<At<Box<str>>>> {
    let ids = fields.texts("exclusions")?;
    Some(ids.into_iter().map(|at| at.map(Box::from)).collect())
}

fn rule(table: &Fields<'_>) -> Option<Rule> {
    table.needs("id", "\"…\"");
    let text = |key| table.text(key).map(|at: At<&str>| Box::from(at.value));
    let (version, filing_number) = (text("version"), text("filing_number"));
    Some(Rule { id: text("id")?, version, filing_number })
}

/// The certificate of a draft in which nothing is wrong.
fn certificate(draft: Draft, remarks: &str, file: &str) -> Option<Certificate> {
    let issued = draft.issued?.value;
    let from = draft.valid_from.map_or(issued, |at| at.value);
    let holder = Holder {
        name: draft.holder.name?,
        id: draft.holder.id?.value,
        address: draft.holder.address,
    };
    let grant = Grant {
        decided: draft.decided?.value,
        issued,
        cycle: Cycle { from, until: draft.expires?.value },
        first_granted: draft.first_granted.map(|at| at.value),
        level: draft.level?.value,
        holder,
        scope: draft.scope?,
        exclusions: draft.exclusions.into_iter().map(|at| at.value).collect(),
        sites: draft.sites,
        region: draft.region,
        industry: draft.industry,
        evaluation: draft.evaluation.map(|draft| draft.evaluation),
    };
    // Collected in place, the events would keep the memory of their drafts, which is ten times theirs.
    let mut events = Vec::with_capacity(draft.events.len());
    events.extend(draft.events.into_iter().map(|event| event.finish(grant.decided)));
    Some(Certificate {
        number: draft.number?.value,
        scheme: draft.scheme?,
        events: events.into(),
        grant,
        succeeds: draft.succeeds.map(|at| at.value.key().into()),
        rule: draft.rule.map(Arc::new),
        reported_on: draft.reported_on,
        remarks: remarks.trim().into(),
        file: file.into(),
    })
}
