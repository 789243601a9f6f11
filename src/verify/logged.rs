//! Second verdict: does the public log hold this entry?

use strum::IntoStaticStr;

use crate::verify::verdict::{Certainty, Reason};

/// Why an entry is, or is not, in the log.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Logged {
    /// It is.
    #[error("Entry {} of {size} of the public log, whose checkpoint is signed by the log key{}.", nth(*.leaf), witnessed_en(.witnesses))]
    Included {
        /// The leaf's place, from 0; people count from 1.
        leaf: u64,
        /// The size of the tree.
        size: u64,
        /// Who cosigned the checkpoint.
        witnesses: Vec<String>,
    },
    /// Nobody was asked.
    #[error("No log was at hand to look in: name a register, or use an evidence file.")]
    NoLog,
    /// There are no bytes that the log could be asked about.
    #[error("There is no entry to look for in the log.")]
    NoEntry,
    /// The log holds a digest, and there are no bytes to compare with it.
    #[error("The log holds an entry of this number; without its text it cannot be compared.")]
    EntryMissing,
    /// The log holds the digest of what was erased.
    #[error("The log holds the digest of an entry of this number, whose text was erased.")]
    Erased,
    /// The register was never sealed.
    #[error("The register has no signed checkpoint.")]
    NoCheckpoint,
    /// Not a checkpoint.
    #[error("The checkpoint is not sound: {0}.")]
    CheckpointMalformed(String),
    /// Signed by none of the keys that are trusted.
    #[error("The checkpoint is not signed by the log key that is trusted here ({0}).")]
    ForeignKey(String),
    /// The register shows another log key than the one remembered.
    #[error(
        "THE LOG KEY HAS CHANGED. Remembered: {remembered}; shown now: {shown}. Compare the fingerprint with one on paper before you trust it."
    )]
    LogKeyChanged {
        /// The key of earlier checks.
        remembered: String,
        /// The key that the register names now.
        shown: String,
    },
    /// A checkpoint of another log.
    #[error("The checkpoint is of the log {found}, not of {expected}.")]
    WrongOrigin {
        /// The log it is of.
        found: String,
        /// The log it ought to be of.
        expected: String,
    },
    /// The policy is not there.
    #[error("The log's policy file is missing.")]
    PolicyMissing,
    /// The policy is not sound.
    #[error("The log's policy is not sound: {0}.")]
    PolicyMalformed(String),
    /// The policy is not the one that the newest edition names.
    #[error("The log's policy is not the one that was published in the log.")]
    PolicyNotLogged,
    /// Too few witnesses have signed.
    #[error("Too few witnesses have signed the checkpoint: {0}.")]
    QuorumMissing(String),
    /// The log holds no such entry.
    #[error(
        "The log does not hold this entry. An entry that is signed and not logged is not in the register."
    )]
    NotLogged,
    /// The log holds another text under that number.
    #[error(
        "The log holds other bytes for this entry: it was altered after it was logged, or never logged."
    )]
    DigestDiffers,
    /// A leaf that is none.
    #[error("Entry {} of the log is not sound: {detail}.", nth(*.leaf))]
    LeafMalformed {
        /// Its place, from 0.
        leaf: u64,
        /// What is wrong.
        detail: String,
    },
    /// A bundle of leaves that does not fit the tree.
    #[error("The log's file {0} does not fit the signed tree: an entry of the log was edited.")]
    LeafDamaged(String),
    /// A tile that does not fit the tree.
    #[error("The log's file {0} does not fit the signed tree: the proof is damaged.")]
    TileDamaged(String),
    /// A file of the log that is not there.
    #[error("The log's file {0} is missing.")]
    TileMissing(String),
    /// A proof that leads elsewhere.
    #[error("The proof does not lead from the entry to the signed checkpoint.")]
    ProofInvalid,
    /// The tree does not end with an edition.
    #[error("The log does not end with the record of an edition.")]
    NoEdition,
    /// An older state than one seen before.
    #[error("ROLLBACK: the log showed {seen} entries before and shows {shown} now.")]
    Rollback {
        /// The size remembered.
        seen: u64,
        /// The size shown.
        shown: u64,
    },
    /// A state that does not continue the one seen before.
    #[error(
        "SECOND HISTORY: the log shown now does not continue the one of {seen} entries seen before. Keep both checkpoints: together they prove it."
    )]
    SecondHistory {
        /// The size remembered.
        seen: u64,
    },
}

