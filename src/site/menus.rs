//! The links of every page's frame: the menu and the footer.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;
use tera::Value;

use crate::model::Language;
use crate::site::{
    SiteError,
    frame::Here,
    render::value,
    route::{Kind, Route},
    voice::Voice,
};

/// A link of the frame.
#[derive(Debug, Serialize)]
struct Link<'v> {
    label: &'v str,
    href: String,
    current: bool,
}

/// `page.nav`, the links of the menu, and as HTML `page.menu` and `page.footer`.
#[derive(Clone, Debug)]
pub(crate) struct Menus {
    pub(crate) nav: Value,
    pub(crate) menu: Value,
    pub(crate) footer: Value,
}

/// The menus made so far. Thousands of pages share one: it depends on the language, the way to the
/// language's root, and which links lead to the page itself.
#[derive(Debug, Default)]
pub(crate) struct MenuCache {
    made: Mutex<HashMap<(Language, String, Current), Menus>>,
}

type Current = (Option<&'static str>, Option<&'static str>);

impl MenuCache {
    /// The menus of a page.
    pub(crate) fn of(&self, here: &Here<'_>, voice: &Voice<'_>) -> Result<Menus, SiteError> {
        let current = (current_nav(&here.route), current_footer(&here.route));
        let key = (here.tongue.language, here.home.clone(), current);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(menus) = made.get(&key) {
            return Ok(menus.clone());
        }
        let link = |(label, route): (&'static str, Route), current: Option<&str>| Link {
            label: here.tongue.t(label),
            href: here.href(&route),
            current: current == Some(label),
        };
        let nav: Vec<_> = nav().map(|entry| link(entry, current.0)).into();
        let sealed = here.site.seals.is_some();
        let footer =
            footer().into_iter().filter(|(_, route)| sealed || *route != Route::Transparency);
        let footer: Vec<_> = footer.map(|entry| link(entry, current.1)).collect();
        let nav = value("nav", &nav)?;
        let menus = Menus {
            menu: voice.component("menu", [("links", nav.clone())])?,
            footer: voice.component("footer", [("links", value("footer", &footer)?)])?,
            nav,
        };
        made.insert(key, menus.clone());
        Ok(menus)
    }
}

fn nav() -> [(&'static str, Route); 8] {
    [
        ("nav_home", Route::Home),
        ("nav_verify", Route::Verify),
        ("nav_browse_levels", Route::Index(Kind::Levels)),
        ("nav_browse_regions", Route::Index(Kind::Regions)),
        ("nav_browse_industries", Route::Index(Kind::Industries)),
        ("nav_browse_schemes", Route::Index(Kind::Schemes)),
        ("nav_guidance", Route::GuidanceIndex),
        ("nav_editions", Route::Editions),
    ]
}

fn footer() -> [(&'static str, Route); 8] {
    [
        ("footer_search", Route::Search),
        ("footer_verify", Route::Verify),
        ("footer_guidance", Route::GuidanceIndex),
        ("footer_editions", Route::Editions),
        ("footer_data", Route::Data),
        ("footer_statistics", Route::Statistics),
        ("footer_transparency", Route::Transparency),
        ("footer_feed", Route::Feed),
    ]
}

/// The part of the menu that a page belongs to.
fn current_nav(route: &Route) -> Option<&'static str> {
    let root = match route {
        Route::Index(kind) | Route::List(kind, _) | Route::Page(kind, ..) => Route::Index(*kind),
        Route::Guide(_) => Route::GuidanceIndex,
        Route::Edition(..) | Route::Bulletin(_) => Route::Editions,
        other => other.clone(),
    };
    nav().into_iter().find(|(_, route)| *route == root).map(|(label, _)| label)
}

fn current_footer(route: &Route) -> Option<&'static str> {
    footer().into_iter().find(|(_, known)| known == route).map(|(label, _)| label)
}
