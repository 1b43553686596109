//! Damage without a plan: bytes and values changed at random.

use althing_eval::{Refusal, Tokenizer};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::folder::Folder;

/// One line with a file in it.
fn is_plain(refusal: &Refusal) -> Result<(), TestCaseError> {
    let reason = refusal.to_string();
    prop_assert!(!reason.contains('\n') && reason.len() < 1000, "{}", reason);
    prop_assert!(
        reason.contains(".json") || reason.contains(".safetensors"),
        "{}",
        reason
    );
    Ok(())
}

fn is_used_or_refused(folder: &Folder) -> Result<(), TestCaseError> {
    let tokenizer = Tokenizer::open(folder.path());
    let used = tokenizer.and_then(|tokenizer| {
        let ids = tokenizer.ids("A text: 1.")?;
        tokenizer.text(&ids)
    });
    used.map_or_else(|refusal| is_plain(&refusal), |_| Ok(()))
}

/// Values that somebody might write in the place of another.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        (0..600_u64).prop_map(Value::from),
        "[a-z_0-9]{0,12}".prop_map(Value::from),
        proptest::collection::vec(0..9_u64, 0..9).prop_map(|list| json!(list)),
        Just(json!({"rope_type": "yarn", "factor": 1e300})),
        Just(json!({"type": "linear", "factor": 2})),
        Just(json!({})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any field with any value: refused by name, or a model whose logits are finite.
    #[test]
    fn a_changed_configuration_is_refused_or_computed(
        model in proptest::sample::select(vec![
            "llama_tied_rope3", "phi3_longrope", "gemma3_pattern", "gpt_oss", "qwen3_moe_sparse",
            "arcee_yarn", "qwen2_window", "mixtral",
        ]),
        at in any::<proptest::sample::Index>(),
        nested in any::<proptest::sample::Index>(),
        value in value(),
    ) {
        let folder = Folder::of(model);
        let config = folder.config();
        let fields = config.as_object().expect("an object");
        let (field, old) = fields.iter().nth(at.index(fields.len())).expect("a field");
        let mut path = field.clone();
        if let Some(inner) = old.as_object().filter(|inner| !inner.is_empty()) {
            let (field, _) = inner.iter().nth(nested.index(inner.len())).expect("a field");
            path = format!("{path}.{field}");
        }
        match folder.set(&path, value).open() {
            Err(refusal) => is_plain(&refusal)?,
            Ok(model) => {
                let passed = model.full(&[vec![1, 2, 3]], 0);
                let short = model.positions() < 3 || model.vocabulary() < 4;
                let finite = |refusal: &Refusal| matches!(refusal, Refusal::Logits(_));
                prop_assert!(short || passed.as_ref().err().is_none_or(finite), "{:?}", passed);
            }
        }
    }

    /// Any byte of the header of the weights changed.
    #[test]
    fn a_changed_header_is_refused_or_harmless(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let folder = Folder::of("llama_untied");
        let mut bytes = folder.read("model.safetensors");
        let header = 8 + bytes[0] as usize + 256 * bytes[1] as usize;
        let at = at.index(header);
        bytes[at] = byte;
        folder.write("model.safetensors", &bytes);
        if let Err(refusal) = folder.open() {
            is_plain(&refusal)?;
        }
    }

    /// Any cut of any file.
    #[test]
    fn a_cut_file_is_refused(
        file in proptest::sample::select(vec!["config.json", "model.safetensors"]),
        at in any::<proptest::sample::Index>(),
    ) {
        let folder = Folder::of("llama_untied");
        let bytes = folder.read(file);
        // What ends a text file may be missing.
        let end = bytes.trim_ascii_end().len();
        folder.write(file, &bytes[..at.index(end)]);
        let refusal = folder.open();
        prop_assert!(refusal.is_err());
        is_plain(&refusal.expect_err("a refusal"))?;
    }

    /// Any bytes of the tokenizer changed, or the rest of it gone.
    #[test]
    fn a_changed_tokenizer_is_refused_or_used(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let folder = Folder::of("llama_untied");
        let mut bytes = folder.read("tokenizer.json");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        folder.write("tokenizer.json", &bytes);
        is_used_or_refused(&folder)?;
    }

    /// Any value of the tokenizer replaced.
    #[test]
    fn a_tokenizer_with_another_value_is_refused_or_used(
        path in proptest::collection::vec(any::<proptest::sample::Index>(), 1..5),
        value in value(),
    ) {
        let folder = Folder::of("llama_untied");
        let text = folder.read("tokenizer.json");
        let mut tokenizer: Value = serde_json::from_slice(&text).expect("a tokenizer");
        let mut place = &mut tokenizer;
        for at in path {
            let length = place.as_object().map_or(0, |fields| fields.len())
                + place.as_array().map_or(0, Vec::len);
            if length == 0 {
                break;
            }
            let at = at.index(length);
            if place.is_array() {
                place = &mut place[at];
            } else {
                let name = place.as_object().expect("an object").keys().nth(at);
                let name = name.expect("a field").clone();
                place = &mut place[name.as_str()];
            }
        }
        *place = value;
        folder.write("tokenizer.json", tokenizer.to_string().as_bytes());
        is_used_or_refused(&folder)?;
    }
}
