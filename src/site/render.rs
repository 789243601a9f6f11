//! Makes every file of the site, pages first and what leads to them after.

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Value};

use crate::config::{BaseUrl, Config};
use crate::model::Register;
use crate::output::{OutputError, Sink};
use crate::site::{
    Site,
    frame::{About, Here, SiteView},
    index::{HolderEntry, List},
    records,
    route::{Kind, Route},
    tongue::Tongue,
    views::{certificate, data, edition, enterprise, feed, guidance, home, list, scheme},
};
use crate::theme::{RenderError, Theme};

/// What a site is made of.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'s> {
    /// The settings.
    pub config: &'s Config,
    /// The register.
    pub register: &'s Register,
    /// The theme.
    pub theme: &'s Theme,
    /// Where the site is published.
    pub base_url: &'s BaseUrl,
    /// The day as of which statuses are stated.
    pub today: Date,
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
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Rendered, SiteError> {
    let site = Site::new(inputs);
    let worker = Worker::new(inputs, &site, sink, progress)?;
    worker.assets()?;
    worker.certificates()?;
    worker.enterprises()?;
    worker.former_ids()?;
    worker.lists()?;
    worker.editions()?;
    worker.guidance()?;
    worker.singles()?;
    worker.open_data()?;
    let pages = worker.for_machines()?;
    Ok(Rendered { pages })
}

/// How many pages one page of the site is, for people: the address that it makes.
pub(crate) struct Worker<'w> {
    site: &'w Site<'w>,
    theme: &'w Theme,
    sink: &'w dyn Sink,
    progress: &'w (dyn Fn(u64) + Sync),
    /// `site` in templates, one a language.
    views: Vec<Value>,
}

impl<'w> Worker<'w> {
    fn new(
        inputs: &Inputs<'w>,
        site: &'w Site<'w>,
        sink: &'w dyn Sink,
        progress: &'w (dyn Fn(u64) + Sync),
    ) -> Result<Self, SiteError> {
        let base = inputs.base_url.as_str();
        let view =
            |tongue: &'w Tongue<'w>| value("site", &SiteView::new(inputs.config, base, tongue));
        let views = site.tongues.iter().map(view).collect::<Result<_, _>>()?;
        Ok(Self { site, theme: inputs.theme, sink, progress, views })
    }

    /// Renders a page of one language and hands it on.
    fn page<V: Serialize>(
        &self,
        here: &Here<'_>,
        template: &str,
        (about, name, view): (About<'_>, &'static str, &V),
    ) -> Result<(), SiteError> {
        let mut context = self.context(here);
        let path = here.path();
        context.insert_value("page", value(&path, &here.page(about))?);
        context.insert_value(name, value(&path, view)?);
        let html = self.theme.render(template, &context, &path)?;
        self.sink.write(&path, html.into_bytes())?;
        (self.progress)(1);
        Ok(())
    }

    fn context(&self, here: &Here<'_>) -> Context {
        let tongues = &self.site.tongues;
        let at = tongues.iter().position(|tongue| tongue.language == here.tongue.language);
        let mut context = Context::new();
        if let Some(view) = at.and_then(|at| self.views.get(at)) {
            context.insert_value("site", view.clone());
        }
        context
    }

    /// Does something for each language.
    fn each(&self, make: impl Fn(&Tongue<'_>) -> Result<(), SiteError>) -> Result<(), SiteError> {
        self.site.tongues.iter().try_for_each(make)
    }

    fn assets(&self) -> Result<(), SiteError> {
        for asset in self.theme.assets() {
            self.sink.write(&asset.path, asset.bytes.to_vec())?;
        }
        for (path, picture) in &self.site.register.pictures {
            self.sink.write(&format!("media/{path}"), picture.bytes.to_vec())?;
        }
        Ok(())
    }

    fn certificates(&self) -> Result<(), SiteError> {
        let entries = self.site.index.entries.par_iter().enumerate().with_min_len(16);
        entries.try_for_each(|(at, entry)| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            self.each(|tongue| {
                let route = Route::Certificate(entry.path.clone());
                let here = Here::new(self.site, tongue, route);
                let view = certificate::certificate(&here, at, entry);
                let about = certificate::about(&here, entry);
                self.page(&here, "certificate.html", (about, "certificate", &view))
            })
        })
    }

