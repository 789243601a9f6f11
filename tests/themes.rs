//! Themes, seen from outside: what a register overrides, what it is told when that goes wrong, and
//! that minifying changes no page.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::fs;

use scraper::{ElementRef, Html, Node};
use support::{RECORD, SCHEME, TODAY, TestRegister};
use walkdir::WalkDir;

const PAGE: &str = "c/EX-2026-001.html";

fn themed() -> TestRegister {
    TestRegister::minimal().replace("register.toml", "[body]", "theme = \"house\"\n\n[body]")
}

#[test]
fn a_template_a_style_and_a_label_are_overridden_one_by_one() {
    let site = themed()
        .write(
            "themes/house/templates/certificate.html",
            "{% extends \"default/certificate.html\" %}\n\
             {% block issuer %}<p id=\"ours\">{{ certificate.number }}</p>{% endblock issuer %}",
        )
        .write("themes/house/assets/site.css", "body { color: teal }")
        .write("themes/house/assets/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .write("themes/house/i18n/zh.toml", "scope_heading = \"本证书覆盖\"\n")
        .build(TODAY);
    let page = site.page(PAGE);
    assert_eq!(page.words("#ours"), "EX-2026-001");
    assert!(page.all("#issuer").is_empty());
    assert_eq!(page.words("h2#scope"), "本证书覆盖");
    assert_eq!(site.page(&format!("en/{PAGE}")).words("h2#scope"), "Scope");
    assert_eq!(site.read("assets/site.css"), "body{color:teal}");
    assert!(site.path("assets/logo.svg").exists());
    // The rest is the default theme's.
    assert!(site.path("assets/register.js").exists());
    assert!(!page.all(".verdict .banner").is_empty());
}

#[test]
fn a_label_in_a_label_file_is_not_a_template() {
    let site = themed()
        .write("themes/house/i18n/zh.toml", "scope_heading = \"{{ 1 + 1 }} <b>&\"\n")
        .build(TODAY);
    assert_eq!(site.page(PAGE).words("h2#scope"), "{{ 1 + 1 }} <b>&");
}

#[test]
fn a_template_that_cannot_be_read_is_a_finding() {
    let run = themed()
        .write("themes/house/templates/list.html", "<p>\n{% if x %}")
        .attestar(["check"])
        .code(1);
    assert!(run.stderr.contains("themes/house/templates/list.html:2"), "{}", run.stderr);
}

#[test]
fn a_language_that_the_theme_does_not_speak_is_a_finding_until_it_does() {
    let register = themed().write("themes/house/README.md", "ours").replace(
        "register.toml",
        "[\"zh\", \"en\"]",
        "[\"zh\", \"en\", \"fr\"]",
    );
    for command in ["check", "build"] {
        let run = register.attestar([command]).code(1);
        assert!(run.stderr.contains("the theme has no labels in `fr`"), "{}", run.stderr);
    }
    let site =
        register.write("themes/house/i18n/fr.toml", "scope_heading = \"Portée\"\n").build(TODAY);
    assert_eq!(site.page(&format!("fr/{PAGE}")).words("h2#scope"), "Portée");
}

#[test]
fn a_label_of_the_theme_s_own_is_one_that_its_templates_read() {
    let register = themed().write("themes/house/i18n/zh.toml", "house_motto = \"诚信\"\n");
    let told = register.findings();
    assert!(told.iter().any(|finding| finding.code == "label-unknown"), "{told:?}");
    let block =
        "{% block issuer %}<p id=\"motto\">{{ site.t.house_motto }}</p>{% endblock issuer %}";
    let text = format!("{{% extends \"default/certificate.html\" %}}{block}");
    let register = register.write("themes/house/templates/certificate.html", text);
    assert_eq!(register.findings(), []);
    assert_eq!(register.build(TODAY).page(PAGE).words("#motto"), "诚信");
}

#[test]
fn a_template_that_fails_names_its_line_and_the_page() {
    let register = themed().write(
        "themes/house/templates/certificate.html",
        "{% extends \"default/certificate.html\" %}\n{% block issuer %}\n\
         <p>{{ certificate.colour }}</p>\n{% endblock issuer %}",
    );
    let run = register.attestar(["build"]).code(2);
    let place = "themes/house/templates/certificate.html:3:";
    assert!(run.stderr.contains(place) && run.stderr.contains(PAGE), "{}", run.stderr);
}

#[test]
fn a_template_that_would_let_a_value_out_of_its_attribute_is_refused() {
    for tag in
        ["<p title={{ page.title }}>", "<p {{ page.title }}>", "<p{% if page %} hidden{% endif %}>"]
    {
        let text = format!(
            "{{% extends \"base.html\" %}}{{% block main %}}{tag}x</p>{{% endblock main %}}"
        );
        let register = themed().write("themes/house/templates/list.html", text);
        let run = register.attestar(["build"]).code(1);
        assert!(
            run.stderr.contains("themes/house/templates/list.html:1:"),
            "{tag}: {}",
            run.stderr
        );
    }
}

/// Text that would be somebody else's page if it were not taken for text.
const HOSTILE: &str = r#"</title></p>"><img src=x onerror=alert(1)><script>alert(2)</script>'{{ 7 * 7 }}{% raw %}&lt;&amp; <!-- x=' "#;

