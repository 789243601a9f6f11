//! What all pages of a language share, prepared once.

use std::{cell::RefCell, collections::BTreeMap};

use strum::IntoEnumIterator as _;
use tera::{Context, Value};

use crate::model::Status;
use crate::output::OutputError;
use crate::site::{Inputs, SiteError, frame::SiteView, render::value, tongue::Tongue};
use crate::theme::Settled;

/// The theme in one language of the site.
#[derive(Debug)]
pub(crate) struct Voice<'w> {
    theme: Settled<'w>,
    /// `site` and `once`.
    context: Context,
}

/// What the page's script says of a certificate that is valid for a few days more.
const EXPIRING: &str = "expiring";

impl<'w> Voice<'w> {
    pub(crate) fn new(inputs: &Inputs<'w>, tongue: &Tongue<'_>) -> Result<Self, SiteError> {
        let view = SiteView::new(inputs.config, inputs.base_url.as_str(), inputs.sealed, tongue);
        // What cannot be put into templates beforehand is looked up on every page.
        let theme = inputs.theme.settle("site", &serde_json::to_value(&view).unwrap_or_default());
        let mut context = Context::new();
        context.insert_value("site", value("site", &view)?);
        let mut voice = Self { theme, context };
        let mut shapes = BTreeMap::new();
        for code in Status::iter().map(Status::code).chain([EXPIRING]) {
            shapes.insert(code, voice.component("shape", [("code", Value::from(code))])?);
        }
        let mut once = BTreeMap::from([("shapes", value("once", &shapes)?)]);
        voice.context.insert_value("once", value("once", &once)?);
        once.insert("words", voice.component("words", [])?);
        once.insert("issuer", voice.component("issuer", [])?);
        voice.context.insert_value("once", value("once", &once)?);
        Ok(voice)
    }

    /// What a component makes, as HTML.
    pub(crate) fn component<const N: usize>(
        &self,
        name: &str,
        views: [(&'static str, Value); N],
    ) -> Result<Value, SiteError> {
        let mut arguments = Context::new();
        for (argument, view) in views {
            arguments.insert_value(argument, view);
        }
        let html = self.theme.component(name, &arguments, &self.context)?;
        Ok(Value::safe_string(&html))
    }

    /// Renders a page and hands it on. One buffer a thread serves all its pages.
    pub(crate) fn render(
        &self,
        template: &str,
        path: &str,
        views: Vec<(&'static str, Value)>,
        hand: impl FnOnce(&[u8]) -> Result<(), OutputError>,
    ) -> Result<(), SiteError> {
        let mut context = self.context.clone();
        for (name, view) in views {
            context.insert_value(name, view);
        }
        let mut text = BUFFER.take();
        text.clear();
        self.theme.render_to(template, &context, path, &mut text)?;
        hand(&text)?;
        BUFFER.set(text);
        Ok(())
    }
}

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}
