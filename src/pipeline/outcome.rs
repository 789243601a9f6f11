//! What a build has come to, remembered: whether anything has changed since, and what to say if not.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use jiff::civil::Date;
use strum::IntoEnumIterator as _;

use crate::cache::{self, Blobs, FEW, Key, Reader, Writer};
use crate::diag::{Code, Diagnostic, Label, Report, Source};
use crate::load::Today;
use crate::output::{Summary, Tree};
use crate::pipeline::{BuildOptions, Built, State, archive::Archive, remarks::is_record};
use crate::site::Rendered;
use crate::theme::Minify;

/// The folder of the cache in a register's.
pub const CACHE: &str = ".attestar-cache";
/// A file's part of the cache of an output folder.
const OUTCOME: &str = "outcome";

/// What runs of one kind, such as builds into one folder, remember of a register.
#[derive(Debug)]
pub(super) struct Memory {
    /// Of this output folder, or of what else is remembered for itself.
    pub(super) folder: PathBuf,
    /// What is left for all output folders.
    pub(super) archive: Archive,
    today: Date,
    /// All that was looked at.
    all: Key,
    /// All of it but records.
    others: OnceLock<Key>,
    /// Files whose stamps tell nothing yet, and what they are.
    unsettled: Vec<(String, Key)>,
}

impl Memory {
    /// Looks at everything that is read, for what keeps its memory under a name. Nothing where the
    /// settings cannot be read.
    pub(super) fn open(root: &Path, name: &str, today: Today, looked: SystemTime) -> Option<Self> {
        let archive = Archive::open(root, looked)?;
        let today = match today {
            Today::Day(day) => day,
            Today::Now(now) => archive.config.day(now),
        };
        Some(Self::of(root, name, today, archive))
    }

    fn of(root: &Path, name: &str, today: Date, archive: Archive) -> Self {
        let look = &archive.look;
        let unsettled = look.unsettled().into_iter();
        let unsettled = unsettled.map(|name| (name.to_owned(), content(root, name))).collect();
        let (all, others) = (look.key(), OnceLock::new());
        let folder = archive.folder.join(name);
        Self { folder, archive, today, all, others, unsettled }
    }

    /// The same for a build that goes on from an edition of this run.
    pub(super) fn after(root: &Path, name: &str, today: Date, mut archive: Archive) -> Self {
        archive.renew(root);
        Self::of(root, name, today, archive)
    }

    fn others(&self) -> Key {
        *self.others.get_or_init(|| self.archive.look.key_of(|name| !is_record(name)))
    }

    /// What the last run came to, where nothing has changed since.
    pub(super) fn recall(&self, root: &Path) -> Option<Built<Summary>> {
        let bytes = cache::read(&self.folder.join(OUTCOME))?;
        let mut reader = Reader::new(&bytes);
        let left = self.left(&mut reader)?;
        if left.all != self.all || !Self::is_settled(&left, root, |_| true) {
            return None;
        }
        let (before, unsealed) = before(&mut reader, root)?;
        Some(before.built(unsealed))
    }

    /// What the last build came to, where nothing but records may have changed since.
    pub(super) fn before(&self, root: &Path, out: &Path) -> Option<Before> {
        let bytes = cache::read(&self.folder.join(OUTCOME))?;
        let mut reader = Reader::new(&bytes);
        let left = self.left(&mut reader)?;
        let is_other = |name: &str| !is_record(name);
        // What is kept of records may be of a build that a finding has forbidden since.
        if left.records.is_none()
            || left.records != self.archive.shelf.mark()
            || left.others != self.others()
            || !Self::is_settled(&left, root, is_other)
        {
            return None;
        }
        let summary = Tree::untouched(out, &self.folder)?;
        before(&mut reader, root).map(|(before, _)| Before { summary, ..before })
    }

