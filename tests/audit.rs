//! What `audit` finds, seen from outside.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::fs;

use support::{TestRegister, shop::Shop, write_file};

#[test]
fn a_sound_register_holds() {
    let shop = Shop::new();
    let audit = shop.audit(&[]);
    audit.holds();
    assert_eq!(audit.value["size"], 13);
    assert_eq!(audit.value["editions"], 3);
    assert_eq!(audit.value["certificates"], 5);
    assert_eq!(audit.value["entries"], 6);
    shop.audit(&["public"]).holds();
    shop.audit(&["public", "--ledger-only"]).holds();
    fs::remove_dir_all(shop.register.path("public")).unwrap();
    shop.audit(&["."]).holds();
}

#[test]
fn the_demo_register_holds() {
    let register = TestRegister::demo().keyed();
    register.seal("2026-11-23T08:00:00Z").success();
    register.attestar(["build", "--out", "public"]).success();
    let shop = Shop { register };
    shop.audit(&["--at", "2026-11-23T12:00:00Z"]).holds();
    // Long after the last edition, too: what is old is said and is no discrepancy.
    let run = shop.run(&["audit", "--at", "2027-11-23T12:00:00Z"]).success();
    assert!(run.stderr.contains("out of date since"), "{}", run.stderr);
}

#[test]
fn every_altered_page_is_found_by_its_number() {
    let page = "c/EX-2026-001.html";
    let edits = [
        ("示例电器有限公司</h1>", "冒名电器有限公司</h1>"),
        ("2029-03-17", "2039-03-17"),
        ("家用电器的售后服务", "家用电器的售后服务和维修"),
        ("五星级", "六星级"),
        ("data-status=valid", "data-status=expired"),
        ("valid 2026-03-18", "valid 2025-03-18"),
        (
            "<dd><time datetime=\"2029-03-17\" data-fact=\"until\">2029",
            "<dd><time datetime=\"2029-03-17\" data-fact=\"until\">2039",
        ),
        (">91440500MA00ATT133<", ">91440500MA00ATT134<"),
        (
            "data-validity data-from=\"2026-03-18\" data-until=\"2029",
            "data-validity data-from=\"2026-03-18\" data-until=\"2039",
        ),
        ("\"ratingValue\":\"五星级", "\"ratingValue\":\"七星级"),
        ("\"expires\":\"2029", "\"expires\":\"2039"),
    ];
    for (from, to) in edits {
        let shop = Shop::new();
        let from = if shop.text(page).contains(from) {
            from.to_owned()
        } else {
            from.replace("=valid", "=\"valid\"")
        };
        shop.edit(page, &from, to);
        assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 page"], "{from}");
    }
}

#[test]
fn facts_that_no_reader_sees_do_not_count() {
    let h1 = "<h1 data-fact=\"holder\">示例电器有限公司</h1>";
    for unseen in [
        format!("<!--{h1}-->"),
        format!("<template>{h1}</template>"),
        h1.replace("<h1", "<h1 hidden"),
    ] {
        let shop = Shop::new();
        shop.edit("c/EX-2026-001.html", h1, &format!("<h1>冒名电器有限公司</h1>{unseen}"));
        assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 page_fact"], "{unseen}");
    }
}

#[test]
fn pages_in_other_languages_are_missed_and_found_astray() {
    let shop = Shop::new();
    shop.remove("en/c/EX-2026-003.html");
    let stray = shop.read("c/EX-2026-001.html");
    for path in ["en/c/EX-2026-666.html", "badge/EX-2026-667.svg", "c/EX-2026-668.html"] {
        shop.write(path, &stray);
    }
    let expected = [
        "EX-2026-003 missing",
        "EX-2026-666 not_logged",
        "EX-2026-667 not_logged",
        "EX-2026-668 not_logged",
    ];
    assert_eq!(shop.audit(&[]).found(), expected);
}

