//! `register.toml`, parsed once into settings.

mod signing;

use std::{str::FromStr, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::diag::{Report, Source};
use crate::fields::{Document, Fields};
use crate::model::{Language, LocalText};

pub use signing::{KeyCommand, KeySource, Signing};

/// The settings of a register.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the register is called.
    pub name: LocalText,
    /// Where it is published.
    pub base_url: BaseUrl,
    /// Its languages. The first stands at the root of the site, the others under `/LANG/`.
    pub languages: Vec<Language>,
    /// The zone whose civil days all dates are.
    pub time_zone: TimeZone,
    /// The zone's name, such as `Asia/Shanghai`.
    pub time_zone_name: Box<str>,
    /// The theme's folder under `themes/`.
    pub theme: Box<str>,
    /// Which files the published site has.
    pub layout: Layout,
    /// After how many days a copy of the register calls itself old.
    pub stale_after_days: u32,
    /// How many rows a list page has.
    pub page_size: usize,
    /// A banner on every page.
    pub notice: Option<LocalText>,
    /// The certification body.
    pub body: Body,
    /// Where the entries can be compared with another register.
    pub official_register: Option<OfficialRegister>,
    /// Where the keys are.
    pub signing: Signing,
}

/// Which files a published site has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A page for each certificate and each holder.
    #[default]
    Full,
    /// One page for all of them, which shows in the browser what the ledger holds: for hosts that
    /// limit the number of files.
    Compact,
}

impl Layout {
    /// How many rows a list page has where the settings do not say. In the compact layout the
    /// pages of lists are most of a site's files.
    fn page_size(self) -> usize {
        match self {
            Self::Full => 50,
            Self::Compact => 200,
        }
    }
}

impl FromStr for Layout {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "full" => Ok(Self::Full),
            "compact" => Ok(Self::Compact),
            _ => Err("a layout is `full` or `compact`"),
        }
    }
}

/// The certification body (认证机构) that keeps the register.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its name.
    pub name: LocalText,
    /// Its address.
    pub address: Option<LocalText>,
    /// Its approval number, such as `CNCA-R-YYYY-NNN`.
    pub approval_number: Option<Box<str>>,
    /// Its accreditation. Absent does not mean invalid.
    pub accreditation: Option<LocalText>,
    /// Its own site.
    pub website: Option<Box<str>>,
    /// Where it can be written to.
    pub email: Option<Box<str>>,
    /// Where it can be called.
    pub telephone: Option<Box<str>>,
}

/// Another register that lists the same certificates.
#[derive(Clone, Debug)]
pub struct OfficialRegister {
    /// Its name.
    pub name: LocalText,
    /// Its address.
    pub url: Box<str>,
}

/// Where a site is published: `https://HOST` or `https://HOST/PATH`, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Box<str>,
    path_at: usize,
}

/// Why a text is not the address of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address of a site is `https://HOST` or `https://HOST/PATH`, without `?`, `#` or spaces"
)]
pub struct BaseUrlError;

impl BaseUrl {
    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The path on its host: empty, or with a slash at its start and none at its end.
    pub fn path(&self) -> &str {
        self.url.get(self.path_at..).unwrap_or_default()
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        let origin = self.url.get(..self.path_at).unwrap_or_default();
        origin.split_once("://").map_or(origin, |(_, host)| host)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let (scheme, rest) = text.trim_end_matches('/').split_once("://").ok_or(BaseUrlError)?;
        let scheme = scheme.to_ascii_lowercase();
        let (host, path) = rest.split_once('/').map_or((rest, None), |(h, p)| (h, Some(p)));
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | ':');
        let sound = !host.is_empty() && host.chars().all(safe);
        let part = |p: &str| {
            !p.is_empty() && p.chars().all(|c| safe(c) || c == '%') && !matches!(p, "." | "..")
        };
        let sound = sound && path.is_none_or(|path| path.split('/').all(part));
        if !sound || !matches!(scheme.as_str(), "http" | "https") {
            return Err(BaseUrlError);
        }
        let origin = format!("{scheme}://{}", host.to_ascii_lowercase());
        let path_at = origin.len();
        let url = path.map_or(origin.clone(), |path| format!("{origin}/{path}")).into();
        Ok(Self { url, path_at })
    }
}

impl Config {
    /// The codes of its languages, such as `zh`.
    pub fn language_codes(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(Language::code)
    }

    /// Reads the settings, leaving a finding for each mistake.
    pub fn read(source: &Arc<Source>, report: &mut Report) -> Option<Self> {
        let range = 0..source.text().len();
        let languages =
            Document::read(source, range.clone(), &[], &mut Report::default(), |fields| {
                languages(fields).unwrap_or_default()
            })?;
        Document::read(source, range, &languages, report, read)?
    }

    /// The civil day of an instant in the register's time zone.
    pub fn day(&self, now: Timestamp) -> Date {
        self.time_zone.to_datetime(now).date()
    }

    /// The language at the root of the site.
    pub fn first_language(&self) -> Language {
        self.languages[0]
    }
}

