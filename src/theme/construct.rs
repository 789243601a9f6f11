//! Where tera's constructs end, as its lexer reads them (tera 2.4, parsing/lexer.rs).

/// Whether a construct begins here.
pub(super) fn is_construct(rest: &str) -> bool {
    matches!(rest.as_bytes(), [b'{', b'{' | b'%' | b'#', ..])
}

/// How long a construct is, as tera's lexer reads it (tera 2.4, parsing/lexer.rs).
pub(super) fn construct(rest: &str) -> usize {
    if let Some(length) = raw_block(rest) {
        return length;
    }
    let (start, after) = rest.split_at(2);
    let end = match start {
        "{#" => return after.find("#}").map_or(rest.len(), |end| end + 4),
        "{{" => b"}}",
        _ => b"%}",
    };
    let (mut quote, mut escaped) = (None, false);
    for (at, pair) in rest.as_bytes().windows(2).enumerate().skip(2) {
        match (quote, pair[0]) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), byte) if byte == open => quote = None,
            (None, byte @ (b'"' | b'\'' | b'`')) => quote = Some(byte),
            (None, _) if pair == end => return at + 2,
            _ => {}
        }
    }
    rest.len()
}

/// How long a raw block is, from `{% raw %}` to the end of `{% endraw %}`.
fn raw_block(rest: &str) -> Option<usize> {
    let after = keyword(rest, "raw")?;
    let mut marks = after.match_indices("{%").map(|(at, _)| at);
    let end = marks.find_map(|at| keyword(after.split_at(at).1, "endraw"));
    Some(end.map_or(rest.len(), |end| rest.len() - end.len()))
}

/// What follows a `{% word %}`, if that is what stands here.
fn keyword<'t>(rest: &'t str, word: &str) -> Option<&'t str> {
    let rest = rest.strip_prefix("{%")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start().strip_prefix(word)?;
    let rest = rest.trim_start();
    rest.strip_prefix('-').unwrap_or(rest).strip_prefix("%}")
}
