//! The products that take nearly all of the time: rows of weights with rows of activations.
//!
//! Each number of a result is a sum of its own, added up in the same order however many rows
//! there are and wherever they lie. So a row gets the same logits alone and in a batch, and in one
//! pass the same as token by token: what differs between two runs is never the arithmetic.
//!
//! With one row everything waits for memory; with many, for the multiplications, and then a tile
//! of weights and activations stays in registers.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::matrix::Matrix;

/// Rows of weights that are multiplied together.
const TALL: usize = 4;
/// Rows of activations that are, where there are 32 vector registers, or 16.
const WIDE: usize = 6;
const NARROW: usize = 3;
/// Rows of weights that a thread takes at once.
const PORTION: usize = 16 * TALL;
/// Numbers from which on it is worth to share work among threads.
const WORTH_SHARING: usize = 1 << 14;

/// `x` times the transposed weights, plus bias: `[rows, matrix.rows()]` for `[rows, columns]`.
pub(super) fn product(matrix: &Matrix, bias: Option<&[f32]>, x: &[f32]) -> Vec<f32> {
    let columns = matrix.columns();
    let rows = x.len() / columns;
    let arch = Arch::new();
    let mut turned = vec![0.0; matrix.rows() * rows];
    let one = |(portion, y): (usize, &mut [f32])| {
        let mut space = Vec::new();
        for (part, y) in y.chunks_mut(TALL * rows).enumerate() {
            let first = portion * PORTION + part * TALL;
            let weights = matrix.read(first..first + y.len() / rows, &mut space);
            let strip = Strip {
                weights,
                x,
                columns,
                y,
            };
            arch.dispatch(strip);
        }
    };
    if matrix.rows() * columns < WORTH_SHARING {
        turned.chunks_mut(PORTION * rows).enumerate().for_each(one);
    } else {
        let portions = turned.par_chunks_mut(PORTION * rows);
        portions.enumerate().for_each(one);
    }
    let mut y = transposed(turned, rows);
    if let Some(bias) = bias {
        for row in y.chunks_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(y, bias)| *y += bias);
        }
    }
    y
}

/// The products of each row of `weights` with `x`, one row.
pub(super) fn dots(arch: Arch, weights: &[f32], x: &[f32], y: &mut [f32]) {
    let columns = x.len();
    for (weights, y) in weights.chunks(TALL * columns).zip(y.chunks_mut(TALL)) {
        let strip = Strip {
            weights,
            x,
            columns,
            y,
        };
        arch.dispatch(strip);
    }
}

/// The sum of the rows of `values`, each times its weight.
pub(super) fn weighted_sum(arch: Arch, weights: &[f32], values: &[f32], y: &mut [f32]) {
    arch.dispatch(WeightedSum { weights, values, y });
}

/// `[outs, rows]` becomes `[rows, outs]`.
fn transposed(turned: Vec<f32>, rows: usize) -> Vec<f32> {
    if rows == 1 {
        return turned;
    }
    let outs = turned.len() / rows;
    let mut y = vec![0.0; turned.len()];
    y.par_chunks_mut(outs).enumerate().for_each(|(row, y)| {
        let column = turned[row..].iter().step_by(rows);
        y.iter_mut().zip(column).for_each(|(y, value)| *y = *value);
    });
    y
}

/// A few rows of weights, all rows of activations; `y` is `[rows of weights, rows of x]`.
struct Strip<'a> {
    weights: &'a [f32],
    x: &'a [f32],
    columns: usize,
    y: &'a mut [f32],
}

impl WithSimd for Strip<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let wide = S::F32_LANES > 8;
        match (self.weights.len() / self.columns, wide) {
            (TALL, true) => self.fill::<S, TALL, WIDE>(simd),
            (TALL, false) => self.fill::<S, TALL, NARROW>(simd),
            _ => {
                let rows = self.x.len() / self.columns;
                let weights = self.weights.chunks_exact(self.columns);
                for (weights, y) in weights.zip(self.y.chunks_exact_mut(rows)) {
                    let one = Strip { weights, y, ..self };
                    one.fill::<S, 1, WIDE>(simd);
                }
            }
        }
    }
}

impl Strip<'_> {
    #[inline(always)]
    fn fill<S: Simd, const M: usize, const N: usize>(self, simd: S) {
        let Self {
            weights,
            x,
            columns,
            y,
        } = self;
        let rows = x.len() / columns;
        let mut tall = [&[][..]; M];
        for (m, weights) in weights.chunks_exact(columns).take(M).enumerate() {
            tall[m] = weights;
        }
        let mut done = 0;
        while done + N <= rows {
            let mut wide = [&[][..]; N];
            for (n, x) in x[done * columns..]
                .chunks_exact(columns)
                .take(N)
                .enumerate()
            {
                wide[n] = x;
            }
            let sums = tile::<S, M, N>(simd, tall, wide);
            for (m, sums) in sums.iter().enumerate() {
                y[m * rows + done..][..N].copy_from_slice(sums);
            }
            done += N;
        }
        while done < rows {
            let sums = tile::<S, M, 1>(simd, tall, [&x[done * columns..][..columns]]);
            for (m, [sum]) in sums.iter().enumerate() {
                y[m * rows + done] = *sum;
            }
            done += 1;
        }
    }
}

