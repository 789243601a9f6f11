//! A certificate as bytes. It is read back through the constructors that records go through.

use std::{collections::BTreeMap, sync::Arc};

use crate::cache::{
    Reader, Writer,
    event::{event, write_event},
};
use crate::model::{
    Certificate, CertificateNumber, ClauseScore, Coded, CreditCode, Cycle, Decimal, Evaluation,
    Grant, Holder, HolderId, Language, LocalText, Rule, Scheme, Shared, Site, SiteRole,
};

/// Writes a certificate.
pub fn write_certificate(writer: &mut Writer, certificate: &Certificate) {
    let Certificate { number, scheme, grant, events, succeeds, rule, reported_on, remarks, file } =
        certificate;
    writer.text(number.as_str());
    writer.text(&scheme.id);
    write_grant(writer, grant);
    writer.list(events, write_event);
    writer.option(succeeds.as_deref(), Writer::text);
    writer.option(rule.as_deref(), |writer, Rule { id, version, filing_number }| {
        writer.text(id);
        writer.option(version.as_deref(), Writer::text);
        writer.option(filing_number.as_deref(), Writer::text);
    });
    writer.option(*reported_on, Writer::date);
    writer.text(remarks);
    writer.text(file);
}

/// Reads a certificate of one of these schemes, which holds what others hold too.
pub fn read_certificate(
    reader: &mut Reader<'_>,
    (schemes, shared): (&BTreeMap<Box<str>, Arc<Scheme>>, &Shared<'_>),
) -> Option<Certificate> {
    Some(Certificate {
        number: CertificateNumber::try_from(reader.text()?).ok()?,
        scheme: Arc::clone(schemes.get(reader.text()?)?),
        grant: grant(reader, shared)?,
        events: reader.list(|reader| event(reader, shared))?.into(),
        succeeds: reader.option(boxed)?,
        rule: reader.option(|reader| {
            let id = boxed(reader)?;
            let (version, filing_number) = (reader.option(boxed)?, reader.option(boxed)?);
            let mut rule = Arc::new(Rule { id, version, filing_number });
            shared.rule(&mut rule);
            Some(rule)
        })?,
        reported_on: reader.option(Reader::date)?,
        remarks: boxed(reader)?,
        file: boxed(reader)?,
    })
}

fn write_grant(writer: &mut Writer, grant: &Grant) {
    writer.date(grant.decided);
    writer.date(grant.issued);
    writer.date(grant.cycle.from);
    writer.date(grant.cycle.until);
    writer.option(grant.first_granted, Writer::date);
    writer.size(grant.level);
    local(writer, &grant.holder.name);
    write_id(writer, &grant.holder.id);
    writer.option(grant.holder.address.as_ref(), local);
    local(writer, &grant.scope);
    writer.list(&grant.exclusions, |writer, clause| writer.text(clause));
    writer.list(&grant.sites, write_site);
    writer.option(grant.region.as_deref(), write_coded);
    writer.option(grant.industry.as_deref(), write_coded);
    writer.option(grant.evaluation.as_ref(), write_evaluation);
}

fn grant(reader: &mut Reader<'_>, shared: &Shared<'_>) -> Option<Grant> {
    Some(Grant {
        decided: reader.date()?,
        issued: reader.date()?,
        cycle: Cycle { from: reader.date()?, until: reader.date()? },
        first_granted: reader.option(Reader::date)?,
        level: reader.size()?,
        holder: Holder {
            name: read_local(reader)?,
            id: read_id(reader)?,
            address: reader.option(read_local)?,
        },
        scope: read_local(reader)?,
        exclusions: reader.list(boxed)?.into(),
        sites: reader.list(read_site)?.into(),
        region: reader.option(|reader| read_coded(reader, shared))?,
        industry: reader.option(|reader| read_coded(reader, shared))?,
        evaluation: reader.option(read_evaluation)?,
    })
}

pub(super) fn boxed(reader: &mut Reader<'_>) -> Option<Box<str>> {
    reader.text().map(Box::from)
}

pub(super) fn local(writer: &mut Writer, text: &LocalText) {
    let versions: Vec<_> = text.iter().collect();
    writer.list(&versions, |writer, (language, text)| {
        writer.text(language.code());
        writer.text(text);
    });
}

pub(super) fn read_local(reader: &mut Reader<'_>) -> Option<LocalText> {
    // Nearly all have one version or two.
    match reader.size()? {
        1 => LocalText::new(&[version(reader)?]),
        2 => LocalText::new(&[version(reader)?, version(reader)?]),
        count => LocalText::new(&reader.some(count, version)?),
    }
}

fn version<'b>(reader: &mut Reader<'b>) -> Option<(Language, &'b str)> {
    Some((reader.text()?.parse().ok()?, reader.text()?))
}

