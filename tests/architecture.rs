//! The layers of src/, kept. (tests/architecture.rs; the picture is in docs/architecture.md)

use std::{collections::BTreeSet, fs, path::Path};
use walkdir::WalkDir;

/// Every library module, lowest first, with the modules it may name. Nothing else may be named.
const LAYERS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("model", &[]),
    ("timing", &[]),
    ("cache", &["model"]),
    ("output", &["cache"]),
    ("proof", &[]),
    ("tlog", &["proof"]),
    ("fields", &["diag", "model"]),
    ("config", &["diag", "fields", "model", "proof"]),
    ("credential", &["model", "proof"]),
    ("markdown", &["diag", "model"]),
    ("theme", &["cache", "diag", "output"]),
    ("keyring", &["config", "output", "proof"]),
    ("ledger", &["credential", "output", "proof", "tlog"]),
    ("search", &["model", "output"]),
    ("verify", &["credential", "model", "proof", "search", "tlog"]),
    ("audit", &["credential", "model", "proof", "tlog", "verify"]),
    ("load", &["cache", "config", "diag", "fields", "markdown", "model", "timing"]),
    ("batch", &["credential", "model", "proof", "search", "verify"]),
    (
        "site",
        &[
            "cache",
            "config",
            "credential",
            "diag",
            "markdown",
            "model",
            "output",
            "proof",
            "search",
            "theme",
            "timing",
            "tlog",
        ],
    ),
    ("scaffold", &["model", "output"]),
    ("seal", &["config", "credential", "keyring", "ledger", "model", "proof", "tlog"]),
    (
        "pipeline",
        &[
            "cache",
            "config",
            "credential",
            "diag",
            "keyring",
            "ledger",
            "load",
            "markdown",
            "model",
            "output",
            "proof",
            "seal",
            "site",
            "theme",
            "timing",
        ],
    ),
    ("serve", &["config", "diag", "load", "output", "pipeline", "theme", "timing"]),
];

#[test]
fn a_module_names_only_the_layers_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in WalkDir::new(&src).into_iter().map(Result::unwrap) {
        let inside = file.path().strip_prefix(&src).unwrap().with_extension("");
        let module = inside.iter().next().and_then(|m| m.to_str()).unwrap_or_default();
        if !file.file_type().is_file() || ["lib", "main", "cli"].contains(&module) {
            continue; // The binary sees only what is public.
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            panic!("{} is in no layer: give it one, here and in the picture", inside.display());
        };
        let text = fs::read_to_string(file.path()).unwrap();
        let is_code = file.path().extension().is_some_and(|ending| ending == "rs");
        let lines = text.lines().count();
        assert!(lines <= 400 || !is_code, "{} is over 400 lines", inside.display());
        let named = text.split("crate::").skip(1);
        let named = named.map(|p| p.split(|c: char| !c.is_ascii_lowercase()).next().unwrap());
        let stray: BTreeSet<_> = named.filter(|n| *n != module && !allowed.contains(n)).collect();
        assert!(stray.is_empty(), "{} names {stray:?}, which {module} may not", inside.display());
    }
}

#[test]
fn the_layers_have_no_cycle() {
    for (at, (module, allowed)) in LAYERS.iter().enumerate() {
        let lower = |name: &&str| LAYERS[..at].iter().any(|(lower, _)| lower == name);
        assert!(allowed.iter().all(lower), "{module} reaches up");
    }
}
