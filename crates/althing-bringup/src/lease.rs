//! Who works on an issue: the claim by comment of specification §6, and the fence that makes it
//! exclusive.
//!
//! "The latest claim wins" alone lets two workers win when one posts after the other has
//! verified. So the winner by comment must also put up one fence per issue, which the forge lets
//! only one do, and then find the issue as it was: whoever was late by a whole run sees that.
//! What is decided is in [`protocol`], without IO; here it is carried to the forge and back.

mod clock;
mod desk;
mod holder;
mod mark;
pub mod protocol;
mod seen;

use std::time::Duration;

use althing_diag::id::{Account, RepoName};
use althing_forge::{Board, BoardIssue, Forge, ForgeError, IssueNumber, MarksOf};
use jiff::Timestamp;

use self::{
    desk::Desk,
    protocol::{Terms, Try, TryTurn, Why},
};
use crate::Claim;

pub use holder::{Holder, Lost, Permit};

/// What came of a try to claim.
#[derive(Debug)]
pub enum Claimed<'a, F> {
    /// The issue is ours.
    Won(Box<Holder<'a, F>>),
    /// It is not, and nothing of the try is left behind.
    Lost(Why),
}

const FENCES: &str = "refs/althing/claims/issue-";

/// The ref that fences an issue: one per issue, whoever claims it. It is neither a branch nor a
/// tag: no list shows it, and nothing runs when it moves.
pub fn fence(issue: IssueNumber) -> String {
    format!("{FENCES}{issue}")
}

/// The fences of a repository.
pub fn fences(repo: &RepoName) -> MarksOf<'_> {
    MarksOf { repo, stem: FENCES }
}

/// Whether somebody holds the issue, as far as a look at the whole board shows. That may be over
/// or new when it is claimed; it spares the requests of tries that cannot be won.
pub(crate) fn is_held(issue: &BoardIssue, now: Timestamp, ttl: Duration) -> bool {
    let fence = issue.mark.as_ref().map(mark::read);
    fence.is_some_and(|fence| fence.holds(&Terms::new(ttl), now))
}

/// One worker at the issues of a board.
#[derive(Debug)]
pub struct Claimant<'a, F> {
    /// The forge.
    pub forge: &'a F,
    /// The board.
    pub board: &'a Board,
    /// Whose credentials are used.
    pub account: &'a Account,
    /// How long claims last.
    pub ttl: Duration,
}

impl<'a, F: Forge> Claimant<'a, F> {
    /// Tries to get the issue. A try that loses takes back what it posted.
    ///
    /// 7 requests when it wins: look, comment (2), look, mark, fence, look.
    ///
    /// # Errors
    /// When the forge cannot be asked.
    pub async fn claim(
        &self,
        issue: &'a BoardIssue,
        claim: Claim,
    ) -> Result<Claimed<'a, F>, ForgeError> {
        let (run, terms) = (claim.run_id, Terms::new(self.ttl));
        let who = (self.board, self.account);
        let desk = Desk::new(self.forge, who, issue, (claim, terms));
        let (mut attempt, first) = Try::begin(run, terms);
        let mut request = first;
        loop {
            let answer = desk.ask(request).await;
            match attempt.hear(answer, desk.now()) {
                TryTurn::Ask(next) => request = next,
                TryTurn::Won(hold) => return Ok(Claimed::Won(Box::new(Holder::new(desk, hold)))),
                TryTurn::Lost(why) => return Ok(Claimed::Lost(why)),
                TryTurn::Broken => return Err(desk.trouble()),
            }
        }
    }
}
