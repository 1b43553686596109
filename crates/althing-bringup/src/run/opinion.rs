//! What the agent thinks of its own work once it has passed: a note for people, no check.

use std::time::Duration;

use althing_forge::Forge;
use tracing::{info, warn};

use super::{Prepared, Run};
use crate::{Event, Session, Surroundings};

/// Longest time that an opinion may take.
const LIMIT: Duration = Duration::from_secs(900);
const QUESTION: &str = "\
All checks have passed, and your change is about to be proposed. Change nothing any more. Look at it \
once more like a strict reviewer who did not write it, and answer in at most 200 words of plain \
text: what may be wrong although the checks passed, what is fragile or left out, and what a person \
should look at first. Leave out praise.";

impl<F: Forge> Run<'_, F> {
    /// Asks for it. What is checked and staged is no longer touched, and whatever goes wrong here
    /// changes no outcome; only what cannot be recorded ends the run.
    pub(super) async fn opinion(
        &mut self,
        prepared: &Prepared,
        session: &mut Session,
    ) -> Result<Option<String>, super::Stop> {
        self.step("asking the agent what it thinks of its work")
            .await?;
        let options = self.options;
        let limit = session.time_left(&options.budget, LIMIT);
        let around = Surroundings::new(prepared.repository.clone_dir(), &prepared.agent, limit);
        let redactor = self.redactor;
        let mut watch = |seen: &str| info!(agent = redactor.redact(seen));
        let (finished, turn) = match session.ask(&around, QUESTION, &mut watch).await {
            Ok(Some(asked)) => asked,
            Ok(None) => return Ok(None),
            Err(error) => {
                warn!(%error, "no opinion");
                return Ok(None);
            }
        };
        self.note(&Event::AgentRan {
            attempt: self.progress.attempts,
            ending: finished.ending.to_string(),
            seconds: finished.took.as_secs(),
            thread: turn.thread,
            usage: turn.usage,
        })
        .await?;
        if !finished.ok() || turn.failure.is_some() {
            let why = turn.failure.map(|why| redactor.redact(&why));
            warn!(ending = %finished.ending, ?why, "no opinion");
            return Ok(None);
        }
        Ok(turn.message.filter(|text| !text.trim().is_empty()))
    }
}