#[test]
fn a_status_word_that_no_other_page_uses_is_found() {
    let shop = Shop::new();
    shop.edit("c/EX-2026-002.html", "data-word>暂停", "data-word>有效");
    // Nothing to compare with: the other page of that status in that language is this one.
    let word = "data-word>有效";
    let shop = Shop::new();
    shop.edit("c/EX-2026-001.html", word, "data-word>特别有效");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 word"]);
}

#[test]
fn an_altered_data_file_is_found_by_number_and_member() {
    let shop = Shop::new();
    shop.edit("data/certificates.jsonl", "\"status\":\"withdrawn\"", "\"status\":\"valid\"");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-004 row"]);
    let shop = Shop::new();
    let line = shop.text("data/certificates.jsonl");
    let line = line.lines().next().unwrap();
    shop.edit("data/certificates.jsonl", line, "");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 row_missing"]);
    let shop = Shop::new();
    let csv = shop.text("data/certificates.csv");
    let row = csv.lines().nth(1).unwrap();
    shop.edit("data/certificates.csv", row, &row.replace("2029-03-17", "2039-03-17"));
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 row"]);
    let shop = Shop::new();
    shop.edit("data/certificates.csv", "五星级", "七星级");
    assert!(shop.audit(&[]).found().contains(&"EX-2026-001 row".to_owned()));
    let stray = line.replace("EX-2026-001", "EX-2026-666");
    let shop = Shop::new();
    shop.write("data/certificates.jsonl", shop.text("data/certificates.jsonl") + &stray + "\n");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-666 row_stray"]);
}

#[test]
fn a_site_is_compared_with_what_its_folder_builds() {
    let public = ["public", "--rebuild"];
    Shop::new().audit(&public).holds();
    let edits = [
        ("c/EX-2026-001.html", "<title>示例", "<title>冒名"),
        (
            "c/EX-2026-001.html",
            "property=\"og:title\" content=\"示例",
            "property=\"og:title\" content=\"冒名",
        ),
        ("badge/EX-2026-001.svg", "2029", "2039"),
        ("enterprises/91440500MA00ATT133.html", "五星级", "七星级"),
        ("editions/2026-06-05.html", "EX-2026-003", "EX-2026-005"),
        ("feed.atom", "EX-2026-003", "EX-2026-005"),
        ("sitemap.xml", "EX-2026-003", "EX-2026-666"),
        ("transparency.html", "z6Mk", "z6Mj"),
        ("assets/verify.js", "export", "export "),
        ("ns/v1.jsonld", "holder", "bolder"),
    ];
    for (path, from, to) in edits {
        let shop = Shop::new();
        shop.edit(path, from, to);
        shop.audit(&["public"]).holds();
        let audit = shop.audit(&public);
        assert_eq!(audit.found(), ["- not_built"], "{path}");
        assert_eq!(audit.value["discrepancies"][0]["place"], path);
    }
    let shop = Shop::new();
    shop.remove("feed.atom");
    shop.write("enterprises/91440500MA00ATT666.html", "<h1>冒名</h1>");
    assert_eq!(shop.audit(&public).found(), ["- foreign", "- missing"]);
    // A register that was not built has nothing to compare.
    let register = Shop::new();
    std::fs::remove_dir_all(register.register.path("public")).unwrap();
    register.run(&["audit", "--rebuild"]).code(2);
    shop.run(&["audit", "public", "--rebuild", "--ledger-only"]).code(2);
}

#[test]
fn unsigned_helpers_are_checked_too() {
    let shop = Shop::new();
    let mut index = shop.read("ledger/index/0000");
    index.swap(3, 7);
    shop.write("ledger/index/0000", index);
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 index", "EX-2026-002 index"]);
    // A wrong index leads nobody astray.
    shop.verify(&["EX-2026-001"]).is_good();
    let shop = Shop::new();
    shop.edit("status/detail/0000.json", "2026-06-01", "2026-06-11");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-002 detail"]);
    let shop = Shop::new();
    shop.edit("ledger/status/detail/0000.json", "2026-06-01", "2026-06-11");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-002 detail"]);
}

