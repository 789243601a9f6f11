//! What the site of a sealed register promises: that its pages say what was signed, that a
//! publication touches only what it concerns, and that others can check it.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};
use support::{RECORD, TestRegister};
use tempfile::TempDir;
use walkdir::WalkDir;

/// The record that the tests on the demo register change.
const AMENDED: &str = "AST-SC-2026-00017";

/// A sealed register and its site.
struct Published {
    register: TestRegister,
    folder: TempDir,
}

impl Published {
    fn new(register: TestRegister) -> Self {
        Self { register: register.keyed(), folder: tempfile::tempdir().unwrap() }
    }

    fn demo() -> Self {
        Self::new(TestRegister::demo())
    }

    fn minimal() -> Self {
        Self::new(TestRegister::minimal())
    }

    fn change(self, change: impl FnOnce(TestRegister) -> TestRegister) -> Self {
        Self { register: change(self.register), ..self }
    }

    /// An event of a record, sealed on its day.
    fn event(self, record: &str, day: &str, event: &str) -> Self {
        let toml = format!("[[events]]\ndate = {day}\n{event}\n");
        self.change(|register| register.append(record, &toml)).seal(day)
    }

    /// An edition of a day, at four in the afternoon where the register is.
    fn seal(self, day: &str) -> Self {
        self.run(&["seal"], day)
    }

    fn run(self, arguments: &[&str], day: &str) -> Self {
        let at = format!("{day}T16:00:00+08:00");
        let run = |more: &[&str]| {
            let all = [arguments, &["--at", &*at], more].concat();
            self.register.attestar(all)
        };
        let first = run(&[]);
        if let Some(code) = first.stderr.split("`--confirm ").nth(1) {
            run(&["--confirm", code.split('`').next().unwrap()]).success();
        } else {
            first.success();
        }
        self
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// Builds the site and answers with its files.
    fn build(&self, as_of: &str) -> BTreeMap<String, Vec<u8>> {
        let out = self.out();
        let arguments = ["build", "--as-of", as_of, "--out", out.to_str().unwrap()];
        self.register.attestar(arguments).success();
        let entries = WalkDir::new(&out).into_iter().map(Result::unwrap);
        let name = |path: &Path| path.strip_prefix(&out).unwrap().to_str().unwrap().to_owned();
        let files = entries.filter(|entry| entry.file_type().is_file());
        let files = files.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap()));
        files.filter(|(name, _)| !name.starts_with(".attestar")).collect()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn page(&self, name: &str) -> Page {
        Page(scraper::Html::parse_document(&self.read(name)))
    }
}

struct Page(scraper::Html);

impl Page {
    /// The words of each element that a CSS selector finds, with single spaces.
    fn each(&self, selector: &str) -> Vec<String> {
        let selector = scraper::Selector::parse(selector).unwrap();
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.0.select(&selector).map(|found| words(found.text().collect())).collect()
    }

    /// The texts as they are.
    fn raw(&self, selector: &str) -> Vec<String> {
        let selector = scraper::Selector::parse(selector).unwrap();
        self.0.select(&selector).map(|found| found.text().collect()).collect()
    }

    fn attribute(&self, selector: &str, name: &str) -> String {
        let parsed = scraper::Selector::parse(selector).unwrap();
        let found = self.0.select(&parsed).next().unwrap_or_else(|| panic!("no {selector}"));
        found.attr(name).unwrap_or_else(|| panic!("{selector} has no {name}")).to_owned()
    }
}

/// The names of files that differ, are new or are gone.
fn changed(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let names: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    names.into_iter().filter(|name| a.get(*name) != b.get(*name)).cloned().collect()
}

