//! Facts on their way into an entry: what of a grant, a change or a standing is published.

use jiff::civil::Date;

use crate::credential::write::Writer;
use crate::model::{
    Coded, Decimal, Evaluation, Grant, HolderId, Level, LocalText, NewFacts, Scheme, SiteStanding,
    Standing,
};

/// Facts to be stated. What is absent is not written.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated<'c> {
    pub(super) level: Option<&'c Level>,
    pub(super) decided: Option<Date>,
    pub(super) issued: Option<Date>,
    pub(super) valid_from: Option<Date>,
    pub(super) expires: Option<Date>,
    pub(super) first_granted: Option<Date>,
    pub(super) holder_name: Option<&'c LocalText>,
    pub(super) holder_address: Option<&'c LocalText>,
    pub(super) holder_id: Option<&'c HolderId>,
    pub(super) scope: Option<&'c LocalText>,
    pub(super) exclusions: Option<&'c [Box<str>]>,
    pub(super) sites: Option<Vec<SiteStanding<'c>>>,
    pub(super) region: Option<&'c Coded>,
    pub(super) industry: Option<&'c Coded>,
    pub(super) evaluation: Option<&'c Evaluation>,
}

impl<'c> Stated<'c> {
    /// The facts as granted, but for the day of issue, which is the day of the grant.
    pub(super) fn granted(grant: &'c Grant, scheme: &'c Scheme) -> Self {
        Self {
            level: scheme.levels.get(grant.level),
            decided: Some(grant.decided),
            issued: None,
            valid_from: Some(grant.cycle.from),
            expires: Some(grant.cycle.until),
            first_granted: grant.first_granted,
            holder_name: Some(&grant.holder.name),
            holder_address: grant.holder.address.as_ref(),
            holder_id: Some(&grant.holder.id),
            scope: Some(&grant.scope),
            exclusions: Some(&*grant.exclusions).filter(|ids| !ids.is_empty()),
            sites: (!grant.sites.is_empty()).then(|| grant.sites.iter().map(as_listed).collect()),
            region: grant.region.as_deref(),
            industry: grant.industry.as_deref(),
            evaluation: grant.evaluation.as_ref().filter(|found| is_published(found, scheme)),
        }
    }

    /// The facts in force on a day.
    pub(super) fn standing(
        standing: &Standing<'c>,
        sites: Vec<SiteStanding<'c>>,
        scheme: &'c Scheme,
    ) -> Self {
        Self {
            level: scheme.levels.get(standing.level),
            decided: Some(standing.decided),
            issued: Some(standing.issued),
            valid_from: Some(standing.cycle.from),
            expires: Some(standing.cycle.until),
            first_granted: standing.first_granted,
            holder_name: Some(standing.holder_name),
            holder_address: standing.holder_address,
            holder_id: Some(standing.holder_id),
            scope: Some(standing.scope),
            exclusions: Some(standing.exclusions).filter(|ids| !ids.is_empty()),
            sites: (!sites.is_empty()).then_some(sites),
            region: standing.region,
            industry: standing.industry,
            evaluation: standing.evaluation.filter(|found| is_published(found, scheme)),
        }
    }

    /// New facts. An evaluation stays even where nothing of it is published: it takes the place of
    /// the one before.
    pub(super) fn change(change: &'c NewFacts, scheme: &'c Scheme) -> Self {
        Self {
            level: change.level().and_then(|at| scheme.levels.get(at)),
            decided: change.decided(),
            issued: change.issued(),
            valid_from: change.valid_from(),
            expires: change.expires(),
            first_granted: change.first_granted(),
            holder_name: change.holder_name(),
            holder_address: change.holder_address(),
            holder_id: change.holder_id(),
            scope: change.scope(),
            exclusions: change.exclusions(),
            sites: change.sites().map(|sites| sites.iter().map(as_listed).collect()),
            region: change.region().map(AsRef::as_ref),
            industry: change.industry().map(AsRef::as_ref),
            evaluation: change.evaluation(),
        }
    }

    /// From `evaluation` to `firstGranted`.
    pub(super) fn evaluation_to_first_granted(&self, writer: &mut Writer, scheme: &Scheme) {
        if let Some(found) = self.evaluation {
            writer.key("evaluation");
            evaluation(writer, found, scheme);
        }
        if let Some(ids) = self.exclusions {
            writer.key("exclusions").open('[');
            for id in ids {
                writer.next();
                writer.text(id);
            }
            writer.close(']');
        }
        day(writer, "expires", self.expires);
        day(writer, "firstGranted", self.first_granted);
    }

