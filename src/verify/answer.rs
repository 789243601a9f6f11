//! The one answer to what was asked, in the words of a register's readers.

use jiff::civil::Date;
use strum::IntoStaticStr;

use crate::credential::Answer as Day;
use crate::verify::verdict::Words;

/// What an answer comes to. A stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// Valid on that day.
    Valid,
    /// Valid on that day, at a lower level than asked for.
    ValidLevelBelow,
    /// Of another scheme than asked for.
    OtherScheme,
    /// Suspended on that day.
    Suspended,
    /// Expired by that day.
    Expired,
    /// Withdrawn by that day.
    Withdrawn,
    /// Cancelled by that day.
    Cancelled,
    /// An old version of an entry.
    Superseded,
    /// Its first day is still to come.
    NotYetValid,
    /// There was no certificate that day.
    NoneThatDay,
    /// Valid on that day, if nothing changes after the edition.
    ProjectedValid,
    /// Valid on that day at a lower level than asked for, if nothing changes after the edition.
    ProjectedValidLevelBelow,
    /// Suspended on that day, if nothing changes after the edition.
    ProjectedSuspended,
    /// Expired by that day, if nothing changes after the edition.
    ProjectedExpired,
    /// Not yet valid on that day, if nothing changes after the edition.
    ProjectedNotYetValid,
    /// Valid on that day, and the site that was asked for is not among those that it covers.
    SiteNotCovered,
    /// What was asked may mean several certificates: asked back.
    Ambiguous,
    /// Erased on legal ground.
    Erased,
    /// Not in the register.
    NotFound,
    /// A statement that was signed once; its status was not asked.
    SignedStatement,
    /// Nobody can tell from what is at hand.
    Unknown,
    /// A verdict is no: nothing that the entry says counts.
    Refused,
    /// What was asked cannot be read.
    BadInput,
}

impl Code {
    /// The word that programs read.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it is the answer that a certificate is good.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Valid | Self::ProjectedValid)
    }
}

impl From<Day> for Code {
    fn from(day: Day) -> Self {
        match day {
            Day::Valid => Self::Valid,
            Day::Suspended => Self::Suspended,
            Day::Expired => Self::Expired,
            Day::Withdrawn => Self::Withdrawn,
            Day::Cancelled => Self::Cancelled,
            Day::NotYetValid => Self::NotYetValid,
            Day::NoneThatDay => Self::NoneThatDay,
            Day::ProjectedValid => Self::ProjectedValid,
            Day::ProjectedSuspended => Self::ProjectedSuspended,
            Day::ProjectedExpired => Self::ProjectedExpired,
            Day::ProjectedNotYetValid => Self::ProjectedNotYetValid,
        }
    }
}

/// An answer: what it comes to, and the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it comes to.
    pub code: Code,
    /// The sentence.
    pub words: Words,
}

/// What an answer is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub(crate) number: String,
    pub(crate) day: Option<Date>,
    /// The level's names, Chinese and English.
    pub(crate) level: Option<(String, String)>,
    pub(crate) until: Option<Date>,
    pub(crate) since: Option<Date>,
    pub(crate) edition: Option<String>,
    /// How many editions there are.
    pub(crate) editions: Option<u64>,
    pub(crate) minimum: Option<String>,
    pub(crate) site: Option<String>,
}

impl About {
    /// The answer about this, with the sentence of its code.
    pub(crate) fn answer(&self, code: Code) -> Answer {
        Answer { code, words: Words { zh: self.zh(code), en: self.en(code) } }
    }

