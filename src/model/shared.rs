//! What many certificates have in common, kept once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Certificate, Coded, Names, Register, Rule};

/// How many rules are looked through; a body has a few.
const MOST_RULES: usize = 64;

/// Values that many certificates of one register have in common, for as long as it is being read.
#[derive(Debug)]
pub struct Shared<'n> {
    regions: &'n Names,
    industries: &'n Names,
    rules: Mutex<Vec<Arc<Rule>>>,
}

impl<'n> Shared<'n> {
    /// Shares the codes of these lists, and the rules that come along.
    pub fn new(regions: &'n Names, industries: &'n Names) -> Self {
        Self { regions, industries, rules: Mutex::default() }
    }

    /// Shares what stands in the lists of a register, and the rules that come along.
    pub fn of(register: &'n Register) -> Self {
        Self::new(&register.regions, &register.industries)
    }

    /// The certificate, holding what others hold too where it says the same.
    #[must_use]
    pub fn share(&self, mut certificate: Certificate) -> Certificate {
        let grant = &mut certificate.grant;
        for coded in grant.region.iter_mut().chain(&mut grant.industry) {
            self.coded(coded);
        }
        for event in &mut certificate.events {
            event.change.share(|coded| self.coded(coded));
        }
        if let Some(rule) = &mut certificate.rule {
            self.rule(rule);
        }
        certificate
    }

    /// What the lists say of a code. None is one of a region and of an industry.
    pub fn known(&self, code: &str) -> Option<&'n Arc<Coded>> {
        [self.regions, self.industries].into_iter().find_map(|names| names.codes.get(code))
    }

    fn coded(&self, coded: &mut Arc<Coded>) {
        if let Some(known) = self.known(&coded.code).filter(|known| *known == coded) {
            *coded = Arc::clone(known);
        }
    }

    /// A rule, once for all that hold it.
    pub fn rule(&self, rule: &mut Arc<Rule>) {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        match rules.iter().find(|known| *known == rule) {
            Some(known) => *rule = Arc::clone(known),
            None if rules.len() < MOST_RULES => rules.push(Arc::clone(rule)),
            None => {}
        }
    }
}
