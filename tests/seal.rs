//! What an edition is, seen from outside: the files it writes, what it refuses, what it adds.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::fs::File;

use sha2::{Digest, Sha256};
use support::{RECORD, Run, TestRegister, sealing::FIRST};

const SUSPENDED: &str = "\n[[events]]\ndate = 2026-06-01\nkind = \"suspended\"\n\
                         reason = \"surveillance-overdue\"\n";
const REINSTATED: &str = "\n[[events]]\ndate = 2026-06-20\nkind = \"reinstated\"\n";

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_first_edition_writes_a_ledger_that_proves_itself() {
    let register = TestRegister::sealed();
    let files: Vec<_> = register.ledger().into_keys().collect();
    assert_eq!(
        files,
        [
            ".gitattributes",
            ".gitignore",
            "checkpoint",
            "checkpoints/4",
            "credentials/0000.jsonl",
            "index/0000",
            "keys/did.json",
            "policy",
            "status/detail/0000.json",
            "status/revocation-0.json",
            "status/suspension-0.json",
            "tile/0/000.p/4",
            "tile/entries/000.p/4",
        ]
    );
    let words = register.leaf_words();
    assert_eq!(words, ["key add", "key add", "issue EX-2026-001", "publish 2026-03-20"]);
    let (leaves, lines) = (register.leaves(), register.lines());
    assert_eq!(leaves[2]["sha256"], hex(lines[0].as_bytes()));
    assert_eq!(leaves[3]["did"], hex(&register.ledger()["keys/did.json"]));
    assert_eq!(leaves[3]["next"], "2026-05-04T08:00:00Z");
    for list in ["status/revocation-0.json", "status/suspension-0.json"] {
        assert_eq!(leaves[3]["lists"][list], hex(&register.ledger()[list]));
    }
    assert_eq!(register.ledger()["index/0000"], [0, 0, 0, 2]);
    register.attestar(["check"]).success();
}

#[test]
fn sealing_twice_adds_nothing_and_a_day_later_the_lists_are_renewed() {
    let register = TestRegister::sealed();
    let before = register.ledger();
    let run = register.seal("2026-03-20T08:00:01Z").success();
    assert_eq!(run.stderr, "there is nothing to seal\n");
    register.seal("2026-03-21T07:59:59Z").success();
    register.attestar(["seal", "--status-only", "--at", "2026-04-21T07:59:59Z"]).success();
    assert!(register.ledger() == before, "something was written");
    register.seal("2026-03-21T08:00:00Z").success();
    assert_eq!(register.leaf_words()[4..], ["publish 2026-03-21"]);
    assert_eq!(register.lines().len(), 1);
    register.attestar(["seal", "--renew", "--at", "2026-03-21T08:00:00Z"]).success();
    assert_eq!(register.leaf_words()[5..], ["publish 2026-03-21.2"]);
}

