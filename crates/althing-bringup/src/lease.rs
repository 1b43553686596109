//! Who works on an issue: the claim by comment of specification §6, and the fence that makes it
//! exclusive.
//!
//! "The latest claim wins" alone lets two workers win when one posts after the other has
//! verified. So the winner by comment must also create one fixed ref per issue, which the forge
//! lets only one caller do, and then find the issue still `ready`: whoever was late by a whole
//! run sees that. The fence stands until the run ends.

use std::time::Duration;

use althing_diag::id::{Account, RepoName};
use althing_forge::{
    Board, BoardIssue, Comment, CommentId, Forge, ForgeError, IssueNumber, IssueSnapshot,
    IssueState, RefCreation,
};
use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use crate::{
    Claim, Status, System,
    claim::{is_own, latest_claim, live_claim},
};

/// How old a foreign claim may be and still be respected before an own one is posted
/// (`YT_CLAIM_TTL_SECS` of the specification).
pub(crate) const CLAIM_TTL: SignedDuration = SignedDuration::from_secs(3600);
/// How often the own comment is looked for before the claim is given up.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// The right to work on an issue, until it is released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The ref that keeps others out.
    pub fence: String,
    /// The claim comment.
    pub comment: CommentId,
    /// What it says.
    pub claim: Claim,
}

/// What came of a try to claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The issue is ours.
    Won(Lease),
    /// It is not, and nothing of the try is left behind.
    Lost(String),
}

/// The ref that fences an issue: one per issue, whoever claims it.
pub fn fence(issue: IssueNumber) -> String {
    format!("refs/althing/claims/issue-{issue}")
}

/// One worker at one issue.
pub struct Claimant<'a, F> {
    /// The forge.
    pub forge: &'a F,
    /// The board.
    pub board: &'a Board,
    /// The repository.
    pub repo: &'a RepoName,
    /// Whose credentials are used.
    pub account: &'a Account,
}

impl<F: Forge> Claimant<'_, F> {
    /// Tries to get the issue. A try that loses takes back what it posted.
    ///
    /// 6 requests when it wins: read, comment (2), verify, fence, read again.
    pub async fn claim(&self, issue: &BoardIssue, claim: Claim) -> Result<Claimed, ForgeError> {
        let seen = self.read(issue.number, None).await?;
        if let Some(why) = not_eligible(&seen, claim.system) {
            return Ok(Claimed::Lost(why));
        }
        if let Some(other) = live_claim(&seen.comments, Timestamp::now(), CLAIM_TTL) {
            return Ok(Claimed::Lost(format!(
                "claimed by {} (run {})",
                other.worker, other.run_id
            )));
        }
        let comment = self
            .forge
            .add_comment(self.repo, issue.number, &claim.to_string())
            .await?
            .id;
        let lease = Lease {
            fence: fence(issue.number),
            comment,
            claim,
        };
        let outcome = self.make_exclusive(issue, &lease).await;
        if !matches!(outcome, Ok(None)) {
            self.take_back(issue.number, comment).await;
        }
        Ok(outcome?.map_or(Claimed::Won(lease), Claimed::Lost))
    }

    /// Verifies, fences, verifies again. Says why the claim is lost, if it is.
    async fn make_exclusive(
        &self,
        issue: &BoardIssue,
        lease: &Lease,
    ) -> Result<Option<String>, ForgeError> {
        if let Some(why) = self.verify(issue.number, lease).await? {
            return Ok(Some(why));
        }
        let created = self
            .forge
            .create_ref(self.repo, &lease.fence, &issue.base.sha)
            .await?;
        if created == RefCreation::Exists {
            return Ok(Some(held(self.repo, &lease.fence)));
        }
        let still = self
            .read(issue.number, None)
            .await
            .map(|seen| not_eligible(&seen, lease.claim.system));
        if !matches!(still, Ok(None)) {
            self.release(lease).await?;
        }
        still
    }

    /// Whether the latest claim is ours (B-151 to B-157). The own comment may take a moment to
    /// show.
    async fn verify(
        &self,
        issue: IssueNumber,
        lease: &Lease,
    ) -> Result<Option<String>, ForgeError> {
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
            let seen = self.read(issue, None).await?;
            if let Some(why) = not_eligible(&seen, lease.claim.system) {
                return Ok(Some(why));
            }
            match self.latest(issue, seen).await? {
                Some(latest) if latest.id == lease.comment => {
                    let own = is_own(&latest, self.account.id, &lease.claim);
                    return Ok((!own).then(|| "the claim comment was changed".to_owned()));
                }
                Some(latest) if latest.id > lease.comment => {
                    return Ok(Some("another worker claimed later".to_owned()));
                }
                Some(_) | None => info!(issue = issue.0, "the claim does not show yet"),
            }
        }
        Ok(Some("the claim comment does not show".to_owned()))
    }

    /// The latest claim, paging back when newer comments hide it (B-154).
    async fn latest(
        &self,
        issue: IssueNumber,
        mut seen: IssueSnapshot,
    ) -> Result<Option<Comment>, ForgeError> {
        loop {
            if let Some(found) = latest_claim(&seen.comments) {
                return Ok(Some(found.clone()));
            }
            let Some(earlier) = seen.earlier else {
                return Ok(None);
            };
            seen = self.read(issue, Some(&earlier)).await?;
        }
    }

    /// Takes the fence down.
    pub async fn release(&self, lease: &Lease) -> Result<(), ForgeError> {
        self.forge.delete_ref(self.repo, &lease.fence).await
    }

    /// Deletes the own comment, by id (B-159: best effort).
    async fn take_back(&self, issue: IssueNumber, comment: CommentId) {
        if let Err(error) = self.forge.delete_comment(self.repo, comment).await {
            warn!(issue = issue.0, %error, "the lost claim could not be deleted");
        }
    }

    async fn read(
        &self,
        issue: IssueNumber,
        before: Option<&str>,
    ) -> Result<IssueSnapshot, ForgeError> {
        self.forge.issue(self.board, self.repo, issue, before).await
    }
}

/// Who is told that a fence stands must learn how to take down that of a run that died.
fn held(repo: &RepoName, fence: &str) -> String {
    let path = fence.trim_start_matches("refs/");
    format!(
        "another run holds {fence}; if that run is dead, take it down with \
         `gh api -X DELETE repos/{repo}/git/refs/{path}`"
    )
}

/// Why an issue cannot be claimed (any more).
fn not_eligible(seen: &IssueSnapshot, system: System) -> Option<String> {
    let status = seen.item.as_ref().and_then(|item| item.status.as_deref());
    if status != Some(Status::Ready.name()) {
        return Some(format!("its status is `{}`", status.unwrap_or("none")));
    }
    if seen.state != IssueState::Open {
        return Some("it is closed".to_owned());
    }
    let labelled = seen.labels.iter().any(|label| label == system.name());
    (!labelled).then(|| format!("it lost the label `{system}`"))
}
