//! Minifies a template once, before tera reads it, and makes sure that nothing else comes of it.
//!
//! minify-html 0.18 cannot be let loose on a template: it drops the space of `<b>a</b> {{ b }}` and
//! quotes that a value needs, works on the inside of `{{ … }}` in attributes, and tears `{% … %}`
//! within a tag apart (the tests show it all). So it is shown the structure only: constructs,
//! attributes and whatever must not be touched are hidden behind marks that are words to it, and put
//! back afterwards. Then the result is taken apart and compared with the template, piece by piece;
//! what differs is a finding.

use std::ops::Range;

use minify_html::Cfg;

use crate::theme::mask::{Mask, mark_in};
use crate::theme::scan::{Scan, scan};
use crate::theme::seen::tokens;

/// Why a template cannot be minified.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    /// It holds a character that marks what is hidden.
    Reserved(Range<usize>),
    /// Something would be lost or changed.
    Changed(Range<usize>),
}

/// Minifies a template that tera can read.
pub(super) fn minify(template: &Scan<'_>) -> Result<String, Refused> {
    for piece in &template.pieces {
        if let Some(mark) = mark_in(piece.text) {
            return Err(Refused::Reserved(piece.at + mark.start..piece.at + mark.end));
        }
    }
    let mask = Mask::of(&template.pieces);
    let bytes = minify_html::minify(mask.text.as_bytes(), &settings());
    let minified = mask.lift(&String::from_utf8_lossy(&bytes));
    guard(template, &minified)?;
    Ok(minified)
}

fn settings() -> Cfg {
    Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        keep_ssi_comments: true,
        ..Cfg::new()
    }
}

