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
    /// Year and month.
    Edition(i16, i8),
    /// The same as a file of all changes.
    EditionData(i16, i8),
    GuidanceIndex,
    /// By slug.
    Guide(String),
    Data,
    Statistics,
    Feed,
    NotFound,
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
        match self {
            Self::Home => f.write_str("index.html"),
            Self::Certificate(path) => write!(f, "c/{path}.html"),
            Self::Enterprise(path) => write!(f, "enterprises/{path}.html"),
            Self::Index(kind) => write!(f, "{}/index.html", kind.folder()),
            Self::List(kind, key) => write!(f, "{}/{key}.html", kind.folder()),
            Self::Page(kind, key, page) => write!(f, "{}/{key}/{page}.html", kind.folder()),
            Self::Editions => f.write_str("editions/index.html"),
            Self::Edition(year, month) => write!(f, "editions/{year:04}-{month:02}.html"),
            Self::EditionData(year, month) => write!(f, "editions/{year:04}-{month:02}.csv"),
            Self::GuidanceIndex => f.write_str("guidance/index.html"),
            Self::Guide(slug) => write!(f, "guidance/{slug}.html"),
            Self::Data => f.write_str("data/index.html"),
            Self::Statistics => f.write_str("data/statistics.html"),
            Self::Feed => f.write_str("feed.atom"),
            Self::NotFound => f.write_str("404.html"),
        }
    }
}

impl Route {
    /// How many folders below the language's root the page lies.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Home | Self::Feed | Self::NotFound => 0,
            Self::List(Kind::Levels, _)
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
            Route::Page(Kind::Regions, "440500".into(), 1),
            Route::Edition(2026, 11),
            Route::Guide("a/b".into()),
            Route::Statistics,
        ];
        for route in routes {
            assert_eq!(route.to_string().matches('/').count(), route.depth(), "{route}");
        }
    }
}
