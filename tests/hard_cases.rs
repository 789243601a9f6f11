//! The hard cases of a register of certificates, each as a clerk would record it and as a reader
//! would see it. The numbers are those of the list that they were collected in.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use support::{RECORD, SCHEME, Site, TestRegister};

const NUMBER: &str = "EX-2026-001";
const PAGE: &str = "c/EX-2026-001.html";
const SECOND: &str = "content/certificates/2026/EX-2026-002.md";
const CODE: &str = "91440500MA00ATT133";
const OTHER_CODE: &str = "911101081000000166";

/// The minimal register with events in its record.
fn with_events(events: &str) -> TestRegister {
    TestRegister::minimal().append(RECORD, &format!("\n{events}"))
}

/// The minimal register with other dates in its record: decided, issued, expires.
fn granted(decided: &str, issued: &str, expires: &str) -> TestRegister {
    let text = support::MINIMAL[2].1.replace("2026-03-16", decided).replace("2026-03-18", issued);
    TestRegister::minimal().write(RECORD, text.replace("2029-03-17", expires))
}

/// The minimal record under another number.
fn second_record() -> String {
    support::MINIMAL[2].1.replace(NUMBER, "EX-2026-002")
}

/// What the page tells its script: each status and its first day.
fn segments(site: &Site) -> String {
    site.page(PAGE).attribute(".banner", "data-segments").to_owned()
}

