//! The families: each file translates its configurations, nothing else.

mod arcee;
mod base;
mod gemma3;
mod gpt_oss;
mod llama;
mod mistral;
mod mixtral;
mod phi3;
mod qwen2;
mod qwen3;
mod qwen3_moe;
mod windows;

use std::fmt;

use crate::{
    Refusal,
    config::{Fields, Spec},
};

/// A family of models that is computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Llama, and whatever says `llama` of itself: Falcon 3 does.
    Llama,
    /// Mistral.
    Mistral,
    /// Qwen 2 and 2.5.
    Qwen2,
    /// Qwen 3.
    Qwen3,
    /// Gemma 3, its text models.
    Gemma3,
    /// Phi 3, 3.5 and 4-mini.
    Phi3,
    /// Arcee.
    Arcee,
    /// Mixtral.
    Mixtral,
    /// Qwen 3 with experts.
    Qwen3Moe,
    /// gpt-oss.
    GptOss,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Llama,
        Self::Mistral,
        Self::Qwen2,
        Self::Qwen3,
        Self::Gemma3,
        Self::Phi3,
        Self::Arcee,
        Self::Mixtral,
        Self::Qwen3Moe,
        Self::GptOss,
    ];

    /// Its `model_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Mistral => "mistral",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Gemma3 => "gemma3_text",
            Self::Phi3 => "phi3",
            Self::Arcee => "arcee",
            Self::Mixtral => "mixtral",
            Self::Qwen3Moe => "qwen3_moe",
            Self::GptOss => "gpt_oss",
        }
    }

    /// The class that a causal language model of the family names in `architectures`.
    fn architecture(self) -> &'static str {
        match self {
            Self::Llama => "LlamaForCausalLM",
            Self::Mistral => "MistralForCausalLM",
            Self::Qwen2 => "Qwen2ForCausalLM",
            Self::Qwen3 => "Qwen3ForCausalLM",
            Self::Gemma3 => "Gemma3ForCausalLM",
            Self::Phi3 => "Phi3ForCausalLM",
            Self::Arcee => "ArceeForCausalLM",
            Self::Mixtral => "MixtralForCausalLM",
            Self::Qwen3Moe => "Qwen3MoeForCausalLM",
            Self::GptOss => "GptOssForCausalLM",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Translates a configuration by the family that it names.
pub(crate) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let kind = config.text("model_type")?;
    let kind = kind.ok_or_else(|| config.wrong("model_type", "is missing"))?;
    let family = Family::ALL.into_iter().find(|family| family.name() == kind);
    let family = family.ok_or_else(|| config.unsupported("model_type"))?;
    let named = config.list("architectures")?.unwrap_or_default();
    if !named.is_empty() && !named.iter().any(|name| name == family.architecture()) {
        return Err(config.unsupported("architectures"));
    }
    if family != Family::GptOss && config.get("quantization_config").is_some() {
        return Err(config.unsupported("quantization_config"));
    }
    match family {
        Family::Llama => llama::spec(config),
        Family::Mistral => mistral::spec(config),
        Family::Qwen2 => qwen2::spec(config),
        Family::Qwen3 => qwen3::spec(config),
        Family::Gemma3 => gemma3::spec(config),
        Family::Phi3 => phi3::spec(config),
        Family::Arcee => arcee::spec(config),
        Family::Mixtral => mixtral::spec(config),
        Family::Qwen3Moe => qwen3_moe::spec(config),
        Family::GptOss => gpt_oss::spec(config),
    }
}
