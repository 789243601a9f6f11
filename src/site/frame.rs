//! What every page has: the site's own words, and the page's place among the others.

use serde::Serialize;
use tera::Value;

use crate::config::{Config, Layout};
use crate::credential::Sealed;
use crate::site::{
    Site,
    menus::Menus,
    route::Route,
    tongue::{Text, Tongue},
};

/// `site` in templates: one value a language.
#[derive(Debug, Serialize)]
pub(crate) struct SiteView<'v> {
    lang: String,
    html_lang: &'v str,
    /// The address of this language's root, with the slash at its end.
    address: String,
    /// The address of the site's root, without a slash at its end.
    base: &'v str,
    name: &'v str,
    notice: Option<&'v str>,
    time_zone: &'v str,
    stale_after_days: u32,
    /// Whether certificates are read from the ledger by a script.
    compact: bool,
    t: &'v crate::theme::Labels,
    body: BodyView<'v>,
    official_register: Option<OfficialView<'v>>,
    sealed: Option<SealedView<'v>>,
}

/// Who signed the register.
#[derive(Debug, Serialize)]
struct SealedView<'v> {
    issuer: &'v str,
    origin: String,
}

#[derive(Debug, Serialize)]
struct BodyView<'v> {
    name: &'v str,
    address: Option<&'v str>,
    approval_number: Option<&'v str>,
    accreditation: Option<&'v str>,
    website: Option<&'v str>,
    email: Option<&'v str>,
    telephone: Option<&'v str>,
}

#[derive(Debug, Serialize)]
struct OfficialView<'v> {
    name: &'v str,
    url: &'v str,
}

impl<'v> SiteView<'v> {
    pub(crate) fn new(
        config: &'v Config,
        base: &'v str,
        sealed: Option<&'v Sealed>,
        tongue: &'v Tongue<'v>,
    ) -> Self {
        let body = &config.body;
        let plain =
            |text: &'v Option<crate::model::LocalText>| text.as_ref().map(|t| tongue.plain(t));
        Self {
            lang: tongue.language.to_string(),
            html_lang: tongue.html_lang,
            address: format!("{base}/{}", tongue.prefix),
            base,
            name: tongue.plain(&config.name),
            notice: plain(&config.notice),
            time_zone: &config.time_zone_name,
            stale_after_days: config.stale_after_days,
            compact: sealed.is_some() && config.layout == Layout::Compact,
            t: tongue.labels(),
            body: BodyView {
                name: tongue.plain(&body.name),
                address: plain(&body.address),
                approval_number: body.approval_number.as_deref(),
                accreditation: plain(&body.accreditation),
                website: body.website.as_deref(),
                email: body.email.as_deref(),
                telephone: body.telephone.as_deref(),
            },
            official_register: config
                .official_register
                .as_ref()
                .map(|other| OfficialView { name: tongue.plain(&other.name), url: &other.url }),
            sealed: sealed.map(|sealed| SealedView {
                issuer: sealed.issuer.as_str(),
                origin: sealed.issuer.log_origin(),
            }),
        }
    }
}

/// A step of the way to a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Crumb<'v> {
    pub(crate) label: Text<'v>,
    pub(crate) href: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Alternate<'v> {
    lang: &'v str,
    url: String,
}

#[derive(Clone, Debug, Serialize)]
struct Switch<'v> {
    label: &'v str,
    lang: &'v str,
    href: String,
}

/// `page` in templates.
#[derive(Debug, Serialize)]
pub(crate) struct PageView<'v> {
    kind: &'static str,
    title: String,
    description: String,
    canonical: String,
    root: String,
    home: String,
    alternates: Vec<Alternate<'v>>,
    switch: Option<Switch<'v>>,
    nav: Value,
    menu: Value,
    footer: Value,
    breadcrumbs: Vec<Crumb<'v>>,
    image: String,
    og_type: &'static str,
    noindex: bool,
    json_ld_html: Option<String>,
    draft: Option<&'v str>,
}

impl<'v> Crumb<'v> {
    /// The page itself, at the end of the way.
    pub(crate) fn end(label: impl Into<Text<'v>>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// What a page says about itself.
#[derive(Debug)]
pub(crate) struct About<'v> {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) breadcrumbs: Vec<Crumb<'v>>,
    /// What schema.org has words for, as JSON.
    pub(crate) json_ld: Option<String>,
    pub(crate) noindex: bool,
    /// Whether the other languages have the page too.
    pub(crate) translated: bool,
}

impl About<'_> {
    pub(crate) fn new(
        kind: &'static str,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let (title, description) = (title.into(), description.into());
        let breadcrumbs = Vec::new();
        Self {
            kind,
            title,
            description,
            breadcrumbs,
            json_ld: None,
            noindex: false,
            translated: true,
        }
    }
}

