//! A made-up certificate as it is granted.

use jiff::civil::Date;

use crate::scaffold::sample::{
    calendar::{add_days, add_months, cycle_end, days_before, workday},
    company::Company,
    evaluation::{Detail, Evaluator},
    random::Random,
    record::{Record, Region},
    remarks::remarks,
    scheme::Scheme,
    sites,
    words::Words,
};

/// What is settled before anything random is.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'w> {
    pub(super) words: &'w Words,
    pub(super) schemes: &'w [Scheme],
    pub(super) today: Date,
    pub(super) issued: Date,
    /// Which of its holder's certificates this is, from 0.
    pub(super) ordinal: usize,
    /// The way from the record's folder up to `content/`.
    pub(super) up: &'static str,
}

impl<'w> Occasion<'w> {
    /// The scheme of the certificate: the holder's next one that is in force.
    fn scheme(&self, company: &Company<'w>) -> &'w Scheme {
        let fitting = &company.trade.schemes;
        let of = |at: usize| {
            let (code, _) = &fitting[at % fitting.len()];
            self.schemes.iter().find(|scheme| scheme.code == code).expect("tested")
        };
        let in_force = |scheme: &&Scheme| scheme.from.is_none_or(|from| from <= self.issued);
        let first = company.first_scheme + self.ordinal;
        (first..first + fitting.len()).map(of).find(in_force).unwrap_or_else(|| of(0))
    }

    /// The certificate of a number (its last part) as granted.
    pub(super) fn grant(
        &self,
        random: &mut Random,
        company: &Company<'w>,
        serial: &str,
    ) -> Record<'w> {
        let scheme = self.scheme(company);
        let issued = self.issued;
        let decided = workday(days_before(issued, random.below(9)));
        let valid_from = self.valid_from(random);
        let from = valid_from.unwrap_or(issued);
        // Three years to the same day is one day too many; some are typed so and corrected later.
        let expires = if random.chance(8) { add_months(from, 36) } else { cycle_end(from) };
        let level = random.weighted(scheme.levels.iter().map(|level| level.weight));
        let evaluated = workday(days_before(decided, random.between(5, 45)));
        let evaluator = Evaluator::new(random, scheme);
        let evaluation = evaluator.evaluate(random, level, evaluated, Detail::Clauses);
        let exclusion = (scheme.code == "SC" && random.chance(120)).then_some("5.2.6");
        let trade = company.trade;
        let first_granted =
            random.chance(200).then(|| add_months(issued, -36 * i64::from(random.between(1, 3))));
        let reported_on = workday(add_days(issued, random.between(3, 20)).max(issued));
        let reported_on =
            random.chance(700).then_some(reported_on).filter(|day| *day <= self.today);
        let sites = sites::granted(random, self.words, company);
        let scope = random.pick(&trade.scopes);
        let remarks = random.chance(150).then(|| remarks(random, self.up, exclusion));
        Record {
            languages: company.languages,
            number: format!("AST-{}-{}-{serial}", scheme.code, issued.year()),
            level,
            decided,
            issued,
            valid_from,
            expires,
            first_granted,
            industry: &trade.industries.0,
            region: region(random, company),
            scope,
            exclusion,
            rule: random.chance(300).then(|| random.between(1, 9)),
            reported_on,
            name: company.name(company.form),
            credit_code: company.credit_code.clone(),
            address: company.address.clone(),
            evaluator,
            evaluation,
            sites,
            events: Vec::new(),
            remarks,
        }
    }

    /// A first day after the day of issue: now and then, and often in the last weeks, so that some
    /// certificates are not yet valid today.
    fn valid_from(&self, random: &mut Random) -> Option<Date> {
        let is_new = add_days(self.issued, 20) > self.today;
        if is_new && random.chance(400) {
            return Some(add_days(self.today, random.between(1, 40)));
        }
        random.chance(60).then(|| {
            let next_month = add_months(self.issued, 1);
            next_month.first_of_month()
        })
    }
}

fn region<'w>(random: &mut Random, company: &Company<'w>) -> Region<'w> {
    let place = company.place;
    let (city, city_en) = place.name();
    let name = || (format!("{city}市"), city_en.to_owned()).into();
    Region { code: &place.code, written_out: random.chance(50).then(name) }
}
