//! The ways into lists of certificates: by level, region, industry and scheme.

use serde::Serialize;

use crate::site::{
    frame::{About, Crumb, Here},
    index::{List, Subject},
    route::{Kind, Route},
    tongue::Text,
    views::list::{index_title, label},
};

/// A way into the lists of one kind.
#[derive(Debug, Serialize)]
pub(crate) struct IndexView<'v> {
    title: &'v str,
    intro: &'v str,
    groups: Vec<IndexGroup<'v>>,
}

#[derive(Debug, Serialize)]
struct IndexGroup<'v> {
    title: Option<Text<'v>>,
    href: Option<String>,
    entries: Vec<IndexEntry<'v>>,
}

#[derive(Debug, Serialize)]
struct IndexEntry<'v> {
    label: Text<'v>,
    href: String,
    count: usize,
    count_text: String,
    note: Option<Text<'v>>,
    stars: Option<u32>,
}

pub(crate) fn index<'v>(here: &'v Here<'v>, kind: Kind) -> (About<'v>, IndexView<'v>) {
    let tongue = here.tongue;
    let title = tongue.t(index_title(kind));
    let intro = tongue.t(&format!("{}_intro", kind.folder()));
    let mut about = About::new("index", title, intro);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    let mut groups: Vec<(String, IndexGroup<'v>)> = Vec::new();
    for list in here.site.index.of(kind) {
        let (key, group) = group(here, list);
        if groups.last().is_none_or(|(last, _)| *last != key) {
            groups.push((key, group));
        }
        if let Some((_, group)) = groups.last_mut() {
            group.entries.push(entry(here, list));
        }
    }
    let groups = groups.into_iter().map(|(_, group)| group).collect();
    (about, IndexView { title, intro, groups })
}

/// Levels stand under their scheme, regions under their province, industries under their section.
fn group<'v>(here: &'v Here<'v>, list: &'v List<'v>) -> (String, IndexGroup<'v>) {
    let (tongue, register) = (here.tongue, here.site.register);
    let entries = Vec::new();
    let named = |names: &'v crate::model::Names, code: String| {
        let title = names.name(&code).map(|name| tongue.local(name));
        (code, IndexGroup { title, href: None, entries: Vec::new() })
    };
    match list.subject {
        Subject::Level(scheme, _) => {
            let route = Route::List(Kind::Schemes, scheme.id.to_string());
            let (title, href) = (Some(tongue.local(&scheme.title)), Some(here.href(&route)));
            (scheme.id.to_string(), IndexGroup { title, href, entries })
        }
        Subject::Scheme(_) => (String::new(), IndexGroup { title: None, href: None, entries }),
        Subject::Coded(code, _) if list.kind == Kind::Regions => {
            let province: String = code.chars().take(2).collect();
            named(&register.regions, format!("{province}0000"))
        }
        Subject::Coded(code, _) => named(&register.industries, code.chars().take(1).collect()),
    }
}

fn entry<'v>(here: &'v Here<'v>, list: &'v List<'v>) -> IndexEntry<'v> {
    let tongue = here.tongue;
    let (note, stars) = match list.subject {
        Subject::Level(scheme, level) => {
            (None, scheme.levels[level].stars.filter(|stars| *stars > 0))
        }
        Subject::Scheme(scheme) => (Some(Text::plain(&*scheme.standard)), None),
        Subject::Coded(code, _) => (Some(Text::plain(code)), None),
    };
    IndexEntry {
        label: label(list, tongue),
        href: here.href(&Route::List(list.kind, list.key.clone())),
        count: list.slots.len(),
        count_text: tongue.count("count_short", list.slots.len()),
        note,
        stars,
    }
}
