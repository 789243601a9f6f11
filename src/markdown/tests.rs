//! What the HTML promises.

use std::collections::HashSet;

use proptest::{collection::vec, prelude::*, sample::select};
use scraper::{Html as Document, Node};

use super::*;

/// Answers as a register does: `there…` is there, the web is outside.
struct Register;

impl Links for Register {
    fn resolve(&self, destination: &str, kind: LinkKind) -> Target {
        match resolve("content/guidance/here.md", destination) {
            Place::Web if kind == LinkKind::Link => Target::Href(destination.to_owned()),
            Place::File { path, .. } if path.contains("there") => {
                Target::Href(format!("../{destination}"))
            }
            Place::File { .. } => Target::Missing,
            _ => Target::Foreign,
        }
    }
}

/// Allows everything.
struct Gullible;

impl Links for Gullible {
    fn resolve(&self, destination: &str, _: LinkKind) -> Target {
        Target::Href(destination.to_owned())
    }
}

fn html(text: &str) -> String {
    to_html(text, &Register).html
}

#[test]
fn plain_markdown_is_plain_html() {
    assert_eq!(
        html("*a* **b** ~~c~~ `<d>`  \n\"e\" -- ...\n"),
        concat!(
            "<p><em>a</em> <strong>b</strong> <del>c</del> <code>&lt;d&gt;</code><br />\n",
            "\"e\" -- ...</p>\n"
        )
    );
    assert_eq!(
        html("# A\n\n- [x] b\n- [ ] c\n"),
        "<h2 id=\"a\">A</h2>\n<ul>\n<li>☑ b</li>\n<li>☐ c</li>\n</ul>\n"
    );
    assert_eq!(
        html("```rust,x\na < b\n```\n\n``` a\"b\nc\n```\n"),
        concat!(
            "<pre><code class=\"language-rust\">a &lt; b\n</code></pre>\n",
            "<pre><code>c\n</code></pre>\n"
        )
    );
}

#[test]
fn raw_html_comes_out_as_text() {
    assert_eq!(html("a <b onclick=x>c</b>\n"), "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n");
    assert_eq!(
        html("<script>\nalert(1)\n</script>\n\nb\n"),
        "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;\n</p>\n<p>b</p>\n"
    );
}

#[test]
fn links_that_may_not_be_links_are_text() {
    assert_eq!(
        html("[a *b*](there.md \"t'\")"),
        "<p><a href=\"../there.md\" title=\"t&#39;\">a <em>b</em></a></p>\n"
    );
    assert_eq!(html("[a *b*](gone.md)"), "<p>a <em>b</em></p>\n");
    assert_eq!(
        html("[a](https://x.example/?a&amp;b)"),
        "<p><a href=\"https://x.example/?a&amp;b\" rel=\"noopener noreferrer external\">a</a></p>\n"
    );
    assert_eq!(html("<me@x.example>"), "<p><a href=\"mailto:me@x.example\">me@x.example</a></p>\n");
    for bad in [
        "javascript:x",
        "&#106;avascript:x",
        "java&#10;script:x",
        "&#32;javascript:x",
        "//x.example",
    ] {
        assert_eq!(to_html(&format!("[a](<{bad}>)"), &Gullible).html, "<p>a</p>\n", "{bad}");
    }
}

#[test]
fn pictures_come_from_the_register_or_are_their_description() {
    assert_eq!(
        html("![a *b* <i> \"](there.svg)"),
        "<p><img src=\"../there.svg\" alt=\"a b &lt;i&gt; &quot;\" loading=\"lazy\"></p>\n"
    );
    assert_eq!(html("x ![a ![b](c) [d](there.md)](gone.png) y"), "<p>x a b d y</p>\n");
    assert_eq!(to_html("![a](https://x.example/a.png)", &Gullible).html, "<p>a</p>\n");
    assert_eq!(to_html("![a](data:image/png;base64,AA)", &Gullible).html, "<p>a</p>\n");
    assert_eq!(
        html("[![a](there.png)](there.md)"),
        "<p><a href=\"../there.md\"><img src=\"../there.png\" alt=\"a\" loading=\"lazy\"></a></p>\n"
    );
}

#[test]
fn tables_have_header_cells_and_no_styles() {
    assert_eq!(
        html("|a|b|\n|--|-:|\n|c|1|\n"),
        concat!(
            "<table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"numeric\">b</th>",
            "</tr></thead><tbody>\n<tr><td>c</td><td class=\"numeric\">1</td></tr>\n</tbody></table>\n"
        )
    );
}

#[test]
fn headings_keep_only_their_id() {
    let made = to_html("## A {#x .c onclick=y}\n\n### B `c`\n", &Register);
    assert_eq!(made.html, "<h2 id=\"x\">A</h2>\n<h3 id=\"b-c\">B <code>c</code></h3>\n");
    let expected = [("x", "A", 2), ("b-c", "B c", 3)];
    let headings: Vec<_> = made.headings.iter().map(|h| (&*h.id, &*h.text, h.depth)).collect();
    assert_eq!(headings, expected);
}

