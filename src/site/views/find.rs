//! The pages where somebody asks: the search, and the check of a list.

use serde::Serialize;

use crate::site::{
    frame::{About, Crumb, Here},
    route::{Route, Script, Shared},
    views::home::not_found,
};

/// What the script of such a page is told. The same in both.
#[derive(Debug, Serialize)]
pub(crate) struct FindView<'v> {
    title: &'v str,
    lead: &'v str,
    /// The script's words.
    words_href: String,
    /// The newest edition, if there is one.
    edition: String,
    edition_ordinal: String,
    /// What is said of something that is not there; nothing in a working copy.
    not_found: Option<String>,
}

/// The search.
pub(crate) fn search<'v>(here: &'v Here<'v>) -> (About<'v>, FindView<'v>) {
    page(here, "search", ["search_title", "search_lead"], Script::Search)
}

/// The check of a list.
pub(crate) fn verify<'v>(here: &'v Here<'v>) -> (About<'v>, FindView<'v>) {
    page(here, "verify", ["check_title", "check_lead"], Script::Check)
}

fn page<'v>(
    here: &'v Here<'v>,
    kind: &'static str,
    texts: [&'static str; 2],
    script: Script,
) -> (About<'v>, FindView<'v>) {
    let tongue = here.tongue;
    let [title, lead] = texts.map(|key| tongue.t(key));
    let newest = here.site.seals.as_ref().map(|seals| seals.sealed.newest());
    let view = FindView {
        title,
        lead,
        words_href: format!("{}{}", here.root, Shared::Words(script, tongue.language.code())),
        edition: newest.map(|edition| edition.name.to_string()).unwrap_or_default(),
        edition_ordinal: newest.map(|edition| edition.ordinal.to_string()).unwrap_or_default(),
        not_found: not_found(here),
    };
    let mut about = About::new(kind, title, lead);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    (about, view)
}
