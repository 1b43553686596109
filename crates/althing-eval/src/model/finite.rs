//! Looks for NaN and infinities as fast as memory gives the numbers.

use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Numbers that a thread looks at together.
const PORTION: usize = 1 << 16;
/// The exponent of float32 numbers that are not finite, without their sign.
const EXPONENT: u32 = 0x7f80_0000;

/// Whether all of these are finite.
pub(super) fn all_float32(values: &[f32]) -> bool {
    let arch = Arch::new();
    let good = |part: &[f32]| arch.dispatch(Largest(part)) < EXPONENT;
    values.par_chunks(PORTION).all(good)
}

/// The same for the bits of 16-bit floats whose exponent field is `exponent`.
pub(super) fn all_halves(values: &[u16], exponent: u16) -> bool {
    let arch = Arch::new();
    let good = |part: &[u16]| arch.dispatch(LargestHalf(part)) < exponent;
    values.par_chunks(PORTION).all(good)
}

/// The largest of these, as bits without sign: those of NaN and infinities lie above all others.
struct Largest<'a>(&'a [f32]);

impl NullaryFnOnce for Largest<'_> {
    type Output = u32;

    #[inline(always)]
    fn call(self) -> u32 {
        let bits = self.0.iter().map(|value| value.to_bits() & !(1 << 31));
        bits.fold(0, u32::max)
    }
}

struct LargestHalf<'a>(&'a [u16]);

impl NullaryFnOnce for LargestHalf<'_> {
    type Output = u16;

    #[inline(always)]
    fn call(self) -> u16 {
        let bits = self.0.iter().map(|value| value & !(1 << 15));
        bits.fold(0, u16::max)
    }
}

#[cfg(test)]
mod tests {
    use super::{all_float32, all_halves};

    #[test]
    fn one_bad_number_among_many_is_found() {
        for bad in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut values = vec![f32::MAX; 200_000];
            assert!(all_float32(&values));
            values[150_001] = bad;
            assert!(!all_float32(&values));
        }
        let mut halves = vec![0xff7f_u16; 200_000];
        assert!(all_halves(&halves, 0x7f80));
        halves[199_999] = 0xff80;
        assert!(!all_halves(&halves, 0x7f80));
    }
}
