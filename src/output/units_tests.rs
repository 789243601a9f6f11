//! Runs that keep what others have made end where a run from nothing does.

use std::{collections::BTreeMap, fs, path::Path};

use proptest::{collection::vec, prelude::*};

use crate::cache::{Key, key};
use crate::output::{
    Adopt, Sink as _, Tree,
    manifest::{self, MANIFEST},
};

/// How many units there are beside one that never changes and has many files: few files can then be
/// a small part of all.
const UNITS: usize = 4;
const MANY: usize = 300;

/// What each unit is made of, and how many files it has.
type Units = [(u8, usize); UNITS];

/// What happens between two runs, and how the second goes about it.
#[derive(Clone, Debug)]
struct Step {
    changes: Vec<(usize, (u8, usize))>,
    is_short: bool,
}

fn name(unit: usize) -> Key {
    key(format!("unit {unit}").as_bytes())
}

/// The files of a unit: some in folders of their own, some in one that others have files in.
fn files_of(unit: usize, (made_of, count): (u8, usize)) -> Vec<(String, String)> {
    let path = |at: usize| match at {
        0 => format!("shared/{unit}"),
        at => format!("own/{unit}/{at}"),
    };
    (0..count).map(|at| (path(at), format!("{made_of} {at}"))).collect()
}

fn many() -> Vec<(String, String)> {
    (0..MANY).map(|at| (format!("many/{at:03}"), "same".to_owned())).collect()
}

fn all(units: &Units) -> BTreeMap<String, String> {
    let some = units.iter().enumerate().flat_map(|(unit, of)| files_of(unit, *of));
    some.chain(many()).collect()
}

fn make(tree: &Tree, unit: Key, made_of: Key, files: Vec<(String, String)>) {
    let bytes = files.iter().map(|(_, text)| text.len() as u64).sum();
    for (path, text) in &files {
        tree.put(path, text.as_bytes()).unwrap();
    }
    tree.made(unit, made_of, files.into_iter().map(|(path, _)| path).collect(), bytes);
}

fn run(dir: &Path, cache: &Path, units: &Units, changed: Option<&[usize]>) {
    let tree = Tree::open_with(dir, Adopt::No, Some(cache)).unwrap();
    let names = changed.map(|changed| changed.iter().map(|unit| name(*unit)).collect::<Vec<_>>());
    let is_short = names.is_some_and(|names| !names.is_empty() && tree.keep_but(&names));
    for (unit, of) in units.iter().enumerate() {
        let made_of = key(&[of.0, u8::try_from(of.1).unwrap()]);
        let is_kept = if is_short {
            !changed.unwrap_or_default().contains(&unit)
        } else {
            tree.keep(name(unit), made_of)
        };
        if !is_kept {
            make(&tree, name(unit), made_of, files_of(unit, *of));
        }
    }
    let (unit, made_of) = (key(b"many"), key(b"same"));
    if !is_short && !tree.keep(unit, made_of) {
        make(&tree, unit, made_of, many());
    }
    let summary = tree.finish().unwrap();
    let files = all(units);
    let bytes = files.values().map(|text| text.len() as u64).sum::<u64>();
    let count = files.len() as u64;
    assert_eq!((summary.written + summary.unchanged, summary.bytes), (count, bytes));
    let left = Tree::untouched(dir, cache).unwrap();
    assert_eq!((left.unchanged, left.bytes), (count, bytes));
}

/// Everything on disk is what it should be, and the manifest lists it.
fn compare(dir: &Path, units: &Units) {
    let mut lines = String::new();
    for (path, text) in all(units) {
        assert_eq!(fs::read_to_string(dir.join(&path)).unwrap(), text, "{path}");
        manifest::print(&mut lines, &path, &manifest::digest(text.as_bytes()));
    }
    assert_eq!(fs::read_to_string(dir.join(MANIFEST)).unwrap(), lines);
    let own = walkdir::WalkDir::new(dir.join("own")).into_iter().filter_map(Result::ok);
    let own = own.filter(|entry| entry.file_type().is_file()).count();
    assert_eq!(own, units.iter().map(|(_, count)| count.saturating_sub(1)).sum::<usize>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_kept_and_what_is_made_are_together_what_should_be_there(
        steps in vec(
            (vec((0..UNITS, (0_u8..3, 1_usize..4)), 0..3), any::<bool>()),
            1..7,
        )
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (dir, cache) = (folder.path().join("out"), folder.path().join("cache"));
        let mut units: Units = [(0, 2); UNITS];
        run(&dir, &cache, &units, None);
        compare(&dir, &units);
        let steps = steps.into_iter().map(|(changes, is_short)| Step { changes, is_short });
        for Step { changes, is_short } in steps {
            let mut changed: Vec<usize> = changes.iter().map(|(unit, _)| *unit).collect();
            changed.sort_unstable();
            changed.dedup();
            for (unit, of) in changes {
                units[unit] = of;
            }
            run(&dir, &cache, &units, is_short.then_some(&*changed));
            compare(&dir, &units);
        }
    }
}
