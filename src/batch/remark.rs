//! What a reader must know beside an answer: above all, where a line says something else than the
//! entry.

use strum::IntoStaticStr;

use crate::proof::hex;
use crate::search::fold;
use crate::verify::{Certainty, Facts, Line as Spoken, Outcome, Register, Words};

use super::{cell::pattern, query::foreign_host, table::Line};

pattern!(STATED, r"#\d{50,1000}\d{0,200}\s*$");

/// Something beside an answer.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Remark {
    /// The line's code is not the holder's.
    #[error("This line has the code {stated}, the certificate {signed}: another company.")]
    CodeDiffers {
        /// What the line says.
        stated: String,
        /// What the entry says.
        signed: String,
    },
    /// The line's name is not the holder's.
    #[error(
        "This line has another name than the certificate's “{}”: check that it is the same company.",
        .signed.en
    )]
    NameDiffers {
        /// What the entry says.
        signed: Words,
    },
    /// The line's name is the one that the holder had on the day.
    #[error("It was called “{stated}” then, and is “{}” now.", .signed.en)]
    NameThen {
        /// What the line says.
        stated: String,
        /// What the entry says.
        signed: Words,
    },
    /// The line's name is one that the holder had.
    #[error("“{stated}” is a former name of “{}”.", .signed.en)]
    FormerName {
        /// What the line says.
        stated: String,
        /// What the entry says.
        signed: Words,
    },
    /// It was suspended when it expired.
    #[error("It was suspended when it expired.")]
    SuspendedAtExpiry,
    /// Of several certificates of one holder and scheme the one in force was taken.
    #[error("This company has {count} certificates of the scheme; this is {number}.")]
    Several {
        /// How many.
        count: usize,
        /// Which one was taken.
        number: String,
    },
    /// An earlier line asks the same.
    #[error("The same as number {0}.")]
    Same(usize),
    /// Not all rows with the name were looked at.
    #[error(
        "The name is too common to be searched in full; add the credit code or the certificate number."
    )]
    Partial,
    /// The index is damaged.
    #[error("The index of names and codes is damaged: {0}.")]
    IndexDamaged(String),
    /// The line's address is another register's.
    #[error(
        "The address belongs to {host}, not to this register ({base}): it may be an imitation."
    )]
    AddressOther {
        /// The address's host.
        host: String,
        /// Where this register is.
        base: String,
    },
    /// The statement in the code is signed, and of this version.
    #[error("The code holds the body’s signed statement, which agrees with the entry.")]
    CodeSigned,
    /// The statement in the code is signed, and of an earlier version.
    #[error("The code’s signed statement is of an older version; what counts is the present one.")]
    CodeOlder,
    /// The statement in the code does not hold.
    #[error(
        "The code’s signed statement does not hold: the code was altered, or made by somebody else. Do not rely on it."
    )]
    CodeRefused,
}

impl Remark {
    /// The word that programs read.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Whether it makes the answer one about somebody else.
    pub fn is_about_another(&self) -> bool {
        use Remark::{AddressOther, CodeDiffers, CodeRefused, NameDiffers};
        matches!(self, CodeDiffers { .. } | NameDiffers { .. } | AddressOther { .. } | CodeRefused)
    }

    /// The sentence in both languages.
    pub fn words(&self) -> Words {
        Words { zh: self.zh(), en: self.to_string() }
    }

    pub(super) fn line(&self) -> Spoken {
        Spoken::note(self.code(), self.words())
    }

    fn zh(&self) -> String {
        match self {
            Self::CodeDiffers { stated, signed } => {
                format!("这一行写的代码是 {stated}，证书上是 {signed}：不是同一家。")
            }
            Self::NameDiffers { signed } => {
                format!("这一行写的名称与证书上的“{}”不同，请核对是不是同一家。", signed.zh)
            }
            Self::NameThen { stated, signed } => {
                format!("当时叫“{stated}”，现在叫“{}”。", signed.zh)
            }
            Self::FormerName { stated, signed } => {
                format!("“{stated}”是曾用名，现在叫“{}”。", signed.zh)
            }
            Self::SuspendedAtExpiry => "到期时处于暂停状态。".to_owned(),
            Self::Several { count, number } => {
                format!("这家企业在该项目下有 {count} 张证书，这里用的是 {number}。")
            }
            Self::Same(line) => format!("与第 {line} 条相同。"),
            Self::Partial => "名称太常见，没有找遍；请补上统一社会信用代码或证书编号。".to_owned(),
            Self::IndexDamaged(what) => format!("名称和代码的索引已损坏：{what}。"),
            Self::AddressOther { host, base } => {
                format!("网址属于 {host}，不是本名录的 {base}：可能是仿冒的，请以本名录为准。")
            }
            Self::CodeSigned => "码里有发证机构的签名声明，与现在的签名文件一致。".to_owned(),
            Self::CodeOlder => "码里的签名声明是旧版的，请以现在的为准。".to_owned(),
            Self::CodeRefused => {
                "码里的签名声明对不上：码被改动过，或不是发证机构做的。不要采信。".to_owned()
            }
        }
    }
}

/// Where a line says something else than the entry that it led to does.
pub(super) fn remarks(register: &Register<'_>, line: &Line, outcome: &Outcome) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let facts = outcome.facts.as_ref();
    if facts.is_some_and(|facts| facts.suspended_at_expiry) {
        remarks.push(Remark::SuspendedAtExpiry);
    }
    let home = register.home();
    let host = home.as_deref().and_then(|home| foreign_host(&line.number, home));
    if let (Some(host), Some(base)) = (host, home) {
        remarks.push(Remark::AddressOther { host, base });
    }
    if let (Some(facts), Some(holder)) = (facts, &outcome.holder) {
        if !line.code.is_empty() && !holder.ids.contains(&line.code) {
            let signed = holder.ids.first().cloned().unwrap_or_default();
            remarks.push(Remark::CodeDiffers { stated: line.code.clone(), signed });
        }
        remarks.extend(named_otherwise(line, facts, outcome));
        remarks.extend(stated(register, line, facts));
    }
    remarks
}

/// Where the line's name is not today's.
fn named_otherwise(line: &Line, facts: &Facts, outcome: &Outcome) -> Option<Remark> {
    let holder = outcome.holder.as_ref().filter(|_| !line.name.is_empty())?;
    let asked = fold(&line.name);
    let is = |name: &String| fold(name) == asked;
    if holder.now.iter().any(is) {
        return None;
    }
    let (stated, signed) = (line.name.clone(), holder.shown.clone());
    Some(if facts.holder.values().any(is) {
        Remark::NameThen { stated, signed }
    } else if holder.ever.iter().any(is) {
        Remark::FormerName { stated, signed }
    } else {
        Remark::NameDiffers { signed }
    })
}

/// What the signed statement of a code says beside the entry.
fn stated(register: &Register<'_>, line: &Line, facts: &Facts) -> Option<Remark> {
    if !STATED.is_match(&line.number) {
        return None;
    }
    let statement = register.qr(&line.number);
    Some(match statement.payload.as_ref().filter(|_| statement.signed == Certainty::Yes) {
        None => Remark::CodeRefused,
        Some(payload) if facts.sha256.starts_with(&hex(&payload.digest)) => Remark::CodeSigned,
        Some(_) => Remark::CodeOlder,
    })
}
