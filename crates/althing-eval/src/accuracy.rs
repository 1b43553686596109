//! Teacher forcing (specification §10.2): how often a candidate agrees with the reference.

use crate::{Logits, Refusal};

/// How many of a candidate's best tokens count for `top5`.
const FIVE: usize = 5;

/// In how many compared steps the candidate agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Steps with the same best token (B-335).
    pub first: u64,
    /// Steps in which the reference's best token is among the candidate's best five (B-336).
    pub five: u64,
    /// Compared steps: batch × decode steps (B-A14).
    pub steps: u64,
}

impl Agreement {
    /// `first` as a fraction (B-338).
    pub fn top1(&self) -> f64 {
        fraction(self.first, self.steps)
    }

    /// `five` as a fraction.
    pub fn top5(&self) -> f64 {
        fraction(self.five, self.steps)
    }
}

#[expect(clippy::cast_precision_loss, reason = "far fewer steps than 2^52")]
fn fraction(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// Compares two models at every step of every row (B-332, B-337).
///
/// # Errors
/// [`Refusal::Logits`] for different shapes, and for logits that are not finite: agreement with
/// them would say nothing.
pub fn agreement(candidate: &Logits, reference: &Logits) -> Result<Agreement, Refusal> {
    if candidate.shape() != reference.shape() {
        return Err(Refusal::Logits(format!(
            "the candidate's logits are {:?}, the reference's {:?}",
            candidate.shape(),
            reference.shape()
        )));
    }
    candidate.finite("candidate")?;
    reference.finite("reference")?;
    let mut agreement = Agreement {
        first: 0,
        five: 0,
        steps: 0,
    };
    for (ours, theirs) in candidate.positions().zip(reference.positions()) {
        let place = place(ours, best(theirs));
        agreement.first += u64::from(place == 0);
        agreement.five += u64::from(place < FIVE);
        agreement.steps += 1;
    }
    Ok(agreement)
}

/// The token with the largest logit; of equal ones, the lowest id.
pub fn best(logits: &[f32]) -> usize {
    let mut best = 0;
    for (token, value) in logits.iter().enumerate() {
        if *value > logits[best] {
            best = token;
        }
    }
    best
}

/// How many tokens come before this one; of equal ones, the lower id comes first.
fn place(logits: &[f32], token: usize) -> usize {
    let (before, behind) = logits.split_at(token);
    let value = behind[0];
    let higher = behind.iter().filter(|it| **it > value).count();
    before.iter().filter(|it| **it >= value).count() + higher
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Agreement, agreement, best, place};
    use crate::Logits;

    fn logits(steps: &[&[f32]]) -> Logits {
        Logits::new(1, steps.len(), steps[0].len(), steps.concat()).expect("a shape")
    }

    #[rstest]
    #[case::one_is_better(&[0., 3., 1.], 1)]
    #[case::equal_ones(&[2., 3., 3.], 1)]
    #[case::all_equal(&[0., 0., 0.], 0)]
    #[case::signs_of_zero(&[-0.0, 0.0], 0)]
    #[case::below_zero(&[-5., -4.], 1)]
    fn the_best_token_is_the_lowest_of_equal_ones(#[case] row: &[f32], #[case] expected: usize) {
        assert_eq!(best(row), expected);
    }

    #[rstest]
    #[case::first(&[9., 5., 4., 3., 2., 1.], (1, 1))]
    #[case::second(&[5., 9., 4., 3., 2., 1.], (0, 1))]
    #[case::fifth(&[2., 9., 5., 4., 3., 1.], (0, 1))]
    #[case::sixth(&[1., 9., 5., 4., 3., 2.], (0, 0))]
    #[case::equal_to_the_fifth_but_lower(&[2., 9., 5., 4., 3., 2.], (0, 1))]
    #[case::all_equal(&[0., 0., 0., 0., 0., 0.], (1, 1))]
    fn the_references_best_token_counts_by_its_place(
        #[case] candidate: &[f32],
        #[case] expected: (u64, u64),
    ) {
        let found = agreement(&logits(&[candidate]), &logits(&[&[9., 0., 0., 0., 0., 0.]]));
        let found = found.expect("comparable");
        assert_eq!((found.first, found.five), expected);
    }

    #[test]
    fn of_equal_ones_a_high_id_comes_after_the_fifth() {
        let candidate = [1., 1., 1., 1., 1., 1.];
        let found = agreement(
            &logits(&[&candidate]),
            &logits(&[&[0., 0., 0., 0., 0., 9.]]),
        );
        assert_eq!(found.expect("comparable").five, 0);
    }

    #[test]
    fn steps_and_rows_are_counted_together_and_told_as_fractions() {
        let reference = Logits::new(2, 2, 2, vec![1., 0., 0., 1., 1., 0., 0., 1.]);
        let candidate = Logits::new(2, 2, 2, vec![1., 0., 0., 1., 0., 1., 0., 1.]);
        let found = agreement(&candidate.expect("shape"), &reference.expect("shape"));
        let found = found.expect("comparable");
        let expected = Agreement {
            first: 3,
            five: 4,
            steps: 4,
        };
        assert_eq!(found, expected);
        assert_eq!((found.top1(), found.top5()), (0.75, 1.0));
    }

    #[rstest]
    #[case::candidate(&[f32::NAN, 1.], &[0., 1.], "candidate")]
    #[case::reference(&[0., 1.], &[0., f32::INFINITY], "reference")]
    fn nothing_is_concluded_from_what_is_not_finite(
        #[case] ours: &[f32],
        #[case] theirs: &[f32],
        #[case] whose: &str,
    ) {
        let refused = agreement(&logits(&[ours]), &logits(&[theirs])).expect_err("refused");
        assert!(refused.to_string().starts_with(whose), "{refused}");
    }

    #[test]
    fn different_shapes_are_not_compared() {
        let (short, long) = (logits(&[&[1., 2.]]), logits(&[&[1., 2.], &[1., 2.]]));
        assert!(agreement(&short, &long).is_err());
    }

    proptest! {
        #[test]
        fn a_place_is_that_in_the_sorted_row(row in prop::collection::vec(-2i8..2, 1..12), at in any::<prop::sample::Index>()) {
            let row: Vec<f32> = row.into_iter().map(f32::from).collect();
            let token = at.index(row.len());
            let mut order: Vec<usize> = (0..row.len()).collect();
            order.sort_by(|a, b| row[*b].total_cmp(&row[*a]).then(a.cmp(b)));
            prop_assert_eq!(order[0], best(&row));
            prop_assert_eq!(order.iter().position(|it| *it == token), Some(place(&row, token)));
        }
    }
}
