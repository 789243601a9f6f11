//! `attestar key`, and key files beside those of openssl.

#![cfg(unix)]
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
};

use attestar::{
    credential::{Did, DidDocument, Method, Use},
    keyring::{
        self, KeyringError, Passphrase, PassphraseError, Passphrases, Protection, Role, Signing,
    },
    proof::{Signer, SignerError, VerifyingKey, base64, base64url, hex, multibase_base58},
};
use serde_json::Value;
use support::{Run, TestRegister};

/// Runs the program with passphrases in its environment.
fn with(register: &TestRegister, environment: &[(&str, &str)], arguments: &[&str]) -> Run {
    Run::of(register.command(arguments).envs(environment.iter().copied()))
}

fn new_keys(register: &TestRegister) -> Run {
    with(register, &[("ATTESTAR_PASSPHRASE", "correct horse")], &["key", "new"])
}

fn shown(register: &TestRegister) -> Value {
    let run = register.attestar(["key", "show", "--json"]).success();
    serde_json::from_str(&run.stdout).unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_register_gets_three_keys_that_stay_out_of_git() {
    let register = TestRegister::minimal();
    let run = new_keys(&register).success();
    for (role, pem) in ["issue", "status", "log"].map(|role| (role, format!("keys/{role}.pem"))) {
        assert_eq!(mode(&register.path(&pem)), 0o600);
        let text = register.read(&pem);
        assert!(text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{text}");
        assert!(text.starts_with(&format!("Attestar {role} key. ")), "{text}");
        assert!(run.stdout.contains(&pem), "{}", run.stdout);
    }
    assert_eq!(mode(&register.path("keys")), 0o700);
    assert!(register.read("keys/.gitignore").contains("\n*\n!.gitignore\n"));
    let keys =
        keyring::open(register.root(), &Signing::default(), &mut passphrase("correct horse"));
    let keys = keys.unwrap();
    let public = [&*keys.issue, keys.status(), &*keys.log].map(Signer::verifying_key);
    let data = shown(&register);
    for (role, key) in ["issue", "status", "log"].into_iter().zip(public) {
        assert_eq!(data[role]["multikey"], key.multikey());
        assert_eq!(data[role]["fingerprint"]["hex"], key.fingerprint().to_string());
        assert_eq!(data[role]["fingerprint"]["words"], key.fingerprint().words());
        assert_eq!(data[role]["demo"], false);
        assert!(run.stdout.contains(&key.fingerprint().short_words()), "{}", run.stdout);
    }
    let vkey = data["log"]["vkey"].as_str().unwrap();
    assert!(vkey.starts_with("register.example/ledger+"), "{vkey}");
    assert!(run.stdout.contains(vkey));
    assert_eq!(data["issue"]["verification_method"], Value::Null);
}

#[test]
fn no_key_is_ever_written_over() {
    let register = TestRegister::minimal();
    new_keys(&register).success();
    let before = register.files();
    for arguments in [&["key", "new"][..], &["key", "new", "log"], &["key", "new", "--dir", "keys"]]
    {
        let run = with(&register, &[("ATTESTAR_PASSPHRASE", "x")], arguments).code(2);
        assert!(run.stderr.contains("is never written over"), "{}", run.stderr);
    }
    assert!(register.files() == before);
    // One file in the way, and none is made.
    fs::remove_file(register.path("keys/issue.pem")).unwrap();
    new_keys(&register).code(2);
    assert!(!register.path("keys/issue.pem").exists());
}

/// Passphrases that differ.
struct ByRole;

impl Passphrases for ByRole {
    fn passphrase(&mut self, role: Role, _: &Path) -> Result<Passphrase, PassphraseError> {
        Ok(passphrase(match role {
            Role::Issue => "from the descriptor",
            Role::Status => "for all",
            Role::Log => "for one",
        }))
    }
}

#[test]
fn a_passphrase_comes_from_a_descriptor_then_from_the_environment() {
    let register = TestRegister::minimal();
    let program = env!("CARGO_BIN_EXE_attestar");
    let script = "printf 'from the descriptor\\nsecond line\\n' | \
                  \"$0\" key new issue --passphrase-fd 3 3<&0 </dev/null";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, program]).current_dir(register.root());
    Run::of(shell.env("ATTESTAR_PASSPHRASE", "from the environment")).success();
    let environment = [("ATTESTAR_PASSPHRASE", "for all"), ("ATTESTAR_LOG_PASSPHRASE", "for one")];
    with(&register, &environment, &["key", "new", "status", "log"]).success();
    keyring::open(register.root(), &Signing::default(), &mut ByRole).unwrap();
}