    /// The first part of what was left, where that is of this day, and of the output as it was left.
    fn left(&self, reader: &mut Reader<'_>) -> Option<Left> {
        (reader.date()? == self.today).then_some(())?;
        // What a build came to is worth nothing beside an output that another has left.
        (reader.option(|reader| reader.array().map(Key))? == Tree::mark(&self.folder))
            .then_some(())?;
        let (all, others) = (Key(reader.array()?), Key(reader.array()?));
        let records = reader.option(|reader| reader.array().map(Key))?;
        let unsettled =
            |reader: &mut Reader<'_>| Some((reader.text()?.to_owned(), Key(reader.array()?)));
        Some(Left { all, others, records, unsettled: reader.list(unsettled)? })
    }

    /// Whether files whose stamps told nothing are still what they were.
    fn is_settled(left: &Left, root: &Path, is_wanted: impl Fn(&str) -> bool) -> bool {
        let mut files = left.unsettled.iter().filter(|(name, _)| is_wanted(name));
        files.all(|(name, key)| content(root, name) == *key)
    }

    /// The names of records that are not as they are kept; nothing where they are too many, or one
    /// came or went.
    pub(super) fn changed(&self, records: &Blobs, root: &Path, most: usize) -> Option<Vec<&str>> {
        let mut changed = Vec::new();
        let (mut count, mut read) = (0, 0);
        // Both are in the order of names.
        let mut kept = records.by_name().peekable();
        for (name, stamp) in self.archive.look.all().filter(|(name, _)| is_record(name)) {
            while kept.next_if(|(other, _)| *other < name).is_some() {}
            let (_, kept) = kept.next_if(|(other, _)| *other == name)?;
            let (stamp, settled) = stamp?;
            count += 1;
            if kept.stamp == Some(stamp) && settled {
                continue;
            }
            read += 1;
            // Where many have to be read, it is time to keep their stamps.
            (read <= FEW).then_some(())?;
            if content(root, name) != kept.made_of {
                changed.push(name);
                (changed.len() <= most).then_some(())?;
            }
        }
        (count == records.len()).then_some(changed)
    }

    /// Remembers what a build came to, and how that goes with what is kept of records. That it cannot
    /// be written costs time only.
    pub(super) fn remember(&self, root: &Path, built: &Built<Summary>, kept: &Kept) {
        let path = self.folder.join(OUTCOME);
        let Some((rendered, _)) = &built.made else { return };
        let mut sources = BTreeMap::new();
        let findings = built.report.findings();
        let mut labels = findings.iter().flat_map(|finding| &finding.labels);
        let can_be_read = |label: &Label| {
            text(root, label.source.path(), &mut sources).text() == label.source.text()
        };
        if !labels.all(can_be_read) {
            drop(fs::remove_file(path));
            return;
        }
        let mut writer = Writer::default();
        writer.date(self.today);
        writer.option(Tree::mark(&self.folder), |writer, mark| writer.raw(&mark.0));
        writer.raw(&self.all.0);
        writer.raw(&self.others().0);
        writer.option(self.archive.shelf.mark(), |writer, mark| writer.raw(&mark.0));
        writer.list(&self.unsettled, |writer, (name, key)| {
            writer.text(name);
            writer.raw(&key.0);
        });
        writer.size(built.records);
        writer.option(built.unsealed, Writer::size);
        writer.option(kept.unsealed, Writer::size);
        writer.list(&kept.ahead, |writer, name| writer.text(name));
        writer.size(rendered.pages);
        writer.list(findings, write_finding);
        drop(cache::write(&path, &writer.into_bytes()));
    }
}

/// What a build has left of what it read.
struct Left {
    /// Everything.
    all: Key,
    /// Everything but records.
    others: Key,
    /// What was kept of records.
    records: Option<Key>,
    /// Files whose stamps told nothing, and what they were.
    unsettled: Vec<(String, Key)>,
}

/// How what a build came to goes with what is kept of records.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How many records differed from what is sealed, as they are kept.
    pub(super) unsealed: Option<usize>,
    /// The records whose pages were made from what they say since.
    pub(super) ahead: Vec<String>,
}

