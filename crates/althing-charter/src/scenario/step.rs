//! A scenario that can be run.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding, Location,
    id::SubjectId,
    yaml::{self, Spanned},
};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    expect::Expected,
    raw::{Ballot, RawAnswer, RawExpect, RawScenario, RawStand, RawStep, Verb},
};
use crate::{AttributeName, Choice, Event, LifecycleName, Source, SourceKind, raw::RawMember};

/// What happens under a charter, and what must come of it.
#[derive(Debug)]
pub struct Scenario {
    /// The charter as written: name of a preset, or a path from where the scenario is.
    pub charter: String,
    pub(super) file: String,
    pub(super) members: Vec<RawMember>,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) location: Location,
    pub(super) at: Timestamp,
    pub(super) action: Option<Action>,
    /// Whether the action must be allowed; `None` where it must be without being said.
    pub(super) answer: Option<RawAnswer>,
    pub(super) code: Option<String>,
    pub(super) expected: Vec<Expected>,
}

#[derive(Debug)]
pub(super) enum Action {
    Tick,
    Open(Opening),
    Act {
        on: SubjectId,
        by: String,
        event: Event,
    },
}

#[derive(Debug)]
pub(super) struct Opening {
    pub(super) id: SubjectId,
    pub(super) by: String,
    pub(super) lifecycle: LifecycleName,
    pub(super) title: String,
    pub(super) set: BTreeMap<AttributeName, Value>,
    pub(super) from: From,
    pub(super) body: String,
}

/// What an opened subject comes from.
#[derive(Debug)]
pub(super) enum From {
    /// Something that the lifecycle allows, made up.
    Suitable,
    Nothing,
    Given(SourceKind, Option<String>),
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// Everything that is wrong with it; never an empty list.
    pub fn parse(source: Source<'_>) -> Result<Self, Vec<Finding>> {
        let raw: RawScenario =
            yaml::parse(source.name, source.text).map_err(|finding| vec![*finding])?;
        let mut reader = Reader {
            file: source.name,
            now: None,
            opened: 0,
            findings: Vec::new(),
        };
        let steps = raw.steps.into_iter().filter_map(|step| reader.step(step));
        let steps = steps.collect();
        if reader.findings.is_empty() {
            return Ok(Self {
                charter: raw.charter.value,
                file: source.name.to_owned(),
                members: raw.members,
                steps,
            });
        }
        Err(reader.findings)
    }
}

