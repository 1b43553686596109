//! `althing edit`.

use althing_charter::Event;
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{
    Seat, act_on,
    attributes::{self, SetArg},
};
use crate::{failure::Failure, output::Output};

/// Flags of `althing edit`.
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// The subject.
    on: SubjectId,
    /// A new title.
    #[arg(long)]
    title: Option<String>,
    /// An attribute's new value; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<SetArg>,
    /// The meaning stays as it is: no window starts again and no approval is lost.
    #[arg(long)]
    editorial: bool,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: EditArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Edit {
        title: args.title,
        set: attributes::of(args.set),
        body: None,
        editorial: args.editorial,
    };
    act_on(&args.seat, args.on, event, output).await
}
