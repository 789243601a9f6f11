//! As much of XML as the parts of a workbook need: elements by name, attributes, texts. Nothing is
//! expanded but characters.

/// An element: its attributes as they are written, and what is in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'x> {
    about: &'x str,
    pub(super) inner: &'x str,
}

impl Element<'_> {
    /// The value of an attribute, or nothing.
    pub(super) fn attribute(&self, name: &str) -> String {
        self.find(|known| known == name)
    }

    /// The value of the attribute whose name ends so.
    pub(super) fn attribute_ending(&self, ending: &str) -> String {
        self.find(|known| known.ends_with(ending))
    }

    fn find(&self, is: impl Fn(&str) -> bool) -> String {
        let mut rest = self.about;
        while let Some((name, after)) = rest.split_once("=\"") {
            let Some((value, after)) = after.split_once('"') else { break };
            if is(name.rsplit(char::is_whitespace).next().unwrap_or_default()) {
                return unescaped(value);
            }
            rest = after;
        }
        String::new()
    }
}

/// The elements of a name, one after the other. None of them stands in another of its name.
pub(super) fn elements<'x>(xml: &'x str, name: &'x str) -> impl Iterator<Item = Element<'x>> {
    let mut rest = xml;
    std::iter::from_fn(move || next(&mut rest, &[name]).map(|(_, element)| element))
}

/// The next element that has one of some names, and which.
fn next<'x, 'n>(rest: &mut &'x str, names: &[&'n str]) -> Option<(&'n str, Element<'x>)> {
    loop {
        let (_, after) = rest.split_once('<')?;
        *rest = after;
        if let Some(comment) = after.strip_prefix("!--") {
            *rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let found = names.iter().find_map(|name| Some((*name, begins(after, name)?)));
        let Some((name, about)) = found else { continue };
        let (about, after) = about.split_once('>')?;
        *rest = after;
        if let Some(about) = about.strip_suffix('/') {
            return Some((name, Element { about, inner: "" }));
        }
        let (inner, left) = after.split_at_checked(end_of(after, name)?)?;
        *rest = left;
        return Some((name, Element { about, inner }));
    }
}

/// What follows the name of a tag, where it is that name, with a prefix or without.
fn begins<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    let end = tag.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))?;
    let (found, rest) = tag.split_at_checked(end)?;
    let local = found.rsplit(':').next().unwrap_or(found);
    let ends = rest.starts_with(|c: char| c.is_whitespace() || c == '/' || c == '>');
    (local == name && ends).then_some(rest)
}

/// Where the closing tag of a name begins.
fn end_of(xml: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + xml.get(from..)?.find("</")?;
        let tag = xml.get(at + 2..)?;
        if begins(tag, name).is_some() {
            return Some(at);
        }
        from = at + 2;
    }
}

/// The text of a cell or a shared string, without the reading that East Asian spreadsheets keep
/// beside it.
pub(super) fn texts(xml: &str) -> String {
    let (mut rest, mut joined) = (xml, String::new());
    while let Some((name, element)) = next(&mut rest, &["t", "rPh"]) {
        if name == "t" {
            joined.push_str(&unescaped(element.inner));
        }
    }
    without_codes(&joined)
}

/// `_x000D_` is how a workbook writes a character that XML cannot hold.
fn without_codes(text: &str) -> String {
    let mut parts = text.split("_x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.split_once('_').filter(|(code, _)| code.len() == 4);
        let known = code.and_then(|(code, rest)| Some((character(code, 16)?, rest)));
        match known {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push_str("_x");
                out.push_str(part);
            }
        }
    }
    out
}

fn character(digits: &str, radix: u32) -> Option<char> {
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)
}

/// A text with its entities undone.
pub(super) fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let entity = part.split_once(';').and_then(|(name, rest)| {
            let c = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                name => match name.strip_prefix("#x") {
                    Some(digits) => character(digits, 16)?,
                    None => character(name.strip_prefix('#')?, 10)?,
                },
            };
            Some((c, rest))
        });
        match entity {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_texts_are_read() {
        let xml =
            r#"<a><x:row r="1" s="&lt;"><c/></x:row><!-- <row r="9"/> --><rows/><row r="2"/></a>"#;
        let rows: Vec<String> = elements(xml, "row").map(|row| row.attribute("r")).collect();
        assert_eq!(rows, ["1", "2"]);
        let first = elements(xml, "row").next().unwrap();
        assert_eq!((first.inner, &*first.attribute("s")), ("<c/>", "<"));
        assert_eq!(
            texts("<si><t>证</t><rPh><t>reading</t></rPh><t>_x000D_&#65;</t></si>"),
            "证\rA"
        );
        assert_eq!(unescaped("a & b &x; &#x4e00;"), "a & b &x; 一");
        assert_eq!(elements("<row><row", "row").count(), 0);
    }
}