/// Where a page stands: what its links are relative to.
#[derive(Clone, Debug)]
pub(crate) struct Here<'s> {
    pub(crate) site: &'s Site<'s>,
    pub(crate) tongue: &'s Tongue<'s>,
    pub(crate) route: Route,
    /// The way to the site's root.
    pub(crate) root: String,
    /// The way to the language's root.
    pub(crate) home: String,
}

impl<'s> Here<'s> {
    pub(crate) fn new(site: &'s Site<'s>, tongue: &'s Tongue<'s>, route: Route) -> Self {
        let depth = route.depth() + tongue.prefix.matches('/').count();
        let root = match route {
            // Served at any address, so that nothing can be relative to it.
            Route::NotFound => format!("{}/", site.base_url.path()),
            _ => "../".repeat(depth),
        };
        let home = format!("{root}{}", tongue.prefix);
        Self { site, tongue, route, root, home }
    }

    /// The way to another page of this language.
    pub(crate) fn href(&self, route: &Route) -> String {
        joined(&[&self.home], route)
    }

    /// The path of the page's file.
    pub(crate) fn path(&self) -> String {
        joined(&[&self.tongue.prefix], &self.route)
    }

    /// The page's address on its own host.
    pub(crate) fn url(&self) -> String {
        self.site.url(self.tongue, &self.route)
    }

    /// A step of the way: the label of a page and its address.
    pub(crate) fn crumb<'v>(&self, label: impl Into<Text<'v>>, route: &Route) -> Crumb<'v> {
        Crumb { label: label.into(), href: Some(self.href(route)) }
    }

    /// `page` for the template.
    pub(crate) fn page<'v>(&'v self, about: About<'v>, menus: Menus) -> PageView<'v> {
        let tongues = &self.site.tongues;
        let others =
            tongues.iter().filter(|t| about.translated && t.language != self.tongue.language);
        let switch = others.clone().next().map(|tongue| Switch {
            label: self.tongue.t("switch_language"),
            lang: tongue.html_lang,
            href: format!("{}{}{}", self.root, tongue.prefix, self.route),
        });
        let alternate = |lang, tongue| Alternate { lang, url: self.site.url(tongue, &self.route) };
        let mut alternates = Vec::new();
        if !about.noindex && others.clone().next().is_some() {
            alternates.extend(tongues.iter().map(|tongue| alternate(tongue.html_lang, tongue)));
            alternates.push(alternate("x-default", &tongues[0]));
        }
        let json_ld_html = about.json_ld.map(script_safe);
        PageView {
            kind: about.kind,
            title: about.title,
            description: about.description,
            canonical: self.url(),
            root: self.root.clone(),
            home: self.home.clone(),
            alternates,
            switch,
            nav: menus.nav,
            menu: menus.menu,
            footer: menus.footer,
            breadcrumbs: about.breadcrumbs,
            image: format!("{}/assets/card.png", self.site.base_url.as_str()),
            og_type: "website",
            noindex: about.noindex,
            json_ld_html,
            draft: self.site.seals.is_none().then(|| self.tongue.t("draft_unsigned")),
        }
    }
}

/// Texts, and the path of a route after them.
pub(crate) fn joined(before: &[&str], route: &Route) -> String {
    let length: usize = before.iter().map(|part| part.len()).sum();
    let mut text = String::with_capacity(length + 48);
    text.extend(before.iter().copied());
    route.push_to(&mut text);
    text
}

/// JSON that can stand in a `<script>` data block: nothing in it can end the block.
fn script_safe(json: String) -> String {
    if !json.contains(['<', '>', '&']) {
        return json;
    }
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// An organisation as schema.org sees it. The members of what is written so are in order.
#[derive(Debug, Serialize)]
pub(crate) struct Organization<'v> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<&'v str>,
    name: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'v str>,
}

impl<'v> Organization<'v> {
    /// One that is certified.
    pub(crate) fn certified(name: &'v str, identifier: &'v str) -> Self {
        Self { kind: "Organization", identifier: Some(identifier), name, url: None }
    }

    /// The body that publishes the register.
    pub(crate) fn body(config: &'v Config, tongue: &Tongue<'_>) -> Self {
        let body = &config.body;
        let (name, url) = (tongue.plain(&body.name), body.website.as_deref());
        Self { kind: "Organization", identifier: None, name, url }
    }
}
