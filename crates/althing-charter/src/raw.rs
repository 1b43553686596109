//! The files as written, before anything is believed.

mod body;
mod calendar;
mod channel;
mod document;
mod gate;
mod meeting;
mod member;
mod named;
mod one_or_many;
mod report;
mod role;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use body::RawBody;
pub(crate) use calendar::RawCalendar;
pub(crate) use channel::RawChannel;
pub(crate) use document::RawDocument;
pub(crate) use gate::{RawCheck, RawGate, WrittenCheck};
pub(crate) use meeting::RawMeeting;
pub(crate) use member::{RawHolding, RawMember, RawMembers};
pub(crate) use named::Named;
pub(crate) use one_or_many::{OneOrMany, RawOneOrManyForm};
pub(crate) use report::RawReport;
pub(crate) use role::RawRole;

use crate::lifecycle::raw::RawLifecycle;

/// `.althing/charter.yaml`: the rules of a repository.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Althing charter")]
pub(crate) struct RawCharter {
    /// Version of this file format: 1.
    #[schemars(with = "u64", range(min = 1, max = 1))]
    pub(crate) charter: Spanned<u64>,
    /// Name of the community or project.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// Version of the rules; an amendment raises it.
    #[schemars(with = "String")]
    pub(crate) version: Spanned<String>,
    /// When the rules were first adopted, such as `2025-10-04`; an amendment leaves it as it is.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) ratified: Option<Spanned<String>>,
    /// When they were last amended.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) amended: Option<Spanned<String>>,
    /// When they are to be reviewed next.
    #[serde(default, rename = "next-review")]
    #[schemars(with = "Option<String>")]
    pub(crate) next_review: Option<Spanned<String>>,
    /// How they are meant to be read, such as `living document`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) status: Option<Spanned<String>>,
    /// What the community is and does, in a few sentences.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// What the community holds to.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) principles: Vec<Spanned<String>>,
    /// Charters that this one builds on: names of presets, or paths from this file. An entry that
    /// this file sets replaces theirs.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) extends: Vec<Spanned<String>>,
    /// By which calendar waiting periods are counted.
    #[serde(default)]
    #[schemars(with = "Option<RawCalendar>")]
    pub(crate) calendar: Option<Spanned<RawCalendar>>,
    /// Roles that members can hold.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawRole>")]
    pub(crate) roles: Named<RawRole>,
    /// Bodies, whose members each sit on a seat.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawBody>")]
    pub(crate) bodies: Named<RawBody>,
    /// Where the community talks.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawChannel>")]
    pub(crate) channels: Named<RawChannel>,
    /// When the community meets.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawMeeting>")]
    pub(crate) meetings: Named<RawMeeting>,
    /// Documents that the repository must have.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawDocument>")]
    pub(crate) documents: Named<RawDocument>,
    /// How kinds of subjects live: what is proposed, nominated or decided, and how.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawLifecycle>")]
    pub(crate) lifecycles: Named<RawLifecycle>,
    /// What a pull request must show, by changed path.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawGate>")]
    pub(crate) gates: Named<RawGate>,
    /// What the history of the repository is looked through for, and who is told. Each name is
    /// the kind of a report.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawReport>")]
    pub(crate) reports: Named<RawReport>,
    /// What is private, and why; everything else is public.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) private: Vec<Spanned<String>>,
}
