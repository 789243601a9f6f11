//! The compact layout, seen from outside: which files there are, that commands find what they look
//! for, and that a change touches little.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;
use support::{TestRegister, shop::Shop, write_file};
use walkdir::WalkDir;

const FIRST: &str = "2026-03-20T08:00:00Z";
const TOML: &str = "register.toml";

/// A register of five certificates with a layout, sealed once, with its site in `public/`.
fn shop(layout: &str) -> Shop {
    let register = (2..=5).fold(TestRegister::minimal().keyed(), |register, n| {
        register.record(&format!("EX-2026-00{n}"))
    });
    let shop = Shop { register: set(register, "", layout).seals(FIRST) };
    build(&shop);
    shop
}

/// Says another layout.
fn set(register: TestRegister, from: &str, to: &str) -> TestRegister {
    let line = |layout: &str| format!("layout = \"{layout}\"\nlanguages");
    let from = if from.is_empty() { "languages".to_owned() } else { line(from) };
    register.replace(TOML, &from, &line(to))
}

fn build(shop: &Shop) {
    shop.register.attestar(["build", "--as-of", "2026-06-21", "--out", "public"]).success();
}

/// The files of the site, but for the build's own list.
fn files(shop: &Shop) -> BTreeMap<String, Vec<u8>> {
    let root = shop.register.path("public");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    let entries = WalkDir::new(&root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap()));
    files.filter(|(name, _)| !name.starts_with(".attestar")).collect()
}

#[test]
fn there_is_no_file_of_a_certificate_or_a_holder() {
    let files = files(&shop("compact"));
    let own = ["c/", "en/c/", "enterprises/", "en/enterprises/", "badge/", "embed.html"];
    let stray = files.keys().find(|name| own.iter().any(|folder| name.starts_with(folder)));
    assert_eq!(stray, None);
    for name in ["404.html", "en/404.html", "shell/index.html", "en/shell/index.html", "_redirects"]
    {
        assert!(files.contains_key(name), "{name}");
    }
    // Nothing leads to what is not there. Links to pages stay: the shell answers at their addresses.
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        let leads = ["/badge/", "embed.html", "c/EX-2026-001.json"];
        let allowed = name.starts_with("ledger/") || name.starts_with("assets/");
        let found = leads.iter().find(|lead| text.contains(**lead) && !allowed);
        assert_eq!(found, None, "{name}");
    }
    let sitemap = String::from_utf8_lossy(&files["sitemap.xml"]);
    assert!(!sitemap.contains("/c/") && sitemap.contains("/levels/"));
}

