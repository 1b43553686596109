//! `documents` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Named, OneOrMany, RawOneOrManyForm};

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
    /// Whether each file is such a document by itself, and there may be none.
    #[serde(default)]
    pub(crate) any_number: bool,
    /// Folders in which the files must lie, wherever else they are found.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) folders: OneOrMany,
    /// How the name of each file reads, such as `ADR-{number}-{name}.md`. Placeholders are
    /// `{number}`, which no two files share, `{date}`, `{name}` and `{text}`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) file_name: Option<Spanned<String>>,
    /// How the title of each file reads, such as `Epic Proposal: {text}`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) title: Option<Spanned<String>>,
    /// Lines `**Field:** value` below the title, each with what it says: `text`, `date` or a
    /// list of words.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawOneOrManyForm>")]
    pub(crate) fields: Named<OneOrMany>,
    /// Headings that one of the files must have, with something under them.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) sections: Vec<Spanned<String>>,
    /// What the points of the list in a section begin with: words that must all be there, or
    /// `{scope}`, such as `{pack}`, for one that the positions of a role name.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawOneOrManyForm>")]
    pub(crate) entries: Named<OneOrMany>,
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