    fn day(&self) -> String {
        self.day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn if_known(day: Option<Date>, words: impl FnOnce(Date) -> String) -> String {
        day.map(words).unwrap_or_default()
    }

    fn en(&self, code: Code) -> String {
        let Self { number, edition, .. } = self;
        let edition = edition.as_deref().unwrap_or("?");
        let day = self.day();
        let level = self.level.as_ref().map_or("", |(_, en)| en.as_str());
        let level = if level.is_empty() { String::new() } else { format!(" at level {level}") };
        let until = Self::if_known(self.until, |until| format!(", until {until}"));
        let since = Self::if_known(self.since, |since| format!(" since {since}"));
        let below = self.minimum.as_deref().unwrap_or("the one asked for");
        let site = self.site.as_deref().unwrap_or_default();
        let projected = format!(" if nothing has changed since edition {edition}");
        match code {
            Code::Valid => format!("{number} was valid on {day}{level}{until}."),
            Code::ValidLevelBelow => {
                format!("{number} was valid on {day}{level}, which is below {below}.")
            }
            Code::OtherScheme => format!("{number} is not of the scheme that was asked for."),
            Code::Suspended => format!("{number} was suspended on {day}{since}: it did not count."),
            Code::Expired => format!("{number} had expired by {day}{until}."),
            Code::Withdrawn => format!("{number} had been withdrawn by {day}{since}."),
            Code::Cancelled => format!("{number} had been cancelled by {day}{since}."),
            Code::Superseded => {
                format!("This is an old version of {number}; ask the register for the newest.")
            }
            Code::NotYetValid => format!("{number} was not yet valid on {day}{since}."),
            Code::NoneThatDay => format!("There was no certificate {number} on {day}."),
            Code::ProjectedValid => {
                format!("{number} is valid on {day}{level}{until},{projected}.")
            }
            Code::ProjectedValidLevelBelow => {
                format!("{number} is valid on {day}{level}, which is below {below},{projected}.")
            }
            Code::ProjectedSuspended => format!("{number} is suspended on {day},{projected}."),
            Code::ProjectedExpired => {
                format!("{number} will have expired by {day}{until},{projected}.")
            }
            Code::ProjectedNotYetValid => {
                format!("{number} is not yet valid on {day},{projected}.")
            }
            Code::SiteNotCovered => {
                format!("{number} was valid on {day}, and does not cover the site “{site}”.")
            }
            Code::Ambiguous => format!("“{number}” may mean several certificates."),
            Code::Erased => format!("{number} was erased from the register on legal ground."),
            Code::NotFound => format!(
                "Not found in edition {} of {edition}: {number}. That does not by itself mean a \
                 forgery: it may not be published yet, be under another name or number, or come \
                 from another body.",
                self.nth()
            ),
            Code::SignedStatement => {
                format!("A signed statement about {number}; status not checked.")
            }
            Code::Unknown => format!("Whether {number} is valid on {day} is not known."),
            Code::Refused => format!("{number}: refused. Do not rely on this entry."),
            Code::BadInput => format!("“{number}” cannot be read as a certificate number."),
        }
    }

    fn nth(&self) -> String {
        self.editions.map_or_else(|| "?".to_owned(), |n| n.to_string())
    }

    fn zh(&self, code: Code) -> String {
        let Self { number, edition, .. } = self;
        let edition = edition.as_deref().unwrap_or("?");
        let day = self.day();
        let level = self.level.as_ref().map_or("", |(zh, _)| zh.as_str());
        let level = if level.is_empty() { String::new() } else { format!("，级别为{level}") };
        let until = Self::if_known(self.until, |until| format!("，有效期至 {until}"));
        let since = Self::if_known(self.since, |since| format!("（自 {since} 起）"));
        let below = self.minimum.as_deref().unwrap_or("所要求的级别");
        let site = self.site.as_deref().unwrap_or_default();
        let projected = format!("（如 {edition} 期以后没有变化）");
        match code {
            Code::Valid => format!("{number} 在 {day} 有效{level}{until}。"),
            Code::ValidLevelBelow => format!("{number} 在 {day} 有效{level}，低于{below}。"),
            Code::OtherScheme => format!("{number} 不属于所要求的认证项目。"),
            Code::Suspended => format!("{number} 在 {day} 处于暂停状态{since}，不得视为有效。"),
            Code::Expired => format!("{number} 在 {day} 已过期失效{until}。"),
            Code::Withdrawn => format!("{number} 在 {day} 已撤销{since}。"),
            Code::Cancelled => format!("{number} 在 {day} 已注销{since}。"),
            Code::Superseded => format!("这是 {number} 的旧版本；请向名录查询最新版本。"),
            Code::NotYetValid => format!("{number} 在 {day} 尚未生效{since}。"),
            Code::NoneThatDay => format!("{day} 没有证书 {number}。"),
            Code::ProjectedValid => format!("{number} 在 {day} 有效{level}{until}{projected}。"),
            Code::ProjectedValidLevelBelow => {
                format!("{number} 在 {day} 有效{level}，低于{below}{projected}。")
            }
            Code::ProjectedSuspended => format!("{number} 在 {day} 处于暂停状态{projected}。"),
            Code::ProjectedExpired => format!("{number} 在 {day} 已过期失效{until}{projected}。"),
            Code::ProjectedNotYetValid => format!("{number} 在 {day} 尚未生效{projected}。"),
            Code::SiteNotCovered => {
                format!("{number} 在 {day} 有效，但覆盖的场所里没有“{site}”。")
            }
            Code::Ambiguous => format!("“{number}”可能指几张证书。"),
            Code::Erased => format!("{number} 已依个人信息保护要求从名录中删除，不予展示。"),
            Code::NotFound => format!(
                "截至 {edition} 发布的第 {} 期登记册中未找到“{number}”。这不等于证书是伪造的：\
                 可能尚未发布、名称或编号不同，或由其他机构颁发。请核对编号，或到全国认证认可信息公共服务平台查询。",
                self.nth()
            ),
            Code::SignedStatement => format!("关于 {number} 的签名声明；未查询状态。"),
            Code::Unknown => format!("{number} 在 {day} 是否有效，无法得知。"),
            Code::Refused => format!("{number}：未通过验证，请勿采信该条目。"),
            Code::BadInput => format!("“{number}”不是可识别的证书编号。"),
        }
    }
}
