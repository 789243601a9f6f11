//! What the clerk may not say: rules about one record. One function a rule.

mod dates;
mod history;
mod scores;

use crate::fields::Fields;
use crate::load::{Lists, findings, record::Draft};

/// Checks a record as far as it could be read.
pub(super) fn check(fields: &Fields<'_>, draft: &Draft, lists: &Lists<'_>) {
    number(fields, draft);
    exclusions(fields, draft);
    dates::check(fields, draft, lists);
    history::check(fields, draft, lists);
    scores::check(fields, draft);
}

fn number(fields: &Fields<'_>, draft: &Draft) {
    let Some(number) = &draft.number else { return };
    let last = number.value.key().chars().next_back();
    if let Some(last) = last.filter(|c| !c.is_alphanumeric() && !matches!(c, ')' | '）' | ']')) {
        fields.push(findings::number_punctuation(number.label.clone(), last));
    }
    let pattern = draft.scheme.as_ref().and_then(|scheme| scheme.number_pattern.as_ref());
    if let Some(pattern) = pattern.filter(|pattern| !pattern.is_match(number.value.key())) {
        fields.push(findings::number_pattern(number.label.clone(), pattern.as_str()));
    }
}

fn exclusions(fields: &Fields<'_>, draft: &Draft) {
    let Some(scheme) = &draft.scheme else { return };
    let later = draft.events.iter().flat_map(|event| event.exclusions.iter().flatten());
    for id in draft.exclusions.iter().chain(later) {
        let label = || id.label.clone();
        if scheme.clause(&id.value).is_none() {
            fields.push(findings::clause_unknown(label(), &id.value, scheme));
        } else if !scheme.scoring.exclusions_allowed {
            let message = format!("the scheme `{}` allows no exclusions", scheme.id);
            fields.push(findings::exclusion(label(), message));
        }
    }
}
