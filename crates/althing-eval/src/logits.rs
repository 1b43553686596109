//! Logits of a batch of rows at some positions.

use crate::Refusal;

/// What a model says about the next token: `[batch, steps, vocabulary]`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Logits {
    batch: usize,
    steps: usize,
    vocabulary: usize,
    values: Vec<f32>,
}

impl Logits {
    /// Values of this shape.
    ///
    /// # Errors
    /// [`Refusal::Logits`] when their number does not fit the shape, or a side of it is zero.
    pub fn new(
        batch: usize,
        steps: usize,
        vocabulary: usize,
        values: Vec<f32>,
    ) -> Result<Self, Refusal> {
        let count = batch
            .checked_mul(steps)
            .and_then(|rows| rows.checked_mul(vocabulary));
        if count != Some(values.len()) || values.is_empty() {
            return Err(Refusal::Logits(format!(
                "{} logits are no [{batch}, {steps}, {vocabulary}]",
                values.len()
            )));
        }
        Ok(Self {
            batch,
            steps,
            vocabulary,
            values,
        })
    }

    /// Rows of the batch.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Positions of each row.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Logits of each position.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// Batch, steps, vocabulary.
    pub fn shape(&self) -> [usize; 3] {
        [self.batch, self.steps, self.vocabulary]
    }

    /// All of them, row-major.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The logits of every position: the first row's, then the second's.
    pub fn positions(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.vocabulary)
    }

    /// The logits of a row at its last position.
    pub fn last(&self, row: usize) -> &[f32] {
        let end = (row + 1) * self.steps * self.vocabulary;
        &self.values[end - self.vocabulary..end]
    }

    /// Puts steps that were computed one after the other behind each other.
    ///
    /// # Errors
    /// [`Refusal::Logits`] when there are none, or they differ in batch or vocabulary.
    pub fn joined(parts: &[Logits]) -> Result<Self, Refusal> {
        let [batch, _, vocabulary] = parts.first().map_or([0; 3], Logits::shape);
        let alike = |part: &Logits| (part.batch, part.vocabulary) == (batch, vocabulary);
        if !parts.iter().all(alike) {
            return Err(Refusal::Logits("steps of different shapes".to_owned()));
        }
        let steps: usize = parts.iter().map(Logits::steps).sum();
        let mut values = Vec::with_capacity(batch * steps * vocabulary);
        for row in 0..batch {
            for part in parts {
                let length = part.steps * vocabulary;
                values.extend_from_slice(&part.values[row * length..(row + 1) * length]);
            }
        }
        Self::new(batch, steps, vocabulary, values)
    }

    /// Puts rows that were computed one after the other below each other.
    ///
    /// # Errors
    /// [`Refusal::Logits`] when there are none, or they differ in steps or vocabulary.
    pub fn stacked(parts: Vec<Self>) -> Result<Self, Refusal> {
        let [_, steps, vocabulary] = parts.first().map_or([0; 3], Logits::shape);
        let alike = |part: &Logits| (part.steps, part.vocabulary) == (steps, vocabulary);
        if !parts.iter().all(alike) {
            return Err(Refusal::Logits("rows of different shapes".to_owned()));
        }
        let batch = parts.iter().map(Logits::batch).sum();
        let mut parts = parts.into_iter();
        let mut values = parts.next().map_or_else(Vec::new, |first| first.values);
        parts.for_each(|part| values.extend(part.values));
        Self::new(batch, steps, vocabulary, values)
    }

    /// Refuses NaN and infinities: nothing can be concluded from them. `whose` names the logits.
    ///
    /// # Errors
    /// [`Refusal::Logits`] with the first place.
    pub fn finite(&self, whose: &str) -> Result<(), Refusal> {
        let Some(at) = self.values.iter().position(|value| !value.is_finite()) else {
            return Ok(());
        };
        let (place, token) = (at / self.vocabulary, at % self.vocabulary);
        let (row, step) = (place / self.steps, place % self.steps);
        Err(Refusal::Logits(format!(
            "{whose}: the logit of token {token} is {} in row {row} at step {step}",
            self.values[at]
        )))
    }

    /// The largest absolute difference to logits of the same shape.
    pub fn distance(&self, other: &Self) -> Option<f32> {
        let pairs = self.values.iter().zip(&other.values);
        (self.shape() == other.shape())
            .then(|| pairs.fold(0.0, |most: f32, (a, b)| most.max((a - b).abs())))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Logits;

    #[test]
    fn steps_are_put_behind_each_other_row_by_row() {
        let step = |values: &[f32]| Logits::new(2, 1, 2, values.to_vec()).expect("a shape");
        let joined = Logits::joined(&[step(&[1., 2., 3., 4.]), step(&[5., 6., 7., 8.])]);
        let joined = joined.expect("alike");
        assert_eq!(joined.shape(), [2, 2, 2]);
        assert_eq!(joined.values(), [1., 2., 5., 6., 3., 4., 7., 8.]);
        assert_eq!(
            (joined.last(0), joined.last(1)),
            (&[5., 6.][..], &[7., 8.][..])
        );
        let other = Logits::new(1, 1, 2, vec![0., 0.]).expect("a shape");
        assert!(Logits::joined(&[joined, other]).is_err());
        assert!(Logits::joined(&[]).is_err());
    }

    #[test]
    fn rows_are_stacked() {
        let part = |batch, values: &[f32]| Logits::new(batch, 1, 2, values.to_vec());
        let (one, two) = (part(1, &[1., 2.]), part(2, &[3., 4., 5., 6.]));
        let (one, two) = (one.expect("a shape"), two.expect("a shape"));
        let stacked = Logits::stacked(vec![one.clone(), two]).expect("alike");
        let expected = part(3, &[1., 2., 3., 4., 5., 6.]);
        assert_eq!(stacked, expected.expect("a shape"));
        let other = Logits::new(1, 2, 1, vec![0., 0.]).expect("a shape");
        assert!(Logits::stacked(vec![one, other]).is_err());
        assert!(Logits::stacked(vec![]).is_err());
    }

    #[rstest]
    #[case::nan(f32::NAN, "NaN")]
    #[case::infinite(f32::INFINITY, "inf")]
    #[case::below(f32::NEG_INFINITY, "-inf")]
    fn what_is_not_finite_is_found_with_its_place(#[case] value: f32, #[case] name: &str) {
        let mut values = vec![0.; 12];
        values[7] = value;
        let logits = Logits::new(2, 2, 3, values).expect("a shape");
        let said = logits
            .finite("full pass")
            .expect_err("not finite")
            .to_string();
        let place = format!("full pass: the logit of token 1 is {name} in row 1 at step 0");
        assert_eq!(said, place);
    }

    #[rstest]
    #[case(0, 1, 1, 0)]
    #[case(1, 2, 3, 5)]
    #[case(usize::MAX, 2, 2, 4)]
    fn a_shape_that_does_not_fit_is_refused(
        #[case] batch: usize,
        #[case] steps: usize,
        #[case] vocabulary: usize,
        #[case] count: usize,
    ) {
        assert!(Logits::new(batch, steps, vocabulary, vec![0.; count]).is_err());
    }

    #[test]
    fn the_distance_is_the_largest_difference() {
        let one = |values: [f32; 2]| Logits::new(1, 1, 2, values.into()).expect("a shape");
        assert_eq!(one([1., 2.]).distance(&one([1.5, -2.])), Some(4.));
        let long = Logits::new(1, 2, 1, vec![1., 2.]).expect("a shape");
        assert_eq!(one([1., 2.]).distance(&long), None);
    }
}