impl Logged {
    /// Whether it comes of what is remembered, not of the log alone.
    pub(crate) fn is_of_memory(&self) -> bool {
        matches!(
            self,
            Self::LogKeyChanged { .. } | Self::Rollback { .. } | Self::SecondHistory { .. }
        )
    }
}

/// A leaf's place as people count, and as pages do.
fn nth(leaf: u64) -> u64 {
    leaf.saturating_add(1)
}

fn witnessed_en(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" and by the witnesses {}", names.join(", "))
    }
}

fn witnessed_zh(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!("，并有见证方 {} 会签", names.join("、"))
    }
}

impl Reason for Logged {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn certainty(&self) -> Certainty {
        match self {
            Self::Included { .. } => Certainty::Yes,
            Self::NoLog
            | Self::NoEntry
            | Self::EntryMissing
            | Self::Erased
            | Self::NoCheckpoint => Certainty::Unknown,
            _ => Certainty::No,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Included { leaf, size, witnesses } => format!(
                "公开日志共 {size} 条，本条目为第 {} 条；检查点由日志密钥签名{}。",
                nth(*leaf),
                witnessed_zh(witnesses)
            ),
            Self::NoLog => "手头没有日志可查：请指定名录，或使用证据文件。".to_owned(),
            Self::NoEntry => "没有可在日志中查找的条目。".to_owned(),
            Self::EntryMissing => "日志中有该编号的条目；没有其文本，无法比对。".to_owned(),
            Self::Erased => "日志中有该编号条目的摘要，其文本已删除。".to_owned(),
            Self::NoCheckpoint => "名录没有签名的检查点。".to_owned(),
            Self::CheckpointMalformed(detail) => format!("检查点不合格：{detail}。"),
            Self::ForeignKey(key) => format!("检查点不是由此处信任的日志密钥（{key}）签名的。"),
            Self::LogKeyChanged { remembered, shown } => format!(
                "日志密钥已变更！以前为 {remembered}，现在为 {shown}。请先与纸面上的指纹核对，再予信任。"
            ),
            Self::WrongOrigin { found, expected } => {
                format!("检查点属于日志 {found}，而不是 {expected}。")
            }
            Self::PolicyMissing => "缺少日志的策略文件。".to_owned(),
            Self::PolicyMalformed(detail) => format!("日志的策略文件不合格：{detail}。"),
            Self::PolicyNotLogged => "日志的策略文件不是日志中公布的那一份。".to_owned(),
            Self::QuorumMissing(detail) => format!("检查点的见证签名不足：{detail}。"),
            Self::NotLogged => "日志中没有该条目。已签名而未入日志的条目不属于名录。".to_owned(),
            Self::DigestDiffers => {
                "日志中该条目的内容不同：它在入日志后被改动，或从未入日志。".to_owned()
            }
            Self::LeafMalformed { leaf, detail } => {
                format!("日志第 {} 条不合格：{detail}。", nth(*leaf))
            }
            Self::LeafDamaged(file) => {
                format!("日志文件 {file} 与签名的树不符：日志中有条目被改动。")
            }
            Self::TileDamaged(file) => format!("日志文件 {file} 与签名的树不符：证明已损坏。"),
            Self::TileMissing(file) => format!("缺少日志文件 {file}。"),
            Self::ProofInvalid => "证明不能从条目推出签名的检查点。".to_owned(),
            Self::NoEdition => "日志的末尾不是一期的发布记录。".to_owned(),
            Self::Rollback { seen, shown } => {
                format!("回滚：日志以前有 {seen} 条，现在只有 {shown} 条。")
            }
            Self::SecondHistory { seen } => format!(
                "第二份历史：现在的日志不是以前所见 {seen} 条日志的延续。请保留两个检查点：二者合起来即为证据。"
            ),
        }
    }
}
