//! `althing decline`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing decline`.
#[derive(Debug, Args)]
pub(crate) struct DeclineArgs {
    /// The subject.
    on: SubjectId,
    /// Why.
    #[arg(long, short)]
    reason: Option<String>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: DeclineArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Decline {
        reason: args.reason,
    };
    act_on(&args.seat, args.on, event, output).await
}
