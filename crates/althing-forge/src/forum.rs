//! What decisions need of a forge: the issues and pull requests that people talk on, what they
//! say there, and a way to answer.

mod model;

use althing_diag::id::RepoName;
use jiff::Timestamp;

pub use self::model::{
    Act, Acted, Author, ChangedTopic, CommentNode, FileChange, Posted, Proposal, Proposed, Reacted,
    Reaction, ReactionKind, Remark, Since, Topic, TopicKind, TopicNode, TopicReading, TopicState,
};
use crate::{Base, ForgeError, IssueNumber};

/// A forge as a place to decide on. Opening a vote is one reading and one act; a tally of 300
/// ballots at most three readings and one act.
///
/// A reading is whole or it fails: a rate limit or a broken connection in the middle of a list
/// never makes a shorter list.
#[expect(
    async_fn_in_trait,
    reason = "callers run on one thread and need no Send bound"
)]
pub trait Forum {
    /// Issues and pull requests that changed at `since` or later, comments included, the
    /// longest unchanged first. What is found quiet needs no reading. 1 request for every 99.
    async fn changed(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Vec<ChangedTopic>, ForgeError>;

    /// An issue or pull request as it is, with the comments since a place, oldest first.
    /// 1 request when those are fewer than 100; every further one reads 200, from both ends of
    /// the list: 300 new comments behind fewer than 200 old ones are 3, and so are 599 read whole.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Transient`] when comments vanish while they are read.
    async fn topic(
        &self,
        repo: &RepoName,
        number: IssueNumber,
        since: Since,
    ) -> Result<TopicReading, ForgeError>;

    /// Carries acts out in their order and says of each how it ended; one that fails stops no
    /// other. What `topic` shows as done already is left out. 1 request for all of them, none
    /// if nothing is left to do, and 1 more for each act that adds labels which are not among
    /// the first 100 of the repository.
    ///
    /// An act that fails as [`crate::ErrorKind::Transient`] may have been carried out.
    ///
    /// # Errors
    /// When the request as a whole fails.
    async fn act(
        &self,
        repo: &RepoName,
        topic: &Topic,
        acts: &[Act],
    ) -> Result<Vec<Result<Acted, ForgeError>>, ForgeError>;

    /// Opens an issue. 1 request.
    async fn open_issue(
        &self,
        repo: &RepoName,
        title: &str,
        body: &str,
    ) -> Result<IssueNumber, ForgeError>;

    /// Who reacted how. Reactions are no ballots: they have no reason, tell nobody when they
    /// change, and leave no history. 1 request for every 100.
    async fn reactions(&self, repo: &RepoName, on: Reacted) -> Result<Vec<Reaction>, ForgeError>;

    /// The default branch and its head, which new work starts from. 1 request.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] when there is none.
    async fn base(&self, repo: &RepoName) -> Result<Base, ForgeError>;

    /// Proposes changes to files as a pull request from a branch of its own. The name of the
    /// branch is the key: what an earlier try did is found by it and not done again, and a
    /// pull request from it, in whatever state, is the answer. 2 requests, 1 when there is a
    /// pull request.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] when there is no base branch.
    async fn propose(&self, repo: &RepoName, proposal: &Proposal) -> Result<Proposed, ForgeError>;
}
