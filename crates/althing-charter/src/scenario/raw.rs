//! A scenario as written.

use std::{collections::BTreeMap, fmt};

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::Value;

use super::expect::Stand;
use crate::raw::RawMember;

/// A scenario: what happens to subjects under a charter, and what must come of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Althing scenario")]
pub(super) struct RawScenario {
    /// What it shows, in one sentence.
    #[serde(default)]
    #[expect(dead_code, reason = "for whoever reads the file")]
    pub(super) description: Option<String>,
    /// Name of a preset, or path of a charter file.
    #[schemars(with = "String")]
    pub(super) charter: Spanned<String>,
    /// Who holds which role at the start; people who only appear in steps hold none.
    #[serde(default)]
    pub(super) members: Vec<RawMember>,
    /// What happens, in order.
    #[schemars(with = "Vec<RawStep>", length(min = 1))]
    pub(super) steps: Vec<Spanned<RawStep>>,
}

/// One thing that happens, or one that must hold, or both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Step")]
pub(super) struct RawStep {
    /// When, such as `2026-03-05T12:00:00Z`; at the time of the step before if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) at: Option<Spanned<String>>,
    /// What is done.
    #[serde(default, rename = "do")]
    pub(super) verb: Option<Verb>,
    /// Login of whoever does it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) by: Option<Spanned<String>>,
    /// The subject that it is done to, by the name that `as` gave it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) on: Option<Spanned<String>>,
    /// The name of the subject that is opened.
    #[serde(default, rename = "as")]
    #[schemars(with = "Option<String>")]
    pub(super) named: Option<Spanned<String>>,
    /// Kind of the subject that is opened.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) lifecycle: Option<Spanned<String>>,
    /// Title and attributes of the subject; people by login.
    #[serde(default)]
    pub(super) set: BTreeMap<String, Value>,
    /// What the subject comes from: `issue`, `pull-request` or `file`, and a reference if it
    /// matters; `none` for nothing. Left out, something that the lifecycle allows.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) from: Option<Spanned<String>>,
    /// The text of what the subject comes from.
    #[serde(default)]
    pub(super) body: Option<String>,
    /// Whether an edit leaves the meaning as it is.
    #[serde(default)]
    pub(super) editorial: bool,
    /// Login of whoever is nominated.
    #[serde(default)]
    pub(super) nominee: Option<String>,
    /// The role of a nomination.
    #[serde(default)]
    pub(super) role: Option<String>,
    /// What a ballot is for: `yes`, `no`, `abstain`, `veto` or one of the choices.
    #[serde(default)]
    pub(super) ballot: Option<Ballot>,
    /// Why.
    #[serde(default)]
    pub(super) reason: Option<String>,
    /// Number of the objection that is resolved.
    #[serde(default)]
    pub(super) objection: Option<u32>,
    /// Name of the evidence that is attached.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) evidence: Option<Spanned<String>>,
    /// Where the evidence is.
    #[serde(default, rename = "ref")]
    pub(super) reference: Option<String>,
    /// What the evidence says.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) result: Option<crate::EvidenceResult>,
    /// Logins of those to whom a notice was sent.
    #[serde(default)]
    pub(super) recipients: Vec<String>,
    /// The state to which the subject is moved.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) to: Option<Spanned<String>>,
    /// The answer to whoever asked for reasons.
    #[serde(default)]
    pub(super) text: Option<String>,
    /// What must come of it.
    #[serde(default)]
    #[schemars(with = "Option<RawExpectForm>")]
    pub(super) expect: Option<RawExpect>,
    /// Code of the refusal, or of a note, that is expected.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) code: Option<Spanned<String>>,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verb {
    /// Open a subject.
    Open,
    /// Open a nomination.
    Nominate,
    /// Change its text.
    Edit,
    /// Cast a ballot.
    Vote,
    /// Object.
    Object,
    /// Take an objection back, or settle it.
    Resolve,
    /// Approve the text.
    Approve,
    /// Withdraw the subject.
    Withdraw,
    /// Decline what it would bring.
    Decline,
    /// Ask that it be concluded now.
    Close,
    /// Move it to a state.
    Move,
    /// Attach evidence.
    Attach,
    /// Ask why others voted against.
    Ask,
    /// Answer that.
    Answer,
    /// Let time pass, for every subject.
    Tick,
}

/// What a ballot is for. YAML reads a bare `yes` or `no` as text or as a truth value, as its
/// version has it; both mean the ballot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Ballot {
    /// `true` is yes, `false` is no.
    Truth(bool),
    /// As written.
    Text(String),
}

/// What must come of a step.
#[derive(Debug)]
pub(super) enum RawExpect {
    /// Whether the step is allowed.
    Answer(RawAnswer),
    /// How subjects stand, by name; `roles`: who holds which roles, by login.
    Stand(Vec<(Spanned<String>, RawStand)>),
}

/// The two things that can be expected.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Expect")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawExpectForm {
    /// Whether the step is allowed.
    Answer(RawAnswer),
    /// How subjects stand, by name; `roles`: who holds which roles, by login.
    Stand(BTreeMap<String, RawStandForm>),
}

/// How something stands.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "StandOrRoles")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawStandForm {
    /// A subject.
    Subject(Box<Stand>),
    /// People's roles, by login.
    Roles(BTreeMap<String, Vec<String>>),
}

/// How something stands.
#[derive(Debug)]
pub(super) enum RawStand {
    /// A subject.
    Subject(Box<Stand>),
    /// People's roles, by login.
    Roles(BTreeMap<String, Vec<String>>),
}

// By hand, because the keys of a tally are `yes` and `no`: an untagged enum would look at them
// without knowing that they are meant as texts.
impl<'de> Deserialize<'de> for RawExpect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expect;

        impl<'de> Visitor<'de> for Expect {
            type Value = RawExpect;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`accepted`, `refused`, or how subjects stand by name")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RawExpect, E> {
                match text {
                    "accepted" => Ok(RawExpect::Answer(RawAnswer::Accepted)),
                    "refused" => Ok(RawExpect::Answer(RawAnswer::Refused)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawExpect, A::Error> {
                let mut all = Vec::new();
                while let Some(name) = map.next_key::<Spanned<String>>()? {
                    let stand = match name.value.as_str() {
                        "roles" => RawStand::Roles(map.next_value()?),
                        _ => RawStand::Subject(map.next_value()?),
                    };
                    all.push((name, stand));
                }
                Ok(RawExpect::Stand(all))
            }
        }

        deserializer.deserialize_any(Expect)
    }
}

/// Whether a step is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawAnswer {
    /// It is.
    Accepted,
    /// It is not.
    Refused,
}

/// The JSON Schema of scenario files.
pub fn scenario_schema() -> Value {
    schemars::schema_for!(RawScenario).to_value()
}
