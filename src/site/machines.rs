//! What machines read: open data, feeds, sitemaps and robots.txt.

use rayon::prelude::*;

use crate::config::Layout;
use crate::site::{
    Site, SiteError,
    frame::Here,
    index::Entry,
    made_of::Basis,
    records,
    render::{Worker, value},
    route::{Kind, Route},
    views::{feed, list},
};

/// How many numbers, in the order in which they were first sealed, a part of the open data has in the
/// compact layout: hosts limit the size of files too. An addition touches the last part only.
const PART: u32 = 5000;

/// How many lines are made at a time, by all threads, and how many by one of them.
const BATCH: usize = 2048;
const PIECE: usize = 64;

/// The files of open data without their endings, each with its certificates, by number.
fn parts<'s>(site: &'s Site<'_>) -> Vec<(String, Vec<&'s Entry<'s>>)> {
    let Some(seals) = site.seals.as_ref().filter(|_| site.layout() == Layout::Compact) else {
        return vec![(records::FILE.to_owned(), site.index.entries.iter().collect())];
    };
    let mut parts: Vec<_> = part_names(site).into_iter().map(|name| (name, Vec::new())).collect();
    for entry in &site.index.entries {
        let first = seals.of(entry).and_then(|sealed| sealed.versions.first());
        let part = first.map_or(0, |version| version.serial / PART) as usize;
        if let Some((_, entries)) = parts.get_mut(part) {
            entries.push(entry);
        }
    }
    parts
}

/// The names of the files of open data, without their endings.
pub(super) fn part_names(site: &Site<'_>) -> Vec<String> {
    match &site.seals {
        Some(seals) if site.layout() == Layout::Compact => {
            let parts = seals.sealed.serials().div_ceil(PART).max(1);
            (1..=parts).map(|part| format!("{}-{part:04}", records::FILE)).collect()
        }
        _ => vec![records::FILE.to_owned()],
    }
}

impl Worker<'_> {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is of one lifetime, the closure of any"
    )]
    pub(super) fn open_data(&self) -> Result<(), SiteError> {
        self.unit(|| "data".to_owned(), |basis| basis.whole(self.site), 0, |worker| worker.data())
    }

    fn data(&self) -> Result<(), SiteError> {
        let site = self.site;
        for (name, entries) in parts(site) {
            let head = records::csv_head(site);
            self.lines(&format!("data/{name}.csv"), &head, &entries, records::csv_row)?;
            self.lines(&format!("data/{name}.jsonl"), &[], &entries, records::json_line)?;
        }
        let schema = format!("{:#}\n", records::schema(site));
        Ok(self.sink.write("data/certificates.schema.json", schema.as_bytes())?)
    }

    /// Writes a file of a head and a line for each certificate. It is the largest of all, and never
    /// held whole: while some lines are handed on, the next are made.
    fn lines(
        &self,
        path: &str,
        head: &[u8],
        entries: &[&Entry<'_>],
        line: impl Fn(&Site<'_>, &Entry<'_>, &mut Vec<u8>) + Sync,
    ) -> Result<(), SiteError> {
        let piece = |entries: &[&Entry<'_>]| {
            let mut lines = Vec::with_capacity(PIECE << 11);
            for entry in entries {
                line(self.site, entry, &mut lines);
            }
            lines
        };
        let make =
            |batch: &[&Entry<'_>]| -> Vec<_> { batch.par_chunks(PIECE).map(piece).collect() };
        self.sink.write_pieces(path, &mut |file| {
            file.write_all(head)?;
            let mut batches = entries.chunks(BATCH);
            let mut made = batches.next().map(make).unwrap_or_default();
            while !made.is_empty() {
                let hand_on = || made.iter().try_for_each(|lines| file.write_all(lines));
                let (handed_on, next) = rayon::join(hand_on, || batches.next().map(make));
                handed_on?;
                made = next.unwrap_or_default();
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Feeds, sitemaps and robots.txt. Answers how many pages the site has.
    pub(super) fn for_machines(&self) -> Result<usize, SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Feed);
            let path = here.path();
            let views = vec![("feed", value(&path, &feed::feed(&here))?)];
            self.file(&here, "feed.atom", &path, views)
        })?;
        let pages = self.sitemaps()?;
        let here = Here::new(self.site, &self.site.tongues[0], Route::Home);
        let view = value("robots.txt", &feed::robots(self.site))?;
        self.file(&here, "robots.txt", "robots.txt", vec![("robots", view)])?;
        self.headers()?;
        Ok(pages)
    }

    /// The sitemap, in parts where it is large: one after another, since templates take much memory
    /// for one. Answers how many pages there are.
    fn sitemaps(&self) -> Result<usize, SiteError> {
        let site = self.site;
        let here = Here::new(site, &site.tongues[0], Route::Home);
        let most = (feed::SITEMAP_URLS / site.tongues.len()).max(1);
        let mut routes = self.routes().peekable();
        let (mut parts, mut pages) = (0, 0);
        loop {
            let routes_of: Vec<Route> = routes.by_ref().take(most).collect();
            let part: Vec<_> =
                routes_of.iter().flat_map(|of| site.tongues.iter().map(move |t| (t, of))).collect();
            pages += part.len();
            let is_last = routes.peek().is_none();
            if parts == 0 && is_last {
                let view = value("sitemap.xml", &feed::sitemap(site, &part))?;
                self.file(&here, "sitemap.xml", "sitemap.xml", vec![("sitemap", view)])?;
                return Ok(pages);
            }
            parts += 1;
            let path = format!("sitemaps/{parts}.xml");
            let made_of = |basis: &Basis| basis.routes(&part);
            let name = || path.clone();
            self.unit(name, made_of, 0, |worker| {
                let view = value("sitemap.xml", &feed::sitemap(worker.site, &part))?;
                worker.file(&here, "sitemap.xml", &path, vec![("sitemap", view)])
            })?;
            if is_last {
                let view = value("sitemap.xml", &feed::sitemap_index(site, parts))?;
                let views = vec![("sitemap_index", view)];
                self.file(&here, "sitemap-index.xml", "sitemap.xml", views)?;
                return Ok(pages);
            }
        }
    }

    /// The pages that search engines may list.
    fn routes(&self) -> impl Iterator<Item = Route> {
        let site = self.site;
        let index = &site.index;
        let size = site.config.page_size;
        // Those come first to which few are ever added: the parts of a large sitemap stay what they are.
        // What only a script shows is nothing for a search engine, and no page of its own.
        let is_full = site.layout() == Layout::Full;
        let entries = index.entries.iter().filter(move |_| is_full);
        let holders = index.holders.all.iter().filter(move |_| is_full);
        let certificates = entries.map(|entry| Route::Certificate(entry.path().into_owned()));
        let enterprises = holders.map(|holder| Route::Enterprise(holder.id.path()));
        let mut routes = vec![
            Route::Home,
            Route::Search,
            Route::Verify,
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
        if let Some(seals) = &self.site.seals {
            routes.push(Route::Transparency);
            let shows_badges = !index.entries.is_empty() && site.layout() == Layout::Full;
            routes.extend(shows_badges.then_some(Route::Embed));
            routes.extend(seals.editions().map(|(_, e)| Route::Bulletin(e.name.to_string())));
        }
        let guides = self.site.guides(self.site.config.first_language());
        routes.extend(guides.iter().map(|guide| Route::Guide(guide.slug.to_string())));
        certificates.chain(enterprises).chain(routes)
    }
}
