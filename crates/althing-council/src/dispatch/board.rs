//! Statuses on the board.

use std::collections::BTreeMap;

use althing_charter::{OutsideEffect, PlannedEffect};
use althing_diag::id::{RepoName, SubjectId};
use althing_forge::{Board, ErrorKind, Forge, IssueNumber, IssueSnapshot};

use super::{Means, Place, by_hand, conclude, done, leave, place, take, topic_of};
use crate::{Council, CouncilError, Round};

/// No mark is asked for here; the commit that this names is not looked at.
const NO_MARK: &str = "HEAD";

/// Sets the statuses that are to be set. Of several of one subject only the last is seen.
pub(super) async fn show(
    council: &mut Council<'_>,
    forge: &impl Forge,
    repo: &RepoName,
    means: &Means<'_>,
    round: &mut Round,
) -> Result<(), CouncilError> {
    let wanted = super::pending(council, |subject, planned| {
        place(repo, means, subject, planned) == Place::Board
    });
    let mut works = BTreeMap::<SubjectId, Vec<PlannedEffect>>::new();
    for (id, planned) in wanted {
        works.entry(id).or_default().push(planned);
    }
    let Some(name) = means.board.filter(|_| !works.is_empty()) else {
        return Ok(());
    };
    let board = match forge.board(name).await {
        Ok(board) => board,
        Err(error) => {
            round.waiting.push(error.finding());
            return Ok(());
        }
    };
    for (id, effects) in works {
        let Some(thread) = council.book().subject(&id).and_then(topic_of) else {
            continue;
        };
        if take(council, &thread, round).await? {
            let number = thread.number_in(repo).map(IssueNumber);
            let work = Work {
                id,
                effects,
                number,
            };
            let ended = work.carry_out(council, forge, repo, &board, round).await;
            conclude(council, &thread, ended, round).await?;
        }
    }
    Ok(())
}

/// Statuses of a subject, in order.
struct Work {
    id: SubjectId,
    effects: Vec<PlannedEffect>,
    number: Option<IssueNumber>,
}

impl Work {
    async fn carry_out(
        &self,
        council: &mut Council<'_>,
        forge: &impl Forge,
        repo: &RepoName,
        board: &Board,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let (Some(number), Some(last)) = (self.number, self.effects.last()) else {
            return Ok(());
        };
        let OutsideEffect::Status(status) = &last.effect else {
            return Ok(());
        };
        let set = match forge.issue(board, repo, number, NO_MARK, None).await {
            Ok(issue) => set(forge, board, &issue, status).await,
            Err(error) => Err(error),
        };
        let why = match set {
            Ok(true) => None,
            Ok(false) => Some("it is not on the board".to_owned()),
            Err(error) if error.kind == ErrorKind::NotFound => Some(error.message),
            Err(error) => return Err(error.into()),
        };
        for planned in &self.effects {
            match &why {
                None => done(council, &self.id, planned, round).await?,
                Some(why) => {
                    let what = by_hand(&self.id, &planned.effect);
                    leave(council, &self.id, planned, format!("{what} ({why})"), round).await?;
                }
            }
        }
        Ok(())
    }
}

/// Sets the status, unless it is set; `false` if the issue is not on the board.
async fn set(
    forge: &impl Forge,
    board: &Board,
    issue: &IssueSnapshot,
    status: &str,
) -> Result<bool, althing_forge::ForgeError> {
    let Some(item) = &issue.item else {
        return Ok(false);
    };
    if item.status.as_deref() != Some(status) {
        forge.set_status(board, &item.id, status).await?;
    }
    Ok(true)
}
