//! `althing tick`.

use althing_council::{Means, Round, tick, tick_offline};
use althing_diag::{Exit, Finding, Severity, id::RepoName};
use althing_forge::{BoardName, ProjectSelector};
use clap::Args;

use crate::{
    commands::{act::Seat, connect},
    failure::Failure,
    output::{self, BOLD, Output, YELLOW},
    presets,
};

/// Flags of `althing tick`.
#[derive(Debug, Args)]
pub(crate) struct TickArgs {
    /// The repository whose issues and pull requests are listened to, and where decisions are
    /// carried out. Left out, time passes and nothing else.
    #[arg(long, value_name = "OWNER/NAME", env = "ALTHING_REPO")]
    repo: Option<RepoName>,
    /// The project board on which decisions set a status. Left out, that is left to people.
    #[arg(long, value_name = "OWNER/NUMBER", env = "ALTHING_BOARD", value_parser = board)]
    board: Option<BoardName>,
    #[command(flatten)]
    seat: Seat,
}

pub(crate) async fn run(args: TickArgs, output: &mut Output) -> Result<Exit, Failure> {
    let forge = match &args.repo {
        Some(_) => Some(connect().await?),
        None => None,
    };
    let presets = presets::all();
    let means = Means {
        board: args.board.as_ref(),
        presets: &presets,
    };
    let (round, roster) = args
        .seat
        .sit(async |council, _| {
            let round = match args.repo.as_ref().zip(forge.as_ref()) {
                Some((repo, forge)) => tick(council, forge, repo, &means).await?,
                None => tick_offline(council).await?,
            };
            Ok((round, council.roster_findings()))
        })
        .await?;
    let roster = roster.into_iter();
    let roster: Vec<Finding> = roster
        .map(|finding| finding.with_severity(Severity::Warning))
        .collect();
    output.answer_beside(&roster, &round, || describe(&round));
    Ok(Exit::Ok)
}

/// A board, as OWNER/NUMBER or OWNER/TITLE.
fn board(text: &str) -> Result<BoardName, String> {
    let (owner, project) = text
        .split_once('/')
        .filter(|(owner, project)| !owner.is_empty() && !project.is_empty())
        .ok_or("expected OWNER/NUMBER")?;
    Ok(BoardName {
        owner: owner.to_owned(),
        project: match project.parse() {
            Ok(number) => ProjectSelector::Number(number),
            Err(_) => ProjectSelector::Title(project.to_owned()),
        },
    })
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
    let proposed = round.proposed.iter();
    lines.extend(proposed.map(|url| format!("proposed: {url}")));
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
