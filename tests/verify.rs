//! What `verify`, `evidence`, `qr` and `witness` answer, seen from outside.

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

use serde_json::Value;
use support::{
    TestRegister,
    shop::{NOW, ORIGIN, Shop},
    write_file,
};

const FRESH: &str = "fresh";

#[test]
fn a_valid_certificate_gets_three_times_yes() {
    let shop = Shop::new();
    let outcome = shop.verify(&["EX-2026-001", "--on", "2026-06-20"]);
    outcome.is(["signed", "included", FRESH, "valid"]);
    outcome.is_good();
    let certificate = &outcome.value["certificate"];
    assert_eq!(certificate["level"], "star-5");
    assert_eq!(certificate["holder"]["zh"], "示例电器有限公司");
    assert_eq!(certificate["valid_until"], "2029-03-17");
    assert_eq!(outcome.value["edition"]["name"], "2026-06-20");
    // Any spelling of the number, from the register's folder too.
    for place in ["public", "."] {
        shop.verify(&["ｅｘ－2026－001", "--on", "2026-06-20", "--site", place]).is_good();
    }
}

#[test]
fn each_day_has_its_answer() {
    let shop = Shop::new();
    let asked = [
        ("EX-2026-001", "2026-03-15", "none_that_day", false),
        ("EX-2026-001", "2026-03-17", "not_yet_valid", false),
        ("EX-2026-001", "2026-03-18", "valid", true),
        ("EX-2026-001", "2026-06-21", "projected_valid", true),
        ("EX-2026-001", "2028-01-01", "projected_valid", false),
        ("EX-2026-001", "2029-03-18", "projected_expired", false),
        ("EX-2026-002", "2026-05-31", "valid", true),
        ("EX-2026-002", "2026-06-01", "suspended", false),
        ("EX-2026-002", "2026-06-21", "projected_suspended", false),
        ("EX-2026-004", "2026-06-02", "valid", true),
        ("EX-2026-004", "2026-06-03", "withdrawn", false),
        ("EX-2026-004", "2032-01-01", "withdrawn", false),
    ];
    for (number, day, answer, good) in asked {
        let outcome = shop.verify(&[number, "--on", day]);
        assert_eq!(outcome.codes()[3], answer, "{number} on {day}: {:#}", outcome.value);
        assert_eq!(outcome.value["good"], good, "{number} on {day}");
    }
}

#[test]
fn what_was_so_and_is_not_so_any_more_is_said() {
    let shop = Shop::new();
    let words = |arguments: &[&str]| {
        let run = shop.run(&[&["verify", "--lang", "en"], arguments].concat()).success();
        run.stdout + &run.stderr
    };
    for (number, day, since) in [
        ("EX-2026-002", "2026-05-31", "Suspended since 2026-06-01."),
        ("EX-2026-004", "2026-06-02", "Withdrawn since 2026-06-03."),
    ] {
        let outcome = shop.verify(&[number, "--on", day]);
        assert!(outcome.notes().contains(&"not_any_more"), "{:#}", outcome.value);
        shop.run(&["evidence", number, "--on", day]).success();
        let file = format!("{number}.attestar.json");
        for what in [[number, "--on", day].as_slice(), &[&file]] {
            let words = words(what);
            assert!(words.contains(&format!("nothing stood against it on {day}")), "{words}");
            assert!(!words.contains("nothing stands against it"), "{words}");
            assert!(words.contains("is not so any more"), "{words}");
            assert!(words.contains(since), "{words}");
        }
    }
    // Nothing has changed.
    let outcome = shop.verify(&["EX-2026-001", "--on", "2026-05-31"]);
    assert!(!outcome.notes().contains(&"not_any_more"));
    let outcome = shop.verify(&["EX-2026-002", "--on", "2026-06-21"]);
    assert!(!outcome.notes().contains(&"not_any_more"));
}

