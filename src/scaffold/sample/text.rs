//! Writes a made-up record as TOML and Markdown.
//!
//! All words come from this folder's tables and hold neither quotes nor backslashes, so nothing is
//! escaped; a test parses what comes out.

use std::fmt::{self, Write as _};

use jiff::civil::Date;

use crate::scaffold::sample::record::{
    Correction, Evaluation, Event, Languages, Local, Recertified, Record, Site, What,
};

/// The text of a record.
pub(super) struct Text<'o> {
    out: &'o mut String,
    languages: Languages,
}

/// A score in tenths.
struct Tenths(u32);
/// Points in halves.
struct Halves(u32);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl fmt::Display for Halves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.0.is_multiple_of(2) { "" } else { ".5" };
        write!(f, "{}{half}", self.0 / 2)
    }
}

impl<'o> Text<'o> {
    /// Writes a record over whatever `out` held.
    pub(super) fn write(out: &'o mut String, record: &Record<'_>) {
        out.clear();
        let mut text = Self { out, languages: record.languages };
        text.line("+++");
        text.grant(record);
        text.line("\n[holder]");
        text.local("name", &record.name.zh, &record.name.en);
        text.text("credit_code", &record.credit_code);
        text.local("address", &record.address.zh, &record.address.en);
        text.line("\n[evaluation]");
        text.evaluation(&record.evaluation);
        text.clauses("evaluation.clauses", record, &record.evaluation);
        for site in &record.sites {
            text.line("\n[[sites]]");
            text.site(site);
        }
        for event in &record.events {
            text.line("\n[[events]]");
            text.event(record, event);
        }
        text.line("+++");
        if let Some(remarks) = &record.remarks {
            text.line("");
            text.line(remarks);
        }
    }

    fn grant(&mut self, record: &Record<'_>) {
        self.text("number", &record.number);
        self.text("scheme", record.scheme().id);
        self.text("level", &record.scheme().levels[record.level].id);
        self.date("decided", record.decided);
        self.date("issued", record.issued);
        self.maybe_date("valid_from", record.valid_from);
        self.date("expires", record.expires);
        self.maybe_date("first_granted", record.first_granted);
        self.text("industry", record.industry);
        match &record.region.written_out {
            Some(name) => {
                let (code, name) = (record.region.code, self.languages.table(&name.zh, &name.en));
                self.put(format_args!(
                    "region = {{ code = \"{code}\", name = {name}, edition = \"GB/T 2260-2007\" }}\n"
                ));
            }
            None => self.text("region", record.region.code),
        }
        self.local("scope", &record.scope.zh, &record.scope.en);
        if let Some(clause) = record.exclusion {
            self.put(format_args!("exclusions = [\"{clause}\"]\n"));
        }
        if let Some(rule) = record.rule {
            let code = record.scheme().code;
            self.put(format_args!(
                "rule = {{ id = \"AST-GZ-{code}\", version = \"A/{rule}\", filing_number = \"示例备案-0000-{rule:04}\" }}\n"
            ));
        }
        self.maybe_date("reported_on", record.reported_on);
    }

    fn evaluation(&mut self, evaluation: &Evaluation) {
        self.date("date", evaluation.date);
        self.put(format_args!("score = \"{}\"\n", Tenths(evaluation.score)));
        self.put(format_args!("special_deductions = {}\n", evaluation.deductions));
        self.put(format_args!("special_bonus = {}\n", evaluation.bonus));
        self.put(format_args!("service_management_staff = {}\n", evaluation.staff));
        self.put(format_args!("after_sales_service_managers = {}\n", evaluation.managers));
    }

    fn clauses(&mut self, table: &str, record: &Record<'_>, evaluation: &Evaluation) {
        if evaluation.clauses.is_empty() {
            return;
        }
        self.put(format_args!("\n[{table}]\n"));
        for (clause, obtained) in record.scheme().clauses.iter().zip(&evaluation.clauses) {
            let (id, obtained, applicable) = (&clause.id, Halves(*obtained), clause.points);
            self.put(format_args!(
                "\"{id}\" = {{ obtained = \"{obtained}\", applicable = \"{applicable}\" }}\n"
            ));
        }
    }

    fn site(&mut self, site: &Site) {
        self.local("name", &site.name.zh, &site.name.en);
        self.local("address", &site.address.zh, &site.address.en);
        self.text("role", site.role);
        if let Some((zh, en)) = site.service {
            self.local("service", zh, en);
        }
    }

