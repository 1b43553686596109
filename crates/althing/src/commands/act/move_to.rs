//! `althing move`.

use althing_charter::{Event, StateName};
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing move`.
#[derive(Debug, Args)]
pub(crate) struct MoveArgs {
    /// The subject.
    on: SubjectId,
    /// The state.
    to: StateName,
    /// Why.
    #[arg(long, short)]
    reason: Option<String>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: MoveArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Move {
        to: args.to,
        reason: args.reason,
    };
    act_on(&args.seat, args.on, event, output).await
}
