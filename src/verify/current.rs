//! Third verdict: is the status of this entry known, and does nothing stand against it?

use jiff::{Timestamp, civil::Date};
use strum::IntoStaticStr;

use crate::verify::verdict::{Certainty, Reason};

/// Why an entry is, or is not, current.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Current {
    /// The lists are fresh and say nothing against it.
    #[error(
        "The status lists of edition {edition} are signed, named in the log and good until {until}; {}.", against_en(*.past)
    )]
    Fresh {
        /// The edition.
        edition: String,
        /// Until when they may be used.
        until: Timestamp,
        /// The day asked about, where it lies before the edition.
        past: Option<Date>,
    },
    /// The lists of the edition that an evidence file holds say nothing against it.
    #[error(
        "By edition {edition}, which this evidence holds, nothing stood against it{}. What later editions say is not in it.", on_en(*.past)
    )]
    AsPublished {
        /// The edition.
        edition: String,
        /// The day asked about, where it lies before the edition.
        past: Option<Date>,
    },
    /// No lists at hand.
    #[error("The status was not checked.")]
    NotChecked,
    /// The log that names the lists does not hold.
    #[error("The status is not known: the log that names the status lists does not hold.")]
    NoLog,
    /// A list is missing.
    #[error("The status is not known: {0} is missing.")]
    ListMissing(String),
    /// The lists are old.
    #[error("The status is not known: this copy of the register is out of date since {since}.")]
    Stale {
        /// When they ceased to be good.
        since: Timestamp,
    },
    /// Not a status list.
    #[error("{list} is not a status list of this register: {detail}.")]
    ListMalformed {
        /// Which list.
        list: String,
        /// What is wrong.
        detail: String,
    },
    /// The list's signature does not fit.
    #[error("The signature of {0} does not fit: the list was altered, or signed by somebody else.")]
    ListSignatureInvalid(String),
    /// An older list in the place of the newest.
    #[error("{0} is an older list than the newest edition names: it was put back.")]
    ListReplayed(String),
    /// Signed, and not the list that the log names.
    #[error("{0} is signed, but is not the list that the newest edition names in the log.")]
    ListNotPublished(String),
    /// The bits say something else than the log's status entries.
    #[error("The status lists say “{bits}” and the status entries of the log say “{log}”.")]
    ContradictsLog {
        /// What the lists say.
        bits: String,
        /// What the log says.
        log: String,
    },
    /// Suspended on the day asked.
    #[error("Suspended since {since}.")]
    Suspended {
        /// The first day.
        since: Date,
    },
    /// Withdrawn by the body.
    #[error("Withdrawn since {since}.")]
    Withdrawn {
        /// The first day.
        since: Date,
    },
    /// Ended without blame.
    #[error("Cancelled since {since}.")]
    Cancelled {
        /// The first day.
        since: Date,
    },
    /// A newer version has taken its place.
    #[error("A newer version of this entry has taken its place: this one no longer counts.")]
    Superseded,
    /// Erased on legal ground.
    #[error("The entry was erased on legal ground.")]
    Erased,
}

fn against_en(past: Option<Date>) -> String {
    match past {
        Some(_) => format!("nothing stood against it{}", on_en(past)),
        None => "nothing stands against it".to_owned(),
    }
}

fn on_en(past: Option<Date>) -> String {
    past.map(|day| format!(" on {day}")).unwrap_or_default()
}

fn against_zh(past: Option<Date>) -> String {
    match past {
        Some(day) => format!("{day} 没有不利记录"),
        None => "没有不利记录".to_owned(),
    }
}

impl Current {
    /// Whether the status is known, be it good or bad.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Fresh { .. }
                | Self::AsPublished { .. }
                | Self::Suspended { .. }
                | Self::Withdrawn { .. }
                | Self::Cancelled { .. }
        )
    }
}

impl Reason for Current {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn certainty(&self) -> Certainty {
        match self {
            Self::Fresh { .. } | Self::AsPublished { .. } => Certainty::Yes,
            Self::NotChecked | Self::NoLog | Self::ListMissing(_) | Self::Stale { .. } => {
                Certainty::Unknown
            }
            _ => Certainty::No,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Fresh { edition, until, past } => format!(
                "{edition} 期的状态列表已签名、已载入日志，有效至 {until}；{}。",
                against_zh(*past)
            ),
            Self::AsPublished { edition, past } => format!(
                "据本证据所含的 {edition} 期，{}。以后各期的内容不在其中。",
                against_zh(*past)
            ),
            Self::NotChecked => "未查询状态。".to_owned(),
            Self::NoLog => "状态未知：载明状态列表的日志不成立。".to_owned(),
            Self::ListMissing(list) => format!("状态未知：缺少 {list}。"),
            Self::Stale { since } => format!("状态未知：名录的这一副本自 {since} 起已过期。"),
            Self::ListMalformed { list, detail } => {
                format!("{list} 不是本名录的状态列表：{detail}。")
            }
            Self::ListSignatureInvalid(list) => {
                format!("{list} 的签名不符：列表被改动过，或由他人签名。")
            }
            Self::ListReplayed(list) => {
                format!("{list} 比最新一期载明的列表旧：是被放回的旧列表。")
            }
            Self::ListNotPublished(list) => {
                format!("{list} 有签名，但不是最新一期在日志中载明的列表。")
            }
            Self::ContradictsLog { bits, log } => {
                format!("状态列表为“{bits}”，而日志的状态记录为“{log}”。")
            }
            Self::Suspended { since } => format!("自 {since} 起暂停。"),
            Self::Withdrawn { since } => format!("自 {since} 起撤销。"),
            Self::Cancelled { since } => format!("自 {since} 起注销。"),
            Self::Superseded => "该条目已被新版本取代，不再有效。".to_owned(),
            Self::Erased => "该条目已依法删除。".to_owned(),
        }
    }
}