#[test]
fn without_a_passphrase_nothing_is_written() {
    let register = TestRegister::minimal();
    let before = register.files();
    for environment in [&[][..], &[("ATTESTAR_PASSPHRASE", "")]] {
        let run = with(&register, environment, &["key", "new"]).code(2);
        assert!(run.stderr.contains("the issue key needs a passphrase"), "{}", run.stderr);
        assert!(run.stderr.contains("`ATTESTAR_PASSPHRASE`"), "{}", run.stderr);
    }
    let run = register.attestar(["key", "new", "--passphrase-fd", "77"]).code(2);
    assert!(run.stderr.contains("file descriptor 77"), "{}", run.stderr);
    register.attestar(["key", "new", "--passphrase-fd", "3", "--unencrypted"]).code(2);
    register.attestar(["key", "new", "witness"]).code(2);
    assert!(register.files() == before);
}

#[test]
fn a_private_key_is_never_printed() {
    let register = TestRegister::minimal();
    let mut said = String::new();
    for arguments in [
        &["key", "new", "--unencrypted"][..],
        &["key", "show"],
        &["key", "show", "--json"],
        &["key", "rotate", "issue", "--unencrypted"],
        &["key", "rotate", "log", "--unencrypted"],
        &["key", "show"],
    ] {
        let run = register.attestar(arguments).success();
        said += &(run.stdout + &run.stderr);
    }
    let mut seeds = 0;
    for entry in fs::read_dir(register.path("keys")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let Some(body) = text.lines().find(|line| line.starts_with("MC4CAQ")) else { continue };
        let der = attestar::proof::from_base64(body).unwrap();
        let seed = &der[der.len() - 32..];
        seeds += 1;
        for spelled in
            [hex(seed), base64(seed), base64url(seed), multibase_base58(seed), body.into()]
        {
            let spelled = spelled.trim_start_matches('z').trim_end_matches('=');
            assert!(!said.contains(spelled), "{said}");
        }
    }
    assert_eq!(seeds, 5);
}

#[test]
fn a_rotated_key_stays_beside_the_new_one_under_its_name_in_did_json() {
    let register = TestRegister::minimal();
    new_keys(&register).success();
    let issue =
        keyring::public_half(&register.path("keys/issue.pem"), Role::Issue).unwrap().unwrap();
    let did = Did::of("https://register.example").unwrap();
    let method = Method { fragment: "k2026-1".into(), key: issue, used_for: Use::Assertion };
    let document = DidDocument { did, methods: vec![method] };
    let register = register.write("ledger/keys/did.json", document.text());
    let data = shown(&register);
    assert_eq!(data["issue"]["verification_method"], "did:web:register.example#k2026-1");
    assert_eq!(data["status"]["verification_method"], Value::Null);

    let rotate =
        |role| with(&register, &[("ATTESTAR_PASSPHRASE", "new")], &["key", "rotate", role]);
    let run = rotate("issue").success();
    assert!(run.stderr.contains("keys/issue-k2026-1.pem"), "{}", run.stderr);
    let half = |name, role| keyring::public_half(&register.path(name), role).unwrap().unwrap();
    assert_eq!(half("keys/issue-k2026-1.pem", Role::Issue), issue);
    let new = half("keys/issue.pem", Role::Issue);
    assert_ne!(new, issue);
    assert!(run.stdout.contains(&new.multikey()), "{}", run.stdout);
    // Not in did.json: the day names it.
    let run = rotate("status").success();
    assert!(run.stderr.contains("keys/status-20"), "{}", run.stderr);
    let log = half("keys/log.pem", Role::Log);
    rotate("log").success();
    let data = shown(&register);
    assert_eq!(data["former_log"]["multikey"], log.multikey());
    assert_eq!(data["log"]["multikey"], half("keys/log.pem", Role::Log).multikey());
    let run = rotate("log").code(2);
    assert!(run.stderr.contains("log-former.pem` is there already"), "{}", run.stderr);
    assert!(run.stderr.contains("move it to your backups"), "{}", run.stderr);
    let names = fs::read_dir(register.path("keys")).unwrap().count();
    assert_eq!(names, 3 + 3 + 1);
}

