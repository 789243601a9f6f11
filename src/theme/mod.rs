//! Templates, assets and labels: embedded in the binary, shadowed by files on disk, minified once
//! when they are loaded. A theme knows nothing of certificates.
//!
//! The register's theme, `themes/NAME/`, stands over `themes/default/` on disk, and that over the
//! default theme in the binary. Each shadows single files; a template may say
//! `{% extends "default/certificate.html" %}` and replace one block.

mod construct;
mod errors;
mod findings;
mod labels;
mod mask;
mod minify;
mod scan;
mod seen;
mod settle;
mod sources;
mod style;
mod templates;
#[cfg(test)]
mod tests;

pub use errors::{RenderError, ThemeError};
pub use labels::Labels;
pub use templates::escape_html;

use std::{borrow::Cow, collections::BTreeMap, path::Path, sync::Arc};

use serde_json::Value as Json;
use tera::{Context, ErrorKind, Tera};

use crate::cache::{self, Key, Writer};
use crate::diag::{Label, Report, Severity, Source};
use crate::theme::labels::LabelFile;
use crate::theme::sources::{DEFAULT_NAME, File};
use crate::theme::templates::{Compiled, Templates};

/// Whether templates are minified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Minify {
    /// Once, when they are loaded.
    Yes,
    /// They stay as they were written.
    No,
}

/// A file that is published as it is.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Where, relative to the site: `assets/site.css`.
    pub path: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
}

/// A theme that was checked and can make pages.
#[derive(Debug)]
pub struct Theme {
    templates: Templates,
    compiled: Compiled,
    assets: Vec<Asset>,
    labels: BTreeMap<String, Labels>,
    languages: BTreeMap<String, String>,
}

impl Theme {
    /// Loads a theme by the name that register.toml gives it. There is none when a finding forbids
    /// using it.
    pub fn load(
        root: &Path,
        name: &str,
        minify: Minify,
    ) -> Result<(Option<Self>, Report), ThemeError> {
        let mut report = Report::default();
        let mut default = Parts::default();
        default.add(sources::embedded(), "default/", &mut report);
        if let Some(files) = sources::on_disk(root, DEFAULT_NAME, &mut report)? {
            default.add(files, "default/", &mut report);
        }
        let mut own = Parts::default();
        if name != DEFAULT_NAME {
            match sources::on_disk(root, name, &mut report)? {
                Some(files) => own.add(files, "", &mut report),
                None => report.push(findings::theme_unknown(name, &sources::names(root))),
            }
        }
        let is_read = |key: &str| templates::mention(&own.templates, key);
        let labels = labels::merge(&default.labels, &own.labels, is_read, &mut report);
        let all = default.under(own);
        let compiled = templates::compile(&all.templates, minify, &mut report);
        let sound = report.count(Severity::Error) == 0;
        let theme = compiled.filter(|_| sound).map(|compiled| Self {
            templates: all.templates,
            compiled,
            assets: all.assets.into_iter().map(|file| asset(file, minify)).collect(),
            labels,
            languages: all.languages,
        });
        Ok((theme, report))
    }

    /// What tells this theme from every other.
    pub fn key(&self) -> Key {
        let mut of = Writer::default();
        for (name, source) in &self.templates {
            of.text(name);
            of.text(source.text());
        }
        for asset in &self.assets {
            of.text(&asset.path);
            of.raw(&cache::key(&asset.bytes).0);
        }
        for (language, labels) in &self.labels {
            of.text(language);
            let mut words: Vec<_> = labels.starting("").into_iter().collect();
            words.sort_unstable();
            of.list(&words, |of, (key, text)| {
                of.text(key);
                of.text(text);
            });
        }
        of.text(&format!("{:?}", self.languages));
        cache::key(&of.into_bytes())
    }

    /// The theme with what is the same on every page: `{{ NAME.a }}` is looked up only once where
    /// the value has a text at `a`. The name must be in every page's context all the same.
    pub fn settle(&self, name: &str, constants: &Json) -> Settled<'_> {
        // Constants can always be put in; if one day they could not, pages would be the same.
        let settled = self.compiled.settle(name, constants);
        Settled { theme: self, tera: settled.unwrap_or_else(|_| self.compiled.tera.clone()) }
    }

    /// Renders a template, such as `certificate.html`. The page is named when it cannot be done.
    pub fn render(
        &self,
        template: &str,
        context: &Context,
        page: &str,
    ) -> Result<String, RenderError> {
        self.with(&self.compiled.tera, template, page, |tera| tera.render(template, context))
    }

    fn with<T>(
        &self,
        tera: &Tera,
        name: &str,
        page: &str,
        mut render: impl FnMut(&Tera) -> Result<T, tera::Error>,
    ) -> Result<T, RenderError> {
        render(tera).map_err(|error| {
            // The templates as they were written make the same mistake, and know its line.
            let again = render(&self.compiled.written).err();
            self.explain(again.unwrap_or(error), name, page)
        })
    }

    fn explain(&self, error: tera::Error, template: &str, page: &str) -> RenderError {
        let page = page.to_owned();
        let (ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report)) = error.kind()
        else {
            return RenderError::Unusable { template: template.to_owned(), page, source: error };
        };
        let span = report.span();
        let file = self.templates.get(report.filename()).map_or(report.filename(), |s| s.path());
        RenderError::Template {
            file: file.to_owned(),
            line: span.start_line,
            column: span.start_col + 1,
            message: report.message().to_owned(),
            page,
        }
    }

    /// The files that are published as they are, in the order of their paths.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The labels of a language, by its code. None when the theme does not speak it.
    pub fn labels(&self, language: &str) -> Option<&Labels> {
        self.labels.get(language)
    }

    /// What a page in this language has as its `lang`.
    pub fn html_lang<'l>(&'l self, language: &'l str) -> &'l str {
        self.languages.get(language).map_or(language, String::as_str)
    }

    /// Finds the languages that the theme does not speak.
    pub fn unspoken<'l>(&self, languages: impl IntoIterator<Item = &'l str>) -> Report {
        let mut report = Report::default();
        for language in languages.into_iter().filter(|l| !self.labels.contains_key(*l)) {
            report.push(findings::language_unspoken(language, self.languages()));
        }
        report
    }

    /// The codes of the languages the theme speaks.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.labels.keys().map(String::as_str)
    }
}

