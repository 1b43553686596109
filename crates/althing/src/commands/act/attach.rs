//! `althing attach`.

use althing_charter::{Event, EvidenceName, EvidenceResult};
use althing_diag::{Exit, id::SubjectId};
use clap::Args;

use super::{Seat, act_on};
use crate::{failure::Failure, output::Output};

/// Flags of `althing attach`.
#[derive(Debug, Args)]
pub(crate) struct AttachArgs {
    /// The subject.
    on: SubjectId,
    /// Name of the evidence, for example `notice`.
    evidence: EvidenceName,
    /// Where it is: an address, or a path in the repository.
    #[arg(value_name = "REF")]
    reference: String,
    /// What it says, for example `passed`.
    #[arg(long, value_name = "WORD")]
    result: Option<EvidenceResult>,
    /// Login of somebody to whom a notice was sent; may be given several times.
    #[arg(long = "recipient", value_name = "LOGIN")]
    recipients: Vec<String>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: AttachArgs, output: &mut Output) -> Result<Exit, Failure> {
    let event = Event::Attach {
        name: args.evidence,
        reference: args.reference,
        result: args.result,
        recipients: args.recipients,
    };
    act_on(&args.seat, args.on, event, output).await
}
