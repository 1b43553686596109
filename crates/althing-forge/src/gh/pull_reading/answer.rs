//! The answer to the pull request document, and what becomes of its parts.

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    super::wire::{Actor, Object, Page},
    checks::Context,
};
use crate::{
    Commit, CommitPerson, IssueNumber, Mergeable, PullNumber, PullState, Review, ReviewState,
};

#[derive(Deserialize)]
pub(super) struct Data {
    pub(super) repository: Option<Repository>,
}

#[derive(Deserialize)]
pub(super) struct Repository {
    #[serde(rename = "pullRequest")]
    pub(super) pull: Option<PullNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PullNode {
    #[serde(flatten)]
    pub(super) head: PullHead,
    pub(super) files: Option<Page<FileNode>>,
    pub(super) commits: Option<Page<PullCommitNode>>,
    pub(super) reviews: Option<Page<ReviewNode>>,
    pub(super) head_commit: Option<HeadCommit>,
    pub(super) closing_issues_references: Option<Page<ClosedIssue>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PullHead {
    pub(super) number: PullNumber,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) state: PullState,
    pub(super) is_draft: bool,
    pub(super) author: Option<Actor>,
    pub(super) base_ref_name: String,
    pub(super) base_ref_oid: Sha,
    pub(super) head_ref_name: String,
    pub(super) head_ref_oid: Sha,
    pub(super) mergeable: Mergeable,
    pub(super) merge_commit: Option<Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileNode {
    pub(super) path: String,
    pub(super) change_type: String,
}

#[derive(Deserialize)]
pub(super) struct PullCommitNode {
    pub(super) commit: CommitNode,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommitNode {
    pub(super) oid: Sha,
    pub(super) authors: Page<Person>,
    pub(super) committer: Option<Person>,
}

#[derive(Deserialize)]
pub(super) struct Person {
    pub(super) email: Option<String>,
    pub(super) user: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewNode {
    pub(super) state: ReviewState,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) author: Option<Actor>,
    pub(super) commit: Option<Object>,
}

#[derive(Deserialize)]
pub(super) struct HeadCommit {
    pub(super) nodes: Vec<HeadCommitNode>,
}

#[derive(Deserialize)]
pub(super) struct HeadCommitNode {
    pub(super) commit: CheckedCommit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckedCommit {
    pub(super) oid: Sha,
    pub(super) status_check_rollup: Option<Rollup>,
}

#[derive(Deserialize)]
pub(super) struct Rollup {
    pub(super) contexts: Page<Context>,
}

#[derive(Deserialize)]
pub(super) struct ClosedIssue {
    pub(super) number: IssueNumber,
    pub(super) repository: ClosedIn,
}

#[derive(Deserialize)]
pub(super) struct ClosedIn {
    #[serde(rename = "nameWithOwner")]
    pub(super) name: RepoName,
}

impl From<CommitNode> for Commit {
    fn from(node: CommitNode) -> Self {
        let people = node.authors.nodes.into_iter().chain(node.committer);
        Self {
            sha: node.oid,
            people: people.map(CommitPerson::from).collect(),
        }
    }
}

impl From<Person> for CommitPerson {
    fn from(person: Person) -> Self {
        Self {
            account: person.user.and_then(Actor::account),
            email: person.email.unwrap_or_default(),
        }
    }
}

impl From<ReviewNode> for Review {
    fn from(node: ReviewNode) -> Self {
        Self {
            author: node.author.and_then(Actor::account),
            state: node.state,
            commit: node.commit.map(|commit| commit.oid),
            submitted_at: node.submitted_at,
        }
    }
}
