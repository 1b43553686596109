//! The bytes of tiles.

use super::{GROUP, magnitude, padded, shared_exponent};

/// Rows and columns of a tile.
const TILE: usize = 2 * GROUP;
/// Groups of a tile, and so its exponents.
const GROUPS: usize = TILE * TILE / GROUP;

pub(super) fn pack<const BITS: u32>(values: &[f32], rows: usize, width: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    if rows == 0 || width == 0 {
        return bytes;
    }
    for matrix in values.chunks(rows * width) {
        for top in (0..rows).step_by(TILE) {
            for left in (0..width).step_by(TILE) {
                let group = |at: usize| group(matrix, width, place(at, top, left));
                pack_tile::<BITS>(group, &mut bytes);
            }
        }
    }
    bytes
}

/// Row and first column of a group of a tile: faces go left to right, then down.
fn place(at: usize, top: usize, left: usize) -> (usize, usize) {
    let (face, line) = (at / GROUP, at % GROUP);
    let row = top + (face / 2) * GROUP + line;
    (row, left + (face % 2) * GROUP)
}

/// The numbers of a group; those beyond the matrix are zero.
fn group(matrix: &[f32], width: usize, (row, column): (usize, usize)) -> [f32; GROUP] {
    let row = matrix.chunks(width).nth(row).unwrap_or_default();
    padded(row.get(column..).unwrap_or_default())
}

fn pack_tile<const BITS: u32>(group: impl Fn(usize) -> [f32; GROUP], bytes: &mut Vec<u8>) {
    let exponents = bytes.len();
    bytes.resize(exponents + GROUPS, 0);
    for at in 0..GROUPS {
        let bits = group(at).map(f32::to_bits);
        let shared = shared_exponent(&bits);
        bytes[exponents + at] = byte(shared);
        let codes = bits.map(|bits| {
            let magnitude = magnitude::<BITS>(bits, shared);
            let negative = u32::from(magnitude != 0) & (bits >> 31);
            byte((negative << BITS) | magnitude)
        });
        if BITS < 4 {
            let pairs = codes.as_chunks::<2>().0;
            bytes.extend(pairs.iter().map(|[low, high]| low | (high << 4)));
        } else {
            bytes.extend(codes);
        }
    }
}

/// Exponents and codes have 8 bits at most.
fn byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}
