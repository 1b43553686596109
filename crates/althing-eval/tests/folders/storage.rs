//! Weights in other forms that mean the same numbers give the same logits, to the bit.

use althing_eval::{Logits, Numerics};
use half::{bf16, f16};
use rstest::rstest;
use safetensors::Dtype;
use serde_json::{Value, json};

use crate::folder::{Folder, Tensors};

fn logits(folder: &Folder) -> Logits {
    let model = folder.open().expect("a model");
    model.full(&[vec![5, 6, 7, 8]], 0).expect("a pass")
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    bytes.chunks_exact(4).map(number)
}

#[rstest]
#[case::float16(Dtype::F16, |x| f16::from_f32(x).to_bits(), |bits| f16::from_bits(bits).to_f32())]
#[case::bfloat16(Dtype::BF16, |x| bf16::from_f32(x).to_bits(), |bits| bf16::from_bits(bits).to_f32())]
fn halves_are_read_exactly(
    #[case] dtype: Dtype,
    #[case] narrow: fn(f32) -> u16,
    #[case] widen: fn(u16) -> f32,
) {
    let (halves, floats) = (Folder::of("llama_untied"), Folder::of("llama_untied"));
    halves.change_tensors(|_, _, shape, data| {
        let narrow = numbers(&data).flat_map(|x| narrow(x).to_le_bytes());
        Some((dtype, shape, narrow.collect()))
    });
    floats.change_tensors(|_, dtype, shape, data| {
        let rounded = numbers(&data).flat_map(|x| widen(narrow(x)).to_le_bytes());
        Some((dtype, shape, rounded.collect()))
    });
    assert_eq!(logits(&halves), logits(&floats));
}

#[rstest]
#[case("llama_untied")]
#[case("llama_tied_rope3")]
fn numbers_may_lie_anywhere_in_a_file(#[case] model: &str) {
    let folder = Folder::of(model);
    let expected = logits(&folder);
    for _ in 0..4 {
        let mut bytes = folder.read("model.safetensors");
        let header = u64::from_le_bytes(bytes[..8].try_into().expect("a length"));
        bytes[..8].copy_from_slice(&(header + 1).to_le_bytes());
        bytes.insert(8 + header as usize, b' ');
        folder.write("model.safetensors", &bytes);
        assert_eq!(logits(&folder), expected);
    }
}

#[test]
fn tied_matrices_may_be_in_the_file_once_or_twice() {
    const EMBEDDING: &str = "model.embed_tokens.weight";
    const HEAD: &str = "lm_head.weight";
    let folder = Folder::of("llama_tied_rope3");
    let expected = logits(&folder);
    folder.change_weights(|all| {
        all.insert(HEAD.to_owned(), all[EMBEDDING].clone());
    });
    assert_eq!(logits(&folder), expected);
    folder.change_weights(|all| {
        all.remove(EMBEDDING);
    });
    assert_eq!(logits(&folder), expected);

    // Two that differ are two, whatever the configuration says.
    let two = Folder::of("llama_tied_rope3");
    two.change_weights(|all| {
        let mut head = all[EMBEDDING].clone();
        head.2.rotate_left(128);
        all.insert(HEAD.to_owned(), head);
    });
    let tied = logits(&two);
    assert_ne!(tied, expected);
    two.set("tie_word_embeddings", json!(false));
    assert_eq!(logits(&two), tied);
}

/// Experts of gpt-oss in MXFP4, and the same numbers as bfloat16.
#[test]
fn mxfp4_is_read_exactly() {
    let (blocks, plain) = (Folder::of("gpt_oss"), Folder::of("gpt_oss"));
    for folder in [&blocks, &plain] {
        folder.set("intermediate_size", json!(32));
    }
    blocks.set("quantization_config", json!({"quant_method": "mxfp4"}));
    blocks.change_weights(|all| wide_experts(all, true));
    plain.change_weights(|all| wide_experts(all, false));
    assert_eq!(logits(&blocks), logits(&plain));

    let refused = |folder: &Folder, reason: &str| {
        let refusal = folder.refusal();
        assert!(refusal.contains(reason), "{refusal}");
    };
    plain.set("quantization_config", json!({"quant_method": "mxfp4"}));
    refused(
        &plain,
        "`model.layers.0.mlp.experts.gate_up_proj_blocks` is missing",
    );
    blocks.change_weights(|all| {
        let scales = "model.layers.2.mlp.experts.down_proj_scales";
        all.get_mut(scales).expect("scales").2[3] = 255;
    });
    refused(
        &blocks,
        "`model.layers.2.mlp.experts.down_proj_blocks` has a number that is not",
    );
    blocks.set("quantization_config", Value::Null);
    refused(
        &blocks,
        "`model.layers.0.mlp.experts.gate_up_proj` is missing",
    );
}

/// Gives every layer experts of 32 dimensions, of numbers that both forms can have.
fn wide_experts(all: &mut Tensors, mxfp4: bool) {
    let mut random = 1_u32;
    let mut byte = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 24) as u8
    };
    const MEANING: [f32; 8] = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0];
    for layer in 0..3 {
        for (name, rows) in [("gate_up_proj", 64), ("down_proj", 32)] {
            let name = format!("model.layers.{layer}.mlp.experts.{name}");
            let bias: Vec<u8> = (0..4 * rows)
                .flat_map(|at| bf16::from_f32(at as f32 / 64.0).to_le_bytes())
                .collect();
            all.insert(format!("{name}_bias"), (Dtype::BF16, vec![4, rows], bias));
            let blocks: Vec<u8> = (0..4 * rows * 16).map(|_| byte()).collect();
            let scales: Vec<u8> = (0..4 * rows).map(|_| 121 + byte() % 4).collect();
            all.remove(&name);
            if mxfp4 {
                all.insert(
                    format!("{name}_blocks"),
                    (Dtype::U8, vec![4, rows, 1, 16], blocks),
                );
                all.insert(
                    format!("{name}_scales"),
                    (Dtype::U8, vec![4, rows, 1], scales),
                );
                continue;
            }
            // [expert, input, output] from [expert, output, input].
            let number = |expert: usize, row: usize, column: usize| {
                let at = expert * rows + row;
                let pair = blocks[at * 16 + column / 2];
                let bits = if column.is_multiple_of(2) {
                    pair & 15
                } else {
                    pair >> 4
                };
                let sign = if bits & 8 == 0 { 1.0 } else { -1.0 };
                let scale = 2.0_f32.powi(i32::from(scales[at]) - 127);
                bf16::from_f32(sign * MEANING[usize::from(bits & 7)] * scale)
            };
            let mut turned = Vec::new();
            for (expert, column) in (0..4).flat_map(|expert| (0..32).map(move |at| (expert, at))) {
                turned.extend((0..rows).flat_map(|row| number(expert, row, column).to_le_bytes()));
            }
            all.insert(name, (Dtype::BF16, vec![4, 32, rows], turned));
        }
    }
}

#[test]
fn a_preflight_takes_every_form() {
    for model in ["llama_untied", "llama_tied_rope3", "gpt_oss"] {
        let folder = Folder::of(model);
        for format in [
            althing_eval::BlockFormat::Bfp8,
            althing_eval::BlockFormat::Bfp4,
        ] {
            let model = althing_eval::Model::open(folder.path(), Numerics::Preflight(format));
            let logits = model
                .expect("a model")
                .full(&[vec![5, 6]], 0)
                .expect("a pass");
            assert!(
                logits
                    .values()
                    .iter()
                    .all(|logit| bf16::from_f32(*logit).to_f32() == *logit)
            );
        }
    }
}