/// Refuses what is not the same template as it was written, or where a value could leave its
/// attribute.
fn guard(template: &Scan<'_>, minified: &str) -> Result<(), Refused> {
    let minified = scan(minified);
    let (before, after) = (tokens(&template.pieces), tokens(&minified.pieces));
    let same = before.iter().zip(&after).take_while(|(before, after)| before.is(after)).count();
    let flaw = minified.flaws.first().map(|flaw| flaw.span.start);
    let flawed = flaw.and_then(|at| after.iter().position(|token| token.span.end > at));
    if same == before.len() && same == after.len() && flaw.is_none() {
        return Ok(());
    }
    let end = template.pieces.last().map_or(0, |piece| piece.at + piece.text.len());
    let first = before.get(flawed.unwrap_or(same).min(same));
    Err(Refused::Changed(first.map_or(end..end, |token| token.span.clone())))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::Strategy, prop_assert_eq, proptest, sample::select};
    use scraper::{ElementRef, Html, Node};

    use super::*;
    use crate::theme::scan::Kind;
    use crate::theme::seen::BLOCKS;
    use crate::theme::sources::embedded;
    use crate::theme::templates::is_html;

    #[test]
    fn minify_html_alone_would_change_templates_and_the_guard_sees_it() {
        let brave = Cfg { preserve_brace_template_syntax: true, ..settings() };
        for (template, changed) in [
            (r#"<a title="{{x}}" href="/a/{{x}}">"#, "<a href=/a/{{x}} title={{x}}>"),
            ("<p {% if a %}hidden{% endif %}>", "<p %} %}hidden{% a endif if {%>"),
            ("<b>a</b> {{ b }}", "<b>a</b>{{ b }}"),
            ("<div><b>a</b> <i>b</i></div>", "<div><b>a</b><i>b</i></div>"),
            ("a<label> b </label>c", "a<label>b</label>c"),
            (r#"<input type="{{ Type }}">"#, r#"<input type="{{ type }}">"#),
            (r#"<option selected="{{ x }}">"#, "<option selected>"),
            (r#"<p hidden="until-found">"#, "<p hidden>"),
            (r#"<p class="{{ x | get(key='a  b') }}">"#, r#"<p class="{{ x | get(key='a b') }}">"#),
            (r#"<p id="{{ x | get(key="a") }}">"#, r#"<p id="{{ x | get(key=" a") }}">"#),
            (r#"{{ "}} <b  >" }}"#, r#"{{ "}} <b>" }}"#),
            ("<p>&amp;{{ x }}</p>", "<p>&{{ x }}</p>"),
            ("<p>a <3 b</p>", "<p>a <3 b< p>"),
            ("<path d=\"m\"/><b>a</b>", "<path d=m><b>a</b>"),
            ("a</div>", "a"),
        ] {
            let bytes = minify_html::minify(template.as_bytes(), &brave);
            assert_eq!(String::from_utf8(bytes).unwrap(), changed);
            assert!(guard(&scan(template), changed).is_err(), "{template}");
        }
    }

    #[test]
    fn a_minified_template_shows_what_was_written() {
        for (template, minified) in [
            (
                r#"<a title="{{x}}"  href='{{ x }}'>b</a>"#,
                r#"<a title="{{x}}" href='{{ x }}'>b</a>"#,
            ),
            (
                "<!DOCTYPE html>\n<HTML>\n<head>\n<meta charset=utf-8>\n</head>\n<body>\n</body></html>\n",
                "<!doctype html><html><head><meta charset=utf-8></head><body></body></html>",
            ),
            ("<div>\n  <p>Hello\n {{ name }}\n</p>\n</div>", "<div><p>Hello {{ name }}</p></div>"),
            ("<table>\n<tr>\n<td>a</td>\n</tr></table>", "<table><tr><td>a</td></tr></table>"),
            ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul><li>a</li> <li>b</li></ul>"),
            ("<div><b>a</b>\n<i>b</i> </div>", "<div><b>a</b> <i>b</i></div>"),
            ("{% if a %}\n  <b>c</b>\n{%- endif %}", "{% if a %} <b>c</b> {%- endif %}"),
            ("<p>a<!-- b -->c</p> <!--# d -->", "<p>ac</p> <!--# d -->"),
            ("<path d=\"\"/><path/><br /><img src=a />", "<path d=\"\"/><path/><br><img src=a>"),
            ("<p>one<p>two", "<p>one<p>two"),
        ] {
            assert_eq!(minify(&scan(template)).as_deref(), Ok(minified));
        }
    }

    #[test]
    fn what_minify_html_must_not_touch_stays_byte_by_byte() {
        for template in [
            r#"<button type="submit" hidden="until-found" class="" data-A="&lt;  {{ B }}">a</button>"#,
            r#"<p title="{{ x | get(key="a  b") }}">a</p>"#,
            r#"{{ "}} <b  >" }}{{ <row x={ {"A": 1} } Y="b  c" /> }}{% raw %}  {{ <p  > {% endraw %}"#,
            "<p>a<label> b </label>c &amp;{{ x }} &lt; < b &nbsp;& <3</p>",
            "<pre>\n a  <b  class=x >{{  x  }}</b>\n</pre>",
            "<template>\n <template> </template> <p/><!-- a --></template>",
            "<textarea>\n <b> </textarea><title> a  {{ b }} &amp;</title>",
            "<script>\n a < b && c </script><style> a  b </style>",
        ] {
            assert_eq!(minify(&scan(template)).as_deref(), Ok(template));
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused_where_it_stands() {
        for (template, lost) in [
            ("<div>a</div></div>", "</div>"),
            ("{% if a %}<th>{% else %}<td>{% endif %}b{% if a %}</th>{% endif %}", "</th>"),
            ("<p><div></div></p>", "</p>"),
            ("<html><html lang=a>", "<html lang=a>"),
            ("a</br>", "</br>"),
        ] {
            let at = template.rfind(lost).unwrap();
            let refused = Refused::Changed(at..at + lost.len());
            assert_eq!(minify(&scan(template)), Err(refused), "{template}");
        }
        assert_eq!(minify(&scan("a\u{FDD0}0\u{FDD1}")), Err(Refused::Reserved(1..4)));
    }

    /// What a browser makes of a template with a comment in place of each construct: elements,
    /// attributes, constructs, words, and the spaces that it shows.
    fn document(template: &str) -> String {
        let pieces = scan(template).pieces;
        let html = |kind: &Kind<'_>, text: &str| match kind {
            Kind::Construct => format!("<!--{text}-->"),
            Kind::Comment => String::new(),
            _ => text.to_owned(),
        };
        let html: String = pieces.iter().map(|piece| html(&piece.kind, piece.text)).collect();
        // With scripts, a browser does not look into <noscript>.
        let html = html.replace("noscript", "section");
        let mut seen = String::new();
        element(Html::parse_document(&html).root_element(), &mut seen);
        let mut seen = seen.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        for beside in [" \u{2}", "\u{2} "] {
            seen = seen.replace(beside, "\u{2}");
        }
        seen.replace('\u{2}', "\n")
    }

    /// Writes an element down, the tags of blocks between marks.
    fn element(at: ElementRef<'_>, seen: &mut String) {
        let mark = if BLOCKS.contains(&at.value().name()) { "\u{2}" } else { "" };
        let attributes: Vec<_> = at.value().attrs().collect();
        let name = at.value().name();
        seen.extend([mark, "<", name, &format!("{attributes:?}"), ">", mark]);
        for child in at.children() {
            match child.value() {
                // Between the parts of a picture, spaces are not shown.
                Node::Text(text) if ["svg", "g"].contains(&name) => {
                    seen.push_str(text.trim());
                }
                Node::Text(text) => seen.push_str(text),
                Node::Comment(comment) => seen.push_str(&comment.comment),
                Node::Element(_) => element(ElementRef::wrap(child).unwrap(), seen),
                Node::Fragment => {
                    let inside = child.children().filter_map(ElementRef::wrap);
                    inside.for_each(|inside| element(inside, seen));
                }
                _ => {}
            }
        }
        seen.extend([mark, "</", name, ">", mark]);
    }

    #[test]
    fn a_browser_sees_the_same_in_every_minified_template_of_the_default_theme() {
        let (mut before, mut after) = (0, 0);
        for file in embedded() {
            if !file.path.starts_with("templates/") || !is_html(&file.path) {
                continue;
            }
            let text = std::str::from_utf8(&file.bytes).unwrap();
            let minified = minify(&scan(text)).unwrap();
            assert_eq!(document(text), document(&minified), "{}", file.name);
            let constructs = |text| {
                let pieces = scan(text).pieces.into_iter();
                let ours = pieces.filter(|piece| piece.kind == Kind::Construct);
                ours.map(|piece| piece.text).collect::<Vec<_>>()
            };
            let kept = constructs(text);
            assert_eq!(kept, constructs(&minified), "{}", file.name);
            // What stands between the constructs is what may shrink.
            let kept: usize = kept.iter().map(|piece| piece.len()).sum();
            before += text.len() - kept;
            after += minified.len() - kept;
        }
        assert!(after * 100 < before * 92, "{before} bytes became {after}");
    }

    const LEAVES: &[&str] = &[
        " ",
        "\n",
        "a",
        " b ",
        "{{ x }}",
        "{% if x %}",
        "{%- endif %}",
        "&amp;",
        "& ",
        "< ",
        "<br/>",
        "<!-- c -->",
        "<svg> <g><path d='m'/></g>\n{{ x }} <text> a </text></svg>",
        "<input name=a>",
        "</b>",
    ];

    const ELEMENTS: &[&str] = &[
        "p",
        "div",
        "b",
        "a href=\"{{ x }}\"",
        "label",
        "ul",
        "li",
        "pre",
        "template",
        "title",
        "textarea",
        "script",
        "button hidden",
        "section",
        "code",
    ];

    fn templates() -> impl Strategy<Value = String> {
        let leaf = select(LEAVES).prop_map(str::to_owned);
        let element = |inner| {
            (select(ELEMENTS), vec(inner, 0..6)).prop_map(|(tag, inner): (&str, Vec<String>)| {
                let name = tag.split(' ').next().unwrap();
                format!("<{tag}>{}</{name}>", inner.concat())
            })
        };
        vec(leaf.prop_recursive(3, 24, 6, element), 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn a_browser_sees_the_same_in_any_template_that_can_be_minified(template in templates()) {
            let scan = scan(&template);
            if let (true, Ok(minified)) = (scan.flaws.is_empty(), minify(&scan)) {
                let message = format!("{template} became {minified}");
                prop_assert_eq!(document(&template), document(&minified), "{}", message);
            }
        }

        #[test]
        fn any_text_can_be_taken_apart(text in r#"[-<>/{}%#!'"= a\\é&]{0,24}"#) {
            let scan = scan(&text);
            let pieces: String = scan.pieces.iter().map(|piece| piece.text).collect();
            prop_assert_eq!(pieces, &*text);
            let _ = minify(&scan);
        }
    }
}
