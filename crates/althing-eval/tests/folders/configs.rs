//! Fields of `config.json`.

use rstest::rstest;
use serde_json::{Value, json};

use crate::folder::Folder;

#[rstest]
// Features that change numbers and are not computed.
#[case::architecture("model_type", json!("mamba"), "`model_type` \"mamba\" is not supported")]
#[case::class("architectures", json!(["LlamaForSequenceClassification"]), "`architectures`")]
#[case::activation("hidden_act", json!("gelu"), "`hidden_act` \"gelu\" is not supported")]
#[case::quantized("quantization_config", json!({"quant_method": "gptq"}), "`quantization_config`")]
#[case::rope("rope_parameters.rope_type", json!("spiral"), "`rope_parameters.rope_type` \"spiral\"")]
#[case::rope_parameter("rope_parameters.mrope_section", json!([2, 1, 1]), "`rope_parameters.mrope_section`")]
#[case::partial("partial_rotary_factor", json!(0.5), "`rope_parameters.partial_rotary_factor`")]
#[case::window("sliding_window", json!(16), "`sliding_window` 16 is not supported")]
#[case::layers("layer_types", json!(["full_attention", "sliding_attention", "full_attention"]), "`layer_types`")]
#[case::linear("layer_types", json!(["full_attention", "linear_attention", "full_attention"]), "`layer_types`")]
#[case::chunks("attention_chunk_size", json!(8192), "`attention_chunk_size` 8192")]
#[case::final_cap("final_logit_softcapping", json!(30.0), "`final_logit_softcapping` 30.0")]
#[case::cap("attn_logit_softcapping", json!(50.0), "`attn_logit_softcapping` 50.0")]
#[case::both_ways("use_bidirectional_attention", json!(true), "`use_bidirectional_attention`")]
#[case::multiplier("residual_multiplier", json!(0.22), "`residual_multiplier` 0.22")]
#[case::interleaved("rope_interleaved", json!(true), "`rope_interleaved` true")]
// Values that cannot be.
#[case::no_size("hidden_size", json!(0), "`hidden_size` is 0, no size")]
#[case::negative("hidden_size", json!(-48), "`hidden_size` is -48, no size")]
#[case::fraction("num_hidden_layers", json!(2.5), "`num_hidden_layers` is 2.5, no size")]
#[case::text("vocab_size", json!("320"), "`vocab_size` is \"320\", no size")]
#[case::many_layers("num_hidden_layers", json!(1_000_000_000), "`num_hidden_layers` is 1000000000, more than")]
#[case::huge_head("head_dim", json!(2_000_000_000), "`head_dim` is 2000000000, more than")]
#[case::huge("hidden_size", json!(u64::MAX), "`hidden_size` is 18446744073709551615, no size")]
#[case::shared("num_key_value_heads", json!(4), "`num_key_value_heads` is 4, which 6 heads cannot share")]
#[case::odd("head_dim", json!(7), "are no pairs")]
#[case::epsilon("rms_norm_eps", json!("tiny"), "`rms_norm_eps` is \"tiny\", no number")]
#[case::below("rms_norm_eps", json!(-1.0), "`rms_norm_eps` is -1, below 0")]
#[case::theta("rope_parameters.rope_theta", json!(0.0), "`rope_parameters.rope_theta` is 0, not above 1")]
#[case::no_rope("rope_parameters", json!([1]), "`rope_parameters` is [1], no object")]
#[case::flag("attention_bias", json!("yes"), "`attention_bias` is \"yes\", neither true nor false")]
fn a_field_that_cannot_be_followed_is_refused_by_name(
    #[case] field: &str,
    #[case] value: Value,
    #[case] reason: &str,
) {
    let folder = Folder::of("llama_untied");
    let refusal = folder.set(field, value).refusal();
    assert!(refusal.starts_with("config.json: "), "{refusal}");
    assert!(refusal.contains(reason), "{refusal}");
}

