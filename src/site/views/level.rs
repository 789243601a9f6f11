//! The level on a certificate's page.

use serde::Serialize;

use crate::site::{
    index::Entry,
    tongue::{Text, Tongue},
    views::row::level,
};

#[derive(Debug, Serialize)]
pub(crate) struct LevelView<'v> {
    id: &'v str,
    /// As it is signed.
    name: Text<'v>,
    /// The words around the name, such as `（满分五星）`.
    before: String,
    after: String,
    stars: Option<u32>,
    max_stars: Option<u32>,
    /// Name and words together.
    words: Text<'v>,
}

/// What stands in a label for the name, until the label is taken apart there.
const NAME: &str = "\u{1}";

pub(crate) fn level_view<'v>(entry: &'v Entry<'v>, tongue: &'v Tongue<'v>) -> LevelView<'v> {
    let scheme = &entry.certificate.scheme;
    let level = level(entry);
    let name = tongue.local(&level.title);
    let max_stars = scheme.max_stars();
    let around = match (level.stars, max_stars) {
        (Some(stars), Some(max)) if stars > 0 => {
            tongue.fill("stars_words", &[("name", NAME), ("max", &max.to_string())])
        }
        _ => {
            let (rank, max) = (entry.standing.level + 1, scheme.levels.len());
            let values = [("name", NAME), ("rank", &rank.to_string()), ("max", &max.to_string())];
            tongue.fill("rank_words", &values)
        }
    };
    let words = Text { text: around.replace(NAME, &name.text).into(), lang: name.lang };
    let (before, after) = around.split_once(NAME).unwrap_or(("", &around));
    let (before, after) = (before.to_owned(), after.replace(NAME, ""));
    LevelView { id: &level.id, name, before, after, stars: level.stars, max_stars, words }
}