/// The certificates' own files among them.
fn of_certificates(names: &BTreeSet<String>) -> Vec<&str> {
    let own = |name: &&str| ["c/", "en/c/", "badge/"].iter().any(|root| name.starts_with(root));
    names.iter().map(String::as_str).filter(own).collect()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_sealed_register_is_not_marked_as_unsigned_and_a_working_copy_is() {
    let published = Published::minimal();
    published.build("2026-11-23");
    assert!(published.read("c/EX-2026-001.html").contains("未签名的工作副本"));
    assert!(!published.out().join("transparency.html").exists());
    let published = published.seal("2026-11-23");
    let files = published.build("2026-11-23");
    let marked = files.iter().filter(|(_, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        text.contains("未签名的工作副本") || text.contains("Unsigned working copy")
    });
    assert_eq!(marked.map(|(name, _)| name).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_certificate_page_names_its_entry_and_marks_the_facts_that_were_signed() {
    let published = Published::minimal().seal("2026-11-23");
    published.build("2026-11-23");
    let page = published.page("en/c/EX-2026-001.html");
    let of = |name| page.attribute("#verify", name);
    assert_eq!(of("data-number"), "EX-2026-001");
    assert_eq!((of("data-serial"), of("data-leaf")), ("0".to_owned(), "2".to_owned()));
    assert_eq!(of("data-issuer"), "did:web:register.example");
    assert_eq!(of("data-origin"), "register.example/ledger");
    assert_eq!(of("data-root"), "../../");
    assert_eq!(of("data-words"), "../../assets/verify-en.json");
    for (fact, words) in [
        ("number", "EX-2026-001"),
        ("holder", "Example Appliances Co., Ltd."),
        ("identifier", "91440500MA00ATT133"),
        ("level", "Five-star"),
        ("scope", "After-sales service of household appliances"),
        ("until", "17 March 2029"),
    ] {
        // Number and end stand among the facts below once more, and alike.
        let mut marked = page.each(&format!("[data-fact={fact}]"));
        assert_eq!(marked.len(), if ["number", "until"].contains(&fact) { 2 } else { 1 }, "{fact}");
        marked.dedup();
        assert_eq!(marked, [words], "{fact}");
    }
    let words: BTreeMap<String, String> =
        serde_json::from_str(&published.read("assets/verify-zh.json")).unwrap();
    assert!(words.contains_key("state_verified") && !words.contains_key("skip"));
    assert!(!published.read("c/EX-2026-001.html").contains(&words["state_verified"]));
}

#[test]
fn two_builds_of_one_ledger_are_the_same_to_the_byte() {
    let published = Published::demo().seal("2026-11-23");
    let first = published.build("2026-11-23");
    let again = Published { folder: tempfile::tempdir().unwrap(), ..published };
    assert_eq!(changed(&first, &again.build("2026-11-23")), BTreeSet::new());
}

#[test]
fn an_edition_that_changes_no_certificate_touches_no_page_of_one() {
    let published = Published::demo().seal("2026-11-23");
    let before = published.build("2026-11-24");
    let published = published.run(&["seal", "--renew"], "2026-11-24");
    let changed = changed(&before, &published.build("2026-11-24"));
    assert_eq!(of_certificates(&changed), Vec::<&str>::new());
    let lists = ["enterprises/", "levels/", "regions/", "industries/", "schemes/", "data/"];
    let touched: Vec<_> = changed
        .iter()
        .filter(|name| lists.iter().any(|list| name.trim_start_matches("en/").starts_with(list)))
        .collect();
    assert_eq!(touched, Vec::<&String>::new());
    assert!(changed.contains("editions/2026-11-24.html") && changed.contains("transparency.html"));
}

#[test]
fn an_amended_certificate_touches_its_own_files_only() {
    let published = Published::demo().seal("2026-11-23");
    let before = published.build("2026-11-24");
    let record = format!("content/certificates/2026/{AMENDED}.md");
    let event = "kind = \"level-changed\"\nlevel = \"star-4\"\ndecided = 2026-11-20";
    let published = published.event(&record, "2026-11-24", event);
    let changed = changed(&before, &published.build("2026-11-24"));
    // Its holder's other certificates name it, with its level.
    let holder = ["AST-RW-2025-00029", "AST-SC-2023-00017"];
    let expected: BTreeSet<String> = ["", "en/"]
        .into_iter()
        .flat_map(|root| {
            let numbers = holder.into_iter().chain([AMENDED]);
            numbers.map(move |number| format!("{root}c/{number}.html"))
        })
        .chain([format!("c/{AMENDED}.json"), format!("badge/{AMENDED}.svg")])
        .collect();
    assert_eq!(of_certificates(&changed), expected.iter().collect::<Vec<_>>());
    let (index, others): (Vec<_>, Vec<_>) = changed.iter().partition(|path| path.starts_with("s/"));
    assert!(others.len() < 90, "{} files: {others:#?}", others.len());
    assert!(index.len() < 30, "{} files: {index:#?}", index.len());
}

#[test]
fn a_page_tells_what_each_edition_said() {
    let published = Published::minimal()
        .seal("2026-03-31")
        .event(RECORD, "2026-06-10", "kind = \"level-changed\"\nlevel = \"star-4\"")
        .event(RECORD, "2026-09-01", "kind = \"suspended\"\nreason = \"surveillance-overdue\"")
        .event(RECORD, "2026-10-15", "kind = \"reinstated\"");
    published.build("2026-11-23");
    let said = published.page("c/EX-2026-001.html").each(".said li");
    assert_eq!(
        said,
        [
            "2026-03-31 五星级 · 有效 · 有效期至 2029-03-17",
            "2026-06-10 四星级 · 有效 · 有效期至 2029-03-17 第 2 版",
            "2026-09-01 四星级 · 暂停 · 有效期至 2029-03-17",
            "2026-10-15 四星级 · 有效 · 有效期至 2029-03-17",
        ]
    );
    let page = published.page("c/EX-2026-001.html");
    assert_eq!(page.attribute("#verify", "data-serial"), "1");
    assert_eq!(page.attribute("#verify", "data-prev").len(), 64);
    assert_eq!(page.attribute("#verify", "data-statuses").split(' ').count(), 2);
}

#[test]
fn a_bulletin_lists_what_its_edition_changed_and_stays_as_it_is() {
    let published = Published::minimal().seal("2026-03-31");
    let other = published.register.read(RECORD).replace("EX-2026-001", "EX-2026-002");
    let other = other.replace("91440500MA00ATT133", "91310000MADEMQ012T");
    let published = published
        .change(|register| register.write("content/certificates/2026/EX-2026-002.md", other))
        .event(RECORD, "2026-06-10", "kind = \"level-changed\"\nlevel = \"star-4\"")
        .event(RECORD, "2026-09-01", "kind = \"suspended\"\nreason = \"surveillance-overdue\"");
    published.build("2026-09-01");
    let june = published.page("editions/2026-06-10.html");
    assert_eq!(june.each(".group h2"), ["新登记 1 项", "内容变更 1 项"]);
    assert_eq!(june.each(".changes .detail, .what .note"), ["五星级", "五星级改为四星级"]);
    let september = published.page("en/editions/2026-09-01.html");
    assert_eq!(september.each(".group h2"), ["Suspended 1 change"]);
    assert!(published.read("editions/index.html").contains("2026-09-01.html"));
    assert!(published.read("editions/2026-09.html").contains("2026-09-01.html"));
    let text = published.read("editions/2026-06-10.html");
    let published =
        published.event(RECORD, "2026-10-15", "kind = \"reinstated\"").seal("2026-11-23");
    published.build("2026-11-23");
    assert_eq!(published.read("editions/2026-06-10.html"), text);
}

#[test]
fn the_feed_follows_the_editions() {
    let published = Published::minimal().seal("2026-03-31").event(
        RECORD,
        "2026-09-01",
        "kind = \"suspended\"\nreason = \"surveillance-overdue\"",
    );
    published.build("2026-11-23");
    let feed = published.read("feed.atom");
    let ids: Vec<_> = feed.split("<id>").skip(2).map(|id| id.split('<').next().unwrap()).collect();
    let base = "https://register.example";
    assert_eq!(
        ids,
        [
            format!("{base}/editions/2026-09-01.html"),
            format!("{base}/c/EX-2026-001.html#2026-09-01-event-1"),
            format!("{base}/editions/2026-03-31.html"),
            format!("{base}/c/EX-2026-001.html#2026-03-18-granted"),
        ]
    );
    assert!(feed.contains("<updated>2026-09-01T08:00:00Z</updated>"), "{feed}");
}

/// The ids of a feed's entries, newest first.
fn entries(feed: &str) -> Vec<String> {
    let base = "https://register.example/c/";
    let ids = feed.split("<id>").skip(2).map(|id| id.split('<').next().unwrap());
    ids.map(|id| id.strip_prefix(base).unwrap().to_owned()).collect()
}

#[test]
fn a_holder_and_a_list_can_be_followed_without_an_account() {
    let published = Published::minimal().seal("2026-03-31").event(
        RECORD,
        "2026-09-01",
        "kind = \"suspended\"\nreason = \"surveillance-overdue\"",
    );
    published.build("2026-11-23");
    let suspended = "EX-2026-001.html#2026-09-01-event-1";
    let granted = "EX-2026-001.html#2026-03-18-granted";
    for page in
        ["enterprises/91440500MA00ATT133", "levels/service-2020/star-5", "schemes/service-2020"]
    {
        let feed = published.read(&format!("{page}.atom"));
        assert_eq!(entries(&feed), [suspended, granted], "{page}");
        assert!(feed.contains("<updated>2026-09-01T08:00:00Z</updated>"), "{feed}");
        let links = published.page(&format!("{page}.html"));
        let stem = page.rsplit('/').next().unwrap();
        assert!(
            links.attribute(".subscribe [type*=atom]", "href").ends_with(&format!("{stem}.atom"))
        );
        assert!(
            links.attribute(".subscribe [type*=cal]", "href").ends_with(&format!("{stem}.ics"))
        );
    }
    let calendar = published.read("en/enterprises/91440500MA00ATT133.ics").replace("\r\n ", "");
    let line = |line: &str| assert!(calendar.contains(&format!("\r\n{line}\r\n")), "{calendar}");
    line("UID:EX-2026-001-expires-2029-03-17@register.example");
    line("DTSTART;VALUE=DATE:20290317");
    line("TRIGGER:-P60D");
    line("SUMMARY:Suspended: EX-2026-001\\, Example Appliances Co.\\, Ltd.");
    line("DTSTAMP:20260901T000000Z");
    assert!(!published.read("levels/service-2020/star-5.ics").contains("expires-2029"));
}

#[test]
fn what_expires_within_sixty_days_is_announced_on_the_first_of_them() {
    let published = Published::minimal().seal("2026-03-31");
    let feed = "levels/service-2020/star-5.atom";
    published.build("2029-01-15");
    assert_eq!(entries(&published.read(feed)).len(), 1);
    published.build("2029-01-16");
    assert_eq!(entries(&published.read(feed))[0], "EX-2026-001.html#expires-2029-03-17");
    assert!(
        published.read("levels/service-2020/star-5.ics").contains("DTSTART;VALUE=DATE:20290317")
    );
    published.build("2029-03-18");
    assert_eq!(entries(&published.read(feed))[0], "EX-2026-001.html#2029-03-18-expired");
}

#[test]
fn an_erased_number_has_a_page_that_says_so_and_nothing_else() {
    let published = Published::minimal();
    let other = published.register.read(RECORD).replace("EX-2026-001", "EX-2026-002");
    let path = "content/certificates/2026/EX-2026-002.md";
    let published = published.change(|register| register.write(path, other)).seal("2026-03-31");
    published.build("2026-11-23");
    assert!(published.out().join("badge/EX-2026-001.svg").exists());
    let published = published.run(&["erase", "EX-2026-001"], "2026-11-23");
    let files = published.build("2026-11-23");
    let page = published.page("c/EX-2026-001.html");
    assert!(page.each("main")[0].contains("依个人信息保护要求不予展示"), "{:?}", page.each("main"));
    let named: Vec<_> = files
        .iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("EX-2026-001"))
        .map(|(name, _)| name.as_str())
        .filter(|name| !name.starts_with("ledger/") && !name.starts_with("status/"))
        .collect();
    let pages = ["c/EX-2026-001", "editions/2026-11-23"];
    let expected = |name: &&str| {
        pages.iter().any(|page| name.trim_start_matches("en/") == format!("{page}.html"))
    };
    assert!(named.iter().all(expected), "{named:?}");
}

#[test]
fn data_files_have_the_serial_and_the_digest_of_each_entry() {
    let published = Published::minimal().seal("2026-11-23");
    let files = published.build("2026-11-23");
    let line: serde_json::Value =
        serde_json::from_str(&published.read("data/certificates.jsonl")).unwrap();
    assert_eq!(line["serial"], 0);
    assert_eq!(line["sha256"], digest(&files["c/EX-2026-001.json"]));
    let csv = published.read("data/certificates.csv");
    assert!(csv.lines().next().unwrap().ends_with(",url,serial,sha256"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().ends_with(line["sha256"].as_str().unwrap()), "{csv}");
}

#[test]
fn a_badge_is_dated_and_grey_when_the_certificate_is_not_valid() {
    let published = Published::minimal().seal("2026-03-31");
    published.build("2026-11-23");
    let badge = published.read("badge/EX-2026-001.svg");
    for said in ["五星级", "有效期至 2029-03-17", "2026-03-18 的登记", "EX-2026-001", "<title"]
    {
        assert!(badge.contains(said), "no {said} in {badge}");
    }
    let event = "kind = \"suspended\"\nreason = \"surveillance-overdue\"";
    let published = published.event(RECORD, "2026-09-01", event);
    published.build("2026-11-23");
    let grey = published.read("badge/EX-2026-001.svg");
    assert!(grey.contains("五星级 · 暂停") && grey.contains("2026-09-01 的登记"), "{grey}");
    assert!(!grey.contains("#0b4654") && badge.contains("#0b4654"), "{grey}");
    assert!(badge.len() < 3000, "{} bytes", badge.len());
}

/// Runs what the page about transparency tells readers to type, on the site as a folder.
#[test]
fn what_the_page_says_to_type_into_our_program_works() {
    let published = Published::demo().seal("2026-11-23");
    published.build("2026-11-23");
    let page = published.page("en/transparency.html");
    let codes = page.raw("#how ~ pre code").into_iter();
    let commands: Vec<_> = codes.filter(|code| code.starts_with("attestar ")).collect();
    assert_eq!(commands.len(), 3, "{commands:#?}");
    let here = published.out().display().to_string();
    let home = tempfile::tempdir().unwrap();
    for command in commands {
        let words = command.replace("https://register.example", &here);
        let mut arguments: Vec<_> = words.split(' ').skip(1).collect();
        arguments.extend(["--at", "2026-11-24T04:00:00Z", "--pins", "pins.json"]);
        let mut run = published.register.command(&arguments);
        let output = run.current_dir(home.path()).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(0), "{command}\n{said}");
    }
}

/// The same with what it tells others to type.
#[test]
fn what_the_page_tells_others_to_type_proves_what_it_says() {
    let published = Published::demo().seal("2026-11-23");
    let files = published.build("2026-11-23");
    let page = published.page("transparency.html");
    let here = format!("file://{}", published.out().display());
    let commands: Vec<String> = page
        .raw("#how ~ pre code, #how ~ details pre code")
        .into_iter()
        .filter(|code| !code.starts_with("attestar "))
        .map(|code| code.replace("https://register.example", &here))
        .collect();
    assert_eq!(commands.len(), 3, "{commands:#?}");
    let work = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str], code: &str| {
        let output =
            Command::new(program).args(arguments).arg(code).current_dir(work.path()).output();
        let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{code}\n{}", text(&output.stderr));
        text(&output.stdout)
    };
    let has = |program: &str, arguments: &[&str]| {
        let found = Command::new(program).args(arguments).output();
        let found = found.is_ok_and(|output| output.status.success());
        if !found {
            eprintln!("SKIPPED: {program} {} is not here", arguments.join(" "));
        }
        found
    };
    if has("openssl", &["version"]) && has("curl", &["--version"]) {
        let said = run("bash", &["-euo", "pipefail", "-c"], &commands[0]);
        assert!(said.contains("Verified Successfully"), "{said}");
        let said = run("bash", &["-euo", "pipefail", "-c"], &commands[1]);
        let entry = commands[1].split("/c/").nth(1).unwrap().split('.').next().unwrap();
        let digest = digest(&files[&format!("c/{entry}.json")]);
        assert_eq!(said.matches(&digest).count(), 2, "{said}");
    }
    if has("python3", &["-c", "import cryptography"]) {
        let said = run("python3", &["-c"], &commands[2]);
        assert!(said.contains("signed by did:web:register.example#k2026-1"), "{said}");
        let forged = commands[2].replace("c/AST-SC-2026-00070.json", "c/AST-SC-2026-00017.json");
        assert_ne!(forged, commands[2], "the example is another certificate");
        let output = Command::new("python3").args(["-c", &*forged]).output().unwrap();
        assert!(!output.status.success(), "another certificate's entry was accepted");
    }
}