#[test]
fn more_certificates_are_hardly_more_files() {
    let few = files(&shop("compact")).len();
    let register = (2..=40).fold(TestRegister::minimal().keyed(), |register, n| {
        register.record(&format!("EX-2026-{n:03}"))
    });
    let many = Shop { register: set(register, "", "compact").seals(FIRST) };
    build(&many);
    let many = files(&many).len();
    assert!(many <= few + 4, "{few} files of 5 certificates, {many} of 40");
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_a_change_touches_little() {
    let shop = shop("compact");
    let before = files(&shop);
    fs::remove_dir_all(shop.register.path("public")).unwrap();
    build(&shop);
    assert_eq!(files(&shop), before);
    let shop = Shop { register: shop.register.record("EX-2026-006") };
    shop.seal("2026-06-05T08:00:00Z");
    build(&shop);
    let after = files(&shop);
    let changed: Vec<_> = after
        .iter()
        .filter(|(name, bytes)| before.get(*name) != Some(*bytes))
        .map(|(name, _)| &**name)
        .collect();
    // Of the files of the layout: one block of entries, one part of the data.
    let own = |folder: &str| changed.iter().filter(|name| name.starts_with(folder)).count();
    assert_eq!(own("entries/"), 1, "{changed:?}");
    assert_eq!(own("shell/") + own("404") + own("assets/"), 0, "{changed:?}");
    assert_eq!(own("data/certificates"), 2, "{changed:?}");
}

#[test]
fn switching_deletes_what_the_build_wrote_and_nothing_else() {
    let full = shop("full");
    let full_files = files(&full);
    let out = full.register.path("public");
    write_file(&out.join(".well-known/security.txt"), b"kept");
    let shop = Shop { register: set(full.register, "full", "compact") };
    build(&shop);
    assert!(!out.join("c").exists() && !out.join("enterprises").exists());
    assert!(!out.join("badge").exists() && out.join("shell/index.html").is_file());
    assert_eq!(fs::read(out.join(".well-known/security.txt")).unwrap(), b"kept");
    let shop = Shop { register: set(shop.register, "compact", "full") };
    build(&shop);
    let mut again = files(&shop);
    assert_eq!(again.remove(".well-known/security.txt").unwrap(), b"kept");
    assert_eq!(again, full_files);
}

#[test]
fn an_entry_lies_where_its_place_says() {
    let shop = shop("compact");
    let rows: Vec<Value> = serde_json::from_str(&shop.text("entries/0.json")).unwrap();
    let ledger = shop.text("ledger/credentials/0000.jsonl");
    assert_eq!(rows.len(), 5);
    for (row, line) in rows.iter().zip(ledger.lines()) {
        let at = |place: usize| usize::try_from(row[place].as_u64().unwrap()).unwrap();
        assert_eq!(ledger.get(at(0)..at(0) + at(1)), Some(line));
    }
}

#[test]
fn commands_find_entries() {
    let shop = shop("compact");
    let day = ["--at", "2026-03-21T09:00:00Z"];
    let verify =
        |number: &str| shop.run(&[&["verify", number, "--site", "public"][..], &day].concat());
    assert!(verify("EX-2026-001").success().stdout.contains("genuine  yes"));
    assert!(verify("ex-2026-003").success().stdout.contains("genuine  yes"));
    assert!(verify("EX-2026-999").code(1).stdout.contains("not_found"));
    let evidence = ["evidence", "EX-2026-002", "--site", "public", "--out", "evidence.json"];
    shop.run(&[&evidence[..], &day].concat()).success();
    shop.run(&[&["verify", "evidence.json"][..], &day].concat()).success();
    shop.run(&["show", "EX-2026-001"]).success();
    shop.run(&["qr", "EX-2026-001"]).success();
}

#[test]
fn an_erased_number_is_named_and_nothing_else_of_it() {
    let shop = shop("compact");
    let erase = ["erase", "EX-2026-002", "--at", "2026-06-05T08:00:00Z"];
    let run = shop.register.attestar(erase);
    let code = run.stderr.split("`--confirm ").nth(1).map(|rest| rest.split('`').next().unwrap());
    if let Some(code) = code {
        shop.register.attestar([&erase[..], &["--confirm", code]].concat()).success();
    }
    build(&shop);
    let erased: BTreeMap<String, String> =
        serde_json::from_str(&shop.text("entries/erased.json")).unwrap();
    assert_eq!(erased, BTreeMap::from([("EX-2026-002".to_owned(), "2026-06-05".to_owned())]));
    let rows: Vec<Value> = serde_json::from_str(&shop.text("entries/0.json")).unwrap();
    assert!(rows.iter().any(Value::is_null));
    let day = ["--at", "2026-06-06T09:00:00Z"];
    let all = [&["verify", "EX-2026-002", "--site", "public"][..], &day].concat();
    assert!(shop.run(&all).code(1).stdout.to_lowercase().contains("erased"));
    shop.run(&[&["audit", "public"][..], &day].concat()).success();
}

#[test]
fn an_audit_holds_and_finds_what_leads_elsewhere() {
    let shop = shop("compact");
    let audit = || shop.audit(&["public", "--at", "2026-03-21T09:00:00Z"]);
    audit().holds();
    let block = shop.text("entries/0.json");
    for (from, to) in [("[0,", "[1,"), ("\n[0", "\nnull,[0")] {
        assert!(block.contains(from), "{block}");
        shop.write("entries/0.json", block.replacen(from, to, 1));
        let found = audit().value["discrepancies"].to_string();
        assert!(found.contains("entries/0.json"), "{found}");
    }
    shop.write("entries/0.json", &block);
    shop.write("entries/erased.json", "{\"EX-2026-001\":\"2026-03-20\"}");
    assert!(audit().value["discrepancies"].to_string().contains("erased"));
    shop.write("entries/erased.json", "{}");
    fs::remove_file(shop.register.path("public/shell/index.html")).unwrap();
    assert!(audit().value["discrepancies"].to_string().contains("shell/index.html"));
}

#[test]
fn an_unsealed_register_is_laid_out_in_full() {
    let register = set(TestRegister::minimal(), "", "compact");
    let site = register.build("2026-06-21");
    assert!(site.path("c/EX-2026-001.html").is_file());
}

#[test]
fn an_unknown_layout_is_found() {
    let register = set(TestRegister::minimal(), "", "flat");
    let findings = register.findings();
    let [finding] = &*findings else { panic!("{findings:?}") };
    let text = format!("{finding:?}");
    assert!(
        text.contains("a layout is `full` or `compact`") && text.contains("register.toml"),
        "{text}"
    );
}
