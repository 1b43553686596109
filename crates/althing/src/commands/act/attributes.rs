//! `--set NAME=VALUE`.

use std::{collections::BTreeMap, str::FromStr};

use althing_charter::AttributeName;
use serde_json::Value;

/// An attribute with its value.
#[derive(Clone, Debug)]
pub(super) struct SetArg {
    name: AttributeName,
    value: Value,
}

impl FromStr for SetArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
        let name = name.trim().parse().map_err(|error| format!("{error}"))?;
        Ok(Self {
            name,
            value: read(value),
        })
    }
}

/// Numbers, truth values and lists are written as in JSON; everything else is a text.
fn read(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Array(_))) => value,
        Ok(Value::String(text)) => Value::String(text),
        Ok(Value::Null | Value::Object(_)) | Err(_) => Value::String(text.to_owned()),
    }
}

/// The last value of each attribute.
pub(super) fn of(given: Vec<SetArg>) -> BTreeMap<AttributeName, Value> {
    given.into_iter().map(|set| (set.name, set.value)).collect()
}