#[test]
fn an_edition_says_what_changed_in_the_order_of_numbers() {
    let register = TestRegister::minimal().keyed().record("EX-2026-002").record("EX-2026-003");
    register.seal(FIRST).success();
    let register = register
        .append("content/certificates/2026/EX-2026-003.md", SUSPENDED)
        .append(
            RECORD,
            "\n[[events]]\ndate = 2026-06-02\nkind = \"level-changed\"\nlevel = \"star-4\"\n",
        )
        .append(
            RECORD,
            "\n[[events]]\ndate = 2026-06-03\nkind = \"withdrawn\"\nreason = \"serious-breach\"\n",
        )
        .record("EX-2026-000");
    let at = "2026-06-05T08:00:00Z";
    let planned = register.sealed_json(&["--dry-run", "--at", at]);
    assert_eq!(planned["result"], "planned");
    assert_eq!(
        planned["changes"]["confirm"],
        "new=1,changed=1,suspended=1,reinstated=0,ended=1,gone=0"
    );
    let differences = planned["changes"]["changed"][0]["differences"].as_array().unwrap();
    let members: Vec<_> = differences.iter().map(|one| one["member"].as_str().unwrap()).collect();
    assert!(members.iter().any(|member| member.starts_with("level")), "{members:?}");
    let register = register.seals(at);
    let words = register.leaf_words();
    assert_eq!(
        words[6..],
        [
            "issue EX-2026-000",
            "amend EX-2026-001",
            "status EX-2026-001 withdrawn",
            "status EX-2026-003 suspended",
            "publish 2026-06-05",
        ]
    );
    let leaves = register.leaves();
    assert_eq!(leaves[7]["prev"], leaves[2]["sha256"]);
    assert_eq!(leaves[8]["date"], "2026-06-03");
    assert!(register.lines()[4].contains(r#""statusListIndex":"4""#));
    let detail = &register.ledger()["status/detail/0000.json"];
    assert_eq!(
        String::from_utf8_lossy(detail),
        "{\"entries\":{\"0\":{\"by\":4,\"date\":\"2026-06-05\",\"status\":\"superseded\"},\
         \"2\":{\"date\":\"2026-06-01\",\"reason\":\"surveillance-overdue\",\"status\":\"suspended\"},\
         \"4\":{\"date\":\"2026-06-03\",\"reason\":\"serious-breach\",\"status\":\"withdrawn\"}},\"v\":1}"
    );
}

#[test]
fn a_status_edition_says_nothing_else() {
    let register = TestRegister::minimal().keyed().record("EX-2026-002").record("EX-2026-003");
    register.seal(FIRST).success();
    let register = register.append(RECORD, SUSPENDED).record("EX-2026-004").append(
        "content/certificates/2026/EX-2026-003.md",
        "\n[[events]]\ndate = 2026-05-01\nkind = \"scope-changed\"\nscope = { zh = \"维修\" }\n",
    );
    let register = register.append("content/certificates/2026/EX-2026-002.md", SUSPENDED);
    let (before, lines) = (register.leaves().len(), register.lines());
    let at = "2026-06-01T08:00:00Z";
    let unknown = register.attestar(["seal", "--at", at, "--status-only", "EX-1"]).code(2);
    assert!(unknown.stderr.contains("`EX-1` is not in the ledger"), "{}", unknown.stderr);
    register.attestar(["seal", "--at", at, "--status-only", "ex-2026-002"]).success();
    let words = register.leaf_words();
    assert_eq!(words[before..], ["status EX-2026-002 suspended", "publish 2026-06-01"]);
    assert_eq!(register.leaves().last().unwrap()["type"], "status");
    assert_eq!(register.lines(), lines);
    register.attestar(["seal", "--at", at, "--status-only"]).success();
    let words = register.leaf_words();
    assert_eq!(words[before + 2..], ["status EX-2026-001 suspended", "publish 2026-06-01.2"]);
    let register = register.append(RECORD, REINSTATED).seals("2026-06-30T08:00:00Z");
    let words = register.leaf_words();
    assert_eq!(
        words[before + 4..],
        [
            "status EX-2026-001 valid",
            "amend EX-2026-003",
            "issue EX-2026-004",
            "publish 2026-06-30"
        ]
    );
}

#[test]
fn a_status_event_of_the_future_waits_for_its_day() {
    let register = TestRegister::sealed().append(RECORD, SUSPENDED);
    let register = register.seals("2026-05-31T15:59:59Z"); // 23:59:59 in Shanghai
    assert!(!register.leaf_words().iter().any(|words| words.contains("suspended")));
    let register = register.seals("2026-05-31T16:00:00Z");
    assert_eq!(register.leaf_words().iter().filter(|w| w.contains("suspended")).count(), 1);
    let register = register.seals("2026-06-02T16:00:00Z");
    assert_eq!(register.leaf_words().iter().filter(|w| w.contains("suspended")).count(), 1);
}

#[test]
fn the_same_records_give_the_same_ledger_whoever_seals_and_with_how_many_threads() {
    let made = |threads: &str| {
        let register = TestRegister::demo().keyed();
        for at in ["2026-11-23T08:00:00Z", "2026-12-23T08:00:00Z"] {
            let mut command = register.command(["seal", "--at", at]);
            Run::of(command.env("RAYON_NUM_THREADS", threads)).success();
        }
        register
    };
    let (one, four) = (made("1"), made("4"));
    assert!(one.ledger() == four.ledger());
    assert!(one.size() > 50);
}

#[test]
fn what_changes_too_much_must_be_confirmed() {
    let register = TestRegister::minimal().keyed();
    let register = register
        .edit("register.toml", |text| format!("{text}\n[signing]\nmax_change_percent = 0\n"));
    let register = register.seals(FIRST).append(RECORD, SUSPENDED);
    let before = register.ledger();
    let at = ["seal", "--at", "2026-06-05T08:00:00Z", "--confirm"];
    let run = register.seal(at[2]).code(1);
    let code = "new=0,changed=0,suspended=1,reinstated=0,ended=0,gone=0";
    assert!(run.stderr.contains(&format!("add `--confirm {code}`")), "{}", run.stderr);
    register
        .attestar([&at[..], &["new=1,changed=0,suspended=1,reinstated=0,ended=0,gone=0"]].concat())
        .code(1);
    assert!(register.ledger() == before, "something was written");
    register.attestar(["seal", "--at", at[2], "--dry-run"]).success();
    register.attestar([&at[..], &[code]].concat()).success();
    assert!(register.ledger() != before);
}

#[test]
fn time_never_goes_back_and_is_the_clocks_for_keys_that_count() {
    let register = TestRegister::sealed().append(RECORD, SUSPENDED);
    let run = register.seal("2026-03-20T07:59:59Z").code(2);
    assert!(run.stderr.contains("time in the log never goes back"), "{}", run.stderr);
    let register = TestRegister::minimal();
    register.attestar(["key", "new", "--unencrypted"]).success();
    let run = register.seal(FIRST).code(2);
    assert!(run.stderr.contains("`--at` is for demo keys"), "{}", run.stderr);
    assert!(!register.path("ledger/checkpoint").exists());
    register.attestar(["seal"]).success();
    register.attestar(["seal"]).success();
    assert_eq!(register.size(), 4);
}

#[test]
fn one_edition_is_made_at_a_time() {
    let register = TestRegister::sealed().append(RECORD, SUSPENDED);
    let lock = File::options().write(true).open(register.path("ledger/.lock")).unwrap();
    lock.lock().unwrap();
    let run = register.seal("2026-06-05T08:00:00Z").code(2);
    assert!(
        run.stderr.contains("an edition is being made; wait until it has ended"),
        "{}",
        run.stderr
    );
    register.attestar(["seal", "--dry-run", "--at", "2026-06-05T08:00:00Z"]).success();
    lock.unlock().unwrap();
    register.seal("2026-06-05T08:00:00Z").success();
}

#[test]
fn what_check_finds_forbids_an_edition_and_writes_nothing() {
    let register = TestRegister::minimal().keyed().replace(RECORD, "star-5", "star-9");
    let run = register.seal(FIRST).code(1);
    assert!(run.stderr.contains("nothing was sealed: 1 error"), "{}", run.stderr);
    assert!(!register.path("ledger").exists());
    let without_keys = TestRegister::minimal();
    let run = without_keys.seal(FIRST).code(2);
    assert!(run.stderr.contains("`attestar key new` makes one"), "{}", run.stderr);
    assert!(!without_keys.path("ledger/checkpoint").exists());
}

#[test]
fn the_difference_is_shown_before_it_is_signed() {
    let register = TestRegister::sealed().append(RECORD, SUSPENDED).record("EX-2026-009");
    let diff = |format: &str| {
        register
            .attestar(["diff", "--at", "2026-06-05T08:00:00Z", "--format", format])
            .success()
            .stdout
    };
    insta::assert_snapshot!(diff("text"), @r"
    edition 2026-06-05 (full), 2026-06-05T08:00:00Z
    new      EX-2026-009  五星级  示例电器有限公司
    status   EX-2026-001  valid → suspended from 2026-06-01 (surveillance-overdue)  示例电器有限公司
    new=1,changed=0,suspended=1,reinstated=0,ended=0,gone=0
    ");
    insta::assert_snapshot!(diff("markdown"), @r"
    ### What the next edition would change

    | new | changed | suspended | reinstated | ended | gone |
    |--:|--:|--:|--:|--:|--:|
    | 1 | 0 | 1 | 0 | 0 | 0 |

    #### New

    | number | level | holder |
    |---|---|---|
    | `EX-2026-009` | 五星级 | 示例电器有限公司 |

    #### Status

    | number | holder | before | from then on | since | reason |
    |---|---|---|---|---|---|
    | `EX-2026-001` | 示例电器有限公司 | valid | **suspended** | 2026-06-01 | `surveillance-overdue` |

    `new=1,changed=0,suspended=1,reinstated=0,ended=0,gone=0`
    ");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&diff("json")).unwrap()["counts"]["new"],
        1
    );
    let register = TestRegister::sealed();
    let run = register
        .attestar(["diff", "--at", "2026-03-20T09:00:00Z", "--format", "markdown"])
        .success();
    assert!(run.stdout.contains("Nothing: the records say what is sealed."), "{}", run.stdout);
}

#[test]
fn a_translation_a_remark_and_the_schemes_words_rewrite_no_past() {
    let register = TestRegister::minimal()
        .keyed()
        .edit(RECORD, |text| text.replace(", en = \"Example Appliances Co., Ltd.\"", ""));
    let register = register.seals(FIRST).edit(RECORD, |text| {
        let text =
            text.replace("示例电器有限公司\"", "示例电器有限公司\", en = \"Example Appliances\"");
        format!("{text}\nA remark.\n")
    });
    let register = register.replace(support::SCHEME, "五星级", "五星");
    register.attestar(["check"]).success();
    let register = register.seals("2026-04-01T08:00:00Z");
    assert_eq!(register.leaf_words()[4..], ["amend EX-2026-001", "publish 2026-04-01"]);
    let removed = register.edit(RECORD, |text| text.replace(", en = \"Example Appliances\"", ""));
    assert_eq!(removed.codes(), ["sealed-rewritten"]);
}

#[test]
fn a_new_record_that_cannot_be_signed_leaves_no_trace() {
    let register = TestRegister::sealed().record("EX-2026-002").record("EX-2026-003");
    let before = register.ledger();
    let name = "content/certificates/2026/EX-2026-003.md";
    let register = register.replace(name, "Example Appliances", "Exe\u{301}mple");
    let run = register.seal("2026-04-01T08:00:00Z").code(1);
    assert!(run.stderr.contains("error[seal-unfit]"), "{}", run.stderr);
    assert!(run.stderr.contains("nothing was sealed: 1 error"), "{}", run.stderr);
    assert!(register.ledger() == before, "something was written");
}

#[test]
fn a_signer_that_fails_leaves_no_trace() {
    let register = TestRegister::sealed().record("EX-2026-002");
    let before = register.ledger();
    let log = register.leaves()[0]["key"].clone();
    // The command signs nothing; its key is the log's, as far as anybody can tell before.
    let key = attestar::keyring::demo_key(attestar::keyring::Role::Log).verifying_key().multikey();
    assert_ne!(log, key);
    let signing = format!(
        "\n[signing]\nissue = \"keys/issue.pem\"\nstatus = \"keys/status.pem\"\n\
                           log = {{ command = [\"false\"], public = \"{key}\" }}\n"
    );
    let register = register.edit("register.toml", |text| format!("{text}{signing}"));
    let run = register.seal("2026-04-01T08:00:00Z").code(2);
    assert!(run.stderr.contains("the signer `false` ended"), "{}", run.stderr);
    assert!(register.ledger() == before, "something was written");
    register.attestar(["build"]).success();
}
