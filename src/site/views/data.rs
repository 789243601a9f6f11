//! The page about open data.

use serde::Serialize;

use crate::site::{
    frame::{About, Crumb, Here},
    machines::part_names,
    records::{FIELDS, FILE, SEALED},
    route::Route,
    tongue::Text,
    views::list::{Cell, DataTable, Heading},
};

#[derive(Debug, Serialize)]
pub(crate) struct DataView<'v> {
    title: &'v str,
    intro: &'v str,
    files: Vec<FileEntry<'v>>,
    fields: DataTable<'v>,
}

#[derive(Debug, Serialize)]
struct FileEntry<'v> {
    href: String,
    name: String,
    #[serde(rename = "type")]
    media_type: &'static str,
    text: &'v str,
}

pub(crate) fn data<'v>(here: &'v Here<'v>) -> (About<'v>, DataView<'v>) {
    let tongue = here.tongue;
    let (title, intro) = (tongue.t("data_title"), tongue.t("data_intro"));
    let file = |name: String, media_type, key| FileEntry {
        href: format!("{}data/{name}", here.root),
        name,
        media_type,
        text: tongue.t(key),
    };
    let names = part_names(here.site);
    let csv = names.iter().map(|name| file(format!("{name}.csv"), "text/csv", "data_csv"));
    let json = names.iter();
    let json = json.map(|name| file(format!("{name}.jsonl"), "application/jsonl", "data_jsonl"));
    let schema = format!("{FILE}.schema.json");
    let schema = file(schema, "application/schema+json", "data_schema");
    let files = csv.chain(json).chain([schema]).collect();
    let row = |(key, label): &(&'static str, &'static str)| {
        vec![Cell::words(Text::plain(*key)).header(), Cell::words(Text::plain(tongue.t(label)))]
    };
    let sealed = here.site.seals.is_some();
    let heading = |key| Heading { label: tongue.t(key), numeric: false };
    let fields = DataTable {
        caption: tongue.t("data_fields_caption").to_owned(),
        columns: vec![heading("data_field_key"), heading("data_field_meaning")],
        rows: FIELDS.iter().filter(|(key, _)| sealed || !SEALED.contains(key)).map(row).collect(),
        note: Some(tongue.t("data_csv_note").to_owned()),
        id: None,
    };
    let mut about = About::new("data", title, intro);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    (about, DataView { title, intro, files, fields })
}