/// A member of the certificate's line in the data file.
fn said(site: &Site, member: &str) -> String {
    let value = &site.certificate(NUMBER)[member];
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

// 1

#[test]
fn case_1_a_level_changes_and_the_days_before_keep_theirs() {
    let register = with_events(
        "[[events]]\ndate = 2026-09-01\nkind = \"level-changed\"\nlevel = \"star-4\"\n\
         decided = 2026-08-28\n",
    );
    assert_eq!(register.findings(), []);
    let (before, after) = (register.build("2026-08-31"), register.build("2026-09-01"));
    assert_eq!((said(&before, "level"), said(&after, "level")), ("star-5".into(), "star-4".into()));
    for member in ["number", "url", "status", "status_since", "expires", "valid_from"] {
        assert_eq!(said(&before, member), said(&after, member), "{member}");
    }
    assert_eq!(after.page(PAGE).all("[data-kind=level-changed]").len(), 1);
    assert_eq!(after.page(PAGE).all("[data-kind=granted]").len(), 1);
    assert!(after.page(PAGE).words("[data-kind=granted]").contains("五星级"));
}

// 2

#[test]
fn case_2_a_renamed_holder_is_found_under_both_names() {
    let renaming = "[[events]]\ndate = 2026-09-01\nkind = \"renamed\"\n[events.holder]\n\
                    name = { zh = \"示例智能电器有限公司\", en = \"Example Smart Appliances Co., Ltd.\" }\n";
    let register = with_events(renaming);
    assert_eq!(register.findings(), []);
    let (before, after) = (register.build("2026-08-31"), register.build("2026-09-01"));
    assert_eq!(before.certificate(NUMBER)["holder"]["zh"], "示例电器有限公司");
    assert_eq!(after.certificate(NUMBER)["holder"]["zh"], "示例智能电器有限公司");
    assert_eq!(said(&after, "identifier"), CODE);
    let page = after.page(PAGE);
    assert_eq!(page.words("h1"), "示例智能电器有限公司");
    assert!(page.words("[data-kind=renamed]").contains("示例电器有限公司"));
    let enterprise = after.page(&format!("enterprises/{CODE}.html"));
    let words = enterprise.words("main");
    assert!(words.contains("曾用名") && words.contains("示例电器有限公司"), "{words}");

    let both = register.write(SECOND, second_record());
    assert_eq!(both.codes(), ["holder-name-conflict"], "the other certificate was forgotten");
    assert_eq!(both.append(SECOND, &format!("\n{renaming}")).findings(), []);
}

// 3

#[test]
fn case_3_a_certificate_does_not_pass_to_another_holder() {
    let taken_over = with_events(&format!(
        "[[events]]\ndate = 2026-09-01\nkind = \"renamed\"\n[events.holder]\n\
         name = {{ zh = \"示例批发有限公司\" }}\ncredit_code = \"{OTHER_CODE}\"\n"
    ));
    assert_eq!(taken_over.codes(), ["holder-transfer"]);
    let same_number =
        TestRegister::minimal().write(SECOND, support::MINIMAL[2].1.replace(CODE, OTHER_CODE));
    assert_eq!(same_number.codes(), ["number-duplicate"]);
}

#[test]
fn case_3_the_new_certificate_succeeds_the_old_one() {
    let successor = second_record()
        .replace(CODE, OTHER_CODE)
        .replace("示例电器有限公司", "示例批发有限公司")
        .replace("\nlevel", "\nsucceeds = \"ex-2026—001\"\nlevel");
    let register = TestRegister::minimal().write(SECOND, successor);
    assert_eq!(register.codes(), ["succeeded-not-ended"]);
    let register = register.append(
        RECORD,
        "\n[[events]]\ndate = 2026-09-01\nkind = \"cancelled\"\nreason = \"holder-request\"\n",
    );
    assert_eq!(register.findings(), []);
    let site = register.build(support::TODAY);
    assert_eq!(said(&site, "status"), "cancelled");
    assert_eq!(site.page(PAGE).attribute("a[href$='EX-2026-002.html']", "class"), "code");
    let new = site.page("c/EX-2026-002.html");
    assert_eq!(new.attribute(".note a[href$='EX-2026-001.html']", "class"), "code");
}

// 5

#[test]
fn case_5_a_suspension_ends_on_the_day_of_reinstatement_and_is_not_forgotten() {
    let register = with_events(
        "[[events]]\ndate = 2026-05-10\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\n\n\
         [[events]]\ndate = 2026-08-01\nkind = \"reinstated\"\n",
    );
    assert_eq!(register.findings(), []);
    for (day, status, since) in [
        ("2026-05-09", "valid", "2026-03-18"),
        ("2026-05-10", "suspended", "2026-05-10"),
        ("2026-07-31", "suspended", "2026-05-10"),
        ("2026-08-01", "valid", "2026-08-01"),
    ] {
        let site = register.build(day);
        assert_eq!(said(&site, "status"), status, "{day}");
        assert_eq!(said(&site, "status_since"), since, "{day}");
        assert_eq!(site.page(PAGE).attribute(".banner", "data-status"), status, "{day}");
        // A question about a day inside is answered from any edition.
        assert_eq!(
            segments(&site),
            "not-yet-valid 2026-03-16;valid 2026-03-18;suspended 2026-05-10;valid 2026-08-01;\
             expired 2029-03-18"
        );
    }
}

// 6

#[test]
fn case_6_what_expires_while_suspended_is_expired_with_a_note_and_never_valid_in_between() {
    let suspended = "\n[[events]]\ndate = 2025-12-01\nkind = \"surveillance\"\n\n\
                     [[events]]\ndate = 2026-11-02\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\n";
    let register = granted("2023-12-16", "2023-12-18", "2026-12-17").append(RECORD, suspended);
    let site = register.build("2026-12-18");
    assert_eq!(said(&site, "status"), "expired");
    assert!(site.page(PAGE).words(".banner").contains("到期时处于暂停状态"));
    assert!(segments(&site).ends_with(";suspended 2026-11-02;expired 2026-12-18"));

    let register = register.append(
        RECORD,
        "\n[[events]]\ndate = 2027-03-01\nkind = \"recertified\"\ndecided = 2027-02-26\n\
         expires = 2029-12-17\n",
    );
    assert_eq!(register.findings(), []);
    let site = register.build("2027-03-01");
    assert_eq!(said(&site, "status"), "valid", "the suspension ended with its cycle");
    assert!(segments(&site).ends_with(";expired 2026-12-18;valid 2027-03-01;expired 2029-12-18"));
}

// 7

#[test]
fn case_7_a_late_recertification_leaves_a_gap() {
    let register = granted("2023-05-30", "2023-06-01", "2026-05-31")
        .append(RECORD, "first_granted = 2020-06-01\n")
        .edit(RECORD, |text| {
            // The key belongs above the first table.
            let key = "first_granted = 2020-06-01\n";
            text.replace(key, "").replace("\n[holder]", &format!("{key}\n[holder]"))
        })
        .append(
            RECORD,
            "\n[[events]]\ndate = 2026-06-20\nkind = \"recertified\"\ndecided = 2026-06-18\n\
             expires = 2029-05-31\n",
        );
    assert_eq!(register.findings(), [], "the end counts from the old one");
    let site = register.build("2026-06-19");
    assert_eq!(said(&site, "status"), "expired");
    assert_eq!(
        segments(&site),
        "not-yet-valid 2023-05-30;valid 2023-06-01;expired 2026-06-01;valid 2026-06-20;\
         expired 2029-06-01"
    );
    let site = register.build("2026-06-20");
    assert_eq!(said(&site, "status_since"), "2026-06-20");
    assert_eq!(said(&site, "first_granted"), "2020-06-01");
    assert_eq!(site.certificates().len(), 1);
}

#[test]
fn case_7_an_early_recertification_leaves_none_and_counts_once() {
    let early = |expires: &str| {
        granted("2023-12-16", "2023-12-18", "2026-12-17").append(
            RECORD,
            &format!(
                "\n[[events]]\ndate = 2026-11-02\nkind = \"recertified\"\ndecided = 2026-10-30\n\
                 expires = {expires}\n"
            ),
        )
    };
    for sound in ["2029-12-17", "2029-11-02", "2029-11-01"] {
        assert_eq!(early(sound).findings(), [], "{sound}");
    }
    assert_eq!(early("2029-12-18").codes(), ["term-too-long"]);
    assert_eq!(early("2029-10-31").codes(), ["term-short"]);
    let site = early("2029-12-17").build(support::TODAY);
    assert_eq!(segments(&site), "not-yet-valid 2023-12-16;valid 2023-12-18;expired 2029-12-18");
    assert_eq!(site.certificates().len(), 1);
}

#[test]
fn case_7_a_new_cycle_begins_with_its_facts_on_its_first_day() {
    let register = granted("2023-12-16", "2023-12-18", "2026-12-17").append(
        RECORD,
        "\n[[events]]\ndate = 2026-11-02\nkind = \"recertified\"\ndecided = 2026-10-30\n\
         valid_from = 2026-12-18\nexpires = 2029-12-17\nlevel = \"star-4\"\n",
    );
    assert_eq!(register.findings(), []);
    let old = register.build("2026-12-17");
    assert_eq!(
        (said(&old, "level"), said(&old, "expires")),
        ("star-5".into(), "2026-12-17".into())
    );
    let new = register.build("2026-12-18");
    assert_eq!(
        (said(&new, "level"), said(&new, "expires")),
        ("star-4".into(), "2029-12-17".into())
    );
    assert_eq!(segments(&old), "not-yet-valid 2023-12-16;valid 2023-12-18;expired 2029-12-18");
}

// 9

#[test]
fn case_9_the_last_day_is_valid_to_its_end() {
    let register = TestRegister::minimal();
    for (day, status) in [("2029-03-17", "valid"), ("2029-03-18", "expired")] {
        let site = register.build(day);
        assert_eq!(said(&site, "status"), status);
        let page = site.page(PAGE);
        assert_eq!(page.attribute(".banner", "data-until"), "2029-03-17");
        assert!(segments(&site).ends_with(";expired 2029-03-18"));
    }
}

// 10

#[test]
fn case_10_three_years_end_on_the_same_day_or_the_day_before() {
    let codes = |issued: &str, expires: &str| granted(issued, issued, expires).codes();
    for (issued, ends) in [
        ("2024-02-29", ["2027-02-27", "2027-02-28"]), // Civil Code, article 202
        ("2025-02-28", ["2028-02-27", "2028-02-28"]),
        ("2025-03-01", ["2028-02-29", "2028-03-01"]),
        ("2024-12-31", ["2027-12-30", "2027-12-31"]),
        ("2025-01-01", ["2027-12-31", "2028-01-01"]),
    ] {
        for end in ends {
            let sound = codes(issued, end);
            assert!(!sound.iter().any(|code| code.starts_with("term-")), "{issued} {end}");
        }
    }
    assert!(codes("2024-02-29", "2027-03-01").contains(&"term-too-long".to_owned()));
    assert!(codes("2024-02-29", "2027-02-26").contains(&"term-short".to_owned()));
}

// 11

#[test]
fn case_11_what_is_issued_next_month_is_not_yet_valid_and_not_yet_news() {
    let register = granted("2026-12-16", "2026-12-18", "2029-12-17");
    assert_eq!(register.codes(), ["issued-ahead"]);
    let site = register.build(support::TODAY);
    assert_eq!(said(&site, "status"), "none", "not even decided");
    let site = register.build("2026-12-17");
    assert_eq!(said(&site, "status"), "not-yet-valid");
    assert!(!site.read("feed.atom").contains(NUMBER));
    assert!(!site.path("editions/2026-12.html").exists());
    let site = register.build("2026-12-18");
    assert_eq!(said(&site, "status"), "valid");
    assert!(site.read("feed.atom").contains(NUMBER));
    assert!(site.read("editions/2026-12.html").contains(NUMBER));
}

#[test]
fn case_11_validity_may_begin_after_the_day_of_issue() {
    let register = TestRegister::minimal()
        .replace(RECORD, "issued = 2026-03-18", "issued = 2026-03-18\nvalid_from = 2026-04-01")
        .replace(RECORD, "2029-03-17", "2029-03-31");
    assert_eq!(register.findings(), []);
    let site = register.build("2026-03-31");
    assert_eq!(said(&site, "status"), "not-yet-valid");
    assert_eq!(segments(&site), "not-yet-valid 2026-03-16;valid 2026-04-01;expired 2029-04-01");
}

#[test]
fn case_11_2062_for_2026_is_seen() {
    assert_eq!(granted("2026-03-16", "2026-03-18", "2092-03-17").codes(), ["term-too-long"]);
    let codes = granted("2026-03-16", "2062-03-18", "2029-03-17").codes();
    assert!(codes.contains(&"dates-reversed".to_owned()), "{codes:?}");
    let codes = granted("2062-03-16", "2026-03-18", "2029-03-17").codes();
    assert_eq!(codes, ["decided-after-issued"]);
    let codes = granted("2062-03-16", "2062-03-18", "2065-03-17").codes();
    assert_eq!(codes, ["issued-ahead"]);
}

// 12

#[test]
fn case_12_nothing_is_issued_before_its_decision_or_looked_at_before_its_grant() {
    assert_eq!(granted("2026-03-19", "2026-03-18", "2029-03-17").codes(), ["decided-after-issued"]);
    assert_eq!(granted("2026-03-18", "2026-03-18", "2029-03-17").findings(), []);
    let early = with_events("[[events]]\ndate = 2026-03-17\nkind = \"surveillance\"\n");
    assert_eq!(early.codes(), ["event-before-grant"]);
    let renewed = granted("2023-12-16", "2023-12-18", "2026-12-17").append(
        RECORD,
        "\n[[events]]\ndate = 2026-11-02\nkind = \"recertified\"\ndecided = 2026-11-03\n\
         expires = 2029-12-17\n",
    );
    assert_eq!(renewed.codes(), ["decided-after-issued"]);
}

// 13

#[test]
fn case_13_spellings_of_one_number_are_one_number() {
    for spelling in [
        "ex-2026-001",
        "ＥＸ－２０２６－００１",
        "EX–2026—001",
        "EX−2026‐001",
        "EX - 2026 - 001",
        "EX\u{3000}-2026-001",
        "EX\u{200b}-2026\u{feff}-001",
        " EX-2026-001 ",
    ] {
        let record = second_record().replace("EX-2026-002", spelling);
        let codes = TestRegister::minimal().write(SECOND, record).codes();
        assert_eq!(codes, ["number-duplicate"], "{spelling:?}");
    }
    for other in ["EX-2O26-001", "EX-2026-OO1", "EX2026001", "EX-2026-0001", "EX/2026/001"] {
        let record = second_record().replace("EX-2026-002", other);
        assert_eq!(TestRegister::minimal().write(SECOND, record).codes(), [""; 0], "{other}");
    }
    let stop = second_record().replace("EX-2026-002", "EX-2026-001。");
    assert_eq!(TestRegister::minimal().write(SECOND, stop).codes(), ["number-punctuation"]);
}

#[test]
fn case_13_numbers_that_differ_have_pages_that_differ_on_every_disk() {
    let numbers = ["A/1", "A-1", "A_1", "A.1", "A1", "A+1", "A 1/2", "证A1", "Á1"];
    let mut register = TestRegister::minimal();
    for (at, number) in numbers.into_iter().enumerate() {
        let record = second_record().replace("EX-2026-002", number);
        register = register.write(&format!("content/certificates/{at}.md"), record);
    }
    let site = register.build(support::TODAY);
    assert_eq!(site.certificates().len(), numbers.len() + 1);
    let mut names = Vec::new();
    for line in site.certificates() {
        let url = line["url"].as_str().unwrap();
        let name = url.strip_prefix("https://register.example/").unwrap().to_owned();
        let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
        assert!(name.bytes().all(safe), "{name}");
        let page = site.page(&name);
        assert_eq!(page.words("header.holder .number .code"), line["number"].as_str().unwrap());
        names.push(name.to_lowercase());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), numbers.len() + 1, "{names:?}");
    let lower = second_record().replace("EX-2026-002", "a1");
    assert_eq!(register.write("content/certificates/x.md", lower).codes(), ["number-duplicate"]);
}

