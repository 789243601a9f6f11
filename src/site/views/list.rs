//! Lists of certificates and the ways into them.
//!
//! Pages are numbered from the oldest, so that an addition touches the newest rows only: the first
//! page shows the rows that fill no numbered page yet and the newest full page; every older full
//! page has a number and never changes its rows.

use serde::Serialize;

use crate::model::LocalText;
use crate::site::{
    frame::{About, Crumb, Here},
    index::{List, Slot, Subject},
    route::{Kind, Route},
    tongue::{Text, Tongue},
    views::{
        row::{RowView, row},
        subscription::SubscribeView,
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct ListView<'v> {
    title: Text<'v>,
    /// The title for attributes and captions.
    caption: String,
    subtitle: Option<Text<'v>>,
    intro: Option<&'v str>,
    count_text: Option<String>,
    first: bool,
    rows: Vec<RowView<'v>>,
    pages: Vec<PageLink>,
    newer: Option<Turn>,
    older: Option<Turn>,
    first_href: Option<String>,
    columns: Columns,
    /// On the first page only.
    subscribe: Option<SubscribeView>,
}

#[derive(Debug, Serialize)]
struct Columns {
    level: bool,
    scheme: bool,
    region: bool,
}

#[derive(Debug, Serialize)]
struct PageLink {
    label: String,
    title: String,
    href: String,
}

/// A link to a neighbour.
#[derive(Debug, Serialize)]
pub(crate) struct Turn {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// A table of data.
#[derive(Debug, Serialize)]
pub(crate) struct DataTable<'v> {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Heading<'v>>,
    pub(crate) rows: Vec<Vec<Cell<'v>>>,
    pub(crate) note: Option<String>,
    pub(crate) id: Option<&'static str>,
}

/// The head of a column.
#[derive(Debug, Serialize)]
pub(crate) struct Heading<'v> {
    pub(crate) label: &'v str,
    pub(crate) numeric: bool,
}

/// A cell.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Cell<'v> {
    text: String,
    lang: Option<&'v str>,
    href: Option<String>,
    numeric: bool,
    header: bool,
    indent: usize,
}

impl<'v> Cell<'v> {
    pub(crate) fn words(text: Text<'v>) -> Self {
        Self { text: text.text.into_owned(), lang: text.lang, ..Self::default() }
    }

    pub(crate) fn number(text: impl std::fmt::Display) -> Self {
        Self { text: format!("{text}"), numeric: true, ..Self::default() }
    }

    pub(crate) fn header(self) -> Self {
        Self { header: true, ..self }
    }

    pub(crate) fn href(self, href: Option<String>) -> Self {
        Self { href, ..self }
    }

    pub(crate) fn indent(self, indent: usize) -> Self {
        Self { indent, ..self }
    }
}

/// How many numbered pages a list of so many rows has.
pub(crate) fn numbered(rows: usize, size: usize) -> usize {
    (rows / size).saturating_sub(1)
}

/// The rows of a page: a numbered one, from 1, or the first.
pub(crate) fn slots<'l>(list: &'l List<'_>, page: Option<usize>, size: usize) -> &'l [Slot] {
    let full = numbered(list.slots.len(), size);
    let range = match page {
        Some(page) => (page - 1) * size..page * size,
        None => full * size..list.slots.len(),
    };
    list.slots.get(range).unwrap_or_default()
}

pub(crate) fn list<'v>(
    here: &'v Here<'v>,
    list: &'v List<'v>,
    page: Option<usize>,
) -> ListView<'v> {
    let tongue = here.tongue;
    let size = here.site.config.page_size;
    let full = numbered(list.slots.len(), size);
    let route = |page: usize| Route::Page(list.kind, list.key.clone(), page);
    let first = Route::List(list.kind, list.key.clone());
    let older = match page {
        None => full,
        Some(page) => page - 1,
    };
    let newer = page.map(|page| if page < full { route(page + 1) } else { first.clone() });
    let turn =
        |key, route: &Route| Turn { href: here.href(route), label: tongue.t(key).to_owned() };
    let rows = slots(list, page, size).iter().rev().map(|slot| {
        let entry = here.site.index.entry(slot.entry);
        row(here, entry, moved(here, list, *slot))
    });
    let title = title(list, tongue);
    ListView {
        caption: title.text.clone().into_owned(),
        title,
        subtitle: match list.subject {
            Subject::Level(scheme, _) => {
                Some(tongue.local(scheme.short_title.as_ref().unwrap_or(&scheme.title)))
            }
            Subject::Coded(code, name) => name.map(|_| Text::plain(code)),
            Subject::Scheme(_) => None,
        },
        intro: page.is_none().then(|| tongue.t("list_intro")),
        count_text: page.is_none().then(|| tongue.count("count_certificates", list.slots.len())),
        first: page.is_none(),
        rows: rows.collect(),
        pages: if page.is_none() { pages(here, list, full) } else { Vec::new() },
        newer: newer.map(|route| turn("page_newer", &route)),
        older: (older > 0).then(|| turn("page_older", &route(older))),
        first_href: page.is_some().then(|| here.href(&first)),
        columns: Columns {
            level: list.kind != Kind::Levels,
            scheme: !matches!(list.kind, Kind::Levels | Kind::Schemes),
            region: list.kind != Kind::Regions,
        },
        subscribe: page.is_none().then(|| SubscribeView {
            feed: here.href(&Route::ListFeed(list.kind, list.key.clone())),
            calendar: here.href(&Route::ListCalendar(list.kind, list.key.clone())),
        }),
    }
}

/// Most numbered pages that are all linked to; of more, the newest and evenly spaced ones.
const ALL_PAGES: usize = 60;

