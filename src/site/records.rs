//! Open data: every certificate as a line of CSV and as a line of JSON.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::model::{Coded, HolderId, LocalText, Status};
use crate::proof::hex;
use crate::site::{
    Site,
    csv::{Line, csv_line},
    index::{Change, Entry, What},
    route::Route,
    tongue::iso,
    views::row::level,
};

/// What the data files are called.
pub(super) const FILE: &str = "certificates";

/// The members of a certificate in the data files, with the label that says what they mean.
pub(super) const FIELDS: [(&str, &str); 24] = [
    ("number", "field_number"),
    ("url", "data_meaning_url"),
    ("status", "data_meaning_status"),
    ("status_since", "data_meaning_status_since"),
    ("scheme", "field_scheme"),
    ("standard", "field_standard"),
    ("level", "field_level"),
    ("holder", "field_holder"),
    ("identifier_scheme", "data_meaning_identifier_scheme"),
    ("identifier", "data_meaning_identifier"),
    ("scope", "field_scope"),
    ("exclusions", "field_exclusions"),
    ("region", "field_region"),
    ("industry", "field_industry"),
    ("decided", "field_decided"),
    ("issued", "field_issued"),
    ("valid_from", "field_valid_from"),
    ("expires", "data_meaning_expires"),
    ("valid_until", "data_meaning_valid_until"),
    ("first_granted", "field_first_granted"),
    ("sites", "field_sites"),
    ("history", "history_heading"),
    ("serial", "data_meaning_serial"),
    ("sha256", "data_meaning_sha256"),
];

/// Those of them that only a sealed register has.
pub(super) const SEALED: [&str; 2] = ["serial", "sha256"];

#[derive(Serialize)]
struct Record<'r> {
    number: &'r str,
    url: String,
    status: &'static str,
    status_since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    scheme: &'r str,
    standard: &'r str,
    level: &'r str,
    level_title: Versions<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stars: Option<u32>,
    holder: Versions<'r>,
    identifier_scheme: &'r str,
    identifier: &'r str,
    scope: Versions<'r>,
    exclusions: &'r [Box<str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<CodedRecord<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<CodedRecord<'r>>,
    decided: String,
    issued: String,
    valid_from: String,
    expires: String,
    valid_until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_granted: Option<String>,
    sites: Vec<SiteRecord<'r>>,
    history: Vec<HistoryRecord<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// All versions of a text, by language. Nearly always there are one or two.
#[derive(Clone, Copy)]
struct Versions<'r>(&'r LocalText);

impl Serialize for Versions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.iter().is_sorted_by_key(|(language, _)| language) {
            return serializer.collect_map(self.0.iter());
        }
        serializer.collect_map(self.0.iter().collect::<BTreeMap<_, _>>())
    }
}

#[derive(Serialize)]
struct CodedRecord<'r> {
    code: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Versions<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'r str>,
}

#[derive(Serialize)]
struct SiteRecord<'r> {
    name: Versions<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Versions<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

#[derive(Serialize)]
struct HistoryRecord<'r> {
    date: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
}

fn coded(coded: &Coded) -> CodedRecord<'_> {
    let name = coded.name.as_ref().map(Versions);
    CodedRecord { code: &coded.code, name, edition: coded.edition.as_deref() }
}

fn id_scheme(id: &HolderId) -> &str {
    match id {
        HolderId::CreditCode(_) => "uscc",
        HolderId::Other { scheme, .. } => scheme,
    }
}

