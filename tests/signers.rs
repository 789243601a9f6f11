//! Keys behind a command, with scripts for commands: good ones, and each kind of bad one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic and be plain")]

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use attestar::config::KeyCommand;
use attestar::keyring::{External, Role, demo_key};
use attestar::proof::{Signer, SignerError};

fn external(command: &[&str], seconds: u64) -> External {
    let command = KeyCommand {
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        public: demo_key(Role::Issue).verifying_key(),
        timeout: Duration::from_secs(seconds),
    };
    External::new(Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(), &command)
}

fn node(key: &str, how: &str) -> External {
    let key = format!("tests/support/demo-keys/{key}.pem");
    external(&["node", "tests/support/signer.mjs", &key, how], 60)
}

fn shell(script: &str) -> External {
    external(&["sh", "-c", script], 60)
}

fn sign(signer: &External, count: u32) -> Result<Vec<[u8; 64]>, SignerError> {
    let messages: Vec<_> = (0..count).map(|number| [number.to_be_bytes(); 16].concat()).collect();
    signer.sign_all(&messages.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn a_command_signs_as_the_key_itself_would() {
    let signer = node("issue", "well");
    let key = demo_key(Role::Issue);
    assert_eq!(signer.verifying_key(), key.verifying_key());
    let messages: [&[u8]; 3] = [b"a note\n", &[0; 64], b""];
    assert_eq!(signer.sign_all(&messages).unwrap(), key.sign_all(&messages).unwrap());
    assert_eq!(signer.sign_one(b"x").unwrap(), key.sign(b"x"));
    assert_eq!(sign(&signer, 0).unwrap(), [[0; 64]; 0]);
    // How a script ends after its last answer says nothing about the answers.
    assert!(sign(&node("issue", "fails at the end"), 2).is_ok());
}

#[test]
fn no_batch_is_too_large_for_the_pipes() {
    // More than a pipe holds, in both directions: answered one by one, and all at the end.
    for how in ["well", "hoards"] {
        assert_eq!(sign(&node("issue", how), 4000).unwrap().len(), 4000, "{how}");
    }
}

#[test]
fn an_answer_that_is_no_signature_stops_everything() {
    let error = sign(&node("issue", "wrong"), 5).unwrap_err();
    assert!(matches!(error, SignerError::Wrong { answer: 3, .. }), "{error}");
    let error = sign(&node("status", "well"), 5).unwrap_err();
    assert!(matches!(error, SignerError::Wrong { answer: 1, .. }), "{error}");
    let public = demo_key(Role::Issue).verifying_key().multikey();
    assert!(error.to_string().contains(&public), "{error}");
    let error = sign(&shell("head -c 128 /dev/zero"), 2).unwrap_err();
    assert!(matches!(error, SignerError::Wrong { answer: 1, .. }), "{error}");
    let error = sign(&shell("yes 'Enter PIN:' | head -20"), 2).unwrap_err();
    assert!(matches!(error, SignerError::Wrong { answer: 1, .. }), "{error}");
}

#[test]
fn a_command_that_ends_early_is_told_from_one_that_cannot_be_started() {
    let error = sign(&node("issue", "leaves"), 5).unwrap_err();
    assert!(matches!(error, SignerError::Ended { answered: 2, asked: 5, .. }), "{error}");
    assert!(error.to_string().contains("exit status: 7"), "{error}");
    let error = sign(&shell("exit 3"), 4000).unwrap_err();
    assert!(matches!(error, SignerError::Ended { answered: 0, .. }), "{error}");
    let error = sign(&shell("echo no token; exit 1"), 1).unwrap_err();
    assert!(error.to_string().contains("with 9 bytes that are no signature"), "{error}");
    for command in [&["./no-such-signer"][..], &["no-such-signer", "x"], &["tests/vectors.rs"]] {
        let error = sign(&external(command, 60), 1).unwrap_err();
        assert!(matches!(error, SignerError::Start { .. }), "{error}");
        assert!(error.to_string().contains(&command.join(" ")), "{error}");
    }
}

#[test]
fn an_answer_that_is_too_short_is_an_error_and_so_is_one_too_many() {
    // The next answer fills the short one up, and is wrong; the last one has nothing behind it.
    let error = sign(&node("issue", "short"), 5).unwrap_err();
    assert!(matches!(error, SignerError::Wrong { answer: 3, .. }), "{error}");
    let error = sign(&node("issue", "short"), 3).unwrap_err();
    assert!(matches!(error, SignerError::Ended { answered: 2, asked: 3, .. }), "{error}");
    let error = sign(&node("issue", "talks"), 3).unwrap_err();
    assert!(matches!(error, SignerError::Extra { asked: 3, .. }), "{error}");
}

#[test]
fn a_command_that_gives_no_answer_is_not_waited_for_for_ever() {
    // A grandchild holds the pipes on; nobody waits for it either.
    let error = sign(&external(&["sh", "-c", "sleep 30 & sleep 30"], 1), 4000).unwrap_err();
    assert!(matches!(error, SignerError::Late { seconds: 1, answered: 0, .. }), "{error}");
    assert!(error.to_string().contains("`timeout` in `[signing]`"), "{error}");
}

#[test]
fn who_waits_for_a_command_is_told_so_once() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let waiting = move |command: &str| heard.lock().unwrap().push(command.to_owned());
    let slow = external(&["sh", "-c", "sleep 30"], 4).with_waiting(Some(Arc::new(waiting)));
    assert!(matches!(sign(&slow, 3), Err(SignerError::Late { seconds: 4, .. })));
    assert_eq!(*told.lock().unwrap(), ["sh -c sleep 30"]);
    sign(&node("issue", "well"), 3).unwrap();
    assert_eq!(told.lock().unwrap().len(), 1);
}
