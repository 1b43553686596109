//! Effects as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::raw::Named;

/// What a transition does. Texts have placeholders: `{subject}`, `{title}`, `{opener}`,
/// `{state}` and the attributes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Effect")]
pub(crate) enum RawEffect {
    /// Give a role to a person.
    Grant(RawGrant),
    /// Take a role from a person.
    Revoke(RawRevoke),
    /// Change the labels of the issue or pull request.
    Label(RawLabels),
    /// Set the status of the issue on the board.
    Status(#[schemars(with = "String")] Spanned<String>),
    /// Post a comment.
    Comment(#[schemars(with = "String")] Spanned<String>),
    /// Do something to the issue or pull request that the subject comes from.
    Source(#[schemars(with = "RawSourceEffect")] Spanned<RawSourceEffect>),
    /// Open another subject.
    Open(RawOpen),
    /// Tell people.
    Notify(RawNotify),
    /// Propose a change of a field of a file.
    Set(RawSet),
    /// Comment later, unless the subject has moved on.
    Remind(RawRemind),
}

/// A role that is given.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Grant")]
pub(crate) struct RawGrant {
    /// The role, such as `maintainer@project` or `{role}`.
    #[schemars(with = "String")]
    pub(crate) role: Spanned<String>,
    /// The person: `{opener}`, or the attribute with the person.
    #[schemars(with = "String")]
    pub(crate) to: Spanned<String>,
}

/// A role that is taken.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Revoke")]
pub(crate) struct RawRevoke {
    /// The role; without scope, in every scope.
    #[schemars(with = "String")]
    pub(crate) role: Spanned<String>,
    /// The person: `{opener}`, or the attribute with the person.
    #[schemars(with = "String")]
    pub(crate) from: Spanned<String>,
}

/// Labels that change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Labels")]
pub(crate) struct RawLabels {
    /// Labels to add.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) add: Vec<Spanned<String>>,
    /// Labels to remove.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) remove: Vec<Spanned<String>>,
}

/// What is done to the issue or pull request that the subject comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "SourceEffect")]
pub(crate) enum RawSourceEffect {
    /// Close it.
    Close,
    /// Open it again.
    Reopen,
    /// Merge the pull request, if the gate lets it pass.
    Merge,
}

/// A subject that is opened.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Open")]
pub(crate) struct RawOpen {
    /// Of this lifecycle.
    #[schemars(with = "String")]
    pub(crate) lifecycle: Spanned<String>,
    /// With this title.
    #[schemars(with = "String")]
    pub(crate) title: Spanned<String>,
    /// With these attributes.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub(crate) set: Named<Spanned<String>>,
}

/// A message.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Notify")]
pub(crate) struct RawNotify {
    /// The channel.
    #[schemars(with = "String")]
    pub(crate) channel: Spanned<String>,
    /// The text.
    #[schemars(with = "String")]
    pub(crate) text: Spanned<String>,
}

/// A field that is set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Set")]
pub(crate) struct RawSet {
    /// Path of the file.
    #[schemars(with = "String")]
    pub(crate) file: Spanned<String>,
    /// The field.
    #[schemars(with = "String")]
    pub(crate) field: Spanned<String>,
    /// Its new value.
    #[schemars(with = "String")]
    pub(crate) value: Spanned<String>,
}

/// A reminder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Remind")]
pub(crate) struct RawRemind {
    /// How much later, such as `7 days`.
    #[schemars(with = "String")]
    pub(crate) after: Spanned<String>,
    /// The text of the comment.
    #[schemars(with = "String")]
    pub(crate) text: Spanned<String>,
}
