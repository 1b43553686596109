//! `althing tick`.

use althing_council::{Round, tick, tick_offline};
use althing_diag::{Exit, id::RepoName};
use clap::Args;

use crate::{
    commands::{act::Seat, connect},
    failure::Failure,
    output::{self, BOLD, Output, YELLOW},
};

/// Flags of `althing tick`.
#[derive(Debug, Args)]
pub(crate) struct TickArgs {
    /// The repository whose issues and pull requests are listened to, and where decisions are
    /// carried out. Left out, time passes and nothing else.
    #[arg(long, value_name = "OWNER/NAME", env = "ALTHING_REPO")]
    repo: Option<RepoName>,
    #[command(flatten)]
    seat: Seat,
}

pub(crate) async fn run(args: TickArgs, output: &mut Output) -> Result<Exit, Failure> {
    let round = match &args.repo {
        Some(repo) => {
            let forge = connect().await?;
            args.seat
                .sit(async |council, _| Ok(tick(council, &forge, repo).await?))
                .await?
        }
        None => {
            args.seat
                .sit(async |council, _| Ok(tick_offline(council).await?))
                .await?
        }
    };
    output.answer(&round, || describe(&round));
    Ok(Exit::Ok)
}

fn describe(round: &Round) -> String {
    let mut lines = vec![format!(
        "{} commands heard, {} refused, {} effects done",
        round.heard,
        round.refused.len(),
        round.done
    )];
    for changed in &round.changed {
        let outcome = changed.outcome.as_ref();
        let outcome = outcome
            .map(|outcome| format!(" ({outcome})"))
            .unwrap_or_default();
        lines.push(format!(
            "{BOLD}{}{BOLD:#} is in `{}`{outcome}",
            changed.subject, changed.state
        ));
    }
    lines.extend(round.refused.iter().map(output::describe));
    lines.extend(round.waiting.iter().map(output::describe));
    for text in &round.by_hand {
        lines.push(format!("{YELLOW}by hand{YELLOW:#}: {text}"));
    }
    if let Some(wake) = round.wake {
        lines.push(format!("by time alone, something changes next at {wake}"));
    }
    lines.join("\n")
}