/// A theme with its constants in place.
#[derive(Debug)]
pub struct Settled<'t> {
    theme: &'t Theme,
    tera: Tera,
}

impl Settled<'_> {
    /// Renders a template, as [`Theme::render`] does, to the end of a buffer. What stands there
    /// after an error is of no use.
    pub fn render_to(
        &self,
        template: &str,
        context: &Context,
        page: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), RenderError> {
        let render = |tera: &Tera| tera.render_to(template, context, &mut *out);
        self.theme.with(&self.tera, template, page, render)
    }

    /// Renders a component alone, with what it takes from around it.
    pub fn component(
        &self,
        name: &str,
        arguments: &Context,
        around: &Context,
    ) -> Result<String, RenderError> {
        let render =
            |tera: &Tera| tera.render_component_with_implicits(name, arguments, around, None, true);
        self.theme.with(&self.tera, name, &format!("the component {name}"), render)
    }
}

/// A file as it is published: a stylesheet without what only its author reads.
fn asset((path, bytes): (String, Cow<'static, [u8]>), minify: Minify) -> Asset {
    let is_style = Path::new(&path).extension().is_some_and(|ending| ending == "css");
    let style = std::str::from_utf8(&bytes)
        .ok()
        .filter(|_| is_style && minify == Minify::Yes)
        .map(style::smaller);
    Asset { path, bytes: style.map_or(bytes, |style| style.into_bytes().into()) }
}

/// The files of a theme by what they are.
#[derive(Default)]
struct Parts {
    templates: Templates,
    assets: BTreeMap<String, Cow<'static, [u8]>>,
    labels: Vec<LabelFile>,
    languages: BTreeMap<String, String>,
}

impl Parts {
    /// Adds files, over what is there.
    fn add(&mut self, files: Vec<File>, prefix: &str, report: &mut Report) {
        for file in files {
            match file.path.split_once('/') {
                Some(("templates", name)) => self.template(&file, prefix, name, report),
                Some(("assets", _)) => {
                    self.assets.insert(file.path, file.bytes);
                }
                Some(("i18n", name)) => self.label_file(&file, name, report),
                None if file.path == "theme.toml" => self.settings(&file, report),
                None if is_about(&file.path) => {}
                _ => report.push(findings::ignored(&file.name)),
            }
        }
    }

    fn template(&mut self, file: &File, prefix: &str, name: &str, report: &mut Report) {
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
        if !matches!(ending, Some("html" | "xml" | "atom" | "svg" | "txt")) {
            report.push(findings::ignored(&file.name));
        } else if name.starts_with("default/") {
            report.push(findings::shadows_default(&file.name));
        } else if let Some(source) = file.source(report) {
            self.templates.insert(format!("{prefix}{name}"), source);
        }
    }

    fn label_file(&mut self, file: &File, name: &str, report: &mut Report) {
        match name.strip_suffix(".toml").filter(|language| is_tag(language)) {
            Some(language) => {
                let Some(source) = file.source(report) else { return };
                let words = labels::read(&source, report);
                self.labels.push(LabelFile { language: language.to_owned(), source, words });
            }
            None => report.push(findings::ignored(&file.name)),
        }
    }

    fn settings(&mut self, file: &File, report: &mut Report) {
        let Some(source) = file.source(report) else { return };
        for (key, value) in labels::table(&source, report) {
            match &**key.get_ref() {
                "name" | "version" => {
                    labels::text(&source, &key, &value, report);
                }
                "languages" => self.tags(&source, &value, report),
                unknown => {
                    let at = Label::new(&source, key.span());
                    let known = ["name", "version", "languages"];
                    report.push(findings::key_unknown(at, unknown, &known));
                }
            }
        }
    }

    fn tags(
        &mut self,
        source: &Arc<Source>,
        value: &toml::Spanned<toml::de::DeValue<'_>>,
        report: &mut Report,
    ) {
        let toml::de::DeValue::Table(table) = value.get_ref() else {
            report.push(findings::not_a_table(Label::new(source, value.span()), "languages"));
            return;
        };
        for (key, value) in table {
            let at = Label::new(source, value.span());
            match labels::text(source, key, value, report) {
                Some(word) if !is_tag(&word.text) => {
                    report.push(findings::language_tag(at, &word.text));
                }
                Some(word) => {
                    self.languages.insert(word.key, word.text);
                }
                None => {}
            }
        }
    }

    /// These parts with others over them.
    fn under(mut self, over: Self) -> Self {
        self.templates.extend(over.templates);
        self.assets.extend(over.assets);
        self.languages.extend(over.languages);
        self
    }
}

/// What tells people about a theme.
fn is_about(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    Path::new(&name).extension().is_some_and(|ending| ending == "md") || name.starts_with("licen")
}

fn is_tag(text: &str) -> bool {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.split('-').all(part)
}
