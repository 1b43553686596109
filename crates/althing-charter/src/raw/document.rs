//! `documents` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OneOrMany, RawOneOrManyForm};

/// A document that the repository must have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Document")]
pub(crate) struct RawDocument {
    /// What it is for, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// Path patterns, of which one at least must match a file.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) paths: OneOrMany,
    /// Headings that one of the files must have, with something under them.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) sections: Vec<Spanned<String>>,
    /// What diagrams must show, one at least each.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) diagrams: Vec<Spanned<String>>,
    /// Each file gives function signatures, and with each of them these.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) signatures_with: Vec<Spanned<String>>,
    /// What numbers must be given for: in a section of a Markdown file, or in a comment of
    /// another one.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) figures: Vec<Spanned<String>>,
    /// Whether the last line is that of the charter: version, ratification, last amendment.
    #[serde(default)]
    pub(crate) footer: bool,
}
