//! A model as the hub describes it.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The parts of the hub's description that are used; each may be absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ModelInfo {
    pub(crate) id: String,
    pub(crate) sha: Option<String>,
    #[serde(deserialize_with = "gated")]
    pub(crate) gated: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) private: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) disabled: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) downloads: u64,
    #[serde(deserialize_with = "or_default")]
    pub(crate) siblings: Vec<File>,
    pub(crate) safetensors: Option<Safetensors>,
}

/// A file of a model.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct File {
    #[serde(rename = "rfilename")]
    pub(crate) path: String,
    /// In bytes, where it was asked for.
    #[serde(default)]
    pub(crate) size: Option<u64>,
}

/// What the headers of the safetensors files say, which the hub has read.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Safetensors {
    /// Number of parameters.
    #[serde(default)]
    pub(crate) total: Option<u64>,
}

/// `false`, or the name of a kind of gate.
fn gated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(!matches!(value, Value::Null | Value::Bool(false)))
}

/// `null` is as good as absent.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
