//! The certified organisation.

use crate::model::{CreditCode, LocalText, escape_path};

/// A certified organisation (获证组织) as a certificate names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The registered name.
    pub name: LocalText,
    /// What tells it from others of that name.
    pub id: HolderId,
    /// The registered or operating address.
    pub address: Option<LocalText>,
}

/// What identifies a holder for ever, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HolderId {
    /// A unified social credit code (GB 32100-2015).
    CreditCode(CreditCode),
    /// An identifier of another scheme, for holders without a credit code.
    Other {
        /// Such as `lei`, `br-hk`, `orgcode`.
        scheme: Box<str>,
        /// The identifier.
        value: Box<str>,
    },
}

impl HolderId {
    /// The identifier as people read it.
    pub fn value(&self) -> &str {
        match self {
            Self::CreditCode(code) => code.as_str(),
            Self::Other { value, .. } => value,
        }
    }

    /// The identifier as it stands in addresses: the credit code, else `scheme-value`, escaped
    /// like a certificate number.
    pub fn path(&self) -> String {
        match self {
            Self::CreditCode(code) => code.to_string(),
            Self::Other { scheme, value } => {
                escape_path(&format!("{scheme}-{value}").to_uppercase()).into_owned()
            }
        }
    }
}
