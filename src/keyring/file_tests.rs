use super::*;
use ::pkcs8::LineEnding;
use std::fs;
use tempfile::TempDir;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn nobody() -> Result<Passphrase, KeyringError> {
    panic!("asked for a passphrase")
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("issue.pem")
    }

    /// Writes the file with what `change` makes of its text.
    fn change(&self, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.path()).unwrap();
        fs::remove_file(self.path()).unwrap();
        output::create_private(&self.path(), change(text).as_bytes()).unwrap();
    }

    fn text(&self, text: &str) -> Result<SigningKey, KeyringError> {
        drop(fs::remove_file(self.path()));
        output::create_private(&self.path(), text.as_bytes()).unwrap();
        open(&self.path(), Role::Issue, || Ok(passphrase("x")))
    }
}

#[test]
fn a_key_is_opened_with_its_passphrase_and_no_other() {
    let folder = Folder::new();
    let secret = passphrase("correct horse 证书");
    let made = create(&folder.path(), Role::Issue, Protection::Passphrase(&secret)).unwrap();
    assert_eq!(public_half(&folder.path(), Role::Issue).unwrap(), Some(made));
    let opened = open(&folder.path(), Role::Issue, || Ok(secret.clone())).unwrap();
    assert_eq!(opened.verifying_key(), made);
    let wrong = open(&folder.path(), Role::Issue, || Ok(passphrase("correct horse")));
    assert!(matches!(wrong, Err(KeyringError::WrongPassphrase { .. })));
    let text = fs::read_to_string(folder.path()).unwrap();
    assert!(text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{text}");
    assert!(text.contains(&format!("\nAttestar-Public: {}\n", made.multikey())), "{text}");
    // Windows' line ends, and a note that somebody wrote above and below.
    folder.change(|text| format!("My key.\n{text}\nKeep it.\n").replace('\n', "\r\n"));
    assert_eq!(open(&folder.path(), Role::Issue, || Ok(secret)).unwrap().verifying_key(), made);
}

#[test]
fn an_unencrypted_key_is_opened_without_asking() {
    let folder = Folder::new();
    let made = create(&folder.path(), Role::Log, Protection::Unencrypted).unwrap();
    assert_eq!(open(&folder.path(), Role::Log, nobody).unwrap().verifying_key(), made);
    assert_eq!(public_half(&folder.path(), Role::Log).unwrap(), Some(made));
    assert!(fs::read_to_string(folder.path()).unwrap().contains("NOT ENCRYPTED"));
    // Without the lines above it the private half tells.
    folder.change(|text| text.lines().skip(2).fold(String::new(), |all, line| all + line + "\n"));
    assert_eq!(public_half(&folder.path(), Role::Log).unwrap(), Some(made));
}

#[test]
fn two_keys_are_never_the_same_and_none_is_written_over() {
    let folder = Folder::new();
    let made = create(&folder.path(), Role::Issue, Protection::Unencrypted).unwrap();
    let again = create(&folder.path(), Role::Issue, Protection::Unencrypted);
    assert!(matches!(again, Err(KeyringError::Output(output::OutputError::Exists { .. }))));
    assert_eq!(open(&folder.path(), Role::Issue, nobody).unwrap().verifying_key(), made);
    let other = folder.path().with_file_name("other.pem");
    assert_ne!(create(&other, Role::Issue, Protection::Unencrypted).unwrap(), made);
}

#[test]
fn a_wrong_public_half_is_noticed() {
    let folder = Folder::new();
    let secret = passphrase("x");
    let made = create(&folder.path(), Role::Issue, Protection::Passphrase(&secret)).unwrap();
    let other = SigningKey::from_seed([9; 32]).verifying_key();
    folder.change(|text| text.replace(&made.multikey(), &other.multikey()));
    assert_eq!(public_half(&folder.path(), Role::Issue).unwrap(), Some(other));
    let error = open(&folder.path(), Role::Issue, || Ok(secret)).unwrap_err();
    assert!(matches!(error, KeyringError::WrongPublicHalf { .. }), "{error}");
    let error = error.to_string();
    assert!(error.contains(&made.multikey()) && error.contains(&other.multikey()), "{error}");
    folder.change(|text| text.replace(&other.multikey(), "z6Mk"));
    let error = public_half(&folder.path(), Role::Issue).unwrap_err();
    assert!(error.to_string().contains("`Attestar-Public` is damaged"), "{error}");
}

#[test]
fn version_2_states_a_public_half_that_is_compared() {
    // RFC 8410, 10.3: the same private key, in version 1 and with attributes in version 2.
    let one = "-----BEGIN PRIVATE KEY-----\n\
               MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
               -----END PRIVATE KEY-----\n";
    let two = "-----BEGIN PRIVATE KEY-----\n\
               MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
               oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
               Z9w7lshQhqowtrbLDFw4rXAxZuE=\n\
               -----END PRIVATE KEY-----\n";
    let folder = Folder::new();
    let key = folder.text(one).unwrap().verifying_key();
    assert_eq!(folder.text(two).unwrap().verifying_key(), key);
    let error = folder.text(&two.replace("Gb9ECW", "Gb8ECW")).unwrap_err();
    assert!(matches!(error, KeyringError::WrongPublicHalf { place: "its PKCS#8", .. }), "{error}");
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    let folder = Folder::new();
    let pem = |label: &str, body: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    let x25519 = "MC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    for (text, why) in [
        (String::new(), "no PEM text"),
        ("-----BEGIN PRIVATE KEY-----\nMC4C".to_owned(), "no PEM text"),
        (pem("PRIVATE KEY", "MC4?"), "PEM text is damaged"),
        (pem("PRIVATE KEY", "MC4CAQAw"), "damaged"),
        (pem("PRIVATE KEY", x25519), "a key of another kind"),
        (pem("PUBLIC KEY", x25519), "something else"),
        (pem("EC PRIVATE KEY", x25519), "something else"),
        (pem("ENCRYPTED PRIVATE KEY", "MC4CAQAw"), "damaged"),
    ] {
        let error = folder.text(&text).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("issue.pem"), "{text}: {error}");
    }
    let absent = open(&folder.path().with_file_name("no.pem"), Role::Log, nobody).unwrap_err();
    assert!(absent.to_string().contains("attestar key new"), "{absent}");
}

#[test]
fn a_file_that_would_use_up_all_memory_is_not_opened() {
    let folder = Folder::new();
    let secret = passphrase("x");
    create(&folder.path(), Role::Issue, Protection::Passphrase(&secret)).unwrap();
    let text = fs::read_to_string(folder.path()).unwrap();
    let (_, document) = SecretDocument::from_pem(split(&text).unwrap().1).unwrap();
    // INTEGER 16384 is the cost: 2^14. The lengths stay.
    let at = document.as_bytes().windows(4).position(|four| four == [2, 2, 0x40, 0]).unwrap();
    for (cost, times) in [([0x7f, 0xff], 5), ([0, 1], 5), ([0x40, 0], 0), ([0x40, 0], 0x7f)] {
        let mut bytes = document.as_bytes().to_vec();
        bytes[at + 2..at + 4].copy_from_slice(&cost);
        bytes[at + 9] = times;
        let pem = SecretDocument::try_from(bytes).unwrap();
        let pem = pem.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).unwrap();
        let error = folder.text(&pem).unwrap_err().to_string();
        assert!(error.contains("memory") || error.contains("damaged"), "{cost:?} {times}: {error}");
    }
}
