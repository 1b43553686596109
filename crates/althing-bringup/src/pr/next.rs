//! What is to be done with a pull request before it is judged: no IO.

use althing_diag::{
    Code, Finding,
    id::{Account, Sha},
};
use althing_forge::{Check, CheckState, IssueNumber, Pull, ReviewState};

use crate::{checks::CONTEXT, repository::ALLOWED};

/// The commit status under which the pass reports its tests.
pub(crate) const TESTS: &str = "althing/merge-tests";
/// The longest description that a forge takes, in characters.
const LONGEST: usize = 140;
/// What a repeated report adds: the commit that it was first made about.
const FROM: &str = " (from ";

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Judge it as it is: it was tried on this very base, or cannot be merged as it is anyway.
    Judge,
    /// Rebase and test it.
    Try {
        /// Whether the branch may be moved: nobody's word on its head is lost by it.
        may_move: bool,
    },
    /// It was red on this very base.
    Red,
    /// It is none that a machine may move or run.
    People(Box<Finding>),
}

/// Decides about an open pull request for `issue` when the base branch is at `base` and the pass
/// acts as `own`.
pub(crate) fn next(pull: &Pull, issue: IssueNumber, base: &Sha, own: &Account) -> Next {
    if pull.draft {
        return Next::Judge;
    }
    if !is_of(&pull.head_branch, issue) {
        let branch = &pull.head_branch;
        return people(format!("`{branch}` is no branch of a bring-up of #{issue}"));
    }
    let inside = format!("{ALLOWED}/");
    let outside = (pull.files.items.iter()).find(|path| !path.starts_with(&inside));
    if let Some(path) = outside {
        // Its tests would be judged by what it changes.
        return people(format!("it changes {path}, which is not below {inside}"));
    }
    match tried(pull, base, own) {
        Some(CheckState::Success) => Next::Judge,
        Some(CheckState::Failure) => Next::Red,
        Some(CheckState::Pending) | None => Next::Try {
            may_move: may_move(pull, own),
        },
    }
}

/// Whether a branch is that of a bring-up of `issue`: no other is ever moved or deleted.
pub(crate) fn is_of(branch: &str, issue: IssueNumber) -> bool {
    branch.starts_with(&format!("bringup/issue-{issue}-"))
}

/// Why a pull request is left to people.
pub(crate) fn for_people(why: impl Into<String>) -> Finding {
    let help = "merge it by hand, or replace it by one that changes only the model";
    Finding::error(Code::PullForPeople, why, help)
}

fn people(why: String) -> Next {
    Next::People(Box::new(for_people(why)))
}

/// What this account said about this head on this base.
fn tried(pull: &Pull, base: &Sha, own: &Account) -> Option<CheckState> {
    let check = status(pull, TESTS)?;
    let on_base = check.description.as_ref()?.contains(base.as_str());
    (is_by(check, own) && on_base).then_some(check.state)
}

/// An approval and another account's report are about one commit: after a rebase they would
/// have to be given again.
fn may_move(pull: &Pull, own: &Account) -> bool {
    let approved = pull.reviews.items.iter().any(|review| {
        review.state == ReviewState::Approved && review.commit.as_ref() == Some(&pull.head)
    });
    let foreign = status(pull, CONTEXT).is_some_and(|check| !is_by(check, own));
    !approved && !foreign
}

/// The description with which the report of the bring-up's checks is repeated on a rebased head;
/// `None` unless it is a good report that this account made itself. Repeating another's word
/// would lend it a role that it may not have.
pub(crate) fn repeated(pull: &Pull, own: &Account) -> Option<String> {
    let check = status(pull, CONTEXT)?;
    if check.state != CheckState::Success || !is_by(check, own) {
        return None;
    }
    let said = check.description.as_deref().unwrap_or_default();
    if said.contains(FROM) {
        return Some(said.to_owned());
    }
    let from = format!("{FROM}{})", pull.head.short());
    let room = LONGEST.saturating_sub(from.chars().count());
    let said: String = said.chars().take(room).collect();
    Some(format!("{said}{from}"))
}

fn status<'a>(pull: &'a Pull, name: &str) -> Option<&'a Check> {
    pull.checks.items.iter().find(|check| check.name == name)
}

fn is_by(check: &Check, own: &Account) -> bool {
    check.reporter.as_deref() == Some(own.login.as_str())
}

#[cfg(test)]
mod tests;
