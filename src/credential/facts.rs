//! Facts as an entry states them, read member by member.

use std::sync::Arc;

use crate::credential::{
    StatedLevel,
    read::{self, Misread, Object},
};
use crate::model::{Change, ClauseScore, Coded, CreditCode, Evaluation, HolderId, Site};
use crate::proof::Node;

/// The members that state facts, at the top of a subject and in its history.
pub(super) const FACTS: [&str; 14] = [
    "decided",
    "evaluation",
    "exclusions",
    "expires",
    "firstGranted",
    "holder",
    "industry",
    "issued",
    "level",
    "region",
    "scope",
    "sites",
    "starLevel",
    "validFrom",
];

/// Facts. What an entry does not say is absent.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The level.
    pub level: Option<StatedLevel>,
    /// Everything else; its `level` is not used.
    pub change: Change,
}

impl Facts {
    pub(super) fn read(object: &Object<'_>) -> Result<Self, Misread> {
        let holder = Holder::read(object)?;
        let change = Change {
            level: None,
            decided: object.may("decided", read::day)?,
            issued: object.may("issued", read::day)?,
            valid_from: object.may("validFrom", read::day)?,
            expires: object.may("expires", read::day)?,
            first_granted: object.may("firstGranted", read::day)?,
            scope: object.may("scope", read::local)?,
            exclusions: object.may("exclusions", texts)?,
            region: coded(object, "region")?,
            industry: coded(object, "industry")?,
            holder_name: holder.name,
            holder_address: holder.address,
            holder_id: holder.id,
            sites: sites(object)?,
            site_closed: None,
            evaluation: evaluation(object)?,
            status: None,
        };
        Ok(Self { level: level(object)?, change })
    }
}

fn texts(value: Node<'_>) -> Option<Box<[Box<str>]>> {
    value.items()?.map(read::boxed).collect()
}

fn level(object: &Object<'_>) -> Result<Option<StatedLevel>, Misread> {
    let stars = object.may("starLevel", read::count)?;
    let Some(level) = object.inner("level", &["id", "name", "rank"])? else {
        return if stars.is_none() { Ok(None) } else { Err(object.form("starLevel")) };
    };
    Ok(Some(StatedLevel {
        id: level.need("id", read::boxed)?,
        rank: level.need("rank", read::count)?,
        name: level.need("name", read::local)?,
        stars,
    }))
}

fn coded(object: &Object<'_>, name: &str) -> Result<Option<Arc<Coded>>, Misread> {
    let Some(coded) = object.inner(name, &["code", "edition", "name"])? else { return Ok(None) };
    let code = coded.need("code", read::boxed)?;
    let (name, edition) = (coded.may("name", read::local)?, coded.may("edition", read::boxed)?);
    Ok(Some(Arc::new(Coded { code, name, edition })))
}

/// The parts of a holder that are stated.
#[derive(Default)]
struct Holder {
    name: Option<crate::model::LocalText>,
    address: Option<crate::model::LocalText>,
    id: Option<HolderId>,
}

impl Holder {
    fn read(object: &Object<'_>) -> Result<Self, Misread> {
        let known = ["address", "creditCode", "identifier", "name"];
        let Some(holder) = object.inner("holder", &known)? else { return Ok(Self::default()) };
        let code = |value: Node<'_>| {
            let text = value.text()?;
            CreditCode::try_from(text).ok().filter(|code| code.as_str() == text)
        };
        let code = holder.may("creditCode", code)?.map(HolderId::CreditCode);
        let other = holder.inner("identifier", &["scheme", "value"])?;
        let id = match (code, other) {
            (Some(_), Some(_)) => return Err(holder.form("identifier")),
            (code, None) => code,
            (None, Some(other)) => Some(HolderId::Other {
                scheme: other.need("scheme", read::boxed)?,
                value: other.need("value", read::boxed)?,
            }),
        };
        let name = holder.may("name", read::local)?;
        Ok(Self { name, address: holder.may("address", read::local)?, id })
    }
}

fn sites(object: &Object<'_>) -> Result<Option<Box<[Site]>>, Misread> {
    let known = ["address", "from", "name", "role", "service", "until"];
    let Some(sites) = object.list("sites", &known)? else { return Ok(None) };
    let read = |site: Object<'_>| {
        Ok(Site {
            name: site.need("name", read::local)?,
            address: site.may("address", read::local)?,
            role: site.may("role", read::word)?,
            service: site.may("service", read::local)?,
            from: site.may("from", read::day)?,
            until: site.may("until", read::day)?,
        })
    };
    sites.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn evaluation(object: &Object<'_>) -> Result<Option<Evaluation>, Misread> {
    let Some(found) = object.inner("evaluation", &["clauses", "date", "score"])? else {
        return Ok(None);
    };
    let mut clauses = Vec::new();
    if let Some(stated) = found.may("clauses", Node::members)? {
        for (clause, points) in stated {
            let path = format!("{}.{clause}", found.at("clauses"));
            let points = Object::new(points, path, &["applicable", "obtained"])?;
            clauses.push(ClauseScore {
                clause: clause.into(),
                obtained: points.need("obtained", decimal)?,
                applicable: points.need("applicable", decimal)?,
            });
        }
    }
    Ok(Some(Evaluation {
        date: found.may("date", read::day)?,
        score: found.may("score", decimal)?,
        clauses: clauses.into(),
        special_deductions: 0,
        special_bonus: 0,
        service_management_staff: None,
        after_sales_service_managers: None,
    }))
}

/// A decimal in its one spelling.
fn decimal(value: Node<'_>) -> Option<crate::model::Decimal> {
    let text = value.text()?;
    text.parse().ok().filter(|number: &crate::model::Decimal| number.to_string() == text)
}
