//! Typed reading of a JSON object of a model, with refusals that name file and field.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::Refusal;

/// No size of a model is beyond this; what claims to be is no model.
const LARGEST: u64 = 1 << 31;

/// Neither layers nor experts nor dimensions of a head are more.
pub(crate) const MOST: usize = 1 << 14;

/// An object of `config.json`. A field that is null counts as absent.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    file: PathBuf,
    /// What leads to the object within the file, with a dot behind it.
    within: String,
    values: Map<String, Value>,
}

impl Fields {
    pub(crate) fn new(file: &Path, values: Map<String, Value>) -> Self {
        let (file, within) = (file.to_owned(), String::new());
        Self {
            file,
            within,
            values,
        }
    }

    /// The value of a field, if it is there and not null.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.values.get(field).filter(|value| !value.is_null())
    }

    /// Whether the field is written down as null.
    pub(crate) fn is_null(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(Value::is_null)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// A refusal of what this field says.
    pub(crate) fn wrong(&self, field: &str, why: impl std::fmt::Display) -> Refusal {
        Refusal::model(&self.file, format!("`{}{field}` {why}", self.within))
    }

    /// A refusal of a feature that is not computed.
    pub(crate) fn unsupported(&self, field: &str) -> Refusal {
        let value = self.get(field).map(short).unwrap_or_default();
        Refusal::unsupported(&self.file, format!("`{}{field}` {value}", self.within))
    }

    /// A size: a whole number of at least one.
    pub(crate) fn size(&self, field: &str) -> Result<usize, Refusal> {
        let size = self.optional_size(field)?;
        size.ok_or_else(|| self.wrong(field, "is missing"))
    }

    pub(crate) fn optional_size(&self, field: &str) -> Result<Option<usize>, Refusal> {
        let Some(value) = self.get(field) else {
            return Ok(None);
        };
        let size = value.as_u64().filter(|size| (1..=LARGEST).contains(size));
        let size = size.and_then(|size| usize::try_from(size).ok());
        let wrong = || self.wrong(field, format!("is {}, no size", short(value)));
        size.map(Some).ok_or_else(wrong)
    }

    /// A size that things are counted out by, so that no file makes much of a few bytes.
    pub(crate) fn count(&self, field: &str) -> Result<usize, Refusal> {
        let count = self.size(field)?;
        if count > MOST {
            return Err(self.wrong(field, format!("is {count}, more than {MOST}")));
        }
        Ok(count)
    }

    /// A number that float32 can have.
    pub(crate) fn number(&self, field: &str, default: f64) -> Result<f64, Refusal> {
        Ok(self.optional_number(field)?.unwrap_or(default))
    }

    pub(crate) fn optional_number(&self, field: &str) -> Result<Option<f64>, Refusal> {
        let Some(value) = self.get(field) else {
            return Ok(None);
        };
        let number = value.as_f64().filter(|number| (*number as f32).is_finite());
        let wrong = || self.wrong(field, format!("is {}, no number", short(value)));
        number.map(Some).ok_or_else(wrong)
    }

    pub(crate) fn flag(&self, field: &str, default: bool) -> Result<bool, Refusal> {
        let Some(value) = self.get(field) else {
            return Ok(default);
        };
        let wrong = || {
            self.wrong(
                field,
                format!("is {}, neither true nor false", short(value)),
            )
        };
        value.as_bool().ok_or_else(wrong)
    }

    pub(crate) fn text(&self, field: &str) -> Result<Option<&str>, Refusal> {
        let Some(value) = self.get(field) else {
            return Ok(None);
        };
        let wrong = || self.wrong(field, format!("is {}, no text", short(value)));
        value.as_str().map(Some).ok_or_else(wrong)
    }

    pub(crate) fn list(&self, field: &str) -> Result<Option<&[Value]>, Refusal> {
        let Some(value) = self.get(field) else {
            return Ok(None);
        };
        let wrong = || self.wrong(field, format!("is {}, no list", short(value)));
        value.as_array().map(|list| Some(&**list)).ok_or_else(wrong)
    }

    /// An object within this one; empty if it is absent.
    pub(crate) fn object(&self, field: &str) -> Result<Self, Refusal> {
        let values = match self.get(field) {
            None => Map::new(),
            Some(Value::Object(values)) => values.clone(),
            Some(value) => {
                return Err(self.wrong(field, format!("is {}, no object", short(value))));
            }
        };
        let (file, within) = (self.file.clone(), format!("{}{field}.", self.within));
        Ok(Self {
            file,
            within,
            values,
        })
    }

    /// The same object with another value of a field.
    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.values.insert(field.to_owned(), value);
        self
    }

    /// The same object with all fields of another.
    pub(crate) fn updated(mut self, other: &Self) -> Self {
        self.values.extend(other.values.clone());
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.values().all(Value::is_null)
    }
}

/// A value in one short line.
fn short(value: &Value) -> String {
    const LIMIT: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