#[test]
fn the_level_of_a_day_is_the_level_that_was_then() {
    let shop = Shop::new();
    let level =
        |day| shop.verify(&["EX-2026-003", "--on", day]).value["certificate"]["level"].clone();
    assert_eq!(level("2026-06-01"), "star-5");
    assert_eq!(level("2026-06-02"), "star-4");
    let least = ["--scheme", "service-2020", "--min-level", "star-5"];
    let asked = |day| shop.verify(&[&["EX-2026-003", "--on", day], &least[..]].concat());
    assert_eq!(asked("2026-06-01").codes()[3], "valid");
    assert_eq!(asked("2026-06-02").codes()[3], "valid_level_below");
    assert_eq!(asked("2026-06-21").codes()[3], "projected_valid_level_below");
    let other = shop.verify(&["EX-2026-001", "--scheme", "other", "--min-level", "star-5"]);
    assert_eq!(other.codes()[3], "other_scheme");
}

#[test]
fn what_is_not_in_the_register_is_not_called_a_forgery() {
    let shop = Shop::new();
    let outcome = shop.verify(&["EX-2026-777"]);
    assert_eq!(outcome.codes()[3], "not_found");
    let sentence = &outcome.value["sentence"];
    assert!(sentence["en"].as_str().unwrap().starts_with("Not found in edition 3 of 2026-06-20"));
    assert!(sentence["zh"].as_str().unwrap().contains("这不等于证书是伪造的"));
    assert_eq!(shop.verify(&["../EX/1"]).codes()[3], "bad_input");
}

#[test]
fn an_old_copy_of_the_register_is_never_valid() {
    let shop = Shop::new();
    let late = ["--at", "2026-09-01T00:00:00Z"];
    let asked = |arguments: &[&str]| shop.verify(&[arguments, &late[..]].concat());
    asked(&["EX-2026-001"]).is(["signed", "included", "stale", "unknown"]);
    asked(&["EX-2026-001", "--on", "2026-06-20"]).is(["signed", "included", "stale", "unknown"]);
    // What no later edition takes back is still said.
    asked(&["EX-2026-004"]).is(["signed", "included", "withdrawn", "withdrawn"]);
    assert_eq!(asked(&["EX-2026-002"]).value["good"], false);
}

#[test]
fn a_clock_that_is_behind_is_not_believed() {
    let shop = Shop::new();
    let outcome = shop.verify(&["EX-2026-001", "--at", "2020-01-01T00:00:00Z"]);
    outcome.is(["signed", "included", FRESH, "valid"]);
    assert!(outcome.notes().contains(&"clock_behind"), "{:?}", outcome.notes());
    assert_eq!(outcome.value["on"], "2026-06-20");
}

#[test]
fn an_entry_is_compared_with_the_register_that_it_lies_in() {
    let shop = Shop::new();
    shop.verify(&["public/c/EX-2026-001.json"]).is([
        "signed",
        "included",
        FRESH,
        "projected_valid",
    ]);
    fs::copy(shop.register.path("public/c/EX-2026-001.json"), shop.register.path("alone.json"))
        .unwrap();
    // Alone it has no log; the key is the one that the check before remembered.
    let alone = shop.verify(&["alone.json"]);
    alone.is(["signed", "no_log", "not_checked", "unknown"]);
    assert!(alone.notes().contains(&"remembered_key"));
    shop.verify(&["alone.json", "--pins", "nothing"]).is([
        "no_key",
        "no_log",
        "not_checked",
        "unknown",
    ]);
    shop.verify(&["alone.json", "--site", "public"]).is_good();
}

#[test]
fn a_superseded_version_does_not_count() {
    let shop = Shop::new();
    let old = shop.register.lines()[2].clone();
    assert!(old.contains("EX-2026-003"));

    let shop = Shop { register: shop.register.write("old/EX-2026-003.json", old) };
    shop.verify(&["old/EX-2026-003.json", "--site", "public"]).is([
        "signed",
        "included",
        "superseded",
        "superseded",
    ]);
}

#[test]
fn keys_are_pinned_on_first_use_and_named_by_hand() {
    let shop = Shop::new();
    assert!(shop.verify(&["EX-2026-001"]).notes().contains(&"first_use"));
    let again = shop.verify(&["EX-2026-001"]);
    assert!(!again.notes().contains(&"first_use"));
    assert!(again.notes().contains(&"continues"));
    let pins = shop.register.read(".config/attestar/pins/register.example_2fledger.json");
    let pins: Value = serde_json::from_str(&pins).unwrap();
    assert_eq!(pins["origin"], ORIGIN);
    let vkey = pins["logs"][0].as_str().unwrap();
    let named = shop.verify(&["EX-2026-001", "--key", vkey, "--pins", "other"]);
    named.is_good();
    assert!(!named.notes().contains(&"first_use"));
    let run =
        shop.run(&["verify", "EX-2026-001", "--key", "register.example/ledger+00000000+AAAA"]);
    run.code(2);
}