struct Reader<'a> {
    file: &'a str,
    now: Option<Timestamp>,
    opened: u32,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn step(&mut self, mut raw: Spanned<RawStep>) -> Option<Step> {
        let expect = raw.value.expect.take();
        let raw = &raw;
        let at = self.at(raw)?;
        let step = &raw.value;
        let action = match step.verb {
            None => None,
            Some(verb) => Some(self.action(raw, verb)?),
        };
        let (answer, expected) = match expect {
            None => (None, Vec::new()),
            Some(RawExpect::Answer(answer)) => (Some(answer), Vec::new()),
            Some(RawExpect::Stand(stand)) => (None, self.expected(stand)),
        };
        if action.is_none() && expected.is_empty() {
            let help = "say what is done with `do`, or what must hold with `expect: { NAME: { state: … } }`";
            self.report(raw, "the step does nothing and expects nothing", help);
            return None;
        }
        Some(Step {
            location: yaml::location(self.file, raw),
            at,
            action,
            answer,
            code: step.code.as_ref().map(|code| code.value.clone()),
            expected,
        })
    }

    fn at(&mut self, raw: &Spanned<RawStep>) -> Option<Timestamp> {
        if let Some(at) = &raw.value.at {
            let Ok(time) = at.value.trim().parse::<Timestamp>() else {
                let message = format!("`{}` is not a time", at.value);
                self.report(at, message, "write it as `2026-03-05T12:00:00Z`");
                return None;
            };
            self.now = Some(time);
        }
        if self.now.is_none() {
            let help = "write `at`, such as `2026-03-05T12:00:00Z`";
            self.report(raw, "the first step has no time", help);
        }
        self.now
    }

    fn action(&mut self, raw: &Spanned<RawStep>, verb: Verb) -> Option<Action> {
        if verb == Verb::Tick {
            return Some(Action::Tick);
        }
        let step = &raw.value;
        let by = self
            .need(raw, step.by.as_ref(), "by", "whoever does it")?
            .value
            .clone();
        if matches!(verb, Verb::Open | Verb::Nominate) {
            return self.opening(raw, verb, by).map(Action::Open);
        }
        let on = self.need(raw, step.on.as_ref(), "on", "the subject")?;
        let on = self.read(on, "a subject")?;
        let event = self.event(raw, verb)?;
        Some(Action::Act { on, by, event })
    }

    fn opening(&mut self, raw: &Spanned<RawStep>, verb: Verb, by: String) -> Option<Opening> {
        let step = &raw.value;
        self.opened += 1;
        let id: SubjectId = match &step.named {
            Some(name) => self.read(name, "a subject")?,
            None => format!("S{}", self.opened).parse().ok()?,
        };
        let lifecycle = match (&step.lifecycle, verb) {
            (None, Verb::Nominate) => "nomination".parse().ok()?,
            (given, _) => {
                let given = self.need(raw, given.as_ref(), "lifecycle", "its kind")?;
                self.read(given, "a lifecycle")?
            }
        };
        let (mut title, mut set) = self.set(raw)?;
        let named = [("nominee", &step.nominee), ("role", &step.role)];
        for (name, value) in named {
            if let (Some(value), Ok(name)) = (value, name.parse()) {
                set.insert(name, Value::String(value.clone()));
            }
        }
        if title.is_none() {
            title = Some(match &step.nominee {
                Some(nominee) => format!("Nomination of {nominee}"),
                None => id.to_string(),
            });
        }
        Some(Opening {
            id,
            by,
            lifecycle,
            title: title.unwrap_or_default(),
            set,
            from: self.from(raw)?,
            body: step.body.clone().unwrap_or_default(),
        })
    }

    fn from(&mut self, raw: &Spanned<RawStep>) -> Option<From> {
        let Some(from) = &raw.value.from else {
            return Some(From::Suitable);
        };
        let (kind, reference) = match from.value.trim().split_once(' ') {
            Some((kind, reference)) => (kind, Some(reference.trim().to_owned())),
            None => (from.value.trim(), None),
        };
        let kind = match kind {
            "none" => return Some(From::Nothing),
            "issue" => SourceKind::Issue,
            "pull-request" => SourceKind::PullRequest,
            "file" => SourceKind::File,
            _ => {
                let message = format!("a subject cannot come from `{kind}`");
                let help = "write `issue`, `pull-request`, `file` or `none`";
                self.report(from, message, help);
                return None;
            }
        };
        Some(From::Given(kind, reference))
    }

    fn event(&mut self, raw: &Spanned<RawStep>, verb: Verb) -> Option<Event> {
        let step = &raw.value;
        let reason = || step.reason.clone();
        Some(match verb {
            Verb::Open | Verb::Nominate | Verb::Tick => Event::Tick,
            Verb::Edit => {
                let (title, set) = self.set(raw)?;
                Event::Edit {
                    title,
                    set,
                    body: step.body.clone(),
                    editorial: step.editorial,
                }
            }
            Verb::Vote => {
                let ballot = self.need(raw, step.ballot.as_ref(), "ballot", "what it is for")?;
                let choice = match ballot {
                    Ballot::Truth(true) => Choice::Yes,
                    Ballot::Truth(false) => Choice::No,
                    Ballot::Text(text) => Choice::from(text.clone()),
                };
                Event::Vote {
                    choice,
                    reason: reason(),
                }
            }
            Verb::Object => Event::Object {
                reason: reason().unwrap_or_default(),
            },
            Verb::Resolve => Event::Resolve {
                objection: step.objection,
                reason: reason(),
            },
            Verb::Approve => Event::Approve,
            Verb::Withdraw => Event::Withdraw { reason: reason() },
            Verb::Decline => Event::Decline { reason: reason() },
            Verb::Close => Event::Close { reason: reason() },
            Verb::Move => {
                let to = self.need(raw, step.to.as_ref(), "to", "the state")?;
                Event::Move {
                    to: self.read(to, "a state")?,
                    reason: reason(),
                }
            }
            Verb::Attach => {
                let name = self.need(raw, step.evidence.as_ref(), "evidence", "its name")?;
                Event::Attach {
                    name: self.read(name, "evidence")?,
                    reference: step.reference.clone().unwrap_or_default(),
                    result: step.result.clone(),
                    recipients: step.recipients.clone(),
                }
            }
            Verb::Ask => Event::Ask,
            Verb::Answer => Event::Answer {
                text: step.text.clone().or_else(reason).unwrap_or_default(),
            },
        })
    }

    /// The title apart, since it is no attribute.
    fn set(
        &mut self,
        raw: &Spanned<RawStep>,
    ) -> Option<(Option<String>, BTreeMap<AttributeName, Value>)> {
        let mut title = None;
        let mut set = BTreeMap::new();
        for (name, value) in &raw.value.set {
            if name == "title" {
                title = Some(
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned),
                );
                continue;
            }
            match name.parse() {
                Ok(name) => {
                    set.insert(name, value.clone());
                }
                Err(error) => {
                    self.report(
                        raw,
                        format!("`set`: {error}"),
                        "name an attribute of the lifecycle",
                    );
                    return None;
                }
            }
        }
        Some((title, set))
    }

    fn expected(&mut self, stand: Vec<(Spanned<String>, RawStand)>) -> Vec<Expected> {
        let mut all = Vec::new();
        for (name, stand) in stand {
            match stand {
                RawStand::Roles(roles) => all.push(Expected::Roles(roles)),
                RawStand::Subject(stand) => {
                    let id = self.read(&name, "a subject");
                    all.extend(id.map(|id| Expected::Subject(id, stand)));
                }
            }
        }
        all
    }

    fn need<'a, T>(
        &mut self,
        raw: &Spanned<RawStep>,
        value: Option<&'a T>,
        key: &str,
        what: &str,
    ) -> Option<&'a T> {
        if value.is_none() {
            self.report(
                raw,
                format!("the step does not name {what}"),
                format!("write `{key}`"),
            );
        }
        value
    }

    fn read<T: std::str::FromStr>(&mut self, text: &Spanned<String>, what: &str) -> Option<T> {
        let read = text.value.parse().ok();
        if read.is_none() {
            let message = format!("`{}` cannot name {what}", text.value);
            self.report(text, message, crate::name::RULE);
        }
        read
    }

    fn report<T>(
        &mut self,
        place: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = Finding::error(Code::ScenarioInvalid, message, help);
        self.findings
            .push(finding.at(yaml::location(self.file, place)));
    }
}
