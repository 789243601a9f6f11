//! Addresses of pages. Nothing else joins paths.

use std::fmt;

/// A page of one language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Route {
    Home,
    /// By the number's path.
    Certificate(String),
    /// By the holder's path.
    Enterprise(String),
    Index(Kind),
    /// A list's first page: the newest rows.
    List(Kind, String),
    /// A numbered page of a list, from 1, the oldest.
    Page(Kind, String, usize),
    Editions,
    /// A published edition, by name.
    Bulletin(String),
    /// The same as a file of all changes.
    BulletinData(String),
    /// Year and month.
    Edition(i16, i8),
    /// The same as a file of all changes.
    EditionData(i16, i8),
    GuidanceIndex,
    /// By slug.
    Guide(String),
    Data,
    Statistics,
    Transparency,
    /// How to show a badge on another site.
    Embed,
    /// Where names, numbers and codes are looked up.
    Search,
    /// Where a list is checked.
    Verify,
    Feed,
    /// What is new about a holder, by path.
    EnterpriseFeed(String),
    /// The same as a calendar.
    EnterpriseCalendar(String),
    /// What is new about the certificates of a list.
    ListFeed(Kind, String),
    /// The same as a calendar.
    ListCalendar(Kind, String),
    NotFound,
    /// The page that shows all certificates and holders, where a host serves it at their addresses.
    Shell,
}

/// A file that all languages share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shared<'r> {
    /// The badge of a number's path.
    Badge(&'r str),
    /// The signed entry of a number's path.
    Entry(&'r str),
    /// The words of a page's script, by language.
    Words(Script, &'r str),
    /// What the page of all certificates says, by language.
    Shell(&'r str),
    /// The words of the guidance, by language.
    Guidance(&'r str),
    /// A file of the ledger.
    Ledger(&'r str),
    /// The checkpoint of the log when it had so many entries.
    Checkpoint(u64),
}

/// A script whose words are no part of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// The check in a certificate's page.
    Panel,
    /// The search.
    Search,
    /// The check of a list.
    Check,
}

impl Script {
    /// What the keys of its labels begin with in the theme.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Panel => "verify_",
            Self::Search => "find_",
            Self::Check => "list_",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Panel => "verify",
            Self::Search => "search",
            Self::Check => "check",
        }
    }
}

/// The ways to browse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Levels,
    Regions,
    Industries,
    Schemes,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] =
        [Self::Levels, Self::Regions, Self::Industries, Self::Schemes];

    /// The folder.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Levels => "levels",
            Self::Regions => "regions",
            Self::Industries => "industries",
            Self::Schemes => "schemes",
        }
    }
}

/// The path relative to the language's root.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

/// The path relative to the site's root.
impl fmt::Display for Shared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Badge(path) => all(f, ["badge/", path, ".svg"]),
            Self::Entry(path) => all(f, ["c/", path, ".json"]),
            Self::Words(script, language) => {
                all(f, ["assets/", script.file(), "-", language, ".json"])
            }
            Self::Shell(language) => all(f, ["assets/shell-", language, ".json"]),
            Self::Guidance(language) => all(f, ["assets/guidance-", language, ".json"]),
            Self::Ledger(file) => all(f, ["ledger/", file]),
            Self::Checkpoint(size) => write!(f, "ledger/checkpoints/{size}"),
        }
    }
}

/// Writes texts in a row.
fn all<const N: usize>(out: &mut impl fmt::Write, parts: [&str; N]) -> fmt::Result {
    parts.into_iter().try_for_each(|part| out.write_str(part))
}

impl Route {
    /// Adds the path to a text.
    pub(crate) fn push_to(&self, text: &mut String) {
        self.write(text).expect("writing to a string cannot fail");
    }

    /// Writes the path. A page has fifty links, so they take no detour through a formatter.
    fn write(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Home => out.write_str("index.html"),
            Self::Certificate(path) => all(out, ["c/", path, ".html"]),
            Self::Enterprise(path) => all(out, ["enterprises/", path, ".html"]),
            Self::Index(kind) => all(out, [kind.folder(), "/index.html"]),
            Self::List(kind, key) => all(out, [kind.folder(), "/", key, ".html"]),
            Self::Page(kind, key, page) => write!(out, "{}/{key}/{page}.html", kind.folder()),
            Self::Editions => out.write_str("editions/index.html"),
            Self::Bulletin(name) => all(out, ["editions/", name, ".html"]),
            Self::BulletinData(name) => all(out, ["editions/", name, ".csv"]),
            Self::Edition(year, month) => write!(out, "editions/{year:04}-{month:02}.html"),
            Self::EditionData(year, month) => write!(out, "editions/{year:04}-{month:02}.csv"),
            Self::GuidanceIndex => out.write_str("guidance/index.html"),
            Self::Guide(slug) => all(out, ["guidance/", slug, ".html"]),
            Self::Data => out.write_str("data/index.html"),
            Self::Statistics => out.write_str("data/statistics.html"),
            Self::Transparency => out.write_str("transparency.html"),
            Self::Embed => out.write_str("embed.html"),
            Self::Search => out.write_str("search.html"),
            Self::Verify => out.write_str("verify.html"),
            Self::Feed => out.write_str("feed.atom"),
            Self::EnterpriseFeed(path) => all(out, ["enterprises/", path, ".atom"]),
            Self::EnterpriseCalendar(path) => all(out, ["enterprises/", path, ".ics"]),
            Self::ListFeed(kind, key) => all(out, [kind.folder(), "/", key, ".atom"]),
            Self::ListCalendar(kind, key) => all(out, [kind.folder(), "/", key, ".ics"]),
            Self::NotFound => out.write_str("404.html"),
            // One folder deep, as the addresses are at which it is served.
            Self::Shell => out.write_str("shell/index.html"),
        }
    }

    /// How many folders below the language's root the page lies.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Home
            | Self::Transparency
            | Self::Embed
            | Self::Search
            | Self::Verify
            | Self::Feed
            | Self::NotFound => 0,
            Self::List(Kind::Levels, _)
            | Self::ListFeed(Kind::Levels, _)
            | Self::ListCalendar(Kind::Levels, _)
            | Self::Page(Kind::Regions | Kind::Industries | Kind::Schemes, ..) => 2,
            Self::Page(Kind::Levels, ..) => 3,
            Self::Guide(slug) => 1 + slug.matches('/').count(),
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_what_the_path_says() {
        let key = || "gbt/star-5".to_owned();
        let routes = [
            Route::Home,
            Route::Certificate("A".into()),
            Route::Index(Kind::Levels),
            Route::List(Kind::Levels, key()),
            Route::Page(Kind::Levels, key(), 3),
            Route::List(Kind::Regions, "440500".into()),
            Route::ListFeed(Kind::Regions, "440500".into()),
            Route::ListCalendar(Kind::Levels, key()),
            Route::EnterpriseFeed("A".into()),
            Route::Page(Kind::Regions, "440500".into(), 1),
            Route::Edition(2026, 11),
            Route::Bulletin("2026-11-23.2".into()),
            Route::Transparency,
            Route::Embed,
            Route::Search,
            Route::Verify,
            Route::Guide("a/b".into()),
            Route::Statistics,
            Route::Shell,
        ];
        for route in routes {
            assert_eq!(route.to_string().matches('/').count(), route.depth(), "{route}");
        }
    }
}
