//! `channels` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Named;

/// A place where the community talks.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "Channel")]
pub(crate) struct RawChannel {
    /// The channel as people say it; its name if left out.
    #[schemars(with = "Option<String>")]
    pub(crate) title: Option<Spanned<String>>,
    /// What kind of place it is, in a word or two: `chat`, `forum`, `issues`, `mailing list`.
    #[schemars(with = "Option<String>")]
    pub(crate) kind: Option<Spanned<String>>,
    /// Where it is: an address, or a folder of the repository.
    #[schemars(with = "Option<String>")]
    pub(crate) url: Option<Spanned<String>>,
    /// Whether only some people can read it.
    pub(crate) private: bool,
    /// What it is for, in one sentence.
    #[serde(rename = "for")]
    #[schemars(with = "Option<String>")]
    pub(crate) purpose: Option<Spanned<String>>,
    /// Its rooms, each with what it is for.
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub(crate) rooms: Named<Spanned<String>>,
}
