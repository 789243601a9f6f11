//! Made-up evaluations: scores that reach their level, and clauses that add up to them.

use jiff::civil::Date;

use crate::scaffold::sample::{random::Random, record::Evaluation, scheme::Scheme};

/// Whether an evaluation says how each clause did.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Clause by clause, where the scheme's points are confirmed.
    Clauses,
    ScoreOnly,
}

/// Evaluates one company under one scheme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evaluator<'w> {
    pub(super) scheme: &'w Scheme,
    /// About how many people manage its service.
    pub(super) staff: u32,
}

impl<'w> Evaluator<'w> {
    pub(super) fn new(random: &mut Random, scheme: &'w Scheme) -> Self {
        let staff = match random.below(10) {
            0..7 => random.between(4, 60),
            7..9 => random.between(60, 200),
            _ => random.between(200, 900),
        };
        Self { scheme, staff }
    }

    /// An evaluation that reaches a level and not the next one.
    pub(super) fn evaluate(
        &self,
        random: &mut Random,
        level: usize,
        date: Date,
        detail: Detail,
    ) -> Evaluation {
        let scheme = self.scheme;
        let least = scheme.levels[level].least;
        let top = scheme.total - scheme.total / 40;
        let most = scheme.levels.get(level + 1).map_or(top, |next| next.least - 1).max(least);
        let has_clauses = detail == Detail::Clauses && !scheme.clauses.is_empty();
        // Clauses are scored in half points, so then the score is a multiple of five tenths.
        let step = if has_clauses { 5 } else { 1 };
        let score = random.between(least.div_ceil(step), most / step) * step;
        let bonus = u32::from(random.chance(60));
        let deductions = [0, 1, 2][random.weighted([88, 9, 3].into_iter())];
        let deductions = if score + 10 * deductions > scheme.total { 0 } else { deductions };
        let obtained = score + 10 * deductions - 10 * bonus;
        let clauses = if has_clauses { clauses(random, scheme, obtained / 5) } else { Vec::new() };
        let staff = random.between(self.staff - self.staff / 12, self.staff + self.staff / 8);
        let managers = staff.div_ceil(10) + random.below(3);
        Evaluation { date, score, deductions, bonus, staff, managers, clauses }
    }
}

/// Half points obtained by clause, as many as given in all. Each clause loses in proportion to
/// what it could.
fn clauses(random: &mut Random, scheme: &Scheme, obtained: u32) -> Vec<u32> {
    let mut points: Vec<u32> = scheme.clauses.iter().map(|clause| 2 * clause.points).collect();
    let most: u32 = points.iter().sum();
    for _ in obtained..most {
        let at = random.weighted(points.iter().copied());
        points[at] -= 1;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::sample::random::Stream;

    #[test]
    fn scores_reach_their_level_and_clauses_add_up() {
        let schemes = Scheme::read_all();
        for (index, scheme) in (0..).zip(schemes.iter().cycle().take(3000)) {
            let mut random = Random::new(5, Stream::Grant, index);
            let level = random.place(scheme.levels.len());
            let evaluator = Evaluator::new(&mut random, scheme);
            let made = evaluator.evaluate(&mut random, level, Date::ZERO, Detail::Clauses);
            assert!(made.score >= scheme.levels[level].least && made.score <= scheme.total);
            assert!(scheme.levels.get(level + 1).is_none_or(|next| made.score < next.least));
            assert!(made.managers * 10 >= made.staff && made.managers > 0);
            assert_eq!(made.clauses.len(), scheme.clauses.len());
            if made.clauses.is_empty() {
                continue;
            }
            let obtained: u32 = made.clauses.iter().sum();
            assert_eq!(obtained * 5 + 10 * made.bonus, made.score + 10 * made.deductions);
            let fits = |(clause, points): (&crate::scaffold::sample::scheme::Clause, &u32)| {
                *points <= 2 * clause.points
            };
            assert!(scheme.clauses.iter().zip(&made.clauses).all(fits));
        }
    }
}