fn record<'r>(site: &Site<'r>, entry: &'r Entry<'r>) -> Record<'r> {
    let (certificate, standing) = (entry.certificate, &entry.standing);
    let scheme = &certificate.scheme;
    let step = level(entry);
    let publish = |reason: &'r str| scheme.publication.reasons.then_some(reason);
    let ended =
        matches!(standing.status, Status::Suspended | Status::Withdrawn | Status::Cancelled);
    let mut history = vec![HistoryRecord {
        date: iso(certificate.grant.issued),
        kind: "granted",
        effective: None,
        reason: None,
    }];
    history.extend(certificate.events.iter().map(|event| HistoryRecord {
        date: iso(event.date),
        kind: event.kind.name(),
        effective: (event.effective != event.date).then(|| iso(event.effective)),
        reason: event.reason().and_then(publish),
    }));
    let sites = entry.timeline().sites().into_iter().map(|place| SiteRecord {
        name: Versions(&place.site.name),
        address: place
            .site
            .address
            .as_ref()
            .filter(|_| scheme.publication.site_addresses)
            .map(Versions),
        role: place.site.role.map(crate::model::SiteRole::name),
        from: place.from.map(iso),
        until: place.until.map(iso),
    });
    let version = site.seals.as_ref().and_then(|seals| Some(seals.of(entry)?.newest()));
    Record {
        number: certificate.number.as_str(),
        url: site.url(&site.tongues[0], &Route::Certificate(entry.path().into_owned())),
        status: standing.status.code(),
        status_since: iso(standing.since),
        reason: standing.reason.filter(|_| ended).and_then(publish),
        scheme: &scheme.id,
        standard: &scheme.standard,
        level: &step.id,
        level_title: Versions(&step.title),
        stars: step.stars,
        holder: Versions(standing.holder_name),
        identifier_scheme: id_scheme(standing.holder_id),
        identifier: standing.holder_id.value(),
        scope: Versions(standing.scope),
        exclusions: standing.exclusions,
        region: standing.region.map(coded),
        industry: standing.industry.map(coded),
        decided: iso(standing.decided),
        issued: iso(standing.issued),
        valid_from: iso(standing.cycle.from),
        expires: iso(standing.cycle.until),
        valid_until: iso(standing.until),
        first_granted: standing.first_granted.map(iso),
        sites: sites.collect(),
        history,
        serial: version.map(|version| version.serial),
        sha256: version.map(|version| hex(&version.sha256)),
    }
}

/// Adds one line of JSON, with its line end.
pub(super) fn json_line(site: &Site<'_>, entry: &Entry<'_>, lines: &mut Vec<u8>) {
    serde_json::to_writer(&mut *lines, &record(site, entry))
        .expect("strings and numbers can be written to memory");
    lines.push(b'\n');
}

/// The columns of the CSV file.
pub(super) fn csv_head(site: &Site<'_>) -> Vec<u8> {
    // Spreadsheets take a file without the mark for one in the local encoding.
    let mark = "\u{FEFF}";
    let mut cells = vec![format!("{mark}number"), "status".to_owned(), "status_since".to_owned()];
    let languages = &site.config.languages;
    let each =
        |name: &str| languages.iter().map(move |l| format!("{name}_{l}")).collect::<Vec<_>>();
    cells.extend(["scheme", "standard", "level"].map(str::to_owned));
    cells.extend(each("level_title"));
    cells.extend(each("holder"));
    cells.extend(["identifier_scheme", "identifier"].map(str::to_owned));
    cells.extend(each("scope"));
    cells.extend(["exclusions", "region", "industry"].map(str::to_owned));
    let days = ["decided", "issued", "valid_from", "expires", "valid_until", "first_granted"];
    cells.extend(days.map(str::to_owned));
    cells.extend(["sites", "url"].map(str::to_owned));
    if site.seals.is_some() {
        cells.extend(["serial", "sha256"].map(str::to_owned));
    }
    csv_line(&cells)
}

/// Adds one line of CSV (RFC 4180), with its line end.
pub(super) fn csv_row(site: &Site<'_>, entry: &Entry<'_>, lines: &mut Vec<u8>) {
    let record = record(site, entry);
    let languages = &site.config.languages;
    let mut line = Line::new(lines);
    let each = |line: &mut Line<'_>, text: &Versions<'_>| {
        for language in languages {
            line.cell(text.0.get(*language).unwrap_or_default());
        }
    };
    let [region, industry] =
        [&record.region, &record.industry].map(|coded| coded.as_ref().map_or("", |c| c.code));
    line.cells([record.number, record.status, &record.status_since]);
    line.cells([record.scheme, record.standard, record.level]);
    each(&mut line, &record.level_title);
    each(&mut line, &record.holder);
    line.cells([record.identifier_scheme, record.identifier]);
    each(&mut line, &record.scope);
    line.cells([&*record.exclusions.join(" "), region, industry]);
    line.cells([&*record.decided, &record.issued, &record.valid_from]);
    line.cells([&*record.expires, &record.valid_until]);
    line.cell(record.first_granted.as_deref().unwrap_or_default());
    line.cells([&*record.sites.len().to_string(), &record.url]);
    if site.seals.is_some() {
        let serial = record.serial.map(|serial| serial.to_string());
        line.cells([serial.as_deref(), record.sha256.as_deref()].map(Option::unwrap_or_default));
    }
    line.end();
}

