//! Files of weights.

use std::{fs, process::Command};

use althing_eval::Refusal;
use rstest::rstest;
use safetensors::Dtype;
use serde_json::json;

use crate::folder::Folder;

const QUERY: &str = "model.layers.1.self_attn.q_proj.weight";

#[test]
fn a_missing_tensor_is_named() {
    let folder = Folder::of("llama_untied");
    folder
        .change_tensors(|name, dtype, shape, data| (name != QUERY).then_some((dtype, shape, data)));
    let reason = format!("model.safetensors: tensor `{QUERY}` is missing");
    assert_eq!(folder.refusal(), reason);
}

#[test]
fn a_tensor_of_another_shape_is_named_with_both() {
    let folder = Folder::of("llama_untied");
    folder.change_tensors(|name, dtype, shape, data| {
        let shape = if name == QUERY { vec![24, 96] } else { shape };
        Some((dtype, shape, data))
    });
    let reason = format!(
        "model.safetensors: tensor `{QUERY}` has shape [24, 96], config.json asks for [48, 48]"
    );
    assert_eq!(folder.refusal(), reason);
}

#[rstest]
#[case::nan(f32::NAN)]
#[case::infinite(f32::NEG_INFINITY)]
fn a_number_that_is_not_finite_is_refused_with_its_tensor(#[case] number: f32) {
    let folder = Folder::of("llama_untied");
    folder.change_tensors(|name, dtype, shape, mut data| {
        if name == QUERY {
            data[400..404].copy_from_slice(&number.to_le_bytes());
        }
        Some((dtype, shape, data))
    });
    let reason = format!("model.safetensors: tensor `{QUERY}` has a number that is not finite");
    assert_eq!(folder.refusal(), reason);
}

#[test]
fn logits_beyond_float32_are_refused() {
    let folder = Folder::of("llama_untied");
    folder.change_tensors(|name, dtype, shape, mut data| {
        if name == "lm_head.weight" || name == "model.norm.weight" {
            for number in data.chunks_exact_mut(4) {
                number.copy_from_slice(&f32::MAX.to_le_bytes());
            }
        }
        Some((dtype, shape, data))
    });
    let model = folder.open().expect("a model");
    let refusal = model.full(&[vec![3, 4]], 0).expect_err("a refusal");
    assert!(refusal.to_string().contains("logit of token"), "{refusal}");
}

#[test]
fn a_type_that_is_not_read_exactly_is_refused_by_name() {
    let folder = Folder::of("llama_untied");
    folder.change_tensors(|name, dtype, shape, data| {
        let dtype = if name == QUERY { Dtype::I32 } else { dtype };
        Some((dtype, shape, data))
    });
    let reason = format!("model.safetensors: tensor `{QUERY}` of type I32 is not supported");
    assert_eq!(folder.refusal(), reason);
}

#[rstest]
#[case::empty(0)]
#[case::length(7)]
#[case::header(500)]
#[case::data(50_000)]
fn a_cut_file_is_refused(#[case] length: usize) {
    let folder = Folder::of("llama_untied");
    let whole = folder.read("model.safetensors");
    folder.write("model.safetensors", &whole[..length]);
    let refusal = folder.refusal();
    let start = "model.safetensors: no sound safetensors file: ";
    assert!(refusal.starts_with(start), "{refusal}");
}

#[rstest]
#[case::beyond(r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, 0)]
#[case::before(r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#, 16)]
#[case::overlap(r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, 16)]
#[case::overflow(r#"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,16]}}"#, 16)]
#[case::hole(r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[4,20]}}"#, 20)]
#[case::strange(r#"{"a":{"dtype":"F1000","shape":[4],"data_offsets":[0,16]}}"#, 16)]
#[case::list("[]", 0)]
fn a_header_that_lies_is_refused(#[case] header: &str, #[case] data: usize) {
    let folder = Folder::of("llama_untied");
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend(vec![0; data]);
    folder.write("model.safetensors", &bytes);
    let refusal = folder.refusal();
    assert!(
        refusal.starts_with("model.safetensors: no sound"),
        "{refusal}"
    );
}

#[test]
fn a_header_that_claims_all_memory_is_refused() {
    let folder = Folder::of("llama_untied");
    folder.write("model.safetensors", &u64::MAX.to_le_bytes());
    assert!(folder.refusal().starts_with("model.safetensors: no sound"));
}

#[test]
fn no_weights_are_no_model() {
    let folder = Folder::of("llama_untied");
    fs::remove_file(folder.file("model.safetensors")).expect("removed");
    let reason = "model.safetensors: is not there, nor is model.safetensors.index.json";
    assert_eq!(folder.refusal(), reason);
    fs::create_dir(folder.file("model.safetensors")).expect("a folder");
    assert_eq!(folder.refusal(), "model.safetensors: is no file");
}