#[test]
fn everything_that_is_wrong_is_listed_and_not_the_first_only() {
    let shop = Shop::new();
    shop.edit("c/EX-2026-001.html", "五星级", "六星级");
    shop.remove("c/EX-2026-005.json");
    shop.edit("data/certificates.jsonl", "\"status\":\"withdrawn\"", "\"status\":\"valid\"");
    let found = shop.audit(&[]).found();
    assert_eq!(found, ["EX-2026-001 page", "EX-2026-004 row", "EX-2026-005 missing"]);
    let run = shop.run(&["audit"]).code(1);
    assert!(run.stdout.contains("EX-2026-005: c/EX-2026-005.json: is missing"), "{}", run.stdout);
    assert!(run.stderr.contains("discrepancies"), "{}", run.stderr);
}

#[test]
fn the_ledger_is_looked_at_where_it_is_named() {
    let shop = Shop::new();
    let lines = shop.register.path("ledger/credentials/0000.jsonl");
    let whole = fs::read(&lines).unwrap();
    write_file(&lines, &whole[..whole.len() - 50]);
    // The site is whole, and the ledger beside it is not.
    shop.audit(&[]).holds();
    for named in [&["."][..], &["--ledger-only"], &[".", "--ledger-only"]] {
        assert_ne!(shop.audit(named).found(), [""; 0], "{named:?}");
    }
    write_file(&lines, &whole);
    shop.audit(&["."]).holds();
    let run = shop.run(&["audit", "."]).success();
    assert!(run.stderr.contains("pages were not looked at"), "{}", run.stderr);
}

#[test]
fn a_site_that_is_behind_its_ledger_is_said_to_be() {
    let shop = Shop::new();
    let notes = |run: &[&str]| shop.run(run).ended().stderr;
    let asked: [&[&str]; 3] =
        [&["audit"], &["verify", "EX-2026-001"], &["evidence", "EX-2026-001", "--out", "-"]];
    for run in asked {
        assert!(!notes(run).contains("`public/` was looked at"), "{run:?}");
    }
    let before = shop.register.size();
    shop.run_confirmed(&["seal", "--renew", "--at", "2026-06-21T08:00:00Z"]);
    let behind = format!("is {} log entries behind", shop.register.size() - before);
    for run in asked {
        assert!(notes(run).contains(&behind), "{run:?}: {}", notes(run));
    }
    assert!(!notes(&["audit", "."]).contains("behind"));
    assert!(!notes(&["verify", "EX-2026-001", "--site", "."]).contains("behind"));
    let older = shop.register.read("ledger/checkpoints/8");
    write_file(&shop.register.path("ledger/checkpoint"), older.as_bytes());
    assert!(notes(&["audit"]).contains("has another checkpoint"), "{}", notes(&["audit"]));
}

#[test]
fn a_file_that_cannot_be_looked_at_hides_no_other() {
    let shop = Shop::new();
    for path in ["c/EX-2026-001.json", "ledger/tile/0/000.p/13", "ledger/policy"] {
        let shop = Shop::new();
        shop.remove(path);
        fs::create_dir(shop.register.path("public").join(path)).unwrap();
        let audit = shop.audit(&[]);
        let places = audit.value["discrepancies"].as_array().unwrap();
        let at = places.iter().find(|found| found["place"] == path).unwrap();
        assert_eq!(at["code"], "unreadable", "{path}");
        let words = at["message"].as_str().unwrap();
        assert_eq!(words, "cannot be looked at: it is not a file");
    }
    let path = "c/EX-2026-001.json";
    shop.remove(path);
    fs::create_dir(shop.register.path("public").join(path)).unwrap();
    shop.remove("c/EX-2026-005.json");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 unreadable", "EX-2026-005 missing"]);
}