// 16

#[test]
fn case_16_one_holder_may_have_several_certificates() {
    let scheme =
        support::MINIMAL[1].1.replace("示例服务评价", "示例零售评价").replace("EX 2020", "EX 2021");
    let retail = second_record().replace("service-2020", "retail-2021").replace("star-5", "star-4");
    let older = second_record()
        .replace("EX-2026-002", "EX-2023-001")
        .replace("2026-03-16", "2023-03-16")
        .replace("2026-03-18", "2023-03-18")
        .replace("2029-03-17", "2026-03-17");
    let register = TestRegister::minimal()
        .write("content/schemes/retail-2021.toml", scheme)
        .write(SECOND, retail)
        .write("content/certificates/2023/EX-2023-001.md", older);
    assert_eq!(register.findings(), []);
    let site = register.build(support::TODAY);
    let enterprise = site.page(&format!("enterprises/{CODE}.html"));
    let words = enterprise.words("main");
    for expected in [NUMBER, "EX-2026-002", "EX-2023-001", "示例服务评价", "示例零售评价"]
    {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    // Levels are listed by scheme: no list mixes two ladders.
    let list = |name: &str| site.page(name).words("main");
    assert!(list("levels/service-2020/star-5.html").contains(NUMBER));
    assert!(!list("levels/service-2020/star-4.html").contains("EX-2026-002"));
    assert!(list("levels/retail-2021/star-4.html").contains("EX-2026-002"));
}

// 17

#[test]
fn case_17_a_closed_site_stays_and_says_since_when_it_is_not_covered() {
    let sites = "[[sites]]\nname = { zh = \"总部\", en = \"Head office\" }\nrole = \"headquarters\"\n\n\
                 [[sites]]\nname = { zh = \"城东店\", en = \"East shop\" }\nrole = \"outlet\"\n\n";
    let events = "[[events]]\ndate = 2026-09-01\nkind = \"site-closed\"\nsite = \"East shop\"\n\n\
                  [[events]]\ndate = 2026-09-01\nkind = \"site-added\"\n\n\
                  [[events.sites]]\nname = { zh = \"城西店\", en = \"West shop\" }\nrole = \"outlet\"\n";
    let register = TestRegister::minimal().append(RECORD, &format!("\n{sites}{events}"));
    assert_eq!(register.findings(), []);
    let site = register.build("2026-09-01");
    let line = site.certificate(NUMBER);
    assert_eq!(line["status"], "valid", "the certificate lives on");
    let sites = line["sites"].as_array().unwrap();
    assert_eq!(sites.len(), 3);
    assert_eq!(sites[1]["until"], "2026-08-31");
    assert_eq!(sites[2]["from"], "2026-09-01");
    assert!(sites[0].get("until").is_none());
    let page = site.page(PAGE);
    let closed = page.words(".sites .closed");
    assert!(closed.contains("城东店") && closed.contains("起不再覆盖"), "{closed}");
    assert!(closed.contains("2026年9月1日") || closed.contains("2026-09-01"), "{closed}");
    assert_eq!(page.all(".sites .open").len(), 2);
    let day_before = register.build("2026-08-31");
    assert!(day_before.page(PAGE).all(".sites .closed").is_empty());

    let twice = register.append(
        RECORD,
        "\n[[events]]\ndate = 2026-10-01\nkind = \"site-closed\"\nsite = \"城东店\"\n",
    );
    assert_eq!(twice.codes(), ["site-unknown"]);
}

// 18

#[test]
fn case_18_the_end_of_a_transition_ends_what_is_printed_as_valid() {
    let register = TestRegister::minimal()
        .replace(
            SCHEME,
            "effective_from = 2020-01-01",
            "effective_from = 2020-01-01\nsuperseded_by = \"service-2026\"\ntransition_until = 2027-12-31",
        )
        .write("content/schemes/service-2026.toml", support::MINIMAL[1].1.replace("EX 2020", "EX 2026"));
    assert_eq!(register.findings(), []);
    for (day, status) in [("2027-12-31", "valid"), ("2028-01-01", "expired")] {
        let site = register.build(day);
        assert_eq!(said(&site, "status"), status, "{day}");
        assert_eq!(said(&site, "expires"), "2029-03-17", "what is printed");
        assert_eq!(said(&site, "valid_until"), "2027-12-31");
        assert!(segments(&site).ends_with(";valid 2026-03-18;expired 2028-01-01"));
        let page = site.page(PAGE);
        assert_eq!(page.attribute(".banner", "data-until"), "2027-12-31");
        assert!(page.words(".holder .note").contains("认证标准换版"));
    }
    let late = second_record()
        .replace("2026-03-16", "2028-01-03")
        .replace("2026-03-18", "2028-01-05")
        .replace("2029-03-17", "2031-01-04");
    let new = late.replace("service-2020", "service-2026");
    let codes = |register: &TestRegister| -> Vec<String> {
        let run = register.attestar(["check", "--json", "--as-of", "2028-02-01"]);
        run.json().into_iter().map(|finding| finding.code).collect()
    };
    let register = register.write(SECOND, late);
    assert_eq!(codes(&register), ["scheme-not-in-force"], "and no surveillance after the end");
    assert_eq!(codes(&register.write(SECOND, new)), [""; 0]);
}

#[test]
fn case_18_a_recertification_is_a_new_grant_and_follows_the_edition_in_force() {
    let register = granted("2025-01-03", "2025-01-06", "2028-01-05")
        .replace(
            SCHEME,
            "effective_from = 2020-01-01",
            "effective_from = 2020-01-01\ntransition_until = 2027-12-31",
        )
        .append(
            RECORD,
            "\n[[events]]\ndate = 2026-01-05\nkind = \"surveillance\"\n\n\
             [[events]]\ndate = 2027-01-04\nkind = \"surveillance\"\n\n\
             [[events]]\ndate = 2028-01-03\nkind = \"recertified\"\ndecided = 2028-01-02\n\
             expires = 2031-01-02\n",
        );
    assert_eq!(register.codes(), ["scheme-not-in-force"]);
}

// 19

#[test]
fn case_19_a_corrected_credit_code_keeps_the_page_and_leads_on_from_the_old_one() {
    let corrected = "\n[[events]]\ndate = 2026-09-01\nkind = \"corrected\"\nreason = \"clerical-error\"\n\
                     [events.holder]\ncredit_code = ";
    let register =
        TestRegister::minimal().append(RECORD, &format!("{corrected}\"{OTHER_CODE}\"\n"));
    assert_eq!(register.findings(), []);
    let site = register.build(support::TODAY);
    assert_eq!(said(&site, "identifier"), OTHER_CODE);
    let new = format!("enterprises/{OTHER_CODE}.html");
    assert!(site.page(&new).words("main").contains(NUMBER));
    let old = site.page(&format!("enterprises/{CODE}.html"));
    assert_eq!(
        old.attribute("main ul.links a", "href"),
        format!("../enterprises/{OTHER_CODE}.html")
    );
    assert_eq!(site.page(PAGE).words(".number .code"), NUMBER);
}

#[test]
fn case_19_two_holders_may_once_have_been_mistaken_for_one() {
    let corrected = |code: &str| {
        format!(
            "\n[[events]]\ndate = 2026-09-01\nkind = \"corrected\"\nreason = \"clerical-error\"\n\
             [events.holder]\ncredit_code = \"{code}\"\n"
        )
    };
    let third = "91310000MADEMQ012T";
    let register = TestRegister::minimal()
        .append(RECORD, &corrected(OTHER_CODE))
        .write(SECOND, second_record().replace("示例电器", "示例甲"))
        .append(SECOND, &corrected(third));
    assert_eq!(register.findings(), []);
    let site = register.build(support::TODAY);
    assert_eq!(site.certificate("EX-2026-002")["identifier"], third);
    let old = site.page(&format!("enterprises/{CODE}.html"));
    for code in [OTHER_CODE, third] {
        assert_eq!(old.all(&format!("main a[href$='{code}.html']")).len(), 1, "{code}");
    }
}

#[test]
fn case_19_a_genuine_code_that_fails_the_check_is_waived_in_the_open() {
    let register = TestRegister::minimal().replace(
        RECORD,
        "credit_code = \"91440500MA00ATT133\"",
        "credit_code = \"91440500MA00ATT134\"\ncredit_code_waiver = \"compared with the licence\"",
    );
    assert_eq!(register.codes(), ["credit-code-waived"]);
    let site = register.build(support::TODAY);
    assert!(site.page(PAGE).words(".facts").contains("校验位不符，已经发证机构核实"));
    assert!(site.path("enterprises/91440500MA00ATT134.html").exists());
}

// 24

#[test]
fn case_24_an_overdue_surveillance_is_said_and_changes_no_status() {
    let register = granted("2025-03-16", "2025-03-18", "2028-03-17");
    assert_eq!(register.codes(), ["surveillance-overdue"]);
    register.attestar(["check"]).success();
    let site = register.build(support::TODAY);
    assert_eq!(said(&site, "status"), "valid");
    let words = site.page(PAGE).words(".surveillance");
    assert!(words.contains("逾期未见监督记录"), "{words}");
    let on_time = register.build("2026-03-18");
    assert!(!on_time.page(PAGE).words(".surveillance").contains("逾期"));

    let looked_at =
        register.append(RECORD, "\n[[events]]\ndate = 2026-03-18\nkind = \"surveillance\"\n");
    assert_eq!(looked_at.findings(), []);
    let words = looked_at.build(support::TODAY).page(PAGE).words(".surveillance");
    assert!(!words.contains("逾期") && words.contains("2027-03-18"), "{words}");
}

// 25

#[test]
fn case_25_events_of_one_day_happen_in_the_order_in_which_they_are_recorded() {
    let suspended = "[[events]]\ndate = 2026-09-01\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\n\n";
    let withdrawn =
        "[[events]]\ndate = 2026-09-01\nkind = \"withdrawn\"\nreason = \"serious-breach\"\n\n";
    let reinstated = "[[events]]\ndate = 2026-09-01\nkind = \"reinstated\"\n\n";
    let restored = "[[events]]\ndate = 2026-09-01\nkind = \"corrected\"\nstatus = \"valid\"\n\
                    effective = 2026-09-01\nreason = \"clerical-error\"\n";
    for (events, status, runs) in [
        (vec![suspended, withdrawn], "withdrawn", ";withdrawn 2026-09-01"),
        (vec![suspended, reinstated], "valid", ";valid 2026-03-18;expired 2029-03-18"),
        (vec![withdrawn, restored], "valid", ";valid 2026-03-18;expired 2029-03-18"),
        (vec![reinstated, suspended], "", ""),
        (vec![withdrawn, suspended], "", ""),
    ] {
        let register = with_events(&events.concat());
        if status.is_empty() {
            register.attestar(["check"]).code(1);
            continue;
        }
        assert_eq!(register.findings(), []);
        let site = register.build("2026-09-01");
        assert_eq!(said(&site, "status"), status);
        assert!(segments(&site).ends_with(runs), "{}", segments(&site));
        let steps: Vec<_> = site
            .page(PAGE)
            .all(".timeline [data-kind]")
            .into_iter()
            .map(|step| step.attr("data-kind").unwrap().to_owned())
            .collect();
        assert_eq!(steps.len(), 3, "nothing that was recorded is left out: {steps:?}");
    }
}
