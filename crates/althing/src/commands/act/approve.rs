//! `althing approve`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing approve`.
#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// The subject.
    on: SubjectId,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: ApproveArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Approve;
    act_on(&args.seat, args.on, event, output).await
}
