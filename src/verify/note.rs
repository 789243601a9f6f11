//! What a reader must know beside the verdicts.

use jiff::Timestamp;
use strum::IntoStaticStr;

use crate::verify::{
    current::Current,
    verdict::{Line, Reason, Words},
};

/// Something beside the verdicts.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// The log's key was taken from the register itself, for the first time.
    #[error(
        "First use: the log key was taken from the register itself and is remembered. Compare its fingerprint with one on paper: {0}."
    )]
    FirstUse(String),
    /// Not even remembered.
    #[error(
        "The log key was taken from the register itself and is not remembered; name it with --key. Its fingerprint: {0}."
    )]
    NotPinned(String),
    /// A new log key, vouched for by the remembered one.
    #[error("The log has a new key, and its former key signed the change: {0}.")]
    LogKeyRotated(String),
    /// Nothing to compare with.
    #[error(
        "Not compared with an earlier state of the log, and no witness is required: a removed entry or a second history would not be seen."
    )]
    NotCompared,
    /// The log continues a state seen before.
    #[error("The log continues the state of {0} entries seen before.")]
    Continues(u64),
    /// The register is served from another place than its own.
    #[error("A copy: {place} is not where the register lives ({home}).")]
    Copy {
        /// Where it is served.
        place: String,
        /// Where it lives.
        home: String,
    },
    /// The site that was looked at is older than the ledger beside it.
    #[error(
        "`public/` was looked at, and is {0} log entries behind `ledger/`: `attestar build` makes it anew; `attestar audit .` looks at the ledger itself."
    )]
    SiteBehind(u64),
    /// The site that was looked at shows another state than the ledger beside it.
    #[error(
        "`public/` was looked at, and `ledger/` beside it has another checkpoint: compare both; `attestar audit .` looks at the ledger itself."
    )]
    SiteUnlike,
    /// The clock of this machine is behind what was signed.
    #[error(
        "The clock of this machine is behind the newest signature: {0} was used as the present time."
    )]
    ClockBehind(Timestamp),
    /// The newest edition is no longer good.
    #[error("This copy of the register is out of date since {0}.")]
    Old(Timestamp),
    /// The answer is of an evidence file.
    #[error("Evidence of edition {edition}: it shows what the register said then.")]
    Evidence {
        /// The edition.
        edition: String,
    },
    /// What an evidence file cannot show.
    #[error(
        "That no status entry was left out of the evidence can only be shown by `attestar audit` of the whole log."
    )]
    AuditOnly,
    /// The key was revoked after the evidence was made.
    #[error("The key {0} was revoked since; see what the register says today.")]
    KeyRevokedSince(String),
    /// The rank of the level asked for is not known here.
    #[error("How the level {0} ranks is not known here; give its rank as a number.")]
    LevelUnknown(String),
    /// The entry lists no sites.
    #[error("The entry lists no sites: whether it covers the one asked for is not known.")]
    SitesNotListed,
    /// The verdict rests on what is remembered, and where that is.
    #[error(
        "What earlier checks saw is remembered in {0}. Only if you know that this register was made anew, as one for trial is, delete that file to forget it; `--pins FILE` remembers in another place."
    )]
    Remembered(String),
    /// Something stands against the certificate now, and did not on the day asked.
    #[error("That was so on the day asked, and is not so any more. {0}")]
    NotAnyMore(Current),
    /// Keys remembered, the log not asked.
    #[error("Checked with the key of the issuer that is remembered from an earlier check.")]
    RememberedKey,
}

impl Note {
    /// The code that programs read.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// The sentence in both languages.
    pub fn words(&self) -> Words {
        Words { zh: self.zh(), en: self.to_string() }
    }

    pub(crate) fn line(&self) -> Line {
        Line::note(self.code(), self.words())
    }

    fn zh(&self) -> String {
        match self {
            Self::FirstUse(key) => {
                format!("首次使用：日志密钥取自名录本身，已记住。请与纸面上的指纹核对：{key}。")
            }
            Self::NotPinned(key) => {
                format!("日志密钥取自名录本身，未记住；可用 --key 指定。其指纹为：{key}。")
            }
            Self::LogKeyRotated(key) => format!("日志换用新密钥，原密钥已签名确认：{key}。"),
            Self::NotCompared => {
                "未与日志的以前状态比较，也不要求见证方：条目被移除或出现第二份历史时不会被发现。"
                    .to_owned()
            }
            Self::Continues(size) => format!("日志是以前所见 {size} 条日志的延续。"),
            Self::Copy { place, home } => {
                format!("副本：{place} 不是名录的原址（{home}）。")
            }
            Self::SiteBehind(entries) => format!(
                "查看的是 `public/`，它比 `ledger/` 少 {entries} 条日志条目：请用 `attestar build` 重新生成；`attestar audit .` 查看日志本身。"
            ),
            Self::SiteUnlike => "查看的是 `public/`，而旁边的 `ledger/` 的检查点不同：请比较二者；`attestar audit .` 查看日志本身。".to_owned(),
            Self::ClockBehind(time) => {
                format!("本机时钟早于最新的签名时间：以 {time} 作为当前时间。")
            }
            Self::Old(since) => format!("名录的这一副本自 {since} 起已过期。"),
            Self::Evidence { edition } => format!("{edition} 期的证据：反映名录当时的内容。"),
            Self::AuditOnly => {
                "证据中是否遗漏状态记录，只有用 `attestar audit` 审计整个日志才能证明。".to_owned()
            }
            Self::KeyRevokedSince(key) => {
                format!("密钥 {key} 此后已被吊销；请查询名录现在的内容。")
            }
            Self::LevelUnknown(level) => {
                format!("此处不知道级别 {level} 的高低；请以数字给出其等级。")
            }
            Self::SitesNotListed => "签名文件没有列出场所：是否覆盖所问的场所，无法得知。".to_owned(),
            Self::Remembered(place) => format!(
                "以前查询所见记在 {place}。只有确知这个名录已重新建立（例如试用的名录），才删除该文件以忘记它；也可用 `--pins FILE` 另记一处。"
            ),
            Self::NotAnyMore(now) => format!("所问之日如此，现在已不是。{}", now.zh()),
            Self::RememberedKey => "用以前查询时记住的签发方密钥验证。".to_owned(),
        }
    }
}