#[test]
fn a_damaged_file_of_pins_is_not_forgotten_silently() {
    let shop = Shop::new();
    shop.verify(&["EX-2026-001", "--pins", "pins"]).is_good();
    let shop = Shop { register: shop.register.write("pins", "{}") };
    let run = shop.run(&["verify", "EX-2026-001", "--pins", "pins"]).code(2);
    assert!(run.stderr.contains("remembered keys in pins cannot be used"), "{}", run.stderr);
}

#[test]
fn evidence_is_accepted_offline_years_later() {
    let shop = Shop::new();
    for (number, day) in [("EX-2026-001", "2026-06-20"), ("EX-2026-002", "2026-05-31")] {
        shop.run(&["evidence", number, "--on", day]).success();
        let file = format!("{number}.attestar.json");
        let late = shop.verify(&[&file, "--at", "2036-01-01T00:00:00Z"]);
        late.is(["signed", "included", "as_published", "valid"]);
        late.is_good();
        assert_eq!(late.value["on"], day);
        assert!(late.notes().contains(&"audit_only"));
    }
    shop.run(&["evidence", "EX-2026-002", "--on", "2026-06-10", "--out", "two.attestar.json"])
        .success();
    shop.verify(&["two.attestar.json"]).is(["signed", "included", "suspended", "suspended"]);
    let outcome = shop.verify(&["two.attestar.json", "--on", "2026-05-01"]);
    assert_eq!(outcome.codes()[3], "valid");
    // Without --on it is about the day it was made, which its edition foretold.
    shop.run(&["evidence", "EX-2026-001"]).success();
    shop.verify(&["EX-2026-001.attestar.json"]).is([
        "signed",
        "included",
        FRESH,
        "projected_valid",
    ]);
    shop.run(&["evidence", "EX-2026-777"]).code(2);
}

#[test]
fn evidence_is_known_by_what_it_holds_and_not_by_its_name() {
    let shop = Shop::new();
    shop.run(&["evidence", "EX-2026-001", "--on", "2026-06-20"]).success();
    let evidence = shop.register.read("EX-2026-001.attestar.json");
    let keep = |name: &str, text: &str| write_file(&shop.register.path(name), text.as_bytes());
    keep("renamed.json", &evidence);
    keep("c/EX-2026-001 (1).JSON", &evidence);
    for name in ["renamed.json", "c/EX-2026-001 (1).JSON"] {
        shop.verify(&[name]).is_good();
        shop.verify(&[name, "--site", "public"]).is_good();
    }
    // An entry under the other name is an entry.
    keep("entry.attestar.json", &shop.text("c/EX-2026-001.json"));
    shop.verify(&["entry.attestar.json", "--site", "public"]).is_good();
    shop.verify(&["entry.attestar.json"]).is(["signed", "no_log", "not_checked", "unknown"]);
    // What begins as evidence and is none is refused.
    for text in ["{\"asked\":", "\u{feff} {\n \"asked\": {}}"] {
        keep("none.json", text);
        assert_eq!(shop.verify(&["none.json"]).codes()[3], "refused");
    }
}

