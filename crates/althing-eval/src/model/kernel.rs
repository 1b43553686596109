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