    /// From `holder` to `issued`.
    pub(super) fn holder_to_issued(&self, writer: &mut Writer) {
        if let (None, None, None) = (self.holder_name, self.holder_id, self.holder_address) {
        } else {
            writer.key("holder").open('{');
            local(writer, "address", self.holder_address);
            match self.holder_id {
                Some(HolderId::CreditCode(code)) => writer.key("creditCode").text(code.as_str()),
                Some(HolderId::Other { scheme, value }) => {
                    writer.key("identifier").open('{');
                    writer.key("scheme").text(scheme);
                    writer.key("value").text(value);
                    writer.close('}');
                }
                None => {}
            }
            local(writer, "name", self.holder_name);
            writer.close('}');
        }
        coded(writer, "industry", self.industry);
        day(writer, "issued", self.issued);
    }

    pub(super) fn level(&self, writer: &mut Writer) {
        let Some(level) = self.level else { return };
        writer.key("level").open('{');
        writer.key("id").text(&level.id);
        local(writer, "name", Some(&level.title));
        writer.key("rank").number(level.rank.into());
        writer.close('}');
    }

    /// `sites` and `starLevel`.
    pub(super) fn sites_and_stars(&self, writer: &mut Writer, scheme: &Scheme) {
        if let Some(sites) = &self.sites {
            writer.key("sites").open('[');
            for place in sites {
                writer.next();
                writer.open('{');
                let address = place.site.address.as_ref();
                let address = address.filter(|_| scheme.publication.site_addresses);
                local(writer, "address", address);
                day(writer, "from", place.from);
                local(writer, "name", Some(&place.site.name));
                if let Some(role) = place.site.role {
                    writer.key("role").text(role.name());
                }
                local(writer, "service", place.site.service.as_ref());
                day(writer, "until", place.until);
                writer.close('}');
            }
            writer.close(']');
        }
        if let Some(stars) = self.level.and_then(|level| level.stars) {
            writer.key("starLevel").number(stars.into());
        }
    }
}

fn as_listed(site: &crate::model::Site) -> SiteStanding<'_> {
    SiteStanding { site, from: site.from, until: site.until }
}

pub(super) fn day(writer: &mut Writer, name: &'static str, day: Option<Date>) {
    if let Some(day) = day {
        writer.key(name).day(day);
    }
}

pub(super) fn local(writer: &mut Writer, name: &'static str, text: Option<&LocalText>) {
    if let Some(text) = text {
        writer.key(name).local(text);
    }
}

pub(super) fn text(writer: &mut Writer, name: &'static str, text: Option<&str>) {
    if let Some(text) = text {
        writer.key(name).text(text);
    }
}

pub(super) fn coded(writer: &mut Writer, name: &'static str, coded: Option<&Coded>) {
    let Some(coded) = coded else { return };
    writer.key(name).open('{');
    writer.key("code").text(&coded.code);
    text(writer, "edition", coded.edition.as_deref());
    local(writer, "name", coded.name.as_ref());
    writer.close('}');
}

/// The score as pages show it: the record's, or else what its clauses give.
fn score(found: &Evaluation, scheme: &Scheme) -> Option<Decimal> {
    let computed = || found.computed(scheme).map(|score| scheme.shown(score));
    found.score.or_else(computed).filter(|_| scheme.publication.score)
}

fn is_published(found: &Evaluation, scheme: &Scheme) -> bool {
    found.date.is_some() || score(found, scheme).is_some()
}

/// As much of an evaluation as the scheme lets be published.
fn evaluation(writer: &mut Writer, found: &Evaluation, scheme: &Scheme) {
    writer.open('{');
    let shows_clauses = scheme.points_confirmed && scheme.publication.score;
    if shows_clauses && !found.clauses.is_empty() {
        let mut clauses: Vec<_> = found.clauses.iter().collect();
        clauses.sort_by(|a, b| a.clause.encode_utf16().cmp(b.clause.encode_utf16()));
        writer.key("clauses").open('{');
        for score in clauses {
            writer.next();
            writer.text(&score.clause);
            writer.raw(":{");
            writer.key("applicable").text(&score.applicable.to_string());
            writer.key("obtained").text(&score.obtained.to_string());
            writer.close('}');
        }
        writer.close('}');
    }
    day(writer, "date", found.date);
    if let Some(score) = score(found, scheme) {
        writer.key("score").text(&score.to_string());
    }
    writer.close('}');
}
