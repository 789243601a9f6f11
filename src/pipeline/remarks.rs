//! The shortest way from an edit to a page: where a few records have other remarks and nothing else
//! has changed, only their pages are made, from them and from those that they speak of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::cache::Blobs;
use crate::diag::Report;
use crate::ledger::Ledger;
use crate::load::{self, Loaded, Reading};
use crate::markdown::{self, Place};
use crate::model::Certificate;
use crate::output::{Adopt, OutputError, Summary, Tree};
use crate::pipeline::{
    BuildError, BuildOptions, Built, Onlooker, State,
    archive::{OpenLedger, Quiet},
    check::{self, Content},
    findings,
    outcome::{Before, Kept, Memory, speaks_of},
};
use crate::seal::{self, NewRecords};
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

/// What a build in this way came to, and how that goes with what is kept of records.
type There = (Built<Summary>, Kept);

/// What was opened already, for whoever goes on.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) tree: Option<Result<Tree, OutputError>>,
    pub(super) ledger: Option<OpenLedger>,
}

impl Way<'_> {
    /// Builds in this way, and says how that goes with what is kept of records. Nothing where it cannot
    /// be: nothing has been written then.
    pub(super) fn build(&self) -> Result<(Option<There>, Opened), BuildError> {
        let archive = &self.memory.archive;
        let is_sealed = Ledger::is_there(self.root);
        // What is sealed stays as it is, whatever the records say.
        let makes_pages = !is_sealed || self.options.state == State::Working;
        let open = || Tree::open_with(self.out, self.adopt, Some(&self.memory.folder));
        // Whichever way is taken, these are needed.
        let tree = || (makes_pages && Tree::is_finished(self.out)).then(open);
        let ledger = || is_sealed.then(|| archive.ledger(self.root)).flatten();
        let before = || {
            let before = self.memory.before(self.root, self.out)?;
            Some((before, self.memory.changed(archive.shelf.held(), self.root, MOST)?))
        };
        let (before, (tree, ledger)) = self
            .onlooker
            .timings
            .of(Stage::Walk, || rayon::join(before, || rayon::join(tree, ledger)));
        let mut opened = Opened { tree, ledger };
        let there = before.map_or(Ok(None), |before| self.go(before, &mut opened))?;
        Ok((there, opened))
    }

    /// Goes on from what the last build came to, where some records are not as they are kept.
    fn go(
        &self,
        (mut before, differing): (Before, Vec<&str>),
        opened: &mut Opened,
    ) -> Result<Option<There>, BuildError> {
        let records = self.memory.archive.shelf.held();
        // One that is again as it is kept has a page that is not.
        let ahead = std::mem::take(&mut before.kept.ahead);
        let changed = differing.iter().copied().chain(ahead.iter().map(String::as_str));
        let changed: BTreeSet<&str> = changed.collect();
        let changed: Vec<&str> = changed.into_iter().collect();
        if changed.is_empty() || changed.len() > MOST {
            return Ok(None);
        }
        let kept = Kept {
            unsealed: before.kept.unsealed,
            ahead: differing.iter().map(|&name| name.to_owned()).collect(),
        };
        let content = self.read(&changed, records)?;
        let Some(content) = content.filter(|_| !speaks_of(&before.report, &changed)) else {
            return Ok(None);
        };
        let unsealed = match (&opened.ledger, kept.unsealed) {
            (None | Some(Ok(None)), None) => None,
            (Some(Ok(Some(ledger))), Some(count)) => {
                let unsealed = self.unsealed(&content, &changed, (ledger, count))?;
                if unsealed.is_none() {
                    return Ok(None);
                }
                unsealed
            }
            _ => return Ok(None),
        };
        let built = match opened.tree.take().transpose()? {
            Some(tree) => self.make(content, &changed, (before, unsealed), tree)?,
            None => Some(before.built(unsealed)),
        };
        Ok(built.map(|built| (built, kept)))
    }

    /// Reads these records and what their pages are made from. Nothing where that is not all.
    fn read(&self, changed: &[&str], kept: &Blobs) -> Result<Option<Content>, BuildError> {
        let read = |name: &&str| fs::read_to_string(self.root.join(name)).unwrap_or_default();
        let texts: Vec<String> = changed.iter().map(read).collect();
        let parts: Vec<_> = texts.iter().map(|text| split(text)).collect();
        let words: BTreeSet<&str> = parts.iter().flat_map(|(front, _)| words(front)).collect();
        let remarks = changed.iter().copied().zip(parts.iter().map(|(_, remarks)| *remarks));
        let only = self.around(remarks, &words, kept);
        let how = Reading {
            keeps: false,
            is_published: true,
            only: Some(&only),
            ..self.memory.archive.reading(Some(self.onlooker.timings))
        };
        let asked = (self.options.today, self.options.minify);
        let content = check::content(self.root, asked, Some(&self.memory.archive.config), &how)?;
        Ok(is_enough(&content, changed, &words).then_some(content))
    }

    /// How many records differ from what is sealed now, from how many did as they are kept. Nothing
    /// where that is not known, or there is more to say of them.
    fn unsealed(
        &self,
        content: &Content,
        changed: &[&str],
        (ledger, count): (&Ledger, usize),
    ) -> Result<Option<usize>, BuildError> {
        let Loaded { config, register, sources, today, .. } = &content.loaded;
        let Some(config) = config else { return Ok(None) };
        let archive = &self.memory.archive;
        let records = archive.shelf.held();
        let is_changed = |at: usize| changed.contains(&&*register.certificates[at].file);
        let kept = register.certificates.iter().zip(sources).map(|(certificate, source)| {
            records.get(&certificate.file).map_or(*source, |blob| blob.made_of)
        });
        let kept: Vec<_> = kept.collect();
        let quiet = Quiet::open(archive, (config, register, &kept), Some(ledger), *today);
        let issuer = check::issuer(config)?;
        let how = (*today, NewRecords::Stated);
        let compared = seal::compare(register, &issuer, Some(ledger), how, &|at| !is_changed(at))?;
        let mut report = Report::default();
        let mut count = count;
        for at in (0..register.certificates.len()).filter(|at| is_changed(*at)) {
            let Some(was_quiet) = quiet.knew(at) else { return Ok(None) };
            let differs = compared.records.iter().find(|record| record.at == at);
            if let Some(record) = differs {
                findings::record(self.root, &register.certificates[at], record, &mut report);
            }
            count = count + usize::from(differs.is_some()) - usize::from(!was_quiet).min(count);
        }
        Ok(report.is_empty().then_some(count))
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
        (mut before, unsealed): (Before, Option<usize>),
        tree: Tree,
    ) -> Result<Option<Built<Summary>>, BuildError> {
        let Loaded { config, register, sources, today, .. } = content.loaded;
        let (Some(config), Some(theme)) = (config, content.theme) else { return Ok(None) };
        let of_changed = |certificate: &&Certificate| changed.contains(&&*certificate.file);
        let changed = register.certificates.iter().filter(of_changed);
        let paths: BTreeSet<String> = changed.map(|c| c.number.path().into_owned()).collect();
        if !tree
            .keep_but(&paths.iter().map(|path| site::certificate_unit(path)).collect::<Vec<_>>())
        {
            return Ok(None);
        }
        let base_url = self.options.base_url.as_ref().unwrap_or(&config.base_url);
        let (config, theme, register, sources) = (&config, &theme, &register, &*sources);
        let inputs = Inputs { config, register, sources, theme, base_url, today, sealed: None };
        site::render_certificates(&inputs, &tree, &paths)?;
        before.summary = self.onlooker.timings.of(Stage::Finish, || tree.finish())?;
        Ok(Some(before.built(unsealed)))
    }
}

/// Whether a name is that of a record.
pub(super) fn is_record(name: &str) -> bool {
    let path = name.strip_prefix("content/certificates/").unwrap_or_default();
    let parts = path.len().checked_sub(3).and_then(|at| path.split_at_checked(at));
    parts.is_some_and(|(stem, ending)| {
        ending.eq_ignore_ascii_case(".md") && !stem.is_empty() && !stem.ends_with('/')
    })
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
    *only_remarks && !speaks_of(report, changed) && changed.iter().all(|name| is_whole(name))
}
