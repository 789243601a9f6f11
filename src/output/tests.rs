//! What the output promises, on a real disk.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use super::*;

fn put(tree: &Tree, path: &str, text: &str) -> Result<Written, OutputError> {
    tree.put(path, text.as_bytes())
}

/// A whole run.
fn build(dir: &Path, files: &[(&str, &str)]) -> Summary {
    let tree = Tree::open(dir, Adopt::No).unwrap();
    for (path, text) in files {
        put(&tree, path, text).unwrap();
    }
    tree.finish().unwrap()
}

/// A run that ends in the middle.
fn killed(dir: &Path, files: &[(&str, &str)]) {
    let tree = Tree::open(dir, Adopt::No).unwrap();
    for (path, text) in files {
        put(&tree, path, text).unwrap();
    }
}

/// All files but the tree's own, and the folders that are empty.
fn files(dir: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(dir).min_depth(1) {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_file() && !path.starts_with(".attestar-") {
            found.insert(path, fs::read_to_string(entry.path()).unwrap());
        } else if entry.file_type().is_dir()
            && !path.starts_with(".attestar-")
            && fs::read_dir(entry.path()).unwrap().next().is_none()
        {
            found.insert(path + "/", String::new());
        }
    }
    found
}

fn list(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn manifest(dir: &Path) -> String {
    fs::read_to_string(dir.join(".attestar-manifest")).unwrap()
}

#[test]
fn a_second_run_changes_only_what_differs() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("made/on/the/way");
    let first = build(&out, &[("a.html", "1"), ("c/b.html", "22"), ("d/e/f.html", "3")]);
    assert_eq!(first, Summary { written: 3, unchanged: 0, removed: 0, bytes: 4 });
    let modified = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    let (kept, listed) = (modified("a.html"), modified(".attestar-manifest"));
    build(&out, &[("a.html", "1"), ("c/b.html", "22"), ("d/e/f.html", "3")]);
    assert_eq!(modified(".attestar-manifest"), listed);
    let second = build(&out, &[("a.html", "1"), ("c/b.html", "xy")]);
    assert_eq!(second, Summary { written: 1, unchanged: 1, removed: 1, bytes: 3 });
    assert_eq!(files(&out), list(&[("a.html", "1"), ("c/b.html", "xy")]));
    assert_eq!(modified("a.html"), kept);
    let ones = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a.html\n";
    assert!(manifest(&out).starts_with(ones));
}

#[test]
fn a_file_that_was_truncated_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), &[("a", "long")]);
    fs::remove_file(dir.path().join("a")).unwrap();
    assert_eq!(build(dir.path(), &[("a", "long")]).written, 1);
    fs::File::create(dir.path().join("a")).unwrap();
    assert_eq!(build(dir.path(), &[("a", "long")]).written, 1);
    assert_eq!(files(dir.path()), list(&[("a", "long")]));
}

#[test]
fn the_next_run_knows_what_a_killed_one_wrote() {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), &[("a", "0")]);
    killed(dir.path(), &[("a", "1"), ("b/c", "2")]);
    fs::File::create(dir.path().join("b/.7.attestar-tmp")).unwrap();
    killed(dir.path(), &[("a", "1"), ("d", "3")]);
    assert_eq!(build(dir.path(), &[("a", "1")]).removed, 2);
    assert_eq!(files(dir.path()), list(&[("a", "1")]));
    // A killed run's file of the same size is not taken for the one in the manifest.
    killed(dir.path(), &[("a", "9")]);
    build(dir.path(), &[("a", "1")]);
    assert_eq!(files(dir.path()), list(&[("a", "1")]));
}

/// Copies a folder as it is at a moment.
fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let there = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(there).unwrap();
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

const FIRST: [(&str, &str); 5] =
    [("a", "1"), ("b/c", "2"), ("b/d/e", "3"), (".well-known/f", "4"), ("g", "5")];

