//! The home page and the statistics.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use serde::Serialize;
use serde_json::json;

use crate::model::{Scheme, Status};
use crate::site::{
    frame::{About, Crumb, Here, organization},
    index::{List, Subject},
    route::{Kind, Route},
    tongue::Text,
    views::{
        chart::{Caption, ChartView, Named, bars, columns},
        history::{ChangeView, change},
        list,
        seal::edition_words,
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

#[derive(Debug, Serialize)]
pub(crate) struct StatisticsView<'v> {
    title: &'v str,
    intro: &'v str,
    charts: Vec<ChartView<'v>>,
}

/// How many changes the home page shows.
const CHANGES: usize = 8;
/// How many bars a chart has before the rest are taken together.
const BARS: usize = 10;

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
    about.json_ld = Some(json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": tongue.plain(&site.config.name),
        "url": here.url(),
        "inLanguage": tongue.html_lang,
        "publisher": organization(site.config, tongue),
    }));
    (about, view)
}

/// What is said of a number that is not there: which edition does not have it.
fn not_found(here: &Here<'_>) -> Option<String> {
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
        entries.filter(|e| e.standing.status == status).max_by_key(|e| (e.standing.issued, &e.path))
    };
    let found = [Status::Valid, Status::Suspended, Status::Expired].into_iter().filter_map(newest);
    found
        .map(|entry| Example {
            number: entry.certificate.number.as_str(),
            href: here.href(&Route::Certificate(entry.path.clone())),
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
        number("number_holders", index.holders.len()),
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

pub(crate) fn statistics<'v>(here: &'v Here<'v>) -> (About<'v>, StatisticsView<'v>) {
    let tongue = here.tongue;
    let (title, intro) = (tongue.t("statistics_title"), tongue.t("statistics_intro"));
    let mut charts = vec![statuses_chart(here), issued_chart(here), expiring_chart(here)];
    let schemes: Vec<_> = here.site.register.schemes.values().collect();
    // An id of a page's element must be fixed text: so many schemes have a chart of their own.
    let ids = [
        "levels-1", "levels-2", "levels-3", "levels-4", "levels-5", "levels-6", "levels-7",
        "levels-8",
    ];
    charts.extend(schemes.into_iter().zip(ids).map(|(scheme, id)| levels_chart(here, scheme, id)));
    charts.extend([coded_chart(here, Kind::Regions), coded_chart(here, Kind::Industries)]);
    let mut about = About::new("statistics", title, intro);
    about.breadcrumbs = vec![
        here.crumb(tongue.t("nav_home"), &Route::Home),
        here.crumb(tongue.t("data_title"), &Route::Data),
        Crumb::end(title),
    ];
    (about, StatisticsView { title, intro, charts })
}

fn caption<'v>(here: &'v Here<'v>, id: &'static str, name: &str, summary: String) -> Caption<'v> {
    let tongue = here.tongue;
    let header = match name {
        "chart_issued" | "chart_expiring" => "chart_header_month",
        "chart_regions" => "chart_header_region",
        "chart_industries" => "chart_header_industry",
        "chart_statuses" => "chart_header_status",
        _ => "chart_header_level",
    };
    Caption {
        id,
        title: tongue.t(name).to_owned(),
        summary,
        label_header: tongue.t(header),
        value_header: tongue.t("chart_header_count"),
    }
}

fn top(here: &Here<'_>, name: &str, values: &[Named<'_>]) -> String {
    let most = values.iter().max_by_key(|value| value.count).filter(|most| most.count > 0);
    let Some(most) = most else { return String::new() };
    let count = most.count.to_string();
    here.tongue.fill(name, &[("top", &most.label.text), ("count", &count)])
}

/// Valid certificates by level, of one scheme: levels of two schemes are not compared.
fn levels_chart<'v>(here: &'v Here<'v>, scheme: &'v Scheme, id: &'static str) -> ChartView<'v> {
    let tongue = here.tongue;
    let mut counts = vec![0; scheme.levels.len()];
    for entry in here.site.index.entries.iter().filter(|e| e.standing.status == Status::Valid) {
        if entry.certificate.scheme.id == scheme.id {
            counts[entry.standing.level] += 1;
        }
    }
    let named = |(level, count): (&'v crate::model::Level, usize)| Named {
        label: tongue.local(&level.title),
        href: Some(here.href(&Route::List(Kind::Levels, format!("{}/{}", scheme.id, level.id)))),
        count,
        rest: false,
    };
    let values: Vec<_> = scheme.levels.iter().zip(counts).rev().map(named).collect();
    let summary = top(here, "chart_levels_summary", &values);
    let mut caption = caption(here, id, "chart_levels", summary);
    let short = tongue.plain(scheme.short_title.as_ref().unwrap_or(&scheme.title));
    caption.title = tongue.fill("chart_levels_of", &[("title", &caption.title), ("scheme", short)]);
    bars(caption, values)
}