#[test]
fn what_is_remembered_says_where_and_how_to_forget_it() {
    let shop = Shop::new();
    let pins = "known.json";
    shop.verify(&["EX-2026-001", "--pins", pins]).is_good();
    shop.run(&["evidence", "EX-2026-001"]).success();
    let entry = shop.text("c/EX-2026-001.json");
    // The same address, made anew with other keys.
    let other = TestRegister::minimal();
    other.attestar(["key", "new", "--unencrypted"]).success();
    other.attestar(["seal"]).success();
    let other = Shop { register: other };
    other.build();
    let place = other.register.path("public");
    let site = ["--site", place.to_str().unwrap(), "--pins", pins];
    let outcome = shop.verify(&[&["EX-2026-001"], &site[..]].concat());
    assert_eq!(outcome.codes()[1], "log_key_changed");
    assert!(outcome.notes().contains(&"remembered"), "{:#}", outcome.value);
    let run = shop.run(&[&["verify", "EX-2026-001"], &site[..]].concat()).code(1);
    assert!(run.stderr.contains("remembered in known.json"), "{}", run.stderr);
    assert!(run.stderr.contains("delete that file"), "{}", run.stderr);
    let audit = shop.run(&["audit", place.to_str().unwrap(), "--pins", pins]).code(1);
    assert!(audit.stderr.contains("remembered in known.json"), "{}", audit.stderr);
    // A file alone, checked with a remembered key.
    let forged = place.join("c/EX-2026-001.json");
    let alone = other.text("c/EX-2026-001.json");
    write_file(&shop.register.path("alone.json"), alone.as_bytes());
    assert!(forged.is_file() && alone != entry);
    let outcome = shop.verify(&["alone.json", "--pins", pins]);
    assert_eq!(outcome.codes()[0], "signature_invalid");
    assert!(outcome.notes().contains(&"remembered"));
    // An older state.
    let size = shop.register.size();
    shop.write("ledger/checkpoint", shop.read("ledger/checkpoints/8"));
    let outcome = shop.verify(&["EX-2026-001", "--pins", pins]);
    assert_eq!(outcome.codes()[1], "rollback", "{size}");
    assert!(outcome.notes().contains(&"remembered"));
    let audit = shop.run(&["audit", "public", "--pins", pins]).code(1);
    assert!(audit.stderr.contains("remembered in known.json"), "{}", audit.stderr);
    // A first visit remembers nothing that it could name.
    let outcome = shop.verify(&["EX-2026-001", "--pins", "new.json"]);
    assert!(!outcome.notes().contains(&"remembered"));
}

#[test]
fn a_list_is_answered_row_by_row() {
    let shop = Shop::new();
    let table =
        "序号,证书编号,日期\n1,EX-2026-001,2026-06-20\n2,EX-2026-002,\n3,EX-2026-777,\n4,,\n";
    let shop = Shop { register: shop.register.write("list.csv", table) };
    let run = shop.run(&["verify", "--csv", "list.csv", "--on", "2026-06-19"]).code(1);
    let rows: Vec<Vec<&str>> =
        run.stdout.lines().map(|line| line.split(',').take(5).collect()).collect();
    assert_eq!(rows[0], ["\u{FEFF}asked", "number", "on", "good", "answer"]);
    assert_eq!(rows[1], ["EX-2026-001", "EX-2026-001", "2026-06-20", "yes", "valid"]);
    assert_eq!(rows[2], ["EX-2026-002", "EX-2026-002", "2026-06-19", "no", "suspended"]);
    assert_eq!(rows[3], ["EX-2026-777", "EX-2026-777", "2026-06-19", "no", "not_found"]);
    assert_eq!(rows.len(), 4);
    let run = shop.run(&["verify", "--csv", "list.csv", "--json"]).code(1);
    assert_eq!(run.stdout.lines().count(), 3);
    let run = shop.run(&["verify", "EX-2026-001", "EX-2026-005"]).success();
    assert_eq!(run.stdout.matches("genuine  yes").count(), 2);
}