#[rstest]
#[case::gemma_flat("gemma3_pattern", "rope_parameters.rope_theta", json!(1e6), "`rope_parameters.rope_theta`")]
#[case::gemma_cap("gemma3_pattern", "final_logit_softcapping", json!(30.0), "`final_logit_softcapping`")]
#[case::gemma_layers("gemma3_pattern", "layer_types", json!(["full_attention"]), "`layer_types` names 1 layers of 5")]
#[case::gemma_images("gemma3_pattern", "model_type", json!("gemma3"), "`model_type` \"gemma3\"")]
#[case::phi_short("phi3_longrope", "rope_parameters.short_factor", json!([1.0]), "`rope_parameters.short_factor` has 1 factors for 8 pairs")]
#[case::phi_zero("phi3_longrope", "rope_parameters.long_factor", json!([0, 0, 0, 0, 0, 0, 0, 0]), "no positive number")]
#[case::phi_other("phi3_longrope", "rope_parameters.rope_type", json!("llama3"), "`rope_parameters.rope_type` \"llama3\"")]
#[case::phi_part("phi3_swa", "rope_parameters.partial_rotary_factor", json!(0.4), "makes 3 of 8 dimensions rotate")]
#[case::llama3(
    "llama_tied_rope3",
    "rope_parameters.factor",
    Value::Null,
    "`rope_parameters.factor` is missing"
)]
#[case::llama3_order("llama_tied_rope3", "rope_parameters.high_freq_factor", json!(0.5), "is not above `low_freq_factor`")]
#[case::experts("mixtral", "num_experts_per_tok", json!(99), "`num_experts_per_tok` is 99, more than the 4 experts")]
#[case::many_experts("mixtral", "num_local_experts", json!(1_000_000), "`num_local_experts` is 1000000, more than")]
#[case::gpt_oss_quantized("gpt_oss", "quantization_config", json!({"quant_method": "fp8"}), "`quantization_config`")]
#[case::gpt_oss_activation("gpt_oss", "hidden_act", json!("relu2"), "`hidden_act` \"relu2\"")]
#[case::window(
    "qwen2_window",
    "sliding_window",
    Value::Null,
    "`sliding_window` is missing for `layer_types`"
)]
#[case::mistral("mistral_swa", "layer_types", json!(["full_attention", "full_attention", "full_attention"]), "`layer_types`")]
#[case::mistral_bias("mistral_swa", "attention_bias", json!(true), "`attention_bias` true is not supported")]
#[case::qwen_bias("qwen3_tied", "mlp_bias", json!(true), "`mlp_bias` true is not supported")]
#[case::older("qwen2_tied", "rope_scaling", json!({"type": "mrope", "mrope_section": [2, 1, 1]}), "`rope_scaling.type` \"mrope\" is not supported")]
#[case::gpt_oss_limit("gpt_oss", "swiglu_limit", json!(-7.0), "`swiglu_limit` is -7, below 0")]
#[case::yarn("arcee_yarn", "rope_parameters.factor", json!(1e300), "`rope_parameters.factor` is 1e+300, no number")]
#[case::phi_finite(
    "phi3_longrope",
    "original_max_position_embeddings",
    json!(1),
    "`rope_parameters.rope_type` has parameters that give no finite frequencies"
)]
fn so_it_is_in_each_family(
    #[case] model: &str,
    #[case] field: &str,
    #[case] value: Value,
    #[case] reason: &str,
) {
    let refusal = Folder::of(model).set(field, value).refusal();
    assert!(refusal.starts_with("config.json: "), "{refusal}");
    assert!(refusal.contains(reason), "{refusal}");
}

/// What says in other words what is so anyway, or what has no part in the numbers.
#[rstest]
#[case("attention_bias", Value::Null)]
#[case("final_logit_softcapping", Value::Null)]
#[case("layer_types", json!(["full_attention", "full_attention", "full_attention"]))]
#[case("residual_multiplier", json!(1.0))]
#[case("use_cache", json!(false))]
#[case("attention_dropout", json!(0.5))]
#[case("auto_map", json!({"AutoModelForCausalLM": "modeling.Thing"}))]
#[case("rope_scaling", Value::Null)]
fn what_changes_nothing_is_no_reason(#[case] field: &str, #[case] value: Value) {
    let ids = [vec![5, 6, 7]];
    let plain = Folder::of("llama_untied").open().expect("a model");
    let folder = Folder::of("llama_untied");
    let model = folder.set(field, value).open().expect("a model");
    assert_eq!(model.full(&ids, 0), plain.full(&ids, 0));
}

#[rstest]
#[case("hidden_size")]
#[case("num_hidden_layers")]
#[case("num_attention_heads")]
#[case("intermediate_size")]
#[case("vocab_size")]
#[case("max_position_embeddings")]
#[case("model_type")]
fn a_field_without_which_there_is_no_model_is_missed_by_name(#[case] field: &str) {
    let refusal = Folder::of("llama_untied").unset(field).refusal();
    assert_eq!(refusal, format!("config.json: `{field}` is missing"));
}

#[rstest]
#[case::cut(b"{\"model_type\": \"llama\"", "config.json: EOF")]
#[case::list(b"[]", "config.json: is no object")]
#[case::empty(b"", "config.json: EOF")]
#[case::bytes(b"\xff\xfe", "config.json: ")]
fn a_file_that_is_no_configuration_is_refused(#[case] content: &[u8], #[case] reason: &str) {
    let folder = Folder::of("llama_untied");
    folder.write("config.json", content);
    let refusal = folder.refusal();
    assert!(refusal.starts_with(reason), "{refusal}");
}

#[test]
fn what_is_no_page_is_no_configuration() {
    let folder = Folder::of("llama_untied");
    folder.write("config.json", &vec![b' '; (16 << 20) + 1]);
    let reason = "config.json: has 16777217 bytes, more than 16777216";
    assert_eq!(folder.refusal(), reason);
    std::fs::remove_file(folder.file("config.json")).expect("removed");
    assert!(folder.refusal().starts_with("config.json: No such file"));
    std::fs::create_dir(folder.file("config.json")).expect("a folder");
    assert_eq!(folder.refusal(), "config.json: is no file");
}