/// Valid certificates by region or industry; beyond the first ones, together.
fn coded_chart<'v>(here: &'v Here<'v>, kind: Kind) -> ChartView<'v> {
    let index = &here.site.index;
    let valid = |list: &List<'_>| {
        let entries = list.slots.iter().map(|slot| index.entry(slot.entry));
        entries.filter(|entry| entry.standing.status == Status::Valid).count()
    };
    let mut lists: Vec<_> = index.of(kind).map(|list| (valid(list), list)).collect();
    lists.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.key.cmp(&y.key)));
    let rest: usize = lists.iter().skip(BARS).map(|(count, _)| count).sum();
    let named = |(count, list): (usize, &'v List<'v>)| Named {
        label: list::label(list, here.tongue),
        href: Some(here.href(&Route::List(kind, list.key.clone()))),
        count,
        rest: false,
    };
    let mut values: Vec<_> = lists.into_iter().take(BARS).map(named).collect();
    let (id, name, summary) = match kind {
        Kind::Industries => ("industries", "chart_industries", "chart_industries_summary"),
        _ => ("regions", "chart_regions", "chart_regions_summary"),
    };
    let summary = top(here, summary, &values);
    if rest > 0 {
        let label = Text::plain(here.tongue.t("chart_other"));
        values.push(Named {
            label,
            href: Some(here.href(&Route::Index(kind))),
            count: rest,
            rest: true,
        });
    }
    bars(caption(here, id, name, summary), values)
}

fn statuses_chart<'v>(here: &'v Here<'v>) -> ChartView<'v> {
    let (tongue, index) = (here.tongue, &here.site.index);
    let statuses = [
        Status::Valid,
        Status::Suspended,
        Status::Expired,
        Status::Cancelled,
        Status::Withdrawn,
        Status::NotYetValid,
    ];
    let values: Vec<_> = statuses
        .into_iter()
        .map(|status| Named {
            label: Text::plain(tongue.coded("status", status.code())),
            href: None,
            count: index.count(status),
            rest: false,
        })
        .collect();
    let (all, valid) = (index.entries.len().to_string(), index.count(Status::Valid).to_string());
    let summary = tongue.fill("chart_statuses_summary", &[("n", &all), ("valid", &valid)]);
    bars(caption(here, "statuses", "chart_statuses", summary), values)
}

/// The twelve months up to a day's, the oldest first.
fn twelve_months(first: Date) -> impl Iterator<Item = (i16, i8)> {
    let first = first.first_of_month();
    (0..12).map(move |n| {
        let month = first.saturating_add(Span::new().months(n));
        (month.year(), month.month())
    })
}

fn months_chart<'v>(
    here: &'v Here<'v>,
    (id, name): (&'static str, &str),
    first: Date,
    days: impl Iterator<Item = Date>,
) -> ChartView<'v> {
    let tongue = here.tongue;
    let mut counts: BTreeMap<(i16, i8), usize> =
        twelve_months(first).map(|month| (month, 0)).collect();
    for day in days {
        if let Some(count) = counts.get_mut(&(day.year(), day.month())) {
            *count += 1;
        }
    }
    let words = |month: Option<&(i16, i8)>| {
        month.map(|(year, month)| tongue.month(*year, *month)).unwrap_or_default()
    };
    let (from, to) = (words(counts.keys().next()), words(counts.keys().next_back()));
    let all = counts.values().sum::<usize>().to_string();
    let values = [("from", &*from), ("to", &*to), ("n", &*all)];
    let summary = tongue.fill(&format!("{name}_summary"), &values);
    let columns_of = counts.into_iter();
    let values = columns_of.map(|((year, month), count)| {
        (tongue.month(year, month), tongue.short_month(month), count)
    });
    columns(caption(here, id, name, summary), values.collect())
}

fn issued_chart<'v>(here: &'v Here<'v>) -> ChartView<'v> {
    let today = here.site.today;
    let first = today.first_of_month().saturating_sub(Span::new().months(11));
    let days = here.site.index.entries.iter().map(|entry| entry.certificate.grant.issued);
    months_chart(here, ("issued", "chart_issued"), first, days.filter(|day| *day <= today))
}

fn expiring_chart<'v>(here: &'v Here<'v>) -> ChartView<'v> {
    let valid = here.site.index.entries.iter().filter(|e| e.standing.status == Status::Valid);
    let days = valid.map(|entry| entry.standing.until);
    months_chart(here, ("expiring", "chart_expiring"), here.site.today, days)
}