/// Makes a first build in a folder, and keeps how the folder was after each step.
fn step_by_step(dir: &Path) -> Vec<tempfile::TempDir> {
    let moments = std::cell::RefCell::new(Vec::new());
    let step = || {
        let moment = tempfile::tempdir().unwrap();
        copy(dir, moment.path());
        moments.borrow_mut().push(moment);
    };
    let tree = Tree::open(dir, Adopt::No).unwrap();
    for (path, text) in FIRST {
        step();
        assert_eq!(put(&tree, path, text).unwrap(), Written::Created);
    }
    tree.finish_step_by_step(&step).unwrap();
    moments.into_inner()
}

#[test]
fn a_first_build_can_be_killed_at_any_step() {
    // Somebody else's dot files may be there, and a folder that ours go into.
    for others in [&[][..], &[(".others", "0")], &[(".others", "0"), (".well-known/mine", "9")]] {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in others {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
        }
        let moments = step_by_step(dir.path());
        assert!(moments.len() > 10, "{}", moments.len());
        let whole = list(&[&FIRST, others].concat());
        assert_eq!(files(dir.path()), whole);
        assert!(!dir.path().join(".attestar-new").exists());
        for moment in moments {
            for (path, text) in files(moment.path()) {
                assert_eq!(whole.get(&path), Some(&text), "{path}");
            }
            build(moment.path(), &FIRST);
            assert_eq!(files(moment.path()), whole);
            assert_eq!(manifest(moment.path()), manifest(dir.path()));
            assert!(!moment.path().join(".attestar-new").exists());
            // What a killed run wrote and the next does not goes.
            let again = build(moment.path(), &FIRST[..1]);
            assert_eq!((again.unchanged, again.removed), (1, 4));
        }
    }
}

#[test]
fn what_a_killed_first_build_moved_goes_where_the_next_has_no_place_for_it() {
    let dir = tempfile::tempdir().unwrap();
    for moment in step_by_step(dir.path()) {
        build(moment.path(), &[("b", "7")]);
        assert_eq!(files(moment.path()), list(&[("b", "7")]));
    }
}

#[test]
fn a_first_build_is_seen_when_it_is_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let tree = Tree::open(dir.path(), Adopt::No).unwrap();
    put(&tree, "a/b", "1").unwrap();
    assert_eq!(files(dir.path()), list(&[]));
    // One that fails leaves nothing, not even what is hidden.
    put(&tree, "a/b", "2").unwrap_err();
    tree.finish().unwrap_err();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "the journal");
    let tree = Tree::open(dir.path(), Adopt::No).unwrap();
    put(&tree, "a/b", "1").unwrap();
    // Others' files that come meanwhile stay, and are not taken for ours by the next run.
    fs::create_dir(dir.path().join("a")).unwrap();
    assert!(matches!(tree.finish(), Err(OutputError::Foreign { .. })));
    assert_eq!(files(dir.path()), list(&[("a/", "")]));
    assert!(matches!(Tree::open(dir.path(), Adopt::No), Err(OutputError::Foreign { .. })));
}

#[test]
fn a_file_in_pieces_is_seen_when_it_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let text = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    let run = |words: &[&str]| {
        let tree = Tree::open(dir.path(), Adopt::No).unwrap();
        let size = tree.write_pieces("d/a", &mut |file| {
            words.iter().try_for_each(|word| {
                assert!(files(dir.path()).get("d/a").is_none_or(|text| text == "onetwo"));
                file.write_all(word.as_bytes())
            })
        });
        assert_eq!(size.unwrap(), words.concat().len() as u64);
        // The same once more is no other file.
        put(&tree, "d/a", &words.concat()).unwrap();
        tree.finish().unwrap()
    };
    assert_eq!(run(&["one", "two"]), Summary { written: 1, unchanged: 0, removed: 0, bytes: 6 });
    let first = manifest(dir.path());
    assert_eq!(run(&["onetw", "o"]), Summary { written: 0, unchanged: 1, removed: 0, bytes: 6 });
    assert_eq!((text("d/a"), manifest(dir.path())), ("onetwo".to_owned(), first));
    assert_eq!(run(&["one", "six"]), Summary { written: 1, unchanged: 0, removed: 0, bytes: 6 });
    // What cannot be made whole leaves the file as it was, and nothing beside it.
    let tree = Tree::open(dir.path(), Adopt::No).unwrap();
    let failed = tree.write_pieces("d/a", &mut |file| {
        file.write_all(b"half")?;
        Err(io::Error::other("no more"))
    });
    assert!(matches!(failed, Err(OutputError::Write { .. })));
    assert!(matches!(tree.finish(), Err(OutputError::Incomplete { .. })));
    assert_eq!(text("d/a"), "onesix");
    assert!(!dir.path().join(".attestar-new").exists());
    // Nor is somebody else's file overwritten.
    fs::File::create(dir.path().join("mine")).unwrap();
    let tree = Tree::open(dir.path(), Adopt::No).unwrap();
    let refused = tree.write_pieces("mine", &mut |file| file.write_all(b"1"));
    assert!(matches!(refused, Err(OutputError::Foreign { .. })));
    assert_eq!(text("mine"), "");
}

