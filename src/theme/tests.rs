use std::fs;

use tempfile::TempDir;

use super::*;

/// A register's root with these files of themes in it.
fn root(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join("themes").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        fs::write(path, text).unwrap();
    }
    root
}

fn told(report: &Report) -> Vec<String> {
    let told = report.findings().iter().map(|finding| {
        let at = finding.primary();
        let place = at.source.position(at.span.start);
        let (code, path) = (finding.code.name(), at.source.path());
        format!("{path}:{}:{}: {code}: {}", place.line, place.column, finding.message)
    });
    told.collect()
}

fn load(files: &[(&str, &str)], name: &str) -> (Option<Theme>, Vec<String>) {
    let root = root(files);
    let (theme, report) = Theme::load(root.path(), name, Minify::Yes).unwrap();
    (theme, told(&report))
}

fn context() -> Context {
    let mut context = Context::new();
    context.insert("x", "a b\" onclick='c");
    context.insert("yes", &true);
    context
}

#[test]
fn the_default_theme_has_no_findings() {
    for minify in [Minify::Yes, Minify::No] {
        let (theme, report) = Theme::load(root(&[]).path(), "default", minify).unwrap();
        assert_eq!(told(&report), [] as [String; 0]);
        let theme = theme.unwrap();
        assert!(theme.assets().iter().any(|asset| asset.path == "assets/site.css"));
        assert_eq!(theme.html_lang("zh"), "zh-CN");
        assert_eq!(theme.html_lang("fr"), "fr");
        assert!(theme.labels("zh").is_some_and(|labels| labels.has("skip")));
        assert!(theme.labels("fr").is_none());
    }
}

#[test]
fn files_on_disk_shadow_single_files_and_extend_the_default_theme() {
    let files = [
        (
            "default/templates/page.html",
            "<main>{% block one %}1{% endblock %} {% block two %}2{% endblock %}</main>",
        ),
        (
            "mine/templates/page.html",
            "{% extends \"default/page.html\" %}{% block two %}{{ x }}{% endblock %}",
        ),
        ("mine/templates/note.txt", "{{ x }}"),
        ("mine/assets/icon.svg", "<svg/>"),
        ("mine/assets/fonts/a.woff2", "font"),
        ("mine/i18n/en.toml", "skip = \"Jump\""),
        ("mine/i18n/fr.toml", "menu = \"Carte\""),
        ("mine/theme.toml", "[languages]\nfr = \"fr-BE\"\n"),
        ("mine/README.md", "about"),
        ("mine/.DS_Store", ""),
    ];
    let (theme, told) = load(&files, "mine");
    assert_eq!(told, [] as [String; 0]);
    let theme = theme.unwrap();
    let page = theme.render("page.html", &context(), "p").unwrap();
    assert_eq!(page, "<main>1 a b&quot; onclick=&#39;c</main>");
    assert_eq!(theme.render("note.txt", &context(), "p").unwrap(), "a b\" onclick='c");
    let asset = |path| theme.assets().iter().find(|a| a.path == path).unwrap().bytes.to_vec();
    assert_eq!(asset("assets/icon.svg"), b"<svg/>");
    assert_eq!(asset("assets/fonts/a.woff2"), b"font");
    assert!(!asset("assets/site.css").is_empty());
    let label = |language, key| theme.labels(language).unwrap().get(key).to_owned();
    assert_eq!(label("en", "skip"), "Jump");
    assert_eq!(label("fr", "menu"), "Carte");
    assert_eq!(label("fr", "skip"), "Skip to content", "the default theme's English");
    assert_eq!(theme.html_lang("fr"), "fr-BE");
    assert_eq!(theme.languages().collect::<Vec<_>>(), ["en", "fr", "zh"]);
}

#[test]
fn a_theme_that_is_not_there_is_asked_after() {
    let (theme, told) = load(&[("bureau/theme.toml", "")], "buro");
    assert!(theme.is_none());
    assert_eq!(told, ["register.toml:1:1: value-invalid: there is no theme `buro`"]);
    for name in ["", ".", "..", "../themes/bureau", "/bureau", "bureau/", ".git"] {
        assert!(load(&[("bureau/theme.toml", "")], name).0.is_none(), "{name}");
    }
}

/// What is said of templates of a theme, each beginning with its name.
fn told_of(templates: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> =
        templates.iter().map(|(name, text)| (format!("mine/templates/{name}"), *text)).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let (theme, told) = load(&files, "mine");
    assert_eq!(theme.is_none(), !told.is_empty());
    told.iter().map(|told| told.replace("themes/mine/templates/", "")).collect()
}

#[test]
fn a_mistake_in_a_template_is_shown_where_it_stands() {
    assert_eq!(
        told_of(&[
            ("a.html", "<p>证书</p>\n<p>证{{ x ! }}</p>"),
            ("b.xml", "{% if x %}"),
            ("c.html", "<p>\n<a href={{ x }}>"),
        ]),
        [
            "a.html:2:10: template-syntax: found `!` but expected }}",
            "b.xml:1:9: template-syntax: unexpected end of input",
            "c.html:2:9: template-unsafe: a value without quotes: a space in it would begin another \
             attribute",
        ]
    );
}

