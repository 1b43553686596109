//! `althing vote`.

use althing_charter::{Choice, Event};
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing vote`.
#[derive(Debug, Args)]
pub(crate) struct VoteArgs {
    /// The subject.
    on: SubjectId,
    /// `yes`, `no`, `abstain`, `veto`, or one of the choices of a selection.
    ballot: String,
    /// Why.
    #[arg(long, short)]
    reason: Option<String>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: VoteArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Vote {
        choice: Choice::from(args.ballot),
        reason: args.reason,
    };
    act_on(&args.seat, args.on, event, output).await
}