#[rstest]
#[case::pytorch("pytorch_model.bin")]
#[case::several("pytorch_model-00001-of-00002.bin")]
#[case::gguf("model.gguf")]
fn weights_in_another_form_are_not_supported(#[case] file: &str) {
    let folder = Folder::of("llama_untied");
    fs::remove_file(folder.file("model.safetensors")).expect("removed");
    folder.write("training_args.bin", b"no weights");
    folder.write(file, b"weights");
    let refusal = folder.open().expect_err("a refusal");
    assert!(matches!(refusal, Refusal::Unsupported { .. }), "{refusal}");
    let reason = format!("{file}: a form of weights other than safetensors is not supported");
    assert_eq!(folder.refusal(), reason);
}

#[rstest]
#[case::single("model.safetensors", true)]
#[case::one_of_several("a.safetensors", true)]
#[case::index("model.safetensors.index.json", true)]
#[case::another("more.safetensors", false)]
fn what_is_no_file_is_not_waited_for(#[case] name: &str, #[case] needed: bool) {
    let folder = if name == "model.safetensors" {
        Folder::of("llama_untied")
    } else {
        sharded(&|_| "a.safetensors")
    };
    let _ = fs::remove_file(folder.file(name));
    let made = Command::new("mkfifo").arg(folder.file(name)).status();
    assert!(made.expect("mkfifo").success());
    match folder.open() {
        Ok(_) => assert!(!needed),
        Err(refusal) => {
            assert!(needed, "{refusal}");
            assert_eq!(folder.refusal(), format!("{name}: is no file"));
        }
    }
}

#[test]
fn a_name_out_of_an_index_does_not_break_the_line() {
    let folder = Folder::of("llama_untied");
    fs::remove_file(folder.file("model.safetensors")).expect("removed");
    let name = "a\nerror[x]: \u{1b}[31m.safetensors";
    for (name, file) in [(name, "../a"), ("a", name)] {
        let index = json!({"weight_map": {name: file}});
        folder.write("model.safetensors.index.json", index.to_string().as_bytes());
        let refusal = folder.refusal();
        assert!(refusal.contains(r"\nerror[x]: \u{1b}[31m"), "{refusal}");
    }
}

#[test]
fn weights_in_several_files_are_found_by_their_index() {
    let plain = Folder::of("llama_untied").open().expect("a model");
    let folder = sharded(&|name| {
        if name.contains("layers") {
            "a.safetensors"
        } else {
            "b.safetensors"
        }
    });
    let model = folder.open().expect("a model");
    let ids = [vec![5, 6, 7]];
    assert_eq!(model.full(&ids, 0), plain.full(&ids, 0));
}

#[rstest]
#[case::elsewhere("../a.safetensors", "does not lie in a file here")]
#[case::absolute("/etc/passwd", "does not lie in a file here")]
#[case::not_there("c.safetensors", "c.safetensors: No such file")]
#[case::not_in_it(
    "b.safetensors",
    "is not there: model.safetensors.index.json says it is"
)]
fn an_index_that_lies_is_refused(#[case] file: &str, #[case] reason: &str) {
    let folder = sharded(&|name| {
        if name.contains("layers") {
            "a.safetensors"
        } else {
            "b.safetensors"
        }
    });
    let text = folder.read("model.safetensors.index.json");
    let mut index: serde_json::Value = serde_json::from_slice(&text).expect("an index");
    index["weight_map"][QUERY] = json!(file);
    folder.write("model.safetensors.index.json", index.to_string().as_bytes());
    let refusal = folder.refusal();
    assert!(refusal.contains(reason), "{refusal}");
}

/// The weights in two files, by name of the tensor.
fn sharded(place: &dyn Fn(&str) -> &'static str) -> Folder {
    let folder = Folder::of("llama_untied");
    let whole = folder.read("model.safetensors");
    let mut placed = serde_json::Map::new();
    for file in ["a.safetensors", "b.safetensors"] {
        folder.change_tensors(|name, dtype, shape, data| {
            (place(name) == file).then_some((dtype, shape, data))
        });
        fs::rename(folder.file("model.safetensors"), folder.file(file)).expect("moved");
        folder.write("model.safetensors", &whole);
    }
    let tensors = safetensors::SafeTensors::deserialize(&whole).expect("tensors");
    for name in tensors.names() {
        placed.insert(name.to_owned(), json!(place(name)));
    }
    fs::remove_file(folder.file("model.safetensors")).expect("removed");
    let index = json!({"metadata": {}, "weight_map": placed});
    folder.write("model.safetensors.index.json", index.to_string().as_bytes());
    folder
}
