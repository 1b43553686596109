//! The bytes of tiles.

use super::{GROUP, magnitude, padded, shared_exponent};

/// Rows and columns of a tile.
const TILE: usize = 2 * GROUP;
/// Groups of a tile, and so its exponents.
const GROUPS: usize = TILE * TILE / GROUP;

/// Matrices of rows of `width` numbers, packed; compiled for each kind of processor.
pub(super) struct Pack<'a, const BITS: u32> {
    pub(super) values: &'a [f32],
    pub(super) rows: usize,
    pub(super) width: usize,
}

impl<const BITS: u32> pulp::NullaryFnOnce for Pack<'_, BITS> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn call(self) -> Vec<u8> {
        let (rows, width) = (self.rows, self.width);
        if rows == 0 || width == 0 {
            return Vec::new();
        }
        let matrices = self.values.chunks(rows * width);
        let tiles = rows.div_ceil(TILE) * width.div_ceil(TILE);
        let codes = GROUPS * bytes_of_group::<BITS>();
        let mut bytes = vec![0; matrices.len() * tiles * (GROUPS + codes)];
        let mut room = bytes.chunks_exact_mut(GROUPS + codes);
        for matrix in matrices {
            for top in (0..rows).step_by(TILE) {
                for left in (0..width).step_by(TILE) {
                    if let Some(tile) = room.next() {
                        pack_tile::<BITS>(matrix, width, (top, left), tile);
                    }
                }
            }
        }
        bytes
    }
}

/// A sign and a magnitude for each number.
const fn bytes_of_group<const BITS: u32>() -> usize {
    GROUP * (BITS as usize + 1) / 8
}

#[inline(always)]
fn pack_tile<const BITS: u32>(
    matrix: &[f32],
    width: usize,
    (top, left): (usize, usize),
    tile: &mut [u8],
) {
    let (exponents, codes) = tile.split_at_mut(GROUPS);
    let codes = codes.chunks_exact_mut(bytes_of_group::<BITS>());
    for (at, (exponent, codes)) in exponents.iter_mut().zip(codes).enumerate() {
        // Faces go left to right, then down.
        let (face, line) = (at / GROUP, at % GROUP);
        let row = top + (face / 2) * GROUP + line;
        let column = left + (face % 2) * GROUP;
        let bits = group(matrix, width, row, column).map(f32::to_bits);
        let shared = shared_exponent(&bits);
        *exponent = byte(shared);
        let code = |bits| code::<BITS>(bits, shared);
        if BITS < 4 {
            for (byte, pair) in codes.iter_mut().zip(bits.as_chunks::<2>().0) {
                *byte = code(pair[0]) | (code(pair[1]) << 4);
            }
        } else {
            for (byte, bits) in codes.iter_mut().zip(bits) {
                *byte = code(bits);
            }
        }
    }
}

/// The numbers of a group; those beyond the matrix are zero.
#[inline(always)]
fn group(matrix: &[f32], width: usize, row: usize, column: usize) -> [f32; GROUP] {
    let end = (row + 1) * width;
    let begin = (row * width + column).min(end);
    let values = matrix.get(begin..end).unwrap_or_default();
    values
        .first_chunk()
        .copied()
        .unwrap_or_else(|| padded(values))
}

#[inline(always)]
fn code<const BITS: u32>(bits: u32, shared: u32) -> u8 {
    let magnitude = magnitude::<BITS>(bits, shared);
    let negative = u32::from(magnitude != 0) & (bits >> 31);
    byte((negative << BITS) | magnitude)
}

/// Exponents and codes have 8 bits at most.
#[inline(always)]
fn byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}
