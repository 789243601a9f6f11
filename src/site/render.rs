//! Makes every file of the site, pages first and what leads to them after.

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;
use tera::Value;

use crate::cache::Key;
use crate::config::{BaseUrl, Config, Layout};
use crate::credential::Sealed;
use crate::model::Register;
use crate::output::{OutputError, Sink};
use crate::site::{
    Site,
    frame::{About, Here},
    holders::HolderEntry,
    index::{Entry, List},
    made_of::Basis,
    route::{Kind, Route, Script, Shared},
    tongue::Tongue,
    units::Parts,
    views::{
        browse, certificate, data, enterprise, find, guidance, home, list, scheme, statistics,
    },
    voice::Voice,
};
use crate::theme::{RenderError, Theme};
use crate::timing::{Stage, Timings};

/// What a site is made of.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'s> {
    /// The settings.
    pub config: &'s Config,
    /// The register.
    pub register: &'s Register,
    /// What tells each record of the register from every other, in the order of certificates; may be
    /// left out where nothing is kept between runs.
    pub sources: &'s [Key],
    /// The theme.
    pub theme: &'s Theme,
    /// Where the site is published.
    pub base_url: &'s BaseUrl,
    /// The day as of which statuses are stated.
    pub today: Date,
    /// What the register is sealed as; the register is that state then. Nothing makes a working
    /// copy, which says so on each page.
    pub sealed: Option<&'s Sealed>,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// HTML pages.
    pub pages: usize,
}

/// Why a site could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// A template failed on a page.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A file could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A view that templates cannot take; our own mistake.
    #[error("the data of `{page}` cannot be handed to its template")]
    View {
        /// The page.
        page: String,
        /// Why.
        source: tera::Error,
    },
}

/// Makes every file of the site and hands it to the sink. `progress` is called with the number of
/// pages made since the last call, from any thread.
pub fn render(
    inputs: &Inputs<'_>,
    sink: &dyn Sink,
    (progress, timings): (&(dyn Fn(u64) + Sync), &Timings),
) -> Result<Rendered, SiteError> {
    let site = timings.of(Stage::Plan, || Site::new(inputs));
    let parts = timings.of(Stage::Plan, || Parts::new(inputs, &site, sink))?;
    let (site, theme, parts) = (&site, inputs.theme, &parts);
    let worker = Worker { site, theme, parts, sink, progress, timings };
    timings.of(Stage::Pages, || pages(&worker, site))?;
    let (data, search) = rayon::join(
        || timings.of(Stage::Data, || worker.open_data()),
        || timings.of(Stage::Index, || worker.search()),
    );
    data.and(search)?;
    let pages = timings.of(Stage::Pages, || worker.for_machines())?;
    Ok(Rendered { pages })
}

/// Everything but open data, the index of the search, and what leads to pages.
fn pages(worker: &Worker<'_>, site: &Site<'_>) -> Result<(), SiteError> {
    worker.assets()?;
    match site.layout() {
        Layout::Full => {
            worker.certificates()?;
            worker.enterprises()?;
            worker.former_ids()?;
        }
        Layout::Compact => worker.compact()?,
    }
    worker.lists()?;
    worker.editions()?;
    worker.published()?;
    worker.guidance()?;
    worker.singles()?;
    worker.questions()
}

/// Makes pages.
#[derive(Clone, Copy)]
pub(crate) struct Worker<'w> {
    pub(super) site: &'w Site<'w>,
    pub(super) theme: &'w Theme,
    pub(super) parts: &'w Parts<'w>,
    pub(super) sink: &'w dyn Sink,
    pub(super) progress: &'w (dyn Fn(u64) + Sync),
    pub(super) timings: &'w Timings,
}

