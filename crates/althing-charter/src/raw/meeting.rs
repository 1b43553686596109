//! `meetings` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OneOrMany, RawOneOrManyForm};

/// A meeting that is held again and again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Meeting")]
pub(crate) struct RawMeeting {
    /// The meeting as people say it; its name if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) title: Option<Spanned<String>>,
    /// What it is for, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// How it recurs, as a recurrence rule of RFC 5545: `FREQ=MONTHLY;BYDAY=1TH`.
    #[schemars(with = "String")]
    pub(crate) rule: Spanned<String>,
    /// Date and time of the first one, such as `2026-01-06T10:00`; later ones begin at the same
    /// time of day.
    #[schemars(with = "String")]
    pub(crate) starts: Spanned<String>,
    /// The time zone of `starts`; that of the calendar if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) timezone: Option<Spanned<String>>,
    /// How long it lasts, such as `60 minutes` or `2 hours`; 60 minutes if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) lasts: Option<Spanned<String>>,
    /// Who is expected: roles, `body:NAME`.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) attendees: OneOrMany,
    /// Who may join: roles, `body:NAME` or `anyone`; the attendees if left out.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) open_to: OneOrMany,
    /// What is talked about.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) agenda: Vec<Spanned<String>>,
    /// What the meeting has to bring about.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) duties: Vec<Spanned<String>>,
    /// The channel where it takes place.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) channel: Option<Spanned<String>>,
}
