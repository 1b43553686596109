//! MXFP4, as gpt-oss checkpoints keep their experts: 32 numbers of 4 bits share a power of two.

use std::ops::Range;

use super::values::Values;

/// Numbers that share a scale.
pub(super) const GROUP: usize = 32;
/// What the 4 bits mean: a sign, two bits of exponent, one of fraction.
const MEANING: [f32; 16] = [
    0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0,
];
/// The power of two that a scale of zero means, negated.
const BIAS: i32 = 127;

/// Two numbers per byte, the earlier in the low half; one scale per group.
#[derive(Clone, Debug)]
pub(super) struct Mxfp4 {
    blocks: Values<u8>,
    scales: Values<u8>,
}

impl Mxfp4 {
    /// Numbers and scales that belong together; the loader has checked their shapes.
    pub(super) fn new(blocks: Values<u8>, scales: Values<u8>) -> Self {
        Self { blocks, scales }
    }

    /// Some of the numbers, from the start of a group to the end of one.
    pub(super) fn part(&self, numbers: Range<usize>) -> Self {
        Self {
            blocks: self.blocks.part(numbers.start / 2..numbers.end / 2),
            scales: self.scales.part(numbers.start / GROUP..numbers.end / GROUP),
        }
    }

    /// The numbers as float32, exactly. The range begins and ends with a group.
    pub(super) fn read(&self, numbers: Range<usize>, to: &mut [f32]) {
        let blocks = self.blocks.get()[numbers.start / 2..numbers.end / 2].chunks_exact(GROUP / 2);
        let scales = &self.scales.get()[numbers.start / GROUP..numbers.end / GROUP];
        for ((block, scale), to) in blocks.zip(scales).zip(to.chunks_exact_mut(GROUP)) {
            let scale = power_of_two(i32::from(*scale) - BIAS);
            for (byte, to) in block.iter().zip(to.chunks_exact_mut(2)) {
                to[0] = MEANING[usize::from(byte & 15)] * scale;
                to[1] = MEANING[usize::from(byte >> 4)] * scale;
            }
        }
    }

    /// Whether no number is beyond float32: four is the smallest whose double can be.
    pub(super) fn is_finite(&self) -> bool {
        let mut group = [0.0; GROUP];
        let blocks = self.blocks.get();
        let largest = |at: &usize| self.scales.get()[*at] >= 253;
        let groups = 0..self.scales.get().len().min(2 * blocks.len() / GROUP);
        groups.filter(largest).all(|at| {
            self.read(at * GROUP..(at + 1) * GROUP, &mut group);
            group.iter().all(|value| value.is_finite())
        })
    }
}

/// 2 to this power, from -127 to 128; the last is infinite.
fn power_of_two(power: i32) -> f32 {
    2.0_f32.powi(power)
}
