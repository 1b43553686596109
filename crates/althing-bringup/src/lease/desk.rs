//! Carries requests of the protocol to the forge, and its answers back.

use std::{cell::RefCell, time::Duration};

use althing_diag::id::{Account, Sha};
use althing_forge::{
    Board, BoardIssue, CommentId, ErrorKind, Forge, ForgeError, IssueSnapshot, NewMark,
    RefCreation, RefSwap,
};
use jiff::Timestamp;
use tracing::{debug, warn};

use super::{
    clock::Clock,
    fence, mark,
    protocol::{Answer, Moment, Request, Seen, Terms},
    seen::seen,
};
use crate::{Claim, claim::MARKER};

/// The pause before something is looked for again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// One run at one issue.
#[derive(Debug)]
pub(crate) struct Desk<'a, F> {
    pub(super) forge: &'a F,
    pub(super) board: &'a Board,
    pub(super) account: &'a Account,
    pub(super) issue: &'a BoardIssue,
    pub(super) claim: Claim,
    pub(super) terms: Terms,
    pub(super) clock: Clock,
    /// Something for marks to be commits of; the latest that was seen.
    tree: RefCell<Option<Sha>>,
    /// Why the last request failed.
    trouble: RefCell<Option<ForgeError>>,
    /// What people may read beneath the claim.
    pub(super) progress: RefCell<String>,
}

impl<'a, F: Forge> Desk<'a, F> {
    pub(super) fn new(
        forge: &'a F,
        (board, account): (&'a Board, &'a Account),
        issue: &'a BoardIssue,
        (claim, terms): (Claim, Terms),
    ) -> Self {
        Self {
            forge,
            board,
            account,
            issue,
            claim,
            terms,
            clock: Clock::start(),
            tree: RefCell::default(),
            trouble: RefCell::default(),
            progress: RefCell::default(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(super) fn fence(&self) -> String {
        fence(self.issue.number)
    }

    /// Why the last request that failed did.
    pub(super) fn trouble(&self) -> ForgeError {
        let trouble = self.trouble.borrow_mut().take();
        trouble.unwrap_or_else(|| ForgeError {
            kind: ErrorKind::Answer,
            command: "claim".to_owned(),
            message: "the forge did not answer".to_owned(),
        })
    }

    /// Asks. A failure is an answer too; what it was is kept for whoever has to tell.
    pub(super) async fn ask(&self, request: Request) -> Answer {
        debug!(issue = self.issue.number.0, ?request, "claim");
        let answer = match request {
            Request::Look => self.look().await.map(Answer::Seen),
            Request::LookAgain => {
                tokio::time::sleep(BETWEEN_LOOKS).await;
                self.look().await.map(Answer::Seen)
            }
            Request::Post => self.post().await.map(Answer::Posted),
            Request::Mark { over } => self.mark(over).await.map(Answer::Marked),
            Request::Create { mark } => self.create(&mark).await,
            Request::Swap { from, to } => self.swap(&from, to.as_ref()).await,
            Request::Renew { comment } => self.renew(comment).await,
            Request::Delete { comment } => self.delete(comment).await,
        };
        answer.unwrap_or_else(|error| {
            warn!(issue = self.issue.number.0, %error, "the claim protocol met a failure");
            self.trouble.replace(Some(error));
            Answer::Failed
        })
    }

    /// The issue, and its comments back to the latest claim (B-152 to B-154).
    async fn look(&self) -> Result<Seen, ForgeError> {
        let now = self.read(None).await?;
        if now.tree.is_some() {
            self.tree.replace(now.tree.clone());
        }
        let mut comments = now.comments.clone();
        let mut earlier = now.earlier.clone();
        while let Some(before) = earlier.take()
            && !comments.iter().any(|comment| comment.body.contains(MARKER))
        {
            let page = self.read(Some(&before)).await?;
            comments.extend(page.comments);
            earlier = page.earlier;
        }
        Ok(seen(&now, &comments, self.account.id, &self.claim))
    }

    async fn read(&self, before: Option<&str>) -> Result<IssueSnapshot, ForgeError> {
        let (repo, number) = (&self.issue.repo, self.issue.number);
        self.forge
            .issue(self.board, repo, number, &self.fence(), before)
            .await
    }

    /// Whether the account has said exactly this among the latest comments.
    pub(super) async fn has_said(&self, body: &str) -> Result<bool, ForgeError> {
        let comments = self.read(None).await?.comments;
        let own =
            |author: &Option<Account>| author.as_ref().is_some_and(|it| it.id == self.account.id);
        Ok(comments
            .iter()
            .any(|comment| own(&comment.author) && comment.body.trim() == body.trim()))
    }

    /// The claim with the present time.
    fn present(&self) -> Claim {
        let Claim {
            worker,
            system,
            run_id,
            ..
        } = &self.claim;
        Claim::new(worker, *system, *run_id, Timestamp::now())
    }

    async fn post(&self) -> Result<CommentId, ForgeError> {
        let (repo, number) = (&self.issue.repo, self.issue.number);
        let body = self.claim.to_string();
        Ok(self.forge.add_comment(repo, number, &body).await?.id)
    }

    async fn mark(&self, over: Option<Sha>) -> Result<Sha, ForgeError> {
        let tree = self.tree.borrow().clone();
        let tree = tree.ok_or_else(|| ForgeError {
            kind: ErrorKind::NotFound,
            command: "claim".to_owned(),
            message: format!("{} has no commit yet", self.issue.repo),
        })?;
        let text = mark::text(self.issue.number, &self.present(), self.terms.ttl);
        let new = NewMark { text, over, tree };
        self.forge.create_mark(&self.issue.repo, &new).await
    }

    async fn create(&self, mark: &Sha) -> Result<Answer, ForgeError> {
        let created = self
            .forge
            .create_ref(&self.issue.repo, &self.fence(), mark)
            .await?;
        Ok(match created {
            RefCreation::Created => Answer::Done,
            RefCreation::Exists => Answer::Refused,
        })
    }

    async fn swap(&self, from: &Sha, to: Option<&Sha>) -> Result<Answer, ForgeError> {
        let swapped = self
            .forge
            .swap_ref(&self.issue.repository, &self.fence(), from, to)
            .await?;
        Ok(match swapped {
            RefSwap::Swapped => Answer::Done,
            RefSwap::Refused => Answer::Refused,
        })
    }

    pub(super) async fn renew(&self, comment: CommentId) -> Result<Answer, ForgeError> {
        let body = format!("{}\n\n{}", self.present(), self.progress.borrow());
        let body = body.trim_end().to_owned();
        self.forge
            .edit_comment(&self.issue.repo, comment, &body)
            .await?;
        Ok(Answer::Done)
    }

    async fn delete(&self, comment: CommentId) -> Result<Answer, ForgeError> {
        self.forge.delete_comment(&self.issue.repo, comment).await?;
        Ok(Answer::Done)
    }
}
