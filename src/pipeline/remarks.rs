//! The shortest way from an edit to a page: where a few records have other remarks and nothing else
//! has changed, only their pages are made, from them and from those that they speak of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::cache::Blobs;
use crate::diag::{Code, Diagnostic};
use crate::ledger::Ledger;
use crate::load::{self, Loaded, Reading};
use crate::markdown::{self, Place};
use crate::model::Certificate;
use crate::output::{Adopt, Summary, Tree};
use crate::pipeline::{
    BuildError, BuildOptions, Built, Onlooker,
    check::{self, Content},
    outcome::{Before, Memory},
};
use crate::site::{self, Inputs};
use crate::timing::Stage;

/// Of how many records, at most, pages are made in this way.
const MOST: usize = 16;

/// Where a build starts from, and where it goes.
pub(super) struct Way<'w> {
    pub(super) root: &'w Path,
    pub(super) out: &'w Path,
    pub(super) adopt: Adopt,
    pub(super) memory: &'w Memory,
    pub(super) options: &'w BuildOptions,
    pub(super) onlooker: &'w Onlooker<'w>,
}

impl Way<'_> {
    /// Builds in this way. Nothing where it cannot be: nothing has been written then.
    pub(super) fn build(&self) -> Result<Option<Built<Summary>>, BuildError> {
        if Ledger::is_there(self.root) {
            return Ok(None); // What the records say beside their entries takes all of both.
        }
        let Some(before) = self.memory.before(self.root, self.out) else { return Ok(None) };
        let timings = self.onlooker.timings;
        let open = || Tree::open_with(self.out, self.adopt, Some(&self.memory.folder));
        let (records, tree) =
            timings.of(Stage::Walk, || rayon::join(|| self.memory.shelf.held(), open));
        let Some(changed) = self.memory.changed(records, self.root, MOST) else { return Ok(None) };
        let read = |name: &&str| fs::read_to_string(self.root.join(name)).unwrap_or_default();
        let texts: Vec<String> = changed.iter().map(read).collect();
        let parts: Vec<_> = texts.iter().map(|text| split(text)).collect();
        let words: BTreeSet<&str> = parts.iter().flat_map(|(front, _)| words(front)).collect();
        let remarks = changed.iter().copied().zip(parts.iter().map(|(_, remarks)| *remarks));
        let only = self.around(remarks, &words, records);
        let how = Reading {
            shelf: Some(&self.memory.shelf),
            keeps: false,
            timings: Some(timings),
            is_published: true,
            only: Some(&only),
        };
        let content = check::content(self.root, self.options.today, self.options.minify, &how)?;
        if !is_enough(&content, &changed, &words) {
            return Ok(None);
        }
        self.make(content, &changed, (before, tree?))
    }

    /// The files that pages of these records are made from: theirs, those of records that they speak
    /// of, and everything that is no record.
    fn around<'r>(
        &self,
        changed: impl Iterator<Item = (&'r str, &'r str)>,
        words: &BTreeSet<&str>,
        kept: &Blobs,
    ) -> BTreeSet<String> {
        let look = &self.memory.archive.look;
        let others = look.names().filter(|name| !is_record(name));
        // Of what something is wrong with nothing is kept that could be looked through.
        let unsound = kept.empty();
        let mut only: BTreeSet<String> = others.chain(unsound).map(str::to_owned).collect();
        for (name, remarks) in changed {
            only.insert(name.to_owned());
            for reference in markdown::references(remarks) {
                if let Place::File { path, .. } = markdown::resolve(name, &reference.destination)
                    && look.stamp(&path).is_some()
                {
                    only.insert(path);
                }
            }
        }
        // Whatever has a number or a code may be of the same holder, or take a place.
        let tags = words.iter().map(|word| Blobs::tag(word)).collect();
        only.extend(kept.tagged(&tags).map(str::to_owned));
        only
    }

    fn make(
        &self,
        content: Content,
        changed: &[&str],
        (before, tree): (Before, Tree),
    ) -> Result<Option<Built<Summary>>, BuildError> {
        let Loaded { config, register, sources, today, .. } = content.loaded;
        let (Some(config), Some(theme)) = (config, content.theme) else { return Ok(None) };
        let of_changed = |certificate: &&Certificate| changed.contains(&&*certificate.file);
        let paths: BTreeSet<String> =
            register.certificates.iter().filter(of_changed).map(|c| c.number.path()).collect();
        if !tree
            .keep_but(&paths.iter().map(|path| site::certificate_unit(path)).collect::<Vec<_>>())
        {
            return Ok(None);
        }
        let base_url = self.options.base_url.as_ref().unwrap_or(&config.base_url);
        let (config, theme, register, sources) = (&config, &theme, &register, &*sources);
        let inputs = Inputs { config, register, sources, theme, base_url, today, sealed: None };
        site::render_certificates(&inputs, &tree, &paths)?;
        let Before { report, records, rendered } = before;
        let summary = self.onlooker.timings.of(Stage::Finish, || tree.finish())?;
        let made = Some((rendered, summary));
        Ok(Some(Built { report, records, unsealed: None, made }))
    }
}

/// Whether a name is that of a record.
pub(super) fn is_record(name: &str) -> bool {
    let ending = Path::new(name).extension();
    name.starts_with("content/certificates/")
        && ending.is_some_and(|e| e.eq_ignore_ascii_case("md"))
}

/// The front matter of a record and what stands after it.
fn split(text: &str) -> (&str, &str) {
    text.rsplit_once("\n+++").unwrap_or((text, ""))
}

/// What stands between quotation marks in those lines of a record's front matter in which its number,
/// its holder's code or another's number could stand.
fn words(front: &str) -> impl Iterator<Item = &str> {
    const KEYS: [&str; 5] = ["number", "credit_code", "succeeds", "value", "id"];
    let lines = front.lines().filter(|line| KEYS.iter().any(|key| line.contains(key)));
    lines.flat_map(|line| line.split(['"', '\'']).skip(1).step_by(2)).filter(|word| word.len() > 2)
}

/// Whether what was read is all that the pages of these records take, and says nothing new.
fn is_enough(content: &Content, changed: &[&str], words: &BTreeSet<&str>) -> bool {
    let Loaded { register, report, only_remarks, .. } = &content.loaded;
    let by_file: BTreeMap<&str, &Certificate> =
        register.certificates.iter().map(|certificate| (&*certificate.file, certificate)).collect();
    let is_about = |finding: &Diagnostic, name: &str| {
        let mut labels = finding.labels.iter();
        finding.code != Code::LanguageUnpublished && labels.any(|l| l.source.path() == name)
    };
    let says_nothing =
        |name: &str| !report.findings().iter().any(|finding| is_about(finding, name));
    // All others of its holder were looked for by these words.
    let is_whole = |name: &str| {
        by_file.get(name).is_some_and(|certificate| {
            let precedes = certificate.succeeds.as_deref();
            load::ties(certificate).all(|word| words.contains(word))
                && precedes.is_none_or(|key| {
                    register.certificates.iter().any(|other| other.number.key() == key)
                })
        })
    };
    *only_remarks && changed.iter().all(|name| says_nothing(name) && is_whole(name))
}
