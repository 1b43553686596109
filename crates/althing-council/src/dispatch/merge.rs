//! Merging what was decided: only the commit that was decided on, and only if the gate lets it
//! pass.

use althing_charter::{OutsideEffect, PlannedEffect, TextHash};
use althing_diag::id::{RepoName, SubjectId};
use althing_facts::{Gathered, gather, policy};
use althing_forge::{Forge, MergeMethod, PullNumber, PullState};
use althing_gate::judge;
use althing_ledger::EntryKind;
use serde_json::json;

use super::{Means, Place, by_hand, conclude, done, leave, place, take, topic_of};
use crate::{Council, CouncilError, Round};

/// Merges every pull request that is to be merged and may be.
pub(super) async fn merge(
    council: &mut Council<'_>,
    forge: &impl Forge,
    repo: &RepoName,
    means: &Means<'_>,
    round: &mut Round,
) -> Result<(), CouncilError> {
    let wanted = super::pending(council, |subject, planned| {
        planned.effect == OutsideEffect::MergeSource
            && place(repo, means, subject, planned) == Place::Merge
    });
    for (id, planned) in wanted {
        let Some(thread) = council.book().subject(&id).and_then(topic_of) else {
            continue;
        };
        if take(council, &thread, round).await? {
            let work = Work {
                id,
                planned,
                thread: thread.clone(),
            };
            let ended = work.carry_out(council, forge, repo, means, round).await;
            conclude(council, &thread, ended, round).await?;
        }
    }
    Ok(())
}

struct Work {
    id: SubjectId,
    planned: PlannedEffect,
    thread: SubjectId,
}

impl Work {
    async fn carry_out(
        &self,
        council: &mut Council<'_>,
        forge: &impl Forge,
        repo: &RepoName,
        means: &Means<'_>,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let Some(number) = self.thread.number_in(repo) else {
            return Ok(());
        };
        let gathered = gather(forge, repo, PullNumber(number)).await?;
        let pull = &gathered.pull;
        let decided = council.book().subject(&self.id).map(|subject| subject.body);
        let is_decided = decided == Some(TextHash::of_body(pull.head.as_str()));
        let why = match pull.state {
            PullState::Merged => return done(council, &self.id, &self.planned, round).await,
            PullState::Closed => "it was closed meanwhile",
            PullState::Open if !is_decided => "it was changed after it was decided on",
            PullState::Open => {
                return self
                    .judge_and_merge(council, forge, repo, means, &gathered, round)
                    .await;
            }
        };
        let what = by_hand(&self.id, &self.planned.effect);
        let why = format!("{what} ({why})");
        leave(council, &self.id, &self.planned, why, round).await
    }

    async fn judge_and_merge(
        &self,
        council: &mut Council<'_>,
        forge: &impl Forge,
        repo: &RepoName,
        means: &Means<'_>,
        gathered: &Gathered,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let pull = &gathered.pull;
        let policy = match policy(forge, repo, &pull.base_branch, means.presets).await {
            Ok(policy) => policy,
            Err(error) => {
                round.waiting.extend(error.findings());
                return Ok(());
            }
        };
        let verdict = judge(&policy.rules, &gathered.facts);
        let data = json!({ "verdict": verdict });
        council
            .note(
                &self.thread,
                EntryKind::GateVerdict,
                data,
                Some(verdict.charter),
            )
            .await?;
        if !verdict.pass {
            // Reviews and checks may still come.
            round.waiting.extend(verdict.findings());
            return Ok(());
        }
        let head = &verdict.head;
        let commit = forge
            .merge_pull(repo, pull.number, head, MergeMethod::Squash)
            .await?;
        let data = json!({
            "number": pull.number, "head": head, "commit": commit, "by_us": true,
        });
        council
            .note(&self.thread, EntryKind::PullMerged, data, None)
            .await?;
        done(council, &self.id, &self.planned, round).await
    }
}
