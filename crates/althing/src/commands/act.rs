//! What people do to subjects: one file per verb.

mod answer;
mod approve;
mod ask;
mod attach;
mod attributes;
mod close;
mod decline;
mod edit;
mod move_to;
mod nominate;
mod object;
mod open;
mod resolve;
mod seat;
mod source;
mod vote;
mod withdraw;

use althing_charter::Event;
use althing_council::Council;
use althing_diag::{Exit, id::SubjectId};
use clap::Subcommand;
use serde_json::json;

pub(crate) use seat::{Place, Seat};

use crate::{
    failure::Failure,
    output::{self, BOLD, DIM, Output},
};

/// Verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum ActCommand {
    /// Open a subject: bring something up to be decided.
    Open(open::OpenArgs),
    /// Nominate somebody for a role.
    Nominate(nominate::NominateArgs),
    /// Change the title or attributes of a subject.
    Edit(edit::EditArgs),
    /// Cast a ballot, or change it.
    Vote(vote::VoteArgs),
    /// Object, with a reason.
    Object(object::ObjectArgs),
    /// Take an objection back, or settle it.
    Resolve(resolve::ResolveArgs),
    /// Approve the text as it is.
    Approve(approve::ApproveArgs),
    /// Withdraw a subject.
    Withdraw(withdraw::WithdrawArgs),
    /// Decline what a subject would bring you.
    Decline(decline::DeclineArgs),
    /// Ask that a subject be concluded now.
    Close(close::CloseArgs),
    /// Move a subject to a state.
    Move(move_to::MoveArgs),
    /// Attach evidence.
    Attach(attach::AttachArgs),
    /// Ask why others voted against.
    Ask(ask::AskArgs),
    /// Answer, for all voters, why some voted against.
    Answer(answer::AnswerArgs),
}

impl ActCommand {
    /// The command as answers name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Nominate(_) => "nominate",
            Self::Edit(_) => "edit",
            Self::Vote(_) => "vote",
            Self::Object(_) => "object",
            Self::Resolve(_) => "resolve",
            Self::Approve(_) => "approve",
            Self::Withdraw(_) => "withdraw",
            Self::Decline(_) => "decline",
            Self::Close(_) => "close",
            Self::Move(_) => "move",
            Self::Attach(_) => "attach",
            Self::Ask(_) => "ask",
            Self::Answer(_) => "answer",
        }
    }
}

pub(crate) async fn run(command: ActCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        ActCommand::Open(args) => open::run(args, output).await,
        ActCommand::Nominate(args) => nominate::run(args, output).await,
        ActCommand::Edit(args) => edit::run(args, output).await,
        ActCommand::Vote(args) => vote::run(args, output).await,
        ActCommand::Object(args) => object::run(args, output).await,
        ActCommand::Resolve(args) => resolve::run(args, output).await,
        ActCommand::Approve(args) => approve::run(args, output).await,
        ActCommand::Withdraw(args) => withdraw::run(args, output).await,
        ActCommand::Decline(args) => decline::run(args, output).await,
        ActCommand::Close(args) => close::run(args, output).await,
        ActCommand::Move(args) => move_to::run(args, output).await,
        ActCommand::Attach(args) => attach::run(args, output).await,
        ActCommand::Ask(args) => ask::run(args, output).await,
        ActCommand::Answer(args) => answer::run(args, output).await,
    }
}

/// Does something to a subject, and says what came of it. The name of a new subject is known
/// only when the ledger is read.
async fn act(
    seat: &Seat,
    id: impl FnOnce(&Council<'_>) -> SubjectId,
    event: impl FnOnce(&SubjectId) -> Event,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let (id, acted, subject) = seat
        .sit(async |council, actor| {
            let id = id(council);
            let acted = council.act(&id, actor, &event(&id)).await?;
            let subject = council.book().subject(&id).cloned();
            Ok((id, acted, subject))
        })
        .await?;
    let state = subject.as_ref().map(|subject| &subject.state);
    let answer = json!({
        "subject": id,
        "state": state,
        "outcome": subject.as_ref().and_then(|subject| subject.outcome.as_ref()),
        "entries": acted.entries.iter().map(|entry| entry.kind).collect::<Vec<_>>(),
        "notes": acted.notes,
        "wake": acted.wake,
    });
    output.answer(answer, || {
        let mut text = match state {
            Some(state) => format!("{BOLD}{id}{BOLD:#} is in `{state}`"),
            None => format!("{BOLD}{id}{BOLD:#}"),
        };
        if let Some(wake) = acted.wake {
            text.push_str(&format!("; by time alone, it may move at {wake}"));
        }
        for entry in &acted.entries {
            text.push_str(&format!("\n  {DIM}{:>4}{DIM:#}  {}", entry.seq, entry.kind));
        }
        for note in &acted.notes {
            text.push('\n');
            text.push_str(&output::describe(note));
        }
        text
    });
    Ok(Exit::Ok)
}

/// The same to a subject that there is.
async fn act_on(
    seat: &Seat,
    id: SubjectId,
    event: Event,
    output: &mut Output,
) -> Result<Exit, Failure> {
    act(seat, |_| id, |_| event, output).await
}
