//! What is kept of numbers: of weights when they are loaded, of activations between operations.

use rayon::prelude::*;

use super::{
    matrix::{Matrix, Storage},
    values::Values,
};
use crate::{BlockFormat, Numerics, round_to_bf16};

/// Outputs that share exponents. Accelerators multiply with weights that have inputs before
/// outputs, so that a group of a block format lies across the rows of a matrix here.
const GROUP: usize = 16;

/// float32, or bfloat16 as on an accelerator. What an accelerator computes as one operation (a
/// product with its bias, attention from scores to weighted values, a norm) rounds once, at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    Float32,
    Bfloat16,
}

impl Precision {
    /// The result of an operation as the next one gets it.
    pub(super) fn kept(self, mut values: Vec<f32>) -> Vec<f32> {
        if self == Self::Bfloat16 {
            round_to_bf16(&mut values);
        }
        values
    }
}

impl Numerics {
    pub(super) fn precision(self) -> Precision {
        match self {
            Self::Float32 => Precision::Float32,
            Self::Preflight(_) => Precision::Bfloat16,
        }
    }

    /// A matrix as products get it.
    pub(super) fn weights(self, matrix: Matrix) -> Matrix {
        match self {
            Self::Float32 => matrix,
            Self::Preflight(format) => blocked(&matrix, format),
        }
    }
}

/// What is left of a matrix in a block format. All of its numbers are bfloat16 numbers.
fn blocked(matrix: &Matrix, format: BlockFormat) -> Matrix {
    let columns = matrix.columns();
    let mut left = vec![0; matrix.rows() * columns];
    let bands = left.par_chunks_mut(GROUP * columns).enumerate();
    bands.for_each_init(Vec::new, |space, (band, left)| {
        let (first, rows) = (band * GROUP, left.len() / columns);
        let band = matrix.read(first..first + rows, space);
        let mut turned = vec![0.0; band.len()];
        for (column, group) in turned.chunks_mut(rows).enumerate() {
            let numbers = band[column..].iter().step_by(columns);
            group
                .iter_mut()
                .zip(numbers)
                .for_each(|(to, from)| *to = *from);
        }
        format.round(&mut turned, rows);
        for (row, left) in left.chunks_mut(columns).enumerate() {
            let numbers = turned[row..].iter().step_by(rows);
            let upper = numbers.map(|number| (number.to_bits() >> 16) as u16);
            left.iter_mut().zip(upper).for_each(|(to, from)| *to = from);
        }
    });
    Matrix::new(
        matrix.rows(),
        columns,
        Storage::Bfloat16(Values::owned(left)),
    )
}
