//! Rows that are passed together. What a row gets does not depend on the rows beside it, but the
//! memory that a pass needs grows with all of them.

use std::ops::Range;

use crate::{Logits, Model, Refusal};

/// So many tokens keep all cores busy, and their activations and what is kept of them some
/// gigabytes for the largest models that a machine of this kind computes.
const MOST_TOKENS: usize = 1 << 13;

/// How many rows a group has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Groups {
    rows: usize,
}

impl Groups {
    /// For rows of this length.
    pub(super) fn of(length: usize) -> Self {
        Self::of_rows(MOST_TOKENS / length.max(1))
    }

    pub(super) fn of_rows(rows: usize) -> Self {
        Self { rows: rows.max(1) }
    }

    /// What `pass` makes of each group of so many rows.
    pub(super) fn each<T>(
        self,
        rows: usize,
        mut pass: impl FnMut(Range<usize>) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let firsts = (0..rows).step_by(self.rows);
        let groups = firsts.map(|first| first..rows.min(first.saturating_add(self.rows)));
        groups
            .map(|group| {
                let first = group.start;
                pass(group).map_err(|refusal| of_rows_from(first, refusal))
            })
            .collect()
    }

    /// [`Model::full`].
    pub(super) fn full(
        self,
        model: &Model,
        ids: &[Vec<u32>],
        from: usize,
    ) -> Result<Logits, Refusal> {
        Logits::stacked(self.each(ids.len(), |group| model.full(&ids[group], from))?)
    }
}

/// A refusal of logits names a row of the group.
fn of_rows_from(first: usize, refusal: Refusal) -> Refusal {
    if first == 0 {
        return refusal;
    }
    if let Refusal::Logits(why) = refusal {
        return Refusal::Logits(format!("of the rows from {first} on: {why}"));
    }
    refusal
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Groups;
    use crate::Refusal;

    #[rstest]
    #[case::short(1, 8192)]
    #[case::longer(1000, 8)]
    #[case::just(8192, 1)]
    #[case::long(8193, 1)]
    fn a_group_has_a_bounded_number_of_tokens(#[case] length: usize, #[case] rows: usize) {
        assert_eq!(Groups::of(length).rows, rows);
    }

    #[rstest]
    #[case::all_together(9, &[(0, 5)])]
    #[case::with_a_rest(2, &[(0, 2), (2, 4), (4, 5)])]
    #[case::alone(1, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])]
    fn every_row_is_in_one_group(#[case] rows: usize, #[case] expected: &[(usize, usize)]) {
        let groups = Groups::of_rows(rows).each(5, |group| Ok((group.start, group.end)));
        assert_eq!(groups.expect("groups"), expected);
    }

    #[test]
    fn a_refusal_of_a_later_group_says_of_which() {
        let refused = Groups::of_rows(2).each(5, |group| match group.start {
            0 => Ok(()),
            _ => Err(Refusal::Logits("row 1".to_owned())),
        });
        let said = refused.expect_err("refused").to_string();
        assert_eq!(said, "of the rows from 2 on: row 1");
    }
}
