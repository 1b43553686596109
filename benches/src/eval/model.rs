//! A llama of 250 million parameters whose weights come from a seed.

use std::{borrow::Cow, fs, path::Path};

use safetensors::{Dtype, View, serialize_to_file};

use crate::Result;

const HIDDEN: usize = 1024;
const LAYERS: usize = 16;
const HEADS: usize = 16;
const KEY_HEADS: usize = 4;
const WIDTH: usize = 2816;
const VOCABULARY: usize = 32_000;

const CONFIG: &str = r#"{
  "architectures": ["LlamaForCausalLM"],
  "model_type": "llama",
  "hidden_size": 1024,
  "num_hidden_layers": 16,
  "num_attention_heads": 16,
  "num_key_value_heads": 4,
  "intermediate_size": 2816,
  "vocab_size": 32000,
  "max_position_embeddings": 2048,
  "hidden_act": "silu",
  "rms_norm_eps": 1e-05,
  "rope_theta": 10000.0,
  "tie_word_embeddings": false,
  "torch_dtype": "float32",
  "bos_token_id": 1,
  "eos_token_id": 2
}
"#;

/// A tensor whose numbers are made when they are asked for.
struct Random {
    shape: Vec<usize>,
    seed: u64,
}

impl View for Random {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let mut random = fastrand::Rng::with_seed(self.seed);
        let count = self.shape.iter().product();
        // Of a spread that keeps activations near one: norms are one, matrices even.
        let spread = match self.shape.as_slice() {
            [_, inputs] => (3.0 / *inputs as f32).sqrt(),
            _ => 0.0,
        };
        let offset = if self.shape.len() == 1 { 1.0 } else { 0.0 };
        let number = || offset + spread * (2.0 * random.f32() - 1.0);
        let numbers = std::iter::repeat_with(number).take(count);
        numbers.flat_map(f32::to_le_bytes).collect()
    }

    fn data_len(&self) -> usize {
        4 * self.shape.iter().product::<usize>()
    }
}

/// Writes the model into a folder; returns how many parameters it has.
pub(super) fn write(folder: &Path) -> Result<usize> {
    fs::write(folder.join("config.json"), CONFIG)?;
    let mut tensors = vec![
        (
            "model.embed_tokens.weight".to_owned(),
            vec![VOCABULARY, HIDDEN],
        ),
        ("model.norm.weight".to_owned(), vec![HIDDEN]),
        ("lm_head.weight".to_owned(), vec![VOCABULARY, HIDDEN]),
    ];
    let keys = HIDDEN / HEADS * KEY_HEADS;
    for layer in 0..LAYERS {
        let parts = [
            ("input_layernorm", vec![HIDDEN]),
            ("post_attention_layernorm", vec![HIDDEN]),
            ("self_attn.q_proj", vec![HIDDEN, HIDDEN]),
            ("self_attn.k_proj", vec![keys, HIDDEN]),
            ("self_attn.v_proj", vec![keys, HIDDEN]),
            ("self_attn.o_proj", vec![HIDDEN, HIDDEN]),
            ("mlp.gate_proj", vec![WIDTH, HIDDEN]),
            ("mlp.up_proj", vec![WIDTH, HIDDEN]),
            ("mlp.down_proj", vec![HIDDEN, WIDTH]),
        ];
        let named = |(name, shape)| (format!("model.layers.{layer}.{name}.weight"), shape);
        tensors.extend(parts.map(named));
    }
    let count = tensors
        .iter()
        .map(|(_, shape)| shape.iter().product::<usize>());
    let count = count.sum();
    let views = tensors
        .into_iter()
        .zip(1..)
        .map(|((name, shape), seed)| (name, Random { shape, seed }));
    serialize_to_file(views, None, &folder.join("model.safetensors"))?;
    Ok(count)
}