/// What a build came to.
pub(super) struct Before {
    pub(super) report: Report,
    records: usize,
    rendered: Rendered,
    pub(super) summary: Summary,
    pub(super) kept: Kept,
}

/// Whether something was found about some files.
pub(super) fn speaks_of(report: &Report, names: &[&str]) -> bool {
    let is_about = |label: &Label| names.contains(&label.source.path());
    let mut findings = report.findings().iter();
    // That one is said once for all records.
    findings.any(|f| f.code != Code::LanguageUnpublished && f.labels.iter().any(is_about))
}

impl Before {
    /// The same, said of a build now.
    pub(super) fn built(self, unsealed: Option<usize>) -> Built<Summary> {
        let Self { report, records, rendered, summary, .. } = self;
        Built { report, records, unsealed, made: Some((rendered, summary)) }
    }
}

/// The second part of what was left, and how many records were said to differ from what is sealed.
fn before(reader: &mut Reader<'_>, root: &Path) -> Option<(Before, Option<usize>)> {
    let records = reader.size()?;
    let (said, unsealed) = (reader.option(Reader::size)?, reader.option(Reader::size)?);
    let ahead = reader.list(|reader| reader.text().map(str::to_owned))?;
    let kept = Kept { unsealed, ahead };
    let rendered = Rendered { pages: reader.size()? };
    let mut sources = BTreeMap::new();
    let findings = reader.list(|reader| finding(reader, root, &mut sources))?;
    let mut report = Report::default();
    for finding in findings {
        report.push(finding);
    }
    let summary = Summary::default();
    let before = Before { report, records, rendered, summary, kept };
    reader.is_at_end().then_some((before, said))
}

/// The folder of the cache for builds of one kind into one folder.
pub(super) fn folder_name(out: &Path, options: &BuildOptions) -> String {
    let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let mut writer = Writer::default();
    writer.text(&out.to_string_lossy());
    writer.option(options.base_url.as_ref(), |writer, url| writer.text(url.as_str()));
    writer.number(u64::from(options.minify == Minify::Yes));
    writer.number(u64::from(options.state == State::Sealed));
    format!("site-{}", crate::proof::hex(&cache::key(&writer.into_bytes()).0))
}

/// The key of what a file holds.
fn content(root: &Path, name: &str) -> Key {
    fs::read(root.join(name)).map(|bytes| cache::key(&bytes)).unwrap_or_default()
}

type Sources = BTreeMap<String, Arc<Source>>;

/// The text of a file, read once.
fn text(root: &Path, path: &str, sources: &mut Sources) -> Arc<Source> {
    let read = || {
        let text = fs::read_to_string(root.join(path)).unwrap_or_default();
        Arc::new(Source::new(path, text))
    };
    Arc::clone(sources.entry(path.to_owned()).or_insert_with(read))
}

fn write_finding(writer: &mut Writer, finding: &Diagnostic) {
    writer.text(finding.code.name());
    writer.text(&finding.message);
    writer.list(&finding.labels, |writer, label| {
        writer.text(label.source.path());
        writer.size(label.span.start);
        writer.size(label.span.end);
        writer.text(&label.text);
    });
    writer.option(finding.help.as_deref(), Writer::text);
}

fn finding(reader: &mut Reader<'_>, root: &Path, sources: &mut Sources) -> Option<Diagnostic> {
    let name = reader.text()?;
    let code = Code::iter().find(|code| code.name() == name)?;
    let message = reader.text()?.to_owned();
    let labels = reader.list(|reader| {
        let source = text(root, reader.text()?, sources);
        let label = Label::new(&source, reader.size()?..reader.size()?);
        Some(label.says(reader.text()?))
    })?;
    let help = reader.option(|reader| reader.text().map(str::to_owned))?;
    (!labels.is_empty()).then_some(Diagnostic { code, message, labels, help, count: 1 })
}
