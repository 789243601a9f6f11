//! From a sealed entry back to the certificate it states, so that pages and answers come from it.

use std::sync::Arc;

use crate::credential::{Credential, StatusChange};
use crate::model::{Certificate, Scheme};

/// Why an entry cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevealError {
    /// The scheme is another one.
    #[error("the entry is of the scheme `{stated}`, not `{given}`")]
    Scheme {
        /// What the entry says.
        stated: Box<str>,
        /// What was given.
        given: Box<str>,
    },
    /// A level that the scheme does not have any more.
    #[error("the scheme `{scheme}` has no level `{level}`; levels that were sealed must stay")]
    Level {
        /// The scheme.
        scheme: Box<str>,
        /// The level.
        level: Box<str>,
    },
    /// A history that does not begin with the grant.
    #[error("the entry's history does not begin with the grant")]
    Grant,
}

impl Credential {
    /// The certificate that the entry and its status leaves (in log order) state. Its timeline
    /// answers for any day as the record's does, but for what is not published. The file that links
    /// in its remarks start from is not in an entry: it is left at `content/certificates/PATH.md`.
    pub fn reveal(
        &self,
        statuses: &[StatusChange],
        scheme: &Arc<Scheme>,
    ) -> Result<Certificate, RevealError> {
        todo!()
    }

    /// As much of the scheme as the entry itself states, for whoever has nothing else at hand: its
    /// id and standard, the levels that occur, and the end of a transition.
    pub fn scheme(&self) -> Arc<Scheme> {
        todo!()
    }
}
