//! Block floats against what the vendor's library made, and against a model written otherwise.

use std::path::Path;

use althing_eval::{BlockFormat, round_to_bf16};
use proptest::prelude::*;
use rstest::rstest;
use safetensors::SafeTensors;

fn floats(bytes: &[u8]) -> Vec<f32> {
    let words = bytes.as_chunks::<4>().0;
    words.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[rstest]
fn numbers_and_tiles_are_those_of_the_vendors_library(
    #[values(BlockFormat::Bfp8, BlockFormat::Bfp4)] format: BlockFormat,
    #[values("dynrange", "normal", "pow2", "special", "ties", "unaligned")] case: &str,
) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bfp/bfp_goldens.safetensors");
    let file = std::fs::read(file).expect("goldens");
    let goldens = SafeTensors::deserialize(&file).expect("safetensors");
    let tensor = |name: &str| goldens.tensor(&format!("{case}.{name}")).expect("a tensor");
    let input = tensor("input");
    let (rows, width) = (input.shape()[0], input.shape()[1]);
    let mut values = floats(input.data());

    let packed = format.pack(&values, rows, width);
    let name = format.name();
    assert!(packed == tensor(&format!("{name}_packed")).data(), "tiles");

    let expected = bits(&floats(tensor(name).data()));
    format.round(&mut values, width);
    for (at, (found, expected)) in bits(&values).into_iter().zip(expected).enumerate() {
        let (row, column) = (at / width, at % width);
        assert_eq!(
            found, expected,
            "row {row}, column {column}: {found:x} {expected:x}"
        );
    }
}

/// What is left of one number of a group, computed with whole numbers and powers of two.
fn naive(value: f32, group: &[f32], kept: i32) -> f64 {
    let exponent = |value: f32| {
        i32::from(value.to_bits().to_be_bytes()[0] & 0x7f) * 2
            + i32::from(value.to_bits().to_be_bytes()[1] >> 7)
    };
    let shared = group.iter().map(|it| exponent(*it)).max().expect("a group");
    if !value.is_normal() {
        return 0.0;
    }
    let unit = f64::from(shared - 127 - (kept - 1)).exp2();
    // What falls off below the 24 bits of the shared exponent is dropped first.
    let fine = f64::from(shared - 127 - 23).exp2();
    let kept_bits = (f64::from(value.abs()) / fine).floor() * fine / unit;
    let magnitude = kept_bits.round_ties_even().min(f64::from((1 << kept) - 1));
    magnitude.copysign(f64::from(value)) * unit
}

fn format() -> impl Strategy<Value = (BlockFormat, i32)> {
    prop_oneof![Just((BlockFormat::Bfp8, 7)), Just((BlockFormat::Bfp4, 3))]
}

/// Numbers far enough from the ends of the range that nothing becomes subnormal or infinite.
fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => (any::<u32>(), 30u32..220).prop_map(|(bits, exponent)| {
            f32::from_bits((bits & 0x807f_ffff) | (exponent << 23))
        }),
        8 => -4.0f32..4.0,
        1 => Just(0.0f32),
        1 => Just(-0.0f32),
        1 => Just(f32::from_bits(1)),
    ]
}

proptest! {
    #[test]
    fn every_number_is_rounded_as_the_rule_says(
        (format, kept) in format(),
        values in prop::collection::vec(number(), 1..40),
        width in 1usize..40,
    ) {
        let mut rounded = values.clone();
        format.round(&mut rounded, width);
        let rows = values.chunks(width).zip(rounded.chunks(width));
        let groups = rows.flat_map(|(before, after)| before.chunks(16).zip(after.chunks(16)));
        for (before, after) in groups {
            for (value, found) in before.iter().zip(after) {
                let expected = naive(*value, before, kept);
                prop_assert_eq!(f64::from(*found), expected, "{} in {:?}", value, before);
                prop_assert!(*found != 0.0 || found.is_sign_positive());
            }
        }
    }

    #[test]
    fn what_was_rounded_stays(
        (format, _) in format(),
        mut values in prop::collection::vec(any::<u32>().prop_map(f32::from_bits), 1..40),
    ) {
        let width = values.len();
        values.iter_mut().filter(|value| !value.is_finite()).for_each(|value| *value = 1.0);
        format.round(&mut values, width);
        let once = bits(&values);
        format.round(&mut values, width);
        prop_assert_eq!(once, bits(&values));
    }

    #[test]
    fn packing_pads_with_zeros(
        (format, _) in format(),
        values in prop::collection::vec(number(), 12..=12),
    ) {
        let mut padded = vec![0.0; 32 * 32];
        for (at, value) in values.iter().enumerate() {
            padded[(at / 4) * 32 + at % 4] = *value;
        }
        prop_assert_eq!(format.pack(&values, 3, 4), format.pack(&padded, 32, 32));
        let twice = [padded.clone(), padded.clone()].concat();
        let one = format.pack(&padded, 32, 32);
        prop_assert_eq!(format.pack(&twice, 32, 32), [one.clone(), one].concat());
    }

    #[test]
    fn bfloat16_is_the_nearest_of_its_numbers(value in any::<u32>().prop_map(f32::from_bits)) {
        let mut rounded = [value];
        round_to_bf16(&mut rounded);
        let [rounded] = rounded;
        prop_assert_eq!(rounded.to_bits() & 0xffff, 0);
        prop_assert_eq!(value.is_nan(), rounded.is_nan());
        if value.is_finite() {
            let below = f32::from_bits(value.to_bits() & 0xffff_0000);
            let above = f32::from_bits((value.to_bits() & 0xffff_0000).wrapping_add(0x1_0000));
            let value = f64::from(value);
            let (down, up) = (value - f64::from(below), f64::from(above) - value);
            let (down, up) = (down.abs(), up.abs());
            let even = below.to_bits() & 0x1_0000 == 0;
            let expected = if down < up || (down == up && even) { below } else { above };
            if above.is_finite() {
                prop_assert_eq!(rounded.to_bits(), expected.to_bits());
            }
        }
    }
}

#[test]
fn no_width_is_no_matrix() {
    BlockFormat::Bfp8.round(&mut [1.0], 0);
    assert!(BlockFormat::Bfp8.pack(&[1.0], 1, 0).is_empty());
}
