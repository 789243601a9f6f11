//! The badge: a picture for the holder's own site. It says when what it says was entered, since a
//! picture cannot know what day it is.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::Status;
use crate::site::{
    frame::{About, Crumb, Here},
    index::Entry,
    route::{Route, Shared},
    tongue::{Tongue, iso},
    views::row::level,
};

/// A badge. Lines have the size, in pixels, at which they fit.
#[derive(Debug, Serialize)]
pub(crate) struct BadgeView<'v> {
    /// `valid`, or what to be grey for.
    code: &'static str,
    title: String,
    lang: &'v str,
    body: Line,
    /// The level, and the word of a status that is not valid.
    word: Line,
    until: Line,
    /// Level and last day in the register's second language.
    other: Option<Line>,
    other_lang: Option<&'v str>,
    foot: Line,
    /// Where the stars begin.
    stars: Vec<u32>,
}

#[derive(Debug, Serialize)]
struct Line {
    text: String,
    size: String,
}

/// How wide a line may be, in pixels.
const WIDTH: u32 = 230;
/// Where lines end.
const RIGHT: u32 = 310;
/// How far stars are apart.
const STAR: u32 = 18;

impl Line {
    /// A text at a size in tenths of a pixel, or as much smaller as it must be.
    fn new(text: String, size: u32, width: u32) -> Self {
        // Han characters are as wide as high; others about half.
        let wide = |c: char| if c.is_ascii() { 58 } else { 100 };
        let units = text.chars().map(wide).sum::<u32>().max(1);
        let fits = size.min(width * 1000 / units);
        Self { text, size: format!("{}.{}", fits / 10, fits % 10) }
    }
}

/// The badge of a certificate.
pub(crate) fn badge<'v>(here: &'v Here<'v>, entry: &'v Entry<'v>) -> BadgeView<'v> {
    let (tongue, standing) = (here.tongue, &entry.standing);
    let level = level(entry);
    let valid = standing.status == Status::Valid;
    let (until, as_of) = (iso(standing.until), iso(standing.as_of));
    let say = |tongue: &Tongue<'_>, key| {
        let values = [
            ("holder", tongue.plain(standing.holder_name)),
            ("level", tongue.plain(&level.title)),
            ("status", tongue.coded("status", standing.status.code())),
            ("until", &*until),
            ("date", &*as_of),
        ];
        tongue.fill(key, &values)
    };
    let either = |a, b| if valid { a } else { b };
    let stars = level.stars.filter(|_| valid).unwrap_or_default().min(7);
    let number = entry.certificate.number.as_str();
    let second = here.site.tongues.iter().find(|other| other.language != tongue.language);
    let scheme = &entry.certificate.scheme;
    let scheme = tongue.plain(scheme.short_title.as_ref().unwrap_or(&scheme.title));
    let body = format!("{} · {scheme}", tongue.plain(&here.site.config.body.name));
    let (word, until_text) = if valid {
        (tongue.plain(&level.title).to_owned(), say(tongue, "badge_until"))
    } else {
        (say(tongue, "badge_ended"), tongue.t("badge_not").to_owned())
    };
    let other = second.map(|other| say(other, either("badge_other", "badge_ended")));
    BadgeView {
        code: standing.status.code(),
        title: say(tongue, either("badge_title_valid", "badge_title")),
        lang: tongue.html_lang,
        body: Line::new(body, 120, WIDTH),
        word: Line::new(word, 200, WIDTH - stars * STAR),
        until: Line::new(until_text, 140, WIDTH),
        other: other.map(|text| Line::new(text, 115, WIDTH)),
        other_lang: second.map(|other| other.html_lang),
        foot: Line::new(format!("{number} · {}", say(tongue, "badge_as_of")), 105, WIDTH),
        stars: (1..=stars).rev().map(|n| RIGHT - n * STAR).collect(),
    }
}

/// How to show a badge.
#[derive(Debug, Serialize)]
pub(crate) struct EmbedView<'v> {
    title: &'v str,
    intro: &'v str,
    /// What a script puts the number's path into.
    plain: String,
    live: String,
    /// A badge there is.
    number: &'v str,
    path: Cow<'v, str>,
    page_href: String,
    badge_href: String,
}

/// What stands for the number's path in the snippets.
const PLACE: &str = "NUMBER";

/// How to show a badge, with the newest valid certificate for an example.
pub(crate) fn embed<'v>(here: &'v Here<'v>) -> Option<(About<'v>, EmbedView<'v>)> {
    let entry = example(here)?;
    let tongue = here.tongue;
    let (title, intro) = (tongue.t("embed_title"), tongue.t("embed_intro"));
    let base = here.site.base_url.as_str();
    let page = format!("{base}/{}{}", tongue.prefix, Route::Certificate(PLACE.to_owned()));
    let picture = format!("{base}/{}", Shared::Badge(PLACE));
    let image = format!(
        "<img src=\"{picture}\" width=\"320\" height=\"112\" alt=\"{} {PLACE}\">",
        tongue.t("certificate")
    );
    let live = format!(
        "<a href=\"{page}\" data-attestar=\"{PLACE}\" data-lang=\"{}\">{image}</a>\n\
         <script type=\"module\" src=\"{base}/assets/badge.js\"></script>",
        tongue.language.code()
    );
    let mut about = About::new("embed", title, intro);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    let view = EmbedView {
        title,
        intro,
        plain: format!("<a href=\"{page}\">{image}</a>"),
        live,
        number: entry.certificate.number.as_str(),
        path: entry.path(),
        page_href: here.href(&Route::Certificate(entry.path().into_owned())),
        badge_href: format!("{}{}", here.root, Shared::Badge(&entry.path())),
    };
    Some((about, view))
}

/// A certificate to show things with: the newest valid one, or else the first.
pub(crate) fn example<'v>(here: &'v Here<'v>) -> Option<&'v Entry<'v>> {
    let entries = &here.site.index.entries;
    let valid = entries.iter().filter(|entry| entry.standing.status == Status::Valid);
    let sealed = |entry: &&Entry<'_>| {
        here.site.seals.as_ref().is_some_and(|seals| seals.of(entry).is_some())
    };
    valid
        .filter(sealed)
        .max_by_key(|entry| (entry.standing.issued, entry.path()))
        .or_else(|| entries.iter().find(sealed))
}