    fn enterprises(&self) -> Result<(), SiteError> {
        let holders = self.site.index.holders.par_iter().with_min_len(16);
        holders.try_for_each(|holder| self.each(|tongue| self.enterprise(tongue, holder)))
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
        pages.par_iter().try_for_each(|(list, page)| self.each(|t| self.list(t, list, *page)))?;
        Kind::ALL.into_iter().try_for_each(|kind| {
            self.each(|tongue| {
                let here = Here::new(self.site, tongue, Route::Index(kind));
                let (about, view) = list::index(&here, kind);
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
        let mut context = self.context(&here);
        context.insert_value("page", value(&path, &here.page(about))?);
        context.insert_value("list", value(&path, &view)?);
        context.insert_value("scheme", value(&path, &scheme::scheme(&here, subject))?);
        let html = self.theme.render("scheme.html", &context, &path)?;
        self.sink.write(&path, html.into_bytes())?;
        (self.progress)(1);
        Ok(())
    }

    fn editions(&self) -> Result<(), SiteError> {
        let months: Vec<_> = self.site.months().collect();
        months.par_iter().try_for_each(|&(year, month)| {
            let data = records::changes_csv(self.site, year, month);
            self.each(|tongue| {
                let here = Here::new(self.site, tongue, Route::Edition(year, month));
                let (about, view) = edition::edition(&here, year, month);
                self.page(&here, "edition.html", (about, "edition", &view))?;
                let file = format!("{}{}", tongue.prefix, Route::EditionData(year, month));
                Ok(self.sink.write(&file, data.clone())?)
            })
        })?;
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Editions);
            let (about, view) = edition::editions(&here);
            self.page(&here, "editions.html", (about, "editions", &view))
        })
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
            self.page(&here, "guidance-index.html", (about, "guidance_index", &view))
        })
    }

    /// The pages of which there is one a language.
    fn singles(&self) -> Result<(), SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Data);
            let (about, view) = data::data(&here);
            self.page(&here, "data.html", (about, "data", &view))?;
            let here = Here::new(self.site, tongue, Route::Statistics);
            let (about, view) = home::statistics(&here);
            self.page(&here, "statistics.html", (about, "statistics", &view))?;
            let here = Here::new(self.site, tongue, Route::NotFound);
            let t = |key| tongue.t(key);
            let mut about =
                About::new("not-found", t("not_found_page_title"), t("not_found_page_lead"));
            about.noindex = true;
            self.page(&here, "not-found.html", (about, "not_found", &()))?;
            let here = Here::new(self.site, tongue, Route::Home);
            let (about, view) = home::home(&here);
            self.page(&here, "home.html", (about, "home", &view))
        })
    }

    fn open_data(&self) -> Result<(), SiteError> {
        let site = self.site;
        let entries = || site.index.entries.par_iter().with_min_len(256);
        let mut csv = records::csv_head(site);
        csv.extend(
            entries().flat_map_iter(|entry| records::csv_row(site, entry)).collect::<Vec<u8>>(),
        );
        self.sink.write("data/certificates.csv", csv)?;
        let jsonl: Vec<u8> =
            entries().flat_map_iter(|entry| records::json_line(site, entry)).collect();
        self.sink.write("data/certificates.jsonl", jsonl)?;
        let schema = format!("{:#}\n", records::schema(site));
        Ok(self.sink.write("data/certificates.schema.json", schema.into_bytes())?)
    }

    /// Feeds, sitemaps and robots.txt. Answers how many pages the site has.
    fn for_machines(&self) -> Result<usize, SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Feed);
            self.text("feed.atom", &here, "feed", &feed::feed(&here))
        })?;
        let routes = self.routes();
        let pages: Vec<_> = routes
            .iter()
            .flat_map(|route| self.site.tongues.iter().map(move |t| (t, route)))
            .collect();
        let first = &self.site.tongues[0];
        let here = Here::new(self.site, first, Route::Home);
        let file = |template: &str, path: String, name: &'static str, view: Value| {
            let mut context = self.context(&here);
            context.insert_value(name, view);
            let text = self.theme.render(template, &context, &path)?;
            Ok::<_, SiteError>(self.sink.write(&path, text.into_bytes())?)
        };
        if pages.len() <= feed::SITEMAP_URLS {
            let view = value("sitemap.xml", &feed::sitemap(self.site, &pages))?;
            file("sitemap.xml", "sitemap.xml".to_owned(), "sitemap", view)?;
        } else {
            let parts: Vec<_> = pages.chunks(feed::SITEMAP_URLS).enumerate().collect();
            parts.par_iter().try_for_each(|(at, part)| {
                let view = value("sitemap.xml", &feed::sitemap(self.site, part))?;
                file("sitemap.xml", format!("sitemaps/{}.xml", at + 1), "sitemap", view)
            })?;
            let view = value("sitemap.xml", &feed::sitemap_index(self.site, parts.len()))?;
            file("sitemap-index.xml", "sitemap.xml".to_owned(), "sitemap_index", view)?;
        }
        let view = value("robots.txt", &feed::robots(self.site))?;
        file("robots.txt", "robots.txt".to_owned(), "robots", view)?;
        Ok(pages.len())
    }

    fn text<V: Serialize>(
        &self,
        template: &str,
        here: &Here<'_>,
        name: &'static str,
        view: &V,
    ) -> Result<(), SiteError> {
        let path = here.path();
        let mut context = self.context(here);
        context.insert_value(name, value(&path, view)?);
        let text = self.theme.render(template, &context, &path)?;
        Ok(self.sink.write(&path, text.into_bytes())?)
    }

    /// The pages that search engines may list.
    fn routes(&self) -> Vec<Route> {
        let index = &self.site.index;
        let size = self.site.config.page_size;
        let mut routes = vec![
            Route::Home,
            Route::Editions,
            Route::GuidanceIndex,
            Route::Data,
            Route::Statistics,
        ];
        routes.extend(Kind::ALL.map(Route::Index));
        for list in &index.lists {
            routes.push(Route::List(list.kind, list.key.clone()));
            let numbered = 1..=list::numbered(list.slots.len(), size);
            routes.extend(numbered.map(|page| Route::Page(list.kind, list.key.clone(), page)));
        }
        routes.extend(self.site.months().map(|(year, month)| Route::Edition(year, month)));
        let guides = self.site.guides(self.site.config.first_language());
        routes.extend(guides.iter().map(|guide| Route::Guide(guide.slug.to_string())));
        routes.extend(index.entries.iter().map(|entry| Route::Certificate(entry.path.clone())));
        routes.extend(index.holders.iter().map(|holder| Route::Enterprise(holder.id.path())));
        routes
    }
}

/// A view as templates take it.
fn value<V: Serialize + ?Sized>(page: &str, view: &V) -> Result<Value, SiteError> {
    Value::try_from_serializable(view)
        .map_err(|source| SiteError::View { page: page.to_owned(), source })
}
