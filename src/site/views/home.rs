//! The home page.

use serde::Serialize;
use serde_json::json;

use crate::model::{Scheme, Status};
use crate::site::{
    frame::{About, Here, Organization},
    index::Subject,
    route::{Kind, Route},
    tongue::Text,
    views::{
        chart::ChartView,
        history::{ChangeView, change},
        seal::edition_words,
        statistics::{coded_chart, issued_chart, levels_chart},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct HomeView<'v> {
    search: Search,
    examples: Vec<Example<'v>>,
    numbers: Vec<Number<'v>>,
    levels: Vec<LevelEntry<'v>>,
    scheme_title: Option<Text<'v>>,
    charts: Vec<ChartView<'v>>,
    changes: Vec<ChangeView<'v>>,
    latest_edition: Option<Titled>,
    doors: Vec<Door<'v>>,
    steps: Vec<Step<'v>>,
}

#[derive(Debug, Serialize)]
struct Search {
    base: String,
    not_found: Option<String>,
}

#[derive(Debug, Serialize)]
struct Example<'v> {
    number: &'v str,
    href: String,
    holder: Text<'v>,
}

#[derive(Debug, Serialize)]
struct Number<'v> {
    label: &'v str,
    value: String,
}

#[derive(Debug, Serialize)]
struct LevelEntry<'v> {
    name: Text<'v>,
    stars: Option<u32>,
    min_text: Option<String>,
    count_text: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct Titled {
    title: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct Door<'v> {
    title: &'v str,
    text: &'v str,
    href: String,
}

#[derive(Debug, Serialize)]
struct Step<'v> {
    title: &'v str,
    text: &'v str,
}

/// How many changes the home page shows.
const CHANGES: usize = 8;

pub(crate) fn home<'v>(here: &'v Here<'v>) -> (About<'v>, HomeView<'v>) {
    let (site, tongue) = (here.site, here.tongue);
    let scheme = largest_scheme(here);
    let mut charts: Vec<_> =
        scheme.map(|scheme| levels_chart(here, scheme, "levels")).into_iter().collect();
    charts.push(issued_chart(here));
    charts.extend([coded_chart(here, Kind::Regions), coded_chart(here, Kind::Industries)]);
    let newest = site.index.changes.iter().rev().take(CHANGES);
    let view = HomeView {
        search: Search { base: format!("{}c/", here.home), not_found: not_found(here) },
        examples: examples(here),
        numbers: numbers(here),
        levels: scheme.map(|scheme| ladder(here, scheme)).unwrap_or_default(),
        scheme_title: scheme.map(|scheme| tongue.local(&scheme.title)),
        charts,
        changes: newest.map(|found| change(here, found)).collect(),
        latest_edition: latest_edition(here),
        doors: doors(here),
        steps: [
            ("step_1_title", "step_1_text"),
            ("step_2_title", "step_2_text"),
            ("step_3_title", "step_3_text"),
        ]
        .map(|(title, text)| Step { title: tongue.t(title), text: tongue.t(text) })
        .into(),
    };
    let mut about = About::new("home", tongue.t("home_title"), tongue.t("home_description"));
    let json_ld = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": tongue.plain(&site.config.name),
        "url": here.url(),
        "inLanguage": tongue.html_lang,
        "publisher": Organization::body(site.config, tongue),
    });
    about.json_ld = Some(json_ld.to_string());
    (about, view)
}

/// What is said of a number that is not there: which edition does not have it.
pub(super) fn not_found(here: &Here<'_>) -> Option<String> {
    let newest = here.site.seals.as_ref()?.sealed.newest();
    let (n, date) = (newest.ordinal.to_string(), edition_words(here.tongue, newest.name));
    Some(here.tongue.fill("not_found_edition", &[("n", &n), ("date", &date)]))
}

/// The newest edition, or the newest month with changes in a working copy.
fn latest_edition(here: &Here<'_>) -> Option<Titled> {
    let tongue = here.tongue;
    if let Some(seals) = &here.site.seals {
        let name = seals.sealed.newest().name;
        let title = tongue.fill("home_edition", &[("edition", &edition_words(tongue, name))]);
        return Some(Titled { title, href: here.href(&Route::Bulletin(name.to_string())) });
    }
    here.site.months().next_back().map(|(year, month)| Titled {
        title: tongue.fill("edition_title", &[("month", &tongue.month(year, month))]),
        href: here.href(&Route::Edition(year, month)),
    })
}

/// The scheme with the most certificates: whose levels a visitor most likely asks about.
fn largest_scheme<'v>(here: &'v Here<'v>) -> Option<&'v Scheme> {
    let lists = here.site.index.of(Kind::Schemes);
    let list = lists.max_by_key(|list| (list.slots.len(), std::cmp::Reverse(&list.key)))?;
    match list.subject {
        Subject::Scheme(scheme) => Some(scheme),
        _ => None,
    }
}

/// Three certificates that answer differently: the newest valid, suspended and expired ones.
fn examples<'v>(here: &'v Here<'v>) -> Vec<Example<'v>> {
    let newest = |status| {
        let entries = here.site.index.entries.iter();
        entries
            .filter(|e| e.standing.status == status)
            .max_by_key(|e| (e.standing.issued, e.path()))
    };
    let found = [Status::Valid, Status::Suspended, Status::Expired].into_iter().filter_map(newest);
    found
        .map(|entry| Example {
            number: entry.certificate.number.as_str(),
            href: here.href(&Route::Certificate(entry.path().into_owned())),
            holder: here.tongue.local(entry.standing.holder_name),
        })
        .collect()
}

fn numbers<'v>(here: &'v Here<'v>) -> Vec<Number<'v>> {
    let index = &here.site.index;
    let number =
        |label, value: usize| Number { label: here.tongue.t(label), value: grouped(value) };
    vec![
        number("number_certificates", index.entries.len()),
        number("number_valid", index.count(Status::Valid)),
        number("number_holders", index.holders.all.len()),
        number("number_regions", index.of(Kind::Regions).count()),
        number("number_schemes", index.of(Kind::Schemes).count()),
    ]
}

/// `1234567` as `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn ladder<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> Vec<LevelEntry<'v>> {
    let tongue = here.tongue;
    let level = |level: &'v crate::model::Level| {
        let key = format!("{}/{}", scheme.id, level.id);
        let list = here.site.index.of(Kind::Levels).find(|list| list.key == key);
        let least = level.min_score.map(|least| least.to_string());
        LevelEntry {
            name: tongue.local(&level.title),
            stars: level.stars.filter(|stars| *stars > 0),
            min_text: least.map(|score| tongue.fill("level_min", &[("score", &score)])),
            count_text: tongue.count("count_short", list.map_or(0, |list| list.slots.len())),
            href: here.href(&Route::List(Kind::Levels, key)),
        }
    };
    scheme.levels.iter().rev().map(level).collect()
}

fn doors<'v>(here: &'v Here<'v>) -> Vec<Door<'v>> {
    let guide = |slug: &str| {
        if here.site.has_guide(slug) { Route::Guide(slug.to_owned()) } else { Route::GuidanceIndex }
    };
    let door = |name: &str, route: &Route| Door {
        title: here.tongue.t(&format!("door_{name}_title")),
        text: here.tongue.t(&format!("door_{name}_text")),
        href: here.href(route),
    };
    let auditors = if here.site.seals.is_some() { Route::Transparency } else { Route::Data };
    vec![
        door("customers", &guide("what-it-means")),
        door("buyers", &guide("how-to-check")),
        door("companies", &guide("procedure")),
        door("auditors", &auditors),
    ]
}
