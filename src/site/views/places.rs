//! The sites on a certificate page.

use serde::Serialize;

use crate::model::SiteStanding;
use crate::site::{frame::Here, index::Entry, tongue::Text};

#[derive(Debug, Serialize)]
pub(crate) struct SiteRow<'v> {
    name: Text<'v>,
    address: Option<Text<'v>>,
    role: Option<&'v str>,
    service: Option<Text<'v>>,
    closed: bool,
    note: Option<String>,
}

pub(crate) fn sites_count(sites: &[SiteStanding<'_>], here: &Here<'_>) -> String {
    let covered = |site: &&SiteStanding<'_>| site.covers(here.site.today);
    let (all, open) = (sites.len(), sites.iter().filter(covered).count());
    let values = [("n", &*all.to_string()), ("open", &*open.to_string())];
    here.tongue.fill(if all == open { "sites_count" } else { "sites_count_open" }, &values)
}

pub(crate) fn site_row<'v>(
    here: &'v Here<'v>,
    entry: &'v Entry<'v>,
    place: &SiteStanding<'v>,
) -> SiteRow<'v> {
    let tongue = here.tongue;
    let today = here.site.today;
    let show_address = entry.certificate.scheme.publication.site_addresses;
    let address = place.site.address.as_ref().filter(|_| show_address);
    let closed = place.until.is_some_and(|until| until < today);
    let fill = |key, date| tongue.fill(key, &[("date", &*tongue.prose(date))]);
    let from = place.from.filter(|from| *from > entry.certificate.grant.cycle.from);
    let note = match (place.until, from) {
        (Some(until), _) if closed => {
            until.tomorrow().ok().map(|day| fill("covers_no_longer", day))
        }
        (Some(until), _) => Some(fill("site_until", until)),
        (None, Some(from)) => Some(fill("site_from", from)),
        (None, None) => None,
    };
    SiteRow {
        name: tongue.local(&place.site.name),
        address: address.map(|address| tongue.local(address)),
        role: place.site.role.map(|role| tongue.coded("role", role.name())),
        service: place.site.service.as_ref().map(|service| tongue.local(service)),
        closed,
        note,
    }
}