#[test]
fn footnotes_stand_at_the_end_in_order() {
    let text = "# fn-1\n\na[^z] b[^1] c[^z] d[^none]\n\n[^1]: one\n[^z]: *zed*\n[^q]: q\n";
    assert_eq!(
        html(text),
        concat!(
            "<h2 id=\"fn-1\">fn-1</h2>\n",
            "<p>a<sup><a href=\"#fn-1-2\" id=\"fnref-1\">1</a></sup>",
            " b<sup><a href=\"#fn-2\" id=\"fnref-2\">2</a></sup>",
            " c<sup><a href=\"#fn-1-2\" id=\"fnref-1-2\">1</a></sup>",
            " d[^none]</p>\n",
            "<section class=\"footnotes\"><ol>\n",
            "<li id=\"fn-1-2\">\n<p><em>zed</em> <a href=\"#fnref-1\">↩\u{FE0E}</a> <a href=\"#fnref-1-2\">↩\u{FE0E}</a></p>\n</li>\n",
            "<li id=\"fn-2\">\n<p>one <a href=\"#fnref-2\">↩\u{FE0E}</a></p>\n</li>\n",
            "<li id=\"fn-3\">\n<p>q</p>\n</li>\n",
            "</ol></section>\n"
        )
    );
}

const ELEMENTS: [&str; 28] = [
    "html",
    "p",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "del",
    "a",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "br",
    "sup",
    "section",
];
const ATTRIBUTES: [&str; 10] =
    ["id", "href", "rel", "title", "src", "alt", "loading", "class", "start", "scope"];
const PIECES: [&str; 64] = [
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=x>",
    "<!--",
    "-->",
    "<a href=\"javascript:x\">",
    "<style>",
    "<iframe>",
    "<![CDATA[",
    "<?",
    "onclick=x",
    "javascript:alert(1)",
    "JaVaScRiPt&colon;x",
    "data:text/html,x",
    "vbscript:x",
    "java&Tab;script:x",
    "&#x6A;avascript:x",
    "&lt;script&gt;",
    "&quot;",
    "//x.example",
    "https://x.example/",
    "\\\\x.example",
    "mailto:a@b",
    "there.md",
    "there.svg",
    "[",
    "](",
    ")",
    "]",
    "![",
    "(<",
    ">)",
    "<",
    ">",
    "\"",
    "'",
    " \"t\" onload=x \"",
    "\n",
    "\n\n",
    "# ",
    "## ",
    " {#fn-1}",
    " {#x onclick=y .z}",
    "- ",
    "1. ",
    "> ",
    "    ",
    "```",
    "`",
    "|",
    "|-:|--|\n",
    "*",
    "**",
    "~~",
    "[^a]",
    "\n\n[^a]: ",
    "[^b]",
    "[r]",
    "\n\n[r]: javascript:x\n\n",
    "级",
    "\u{202E}",
    "\0",
    "&",
];

fn check(text: &str, links: &dyn Links) -> Result<(), TestCaseError> {
    let made = to_html(text, links);
    // No link inside a link: the parser would tear them apart.
    let inside = made.html.split("<a ").skip(1);
    prop_assert!(inside.into_iter().all(|link| link.contains("</a>")), "{}", made.html);
    let document = Document::parse_fragment(&made.html);
    let (mut ids, mut anchors, mut level) = (HashSet::new(), Vec::new(), 0);
    for node in document.tree.root().descendants() {
        let element = match node.value() {
            Node::Element(element) => element,
            Node::Comment(_) | Node::ProcessingInstruction(_) => {
                return Err(TestCaseError::fail(made.html));
            }
            _ => continue,
        };
        prop_assert!(ELEMENTS.contains(&element.name()), "{}", made.html);
        level += usize::from(element.name().starts_with('h') && element.attr("id").is_some());
        for (name, value) in element.attrs() {
            prop_assert!(ATTRIBUTES.contains(&name), "{name} in {}", made.html);
            match name {
                "href" | "src" => {
                    let reach = link::reach(value);
                    prop_assert!(reach != link::Reach::Unsafe, "{value:?}");
                    prop_assert!(name == "href" || reach == link::Reach::Inside, "{value:?}");
                    let rel = element.attr("rel") == Some("noopener noreferrer external");
                    prop_assert_eq!(rel, reach == link::Reach::Outside);
                    anchors.extend(value.strip_prefix("#fn").map(ToOwned::to_owned));
                }
                "id" => prop_assert!(ids.insert(value.to_owned()), "{} twice", value),
                _ => {}
            }
        }
    }
    prop_assert_eq!(level, made.headings.len());
    prop_assert!(made.headings.iter().all(|heading| ids.contains(&heading.id)));
    prop_assert!(
        anchors.iter().all(|anchor| ids.contains(&format!("fn{anchor}"))),
        "{}",
        made.html
    );
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_written_is_safe(pieces in vec(prop_oneof![3 => select(&PIECES[..]).prop_map(str::to_owned), 1 => ".{0,4}"], 0..24)) {
        let text = pieces.concat();
        check(&text, &Register)?;
        check(&text, &Gullible)?;
    }

    #[test]
    fn any_destination_is_safe(scheme in "[ \\t\\n\\x00-\\x20]?[a-zA-Z]{0,3}[\\t\\n]?(javascript|data|//|\\\\)?[:/]{0,3}", rest in ".{0,8}") {
        let entity = |c: char| format!("&#{};", u32::from(c));
        let escaped = format!("{scheme}{rest}").chars().map(entity).collect::<Vec<_>>().concat();
        check(&format!("[a](<{escaped}>) ![b](<{escaped}>)"), &Gullible)?;
    }
}
