//! The domain: values that cannot be malformed.
//!
//! No files, no spans, no clock. A [`Certificate`] folds its facts as granted and its events into
//! a [`Standing`] for any day; everything a page or a list says about a day comes from there.

mod calendar;
mod certificate;
mod change;
mod credit_code;
mod decimal;
mod evaluation;
mod fold;
mod holder;
mod number;
mod places;
mod register;
mod scheme;
mod shared;
mod standing;
mod text;

pub use calendar::{Cycle, add_months};
pub use certificate::{Certificate, Event, EventKind, Grant, Rule};
pub use change::{Change, NewFacts};
pub use credit_code::{CreditCode, CreditCodeError};
pub use decimal::{Decimal, DecimalError, Ratio};
pub use evaluation::{ClauseScore, Evaluation};
pub use holder::{Holder, HolderId};
pub use number::{CertificateNumber, NumberError, escape_path};
pub(crate) use number::{is_invisible, may_hide, number_key};
pub use places::{Coded, Site, SiteRole};
pub use register::{Guide, Names, Picture, Register};
pub use scheme::{
    Clause, DisplayRounding, Factor, Level, Publication, Quota, Reason, Sampling, Scheme, Scoring,
};
pub use shared::Shared;
pub use standing::{Segment, SiteStanding, Standing, Status, Surveillance, Timeline};
pub use text::{Language, LocalText};
