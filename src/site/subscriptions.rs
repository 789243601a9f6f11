//! Feeds and calendars of single holders and lists, to follow them without an account.

use crate::site::{
    SiteError, calendar,
    frame::Here,
    holders::HolderEntry,
    index::List,
    render::{Worker, value},
    route::Route,
    tongue::Tongue,
    views::{
        list,
        subscription::{Ends, Subscription},
    },
};

impl Worker<'_> {
    /// A holder's.
    pub(super) fn holder_subscription(&self, holder: &HolderEntry<'_>) -> Result<(), SiteError> {
        let path = || holder.id.path();
        let index = &self.site.index;
        let name = index.newest_of(holder).standing.holder_name;
        let page = Route::Enterprise(path());
        let of = Subscription::new(self.site, page, index.holders.held_by(holder), Ends::All);
        self.each(|tongue| {
            let routes = (Route::EnterpriseFeed(path()), Route::EnterpriseCalendar(path()));
            self.subscription(tongue, (&of, tongue.plain(name)), routes)
        })
    }

    /// A list's.
    pub(super) fn list_subscription(&self, list: &List<'_>) -> Result<(), SiteError> {
        let (kind, key) = (list.kind, || list.key.clone());
        let entries: Vec<u32> = list.slots.iter().map(|slot| slot.entry).collect();
        let page = Route::List(kind, key());
        let of = Subscription::new(self.site, page, &entries, Ends::Soon);
        self.each(|tongue| {
            let routes = (Route::ListFeed(kind, key()), Route::ListCalendar(kind, key()));
            self.subscription(tongue, (&of, &list::full_title(list, tongue)), routes)
        })
    }

    fn subscription(
        &self,
        tongue: &Tongue<'_>,
        (of, title): (&Subscription<'_>, &str),
        (feed, calendar): (Route, Route),
    ) -> Result<(), SiteError> {
        let here = Here::new(self.site, tongue, feed);
        let path = here.path();
        let views = vec![("feed", value(&path, &of.feed(&here, title))?)];
        self.file(&here, "feed.atom", &path, views)?;
        let here = Here::new(self.site, tongue, calendar);
        let text = calendar::text(title, tongue.language.code(), &of.calendar(&here));
        Ok(self.sink.write(&here.path(), text.as_bytes())?)
    }
}
