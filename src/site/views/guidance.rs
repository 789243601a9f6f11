//! Guidance pages and their index.

use serde::Serialize;

use crate::markdown;
use crate::model::Guide;
use crate::site::{
    frame::{About, Crumb, Here},
    links::PageLinks,
    route::Route,
    tongue::Text,
    views::{list::DataTable, scheme},
};

/// The parts of the index, in their order.
const GROUPS: [&str; 5] = ["customers", "companies", "process", "schemes", "help"];

#[derive(Debug, Serialize)]
pub(crate) struct GuidanceView<'v> {
    title: Text<'v>,
    summary: Option<Text<'v>>,
    lang: Option<&'v str>,
    body_html: String,
    tables: Vec<DataTable<'v>>,
    toc: Vec<TocEntry>,
    previous: Option<Neighbour<'v>>,
    next: Option<Neighbour<'v>>,
    group_title: &'v str,
}

#[derive(Debug, Serialize)]
struct TocEntry {
    id: String,
    text: String,
    depth: usize,
}

#[derive(Debug, Serialize)]
struct Neighbour<'v> {
    title: &'v str,
    href: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct GuidanceIndexView<'v> {
    title: &'v str,
    intro: &'v str,
    groups: Vec<Group<'v>>,
}

#[derive(Debug, Serialize)]
struct Group<'v> {
    title: &'v str,
    pages: Vec<Listed<'v>>,
}

#[derive(Debug, Serialize)]
struct Listed<'v> {
    title: Text<'v>,
    summary: Option<Text<'v>>,
    href: String,
}

pub(crate) fn guidance<'v>(here: &'v Here<'v>, guide: &'v Guide) -> (About<'v>, GuidanceView<'v>) {
    let (site, tongue) = (here.site, here.tongue);
    let lang = tongue.lang(guide.language);
    let html = markdown::to_html(&guide.text, &PageLinks { here, file: &guide.file });
    let order = site.guides(tongue.language);
    let at = order.iter().position(|other| other.slug == guide.slug);
    let neighbour = |other: &&'v Guide| Neighbour {
        title: &other.title,
        href: here.href(&Route::Guide(other.slug.to_string())),
    };
    let previous = at.and_then(|at| order.get(at.checked_sub(1)?));
    let next = at.and_then(|at| order.get(at + 1));
    let group_title = tongue.coded("group", &guide.group);
    let headings = html.headings.into_iter().filter(|heading| heading.depth <= 3);
    let view = GuidanceView {
        title: Text { text: (&*guide.title).into(), lang },
        summary: guide.summary.as_deref().map(|text| Text { text: text.into(), lang }),
        lang,
        body_html: html.html,
        tables: tables(here, guide),
        toc: headings
            .map(|heading| TocEntry {
                id: heading.id,
                text: heading.text,
                depth: heading.depth.into(),
            })
            .collect(),
        previous: previous.map(neighbour),
        next: next.map(neighbour),
        group_title,
    };
    let summary = guide.summary.as_deref().unwrap_or(&guide.title);
    let mut about = About::new("guidance", &*guide.title, summary);
    about.breadcrumbs = vec![
        here.crumb(tongue.t("nav_home"), &Route::Home),
        here.crumb(tongue.t("guidance_title"), &Route::GuidanceIndex),
        Crumb::end(Text { text: (&*guide.title).into(), lang }),
    ];
    (about, view)
}

fn tables<'v>(here: &'v Here<'v>, guide: &'v Guide) -> Vec<DataTable<'v>> {
    let Some(of) = guide.scheme.as_deref() else { return Vec::new() };
    let table = |name: &str| match name {
        "levels" => Some(scheme::levels(here, of)),
        "clauses" => Some(scheme::clauses(here, of)),
        "quota" => scheme::quota(here, of),
        "sampling" => scheme::sampling(here, of),
        _ => None,
    };
    guide.data.iter().filter_map(|name| table(name)).collect()
}

/// What the search looks in: the address of each part of each page, the page's title, the part's
/// heading and its words.
pub(crate) fn parts(here: &Here<'_>) -> Vec<[String; 4]> {
    let parts = |guide: &&Guide| {
        let page = Route::Guide(guide.slug.to_string()).to_string();
        let title = guide.title.to_string();
        markdown::sections(&guide.text).into_iter().map(move |section| {
            let href = match &*section.id {
                "" => page.clone(),
                id => format!("{page}#{id}"),
            };
            [href, title.clone(), section.heading, section.text]
        })
    };
    here.site.guides(here.tongue.language).iter().flat_map(parts).collect()
}

pub(crate) fn index<'v>(here: &'v Here<'v>) -> (About<'v>, GuidanceIndexView<'v>) {
    let tongue = here.tongue;
    let guides = here.site.guides(tongue.language);
    let listed = |guide: &&'v Guide| {
        let lang = tongue.lang(guide.language);
        Listed {
            title: Text { text: (&*guide.title).into(), lang },
            summary: guide.summary.as_deref().map(|text| Text { text: text.into(), lang }),
            href: here.href(&Route::Guide(guide.slug.to_string())),
        }
    };
    let group = |name: &str| Group {
        title: tongue.coded("group", name),
        pages: guides.iter().filter(|guide| &*guide.group == name).map(listed).collect(),
    };
    let (title, intro) = (tongue.t("guidance_title"), tongue.t("guidance_intro"));
    let groups = GROUPS.into_iter().map(group).filter(|group| !group.pages.is_empty()).collect();
    let mut about = About::new("guidance-index", title, intro);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    (about, GuidanceIndexView { title, intro, groups })
}