#[test]
fn names_codes_and_sites_are_asked_by_hand_and_by_list() {
    let shop = Shop::new();
    let held = shop.verify(&["EX-2026-001", "--on", "2026-06-19"]).value["certificate"].clone();
    let (name, code) = (held["holder"]["zh"].clone(), held["identifier"].clone());
    let (name, code) = (name.as_str().unwrap(), code.as_str().unwrap());
    // All five are of one holder and one scheme: the newest that is in force answers.
    for asked in [name, code, &format!(" {} ", code.to_lowercase())] {
        let outcome = shop.verify(&[asked, "--on", "2026-06-19"]);
        assert_eq!(outcome.codes()[3], "valid", "{asked}");
        assert_eq!(outcome.value["remarks"][0]["code"], "several");
        assert!(outcome.value["candidates"].as_array().unwrap().len() > 1);
    }
    let wrong = shop.verify(&["91440500MA00ATT134", "--on", "2026-06-19"]);
    assert_eq!(
        (wrong.codes()[3].as_str(), &wrong.value["reason"]),
        ("not_found", &"code_digit".into())
    );
    // The entries list no sites.
    let site = shop.verify(&["EX-2026-001", "--on", "2026-06-19", "--site-name", "东门店"]);
    assert_eq!(site.codes()[3], "unknown");
    assert!(site.notes().contains(&"sites_not_listed"));
    // Another name or code beside a number is another company.
    let table = format!(
        "供应商,证书编号,信用代码\n{name},EX-2026-001,{code}\n别的公司,EX-2026-001,\n{name},EX-2026-001,911101081000000166\n"
    );
    let shop = Shop { register: shop.register.write("list.csv", table) };
    let list = ["verify", "--csv", "list.csv", "--on", "2026-06-19"];
    let run = shop.run(&list).code(1);
    let good: Vec<bool> =
        run.stdout.lines().skip(1).map(|line| line.contains(",yes,valid,")).collect();
    assert_eq!(good, [true, false, false]);
    // The same from the ledger of a register that is not built.
    fs::remove_dir_all(shop.register.path("public")).unwrap();
    let bare = shop.run(&list).code(1);
    assert_eq!(bare.stdout, run.stdout);
}

