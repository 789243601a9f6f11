//! The plausibility gate: how much one edition may change before somebody has to say that it is so.

use std::fmt;

/// So few changes are never implausible, however small the register.
const ALWAYS_PLAUSIBLE: usize = 5;

/// What an edition changes, in numbers. They display as the clerk confirms them:
/// `new=3,changed=2,suspended=1,reinstated=0,ended=0,gone=0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Certificates that were never sealed.
    pub new: usize,
    /// Certificates sealed anew.
    pub changed: usize,
    /// Suspensions.
    pub suspended: usize,
    /// Ends of suspensions.
    pub reinstated: usize,
    /// Certificates withdrawn or cancelled.
    pub ended: usize,
    /// Certificates erased.
    pub gone: usize,
}

/// Whether an edition can be believed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plausible {
    /// It can.
    Yes,
    /// It changes more than the settings allow of so many certificates.
    TooMuch {
        /// How many certificates it changes.
        changes: usize,
        /// How many there are.
        sealed: usize,
        /// What `max_change_percent` allows.
        percent: u32,
    },
    /// Certificates go away.
    Gone(usize),
}

impl Counts {
    /// How many changes there are.
    pub fn sum(&self) -> usize {
        self.new + self.changed + self.suspended + self.reinstated + self.ended + self.gone
    }

    /// Whether so many changes can be believed of a register of so many sealed certificates. The
    /// first edition is all change.
    pub fn plausible(&self, sealed: usize, percent: u32) -> Plausible {
        let changes = self.sum();
        let allowed = sealed.saturating_mul(percent as usize) / 100;
        let floor = if percent == 0 { 0 } else { ALWAYS_PLAUSIBLE };
        match self.gone {
            _ if sealed == 0 => Plausible::Yes,
            0 if changes > allowed.max(floor) => Plausible::TooMuch { changes, sealed, percent },
            0 => Plausible::Yes,
            gone => Plausible::Gone(gone),
        }
    }

    /// Whether a text confirms exactly these numbers.
    pub fn is_confirmed_by(&self, code: &str) -> bool {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        code == self.to_string()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { new, changed, suspended, reinstated, ended, gone } = self;
        write!(
            f,
            "new={new},changed={changed},suspended={suspended},reinstated={reinstated},\
             ended={ended},gone={gone}"
        )
    }
}

impl fmt::Display for Plausible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("plausible"),
            Self::TooMuch { changes, sealed, percent } => write!(
                f,
                "{changes} changes to {sealed} sealed certificates are more than the {percent} % of \
                 `max_change_percent`"
            ),
            Self::Gone(1) => f.write_str("a certificate goes away"),
            Self::Gone(gone) => write!(f, "{gone} certificates go away"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Counts =
        Counts { new: 0, changed: 0, suspended: 0, reinstated: 0, ended: 0, gone: 0 };

    #[test]
    fn few_changes_and_a_first_edition_are_plausible() {
        let many = Counts { new: 30, ..NONE };
        assert_eq!(many.plausible(0, 20), Plausible::Yes);
        assert_eq!(many.plausible(150, 20), Plausible::Yes);
        let too_much = Plausible::TooMuch { changes: 30, sealed: 149, percent: 20 };
        assert_eq!(many.plausible(149, 20), too_much);
        assert_eq!(Counts { suspended: 5, ..NONE }.plausible(6, 20), Plausible::Yes);
        assert_ne!(Counts { suspended: 6, ..NONE }.plausible(6, 20), Plausible::Yes);
        assert_ne!(Counts { suspended: 1, ..NONE }.plausible(6, 0), Plausible::Yes);
        assert_eq!(Counts { gone: 1, ..NONE }.plausible(1000, 20), Plausible::Gone(1));
    }

    #[test]
    fn only_the_numbers_as_printed_confirm() {
        let counts = Counts { new: 3, changed: 2, suspended: 1, ..NONE };
        let code = "new=3,changed=2,suspended=1,reinstated=0,ended=0,gone=0";
        assert_eq!(counts.to_string(), code);
        assert!(counts.is_confirmed_by(code));
        assert!(!counts.is_confirmed_by("new=3,changed=2,suspended=1"));
        assert!(!Counts { new: 4, ..counts }.is_confirmed_by(code));
    }
}
