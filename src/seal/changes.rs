//! What an edition changes, for people and programs.

use serde::Serialize;

use crate::credential::{Difference, EditionKind, KeyAction, LeafStatus, StatusChange};
use crate::model::{Language, Register};
use crate::seal::{Counts, NumberPlan, Plan, Renewal, VersionPlan};

/// What an edition changes, in words. It serializes as `seal --json` prints it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The edition's name.
    pub edition: String,
    /// Its time.
    pub time: String,
    /// `full` or `status`.
    pub kind: &'static str,
    /// The numbers of changes.
    pub counts: Counts,
    /// The numbers of changes, as `--confirm` takes them.
    pub confirm: String,
    /// Certificates that were never sealed.
    pub new: Vec<ChangedNumber>,
    /// Certificates sealed anew.
    pub changed: Vec<ChangedNumber>,
    /// Changes of status.
    pub statuses: Vec<ChangedStatus>,
    /// Certificates erased, by number.
    pub erased: Vec<String>,
    /// What happens to keys.
    pub keys: Vec<ChangedKey>,
    /// The log's key, where it is new.
    pub log_key: Option<String>,
    /// The lines of the log's policy, where it was edited.
    pub policy: Vec<String>,
    /// Certificates that expired since the last edition, which says nothing about them.
    pub expired: Vec<String>,
    /// Why it is made though nothing differs.
    pub renewal: Option<&'static str>,
}

/// A certificate that is sealed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedNumber {
    /// The printed number.
    pub number: String,
    /// The holder, as the edition names it.
    pub holder: String,
    /// The level.
    pub level: String,
    /// What differs, member by member.
    pub differences: Vec<ChangedMember>,
    /// Whether nothing differs, and its last key does not count any more.
    pub resealed: bool,
}

/// A member that differs.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedMember {
    /// Such as `holder.name`.
    pub member: String,
    /// What was sealed.
    pub before: Option<String>,
    /// What is sealed now.
    pub after: Option<String>,
}

/// A change of status.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedStatus {
    /// The printed number.
    pub number: String,
    /// The holder.
    pub holder: String,
    /// The status before.
    pub before: &'static str,
    /// The status.
    pub status: &'static str,
    /// Its first day.
    pub date: String,
    /// A reason of the scheme.
    pub reason: Option<String>,
}

/// What happens to a key.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedKey {
    /// `add`, `retire` or `revoke`.
    pub action: &'static str,
    /// Its address.
    pub method: String,
    /// Its Multikey.
    pub key: String,
}

impl Changes {
    /// What a plan changes, with names in a language where there is one.
    pub fn new(plan: &Plan, register: &Register, language: Language) -> Self {
        let naming = Naming { plan, register, language };
        let counts = plan.counts();
        let versions = |is_new: bool| {
            let numbers = plan.numbers.iter();
            let numbers = numbers.filter_map(|number| Some((number, number.version.as_ref()?)));
            let chosen = numbers.filter(|(_, v)| matches!(v, VersionPlan::New) == is_new);
            chosen.map(|(number, version)| naming.number(number, version)).collect()
        };
        let statuses = plan.numbers.iter().flat_map(|number| {
            number.statuses.iter().map(|(before, change)| naming.status(number, *before, change))
        });
        Self {
            edition: plan.edition.to_string(),
            time: plan.time.to_string(),
            kind: match plan.kind {
                EditionKind::Full => "full",
                EditionKind::Status => "status",
            },
            counts,
            confirm: counts.to_string(),
            new: versions(true),
            changed: versions(false),
            statuses: statuses.collect(),
            erased: plan.erased.iter().map(ToString::to_string).collect(),
            keys: plan.keys.iter().map(changed_key).collect(),
            log_key: plan.log_key.map(|key| key.multikey()),
            policy: plan.policy.clone(),
            expired: plan.expired.iter().map(ToString::to_string).collect(),
            renewal: plan.renewal.map(|renewal| match renewal {
                Renewal::Asked => "it was asked for",
                Renewal::Due => "the last edition is more than a day old",
                Renewal::Edited => "a file beside the log was edited",
                Renewal::LogKey => "the log has a new key",
            }),
        }
    }

    /// Whether something differs.
    pub fn is_empty(&self) -> bool {
        let keys = !self.keys.is_empty() || self.log_key.is_some();
        self.counts.sum() == 0 && !keys && self.policy.is_empty()
    }
}

fn changed_key(change: &crate::credential::KeyChange) -> ChangedKey {
    let action = match change.action {
        KeyAction::Add => "add",
        KeyAction::Retire => "retire",
        KeyAction::Revoke => "revoke",
    };
    ChangedKey { action, method: change.method.to_string(), key: change.key.multikey() }
}

/// What numbers are called.
struct Naming<'n> {
    plan: &'n Plan,
    register: &'n Register,
    language: Language,
}

impl Naming<'_> {
    fn number(&self, number: &NumberPlan, version: &VersionPlan) -> ChangedNumber {
        let certificate = &self.register.certificates[number.at];
        let standing = certificate.standing(self.plan.edition.date());
        let level = &certificate.scheme.levels[standing.level].title;
        let differences = match version {
            VersionPlan::Changed(differences) => differences.as_slice(),
            VersionPlan::New | VersionPlan::Resealed => &[],
        };
        ChangedNumber {
            number: certificate.number.to_string(),
            holder: standing.holder_name.best(self.language).0.to_owned(),
            level: level.best(self.language).0.to_owned(),
            differences: differences.iter().map(ChangedMember::from).collect(),
            resealed: matches!(version, VersionPlan::Resealed),
        }
    }

    fn status(
        &self,
        number: &NumberPlan,
        before: LeafStatus,
        change: &StatusChange,
    ) -> ChangedStatus {
        let certificate = &self.register.certificates[number.at];
        let standing = certificate.standing(self.plan.edition.date());
        ChangedStatus {
            number: certificate.number.to_string(),
            holder: standing.holder_name.best(self.language).0.to_owned(),
            before: before.word(),
            status: change.status.word(),
            date: change.date.to_string(),
            reason: change.reason.as_deref().map(str::to_owned),
        }
    }
}

impl From<&Difference> for ChangedMember {
    fn from(difference: &Difference) -> Self {
        Self {
            member: difference.member.clone(),
            before: difference.sealed.clone(),
            after: difference.record.clone(),
        }
    }
}
