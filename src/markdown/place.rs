//! What a link's destination names.

/// What a destination in a Markdown file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address on the web, or of a mailbox.
    Web,
    /// A file of the register.
    File {
        /// Relative to the register's root, with `/` between its parts.
        path: String,
        /// The part after `#`.
        anchor: Option<String>,
    },
    /// Neither: another scheme, an absolute path, or a path that leaves the register.
    Unsafe,
}

/// What a destination names that stands in a file of the register (its path relative to the root,
/// with `/` between its parts). `#part` alone names the file itself.
pub fn resolve(file: &str, destination: &str) -> Place {
    let destination = destination.trim();
    let lower = destination.to_ascii_lowercase();
    if ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)) {
        let plain = !destination.chars().any(|c| c.is_whitespace() || c.is_control());
        return if plain { Place::Web } else { Place::Unsafe };
    }
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (destination, None),
    };
    let outside = path.starts_with('/') || path.contains([':', '\\', '?', '\0', '%']);
    if outside || (path.is_empty() && anchor.is_none()) {
        return Place::Unsafe;
    }
    if path.is_empty() {
        return Place::File { path: file.to_owned(), anchor };
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.len() > 1 => {
                parts.pop();
            }
            ".." => return Place::Unsafe,
            part => parts.push(part),
        }
    }
    Place::File { path: parts.join("/"), anchor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(destination: &str) -> Option<String> {
        match resolve("content/certificates/2026/A.md", destination) {
            Place::File { path, .. } => Some(path),
            _ => None,
        }
    }

    #[test]
    fn relative_destinations_name_files() {
        assert_eq!(path("B.md").as_deref(), Some("content/certificates/2026/B.md"));
        assert_eq!(path("../../guidance/x.md#a").as_deref(), Some("content/guidance/x.md"));
        assert_eq!(path("#a").as_deref(), Some("content/certificates/2026/A.md"));
    }

    #[test]
    fn nothing_leads_out_of_the_register() {
        for bad in [
            "../../../register.toml/../..",
            "/etc/passwd",
            "//host/x",
            "javascript:x",
            "a%2f..",
            "",
        ] {
            assert_eq!(path(bad), None, "{bad}");
        }
        assert_eq!(resolve("content/a.md", "../../etc/passwd"), Place::Unsafe);
        assert_eq!(resolve("content/a.md", "HTTPS://x.example/"), Place::Web);
        assert_eq!(resolve("content/a.md", "https://x example"), Place::Unsafe);
    }
}