pub(super) fn write_id(writer: &mut Writer, id: &HolderId) {
    match id {
        HolderId::CreditCode(code) => {
            writer.number(0);
            writer.text(code.as_str());
        }
        HolderId::Other { scheme, value } => {
            writer.number(1);
            writer.text(scheme);
            writer.text(value);
        }
    }
}

pub(super) fn read_id(reader: &mut Reader<'_>) -> Option<HolderId> {
    match reader.number()? {
        0 => Some(HolderId::CreditCode(CreditCode::try_from(reader.text()?).ok()?)),
        1 => Some(HolderId::Other { scheme: boxed(reader)?, value: boxed(reader)? }),
        _ => None,
    }
}

pub(super) fn write_coded(writer: &mut Writer, coded: &Coded) {
    writer.text(&coded.code);
    writer.option(coded.name.as_ref(), local);
    writer.option(coded.edition.as_deref(), Writer::text);
}

/// Reads a code with its name: that of the lists, where they say the same of it.
pub(super) fn read_coded(reader: &mut Reader<'_>, shared: &Shared<'_>) -> Option<Arc<Coded>> {
    let code = reader.text()?;
    if let Some(known) = shared.known(code) {
        let mut other = reader.clone();
        if is_written(&mut other, known)? {
            *reader = other;
            return Some(Arc::clone(known));
        }
    }
    let (name, edition) = (reader.option(read_local)?, reader.option(boxed)?);
    Some(Arc::new(Coded { code: code.into(), name, edition }))
}

/// Whether the name and the edition of a code are what comes next.
fn is_written(reader: &mut Reader<'_>, known: &Coded) -> Option<bool> {
    let is_named = reader.option(|reader| {
        let mut versions = known.name.iter().flat_map(LocalText::iter);
        let is_same = |reader: &mut Reader<'_>| Some(versions.next() == Some(version(reader)?));
        let count = reader.size()?;
        let same = reader.some(count, is_same)?;
        Some(same.into_iter().all(|same| same) && versions.next().is_none())
    })?;
    let edition = reader.option(Reader::text)?;
    let is_named = is_named.unwrap_or(known.name.is_none());
    Some(is_named && edition == known.edition.as_deref())
}

pub(super) fn write_site(writer: &mut Writer, site: &Site) {
    local(writer, &site.name);
    writer.option(site.address.as_ref(), local);
    writer.option(site.role, |writer, role| writer.text(role.name()));
    writer.option(site.service.as_ref(), local);
    writer.option(site.from, Writer::date);
    writer.option(site.until, Writer::date);
}

pub(super) fn read_site(reader: &mut Reader<'_>) -> Option<Site> {
    Some(Site {
        name: read_local(reader)?,
        address: reader.option(read_local)?,
        role: reader.option(|reader| reader.text()?.parse::<SiteRole>().ok())?,
        service: reader.option(read_local)?,
        from: reader.option(Reader::date)?,
        until: reader.option(Reader::date)?,
    })
}

pub(super) fn write_evaluation(writer: &mut Writer, evaluation: &Evaluation) {
    let staff = [evaluation.service_management_staff, evaluation.after_sales_service_managers];
    writer.option(evaluation.date, Writer::date);
    writer.option(evaluation.score, write_decimal);
    writer.list(&evaluation.clauses, |writer, score| {
        writer.text(&score.clause);
        write_decimal(writer, score.obtained);
        write_decimal(writer, score.applicable);
    });
    writer.number(evaluation.special_deductions.into());
    writer.number(evaluation.special_bonus.into());
    for count in staff {
        writer.option(count, |writer, count| writer.number(count.into()));
    }
}

pub(super) fn read_evaluation(reader: &mut Reader<'_>) -> Option<Evaluation> {
    Some(Evaluation {
        date: reader.option(Reader::date)?,
        score: reader.option(read_decimal)?,
        clauses: reader
            .list(|reader| {
                let clause = boxed(reader)?;
                let (obtained, applicable) = (read_decimal(reader)?, read_decimal(reader)?);
                Some(ClauseScore { clause, obtained, applicable })
            })?
            .into(),
        special_deductions: reader.small()?,
        special_bonus: reader.small()?,
        service_management_staff: reader.option(Reader::small)?,
        after_sales_service_managers: reader.option(Reader::small)?,
    })
}

fn write_decimal(writer: &mut Writer, decimal: Decimal) {
    writer.text(&decimal.to_string());
}

fn read_decimal(reader: &mut Reader<'_>) -> Option<Decimal> {
    reader.text()?.parse().ok()
}