#[test]
fn a_folder_with_other_things_is_refused_unless_adopted() {
    let dir = tempfile::tempdir().unwrap();
    let foreign = |path: &str| fs::File::create(dir.path().join(path)).map(drop).unwrap();
    foreign(".gitignore");
    foreign("holiday.jpg");
    let refused = Tree::open(dir.path(), Adopt::No);
    assert!(matches!(refused, Err(OutputError::Foreign { path }) if path.ends_with("holiday.jpg")));
    let tree = Tree::open(dir.path(), Adopt::Yes).unwrap();
    put(&tree, "a", "1").unwrap();
    tree.finish().unwrap();
    // With a manifest, others' files beside ours are left alone, and never overwritten.
    foreign("b");
    let tree = Tree::open(dir.path(), Adopt::No).unwrap();
    assert!(matches!(put(&tree, "b", "1"), Err(OutputError::Foreign { .. })));
    assert!(matches!(tree.finish(), Err(OutputError::Incomplete { .. })));
    build(dir.path(), &[("c", "1")]);
    let left = [(".gitignore", ""), ("b", ""), ("c", "1"), ("holiday.jpg", "")];
    assert_eq!(files(dir.path()), list(&left));
}

#[test]
fn two_builds_cannot_write_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let first = Tree::open(dir.path(), Adopt::No).unwrap();
    assert!(matches!(Tree::open(dir.path(), Adopt::No), Err(OutputError::Locked { .. })));
    first.finish().unwrap();
    Tree::open(dir.path(), Adopt::No).unwrap();
}

#[test]
fn a_path_has_one_content_and_one_spelling() {
    let dir = tempfile::tempdir().unwrap();
    let tree = Tree::open(dir.path(), Adopt::No).unwrap();
    assert_eq!(put(&tree, "c/A", "1").unwrap(), Written::Created);
    assert_eq!(put(&tree, "c/A", "1").unwrap(), Written::Unchanged);
    assert!(matches!(put(&tree, "c/A", "2"), Err(OutputError::Twice { .. })));
    assert!(matches!(put(&tree, "c/a", "1"), Err(OutputError::Capitals { .. })));
    assert!(matches!(put(&tree, "C/b", "1"), Err(OutputError::Capitals { .. })));
    assert!(matches!(put(&tree, "c", "1"), Err(OutputError::InTheWay { .. })));
    assert!(matches!(put(&tree, "c/A/b", "1"), Err(OutputError::InTheWay { .. })));
    assert!(matches!(put(&tree, "../x", "1"), Err(OutputError::PathInvalid { .. })));
}

