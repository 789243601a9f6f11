//! All records of a register once they have been read: their certificates, and of each record what
//! is looked at across records.

use rayon::prelude::*;

use crate::cache::Key;
use crate::diag::Report;
use crate::load::{
    kept::Trace,
    record::{Parsed, Span},
};
use crate::model::Certificate;

/// Records in the order of their files. A million of them are held at once, so that nothing is kept
/// that can be read again.
#[derive(Debug, Default)]
pub(super) struct Records {
    certificates: Vec<Certificate>,
    all: Vec<Record>,
}

/// A record, but for its certificate.
#[derive(Debug)]
pub(super) struct Record {
    /// The place of its certificate, where nothing forbids it.
    certificate: Option<u32>,
    /// The number's key, where there is no certificate to ask.
    number: Option<Box<str>>,
    /// Where the number stands.
    pub(super) number_at: Option<Span>,
    /// Where it says what it succeeds.
    pub(super) succeeds_at: Option<Span>,
    /// Where the holder's identifier stands.
    pub(super) holder_at: Option<Span>,
    /// What is kept of it between runs, if anything is.
    pub(super) trace: Option<Trace>,
}

impl Records {
    /// Room for so many.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { certificates: Vec::with_capacity(count), all: Vec::with_capacity(count) }
    }

    /// Takes the next records in. What is wrong with them goes to the report.
    pub(super) fn take_in(&mut self, parsed: Vec<Parsed>, report: &mut Report) {
        for record in parsed {
            let Parsed { certificate, number_at, succeeds_at, holder_at, trace, .. } = record;
            report.append(record.report);
            let (number, certificate) = match certificate {
                Some(certificate) => {
                    let place = u32::try_from(self.certificates.len()).ok();
                    self.certificates.push(certificate);
                    (None, place)
                }
                None => (record.number, None),
            };
            self.all.push(Record { certificate, number, number_at, succeeds_at, holder_at, trace });
        }
    }

    /// The records.
    pub(super) fn all(&self) -> &[Record] {
        &self.all
    }

    /// What is kept of records between runs, in their order.
    pub(super) fn traces(&mut self) -> impl Iterator<Item = Option<&mut Trace>> {
        self.all.iter_mut().map(|record| record.trace.as_mut())
    }

    /// The records that have a certificate, by their places.
    pub(super) fn sound(&self) -> impl Iterator<Item = (usize, &Certificate)> {
        let certificate = |(at, _)| Some((at, self.certificate(at)?));
        self.all.iter().enumerate().filter_map(certificate)
    }

    /// The certificate of a record.
    pub(super) fn certificate(&self, at: usize) -> Option<&Certificate> {
        self.certificates.get(self.all.get(at)?.certificate? as usize)
    }

    /// The key of a record's number, known even where something else is wrong.
    pub(super) fn number(&self, at: usize) -> Option<&str> {
        let certificate = self.certificate(at).map(|certificate| certificate.number.key());
        certificate.or_else(|| self.all.get(at)?.number.as_deref())
    }

    /// The places of records that have a number, in the order of their numbers.
    pub(super) fn by_number(&self) -> Vec<usize> {
        let mut places: Vec<_> =
            (0..self.all.len()).filter(|at| self.number(*at).is_some()).collect();
        places.par_sort_by(|a, b| self.number(*a).cmp(&self.number(*b)));
        places
    }

    /// The certificates and the keys of what they were read from, in an order of the records.
    pub(super) fn into_order(self, places: &[usize]) -> (Vec<Certificate>, Vec<Key>) {
        let Self { mut certificates, all } = self;
        let mut order = Vec::with_capacity(certificates.len());
        let mut keys = vec![Key::default(); certificates.len()];
        for record in places.iter().map(|at| &all[*at]) {
            let Some(place) = record.certificate else { continue };
            keys[order.len()] = record.trace.as_ref().map(|trace| trace.digest).unwrap_or_default();
            order.push(place as usize);
        }
        drop(all);
        reorder(&mut certificates, order);
        (certificates, keys)
    }
}

/// Puts values in an order of their places, each value once, where they lie.
fn reorder<T>(values: &mut [T], mut order: Vec<usize>) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            // The circle is closed, or what lies here has been put right before.
            if from == start || from == at {
                break;
            }
            values.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn values_stand_in_the_order_of_their_places(
            order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
            more in 0..40_usize,
        ) {
            let order: Vec<_> = order.into_iter().filter(|place| *place <= more).collect();
            let mut values: Vec<_> = (0..=more).map(|place| format!("{place}")).collect();
            let ordered: Vec<_> = order.iter().map(|place| values[*place].clone()).collect();
            reorder(&mut values, order);
            prop_assert_eq!(values, ordered);
        }
    }
}
