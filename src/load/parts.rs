//! Parts of a record: the holder, its sites, codes with names, evaluations.

use std::{str::FromStr, sync::Arc};

use crate::fields::{At, Fields};
use crate::load::{Lists, findings};
use crate::model::{
    ClauseScore, Coded, CreditCode, Decimal, Evaluation, HolderId, LocalText, Names, Scheme, Site,
    SiteRole,
};
use strum::IntoEnumIterator;

/// The `[holder]` table, or the part of it that an event changes.
#[derive(Debug, Default)]
pub(super) struct HolderDraft {
    pub(super) name: Option<LocalText>,
    pub(super) address: Option<LocalText>,
    pub(super) id: Option<At<HolderId>>,
}

/// Whether a holder stands for itself or is part of an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// A grant names its holder in full.
    Full,
    /// An event names what changed.
    Part,
}

pub(super) fn holder(table: &Fields<'_>, whole: Whole) -> HolderDraft {
    if whole == Whole::Full {
        table.needs("name", "{ zh = \"…\", en = \"…\" }");
    }
    let name = table.local("name").map(|at| at.value);
    let address = table.local("address").map(|at| at.value);
    let code = credit_code(table);
    let other = table.table("id").and_then(|id| other_id(&id));
    let given = (table.has("credit_code"), table.has("id"));
    if given == (true, true) || (given == (false, false) && whole == Whole::Full) {
        table.push(findings::holder_identifier(table.label(), given.0));
    }
    let id = code.map(|at| at.map(HolderId::CreditCode)).or(other);
    HolderDraft { name, address, id }
}

fn credit_code(table: &Fields<'_>) -> Option<At<CreditCode>> {
    let waiver = table.text("credit_code_waiver");
    let text = table.text("credit_code")?;
    let code = match CreditCode::try_from(text.value) {
        Ok(code) => code,
        Err(error) => {
            let help = likely_code(text.value).map(|code| format!("did you mean `{code}`?"));
            table.push(findings::credit_code(text.label, error, help));
            return None;
        }
    };
    match (code.is_sound(), waiver) {
        (true, None) => {}
        (true, Some(waiver)) => table.push(findings::waiver_unneeded(waiver.label)),
        (false, Some(_)) => table.push(findings::check_digit_waived(text.label.clone(), &code)),
        (false, None) => table.push(findings::check_digit(text.label.clone(), &code)),
    }
    if code.is_sound() && !code.organisation_is_sound() {
        table.push(findings::organisation_code(text.label.clone(), &code));
    }
    Some(At { value: code, label: text.label })
}

/// A sound code that differs only in characters that look alike.
fn likely_code(text: &str) -> Option<CreditCode> {
    let text = CreditCode::without_foreign_letters(&text.to_uppercase());
    CreditCode::try_from(&*text).ok().filter(CreditCode::is_sound)
}

fn other_id(table: &Fields<'_>) -> Option<At<HolderId>> {
    table.needs("scheme", "\"lei\"");
    table.needs("value", "\"…\"");
    let (scheme, value) = (table.text("scheme"), table.text("value"));
    let value = value?;
    let id = HolderId::Other { scheme: scheme?.value.into(), value: value.value.into() };
    Some(At { value: id, label: value.label })
}

