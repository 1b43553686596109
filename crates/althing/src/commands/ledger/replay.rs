//! `althing ledger replay`.

use althing_council::{Difference, replay};
use althing_diag::Exit;
use clap::Args;

use crate::{
    commands::act::Place,
    failure::Failure,
    output::{self, BOLD, GREEN, Output},
    rules::charter_named,
};

/// Flags of `althing ledger replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The other rules: a charter file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET")]
    charter: String,
    #[command(flatten)]
    place: Place,
}

/// The impact of an amendment: every subject that would have come out differently.
pub(super) async fn run(args: &ReplayArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    let play = async |_: &_, ledger: &_, keys: &_| replay(ledger, &charter, keys).await;
    let replay = args.place.look(play).await?;
    output.answer(&replay, || {
        let mut lines = vec![match replay.different.len() {
            0 => format!("{GREEN}no decision would have come out differently{GREEN:#}"),
            count => format!(
                "{count} of {} subjects would stand differently",
                replay.subjects
            ),
        }];
        lines.extend(replay.different.iter().map(describe));
        lines.join("\n")
    });
    Ok(Exit::Ok)
}

fn describe(difference: &Difference) -> String {
    let recorded = &difference.recorded;
    let replayed = match &difference.replayed {
        Some(standing) => format!("`{}`", standing.state),
        None => "not opened at all".to_owned(),
    };
    let mut text = format!(
        "{BOLD}{}{BOLD:#} is `{}`, would be {replayed}",
        difference.subject, recorded.state
    );
    for vote in [Some(recorded), difference.replayed.as_ref()]
        .into_iter()
        .flatten()
    {
        if let Some(sentence) = &vote.vote {
            text.push_str(&format!("\n  {sentence}"));
        }
    }
    for refusal in &difference.refused {
        text.push('\n');
        text.push_str(&output::describe(refusal));
    }
    text
}