#[test]
fn a_name_may_change_its_capitals_or_become_a_folder_and_back() {
    let dir = tempfile::tempdir().unwrap();
    for files_now in [
        &[("x/a", "1"), ("b/c/d", "2")][..],
        &[("x/A", "1"), ("b", "2")],
        &[("x", "1"), ("b/c/d", "2")],
        &[("b/c", "3")],
    ] {
        build(dir.path(), files_now);
        assert_eq!(files(dir.path()), list(files_now));
    }
    // But not when the folder holds what is not ours.
    fs::File::create(dir.path().join("b/mine")).unwrap();
    let tree = Tree::open(dir.path(), Adopt::Yes).unwrap();
    assert!(matches!(put(&tree, "b", "1"), Err(OutputError::InTheWay { .. })));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let (out, outside) = (dir.path().join("out"), dir.path().join("outside"));
    fs::create_dir(&outside).unwrap();
    build(&outside, &[("secret", "s")]);
    build(&out, &[("f/secret", "1"), ("g", "2")]);
    fs::remove_dir_all(out.join("f")).unwrap();
    fs::remove_file(out.join("g")).unwrap();
    symlink(&outside, out.join("f")).unwrap();
    symlink(outside.join("secret"), out.join("g")).unwrap();

    let tree = Tree::open(&out, Adopt::Yes).unwrap();
    assert!(matches!(put(&tree, "f/new", "x"), Err(OutputError::InTheWay { .. })));
    drop(tree);
    // Ours became a link: the link goes, what it leads to stays.
    build(&out, &[("g", "3")]);
    assert_eq!(fs::read_to_string(out.join("g")).unwrap(), "3");
    assert!(out.join("f").is_symlink());
    assert_eq!(files(&outside), list(&[("secret", "s")]));

    symlink(&out, dir.path().join("link")).unwrap();
    let refused = Tree::open(&dir.path().join("link/"), Adopt::No);
    assert!(matches!(refused, Err(OutputError::Symlink { .. })));
}

#[test]
fn many_threads_write_one_tree() {
    use rayon::prelude::*;
    let dir = tempfile::tempdir().unwrap();
    for round in 0..2 {
        let tree = Tree::open(dir.path(), Adopt::No).unwrap();
        let sink: &dyn Sink = &tree;
        (0..500).into_par_iter().for_each(|n| {
            sink.write(&format!("c/{}/{n}.html", n % 7), &vec![b'x'; n]).unwrap();
        });
        let summary = tree.finish().unwrap();
        assert_eq!(summary.unchanged, 500 * round);
    }
    assert_eq!(files(dir.path()).len(), 500);
    assert_eq!(manifest(dir.path()).lines().count(), 500);
}

mod any_history {
    use proptest::{collection::vec, prelude::*, sample::subsequence};

    use super::*;

    const PATHS: [&str; 8] = ["a", "A", "b/c", "b", "b/d/e", "b/d", "f/g", "F/h"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever runs went before, killed ones too, a finished run leaves its own files and
        /// those of others, and nothing else.
        #[test]
        fn ends_in_the_files_of_the_last_run(
            runs in vec((subsequence(PATHS.to_vec(), 1..4), "[xy]{1,2}", any::<bool>()), 1..6)
        ) {
            let dir = tempfile::tempdir().unwrap();
            fs::File::create(dir.path().join(".others")).unwrap();
            for (paths, text, ends) in runs {
                let tree = Tree::open(dir.path(), Adopt::No).unwrap();
                let mut done = list(&[(".others", "")]);
                let mut whole = true;
                for path in paths {
                    match put(&tree, path, &text) {
                        Ok(_) => drop(done.insert(path.to_owned(), text.clone())),
                        // Paths of one run that exclude each other.
                        Err(OutputError::Capitals { .. } | OutputError::InTheWay { .. }) => whole = false,
                        Err(other) => panic!("{other:?}"),
                    }
                }
                if ends && whole {
                    tree.finish().unwrap();
                    prop_assert_eq!(files(dir.path()), done.clone());
                    done.remove(".others");
                    let mut lines = String::new();
                    for (path, text) in &done {
                        let digest = crate::output::manifest::digest(text.as_bytes());
                        crate::output::manifest::print(&mut lines, path, &digest);
                    }
                    prop_assert_eq!(manifest(dir.path()), lines);
                }
            }
        }
    }
}
