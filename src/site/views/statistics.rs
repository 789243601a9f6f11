//! The statistics, and the charts that the home page shares with them.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use serde::Serialize;

use crate::model::{Scheme, Status};
use crate::site::{
    frame::{About, Crumb, Here},
    index::List,
    route::{Kind, Route},
    tongue::Text,
    views::{
        chart::{Caption, ChartView, Named, bars, columns},
        list,
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct StatisticsView<'v> {
    title: &'v str,
    intro: &'v str,
    charts: Vec<ChartView<'v>>,
}

/// How many bars a chart has before the rest are taken together.
const BARS: usize = 10;

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
pub(super) fn levels_chart<'v>(
    here: &'v Here<'v>,
    scheme: &'v Scheme,
    id: &'static str,
) -> ChartView<'v> {
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
pub(super) fn coded_chart<'v>(here: &'v Here<'v>, kind: Kind) -> ChartView<'v> {
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

pub(super) fn issued_chart<'v>(here: &'v Here<'v>) -> ChartView<'v> {
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
