//! Guidance pages: `content/guidance/SLUG.md` and `SLUG.LANG.md`.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use crate::diag::{Report, Severity, Source};
use crate::fields::{Document, Fields};
use crate::load::{Lists, findings, record};
use crate::markdown;
use crate::model::{Guide, Language};

/// The tables of a scheme that a page can show.
const DATA: [&str; 4] = ["levels", "clauses", "quota", "sampling"];
/// The parts of the guidance index, in its order.
const GROUPS: [&str; 5] = ["customers", "companies", "process", "schemes", "help"];

/// Reads one page.
pub(super) fn read(source: &Arc<Source>, lists: &Lists<'_>, report: &mut Report) -> Option<Guide> {
    let mut own = Report::default();
    let ranges = record::split(source, &mut own);
    let guide = ranges.and_then(|(front, body)| {
        let text = source.text().get(body).unwrap_or_default().trim();
        let read = |fields: &Fields<'_>| guide(fields, source, text, lists);
        Document::read(source, front, lists.languages, &mut own, read)?
    });
    let sound = own.count(Severity::Error) == 0;
    report.append(own);
    guide.filter(|_| sound)
}

fn guide(
    fields: &Fields<'_>,
    source: &Arc<Source>,
    text: &str,
    lists: &Lists<'_>,
) -> Option<Guide> {
    fields.needs("title", "\"…\"");
    let title = fields.text("title");
    let summary = fields.text("summary").map(|at| at.value.into());
    let order = fields.integer("order").map_or(1000, |at| at.value);
    let group = fields.text("group");
    if let Some(group) = group.as_ref().filter(|group| !GROUPS.contains(&group.value)) {
        let label = group.label.clone();
        fields.push(findings::unknown_word(label, "group", group.value, GROUPS.into_iter()));
    }
    let scheme = record::scheme(fields, lists);
    let data = fields.texts("data").unwrap_or_default();
    for item in data.iter().filter(|item| !DATA.contains(&item.value)) {
        let label = item.label.clone();
        fields.push(findings::unknown_word(label, "table", item.value, DATA.into_iter()));
    }
    let path = source.path().strip_prefix("content/guidance/").unwrap_or(source.path());
    let (slug, language) = slug(path, fields.languages());
    let anchors = markdown::headings(text);
    let (mut once, mut twice) = (HashSet::new(), BTreeSet::new());
    twice.extend(anchors.iter().filter(|anchor| !once.insert(*anchor)));
    for anchor in twice {
        fields.push(findings::heading_duplicate(source, anchor));
    }
    Some(Guide {
        slug: slug.into(),
        language,
        title: title?.value.into(),
        summary,
        order,
        group: group.map_or("help", |at| at.value).into(),
        scheme,
        data: data.into_iter().map(|at| at.value.into()).collect(),
        text: text.into(),
        anchors: anchors.into_iter().map(Into::into).collect(),
        file: source.path().into(),
    })
}

/// `levels.en.md` is `levels` in English; `levels.md` is it in the first language.
pub(super) fn slug<'p>(path: &'p str, languages: &[Language]) -> (&'p str, Language) {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let language = |text: &str| text.parse().ok().filter(|l| languages.contains(l));
    match stem.rsplit_once('.').and_then(|(slug, end)| Some((slug, language(end)?))) {
        Some(found) => found,
        None => (stem, languages[0]),
    }
}
