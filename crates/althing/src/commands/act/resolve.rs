//! `althing resolve`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing resolve`.
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The subject.
    on: SubjectId,
    /// Number of the objection; your own, or the only one, if left out.
    #[arg(long, value_name = "NUMBER")]
    objection: Option<u32>,
    /// How it was settled.
    #[arg(long, short)]
    reason: Option<String>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: ResolveArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Resolve {
        objection: args.objection,
        reason: args.reason,
    };
    act_on(&args.seat, args.on, event, output).await
}