#[test]
fn people_read_three_verdicts_and_a_sentence() {
    let shop = Shop::new();
    let run = shop.run(&["verify", "EX-2026-001", "--on", "2026-06-20"]).success();
    insta::assert_snapshot!(run.stdout, @r"
    EX-2026-001  示例电器有限公司
      genuine  yes      Signed by did:web:register.example with its key k2026-1.
      logged   yes      Entry 3 of 13 of the public log, whose checkpoint is signed by the log key.
      current  yes      The status lists of edition 2026-06-20 are signed, named in the log and good until 2026-08-04T08:00:00Z; nothing stands against it.
      answer   valid    EX-2026-001 was valid on 2026-06-20 at level Five-star, until 2029-03-17.
    ");
    let run = shop.run(&["verify", "EX-2026-002", "--on", "2026-06-20", "--lang", "zh"]).code(1);
    insta::assert_snapshot!(run.stdout, @r"
    EX-2026-002  示例电器有限公司
      genuine  yes      由 did:web:register.example 用其密钥 k2026-1 签名。
      logged   yes      公开日志共 13 条，本条目为第 4 条；检查点由日志密钥签名。
      current  no       自 2026-06-01 起暂停。
      answer   suspended EX-2026-002 在 2026-06-20 处于暂停状态（自 2026-06-01 起），不得视为有效。
    ");
}

#[test]
fn a_register_that_was_never_sealed_is_no_register_to_ask() {
    let register = support::TestRegister::minimal();
    let run = register.attestar(["verify", "EX-2026-001"]).code(2);
    assert!(run.stderr.contains("holds no `ledger/checkpoint`"), "{}", run.stderr);
}

#[test]
fn a_signed_code_verifies_offline_and_says_that_the_status_was_not_checked() {
    let shop = Shop::new();
    let run = shop.run(&["qr", "EX-2026-001", "--signed", "--text"]).success();
    let text = run.stdout.trim().to_owned();
    assert!(text.starts_with("https://register.example/c/EX-2026-001.html#"), "{text}");
    // Nothing is remembered yet.
    let run = shop.run(&["verify", "--qr", &text]).code(1);
    assert!(run.stdout.contains("No key of this issuer is remembered"), "{}", run.stdout);
    shop.verify(&["EX-2026-001"]).is_good();
    let run = shop.run(&["verify", "--qr", &text]).success();
    assert!(run.stdout.contains("status not checked"), "{}", run.stdout);
    assert!(run.stdout.contains("EX-2026-001, 示例电器有限公司, level star-5"), "{}", run.stdout);
    let last = text.pop_changed();
    let run = shop.run(&["verify", "--qr", &last]).code(1);
    assert!(!run.stdout.contains("stated:"), "{}", run.stdout);
}

trait Changed {
    fn pop_changed(&self) -> String;
}

impl Changed for String {
    /// The same text with another last digit.
    fn pop_changed(&self) -> String {
        let mut text = self.clone();
        let last = text.pop().unwrap();
        text.push(if last == '0' { '1' } else { '0' });
        text
    }
}

#[test]
fn codes_are_drawn() {
    let shop = Shop::new();
    let run = shop.run(&["qr", "EX-2026-001", "--out", "code.svg"]).success();
    assert_eq!(run.stdout, "");
    let svg = shop.register.read("code.svg");
    assert!(svg.starts_with("<svg xmlns=") && svg.contains("viewBox=\"0 0 41 41\""));
    shop.run(&["qr", "EX-2026-001", "--signed", "--out", "code.png"]).success();
    let png = fs::read(shop.register.path("code.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    // 65 modules and a margin of 4, 8 pixels each: version 12.
    assert_eq!(&png[16..24], [0, 0, 2, 72, 0, 0, 2, 72]);
}

#[test]
fn an_erased_certificate_is_called_erased() {
    let shop = Shop::new();
    shop.run_confirmed(&["erase", "EX-2026-005", "--at", "2026-06-21T08:00:00Z"]);
    shop.build();
    let outcome = shop.verify(&["EX-2026-005"]);
    assert_eq!(outcome.codes()[0], "erased");
    assert_eq!(outcome.codes()[3], "erased");
    shop.audit(&[]).holds();
}

#[test]
fn now_is_a_day_after_the_newest_edition() {
    assert!(NOW > "2026-06-20T08:00:00Z");
}

#[test]
fn the_log_is_not_said_to_lack_what_was_removed_or_erased() {
    let shop = Shop::new();
    shop.remove("c/EX-2026-005.json");
    shop.verify(&["EX-2026-005"]).is(["entry_missing", "entry_missing", "not_checked", "refused"]);
    shop.run_confirmed(&["erase", "EX-2026-001", "--at", "2026-06-21T08:00:00Z"]);
    shop.build();
    shop.verify(&["EX-2026-001"]).is(["erased", "erased", "erased", "erased"]);
    for number in ["EX-2026-001", "EX-2026-005"] {
        let words = shop.run(&["verify", number, "--lang", "en"]).ended().stdout;
        assert!(!words.contains("does not hold this entry"), "{words}");
    }
    // What the log never held, it does not hold.
    shop.verify(&["EX-2026-777"]).is(["no_entry", "not_logged", "not_checked", "not_found"]);
}

#[test]
fn entries_of_the_log_are_counted_as_on_the_page() {
    let shop = Shop::new();
    let run = shop.run(&["verify", "EX-2026-001", "--lang", "en"]).success();
    let page = shop.text("c/EX-2026-001.html");
    let leaf = page.split("data-leaf=").nth(1).unwrap().trim_start_matches('"');
    let leaf: u64 = leaf.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    let words = format!("Entry {} of 13 of the public log", leaf + 1);
    assert!(run.stdout.contains(&words), "{leaf}: {}", run.stdout);
}

#[test]
fn one_row_that_cannot_be_asked_hides_no_other() {
    let shop = Shop::new();
    let table = "number,on\nEX-2026-001,2026-02-30\nmissing.json,\nEX-2026-001,2026-06-19\n";
    let shop = Shop { register: shop.register.write("list.csv", table) };
    let run = shop.run(&["verify", "--csv", "list.csv", "--lang", "en"]).code(1);
    let rows: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert!(rows[0].starts_with("EX-2026-001,,,no,bad_input,"), "{rows:?}");
    assert!(rows[0].contains("Line 2 of the table: “2026-02-30” is not a day"), "{rows:?}");
    assert!(rows[1].starts_with("missing.json,,,no,bad_input,"), "{rows:?}");
    assert!(rows[1].contains("There is no file “missing.json”."), "{rows:?}");
    assert!(rows[2].starts_with("EX-2026-001,EX-2026-001,2026-06-19,yes,valid,"), "{rows:?}");
    assert!(rows[2].contains("was valid on 2026-06-19"), "{rows:?}");
    let chinese = shop.run(&["verify", "--csv", "list.csv", "--lang", "zh"]).code(1);
    assert!(chinese.stdout.contains("在 2026-06-19 有效"), "{}", chinese.stdout);
    assert!(chinese.stdout.contains("“2026-02-30”不是日期"), "{}", chinese.stdout);
    // Named by hand, there is nothing else to answer.
    shop.run(&["verify", "missing.json"]).code(2);
}
