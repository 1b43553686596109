//! Block floats, as Tenstorrent's accelerators keep weights: 16 numbers share one exponent.
//!
//! Bit for bit what the vendor's library makes of the same numbers on the host
//! (`fixtures/bfp`). A group is 16 numbers that follow each other in a row; its exponent is the
//! largest of their float32 exponents. Each number keeps its sign and a magnitude without hidden
//! bit: shifted right to the shared exponent, dropping what falls off, then rounded to nearest,
//! ties to even, at most to the largest magnitude. Zero, subnormals and what rounds to zero are
//! +0.

mod tile;

use self::tile::Pack;

/// Numbers that share an exponent.
const GROUP: usize = 16;
/// Bits of a float32 behind its hidden bit.
const FRACTION: u32 = 23;
const FRACTION_MASK: u32 = (1 << FRACTION) - 1;
const EXPONENT_MASK: u32 = 0xff;
/// A shift by this much or more leaves nothing of 24 bits; more than 31 is not defined.
const FAR: u32 = 31;

/// A block-float format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockFormat {
    /// Magnitudes of 7 bits: `ttnn.bfloat8_b`.
    Bfp8,
    /// Magnitudes of 3 bits: `ttnn.bfloat4_b`.
    Bfp4,
}

impl BlockFormat {
    /// As flags and metrics name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bfp8 => "bfp8",
            Self::Bfp4 => "bfp4",
        }
    }

    /// Puts in the place of each number what is left of it in this format. `values` are rows of
    /// `width` numbers; groups do not cross rows. Rows may be given in any portions, so that
    /// threads can share a matrix.
    pub fn round(self, values: &mut [f32], width: usize) {
        let arch = pulp::Arch::new();
        match self {
            Self::Bfp8 => arch.dispatch(Round::<7> { values, width }),
            Self::Bfp4 => arch.dispatch(Round::<3> { values, width }),
        }
    }

    /// The bytes of the tiles of matrices with so many rows of `width` numbers, which lie one
    /// behind the other in `values`. Tiles are 32 × 32 (padded with zeros), row by row of tiles;
    /// each has its 64 exponents, then its four faces of 16 × 16.
    pub fn pack(self, values: &[f32], rows: usize, width: usize) -> Vec<u8> {
        let arch = pulp::Arch::new();
        match self {
            Self::Bfp8 => arch.dispatch(Pack::<7> {
                values,
                rows,
                width,
            }),
            Self::Bfp4 => arch.dispatch(Pack::<3> {
                values,
                rows,
                width,
            }),
        }
    }
}

/// Rounds each number to bfloat16 (nearest, ties to even); a NaN stays one.
pub fn round_to_bf16(values: &mut [f32]) {
    pulp::Arch::new().dispatch(RoundToBf16 { values });
}

/// [`BlockFormat::round`], compiled for each kind of processor: the loops below it are written so
/// that compilers make vectors of them.
struct Round<'a, const BITS: u32> {
    values: &'a mut [f32],
    width: usize,
}

impl<const BITS: u32> pulp::NullaryFnOnce for Round<'_, BITS> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        if self.width == 0 {
            return;
        }
        for row in self.values.chunks_mut(self.width) {
            let (groups, rest) = row.as_chunks_mut::<GROUP>();
            for group in groups {
                round_group::<BITS>(group);
            }
            if !rest.is_empty() {
                let mut group = padded(rest);
                round_group::<BITS>(&mut group);
                rest.copy_from_slice(&group[..rest.len()]);
            }
        }
    }
}

struct RoundToBf16<'a> {
    values: &'a mut [f32],
}

impl pulp::NullaryFnOnce for RoundToBf16<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for value in self.values {
            let bits = value.to_bits();
            let even = 0x7fff + ((bits >> 16) & 1);
            let rounded = bits.wrapping_add(even);
            let quiet = bits | 0x0040_0000;
            let bits = if value.is_nan() { quiet } else { rounded };
            *value = f32::from_bits(bits & 0xffff_0000);
        }
    }
}

/// Up to 16 numbers with zeros behind them.
#[inline(always)]
fn padded(values: &[f32]) -> [f32; GROUP] {
    let mut group = [0.0; GROUP];
    let length = values.len().min(GROUP);
    group[..length].copy_from_slice(&values[..length]);
    group
}

#[inline(always)]
fn round_group<const BITS: u32>(group: &mut [f32; GROUP]) {
    let bits = group.map(f32::to_bits);
    let shared = shared_exponent(&bits);
    for (value, bits) in group.iter_mut().zip(bits) {
        let magnitude = magnitude::<BITS>(bits, shared);
        *value = f32::from_bits(restored::<BITS>(bits, magnitude, shared));
    }
}

/// The largest exponent field of the group.
#[inline(always)]
fn shared_exponent(bits: &[u32; GROUP]) -> u32 {
    // The largest number without its sign has the largest exponent.
    let largest = bits.iter().fold(0, |most, bits| most.max(bits << 1));
    largest >> (FRACTION + 1)
}

/// What is left of a number without its sign.
#[inline(always)]
fn magnitude<const BITS: u32>(bits: u32, shared: u32) -> u32 {
    let exponent = (bits >> FRACTION) & EXPONENT_MASK;
    let significand = (bits & FRACTION_MASK) | (1 << FRACTION);
    let significand = if exponent == 0 { 0 } else { significand };
    let kept = significand >> (shared - exponent).min(FAR);
    let dropped = FRACTION + 1 - BITS;
    let half = (1 << (dropped - 1)) - 1 + ((kept >> dropped) & 1);
    ((kept + half) >> dropped).min((1 << BITS) - 1)
}

/// The bits of a float32 of this magnitude, with the sign of `bits`.
#[inline(always)]
fn restored<const BITS: u32>(bits: u32, magnitude: u32, shared: u32) -> u32 {
    // Converting to float finds the leading one: its exponent is 127 + BITS - 1 less the leading
    // zeros, and goes with those of the shared exponent.
    #[expect(clippy::cast_precision_loss, reason = "at most 7 bits")]
    let found = (magnitude as f32).to_bits();
    let leading_zeros = (127 + BITS - 1).wrapping_sub(found >> FRACTION);
    let exponent = shared.wrapping_sub(leading_zeros);
    let restored = (bits & 0x8000_0000) | (exponent << FRACTION) | (found & FRACTION_MASK);
    if magnitude == 0 || leading_zeros > shared {
        0
    } else {
        restored
    }
}
