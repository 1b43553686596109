//! Texts and their ids.

use althing_eval::Tokenizer;
use rstest::rstest;
use serde_json::{Value, json};

use crate::folder::Folder;

const TEXT: &str =
    "A text that is not cut and not filled up, however it was read in training: 1, 2.";

fn ids(folder: &Folder) -> Vec<u32> {
    let tokenizer = Tokenizer::open(folder.path()).expect("a tokenizer");
    tokenizer.ids(TEXT).expect("ids")
}

#[rstest]
#[case::cut("truncation", json!({
    "direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0,
}))]
#[case::filled_up("padding", json!({
    "strategy": {"Fixed": 512}, "direction": "Right", "pad_to_multiple_of": null,
    "pad_id": 0, "pad_type_id": 0, "pad_token": "x",
}))]
#[case::filled_up_for_ever("padding", json!({
    "strategy": {"Fixed": 1_u64 << 50}, "direction": "Right", "pad_to_multiple_of": null,
    "pad_id": 0, "pad_type_id": 0, "pad_token": "x",
}))]
#[case::in_steps("padding", json!({
    "strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": 1024,
    "pad_id": 0, "pad_type_id": 0, "pad_token": "x",
}))]
fn a_text_is_neither_cut_nor_filled_up(#[case] field: &str, #[case] value: Value) {
    let folder = Folder::of("llama_untied");
    let plain = ids(&folder);
    assert!(plain.len() > 4);
    let text = folder.read("tokenizer.json");
    let mut tokenizer: Value = serde_json::from_slice(&text).expect("a tokenizer");
    tokenizer[field] = value;
    folder.write("tokenizer.json", tokenizer.to_string().as_bytes());
    assert_eq!(ids(&folder), plain);
}