#[test]
fn without_key_files_the_ledger_tells_the_public_halves() {
    let register = TestRegister::minimal();
    let run = register.attestar(["key", "show"]).code(2);
    assert!(run.stderr.contains("there is no issue key at"), "{}", run.stderr);
    assert!(run.stderr.contains("`attestar key new`"), "{}", run.stderr);
    let [issue, status, log] = Role::ALL.map(|role| keyring::demo_key(role).verifying_key());
    let method = |fragment: &str, key: VerifyingKey| Method {
        fragment: fragment.into(),
        key,
        used_for: Use::Assertion,
    };
    let document = DidDocument {
        did: Did::of("https://register.example").unwrap(),
        methods: vec![method("k2026-1", issue), method("s2026-1", status)],
    };
    let origin = document.did.log_origin();
    let vkey =
        attestar::tlog::VerifierKey::new(&origin, attestar::tlog::NoteAlgorithm::Ed25519, log);
    let vkey = vkey.unwrap().to_string();
    let policy = format!("log {vkey} https://register.example/ledger\nquorum none\n");
    let register =
        register.write("ledger/keys/did.json", document.text()).write("ledger/policy", policy);
    let data = shown(&register);
    assert_eq!(data["issue"]["place"], "as the ledger says");
    assert_eq!(data["issue"]["verification_method"], "did:web:register.example#k2026-1");
    assert_eq!(data["status"]["multikey"], status.multikey());
    assert_eq!(data["log"]["vkey"], vkey);
    assert_eq!(data["log"]["demo"], true);
    let run = register.attestar(["key", "show"]).success();
    assert!(run.stdout.contains("DEMO KEY: everybody has it"), "{}", run.stdout);
}

#[test]
fn keys_stand_where_register_toml_says() {
    let signing = "[signing]\nissue = \"../safe/i.pem\"\nlog = { command = [\"hsm\", \"sign\"], public = \
                   \"z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2\" }\n";
    let register = TestRegister::minimal();
    let inside = register.path("inside");
    let text = register.read("register.toml") + signing;
    support::write_file(&inside.join("register.toml"), text.as_bytes());
    let attestar = |arguments: &[&str]| {
        let mut command = register.command(["-C", inside.to_str().unwrap()]);
        Run::of(command.env("ATTESTAR_PASSPHRASE", "x").args(arguments))
    };
    attestar(&["key", "new"]).success();
    assert!(register.path("safe/i.pem").exists() && !inside.join("keys").exists());
    let run = attestar(&["key", "show"]).success();
    assert!(run.stdout.contains("log: behind the command `hsm`"), "{}", run.stdout);
    assert!(!run.stdout.contains("status:"), "{}", run.stdout);
    let run = attestar(&["key", "rotate", "log"]).code(2);
    assert!(run.stderr.contains("is behind a command"), "{}", run.stderr);
    let run = attestar(&["key", "rotate", "status"]).code(2);
    assert!(run.stderr.contains("has no status key"), "{}", run.stderr);
    let run = attestar(&["key", "new", "status", "--dir", "."]).success();
    assert!(run.stderr.contains("status.pem\""), "{}", run.stderr);
}

