//! Decisions: from the rules, a subject and an event to what is to be recorded.

mod act;
mod attributes;
mod conclude;
mod explain;
mod open;
mod settle;
mod speak;

use althing_diag::{Code, Finding};

use super::{
    Actor, Context, Decision, Event, Lifecycle, Record, Subject, context::View, guard::Instants,
};
use crate::LifecycleName;

/// Decides what an event means for a subject, or for one that it opens.
///
/// Before an event is judged, time is let pass: whatever fell due since the last decision happens
/// first, in the order in which it fell due, recorded at [`Context::now`]. A ballot that comes
/// after the end of a vote is therefore too late, whether or not anybody looked in between.
/// Afterwards the transitions of the state are tried in the order of the file, until none happens.
///
/// # Errors
/// A refusal: why, by which rule, and what to do. Nothing is recorded then; what time has brought
/// about comes with the next decision.
pub fn decide(
    ctx: &Context<'_>,
    subject: Option<&Subject>,
    actor: &Actor,
    event: &Event,
) -> Result<Decision, Box<Finding>> {
    let mut run = match (subject, event) {
        (None, Event::Open { .. }) => return open::open(ctx, actor, event),
        (None, _) => {
            let help = "`althing subject list` shows those there are";
            return refuse(Code::SubjectUnknown, "there is no such subject", help);
        }
        (Some(subject), Event::Open { .. }) => {
            let message = format!("there is a {} with that name already", subject.id);
            return refuse(Code::NoTransition, message, "open it under another name");
        }
        (Some(subject), _) => Run::of(ctx, actor, subject.clone())?,
    };
    run.let_time_pass()?;
    // Whoever asks to conclude what time concludes anyway has got it (L-120).
    if !(matches!(event, Event::Close { .. }) && run.has_moved()) {
        run.happen(event)?;
    }
    run.settle(ctx.now)?;
    Ok(run.decision())
}

/// A decision that is being made.
struct Run<'a> {
    ctx: &'a Context<'a>,
    lifecycle: &'a Lifecycle,
    actor: &'a Actor,
    /// As it is after the records so far.
    subject: Subject,
    records: Vec<Record>,
    notes: Vec<Finding>,
}

impl<'a> Run<'a> {
    fn of(ctx: &'a Context<'a>, actor: &'a Actor, subject: Subject) -> Result<Self, Box<Finding>> {
        if ctx.now < subject.last {
            let message = format!(
                "it is {}, but {} was last touched at {}",
                ctx.now, subject.id, subject.last
            );
            let help = "set the clock right; the record goes forward only";
            return refuse(Code::ClockBackwards, message, help);
        }
        Ok(Self {
            ctx,
            lifecycle: find(ctx, &subject.lifecycle)?,
            actor,
            subject,
            records: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// Whether the subject has moved on in this decision.
    fn has_moved(&self) -> bool {
        let mut records = self.records.iter();
        records.any(|record| matches!(record, Record::StateChanged { .. }))
    }

    fn happen(&mut self, event: &Event) -> Result<(), Box<Finding>> {
        if self.subject.over {
            match event {
                Event::Tick | Event::Ask | Event::Answer { .. } | Event::Open { .. } => {}
                Event::Edit { .. }
                | Event::Vote { .. }
                | Event::Object { .. }
                | Event::Resolve { .. }
                | Event::Approve
                | Event::Withdraw { .. }
                | Event::Decline { .. }
                | Event::Close { .. }
                | Event::Move { .. }
                | Event::Attach { .. } => return Err(self.over()),
            }
        }
        match event {
            Event::Tick | Event::Open { .. } => Ok(()),
            Event::Edit {
                title,
                set,
                body,
                editorial,
            } => self.edit(title.as_deref(), set, body.as_deref(), *editorial),
            Event::Vote { choice, reason } => self.vote(choice, reason.as_deref()),
            Event::Object { reason } => self.object(reason),
            Event::Resolve { objection, reason } => self.resolve(*objection, reason.as_deref()),
            Event::Approve => self.approve(),
            Event::Attach {
                name,
                reference,
                result,
                recipients,
            } => self.attach(name, reference, result.as_ref(), recipients),
            Event::Ask => self.ask(),
            Event::Answer { text } => self.answer(text),
            Event::Withdraw { .. }
            | Event::Decline { .. }
            | Event::Close { .. }
            | Event::Move { .. } => self.conclude(event),
        }
    }

    /// What happened is what is recorded and nothing else: it is folded like any record.
    fn push(&mut self, record: Record) {
        let actor = &self.actor.account;
        self.subject.apply(self.ctx.now, actor, record.clone());
        self.records.push(record);
    }

    fn view(&self) -> View<'_> {
        View {
            ctx: self.ctx,
            lifecycle: self.lifecycle,
            subject: &self.subject,
        }
    }

    fn over(&self) -> Box<Finding> {
        let subject = &self.subject;
        let outcome = subject.outcome.as_ref();
        let outcome = outcome.map_or(String::new(), |outcome| format!(", {outcome}"));
        let state = &subject.state;
        let since = subject.entered.get(state).unwrap_or(&subject.last);
        let message = format!("{} is over since {since}: {state}{outcome}", subject.id);
        let finding = Finding::error(
            Code::SubjectOver,
            message,
            "open another subject, if it is to be decided anew",
        );
        let rule = self.lifecycle.state(state).map(|it| it.location.clone());
        Box::new(match rule {
            Some(rule) => finding.by_rule(rule),
            None => finding,
        })
    }

    fn decision(self) -> Decision {
        Decision {
            wake: Instants::of(self.view()).next(self.ctx.now),
            records: self.records,
            notes: self.notes,
        }
    }
}

fn find<'a>(ctx: &Context<'a>, name: &LifecycleName) -> Result<&'a Lifecycle, Box<Finding>> {
    let charter = ctx.charter;
    charter.lifecycle(name).ok_or_else(|| {
        let all: Vec<String> = (charter.lifecycles().iter())
            .map(|lifecycle| format!("`{}`", lifecycle.name))
            .collect();
        let message = format!("the charter has no lifecycle `{name}`");
        let help = match all.as_slice() {
            [] => "the charter has none at all: declare one, or extend a preset".to_owned(),
            all => format!("there are {}", all.join(", ")),
        };
        Box::new(Finding::error(Code::LifecycleUnknown, message, help))
    })
}

fn refuse<T>(
    code: Code,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Result<T, Box<Finding>> {
    Err(Box::new(Finding::error(code, message, help)))
}
