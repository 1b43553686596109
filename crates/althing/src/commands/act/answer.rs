//! `althing answer`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing answer`.
#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// The subject.
    on: SubjectId,
    /// The reasons, without names.
    text: String,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: AnswerArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Answer { text: args.text };
    act_on(&args.seat, args.on, event, output).await
}
