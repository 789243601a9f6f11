//! The kinds of findings.

use strum::{EnumIter, IntoStaticStr};

/// Whether a finding forbids publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// The register is not published while it stands.
    Error,
    /// Worth a look; forbids publishing only with `--strict`.
    Warning,
}

/// Stable name of a kind of finding: printed in kebab case and explained in docs/findings.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    // Files
    /// A file or folder cannot be read.
    FileUnreadable,
    /// A file is not UTF-8.
    FileNotUtf8,
    /// A file is larger than any record is.
    FileTooLarge,
    /// A file is empty.
    FileEmpty,
    /// A file holds a NUL or another control character.
    FileControlCharacter,
    /// A folder has the name of a record, or something that is no file stands in its place.
    FileNotAFile,
    /// A symbolic link inside the register.
    FileSymlink,
    /// A file in `content/` that is neither record, scheme, guidance nor picture.
    FileIgnored,
    /// A file's name cannot become an address, or another file has that address.
    FileName,

    // Front matter
    /// A file does not begin with `+++`.
    FrontMatterMissing,
    /// The second `+++` is missing.
    FrontMatterUnclosed,
    /// The TOML cannot be read.
    TomlSyntax,
    /// A key that nothing reads.
    KeyUnknown,
    /// A key that must be there.
    KeyMissing,
    /// A value of another type.
    ValueType,
    /// A value outside what is allowed for it.
    ValueInvalid,
    /// A text in a language that the register is not published in.
    LanguageUnpublished,
    /// A text holds an invisible or direction-changing character.
    TextInvisible,

    // Certificate numbers and holders
    /// A text is not a certificate number.
    NumberMalformed,
    /// Two records have one number, in whatever spelling.
    NumberDuplicate,
    /// A number ends in punctuation.
    NumberPunctuation,
    /// A number does not fit the scheme's pattern.
    NumberPattern,
    /// A text is not a unified social credit code.
    CreditCodeMalformed,
    /// The check digit of a credit code is wrong (GB 32100-2015).
    CreditCodeCheckDigit,
    /// The check digit is wrong and waived with a reason.
    CreditCodeWaived,
    /// A waiver for a credit code that needs none.
    CreditCodeWaiverUnneeded,
    /// The organisation code inside the credit code has a wrong check digit (GB 11714).
    CreditCodeOrganisation,
    /// A holder has no identifier, or two.
    HolderIdentifier,
    /// One credit code stands under two names.
    HolderNameConflict,
    /// One holder's identifier changes to another's within a certificate.
    HolderTransfer,
    /// `succeeds` names no certificate of the register, or itself.
    SucceedsUnknown,
    /// A certificate is succeeded by another but has not ended.
    SucceededNotEnded,

    // Names that must be known
    /// No scheme file of that name.
    SchemeUnknown,
    /// The scheme has no such level.
    LevelUnknown,
    /// The scheme has no such reason.
    ReasonUnknown,
    /// The scheme has no such clause.
    ClauseUnknown,
    /// A code without a name in `content/regions.toml` or `content/industries.toml`.
    CodeUnnamed,
    /// An event names a site that is not there, or no longer.
    SiteUnknown,

    // Dates
    /// A certificate was issued before the decision (ISO/IEC 17065, 7.7).
    DecidedAfterIssued,
    /// A certificate ends before it begins.
    DatesReversed,
    /// The expiry lies beyond the scheme's cycle.
    TermTooLong,
    /// The expiry lies well before the end of the scheme's cycle.
    TermShort,
    /// An issue date lies in the future.
    IssuedAhead,
    /// `first_granted` is later than the grant.
    FirstGrantedLate,
    /// A grant after the scheme's transition has ended, or before the scheme began.
    SchemeNotInForce,

    // Events
    /// An event happens before the grant.
    EventBeforeGrant,
    /// An event is recorded after one of a later date.
    EventOutOfOrder,
    /// An event follows the end of the certificate.
    EventAfterEnd,
    /// An event lacks a fact that its kind needs.
    EventFactMissing,
    /// An event carries a fact that its kind cannot change.
    EventFactForeign,
    /// An event changes nothing.
    EventNoChange,
    /// A reinstatement without a suspension.
    ReinstatedNotSuspended,
    /// A suspension during a suspension.
    SuspendedTwice,
    /// A recertification during a suspension.
    RecertifiedSuspended,
    /// A suspension is longer than the scheme allows.
    SuspensionLong,
    /// A surveillance is overdue.
    SurveillanceOverdue,
    /// A correction takes effect after the day it was made.
    CorrectionAhead,

    // Evaluation
    /// The level asks for a higher score.
    ScoreBelowLevel,
    /// The score is above the scheme's total or below zero.
    ScoreOutOfRange,
    /// The clauses give another score.
    ScoreMismatch,
    /// More points obtained than applicable, or other points applicable than the scheme says.
    ClausePoints,
    /// An excluded clause has points, or exclusions are not allowed.
    ExclusionInvalid,
    /// As many special deductions as fail an evaluation.
    DeductionsTooMany,
    /// More special bonuses than allowed.
    BonusTooMany,
    /// Fewer after-sales service managers than the scheme asks for.
    QuotaNotMet,
    /// An evaluation later than the decision that rests on it.
    EvaluationAfterDecision,

    // Scheme files
    /// The points of a clause are not the sum of its children's.
    SchemePoints,
    /// Levels out of order, without thresholds, or twice.
    SchemeLevels,
    /// A clause names a parent that is not there, or stands twice.
    SchemeClauses,

    // Markdown
    /// A link leads to nothing in the register.
    LinkBroken,
    /// A link that is neither http, https, mailto nor relative.
    LinkUnsafe,
    /// A picture that is not in the register.
    ImageOutside,
    /// A picture that can run scripts.
    ImageActive,
    /// Two headings of a page have one identifier.
    HeadingDuplicate,

    // Signed entries
    /// A record tells its sealed past otherwise.
    SealedRewritten,
    /// A sealed number has no record.
    SealedMissing,
    /// A record of a number that was erased.
    SealedErased,
    /// The ledger is of a register at another address.
    SealedElsewhere,
    /// A file beside the log is not that of the last edition.
    SealedUnfinished,
    /// A text that cannot be signed, because it would not be the same to every reader.
    SealUnfit,
    /// A private key lies where everybody can read it.
    KeyExposed,
    /// A demo key of a register that is not made up.
    KeyDemo,
    /// Keys of one's own, and an address that is kept for examples.
    BaseUrlExample,

    // Theme
    /// A template cannot be read.
    TemplateSyntax,
    /// A template is not safe once minified.
    TemplateUnsafe,
    /// A theme lacks a label, or has one that nothing reads.
    LabelUnknown,
}

impl Code {
    /// The stable name, in kebab case.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether findings of this kind forbid publishing.
    pub fn severity(self) -> Severity {
        match self {
            Self::FileIgnored
            | Self::LanguageUnpublished
            | Self::NumberPunctuation
            | Self::NumberPattern
            | Self::CreditCodeWaived
            | Self::CreditCodeWaiverUnneeded
            | Self::CreditCodeOrganisation
            | Self::HolderNameConflict
            | Self::SucceededNotEnded
            | Self::CodeUnnamed
            | Self::TermShort
            | Self::IssuedAhead
            | Self::EventNoChange
            | Self::SuspensionLong
            | Self::SurveillanceOverdue
            | Self::QuotaNotMet
            | Self::LinkUnsafe
            | Self::SealedUnfinished
            | Self::BaseUrlExample
            | Self::LabelUnknown => Severity::Warning,
            _ => Severity::Error,
        }
    }
}
