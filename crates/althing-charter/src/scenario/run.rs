//! Running a scenario.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding, Location,
    id::{Account, SubjectId},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{
    expect::{Difference, Expected},
    people::{People, clock},
    raw::RawAnswer,
    step::{Action, From, Opening, Scenario, Step},
};
use crate::{
    Actor, Charter, Community, Context, Decision, Event, Lifecycle, Member, Members, Recorded,
    SourceRef, decide, rules,
};

/// What came of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioReport {
    /// Its file.
    pub file: String,
    /// How many steps were as expected.
    pub summary: Summary,
    /// Its steps, in order.
    pub steps: Vec<StepReport>,
}

/// How many steps were as expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All of them.
    pub met: bool,
    /// Steps.
    pub steps: usize,
    /// Steps that were not as expected.
    pub unmet: usize,
}

/// What came of a step.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// Where it stands.
    pub location: Location,
    /// When it happened.
    pub at: Timestamp,
    /// Whether what was done was allowed; `None` where nothing was done.
    pub accepted: Option<bool>,
    /// Why it was not.
    pub refusal: Option<Finding>,
    /// What was worth saying although it was allowed.
    pub notes: Vec<Finding>,
    /// Kinds of the entries that it added, each with its subject.
    pub entries: Vec<String>,
    /// Whether everything was as expected.
    pub met: bool,
    /// What was not.
    pub differences: Vec<Difference>,
}

impl ScenarioReport {
    /// What is wrong, as findings: one per difference.
    pub fn findings(&self) -> Vec<Finding> {
        let unmet = self.steps.iter().filter(|step| !step.met);
        unmet.flat_map(StepReport::findings).collect()
    }
}

impl StepReport {
    fn findings(&self) -> Vec<Finding> {
        let differences = self.differences.iter().map(|difference| {
            let Difference {
                of,
                what,
                expected,
                actual,
            } = difference;
            let help = match &self.refusal {
                Some(refusal) => format!("it was refused: {refusal}"),
                None => "correct the rules, or the scenario".to_owned(),
            };
            let message = format!("{of}: {what} is `{actual}`, expected `{expected}`");
            Finding::error(Code::ScenarioUnmet, message, help).at(self.location.clone())
        });
        differences.collect()
    }
}

impl Scenario {
    /// Runs it. The same scenario and charter always give the same report.
    ///
    /// # Errors
    /// What is wrong with its members under this charter.
    pub fn run(self, charter: &Charter) -> Result<ScenarioReport, Vec<Finding>> {
        let members = rules::listed_members(&self.file, self.members, charter)?;
        let mut stage = Stage::new(&self.steps, charter, members);
        let steps: Vec<StepReport> = self.steps.iter().map(|step| stage.play(step)).collect();
        let unmet = steps.iter().filter(|step| !step.met).count();
        let summary = Summary {
            met: unmet == 0,
            steps: steps.len(),
            unmet,
        };
        Ok(ScenarioReport {
            file: self.file,
            summary,
            steps,
        })
    }
}

struct Stage<'a> {
    charter: &'a Charter,
    people: People,
    community: Community,
    /// How many records there are.
    recorded: u64,
    wakes: BTreeMap<SubjectId, Option<Timestamp>>,
}

/// What came of an action.
#[derive(Default)]
struct Done {
    entries: Vec<String>,
    notes: Vec<Finding>,
}

impl<'a> Stage<'a> {
    fn new(steps: &[Step], charter: &'a Charter, members: Members) -> Self {
        Self {
            charter,
            people: People::of(steps, &members),
            community: Community::new(members),
            recorded: 0,
            wakes: BTreeMap::new(),
        }
    }

    fn play(&mut self, step: &Step) -> StepReport {
        let result = step.action.as_ref().map(|action| self.act(step.at, action));
        let (accepted, refusal, done) = match result {
            None => (None, None, Done::default()),
            Some(Ok(done)) => (Some(true), None, done),
            Some(Err(refusal)) => (Some(false), Some(*refusal), Done::default()),
        };
        let mut differences = answer(step, refusal.as_ref(), &done.notes);
        for expected in &step.expected {
            differences.extend(self.differences(expected));
        }
        StepReport {
            location: step.location.clone(),
            at: step.at,
            accepted,
            refusal,
            notes: done.notes,
            entries: done.entries,
            met: differences.is_empty(),
            differences,
        }
    }