fn languages(fields: &Fields<'_>) -> Option<Vec<Language>> {
    let mut languages = Vec::new();
    for text in fields.texts("languages")? {
        match text.value.parse::<Language>() {
            Ok(language) if languages.contains(&language) => {
                fields.push(findings::language_twice(text.label));
            }
            Ok(language) => languages.push(language),
            Err(error) => fields.push(findings::language(text.label, &error.to_string())),
        }
    }
    Some(languages)
}

fn read(fields: &Fields<'_>) -> Option<Config> {
    fields.needs("name", "{ zh = \"…\", en = \"…\" }");
    fields.needs("base_url", "\"https://register.example\"");
    fields.needs("languages", "[\"zh\", \"en\"]");
    fields.needs("body", "{ name = { zh = \"…\", en = \"…\" } }");
    let languages = languages(fields);
    if let (Some(label), Some([])) = (fields.key_label("languages"), languages.as_deref()) {
        fields.push(findings::language(label, "a register has at least one language"));
    }
    let name = fields.local("name");
    let base_url = fields.parse("base_url", BaseUrl::from_str);
    let zone = if fields.has("time_zone") {
        fields.parse("time_zone", zone)
    } else {
        zone("Asia/Shanghai").ok().map(|value| crate::fields::At { value, label: fields.label() })
    };
    let theme = fields.parse("theme", theme_name).map(|at| at.value);
    let layout =
        fields.parse("layout", Layout::from_str).map_or_else(Layout::default, |at| at.value);
    let stale_after_days = fields.count("stale_after_days").map_or(45, |at| at.value);
    let page_size = fields.count("page_size");
    if let Some(size) = page_size.as_ref().filter(|size| !(10..=1000).contains(&size.value)) {
        fields.push(findings::page_size(size.label.clone()));
    }
    let notice = fields.local("notice").map(|at| at.value);
    let body = fields.table("body").and_then(|table| body(&table));
    let official_register = fields.table("official_register").and_then(|table| official(&table));
    let signing = fields.table("signing").map(|table| signing::read(&table)).unwrap_or_default();
    let (time_zone, time_zone_name) = zone?.value;
    Some(Config {
        name: name?.value,
        base_url: base_url?.value,
        languages: languages.filter(|languages| !languages.is_empty())?,
        time_zone,
        time_zone_name,
        theme: theme.unwrap_or_else(|| "default".into()),
        layout,
        stale_after_days,
        page_size: page_size.map_or_else(|| layout.page_size(), |at| at.value as usize),
        notice,
        body: body?,
        official_register,
        signing,
    })
}

fn zone(name: &str) -> Result<(TimeZone, Box<str>), jiff::Error> {
    TimeZone::get(name).map(|zone| (zone, name.into()))
}

fn theme_name(name: &str) -> Result<Box<str>, &'static str> {
    let safe = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if safe { Ok(name.into()) } else { Err("a theme is the name of a folder in themes/") }
}

fn web_address(text: &str) -> Result<Box<str>, &'static str> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", ""));
    let sound = matches!(scheme, "http" | "https") && !rest.is_empty();
    let sound = sound && !text.chars().any(char::is_whitespace);
    if sound { Ok(text.into()) } else { Err("a web address begins with `https://` or `http://`") }
}

fn body(table: &Fields<'_>) -> Option<Body> {
    table.needs("name", "{ zh = \"…\", en = \"…\" }");
    let text = |key| table.text(key).map(|at| Box::from(at.value));
    let local = |key| table.local(key).map(|at| at.value);
    let address = local("address");
    let approval_number = text("approval_number");
    let accreditation = local("accreditation");
    let website = table.parse("website", web_address).map(|at| at.value);
    let (email, telephone) = (text("email"), text("telephone"));
    let name = local("name")?;
    Some(Body { name, address, approval_number, accreditation, website, email, telephone })
}

fn official(table: &Fields<'_>) -> Option<OfficialRegister> {
    table.needs("name", "{ zh = \"…\", en = \"…\" }");
    table.needs("url", "\"https://…\"");
    let name = table.local("name");
    let url = table.parse("url", web_address);
    Some(OfficialRegister { name: name?.value, url: url?.value })
}

/// What can be wrong with the settings, in words.
mod findings {
    use crate::diag::{Code, Diagnostic, Label};

    pub(super) fn language(at: Label, error: &str) -> Diagnostic {
        Diagnostic::new(Code::ValueInvalid, at, error)
    }

    pub(super) fn language_twice(at: Label) -> Diagnostic {
        Diagnostic::new(Code::ValueInvalid, at, "the language stands twice").help("remove one")
    }

    pub(super) fn page_size(at: Label) -> Diagnostic {
        let message = "a list page has between 10 and 1000 rows";
        Diagnostic::new(Code::ValueInvalid, at, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_sites_are_normalised() {
        let url = |text: &str| text.parse::<BaseUrl>();
        assert_eq!(url("HTTPS://Register.Example/").unwrap().as_str(), "https://register.example");
        assert_eq!(url("https://a.example/b/c/").unwrap().path(), "/b/c");
        assert_eq!(url("http://localhost:8080").unwrap().host(), "localhost:8080");
        for bad in ["register.example", "ftp://a", "https://", "https://a/?x", "https://a/../b"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