#[test]
fn what_does_not_open_says_why_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let signing = Signing::default();
    let open = |text: &str| keyring::open(folder.path(), &signing, &mut passphrase(text));
    let error = open("a").unwrap_err().to_string();
    assert!(error.contains("keys/issue.pem") && error.contains("attestar key new"), "{error}");
    let secret = passphrase("a");
    let path = |role: Role| folder.path().join(format!("keys/{role}.pem"));
    for role in Role::ALL {
        keyring::create(&path(role), role, Protection::Passphrase(&secret)).unwrap();
    }
    let error = open("b").unwrap_err().to_string();
    assert!(
        error.contains("the passphrase does not open") && error.contains("issue.pem"),
        "{error}"
    );
    fs::set_permissions(path(Role::Status), Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(path(Role::Status)).is_err() {
        assert!(open("a").unwrap_err().to_string().contains("cannot read the status key"));
    }
    fs::set_permissions(path(Role::Status), Permissions::from_mode(0o600)).unwrap();
    open("a").unwrap();
    // The log key may not sign certificates as well.
    fs::copy(path(Role::Issue), path(Role::Log)).unwrap();
    let error = open("a").unwrap_err();
    assert!(matches!(error, KeyringError::Shared { .. }), "{error}");
}

/// One passphrase, and whose it was.
struct Asked(Vec<Role>);

impl Passphrases for Asked {
    fn passphrase(&mut self, role: Role, _: &Path) -> Result<Passphrase, PassphraseError> {
        self.0.push(role);
        Ok(passphrase("a"))
    }
}

#[test]
fn a_status_edition_opens_no_issue_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut made = Vec::new();
    for role in Role::ALL {
        let path = folder.path().join(format!("keys/{role}.pem"));
        made.push(keyring::create(&path, role, Protection::Passphrase(&passphrase("a"))).unwrap());
    }
    let (mut asked, roles) = (Asked(Vec::new()), [Role::Status, Role::Log]);
    let keys = keyring::open_for(folder.path(), &Signing::default(), &roles, &mut asked).unwrap();
    assert_eq!(asked.0, roles);
    assert_eq!(keys.issue.verifying_key(), made[0]);
    let refused = keys.issue.sign_one(b"x");
    assert!(matches!(refused, Err(SignerError::Closed { .. })));
    assert!(keys.status().sign_one(b"x").is_ok() && keys.log.sign_one(b"x").is_ok());
    assert!(format!("{keys:?}").contains("z6Mk"));
}

#[test]
fn the_demo_keys_are_those_in_this_repository() {
    for role in Role::ALL {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = path.join(format!("tests/support/demo-keys/{role}.pem"));
        assert_eq!(fs::read_to_string(&path).unwrap(), keyring::demo_file(role));
        let key = keyring::public_half(&path, role).unwrap().unwrap();
        assert!(keyring::is_demo(&key));
    }
}

/// Runs openssl in a folder; its output. Nothing where it is not installed.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let run = Command::new("openssl").args(arguments).current_dir(folder).output();
    let Ok(output) = run else {
        eprintln!("SKIPPED: openssl is not installed");
        return None;
    };
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {words}");
    Some(output.stdout)
}

/// The last 32 bytes of a public key's DER are the key.
fn of_der(der: &[u8]) -> VerifyingKey {
    VerifyingKey::from_bytes(der[der.len() - 32..].try_into().unwrap()).unwrap()
}

