//! Reads the golden data.

use std::{fmt, fs, path::PathBuf};

use althing_eval::{Logits, Model, Numerics, Tokenizer};
use safetensors::SafeTensors;
use serde::Deserialize;
use serde_json::Value;

/// One model of the fixtures.
pub(crate) struct Golden {
    pub(crate) folder: PathBuf,
    pub(crate) said: Said,
    config: Value,
    tensors: Vec<u8>,
}

/// `goldens.json`.
#[derive(Deserialize)]
pub(crate) struct Said {
    pub(crate) cases: Vec<Case>,
    pub(crate) edge_cases: Vec<EdgeCase>,
    pub(crate) text_cases: Vec<TextCase>,
    pub(crate) tokenizer: Option<Texts>,
}

#[derive(Deserialize)]
pub(crate) struct TextCase {
    pub(crate) text: String,
    pub(crate) prompt_ids: Vec<u32>,
    pub(crate) continuation_ids: Vec<u32>,
    pub(crate) continuation_text: String,
}

#[derive(Deserialize)]
pub(crate) struct Texts {
    pub(crate) encode: Vec<Text>,
}

#[derive(Deserialize)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) ids: Vec<u32>,
    pub(crate) decoded: String,
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) batch: usize,
    pub(crate) prefill_len: usize,
    pub(crate) decode_len: usize,
    pub(crate) prompt_ids: Vec<Vec<u32>>,
    pub(crate) continuation_ids: Vec<Vec<u32>>,
    pub(crate) prefill_argmax: Vec<Vec<u32>>,
    pub(crate) top5_ids: Vec<Vec<Vec<u32>>>,
}

#[derive(Deserialize)]
pub(crate) struct EdgeCase {
    pub(crate) name: String,
    pub(crate) prefill_len: usize,
    pub(crate) prompt_ids: Vec<Vec<u32>>,
    pub(crate) continuation_ids: Vec<Vec<u32>>,
    pub(crate) tensors: EdgeTensors,
}

#[derive(Deserialize)]
pub(crate) struct EdgeTensors {
    pub(crate) generate_logits: String,
}

/// All models, by name.
pub(crate) fn every() -> impl Iterator<Item = Golden> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/models"));
    let entries = fs::read_dir(&folder).expect("the models");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    assert!(folders.len() >= 6, "models are missing");
    folders.into_iter().map(Golden::read)
}

impl Golden {
    fn read(folder: PathBuf) -> Self {
        let read = |name| fs::read(folder.join(name)).expect(name);
        Self {
            said: serde_json::from_slice(&read("goldens.json")).expect("goldens.json"),
            config: serde_json::from_slice(&read("config.json")).expect("config.json"),
            tensors: read("goldens.safetensors"),
            folder,
        }
    }

    pub(crate) fn model(&self) -> Model {
        Model::open(&self.folder, Numerics::Float32).expect("a model")
    }

    pub(crate) fn tokenizer(&self) -> Tokenizer {
        Tokenizer::open(&self.folder).expect("a tokenizer")
    }

    /// The same model with the older spelling of its configuration.
    pub(crate) fn legacy(&self) -> Model {
        let folder = tempfile::tempdir().expect("a folder");
        let link = |from: &str, to: &str| {
            fs::copy(self.folder.join(from), folder.path().join(to)).expect("a copy");
        };
        link("config.legacy.json", "config.json");
        link("model.safetensors", "model.safetensors");
        Model::open(folder.path(), Numerics::Float32).expect("a model")
    }

    /// The length beyond which `LongRoPE` turns all positions in another way.
    pub(crate) fn turn(&self) -> Option<usize> {
        let rope = self.config["rope_parameters"]["rope_type"].as_str();
        let turn = self.config["original_max_position_embeddings"].as_u64();
        turn.filter(|_| rope == Some("longrope"))
            .map(|turn| turn as usize)
    }

    pub(crate) fn has_experts(&self) -> bool {
        self.config.get("num_experts_per_tok").is_some()
    }

    pub(crate) fn tensor(&self, name: &str) -> Option<(Vec<usize>, Vec<f32>)> {
        let tensors = SafeTensors::deserialize(&self.tensors).expect("tensors");
        let tensor = tensors.tensor(name).ok()?;
        let numbers = tensor.data().chunks_exact(4);
        let numbers =
            numbers.map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        Some((tensor.shape().to_vec(), numbers.collect()))
    }

    pub(crate) fn logits(&self, name: &str) -> Logits {
        let (shape, numbers) = self.tensor(name).expect("logits");
        Logits::new(shape[0], shape[1], shape[2], numbers).expect("a shape")
    }
}

impl Case {
    /// What a full pass gets: the prompt and all but the last of the continuation.
    pub(crate) fn whole(&self) -> Vec<Vec<u32>> {
        let rows = self.prompt_ids.iter().zip(&self.continuation_ids);
        let whole =
            |(prompt, next): (&Vec<u32>, &Vec<u32>)| [prompt, &next[..next.len() - 1]].concat();
        rows.map(whole).collect()
    }
}

impl fmt::Display for Golden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.folder.file_name().unwrap_or_default();
        f.write_str(&name.to_string_lossy())
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
