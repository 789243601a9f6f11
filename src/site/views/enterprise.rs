//! A certified organisation's page.

use serde::Serialize;

use crate::model::HolderId;
use crate::site::{
    frame::{About, Crumb, Here},
    holders::HolderEntry,
    route::Route,
    tongue::Text,
    views::{
        certificate::id_label,
        row::{RowView, row},
        subscription::SubscribeView,
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct EnterpriseView<'v> {
    name: Text<'v>,
    other_name: Option<Text<'v>>,
    id_label: &'v str,
    id_value: &'v str,
    address: Option<Text<'v>>,
    region: Option<Text<'v>>,
    former_names: Vec<Former<'v>>,
    former_ids: Vec<FormerId<'v>>,
    certificates: Vec<RowView<'v>>,
    count_text: String,
    homonyms: Vec<Reference<'v>>,
    subscribe: SubscribeView,
}

#[derive(Debug, Serialize)]
struct Former<'v> {
    name: Text<'v>,
    until_text: String,
}

#[derive(Debug, Serialize)]
struct FormerId<'v> {
    label: &'v str,
    value: &'v str,
}

/// A way to a holder's page.
#[derive(Debug, Serialize)]
struct Reference<'v> {
    name: Text<'v>,
    id_value: &'v str,
    href: String,
}

/// The page of an identifier that was corrected.
#[derive(Debug, Serialize)]
pub(crate) struct RedirectView<'v> {
    id_label: &'v str,
    id_value: &'v str,
    holders: Vec<Reference<'v>>,
}

pub(crate) fn enterprise<'v>(
    here: &'v Here<'v>,
    holder: &'v HolderEntry<'v>,
) -> EnterpriseView<'v> {
    let (tongue, index) = (here.tongue, &here.site.index);
    let held = index.holders.held_by(holder);
    let standing = &index.newest_of(holder).standing;
    let mut former: Vec<_> = held
        .iter()
        .flat_map(|at| index.entry(*at).timeline().former_names(here.site.today))
        .filter(|(name, _)| *name != standing.holder_name)
        .collect();
    former.sort_by_key(|(_, until)| *until);
    former.dedup_by(|a, b| a.0 == b.0);
    let mut ids: Vec<_> =
        held.iter().flat_map(|at| index.entry(*at).timeline().former_ids()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = held.iter().map(|at| row(here, index.entry(*at), None));
    EnterpriseView {
        name: tongue.local(standing.holder_name),
        other_name: tongue.other(standing.holder_name),
        id_label: id_label(holder.id, tongue),
        id_value: holder.id.value(),
        address: standing.holder_address.map(|address| tongue.local(address)),
        region: standing.region.and_then(|r| r.name.as_ref()).map(|name| tongue.local(name)),
        former_names: former
            .into_iter()
            .map(|(name, until)| Former {
                name: tongue.local(name),
                until_text: tongue.fill("former_name_until", &[("date", &tongue.prose(until))]),
            })
            .collect(),
        former_ids: ids
            .into_iter()
            .map(|id| FormerId { label: id_label(id, tongue), value: id.value() })
            .collect(),
        certificates: rows.collect(),
        count_text: tongue.count("count_short", held.len()),
        homonyms: index.homonyms(holder).into_iter().map(|other| reference(here, other)).collect(),
        subscribe: SubscribeView {
            feed: here.href(&Route::EnterpriseFeed(holder.id.path())),
            calendar: here.href(&Route::EnterpriseCalendar(holder.id.path())),
        },
    }
}

fn reference<'v>(here: &Here<'v>, holder: &'v HolderEntry<'v>) -> Reference<'v> {
    let newest = here.site.index.newest_of(holder);
    Reference {
        name: here.tongue.local(newest.standing.holder_name),
        id_value: holder.id.value(),
        href: here.href(&Route::Enterprise(holder.id.path())),
    }
}

pub(crate) fn about<'v>(here: &'v Here<'v>, holder: &'v HolderEntry<'v>) -> About<'v> {
    let tongue = here.tongue;
    let index = &here.site.index;
    let standing = &index.newest_of(holder).standing;
    let name = tongue.local(standing.holder_name);
    let count = tongue.count("count_certificates", index.holders.held_by(holder).len());
    let title = tongue.fill("enterprise_title", &[("holder", &name.text)]);
    let values = [("holder", &*name.text), ("count", &*count)];
    let mut about = About::new("enterprise", title, tongue.fill("enterprise_description", &values));
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(name)];
    about
}

/// The page of an identifier that was corrected: it leads to those who now have another.
pub(crate) fn redirect<'v>(
    here: &'v Here<'v>,
    id: &'v HolderId,
    holders: &[&'v HolderEntry<'v>],
) -> (About<'v>, RedirectView<'v>) {
    let tongue = here.tongue;
    let text = tongue.t("redirect_text");
    let mut about = About::new("redirect", tongue.t("redirect_title"), text);
    about.noindex = true;
    let holders = holders.iter().map(|holder| reference(here, holder)).collect();
    (about, RedirectView { id_label: id_label(id, tongue), id_value: id.value(), holders })
}
