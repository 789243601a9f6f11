//! What only a sealed register has: bulletins, badges, the page about keys and checks, and pages in
//! the place of certificates that were erased.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Value;

use crate::config::Layout;
use crate::credential::Edition;
use crate::model::escape_path;
use crate::site::{
    SiteError,
    frame::{About, Crumb, Here},
    index::Entry,
    render::{Worker, value},
    route::{Route, Script, Shared},
    tongue::Tongue,
    views::{badge, seal::edition_words, transparency},
};

/// A certificate that is not shown any more.
#[derive(Debug, Serialize)]
struct ErasedView<'v> {
    number: &'v str,
    title: String,
    since: String,
    edition_href: String,
}

impl Worker<'_> {
    /// Everything that only a sealed register has.
    pub(super) fn published(&self) -> Result<(), SiteError> {
        let Some(seals) = &self.site.seals else { return Ok(()) };
        if self.site.layout() == Layout::Full {
            self.embed()?;
            for (key, edition) in seals.erased() {
                self.each(|tongue| self.erased(tongue, key, edition))?;
            }
        }
        self.words(Script::Panel)?;
        self.bulletins(seals)?;
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Transparency);
            let Some((about, view)) = transparency::transparency(&here) else { return Ok(()) };
            self.page(&here, "transparency.html", (about, "transparency", &view))
        })
    }

    /// How to show a badge.
    fn embed(&self) -> Result<(), SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Embed);
            let Some((about, view)) = badge::embed(&here) else { return Ok(()) };
            self.page(&here, "embed.html", (about, "embed", &view))
        })
    }

    /// The badge of a certificate, in the register's first language.
    pub(super) fn badge(&self, entry: &Entry<'_>) -> Result<(), SiteError> {
        if self.site.seals.is_none() {
            return Ok(());
        }
        let here = Here::new(
            self.site,
            &self.site.tongues[0],
            Route::Certificate(entry.path().into_owned()),
        );
        let path = Shared::Badge(&entry.path()).to_string();
        let view = value(&path, &badge::badge(&here, entry))?;
        self.file(&here, "badge.svg", &path, vec![("badge", view)])
    }

    /// What a page's script says, and how pages word each status, one file a language.
    pub(super) fn words(&self, script: Script) -> Result<(), SiteError> {
        for tongue in &self.site.tongues {
            let labels = tongue.labels();
            let mut words: BTreeMap<_, _> = [("", script.prefix()), ("word_", "status_")]
                .into_iter()
                .flat_map(|(new, old)| {
                    let texts = labels.starting(old).into_iter();
                    texts.map(move |(key, text)| (format!("{new}{key}"), text))
                })
                .collect();
            if script == Script::Check {
                words.extend(self.reasons(tongue));
            }
            let words = serde_json::to_vec(&words).expect("texts can be written to memory");
            let file = Shared::Words(script, tongue.language.code());
            self.sink.write(&file.to_string(), &words)?;
        }
        Ok(())
    }

    /// What the reasons of a scheme are called, where its policy publishes them.
    fn reasons<'t>(&'t self, tongue: &'t Tongue<'_>) -> impl Iterator<Item = (String, &'t str)> {
        let schemes = self.site.register.schemes.values();
        schemes.filter(|scheme| scheme.publication.reasons).flat_map(move |scheme| {
            let titled = scheme.reasons.iter();
            titled.map(move |reason| {
                (format!("reason_{}/{}", scheme.id, reason.id), tongue.plain(&reason.title))
            })
        })
    }

    /// The page of a number whose certificate was erased.
    fn erased(&self, tongue: &Tongue<'_>, key: &str, edition: &Edition) -> Result<(), SiteError> {
        let here = Here::new(self.site, tongue, Route::Certificate(escape_path(key).into_owned()));
        let date = edition_words(tongue, edition.name);
        let view = ErasedView {
            number: key,
            title: tongue.fill("erased_title", &[("number", key)]),
            since: tongue.fill("erased_in", &[("date", &date)]),
            edition_href: here.href(&Route::Bulletin(edition.name.to_string())),
        };
        let mut about = About::new("erased", &*view.title, tongue.t("erased_text"));
        about.noindex = true;
        about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(key)];
        self.page(&here, "erased.html", (about, "erased", &view))
    }

    /// What hosts that read `_headers` are told.
    pub(super) fn headers(&self) -> Result<(), SiteError> {
        let here = Here::new(self.site, &self.site.tongues[0], Route::Home);
        let base = Value::from(self.site.base_url.path());
        self.file(&here, "headers.txt", "_headers", vec![("base", base)])
    }
}
