//! As much of HTML as it takes to read the facts that a page marks.

use std::collections::BTreeMap;

/// An element that marks a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// Its attributes.
    pub(super) attributes: BTreeMap<String, String>,
    /// Its visible text, with single spaces.
    pub(super) text: String,
}

/// A page without what no reader sees: comments, scripts, styles and templates.
pub(super) fn shown(page: &str) -> String {
    const UNSEEN: [(&str, &str); 3] =
        [("<script", "</script"), ("<style", "</style"), ("<template", "</template")];
    let begins = |text: &str, tag: &str| {
        text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    let (mut shown, mut rest) = (String::with_capacity(page.len()), page);
    while let Some((words, _)) = rest.split_once('<') {
        shown.push_str(words);
        rest = rest.get(words.len()..).unwrap_or_default();
        let is_name = |c: char| !matches!(c, '>' | '/') && !c.is_ascii_whitespace();
        let unseen = UNSEEN.iter().find(|(open, _)| {
            begins(rest, open)
                && !rest.get(open.len()..).is_some_and(|rest| rest.starts_with(is_name))
        });
        let skipped = match unseen {
            // `<!-->` is a whole comment.
            None if begins(rest, "<!--") => {
                let ends = |end: &str| Some(rest.get(2..)?.find(end)? + 2 + end.len());
                [ends("-->"), ends("--!>")].into_iter().flatten().min().unwrap_or(rest.len())
            }
            None => {
                shown.push('<');
                1
            }
            Some((_, close)) => {
                let mut closes = rest.match_indices("</").map(|(at, _)| at);
                let ends = |at: &usize| rest.get(*at..).is_some_and(|rest| begins(rest, close));
                closes.find(ends).unwrap_or(rest.len())
            }
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    shown + rest
}

/// The description of a page for machines: its JSON-LD, where it has some.
pub(super) fn described(page: &str) -> Option<String> {
    let at = page.find("application/ld+json")?;
    let tag = tag_around(page, at)?;
    let (text, _) = page.get(tag.end..)?.split_once("</script")?;
    Some(text.to_owned())
}

/// The facts that a page marks with `data-fact`, and its words for them.
pub(super) fn facts(page: &str) -> BTreeMap<String, Vec<Marked>> {
    let mut facts: BTreeMap<String, Vec<Marked>> = BTreeMap::new();
    for (at, _) in page.match_indices("data-fact") {
        let Some(tag) = tag_around(page, at) else { continue };
        let attributes = attributes(tag.inside);
        let Some(fact) = attributes.get("data-fact").cloned() else { continue };
        let text = text_of(page.get(tag.end..).unwrap_or_default(), tag.name);
        facts.entry(fact).or_default().push(Marked { attributes, text });
    }
    facts
}

/// The attributes of the first element that has one of a name.
pub(super) fn first_with(page: &str, attribute: &str) -> Option<BTreeMap<String, String>> {
    page.match_indices(attribute).find_map(|(at, _)| {
        let found = attributes(tag_around(page, at)?.inside);
        found.contains_key(attribute).then_some(found)
    })
}

/// The text of the first element in a part of a page that has an attribute.
pub(super) fn text_with(part: &str, attribute: &str) -> Option<String> {
    part.match_indices(attribute).find_map(|(at, _)| {
        let tag = tag_around(part, at)?;
        let has = attributes(tag.inside).contains_key(attribute);
        has.then(|| text_of(part.get(tag.end..).unwrap_or_default(), tag.name))
    })
}

struct Tag<'p> {
    name: &'p str,
    inside: &'p str,
    /// Where its content begins.
    end: usize,
}

/// The longest tag that is read.
const TAG: usize = 16 * 1024;

/// The tag that a place of a page is in.
fn tag_around(page: &str, at: usize) -> Option<Tag<'_>> {
    let from = page.floor_char_boundary(at.saturating_sub(TAG));
    let open = from + page.get(from..at)?.rfind('<')?;
    let rest = page.get(open + 1..)?;
    let length = end_of_tag(rest)?;
    if open + 1 + length < at {
        return None; // The place is in the text after it.
    }
    let inside = rest.get(..length)?;
    let name_ends = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
    let (name, inside) = inside.split_at_checked(name_ends)?;
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic());
    named.then_some(Tag { name, inside, end: open + 1 + length + 1 })
}

