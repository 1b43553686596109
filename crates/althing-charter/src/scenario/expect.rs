//! What must hold of subjects and people, and how what is differs.

use std::{collections::BTreeMap, fmt};

use althing_diag::id::SubjectId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, json};

use crate::{Choice, Subject, Tally};

/// Something that must hold.
#[derive(Debug)]
pub enum Expected {
    /// How a subject stands.
    Subject(SubjectId, Box<Stand>),
    /// Which roles people hold, by login: exactly these.
    Roles(BTreeMap<String, Vec<String>>),
}

/// How a subject must stand; what is left out may be as it likes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stand {
    state: Option<String>,
    outcome: Option<String>,
    over: Option<bool>,
    /// By option; `eligible`, `vetoes`, `beyond-cap`, and `advisory` by option.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Value>")]
    tally: Counts,
    /// A part of the sentence in which the vote explains itself.
    sentence: Option<String>,
    /// Objections that stand.
    objections: Option<usize>,
    /// Approvals of the text as it is.
    approvals: Option<usize>,
    /// Names of what is attached, each once.
    evidence: Option<Vec<String>>,
    /// Kinds of effects that are to be done, in order.
    effects: Option<Vec<String>>,
    /// When time alone would move it next.
    next: Option<String>,
    /// Reasons against that were given to whoever asked.
    reasons: Option<Vec<String>>,
    /// Attributes.
    attributes: Option<BTreeMap<String, Value>>,
}

/// What a tally must say.
#[derive(Debug, Default)]
struct Counts {
    /// By option; `eligible`, `vetoes` and `beyond-cap` too.
    counted: BTreeMap<String, u64>,
    /// Opinions of those who may not vote, by option.
    advisory: BTreeMap<String, u64>,
}

// By hand, because its keys are `yes` and `no`: only a map of texts reads them as such.
impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Counts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("numbers of ballots by option")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Counts, A::Error> {
                let mut counts = Counts::default();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "advisory" {
                        counts.advisory = map.next_value()?;
                    } else {
                        counts.counted.insert(name, map.next_value()?);
                    }
                }
                Ok(counts)
            }
        }

        deserializer.deserialize_map(Read)
    }
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Of which subject, or `roles`.
    pub of: String,
    /// What.
    pub what: String,
    /// As it must be.
    pub expected: String,
    /// As it is.
    pub actual: String,
}

impl Difference {
    pub(super) fn new(of: &str, what: &str, expected: &Value, actual: &Value) -> Self {
        Self {
            of: of.to_owned(),
            what: what.to_owned(),
            expected: shown(expected),
            actual: shown(actual),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

impl Stand {
    /// How the subject differs. `tally` is that of its vote, open or closed; `next` the instant
    /// at which time alone would move it.
    pub(super) fn differences(
        &self,
        subject: &Subject,
        tally: Option<&Tally>,
        next: Option<Timestamp>,
    ) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut compare = |what: &str, expected: Option<Value>, actual: Value| {
            if let Some(expected) = expected.filter(|expected| *expected != actual) {
                found.push(Difference::new(
                    subject.id.as_str(),
                    what,
                    &expected,
                    &actual,
                ));
            }
        };
        compare(
            "state",
            self.state.as_ref().map(|state| json!(state)),
            json!(subject.state),
        );
        let outcome = self.outcome.as_ref().map(|outcome| json!(outcome));
        compare("outcome", outcome, json!(subject.outcome));
        compare("over", self.over.map(Value::Bool), json!(subject.over));
        for (option, expected) in &self.tally.counted {
            let actual = tally.map(|tally| count(tally, option));
            compare(
                &format!("tally {option}"),
                Some(json!(expected)),
                json!(actual),
            );
        }
        for (option, expected) in &self.tally.advisory {
            let choice = Choice::from(option.clone());
            let actual = tally.map(|tally| tally.advisory.get(&choice).copied().unwrap_or(0));
            compare(
                &format!("advisory {option}"),
                Some(json!(expected)),
                json!(actual),
            );
        }
        if let Some(part) = &self.sentence {
            let sentence = subject
                .closed_vote
                .as_ref()
                .map_or("", |vote| &vote.sentence);
            if !sentence.contains(part.as_str()) {
                compare("sentence", Some(json!(part)), json!(sentence));
            }
        }
        let standing = subject.objections.iter().filter(|o| o.resolved.is_none());
        compare(
            "objections",
            self.objections.map(|n| json!(n)),
            json!(standing.count()),
        );
        let approvals = self.approvals.map(|n| json!(n));
        compare("approvals", approvals, json!(subject.approvals.len()));
        let mut attached: Vec<&str> = subject.evidence.iter().map(|e| e.name.as_str()).collect();
        attached.sort_unstable();
        attached.dedup();
        let evidence = self.evidence.as_ref().map(|names| {
            let mut names = names.clone();
            names.sort_unstable();
            json!(names)
        });
        compare("evidence", evidence, json!(attached));
        let pending: Vec<Value> = subject
            .pending
            .values()
            .map(|p| kind(&json!(p.effect)))
            .collect();
        compare(
            "effects",
            self.effects.as_ref().map(|kinds| json!(kinds)),
            json!(pending),
        );
        compare(
            "next",
            self.next.as_ref().map(|next| json!(next)),
            json!(next),
        );
        compare(
            "reasons",
            self.reasons.as_ref().map(|texts| json!(texts)),
            json!(subject.explained),
        );
        for (name, expected) in self.attributes.iter().flatten() {
            let mut attributes = subject.attributes.iter();
            let actual = attributes.find(|(attribute, _)| attribute.as_str() == name);
            let actual = actual.map_or(Value::Null, |(_, value)| json!(value));
            compare(&format!("attribute {name}"), Some(expected.clone()), actual);
        }
        found
    }
}

/// What a tally says under a name.
fn count(tally: &Tally, name: &str) -> u64 {
    match name {
        "eligible" => tally.eligible,
        "vetoes" => tally.vetoes,
        "beyond-cap" => tally.beyond_cap,
        option => tally.count(&Choice::from(option.to_owned())),
    }
}

/// The name of an effect: the only key of its form, or the form itself.
fn kind(effect: &Value) -> Value {
    match effect {
        Value::Object(fields) => fields.keys().next().map_or(Value::Null, |key| json!(key)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            effect.clone()
        }
    }
}
