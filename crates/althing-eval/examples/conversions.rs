//! How fast one core brings float32 numbers into the forms of an accelerator.
//!
//! `cargo run --release --package althing-eval --example conversions`
#![expect(clippy::print_stdout, reason = "the figures are the program's data")]

use std::{hint::black_box, time::Instant};

use althing_eval::{BlockFormat, round_to_bf16};

/// Numbers of a matrix, and of each of its rows: 64 MiB, more than caches hold.
const COUNT: usize = 1 << 24;
const WIDTH: usize = 4096;
const ROUNDS: usize = 10;

fn main() {
    println!("## Conversions, float32 read per core\n");
    println!("| to | GB/s |\n|---|---|");
    for format in [BlockFormat::Bfp8, BlockFormat::Bfp4] {
        measure(format.name(), |values| format.round(values, WIDTH));
    }
    measure("bf16", round_to_bf16);
    measure("bfp8 tiles", |values| {
        black_box(BlockFormat::Bfp8.pack(values, COUNT / WIDTH, WIDTH));
    });
}

/// The best of some rounds: what is slower was disturbed.
fn measure(name: &str, convert: impl Fn(&mut [f32])) {
    let values = numbers();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let mut values = values.clone();
        let begin = Instant::now();
        convert(black_box(&mut values));
        best = best.min(begin.elapsed().as_secs_f64());
    }
    let bytes = f64::from(u32::try_from(size_of::<f32>() * COUNT).unwrap_or(u32::MAX));
    println!("| {name} | {:.2} |", bytes / best / 1e9);
}

/// Numbers of many exponents and both signs.
fn numbers() -> Vec<f32> {
    let mut state = 1u32;
    let number = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from_bits((state & 0x807f_ffff) | ((100 + (state >> 28)) << 23))
    };
    std::iter::repeat_with(number).take(COUNT).collect()
}
