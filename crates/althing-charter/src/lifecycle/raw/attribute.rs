//! Attributes as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RawValue, value::RawValueForm};

/// Something that is said about a subject.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Attribute")]
pub(crate) struct RawAttribute {
    /// What values it takes; a text if left out.
    #[serde(default, rename = "type")]
    #[schemars(with = "Option<RawAttributeType>")]
    pub(crate) kind: Option<Spanned<RawAttributeType>>,
    /// The only texts, or roles, that it can be.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) one_of: Option<Spanned<Vec<Spanned<String>>>>,
    /// How many texts a list has: `3`, `3..5`, `3..`; any number if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) count: Option<Spanned<String>>,
    /// Whether a subject cannot be opened without.
    #[serde(default)]
    pub(crate) required: bool,
    /// What is taken when nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<RawValueForm>")]
    pub(crate) default: Option<Spanned<RawValue>>,
    /// What it means, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
}

/// What values an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "AttributeType")]
pub(crate) enum RawAttributeType {
    /// A text.
    Text,
    /// A person, given by login.
    Person,
    /// A role with or without scope.
    Role,
    /// A calendar date.
    Date,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Several texts.
    List,
    /// An address, or the number of an issue or pull request.
    Link,
}