    fn event(&mut self, record: &Record<'_>, event: &Event<'_>) {
        self.date("date", event.date);
        self.text("kind", event.what.kind());
        match &event.what {
            What::Suspended(reason) | What::Withdrawn(reason) | What::Cancelled(reason) => {
                self.text("reason", reason);
            }
            What::LevelChanged { level, decided } => {
                self.text("level", &record.scheme().levels[*level].id);
                self.date("decided", *decided);
            }
            What::ScopeChanged(scope) => self.local("scope", &scope.zh, &scope.en),
            What::SiteClosed(name) => self.text("site", name),
            What::Corrected(correction) => self.correction(record, correction),
            What::Recertified(new) => self.recertified(record, new),
            _ => {}
        }
        if let Some((zh, en)) = event.note {
            self.local("note", zh, en);
        }
        match &event.what {
            What::Renamed(name) => self.holder("name", name),
            What::AddressChanged(address) | What::Corrected(Correction::Address(address)) => {
                self.holder("address", address);
            }
            What::SiteAdded(site) => {
                self.line("\n[[events.sites]]");
                self.site(site);
            }
            What::Surveillance(Some(found)) => {
                self.line("\n[events.evaluation]");
                self.evaluation(found);
            }
            What::Recertified(new) => {
                self.line("\n[events.evaluation]");
                self.evaluation(&new.evaluation);
                self.clauses("events.evaluation.clauses", record, &new.evaluation);
            }
            _ => {}
        }
    }

    fn recertified(&mut self, record: &Record<'_>, new: &Recertified) {
        self.date("decided", new.decided);
        self.date("issued", new.issued);
        self.maybe_date("valid_from", new.valid_from);
        self.date("expires", new.expires);
        if let Some(level) = new.level {
            self.text("level", &record.scheme().levels[level].id);
        }
    }

    fn correction(&mut self, record: &Record<'_>, correction: &Correction<'_>) {
        match correction {
            Correction::Expires(date) => self.date("expires", *date),
            Correction::Industry(code) => self.text("industry", code),
            Correction::FirstGranted(date) => self.date("first_granted", *date),
            Correction::NotSuspended(from) => {
                self.date("effective", *from);
                self.text("status", "valid");
            }
            Correction::Address(_) => {}
        }
        self.text("reason", record.scheme().reason("corrected", "clerical-error"));
    }

    fn holder(&mut self, key: &str, value: &Local) {
        self.line("\n[events.holder]");
        self.local(key, &value.zh, &value.en);
    }

    fn local(&mut self, key: &str, zh: &str, en: &str) {
        let table = self.languages.table(zh, en);
        self.put(format_args!("{key} = {table}\n"));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.put(format_args!("{key} = \"{value}\"\n"));
    }

    fn date(&mut self, key: &str, date: Date) {
        self.put(format_args!("{key} = {date}\n"));
    }

    fn maybe_date(&mut self, key: &str, date: Option<Date>) {
        if let Some(date) = date {
            self.date(key, date);
        }
    }

    fn line(&mut self, line: &str) {
        self.put(format_args!("{line}\n"));
    }

    fn put(&mut self, words: fmt::Arguments<'_>) {
        self.out.write_fmt(words).expect("writing to a string cannot fail");
    }
}

impl Languages {
    fn table<'t>(self, zh: &'t str, en: &'t str) -> Table<'t> {
        Table { zh, en: Some(en).filter(|_| self == Self::Both) }
    }
}

/// A text in its languages, as an inline table.
struct Table<'t> {
    zh: &'t str,
    en: Option<&'t str>,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.en {
            Some(en) => write!(f, "{{ zh = \"{}\", en = \"{en}\" }}", self.zh),
            None => write!(f, "{{ zh = \"{}\" }}", self.zh),
        }
    }
}

impl What<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Suspended(_) => "suspended",
            Self::Reinstated => "reinstated",
            Self::Withdrawn(_) => "withdrawn",
            Self::Cancelled(_) => "cancelled",
            Self::LevelChanged { .. } => "level-changed",
            Self::ScopeChanged(_) => "scope-changed",
            Self::Renamed(_) => "renamed",
            Self::AddressChanged(_) => "address-changed",
            Self::SiteAdded(_) => "site-added",
            Self::SiteClosed(_) => "site-closed",
            Self::Recertified(_) => "recertified",
            Self::Surveillance(_) => "surveillance",
            Self::Corrected(_) => "corrected",
        }
    }
}
