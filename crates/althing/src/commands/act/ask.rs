//! `althing ask`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing ask`.
#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    /// The subject.
    on: SubjectId,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: AskArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Ask;
    act_on(&args.seat, args.on, event, output).await
}
