//! Puts what is the same on every page of a language into the templates once, so that a page is
//! made without looking up a hundred labels.

use serde_json::Value as Json;

use crate::theme::construct::{construct, is_construct};
use crate::theme::templates::escaped;

/// A template in which every `{{ NAME.a.b }}` that is a text in `constants` is that text.
pub(super) fn settle(template: &str, text: &str, name: &str, constants: &Json) -> String {
    if rebinds(text, name) {
        return text.to_owned();
    }
    let mut settled = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = next_construct(rest) {
        let (before, from) = rest.split_at(at);
        settled.push_str(before);
        let (found, after) = from.split_at(construct(from));
        match constant(found, name, constants).map(|text| escaped(template, text)) {
            Some(text) if stays_text(&settled, &text) => settled.push_str(&text),
            _ => settled.push_str(found),
        }
        rest = after;
    }
    settled.push_str(rest);
    settled
}

fn next_construct(text: &str) -> Option<usize> {
    text.match_indices('{').map(|(at, _)| at).find(|at| is_construct(text.split_at(*at).1))
}

/// The text that a construct prints on every page.
fn constant<'c>(construct: &str, name: &str, constants: &'c Json) -> Option<&'c str> {
    let path = construct.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let path = path.strip_prefix(name)?.strip_prefix('.')?;
    path.split('.').try_fold(constants, |value, key| value.get(key))?.as_str()
}

/// Whether a text, put after another, could be taken for tera's.
fn stays_text(before: &str, text: &str) -> bool {
    let mark = |text: &str| text.contains("{{") || text.contains("{%") || text.contains("{#");
    let seam = before.ends_with('{') && text.starts_with(['{', '%', '#']);
    !mark(text) && !seam && !text.ends_with('{')
}

/// Whether a template gives the name to something else, as in `{% for NAME in … %}`.
fn rebinds(text: &str, name: &str) -> bool {
    let mut rest = text;
    while let Some(at) = next_construct(rest) {
        let from = rest.split_at(at).1;
        let (found, after) = from.split_at(construct(from));
        if found.starts_with("{%") && binds(found, name) {
            return true;
        }
        rest = after;
    }
    false
}

fn binds(construct: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '.');
    let words: Vec<_> = construct.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        ["for", bound @ ..] => bound.iter().take_while(|word| **word != "in").any(|w| *w == name),
        ["set" | "set_global", bound, ..] => *bound == name,
        ["component", _, parameters @ ..] => parameters.contains(&name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settled(text: &str) -> String {
        let labels = json!({ "a": "1 < 2", "brace": "{n} of", "open": "{", "tera": "{{ x }}" });
        settle("a.html", text, "site", &json!({ "t": labels, "none": null }))
    }

    #[test]
    fn a_constant_is_put_in_as_it_would_print() {
        assert_eq!(
            settled("<p title=\"{{ site.t.a }}\">{{site.t.brace}}"),
            "<p title=\"1 &lt; 2\">{n} of"
        );
        let none = "{{ site.none }}{{ site.t }}{{ site.t.b }}{{ site.t.a | upper }}{{ sites.t.a }}";
        assert_eq!(settled(none), none);
        assert_eq!(
            settled("{%- if site.t.a -%}{{- site.t.a }}"),
            "{%- if site.t.a -%}{{- site.t.a }}"
        );
        assert_eq!(
            settled("{% raw %}{{ site.t.a }}{% endraw %}"),
            "{% raw %}{{ site.t.a }}{% endraw %}"
        );
        assert_eq!(settled("{{ '{{ site.t.a }}' }}"), "{{ '{{ site.t.a }}' }}");
    }

    #[test]
    fn a_constant_is_never_taken_for_templates_of_its_own() {
        for text in ["{{ site.t.tera }}", "{{ site.t.open }}{ x", "{{{ site.t.brace }}"] {
            assert_eq!(settled(text), text);
        }
    }

    #[test]
    fn a_name_of_the_template_s_own_is_left_alone() {
        let own = [
            "{% for site in sites %}{{ site.t.a }}{% endfor %}",
            "{% for key, site in sites %}{{ site.t.a }}{% endfor %}",
            "{% set site = x %}{{ site.t.a }}",
            "{% component c(x, site) %}{{ site.t.a }}{% endcomponent %}",
        ];
        for text in own {
            assert_eq!(settled(text), text);
        }
        let implicit = "{% component c(x, @site) %}{{ site.t.a }}{% endcomponent %}";
        assert!(settled(implicit).contains("1 &lt; 2"));
        assert!(
            settled("{% for place in site.t %}{{ site.t.a }}{% endfor %}").contains("1 &lt; 2")
        );
    }
}
