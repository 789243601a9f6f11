//! Takes comments and blanks out of a stylesheet, and nothing else.

/// A stylesheet without what only its author reads. Strings stay as they are, and so does a blank
/// that could mean something: before `:` it is a descendant, around `+` it is a sum.
pub(super) fn smaller(style: &str) -> String {
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => string_length(rest, first),
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
                rest = rest.split_at(end).1;
                blank(&mut out);
                continue;
            }
            c if c.is_ascii_whitespace() => {
                rest = rest.trim_ascii_start();
                blank(&mut out);
                continue;
            }
            '{' | '}' | ';' | ',' => {
                drop_blank(&mut out);
                if first == '}' && out.ends_with(';') {
                    out.pop();
                }
                1
            }
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            c => c.len_utf8(),
        };
        let (text, after) = rest.split_at(length);
        out.push_str(text);
        rest = after;
    }
    out.truncate(out.trim_ascii_end().len());
    out
}

/// The length of a string with its quotes; of all that is left where it does not end.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Adds a blank where one could mean something.
fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '{', '}', ';', ',', ':']) {
        out.push(' ');
    }
}

fn drop_blank(out: &mut String) {
    if out.ends_with(' ') {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::smaller;

    #[test]
    fn comments_and_blanks_go() {
        let style = "/* a */\na:hover > b, c + d { /* b */\n  color: red;\n  margin: 0 auto ;\n}\n\nx { y: z }\n";
        assert_eq!(smaller(style), "a:hover > b,c + d{color:red;margin:0 auto}x{y:z}");
    }

    #[test]
    fn what_means_something_stays() {
        for style in [
            "a :is(b,c) :hover{d:e}",
            "a{content:\" ; } /* no */ \"}",
            "a{width:calc(1px + 2px)}",
            "@media (min-width:64rem) and print{a{b:c}}",
            "a::before{content:\"\\\"{ \"}",
        ] {
            assert_eq!(smaller(style), style);
        }
        assert_eq!(smaller("a { content: \"never ends"), "a{content:\"never ends");
        assert_eq!(smaller("a { b: c } /* never ends"), "a{b:c}");
    }
}