    fn act(&mut self, now: Timestamp, action: &Action) -> Result<Done, Box<Finding>> {
        match action {
            Action::Tick => {
                let mut done = Done::default();
                let live: Vec<SubjectId> = self.community.live().cloned().collect();
                for id in live {
                    let clock = clock();
                    let ticked = self.decide(now, &id, &clock, &Event::Tick)?;
                    done.entries.extend(ticked.entries);
                    done.notes.extend(ticked.notes);
                }
                Ok(done)
            }
            Action::Open(opening) => {
                let actor = self.people.actor(&opening.by, self.community.members());
                let event = self.open(opening);
                self.decide(now, &opening.id, &actor, &event)
            }
            Action::Act { on, by, event } => {
                let actor = self.people.actor(by, self.community.members());
                self.decide(now, on, &actor, event)
            }
        }
    }

    fn open(&self, opening: &Opening) -> Event {
        let lifecycle = self.charter.lifecycle(&opening.lifecycle);
        Event::Open {
            id: opening.id.clone(),
            lifecycle: opening.lifecycle.clone(),
            title: opening.title.clone(),
            set: opening.set.clone(),
            source: source(lifecycle, &opening.from, &opening.id),
            body: opening.body.clone(),
        }
    }

    fn decide(
        &mut self,
        now: Timestamp,
        id: &SubjectId,
        actor: &Actor,
        event: &Event,
    ) -> Result<Done, Box<Finding>> {
        let context = Context {
            charter: self.charter,
            members: self.community.members(),
            people: self.people.by_login(),
            catalog: &Value::Null,
            now,
        };
        let subject = self.community.subject(id);
        let decision = decide(&context, subject, actor, event)?;
        self.wakes.insert(id.clone(), decision.wake);
        Ok(self.record(now, id, &actor.account, decision))
    }

    fn record(
        &mut self,
        now: Timestamp,
        id: &SubjectId,
        actor: &Account,
        decision: Decision,
    ) -> Done {
        let mut entries = Vec::new();
        for record in decision.records {
            entries.push(format!("{} {id}", record.kind()));
            self.recorded += 1;
            let recorded = Recorded {
                seq: self.recorded,
                time: now,
                day: self.charter.date(now),
                actor,
                charter: self.charter.hash(),
                record,
            };
            self.community.apply(id, recorded);
        }
        Done {
            entries,
            notes: decision.notes,
        }
    }

    fn differences(&self, expected: &Expected) -> Vec<Difference> {
        match expected {
            Expected::Roles(roles) => roles
                .iter()
                .filter_map(|(login, roles)| self.roles(login, roles))
                .collect(),
            Expected::Subject(id, stand) => {
                let Some(subject) = self.community.subject(id) else {
                    return vec![difference(
                        &id.to_string(),
                        "subject",
                        "opened",
                        Value::Null,
                    )];
                };
                let tally = subject.tally(self.charter);
                let next = self.wakes.get(id).copied().flatten();
                stand.differences(subject, tally.as_ref(), next)
            }
        }
    }

    fn roles(&self, login: &str, expected: &[String]) -> Option<Difference> {
        let member = self.community.members().by_login(login);
        let mut held: Vec<String> = member.map_or(Vec::new(), role_names);
        held.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        (held != expected).then(|| difference(login, "roles", expected, held))
    }
}

fn role_names(member: &Member) -> Vec<String> {
    member
        .holdings
        .iter()
        .map(|held| held.role.to_string())
        .collect()
}

/// How the answer to a step differs from what it expects.
fn answer(step: &Step, refusal: Option<&Finding>, notes: &[Finding]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let refused = step.answer == Some(RawAnswer::Refused);
    if refused != refusal.is_some() {
        let word = |refused| if refused { "refused" } else { "accepted" };
        let (expected, actual) = (word(refused), word(refusal.is_some()));
        differences.push(difference("step", "answer", expected, actual));
    }
    let codes: Vec<&str> = refusal
        .into_iter()
        .chain(notes)
        .map(|said| said.code.slug())
        .collect();
    if let Some(code) = step.code.as_deref().filter(|code| !codes.contains(code)) {
        differences.push(difference("step", "code", code, codes));
    }
    differences
}

fn difference(
    of: &str,
    what: &str,
    expected: impl Serialize,
    actual: impl Serialize,
) -> Difference {
    let value = |value: Result<Value, serde_json::Error>| value.unwrap_or(Value::Null);
    let (expected, actual) = (serde_json::to_value(expected), serde_json::to_value(actual));
    Difference::new(of, what, &value(expected), &value(actual))
}

/// What the subject comes from: as given, or the first kind that its lifecycle allows.
fn source(lifecycle: Option<&Lifecycle>, from: &From, id: &SubjectId) -> Option<SourceRef> {
    let (kind, reference) = match from {
        From::Nothing => return None,
        From::Given(kind, reference) => (*kind, reference.clone()),
        From::Suitable => (*lifecycle?.from.first()?, None),
    };
    Some(SourceRef {
        kind,
        reference: reference.unwrap_or_else(|| format!("scenario/{id}")),
    })
}
