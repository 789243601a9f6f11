//! Registers over HTTP: what is asked, what is refused.

#![cfg(feature = "http")]
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
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
};

use support::shop::Shop;

/// What a host answers instead of a file: status line with headers, and a body.
type Answer = Box<dyn Fn(&str) -> Option<(String, Vec<u8>)> + Send + Sync>;

/// A host that serves a folder.
struct Host {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn of(folder: PathBuf, instead: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&asked);
        let (folder, instead) = (Arc::new(folder), Arc::new(instead));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (folder, instead) = (Arc::clone(&folder), Arc::clone(&instead));
                let told = Arc::clone(&told);
                thread::spawn(move || serve(&stream, &folder, &instead, &told));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    stream: &TcpStream,
    folder: &std::path::Path,
    instead: &Answer,
    told: &Mutex<Vec<String>>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
        while line.trim() != "" {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
        }
        told.lock().unwrap().push(path.clone());
        let file = path.split('?').next().unwrap_or_default();
        let found = || std::fs::read(folder.join(file)).ok();
        let (head, body) = instead(&path).unwrap_or_else(|| match found() {
            Some(bytes) => ("200 OK\r\n".to_owned(), bytes),
            None => ("404 Not Found\r\n".to_owned(), b"nothing here".to_vec()),
        });
        let head = format!("HTTP/1.1 {head}Content-Length: {}\r\n\r\n", body.len());
        let mut stream = stream;
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).is_err() {
            return;
        }
    }
}

fn plain(shop: &Shop) -> Host {
    Host::of(shop.register.path("public"), Box::new(|_| None))
}

#[test]
fn a_site_is_asked_for_little_and_called_a_copy_where_it_is_one() {
    let shop = Shop::new();
    let host = plain(&shop);
    let outcome = shop.verify(&["EX-2026-001", "--site", &host.address]);
    outcome.is(["signed", "included", "fresh", "projected_valid"]);
    outcome.is_good();
    assert!(outcome.notes().contains(&"copy"), "{:?}", outcome.notes());
    let asked = host.asked();
    assert!(asked.len() <= 12, "{asked:?}");
    let mut once = asked.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), asked.len(), "{asked:?}");
    // A past day and a status need the log's status entries.
    let outcome = shop.verify(&["EX-2026-002", "--site", &host.address, "--on", "2026-05-31"]);
    assert_eq!(outcome.codes()[3], "valid");
    let outcome = shop.verify(&["EX-2026-002", "--site", &host.address]);
    outcome.is(["signed", "included", "suspended", "projected_suspended"]);
}

#[test]
fn names_and_codes_are_looked_up_in_a_few_files_of_a_site() {
    let shop = Shop::new();
    let name = "示例电器有限公司";
    let shop = Shop { register: shop.register.write("list.csv", format!("{name}\n{name}二\n")) };
    let host = plain(&shop);
    let run = shop.run(&["verify", "--csv", "list.csv", "--json", "--site", &host.address]).code(1);
    let answers: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["found_by"], "name", "{answers:?}");
    assert_eq!(answers[1]["answer"], "not_found");
    assert!(!answers[1]["near"].as_array().unwrap().is_empty(), "{answers:?}");
    let asked = host.asked();
    assert!(asked.iter().all(|path| !path.contains("%E") && !path.contains(name)), "{asked:?}");
    let versioned = |path: &&String| path.starts_with("/s/") || path.starts_with("s/");
    assert!(asked.iter().filter(versioned).count() <= 12, "{asked:?}");
    // Without an index nobody can tell, and the other lines are answered all the same.
    fs::remove_dir_all(shop.register.path("public/s")).unwrap();
    let list = format!("EX-2026-001\n{name}\n");
    let shop = Shop { register: shop.register.write("list.csv", list) };
    let run = shop.run(&["verify", "--csv", "list.csv", "--site", &host.address]).code(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[1].contains(",yes,projected_valid,") && lines[2].contains(",no,unknown,"));
    assert!(lines[2].contains("index_unreachable"), "{lines:?}");
}