/// A register with hostile text wherever a record, a scheme and the settings have text.
fn hostile() -> TestRegister {
    let quoted = serde_json::to_string(HOSTILE).unwrap();
    let both = format!("{{ zh = {quoted}, en = {quoted} }}");
    TestRegister::minimal()
        .edit("register.toml", |old| {
            old.replace("{ zh = \"示例名录\", en = \"Example Register\" }", &both)
                .replace("{ zh = \"示例认证有限公司\", en = \"Example Certification Co., Ltd.\" }", &both)
                + &format!("address = {both}\naccreditation = {both}\napproval_number = {quoted}\n")
        })
        .edit(SCHEME, |old| {
            old.replace("{ zh = \"示例服务评价\", en = \"Example service evaluation\" }", &both)
                .replace("{ zh = \"人员\", en = \"People\" }", &both)
                .replace("{ zh = \"逾期未接受监督\", en = \"Surveillance overdue\" }", &both)
        })
        .edit(RECORD, |old| {
            old.replace("{ zh = \"家用电器的售后服务\", en = \"After-sales service of household appliances\" }", &both)
                .replace("{ zh = \"示例电器有限公司\", en = \"Example Appliances Co., Ltd.\" }", &both)
                .replace("credit_code = \"91440500MA00ATT133\"\n", &format!("credit_code = \"91440500MA00ATT133\"\naddress = {both}\n\n[[sites]]\nname = {both}\naddress = {both}\nrole = \"headquarters\"\n\n[[events]]\ndate = 2026-09-01\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\nnote = {both}\n"))
                + HOSTILE
        })
}

#[test]
fn hostile_text_in_every_field_stays_text_on_every_page() {
    let register = hostile();
    let errors: Vec<_> =
        register.findings().into_iter().filter(|found| found.severity == "error").collect();
    assert_eq!(errors, []);
    let site = register.build(TODAY);
    let mut seen = 0;
    for (name, text) in pages(&site.path("")) {
        let html = Html::parse_document(&text);
        for node in html.tree.nodes() {
            match node.value() {
                Node::Element(element) => {
                    let acts = element.attrs().any(|(name, _)| name.starts_with("on"));
                    assert!(!acts, "{name}: {element:?}");
                    let is_script = element.name() == "script";
                    let own = element.attr("src").is_some_and(|src| {
                        ["register.js", "search.js", "check.js"]
                            .iter()
                            .any(|name| src.ends_with(name))
                    });
                    let data = element.attr("type") == Some("application/ld+json");
                    assert!(!is_script || own || data, "{name}: {element:?}");
                    assert!(element.attr("src") != Some("x"), "{name}: {element:?}");
                }
                Node::Text(text) => seen += usize::from(text.contains("onerror=alert(1)")),
                _ => {}
            }
        }
        assert!(!text.contains("49{%"), "{name}: a text was taken for a template");
    }
    assert!(seen > 50, "the hostile text is shown {seen} times");
}

#[test]
fn minified_templates_make_the_same_pages() {
    for register in [hostile(), TestRegister::demo()] {
        let (folder, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (small, whole) = (folder.path().join("site"), whole.path().join("site"));
        register.attestar(["build", "--out", small.to_str().unwrap()]).success();
        register.attestar(["build", "--no-minify", "--out", whole.to_str().unwrap()]).success();
        let (small, whole) = (pages(&small), pages(&whole));
        assert_eq!(small.len(), whole.len());
        let size = |pages: &[(String, String)]| pages.iter().map(|(_, p)| p.len()).sum::<usize>();
        assert!(size(&small) < size(&whole), "nothing was minified");
        for ((name, small), (_, whole)) in small.iter().zip(&whole) {
            assert!(seen(small) == seen(whole), "{name}: {}", first_difference(small, whole));
        }
    }
}

fn pages(root: &std::path::Path) -> Vec<(String, String)> {
    let entries = WalkDir::new(root).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    let pages = entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "html"));
    let name = |path: &std::path::Path| path.strip_prefix(root).unwrap().display().to_string();
    pages.map(|entry| (name(entry.path()), fs::read_to_string(entry.path()).unwrap())).collect()
}

/// What a browser makes of a page: elements, their attributes and their words, with one space where
/// there is some.
fn seen(html: &str) -> Vec<String> {
    // What is in these two is text to a parser that runs scripts.
    let html = html.replace("<template", "<section").replace("noscript>", "section>");
    let html = Html::parse_document(&html);
    let mut seen = Vec::new();
    see(html.root_element(), &mut seen);
    seen
}

fn see(element: ElementRef<'_>, seen: &mut Vec<String>) {
    let value = element.value();
    let mut attributes: Vec<_> =
        value.attrs().map(|(name, value)| format!("{name}={value:?}")).collect();
    attributes.sort();
    seen.push(format!("<{} {}", value.name(), attributes.join(" ")));
    for child in element.children() {
        if let Some(element) = ElementRef::wrap(child) {
            see(element, seen);
        } else if let Node::Text(text) = child.value() {
            let words: Vec<_> = text.split_whitespace().collect();
            if !words.is_empty() {
                seen.push(words.join(" "));
            }
        }
    }
    seen.push(format!("/{}", value.name()));
}

fn first_difference(a: &str, b: &str) -> String {
    let (a, b) = (seen(a), seen(b));
    let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    format!("{:?} and {:?}", a.get(at), b.get(at))
}
