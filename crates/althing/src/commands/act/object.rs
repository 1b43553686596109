//! `althing object`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing object`.
#[derive(Debug, Args)]
pub(crate) struct ObjectArgs {
    /// The subject.
    on: SubjectId,
    /// Why.
    reason: String,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: ObjectArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Object {
        reason: args.reason,
    };
    act_on(&args.seat, args.on, event, output).await
}