#[test]
fn a_site_is_audited_and_its_removed_certificates_are_missed() {
    let shop = Shop::new();
    let host = plain(&shop);
    shop.audit(&[&host.address]).holds();
    shop.remove("c/EX-2026-005.json");
    assert_eq!(shop.audit(&[&host.address]).found(), ["EX-2026-005 missing"]);
    let outcome = shop.verify(&["EX-2026-005", "--site", &host.address]);
    assert_eq!(outcome.codes()[0], "entry_missing");
    let outcome = shop.verify(&["EX-2026-777", "--site", &host.address]);
    assert_eq!(outcome.codes()[3], "not_found");
}

#[test]
fn a_site_that_points_to_another_host_is_not_followed() {
    let shop = Shop::new();
    let other = plain(&shop);
    let to = other.address.replace("127.0.0.1", "localhost");
    let moved =
        move |path: &str| Some((format!("302 Found\r\nLocation: {to}/{path}\r\n"), Vec::new()));
    let host = Host::of(shop.register.path("public"), Box::new(moved));
    let run = shop.run(&["verify", "EX-2026-001", "--site", &host.address]).code(2);
    assert!(run.stderr.contains("points to another host"), "{}", run.stderr);
    assert!(other.asked().is_empty());
    // To itself it may point, but not for ever.
    let around = |path: &str| {
        let path = path.replace("a/", "");
        Some((format!("302 Found\r\nLocation: /a/{path}\r\n"), Vec::new()))
    };
    let host = Host::of(shop.register.path("public"), Box::new(around));
    let run = shop.run(&["verify", "EX-2026-001", "--site", &host.address]).code(2);
    assert!(run.stderr.contains("points on and on"), "{}", run.stderr);
}

#[test]
fn a_site_that_sends_too_much_or_fails_is_no_answer() {
    let shop = Shop::new();
    let huge = |path: &str| {
        (path == "ledger/checkpoint").then(|| ("200 OK\r\n".to_owned(), vec![b'x'; 1 << 20]))
    };
    let host = Host::of(shop.register.path("public"), Box::new(huge));
    let run = shop.run(&["verify", "EX-2026-001", "--site", &host.address]).code(2);
    assert!(run.stderr.contains("is larger than 65536 bytes"), "{}", run.stderr);
    let down = |_: &str| Some(("503 Service Unavailable\r\n".to_owned(), Vec::new()));
    let host = Host::of(shop.register.path("public"), Box::new(down));
    let run = shop.run(&["verify", "EX-2026-001", "--site", &host.address]).code(2);
    assert!(run.stderr.contains("answers with status 503"), "{}", run.stderr);
    let run = shop.run(&["verify", "EX-2026-001", "--site", "http://127.0.0.1:1"]).code(2);
    assert!(run.stderr.contains("cannot be reached"), "{}", run.stderr);
}

#[test]
fn an_audit_goes_on_where_one_answer_fails() {
    let shop = Shop::new();
    shop.remove("c/EX-2026-005.json");
    let failing = |path: &str| {
        (path == "c/EX-2026-001.html")
            .then(|| ("503 Service Unavailable\r\n".to_owned(), Vec::new()))
    };
    let host = Host::of(shop.register.path("public"), Box::new(failing));
    let found = shop.audit(&[&host.address]).found();
    assert_eq!(found, ["EX-2026-001 unreadable", "EX-2026-005 missing"]);
    // Where all fail, nothing was audited.
    let down =
        |path: &str| (path != "ledger/checkpoint").then(|| ("503 Down\r\n".to_owned(), Vec::new()));
    let host = Host::of(shop.register.path("public"), Box::new(down));
    let run = shop.run(&["audit", &host.address]).ended();
    assert_ne!(run.exit(), 0);
    assert!(run.stdout.contains("503") || run.stderr.contains("503"), "{run:?}");
}
