//! `bodies` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Named;

/// A body: people who decide together, each on a seat.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Body")]
pub(crate) struct RawBody {
    /// The body as people say it, such as `Technical Steering Committee`; its name if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) title: Option<Spanned<String>>,
    /// What it is for, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// What it must do.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) duties: Vec<Spanned<String>>,
    /// What it decides.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) decides: Vec<Spanned<String>>,
    /// How many holders of which role sit in it: `3`, `3..5` or `3..`, by role.
    #[schemars(with = "std::collections::BTreeMap<String, RawRangeForm>")]
    pub(crate) seats: Named<Spanned<String>>,
}

/// The ways to write how many.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Range")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawRangeForm {
    /// Exactly so many.
    Exactly(u32),
    /// From so many to so many (`3..5`), or without an end (`3..`).
    Between(String),
}