/// What happened, in data files.
pub(super) fn what(entry: &Entry<'_>, change: &Change) -> &'static str {
    match change.what {
        What::Granted => "granted",
        What::Expired => "expired",
        What::Event(at) => entry.certificate.events[at as usize].kind.name(),
    }
}

/// Changes as CSV.
pub(super) fn changes_csv(site: &Site<'_>, changes: &[Change]) -> Vec<u8> {
    let mut bytes = csv_line(&["date", "kind", "number", "identifier", "url"].map(str::to_owned));
    for change in changes {
        let entry = site.index.entry(change.entry);
        let number = entry.certificate.number.as_str();
        let url = site.url(&site.tongues[0], &Route::Certificate(entry.path().into_owned()));
        let mut line = Line::new(&mut bytes);
        line.cells([&*iso(change.date), what(entry, change), number]);
        line.cells([entry.standing.holder_id.value(), &url]);
        line.end();
    }
    bytes
}

/// The JSON Schema of a line of `certificates.jsonl`.
pub(super) fn schema(site: &Site<'_>) -> Json {
    let day = json!({ "type": "string", "format": "date" });
    let text = json!({ "type": "string", "minLength": 1 });
    let languages: Vec<_> = site.config.languages.iter().map(ToString::to_string).collect();
    let versions = json!({
        "type": "object",
        "minProperties": 1,
        "additionalProperties": false,
        "properties": languages.iter().map(|l| (l.clone(), text.clone())).collect::<serde_json::Map<_, _>>(),
    });
    let coded = json!({
        "type": "object",
        "required": ["code"],
        "additionalProperties": false,
        "properties": { "code": text, "name": versions, "edition": text },
    });
    let statuses =
        ["none", "not-yet-valid", "valid", "suspended", "expired", "cancelled", "withdrawn"];
    let place = json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": { "name": versions, "address": versions, "role": text, "from": day, "until": day },
    });
    let step = json!({
        "type": "object",
        "required": ["date", "kind"],
        "additionalProperties": false,
        "properties": { "date": day, "kind": text, "effective": day, "reason": text },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/data/certificates.schema.json", site.base_url.as_str()),
        "title": "Certificate",
        "description": "One line of certificates.jsonl. `status` is that of `status_since` until the next change; \
                        `valid_until` is the last day of validity, inclusive, in the register's time zone.",
        "type": "object",
        "required": [
            "number", "url", "status", "status_since", "scheme", "standard", "level", "level_title", "holder",
            "identifier_scheme", "identifier", "scope", "exclusions", "decided", "issued", "valid_from",
            "expires", "valid_until", "sites", "history"
        ],
        "additionalProperties": false,
        "properties": {
            "number": text, "url": { "type": "string", "format": "uri" },
            "status": { "enum": statuses }, "status_since": day, "reason": text,
            "scheme": text, "standard": text, "level": text, "level_title": versions,
            "stars": { "type": "integer", "minimum": 0 },
            "holder": versions, "identifier_scheme": text, "identifier": text, "scope": versions,
            "exclusions": { "type": "array", "items": text },
            "region": coded, "industry": coded,
            "decided": day, "issued": day, "valid_from": day, "expires": day, "valid_until": day,
            "first_granted": day,
            "sites": { "type": "array", "items": place },
            "history": { "type": "array", "items": step },
            "serial": { "type": "integer", "minimum": 0 },
            "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        },
    })
}
