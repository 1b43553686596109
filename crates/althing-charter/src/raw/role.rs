//! `roles` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Named;

/// A role.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "Role")]
pub(crate) struct RawRole {
    /// The role as people say it, such as `Core maintainers`; its name if left out.
    #[schemars(with = "Option<String>")]
    pub(crate) title: Option<Spanned<String>>,
    /// What the role is for, in one sentence.
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// Kinds of things that the role is held for, such as `project`, `area` or `pack`; left out,
    /// the role is simply held.
    #[schemars(with = "Vec<String>")]
    pub(crate) scopes: Vec<Spanned<String>>,
    /// Scopes in which somebody is to hold the role, each with what it is as people say it:
    /// `pack:etl: ETL Data Collector`. One that nobody holds is vacant.
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub(crate) positions: Named<Spanned<String>>,
    /// What holders may do, in a word or two each: `merge`, `vote`, `nominate`.
    #[schemars(with = "Vec<String>")]
    pub(crate) may: Vec<Spanned<String>>,
    /// What holders must do.
    #[schemars(with = "Vec<String>")]
    pub(crate) duties: Vec<Spanned<String>>,
    /// What holders can be asked to do.
    #[schemars(with = "Vec<String>")]
    pub(crate) optional_duties: Vec<Spanned<String>>,
    /// What candidates should show.
    #[schemars(with = "Vec<String>")]
    pub(crate) expected: Vec<Spanned<String>>,
    /// How to get there.
    #[schemars(with = "Vec<String>")]
    pub(crate) guidance: Vec<Spanned<String>>,
    /// How one gets the role: `anyone`, `contribution`, the name of a lifecycle, or a few words.
    #[schemars(with = "Option<String>")]
    pub(crate) entered_by: Option<Spanned<String>>,
    /// For how long the role is held, in a few words.
    #[schemars(with = "Option<String>")]
    pub(crate) tenure: Option<Spanned<String>>,
    /// Roles that whoever holds this one counts as holding too.
    #[schemars(with = "Vec<String>")]
    pub(crate) includes: Vec<Spanned<String>>,
}
