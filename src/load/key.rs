//! Private keys in texts.

/// Whether a private key in PEM stands in a text: its header, and key material after it. A guide may
/// show the header alone.
pub fn holds_private_key(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("PRIVATE KEY-----") {
        let body = after.trim_start_matches(|c: char| c.is_whitespace() || c == '>' || c == '|');
        let is_key = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        if body.chars().take_while(is_key).count() >= 32 {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_from_talk_about_keys() {
        let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcH\n";
        assert!(holds_private_key(key));
        assert!(holds_private_key(&key.replace("PRIVATE", "ENCRYPTED PRIVATE")));
        assert!(!holds_private_key("a file begins with -----BEGIN PRIVATE KEY-----, and then …"));
        assert!(!holds_private_key("-----END PRIVATE KEY-----\n"));
    }
}