/// The length of a tag up to its `>`, which does not count within quotes.
fn end_of_tag(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in rest.char_indices().take(TAG) {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(inside: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = inside.trim_start();
    while !rest.is_empty() {
        let ends = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/'));
        let (name, after) = rest.split_at_checked(ends.unwrap_or(rest.len())).unwrap_or((rest, ""));
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('=').map(str::trim_start) {
            None => ("", after.strip_prefix('/').unwrap_or(after)),
            Some(value) => quoted(value),
        };
        if !name.is_empty() {
            found.entry(name.to_ascii_lowercase()).or_insert_with(|| decoded(value));
        }
        rest = after.trim_start();
    }
    found
}

/// An attribute's value, and what follows.
fn quoted(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(text) = text.strip_prefix(quote) {
            return text.split_once(quote).unwrap_or((text, ""));
        }
    }
    let ends = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at_checked(ends).unwrap_or((text, ""))
}

/// The visible text of an element whose content begins a text.
fn text_of(content: &str, name: &str) -> String {
    let (mut text, mut depth, mut rest) = (String::new(), 0_u32, content);
    while let Some(at) = rest.find('<') {
        let (words, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push_str(words);
        let tag = tag.strip_prefix('<').unwrap_or_default();
        let Some(length) = end_of_tag(tag) else { break };
        let inside = tag.get(..length).unwrap_or_default();
        let is = |tag: &str| {
            let named = tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
            named && !tag.get(name.len()..).unwrap_or_default().starts_with(char::is_alphanumeric)
        };
        match inside.strip_prefix('/') {
            Some(closing) if is(closing) && depth == 0 => break,
            Some(closing) if is(closing) => depth -= 1,
            None if is(inside) => depth += 1,
            _ => {}
        }
        rest = tag.get(length + 1..).unwrap_or_default();
    }
    decoded(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with its character references resolved, as far as templates write them.
fn decoded(text: &str) -> String {
    let Some(first) = text.find('&') else { return text.to_owned() };
    let (plain, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
    let mut decoded = plain.to_owned();
    while let Some(after) = rest.strip_prefix('&') {
        let reference = after.split_once(';').filter(|(name, _)| name.len() <= 10);
        match reference.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((c, after)) => {
                decoded.push(c);
                rest = after;
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
        let next = rest.find('&').unwrap_or(rest.len());
        let (plain, after) = rest.split_at_checked(next).unwrap_or((rest, ""));
        decoded.push_str(plain);
        rest = after;
    }
    decoded
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{A0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_however_attributes_are_written() {
        let page = "<h1 class=x data-fact=holder>A &amp; B\n <i>c</i></h1>\
            <time datetime='2029-03-17' data-fact=\"until\">17 March 2029</time>\
            <div data-fact=status data-segments=\"valid 2026-03-18;expired 2029-03-18\"><p>x</p><div>y</div></div>z";
        let facts = facts(page);
        assert_eq!(facts["holder"][0].text, "A & B c");
        assert_eq!(facts["until"][0].attributes["datetime"], "2029-03-17");
        assert_eq!(facts["status"][0].text, "xy");
        assert_eq!(
            facts["status"][0].attributes["data-segments"],
            "valid 2026-03-18;expired 2029-03-18"
        );
    }

    #[test]
    fn what_no_reader_sees_is_no_fact() {
        let seen = "<h1 data-fact=holder>A</h1>";
        for unseen in [
            format!("<!--{seen}-->"),
            format!("<!-- {seen} --!>"),
            format!("<TEMPLATE>{seen}</template>"),
            format!("<script type=x>{seen}</SCRIPT >"),
            format!("<!-- {seen}"),
        ] {
            assert_eq!(facts(&shown(&unseen)), BTreeMap::new(), "{unseen}");
        }
        for page in [format!("<!-->{seen}-->"), format!("<styles>{seen}"), format!("<{seen}<")] {
            assert_eq!(facts(&shown(&page)).len(), 1, "{page}");
        }
        let page = "<script type=\"application/ld+json\">{\"a\":1}</script>";
        assert_eq!(described(page).unwrap(), "{\"a\":1}");
    }

    #[test]
    fn what_is_no_page_is_read_to_its_end() {
        for page in
            ["data-fact", "<data-fact", "<p data-fact", "<p data-fact=x", "<p data-fact=x>&#x;"]
        {
            let _ = facts(page);
        }
        assert_eq!(facts("text data-fact=\"level\" text"), BTreeMap::new());
        assert_eq!(decoded("&#20320;&#x597D;&unknown;&"), "你好&unknown;&");
    }
}
