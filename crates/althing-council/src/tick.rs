//! One round: hear what was said, let time pass, carry out what was decided, show how it stands.
//!
//! A round can be cut anywhere and begun again, by this process or by another one at the same
//! time: every step is recorded in the same transaction as what it brought about, or is found to
//! be done by its key.

use althing_diag::{
    Finding,
    id::{RepoName, SubjectId},
};
use althing_forge::{Forge, Forum};
use jiff::Timestamp;
use serde::Serialize;

use crate::{Acted, Council, CouncilError, Means, dispatch, hear};

/// What a round has done.
#[derive(Debug, Default, Serialize)]
pub struct Round {
    /// Commands that were carried out.
    pub heard: usize,
    /// Commands that were refused and answered.
    pub refused: Vec<Finding>,
    /// Subjects that changed, with the state in which they are now.
    pub changed: Vec<Changed>,
    /// Effects that were carried out.
    pub done: usize,
    /// Addresses of the pull requests in which changes of files are proposed.
    pub proposed: Vec<String>,
    /// Effects that failed for now; the next round tries again.
    pub waiting: Vec<Finding>,
    /// What people must do by hand, such as to write to a mailing list.
    pub by_hand: Vec<String>,
    /// When time alone may change something next, or what another process is at can be taken over.
    pub wake: Option<Timestamp>,
}

/// A subject that changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its name.
    pub subject: SubjectId,
    /// The state in which it is now.
    pub state: String,
    /// How it ended, if it is over.
    pub outcome: Option<String>,
}

impl Round {
    pub(crate) fn note(&mut self, council: &Council<'_>, id: &SubjectId, acted: &Acted) {
        if acted.entries.is_empty() {
            return;
        }
        self.changed.retain(|changed| changed.subject != *id);
        self.changed
            .extend(council.book().subject(id).map(|subject| Changed {
                subject: id.clone(),
                state: subject.state.to_string(),
                outcome: subject.outcome.clone(),
            }));
    }
}

/// Plays a round; what people say is heard on `repo`.
///
/// # Errors
/// When the ledger fails, or the forge while it is listened to; what was done until then is
/// recorded.
pub async fn tick(
    council: &mut Council<'_>,
    forge: &(impl Forum + Forge),
    repo: &RepoName,
    means: &Means<'_>,
) -> Result<Round, CouncilError> {
    let mut round = Round::default();
    hear::hear(council, forge, repo, &mut round).await?;
    pass_time(council, &mut round).await?;
    dispatch::dispatch(council, forge, repo, means, &mut round).await?;
    Ok(round)
}

/// The same without a forge: time passes, and nothing is heard or carried out.
///
/// # Errors
/// When the ledger fails.
pub async fn tick_offline(council: &mut Council<'_>) -> Result<Round, CouncilError> {
    let mut round = Round::default();
    pass_time(council, &mut round).await?;
    Ok(round)
}

async fn pass_time(council: &mut Council<'_>, round: &mut Round) -> Result<(), CouncilError> {
    for id in council.book().live() {
        let acted = council.tick(&id).await?;
        round.wake = [round.wake, acted.wake].into_iter().flatten().min();
        round.note(council, &id, &acted);
    }
    Ok(())
}
