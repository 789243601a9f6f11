//! Where the links of a Markdown text lead on a page.

use crate::markdown::{LinkKind, Links, Place, Target, resolve};
use crate::site::{frame::Here, route::Route};

/// The links of a text in a file of the register, as seen from a page.
pub(super) struct PageLinks<'l> {
    pub(super) here: &'l Here<'l>,
    /// Relative to the register's root.
    pub(super) file: &'l str,
}

impl Links for PageLinks<'_> {
    fn resolve(&self, destination: &str, kind: LinkKind) -> Target {
        let (path, anchor) = match resolve(self.file, destination) {
            Place::Web if kind == LinkKind::Link => {
                return Target::Href(destination.trim().to_owned());
            }
            Place::Web | Place::Unsafe => return Target::Foreign,
            Place::File { path, anchor } => (path, anchor),
        };
        let site = self.here.site;
        let inside = path.strip_prefix("content/").unwrap_or_default();
        let found = if let Some((picture, _)) = site.register.pictures.get_key_value(inside) {
            Some(format!("{}media/{picture}", self.here.root))
        } else {
            (kind == LinkKind::Link)
                .then(|| site.page_of(&path))
                .flatten()
                .map(|route| self.href(&route))
        };
        let Some(href) = found else { return Target::Missing };
        match anchor {
            Some(anchor) if path == self.file => Target::Href(format!("#{anchor}")),
            Some(anchor) => Target::Href(format!("{href}#{anchor}")),
            None => Target::Href(href),
        }
    }
}

impl PageLinks<'_> {
    fn href(&self, route: &Route) -> String {
        self.here.href(route)
    }
}