#[test]
fn what_openssl_writes_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| openssl(folder.path(), arguments);
    let Some(_) = openssl(&["genpkey", "-algorithm", "ed25519", "-out", "plain.pem"]) else {
        return;
    };
    let public =
        of_der(&openssl(&["pkey", "-in", "plain.pem", "-pubout", "-outform", "DER"]).unwrap());
    let path = |name: &str| folder.path().join(name);
    assert_eq!(keyring::public_half(&path("plain.pem"), Role::Log).unwrap(), Some(public));
    for (name, how) in [
        ("scrypt.pem", &["-scrypt"][..]),
        ("pbkdf2.pem", &["-v2", "aes-256-cbc"]),
        ("sha512.pem", &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"]),
        ("aes128.pem", &["-v2", "aes-128-cbc", "-iter", "10000"]),
    ] {
        let words = ["pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:秘密", "-out", name];
        openssl(&[&words, how].concat()).unwrap();
        assert_eq!(keyring::public_half(&path(name), Role::Log).unwrap(), None, "{name}");
        let opened = keyring::opened_half(&path(name), Role::Log, &mut passphrase("秘密"));
        assert_eq!(opened.unwrap(), public, "{name}");
        let wrong = keyring::opened_half(&path(name), Role::Log, &mut passphrase("公开"));
        assert!(matches!(wrong, Err(KeyringError::WrongPassphrase { .. })), "{name}");
    }
    // An old cipher is named as such, not taken for a wrong passphrase.
    for how in [&["-v2", "des3"][..], &["-v1", "PBE-SHA1-3DES"]] {
        let words =
            ["pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:x", "-out", "old.pem"];
        openssl(&[&words, how].concat()).unwrap();
        let error = keyring::opened_half(&path("old.pem"), Role::Log, &mut passphrase("x"));
        assert!(matches!(error, Err(KeyringError::NotAKey { .. })), "{error:?}");
    }
}

#[test]
fn openssl_opens_what_is_written_here_and_its_signatures_are_ours() {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| openssl(folder.path(), arguments);
    let path = |name: &str| folder.path().join(name);
    let secret = passphrase("correct horse");
    let encrypted = keyring::create(&path("a.pem"), Role::Log, Protection::Passphrase(&secret));
    let plain = keyring::create(&path("b.pem"), Role::Log, Protection::Unencrypted).unwrap();
    let public = ["pkey", "-pubout", "-outform", "DER", "-passin", "pass:correct horse", "-in"];
    let Some(der) = openssl(&[&public[..], &["a.pem"]].concat()) else { return };
    assert_eq!(of_der(&der), encrypted.unwrap());
    assert_eq!(of_der(&openssl(&[&public[..], &["b.pem"]].concat()).unwrap()), plain);
    support::write_file(&path("message"), b"checkpoint\n");
    let sign = ["pkeyutl", "-sign", "-rawin", "-inkey", "b.pem", "-in", "message"];
    let signature = openssl(&sign).unwrap().try_into().unwrap();
    assert_eq!(plain.verify(b"checkpoint\n", &signature), Ok(()));
}

#[test]
fn a_key_that_others_can_read_is_opened_with_a_warning() {
    let register = TestRegister::minimal().replace(
        "register.toml",
        "https://register.example\"",
        "https://register.example.com\"",
    );
    new_keys(&register).success();
    let seal = |at: &[&str]| {
        with(&register, &[("ATTESTAR_PASSPHRASE", "correct horse")], &[&["seal"], at].concat())
    };
    let warning = "warning: others on this machine can read the status key: `chmod 600 ";
    let allow = |mode| {
        let file = register.path("keys/status.pem");
        fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
    };
    allow(0o644);
    let run = seal(&[]).success();
    assert_eq!(run.stderr.matches("warning: others").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    allow(0o600);
    let run = seal(&["--renew"]).success();
    assert!(!run.stderr.contains("warning: others"), "{}", run.stderr);
    // Everybody has the demo keys.
    let demo = TestRegister::minimal().keyed();
    fs::set_permissions(demo.path("keys/issue.pem"), Permissions::from_mode(0o644)).unwrap();
    let run = demo.seal(support::sealing::FIRST).success();
    assert!(!run.stderr.contains("warning: others"), "{}", run.stderr);
}