/// The sums of `M` times `N` products. Loops in place of closures: only what is inlined here is
/// compiled for the processor's own instructions.
#[inline(always)]
fn tile<S: Simd, const M: usize, const N: usize>(
    simd: S,
    weights: [&[f32]; M],
    x: [&[f32]; N],
) -> [[f32; N]; M] {
    let zero = simd.splat_f32s(0.0);
    let (mut sums, mut result) = ([[zero; N]; M], [[0.0; N]; M]);
    let (mut heads, mut tails) = ([&[][..]; M], [zero; M]);
    let (mut x_heads, mut x_tails) = ([&[][..]; N], [zero; N]);
    for m in 0..M {
        let (head, tail) = S::as_simd_f32s(weights[m]);
        (heads[m], tails[m]) = (head, simd.partial_load_f32s(tail));
    }
    let length = heads[0].len();
    for n in 0..N {
        let (head, tail) = S::as_simd_f32s(x[n]);
        (x_heads[n], x_tails[n]) = (&head[..length], simd.partial_load_f32s(tail));
    }
    for head in &mut heads {
        *head = &head[..length];
    }
    for at in 0..length {
        let mut x = [zero; N];
        for n in 0..N {
            x[n] = x_heads[n][at];
        }
        for m in 0..M {
            let weight = heads[m][at];
            for n in 0..N {
                sums[m][n] = simd.mul_add_e_f32s(weight, x[n], sums[m][n]);
            }
        }
    }
    for m in 0..M {
        for n in 0..N {
            let sum = simd.mul_add_e_f32s(tails[m], x_tails[n], sums[m][n]);
            result[m][n] = simd.reduce_sum_f32s(sum);
        }
    }
    result
}

struct WeightedSum<'a> {
    weights: &'a [f32],
    values: &'a [f32],
    y: &'a mut [f32],
}

impl WithSimd for WeightedSum<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.y.len();
        let (y, y_tail) = S::as_mut_simd_f32s(self.y);
        for (weight, values) in self.weights.iter().zip(self.values.chunks_exact(width)) {
            let (values, tail) = S::as_simd_f32s(values);
            let splat = simd.splat_f32s(*weight);
            for (y, value) in y.iter_mut().zip(values) {
                *y = simd.mul_add_e_f32s(splat, *value, *y);
            }
            for (y, value) in y_tail.iter_mut().zip(tail) {
                *y += weight * value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulp::Simd;

    use super::{Strip, product, weighted_sum};
    use crate::model::{
        matrix::{Matrix, Storage},
        values::Values,
    };

    fn numbers(count: usize, salt: usize) -> Vec<f32> {
        let number = |at: usize| ((at * 37 + salt * 11) % 101) as f32 / 50.0 - 1.0;
        (0..count).map(number).collect()
    }

    /// Sums in float64, one number after the other.
    fn naive(weights: &[f32], x: &[f32], columns: usize) -> Vec<f32> {
        let sum = |x: &[f32], weights: &[f32]| {
            let products = x.iter().zip(weights);
            products
                .map(|(x, weight)| f64::from(x * weight))
                .sum::<f64>() as f32
        };
        let rows = x.chunks(columns);
        rows.flat_map(|x| weights.chunks(columns).map(move |weights| sum(x, weights)))
            .collect()
    }

    fn close(found: &[f32], expected: &[f32]) -> Result<(), TestCaseError> {
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            prop_assert!(
                (found - expected).abs() < 1e-4,
                "{} for {}",
                found,
                expected
            );
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn a_product_is_the_naive_one_and_rows_do_not_touch_each_other(
            outs in 1..300_usize,
            rows in 1..20_usize,
            columns in 1..90_usize,
        ) {
            let (weights, x) = (numbers(outs * columns, 1), numbers(rows * columns, 2));
            let storage = Storage::Float32(Values::owned(weights.clone()));
            let matrix = Matrix::new(outs, columns, storage);
            let found = product(&matrix, None, &x);
            close(&found, &naive(&weights, &x, columns))?;
            for (x, found) in x.chunks(columns).zip(found.chunks(outs)) {
                prop_assert_eq!(product(&matrix, None, x), found);
            }
        }

        /// The tiles that other processors take.
        #[test]
        fn so_it_is_with_less_registers(rows in 1..9_usize, columns in 1..70_usize) {
            let (weights, x) = (numbers(4 * columns, 3), numbers(rows * columns, 4));
            let mut y = vec![0.0; 4 * rows];
            let mut check = |fill: &dyn Fn(Strip<'_>)| {
                y.fill(0.0);
                fill(Strip { weights: &weights, x: &x, columns, y: &mut y });
                let turned = (0..rows).flat_map(|row| y.iter().skip(row).step_by(rows)).copied();
                close(&turned.collect::<Vec<f32>>(), &naive(&weights, &x, columns))
            };
            check(&|strip| pulp::Scalar::new().vectorize(strip))?;
            #[cfg(target_arch = "x86_64")]
            if let Some(simd) = pulp::x86::V3::try_new() {
                check(&|strip| Simd::vectorize(simd, strip))?;
            }
        }

        #[test]
        fn a_weighted_sum_is_the_naive_one(count in 1..40_usize, width in 1..70_usize) {
            let (weights, values) = (numbers(count, 5), numbers(count * width, 6));
            let mut y = vec![0.0; width];
            weighted_sum(pulp::Arch::new(), &weights, &values, &mut y);
            let column = |at: usize| values.iter().skip(at).step_by(width).copied();
            let turned: Vec<f32> = (0..width).flat_map(column).collect();
            close(&y, &naive(&turned, &weights, count))?;
        }
    }
}
