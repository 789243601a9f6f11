//! First verdict: was this entry signed by the issuer that it names?

use strum::IntoStaticStr;

use crate::verify::verdict::{Certainty, Reason};

/// Why an entry is, or is not, the issuer's own.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Genuine {
    /// The signature is the issuer's.
    #[error("Signed by {issuer} with its key {key}.")]
    Signed {
        /// The issuer.
        issuer: String,
        /// The verification method's fragment.
        key: String,
    },
    /// No key to check against.
    #[error("The signature cannot be checked: no key of the issuer is at hand.")]
    NoKey,
    /// No entry at all.
    #[error("There is no entry to check.")]
    NoEntry,
    /// The log knows the entry, and the register does not serve it.
    #[error(
        "The log holds this certificate, but the register does not serve its entry: it was removed."
    )]
    EntryMissing,
    /// Erased on legal ground; nothing is left to check.
    #[error("The entry was erased on legal ground; the log keeps only its digest.")]
    Erased,
    /// Not strict JSON.
    #[error("The entry is not sound JSON: {0}.")]
    Malformed(String),
    /// A member that stands twice, so that two readers may read two things.
    #[error("The entry has a member that stands twice: {0}.")]
    DuplicateMember(String),
    /// JSON, and not in the one form that is signed.
    #[error("The entry is not in the canonical form that was signed: {0}.")]
    NotCanonical(String),
    /// Something else than a certificate.
    #[error("This is not a certificate of a register: {0}.")]
    NotACertificate(String),
    /// Another certificate than the one asked for.
    #[error("This is the entry of {found}, and {asked} was asked for.")]
    WrongNumber {
        /// The number asked for.
        asked: String,
        /// The number in the entry.
        found: String,
    },
    /// The entry's `id` is not the issuer's address of its number.
    #[error(
        "The entry calls itself {id}, which is not its issuer's address of that number ({expected})."
    )]
    WrongAddress {
        /// What it calls itself.
        id: String,
        /// What it ought to.
        expected: String,
    },
    /// Issued by somebody else than the register's body.
    #[error("The entry names {issuer} as its issuer; this register belongs to {expected}.")]
    WrongIssuer {
        /// The issuer that the entry names.
        issuer: String,
        /// The register's.
        expected: String,
    },
    /// The issuer's key list is not there.
    #[error("The issuer's key list (did.json) is missing.")]
    KeysMissing,
    /// The issuer's key list is not sound.
    #[error("The issuer's key list (did.json) is not sound: {0}.")]
    KeysMalformed(String),
    /// The key list is not the one that the log's newest edition names.
    #[error(
        "The issuer's key list (did.json) is not the one that was published in the log: its keys were changed."
    )]
    KeysNotLogged,
    /// The signature fits keys that nobody vouches for.
    #[error("The signature fits the key list beside it, but no trusted log vouches for that list.")]
    KeysUnproven,
    /// The key is not the issuer's.
    #[error("The entry is signed with {0}, which is not a key of the issuer.")]
    KeyUnknown(String),
    /// The key is no longer the issuer's: it was revoked.
    #[error("The entry is signed with {0}, which the issuer has revoked.")]
    KeyRevoked(String),
    /// The key was never announced in the log.
    #[error("The entry is signed with {0}, which was never announced in the log.")]
    KeyNotLogged(String),
    /// The signature does not fit.
    #[error("The signature does not fit the entry: it was altered, or signed by somebody else.")]
    SignatureInvalid,
}

impl Reason for Genuine {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn certainty(&self) -> Certainty {
        match self {
            Self::Signed { .. } => Certainty::Yes,
            Self::NoKey | Self::NoEntry | Self::Erased | Self::KeysUnproven => Certainty::Unknown,
            _ => Certainty::No,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Signed { issuer, key } => format!("由 {issuer} 用其密钥 {key} 签名。"),
            Self::NoKey => "无法验证签名：手头没有签发方的密钥。".to_owned(),
            Self::NoEntry => "没有可验证的条目。".to_owned(),
            Self::EntryMissing => {
                "日志中有此证书，但名录不再提供其条目：该条目已被移除。".to_owned()
            }
            Self::Erased => "该条目已依法删除；日志仅保留其摘要。".to_owned(),
            Self::Malformed(detail) => format!("条目不是合格的 JSON：{detail}。"),
            Self::DuplicateMember(detail) => format!("条目中有重复的成员：{detail}。"),
            Self::NotCanonical(detail) => format!("条目不是签名时的规范形式：{detail}。"),
            Self::NotACertificate(detail) => format!("这不是名录中的证书：{detail}。"),
            Self::WrongNumber { asked, found } => {
                format!("这是 {found} 的条目，而查询的是 {asked}。")
            }
            Self::WrongAddress { id, expected } => {
                format!("条目自称 {id}，这不是签发方为该编号设定的地址（{expected}）。")
            }
            Self::WrongIssuer { issuer, expected } => {
                format!("条目的签发方为 {issuer}；本名录属于 {expected}。")
            }
            Self::KeysMissing => "缺少签发方的密钥清单（did.json）。".to_owned(),
            Self::KeysMalformed(detail) => {
                format!("签发方的密钥清单（did.json）不合格：{detail}。")
            }
            Self::KeysNotLogged => {
                "签发方的密钥清单（did.json）不是日志中公布的那一份：密钥被改动过。".to_owned()
            }
            Self::KeysUnproven => {
                "签名与所附的密钥清单相符，但没有可信的日志为该清单作证。".to_owned()
            }
            Self::KeyUnknown(key) => format!("条目用 {key} 签名，它不是签发方的密钥。"),
            Self::KeyRevoked(key) => format!("条目用 {key} 签名，该密钥已被签发方吊销。"),
            Self::KeyNotLogged(key) => format!("条目用 {key} 签名，该密钥从未在日志中公布。"),
            Self::SignatureInvalid => "签名与条目不符：条目被改动过，或由他人签名。".to_owned(),
        }
    }
}
