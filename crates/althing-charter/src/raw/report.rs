//! `reports` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Named, OneOrMany, RawOneOrManyForm};

/// A report over the history of the repository. Which keys it takes depends on its name.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Report")]
pub(crate) struct RawReport {
    /// Whom it is addressed to: roles, `body:NAME`.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) told: OneOrMany,
    /// Why there is such a report, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// How long something may last before it is reported, such as `60 days`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) after: Option<Spanned<String>>,
    /// The role whose holders it looks at.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) role: Option<Spanned<String>>,
    /// Whose act makes it right: roles, `body:NAME`.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) by: OneOrMany,
    /// Who else may stand in the file: roles, `body:NAME`.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) others: OneOrMany,
    /// The file it looks at; the first one that the forge looks at if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) file: Option<Spanned<String>>,
    /// Which part of an equal share is enough, such as `50%`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) at_least: Option<Spanned<String>>,
    /// Folders whose modules it looks at; all modules if left out.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) folders: Vec<Spanned<String>>,
    /// Meetings that a subject can stand for: `LIFECYCLE.STATE`, the final state, by meeting.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub(crate) decided_by: Named<Spanned<String>>,
}
