//! SVG is a program as much as a picture: opened by itself it can run scripts and fetch things.

/// Elements that run, embed or animate something, whatever their prefix.
const ACTIVE: [&str; 12] = [
    "script",
    "handler",
    "listener",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "link",
    "meta",
    "base",
];

/// Whether an SVG could run a script or fetch something when opened by itself. What is no XML that
/// this reads is taken for one that could.
pub(super) fn is_active(svg: &str) -> bool {
    let svg = svg.to_lowercase();
    markup(&svg).unwrap_or(true) || styles(&decoded(&svg))
}

/// Whether an element or a declaration is active; nothing where the markup cannot be read.
fn markup(svg: &str) -> Option<bool> {
    let mut rest = svg;
    let mut active = false;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = if let Some(comment) = tag.strip_prefix("!--") {
            comment.split_once("-->")?.1
        } else if let Some(text) = tag.strip_prefix("![cdata[") {
            text.split_once("]]>")?.1
        } else if let Some(instruction) = tag.strip_prefix('?') {
            active |= instruction.starts_with("xml-stylesheet");
            instruction.split_once("?>")?.1
        } else if tag.starts_with(['!', '/']) {
            let (declaration, rest) = tag.split_once('>')?;
            active |= declaration.contains('['); // Entities, and attributes by default.
            rest
        } else {
            let (found, rest) = element(tag)?;
            active |= found;
            rest
        };
    }
    Some(active)
}

/// Whether the element that begins here is active, and what follows its start tag.
fn element(tag: &str) -> Option<(bool, &str)> {
    let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))?;
    let (name, mut rest) = tag.split_at_checked(end)?;
    let name = local(name);
    let mut active = ACTIVE.contains(&name);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(rest) = rest.strip_prefix('>') {
            return Some((active, rest));
        }
        let (key, value) = rest.split_once('=')?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = value.get(1..)?.split_once(quote)?;
        if key.contains(['<', '>', '"', '\'']) {
            return None;
        }
        active |= attribute(name, key.trim(), &decoded(value));
        rest = after;
    }
}

fn attribute(element: &str, key: &str, value: &str) -> bool {
    // Browsers drop white space and control characters from addresses.
    let address = value.replace(|c: char| c.is_whitespace() || c.is_control(), "");
    let web = ["https://", "http://", "mailto:"].iter().any(|start| address.starts_with(start));
    let stays = is_inside(&address) || (element == "a" && web);
    let active = match local(key) {
        "href" | "src" => !stays,
        // An animation sets an attribute of another element.
        "attributename" => address.starts_with("on") || address.ends_with("href"),
        key => key.starts_with("on"),
    };
    active || address.contains("javascript:") || address == "http://www.w3.org/1999/xhtml"
}

/// Whether an address is a part of the picture.
fn is_inside(address: &str) -> bool {
    let data = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
    address.starts_with('#') || data.iter().any(|data| address.starts_with(data))
}

/// Whether a style sheet could fetch something. An escape could hide that it does.
fn styles(svg: &str) -> bool {
    let quoted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    svg.split("url(").skip(1).any(|address| !is_inside(address.trim_start_matches(quoted)))
        || svg.contains("@import")
        || svg.contains("image-set(")
        || (svg.contains("style") && svg.contains('\\'))
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// A text with the characters that its references stand for.
fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut parts = text.split('&');
    decoded.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let reference = part.split_once(';').and_then(|(name, rest)| {
            let code = match name.strip_prefix('#')?.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => name.get(1..)?.parse(),
            };
            Some((char::from_u32(code.ok()?)?.to_ascii_lowercase(), rest))
        });
        if let Some((character, rest)) = reference {
            decoded.push(character);
            decoded.push_str(rest);
        } else {
            decoded.push('&');
            decoded.push_str(part);
        }
    }
    decoded
}