#[test]
fn what_templates_lack_of_one_another_is_shown_where_they_ask_for_it() {
    assert_eq!(
        told_of(&[
            ("a.html", "{% extends 'base.html' %}\n{# 证 #} {% block mian %}{% endblock %}"),
            ("b.html", "{{ <tgs /> }}"),
            ("c.html", "{% include 'd.html' %} {{ x | lenght }}"),
        ]),
        [
            "a.html:2:18: template-syntax: block `mian` is not defined in any parent template",
            "b.html:1:4: template-syntax: unknown component `tgs`",
            "c.html:1:12: template-syntax: unknown template `d.html`",
            "c.html:1:31: template-syntax: unknown filter `lenght`",
        ]
    );
    assert_eq!(
        told_of(&[("a.html", "{# b #}\n{% extends 'b.html' %}")]),
        [
            "a.html:2:1: template-syntax: template 'a.html' is inheriting from 'b.html', which doesn't \
          exist or isn't loaded"
        ]
    );
    let component = "{% component mine() %}{% endcomponent mine %}";
    assert_eq!(
        told_of(&[("a.html", component), ("b.html", component)]),
        ["a.html:1:1: template-syntax: component `mine` is defined in both `a.html` and `b.html`"]
    );
    let shape = "{% component shape(code) %}x{% endcomponent shape %}";
    assert_eq!(told_of(&[("components.html", shape)]), [] as [&str; 0]);
}

#[test]
fn a_template_that_would_change_is_refused_only_when_it_is_minified() {
    let files = [("mine/templates/a.html", "<p>a</p>\n</div>")];
    let (theme, told) = load(&files, "mine");
    assert!(theme.is_none());
    assert_eq!(
        told,
        [
            "themes/mine/templates/a.html:2:1: template-unsafe: this would not be the same once minified"
        ]
    );
    let (theme, report) = Theme::load(root(&files).path(), "mine", Minify::No).unwrap();
    assert!(theme.is_some() && report.is_empty());
}

#[test]
fn pages_are_the_same_minified_or_not() {
    let text = "<ul>\n{%- for n in [1, 2] %}\n  <li>{{ n }} <b>{{ x }}</b>
{% if yes %} <i>{{ n }}</i>{% endif %}</li>\n{%- endfor %}\n</ul>";
    let root = root(&[("mine/templates/a.html", text)]);
    let page = |minify| {
        let theme = Theme::load(root.path(), "mine", minify).unwrap().0.unwrap();
        theme.render("a.html", &context(), "p").unwrap()
    };
    let li = |n| format!("<li>{n} <b>a b&quot; onclick=&#39;c</b>  <i>{n}</i></li>");
    assert_eq!(page(Minify::Yes), format!("<ul> {} {}</ul>", li(1), li(2)));
    let li = |n| format!("\n  {}", li(n).replace("</b> ", "</b>\n"));
    assert_eq!(page(Minify::No), format!("<ul>{}{}\n</ul>", li(1), li(2)));
}

#[test]
fn what_a_theme_cannot_use_is_told() {
    let files = [
        ("mine/templates/old.html.bak", ""),
        ("mine/templates/default/page.html", ""),
        ("mine/template/page.html", ""),
        ("mine/i18n/en.json", ""),
        ("mine/i18n/en.toml", "skpi = \"Jump\"\nmenu = 1\nskip ="),
        ("mine/theme.toml", "nam = \"x\"\nlanguages = 1\n"),
    ];
    let (theme, mut told) = load(&files, "mine");
    assert!(theme.is_none());
    told.sort();
    let of = |name: &str, what: &str| format!("themes/mine/{name}: {what}");
    let unread = "file-ignored: nothing in a theme reads this";
    assert_eq!(
        told,
        [
            of("i18n/en.json:1:1", unread),
            of("i18n/en.toml:1:1", "label-unknown: the default theme has no label `skpi`"),
            of("i18n/en.toml:2:8", "value-type: `menu` is not a text"),
            of(
                "i18n/en.toml:3:7",
                "toml-syntax: string values must be quoted, expected literal string"
            ),
            of("template/page.html:1:1", unread),
            of(
                "templates/default/page.html:1:1",
                "file-ignored: templates in a folder `default` are not read: the name is the default theme's"
            ),
            of("templates/old.html.bak:1:1", unread),
            of("theme.toml:1:1", "key-unknown: nothing reads `nam`"),
            of("theme.toml:2:13", "value-type: `languages` is not a table"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let root = root(&[("mine/templates/a.txt", ""), ("other/templates/b.txt", "")]);
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(root.path().join(to), root.path().join(from)).unwrap();
    };
    link("themes/other/templates/b.txt", "themes/mine/templates/b.txt");
    link("themes/other/templates", "themes/mine/assets");
    link("themes/other", "themes/linked");
    let told = |name| {
        let (theme, report) = Theme::load(root.path(), name, Minify::Yes).unwrap();
        assert!(theme.is_none());
        let told = report.findings().iter();
        told.map(|finding| format!("{} {}", finding.primary().source.path(), finding.code.name()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("mine"),
        ["themes/mine/assets file-symlink", "themes/mine/templates/b.txt file-symlink"]
    );
    assert_eq!(told("linked"), ["themes/linked file-symlink"]);
}

#[test]
fn a_mistake_in_rendering_names_template_line_and_page() {
    let text = "<p>\n  first   {{ x }}\n</p>\n<p>{{ x + 1 }}</p>";
    let (theme, _) = load(&[("mine/templates/list.html", text)], "mine");
    let error = theme.unwrap().render("list.html", &context(), "en/list.html").unwrap_err();
    assert_eq!(
        error.to_string(),
        "themes/mine/templates/list.html:4:7: `+` requires both operands to be numbers, found \
         `string` and `i64` (while making en/list.html)"
    );
    let (theme, _) = load(&[], "default");
    let error = theme.unwrap().render("lsit.html", &context(), "en/list.html").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template lsit.html cannot be used (while making en/list.html)"
    );
}
