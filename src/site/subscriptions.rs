//! Feeds and calendars of single holders and lists, to follow them without an account.

use rayon::prelude::*;

use crate::site::{
    SiteError, calendar,
    frame::Here,
    render::{Worker, value},
    route::Route,
    tongue::Tongue,
    views::{
        list,
        subscription::{Ends, Subscription},
    },
};

impl Worker<'_> {
    pub(super) fn subscriptions(&self) -> Result<(), SiteError> {
        let index = &self.site.index;
        index.holders.par_iter().with_min_len(16).try_for_each(|holder| {
            self.each(|tongue| {
                let path = holder.id.path();
                let newest = index.entry(holder.certificates[0]);
                let subscription = Subscription {
                    title: tongue.plain(newest.standing.holder_name).to_owned(),
                    page: Route::Enterprise(path.clone()),
                    entries: &holder.certificates,
                    ends: Ends::All,
                };
                let routes = (Route::EnterpriseFeed(path.clone()), Route::EnterpriseCalendar(path));
                self.subscription(tongue, &subscription, routes)
            })
        })?;
        index.lists.par_iter().try_for_each(|of| {
            let entries: Vec<u32> = of.slots.iter().map(|slot| slot.entry).collect();
            self.each(|tongue| {
                let key = || of.key.clone();
                let subscription = Subscription {
                    title: list::full_title(of, tongue),
                    page: Route::List(of.kind, key()),
                    entries: &entries,
                    ends: Ends::Soon,
                };
                let routes = (Route::ListFeed(of.kind, key()), Route::ListCalendar(of.kind, key()));
                self.subscription(tongue, &subscription, routes)
            })
        })
    }

    fn subscription(
        &self,
        tongue: &Tongue<'_>,
        of: &Subscription<'_>,
        (feed, calendar): (Route, Route),
    ) -> Result<(), SiteError> {
        let here = Here::new(self.site, tongue, feed);
        let path = here.path();
        let views = vec![("feed", value(&path, &of.feed(&here))?)];
        self.file(&here, "feed.atom", &path, views)?;
        let here = Here::new(self.site, tongue, calendar);
        let text = calendar::text(&of.title, tongue.language.code(), &of.calendar(&here));
        Ok(self.sink.write(&here.path(), text.as_bytes())?)
    }
}