fn pages(here: &Here<'_>, list: &List<'_>, full: usize) -> Vec<PageLink> {
    let step = full.saturating_sub(20).div_ceil(40).max(1);
    let shown =
        |page: &usize| full <= ALL_PAGES || *page > full - 20 || (*page - 1).is_multiple_of(step);
    let link = |page: usize| PageLink {
        label: page.to_string(),
        title: here.tongue.fill("page_number", &[("n", &page.to_string())]),
        href: here.href(&Route::Page(list.kind, list.key.clone(), page)),
    };
    (1..=full).rev().filter(shown).map(link).collect()
}

/// A row that no longer belongs to the list keeps its slot and says so.
fn moved(here: &Here<'_>, list: &List<'_>, slot: Slot) -> Option<String> {
    let (tongue, entry) = (here.tongue, here.site.index.entry(slot.entry));
    let standing = &entry.standing;
    match list.subject {
        Subject::Level(scheme, level) if level != standing.level => {
            let now = tongue.plain(&scheme.levels[standing.level].title);
            Some(tongue.fill("now_level", &[("level", now)]))
        }
        Subject::Coded(code, _) => {
            let now = if list.kind == Kind::Regions { standing.region } else { standing.industry };
            let elsewhere = now.is_none_or(|now| *now.code != *code);
            elsewhere.then(|| tongue.t("left_list").to_owned())
        }
        _ => None,
    }
}

/// What a list is called.
pub(crate) fn title<'v>(list: &List<'v>, tongue: &'v Tongue<'v>) -> Text<'v> {
    let fill = |key, blank, text: &'v LocalText| {
        let text = tongue.local(text);
        Text { text: tongue.fill(key, &[(blank, &text.text)]).into(), lang: text.lang }
    };
    match list.subject {
        Subject::Level(scheme, level) => {
            fill("list_title_level", "level", &scheme.levels[level].title)
        }
        Subject::Scheme(scheme) => tongue.local(&scheme.title),
        Subject::Coded(code, name) => {
            let (key, blank) = match list.kind {
                Kind::Industries => ("list_title_industry", "industry"),
                _ => ("list_title_region", "region"),
            };
            match name {
                Some(name) => fill(key, blank, name),
                None => Text::plain(tongue.fill(key, &[(blank, code)])),
            }
        }
    }
}

/// What a list is called among all others.
pub(crate) fn full_title(list: &List<'_>, tongue: &Tongue<'_>) -> String {
    let title = title(list, tongue).text;
    match list.subject {
        Subject::Level(scheme, _) => {
            let name = tongue.plain(scheme.short_title.as_ref().unwrap_or(&scheme.title));
            format!("{title} · {name}")
        }
        _ => title.into_owned(),
    }
}

/// What a list is called among others of its kind.
pub(crate) fn label<'v>(list: &List<'v>, tongue: &'v Tongue<'v>) -> Text<'v> {
    match list.subject {
        Subject::Level(scheme, level) => tongue.local(&scheme.levels[level].title),
        Subject::Scheme(scheme) => tongue.local(&scheme.title),
        Subject::Coded(code, None) => Text::plain(code),
        Subject::Coded(_, Some(name)) => tongue.local(name),
    }
}

pub(crate) fn about<'v>(here: &'v Here<'v>, list: &'v List<'v>, page: Option<usize>) -> About<'v> {
    let tongue = here.tongue;
    let label = label(list, tongue);
    let scheme = full_title(list, tongue);
    let full = match page {
        Some(page) => {
            let page = page.to_string();
            tongue.fill("page_title", &[("title", &scheme), ("n", &page)])
        }
        None => scheme,
    };
    let kind = if list.kind == Kind::Schemes { "scheme" } else { "list" };
    let mut about = About::new(kind, full, tongue.t("list_intro"));
    let first = Route::List(list.kind, list.key.clone());
    let index = index_title(list.kind);
    about.breadcrumbs = vec![
        here.crumb(tongue.t("nav_home"), &Route::Home),
        here.crumb(tongue.t(index), &Route::Index(list.kind)),
    ];
    match page {
        None => about.breadcrumbs.push(Crumb::end(label)),
        Some(page) => {
            about.breadcrumbs.push(here.crumb(label, &first));
            let words = tongue.fill("page_number", &[("n", &page.to_string())]);
            about.breadcrumbs.push(Crumb::end(words));
        }
    }
    about
}

pub(super) fn index_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Levels => "levels_title",
        Kind::Regions => "regions_title",
        Kind::Industries => "industries_title",
        Kind::Schemes => "schemes_title",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn pages_of(rows: u32, size: usize) -> Vec<Vec<u32>> {
        let since = date(2026, 1, 1);
        let slots = (0..rows).map(|entry| Slot { since, entry }).collect();
        let subject = Subject::Coded("440500", None);
        let list = List { kind: Kind::Regions, key: "440500".into(), subject, slots };
        let full = numbered(list.slots.len(), size);
        let entries = |page| super::slots(&list, page, size).iter().map(|s| s.entry).collect();
        (1..=full).map(Some).chain([None]).map(entries).collect()
    }

    #[test]
    fn every_row_stands_on_one_page_and_full_pages_never_change() {
        for rows in 0..130 {
            let pages = pages_of(rows, 10);
            assert_eq!(pages.concat(), (0..rows).collect::<Vec<_>>(), "{rows}");
            let more = pages_of(rows + 1, 10);
            let numbered = pages.len() - 1;
            assert_eq!(pages[..numbered], more[..numbered], "{rows}");
        }
        assert_eq!(pages_of(25, 10).len(), 2);
        assert_eq!(pages_of(25, 10)[1].len(), 15);
    }
}