pub(super) fn sites(tables: &[Fields<'_>]) -> Box<[Site]> {
    let mut sites = Vec::with_capacity(tables.len());
    sites.extend(tables.iter().filter_map(site));
    sites.into()
}

fn site(table: &Fields<'_>) -> Option<Site> {
    table.needs("name", "{ zh = \"…\" }");
    let local = |key| table.local(key).map(|at| at.value);
    let (name, address, service) = (local("name"), local("address"), local("service"));
    let (from, until) = (table.date("from"), table.date("until"));
    if let (Some(from), Some(until)) = (&from, &until)
        && until.value < from.value
    {
        let label = until.label.clone();
        table.push(findings::before(label, "the last day of the site", "its first", from.value));
    }
    let role = table.text("role").and_then(|at| {
        let role = SiteRole::from_str(at.value).ok();
        if role.is_none() {
            let known = SiteRole::iter().map(SiteRole::name);
            table.push(findings::unknown_word(at.label, "role of a site", at.value, known));
        }
        role
    });
    let day = |at: Option<At<jiff::civil::Date>>| at.map(|at| at.value);
    Some(Site { name: name?, address, role, service, from: day(from), until: day(until) })
}

/// A code, as a text with its name in the register's list or as a table with its own.
pub(super) fn coded(
    fields: &Fields<'_>,
    key: &'static str,
    lists: &Lists<'_>,
) -> Option<Arc<Coded>> {
    let is_region = key == "region";
    let regions: (&Names, _) = (lists.regions, "regions.toml");
    let industries: (&Names, _) = (lists.industries, "industries.toml");
    let (names, file) = if is_region { regions } else { industries };
    let sound = |text: &str| if is_region { region_code(text) } else { industry_code(text) };
    if !fields.has(key) {
        return None;
    }
    if fields.is_text(key) {
        let code = fields.parse(key, sound)?;
        if let Some(known) = names.codes.get(&code.value) {
            return Some(Arc::clone(known));
        }
        fields.push(findings::code_unnamed(code.label, &code.value, file));
        let edition = names.edition.clone();
        return Some(Arc::new(Coded { code: code.value, name: None, edition }));
    }
    let table = fields.table(key)?;
    table.needs("code", "\"…\"");
    let name = table.local("name").map(|at| at.value);
    let edition = table.text("edition").map(|at| at.value.into());
    let code = table.parse("code", sound)?;
    let name = name.or_else(|| names.name(&code.value).cloned());
    if name.is_none() {
        table.push(findings::code_unnamed(code.label, &code.value, file));
    }
    Some(Arc::new(Coded { code: code.value, name, edition }))
}

fn region_code(text: &str) -> Result<Box<str>, &'static str> {
    let sound = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    if sound { Ok(text.into()) } else { Err("a region is six digits (GB/T 2260)") }
}

fn industry_code(text: &str) -> Result<Box<str>, &'static str> {
    let (letter, digits) = text.split_at_checked(1).unwrap_or_default();
    let sound = letter.bytes().all(|b| b.is_ascii_uppercase()) && !letter.is_empty();
    let sound = sound && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    if sound {
        Ok(text.into())
    } else {
        Err("an industry is a letter and up to four digits (GB/T 4754)")
    }
}

/// An evaluation and where its parts stand.
#[derive(Debug)]
pub(super) struct EvaluationDraft {
    pub(super) evaluation: Evaluation,
    pub(super) date: Option<At<jiff::civil::Date>>,
    pub(super) score: Option<At<Decimal>>,
    pub(super) clauses: Vec<At<ClauseScore>>,
    pub(super) deductions: Option<At<u32>>,
    pub(super) bonus: Option<At<u32>>,
    pub(super) managers: Option<At<u32>>,
}

pub(super) fn evaluation(table: &Fields<'_>, scheme: Option<&Scheme>) -> EvaluationDraft {
    let date = table.date("date");
    let score = table.parse("score", Decimal::from_str);
    let deductions = table.count("special_deductions");
    let bonus = table.count("special_bonus");
    let staff = table.count("service_management_staff");
    let managers = table.count("after_sales_service_managers");
    let mut clauses = Vec::new();
    if let Some(list) = table.table("clauses") {
        for (id, entry) in list.entries() {
            let Some(points) = entry.table(id.value) else { continue };
            points.needs("obtained", "\"9.5\"");
            points.needs("applicable", "\"10\"");
            let obtained = points.parse("obtained", Decimal::from_str);
            let applicable = points.parse("applicable", Decimal::from_str);
            let (Some(obtained), Some(applicable)) = (obtained, applicable) else { continue };
            let (clause, obtained, applicable) =
                (id.value.into(), obtained.value, applicable.value);
            clauses.push(id.map(|_| ClauseScore { clause, obtained, applicable }));
        }
    }
    if let Some(scheme) = scheme {
        let place = |id: &str| scheme.clauses.iter().position(|clause| &*clause.id == id);
        clauses.sort_by_key(|at| place(&at.value.clause));
    }
    let count = |at: &Option<At<u32>>| at.as_ref().map(|at| at.value);
    let evaluation = Evaluation {
        date: date.as_ref().map(|at| at.value),
        score: score.as_ref().map(|at| at.value),
        clauses: clauses.iter().map(|at| at.value.clone()).collect(),
        special_deductions: count(&deductions).unwrap_or(0),
        special_bonus: count(&bonus).unwrap_or(0),
        service_management_staff: count(&staff),
        after_sales_service_managers: count(&managers),
    };
    EvaluationDraft { evaluation, date, score, clauses, deductions, bonus, managers }
}
