//! Links and pictures: what they name, and what of that may stand in a page.

use std::{fmt::Write as _, ops::Range};

use pulldown_cmark::{Event, LinkType, Parser, Tag};

use crate::markdown::OPTIONS;

/// What refers to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A link, to be followed.
    Link,
    /// A picture, to be shown.
    Image,
}

/// Where a destination leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To this address, as it is to stand in the page.
    Href(String),
    /// To what ought to be there and is not.
    Missing,
    /// To where this link or picture may not lead.
    Foreign,
}

/// Knows where destinations lead on the page that is being made.
pub trait Links {
    /// Where a destination leads that stands in the text. What is no safe address is not linked
    /// whatever the answer.
    fn resolve(&self, destination: &str, kind: LinkKind) -> Target;
}

/// A link or picture of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which of them.
    pub kind: LinkKind,
    /// As it is written, without escapes and entities.
    pub destination: String,
    /// The bytes of the whole link or picture.
    pub span: Range<usize>,
}

/// All links and pictures of a text, in order.
pub fn references(text: &str) -> Vec<Reference> {
    let events = Parser::new_ext(text, OPTIONS).into_offset_iter();
    let reference = |(event, span)| {
        let (kind, destination) = match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                (LinkKind::Link, destination(link_type, &dest_url))
            }
            Event::Start(Tag::Image { dest_url, .. }) => (LinkKind::Image, dest_url.into_string()),
            _ => return None,
        };
        Some(Reference { kind, destination, span })
    };
    events.filter_map(reference).collect()
}

/// Where a link leads; the parser leaves out the scheme of a mail address in angle brackets.
pub(super) fn destination(link_type: LinkType, url: &str) -> String {
    if link_type == LinkType::Email { format!("mailto:{url}") } else { url.to_owned() }
}

/// How far an address reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// This site.
    Inside,
    /// The web.
    Outside,
    /// A mailbox.
    Mail,
    /// Anything else: another scheme, another host by `//`, or what browsers read otherwise than
    /// it looks.
    Unsafe,
}

/// How far an address reaches.
pub(super) fn reach(href: &str) -> Reach {
    // Browsers drop white space around an address and line breaks in it, and read `\` as `/`.
    if href.trim() != href || href.contains(|c: char| c.is_control() || c == '\\') {
        return Reach::Unsafe;
    }
    let scheme = href.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
    let Some((scheme, _)) = scheme else {
        return if href.starts_with("//") { Reach::Unsafe } else { Reach::Inside };
    };
    let rest = href.get(scheme.len() + 1..).unwrap_or_default();
    let host = rest.strip_prefix("//").is_some_and(|host| !host.starts_with(['/', '?', '#']));
    match &*scheme.to_ascii_lowercase() {
        "http" | "https" if host && rest.len() > 2 => Reach::Outside,
        "mailto" if !rest.is_empty() => Reach::Mail,
        _ => Reach::Unsafe,
    }
}

/// The address of a link or picture, if it may have one, with what else its tag needs.
pub(super) fn href(
    links: &dyn Links,
    destination: &str,
    kind: LinkKind,
) -> Option<(String, Reach)> {
    let Target::Href(href) = links.resolve(destination, kind) else { return None };
    let reach = reach(&href);
    let allowed = match kind {
        LinkKind::Link => reach != Reach::Unsafe,
        LinkKind::Image => reach == Reach::Inside,
    };
    allowed.then(|| (encode(&href), reach))
}

/// An address as the value of an attribute: what no address may hold is percent-encoded.
fn encode(href: &str) -> String {
    let mut encoded = String::with_capacity(href.len());
    for byte in href.bytes() {
        match byte {
            b'&' => encoded.push_str("&amp;"),
            b'\'' => encoded.push_str("&#39;"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            _ if b"-._~:/?#[]@!$()*+,;=%".contains(&byte) => encoded.push(char::from(byte)),
            _ => write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail"),
        }
    }
    encoded
}

/// A text as the value of an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_mail_and_this_site_are_safe() {
        for href in
            ["a.html", "../a/b.html?x#y", "#x", "", "a/b:c", "?a:b", "#a:b", "/a", "级别.html"]
        {
            assert_eq!(reach(href), Reach::Inside, "{href:?}");
        }
        for href in ["http://x.example", "HTTPS://x.example/a:b", "https://[::1]/"] {
            assert_eq!(reach(href), Reach::Outside, "{href:?}");
        }
        assert_eq!(reach("MailTo:a@b.example"), Reach::Mail);
        for href in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "java\tscript:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            " javascript:x",
            "x ",
            "\u{a0}x",
            "vbscript:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "//host/x",
            "///host",
            "/\\host",
            "\\\\host",
            "http:x",
            "https://",
            "https:///x",
            "https:\\\\x",
            "mailto:",
            ":x",
            "a:b",
            "级别:x",
        ] {
            assert_eq!(reach(href), Reach::Unsafe, "{href:?}");
        }
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        assert_eq!(encode("a b\"<>'&{{级%20"), "a%20b%22%3C%3E&#39;&amp;%7B%7B%E7%BA%A7%20");
        assert_eq!(escape("<a b=\"c\">'&"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;");
    }

    #[test]
    fn references_are_found_where_they_stand() {
        let text = "[a](b.md) ![c](d&amp;e.png \"t\")\n\n<me@x.example> [r]\n\n[r]: <f g>\n";
        let found: Vec<_> = references(text)
            .into_iter()
            .map(|r| (r.kind, r.destination, text.get(r.span).unwrap().to_owned()))
            .collect();
        let expected = [
            (LinkKind::Link, "b.md", "[a](b.md)"),
            (LinkKind::Image, "d&e.png", "![c](d&amp;e.png \"t\")"),
            (LinkKind::Link, "mailto:me@x.example", "<me@x.example>"),
            (LinkKind::Link, "f g", "[r]"),
        ];
        assert_eq!(found, expected.map(|(k, d, s)| (k, d.to_owned(), s.to_owned())));
    }
}