impl Worker<'_> {
    /// Renders a page of one language and hands it on.
    pub(super) fn page<V: Serialize>(
        &self,
        here: &Here<'_>,
        template: &str,
        (about, name, view): (About<'_>, &'static str, &V),
    ) -> Result<(), SiteError> {
        self.page_with(here, template, about, vec![(name, value(&here.path(), view)?)])
    }

    fn page_with(
        &self,
        here: &Here<'_>,
        template: &str,
        about: About<'_>,
        mut views: Vec<(&'static str, Value)>,
    ) -> Result<(), SiteError> {
        let path = here.path();
        let menus = self.parts.menus.of(here, self.voice(here))?;
        views.push(("page", value(&path, &here.page(about, menus))?));
        self.file(here, template, &path, views)?;
        (self.progress)(1);
        Ok(())
    }

    /// Renders a template in the language of a place and hands it on.
    pub(super) fn file(
        &self,
        here: &Here<'_>,
        template: &str,
        path: &str,
        views: Vec<(&'static str, Value)>,
    ) -> Result<(), SiteError> {
        let then = self.timings.now();
        self.voice(here).render(template, path, views, |text| {
            self.timings.since(Stage::Render, then);
            self.sink.write(path, text)
        })
    }

    fn voice(&self, here: &Here<'_>) -> &Voice<'_> {
        let at = self.site.tongues.iter().position(|t| t.language == here.tongue.language);
        &self.parts.voices[at.unwrap_or_default()]
    }

    /// Does something for each language.
    pub(super) fn each(
        &self,
        make: impl Fn(&Tongue<'_>) -> Result<(), SiteError>,
    ) -> Result<(), SiteError> {
        self.site.tongues.iter().try_for_each(make)
    }

    fn assets(&self) -> Result<(), SiteError> {
        for asset in self.theme.assets() {
            self.sink.write(&asset.path, &asset.bytes)?;
        }
        for (path, picture) in &self.site.register.pictures {
            self.sink.write(&format!("media/{path}"), &picture.bytes)?;
        }
        Ok(())
    }

    fn certificates(&self) -> Result<(), SiteError> {
        let entries = self.site.index.entries.par_iter().enumerate().with_min_len(16);
        entries.try_for_each(|(at, entry)| {
            self.certificate_unit(u32::try_from(at).unwrap_or(u32::MAX), entry)
        })
    }

    pub(super) fn certificate(&self, at: u32, entry: &Entry<'_>) -> Result<(), SiteError> {
        self.each(|tongue| {
            let route = Route::Certificate(entry.path().into_owned());
            let here = Here::new(self.site, tongue, route);
            let view = certificate::certificate(&here, at, entry);
            let about = certificate::about(&here, entry, &view);
            self.page(&here, "certificate.html", (about, "certificate", &view))
        })?;
        self.badge(entry)
    }

    fn enterprises(&self) -> Result<(), SiteError> {
        let holders = self.site.index.holders.all.par_iter().with_min_len(16);
        holders.try_for_each(|holder| {
            let name = || format!("holder {}", holder.id.path());
            let made_of = |basis: &Basis| basis.holder(self.site, holder);
            self.unit(name, made_of, 1, |worker| {
                worker.each(|tongue| worker.enterprise(tongue, holder))?;
                worker.holder_subscription(holder)
            })
        })
    }

    fn enterprise(&self, tongue: &Tongue<'_>, holder: &HolderEntry<'_>) -> Result<(), SiteError> {
        let here = Here::new(self.site, tongue, Route::Enterprise(holder.id.path()));
        let view = enterprise::enterprise(&here, holder);
        let about = enterprise::about(&here, holder);
        self.page(&here, "enterprise.html", (about, "enterprise", &view))
    }

    /// The pages of codes that were corrected, under which somebody may still look.
    fn former_ids(&self) -> Result<(), SiteError> {
        self.site.index.former_ids().into_iter().try_for_each(|(id, holders)| {
            self.each(|tongue| {
                let here = Here::new(self.site, tongue, Route::Enterprise(id.path()));
                let (about, view) = enterprise::redirect(&here, id, &holders);
                self.page(&here, "redirect.html", (about, "redirect", &view))
            })
        })
    }

    fn lists(&self) -> Result<(), SiteError> {
        let size = self.site.config.page_size;
        let pages: Vec<_> = self
            .site
            .index
            .lists
            .iter()
            .flat_map(|list| {
                let numbered = 1..=list::numbered(list.slots.len(), size);
                numbered.map(Some).chain([None]).map(move |page| (list, page))
            })
            .collect();
        pages.par_iter().try_for_each(|&(list, page)| {
            let name = || format!("list {:?} {} {page:?}", list.kind, list.key);
            let made_of = |basis: &Basis| basis.list(self.site, list, page);
            self.unit(name, made_of, 1, |worker| {
                worker.each(|tongue| worker.list(tongue, list, page))?;
                if page.is_none() { worker.list_subscription(list) } else { Ok(()) }
            })
        })?;
        Kind::ALL.into_iter().try_for_each(|kind| {
            self.each(|tongue| {
                let here = Here::new(self.site, tongue, Route::Index(kind));
                let (about, view) = browse::index(&here, kind);
                self.page(&here, "index.html", (about, "index", &view))
            })
        })
    }

    fn list(
        &self,
        tongue: &Tongue<'_>,
        of: &List<'_>,
        page: Option<usize>,
    ) -> Result<(), SiteError> {
        let route = match page {
            None => Route::List(of.kind, of.key.clone()),
            Some(page) => Route::Page(of.kind, of.key.clone(), page),
        };
        let here = Here::new(self.site, tongue, route);
        let view = list::list(&here, of, page);
        let about = list::about(&here, of, page);
        let crate::site::index::Subject::Scheme(subject) = of.subject else {
            return self.page(&here, "list.html", (about, "list", &view));
        };
        if page.is_some() {
            return self.page(&here, "list.html", (about, "list", &view));
        }
        let path = here.path();
        let views = vec![
            ("list", value(&path, &view)?),
            ("scheme", value(&path, &scheme::scheme(&here, subject))?),
        ];
        self.page_with(&here, "scheme.html", about, views)
    }

    fn guidance(&self) -> Result<(), SiteError> {
        self.each(|tongue| {
            for guide in self.site.guides(tongue.language) {
                let here = Here::new(self.site, tongue, Route::Guide(guide.slug.to_string()));
                let (about, view) = guidance::guidance(&here, guide);
                self.page(&here, "guidance.html", (about, "guidance", &view))?;
            }
            let here = Here::new(self.site, tongue, Route::GuidanceIndex);
            let (about, view) = guidance::index(&here);
            self.page(&here, "guidance-index.html", (about, "guidance_index", &view))?;
            let parts = serde_json::to_vec(&guidance::parts(&here)).expect("texts can be written");
            let file = Shared::Guidance(tongue.language.code()).to_string();
            Ok(self.sink.write(&file, &parts)?)
        })
    }

    /// The pages of which there is one a language.
    fn singles(&self) -> Result<(), SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Data);
            let (about, view) = data::data(&here);
            self.page(&here, "data.html", (about, "data", &view))?;
            let here = Here::new(self.site, tongue, Route::Statistics);
            let (about, view) = statistics::statistics(&here);
            self.page(&here, "statistics.html", (about, "statistics", &view))?;
            self.not_found(tongue)?;
            let here = Here::new(self.site, tongue, Route::Home);
            let (about, view) = home::home(&here);
            self.page(&here, "home.html", (about, "home", &view))
        })
    }

    /// What a host serves where there is no file. In the compact layout it shows certificates.
    fn not_found(&self, tongue: &Tongue<'_>) -> Result<(), SiteError> {
        if self.site.layout() == Layout::Compact {
            return self.shell(tongue, Route::NotFound);
        }
        let here = Here::new(self.site, tongue, Route::NotFound);
        let (title, lead) = (tongue.t("not_found_page_title"), tongue.t("not_found_page_lead"));
        let mut about = About::new("not-found", title, lead);
        about.noindex = true;
        self.page(&here, "not-found.html", (about, "not_found", &()))
    }

    /// The pages where somebody asks, and what their scripts say.
    fn questions(&self) -> Result<(), SiteError> {
        self.words(Script::Search)?;
        self.words(Script::Check)?;
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Search);
            let (about, view) = find::search(&here);
            self.page(&here, "search.html", (about, "search", &view))?;
            let here = Here::new(self.site, tongue, Route::Verify);
            let (about, view) = find::verify(&here);
            self.page(&here, "verify.html", (about, "verify", &view))
        })
    }
}

/// A view as templates take it.
pub(super) fn value<V: Serialize + ?Sized>(page: &str, view: &V) -> Result<Value, SiteError> {
    Value::try_from_serializable(view).map_err(|source| unusable(page, source))
}

fn unusable(page: &str, source: tera::Error) -> SiteError {
    SiteError::View { page: page.to_owned(), source }
}
