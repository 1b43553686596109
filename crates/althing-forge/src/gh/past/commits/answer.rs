//! The answers about commits, and what becomes of their parts.

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;
use serde::Deserialize;

use super::super::{
    super::wire::{Actor, Named, Nodes, Object as Id, Page},
    checks::{self, SomeStatus, Suite},
};
use crate::{PastCheck, PastCommit, PullNumber, PullState, Said};

#[derive(Deserialize)]
pub(super) struct Data {
    pub(super) repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    pub(super) name_with_owner: RepoName,
    /// `None` when there is no commit yet.
    pub(super) default_branch_ref: Option<Named>,
    pub(super) object: Option<Object>,
}

/// What a revision stands for.
#[derive(Deserialize)]
#[serde(tag = "__typename")]
pub(super) enum Object {
    Commit {
        oid: Sha,
        history: Page<CommitNode>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommitNode {
    pub(super) oid: Sha,
    message_headline: String,
    pub(super) committed_date: Timestamp,
    parents: Nodes<Id>,
    pub(super) authors: Page<Person>,
    associated_pull_requests: Option<Page<PullNode>>,
    status: Option<SomeStatus>,
    check_suites: Option<Page<Suite>>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Person {
    user: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullNode {
    number: PullNumber,
    state: PullState,
    base_ref_name: String,
    base_repository: Option<Home>,
    merge_commit: Option<Id>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Home {
    name_with_owner: RepoName,
}

impl CommitNode {
    pub(super) fn first_parent(&self) -> Option<Sha> {
        self.parents.nodes.first().map(|parent| parent.oid.clone())
    }

    /// Who wrote it, author and co-authors, as far as the forge knows them.
    pub(super) fn written(&self) -> impl Iterator<Item = Said> {
        let accounts = self.authors.nodes.iter();
        let accounts = accounts.filter_map(|person| person.user.clone()?.account());
        accounts.map(|account| Said {
            author: Some(account),
            at: self.committed_date,
        })
    }

    /// The merged pull request into a branch of a repository that brought it: the one that ended
    /// with it before one that holds it among others.
    pub(super) fn pull(&self, branch: &str, repo: &RepoName) -> Option<PullNumber> {
        let is_home = |home: &Home| home.name_with_owner == *repo;
        let nodes = self.associated_pull_requests.iter();
        let mut merged = nodes.flat_map(|page| &page.nodes).filter(|pull| {
            pull.state == PullState::Merged
                && pull.base_ref_name == branch
                && pull.base_repository.as_ref().is_some_and(is_home)
        });
        let first = merged.clone().next();
        let ended = |pull: &&PullNode| {
            let commit = pull.merge_commit.as_ref();
            commit.is_some_and(|commit| commit.oid == self.oid)
        };
        merged.find(ended).or(first).map(|pull| pull.number)
    }

    pub(super) fn pulls_are_cut(&self) -> bool {
        let page = self.associated_pull_requests.as_ref();
        page.is_none_or(|page| page.info.has_next_page)
    }

    pub(super) fn into_commit(self, pull: Option<PullNumber>, checks: bool) -> PastCommit {
        let author = self.authors.nodes.into_iter().next();
        PastCommit {
            sha: self.oid,
            title: self.message_headline,
            author: author.and_then(|person| person.user?.account()),
            committed_at: self.committed_date,
            pull,
            checks: if checks {
                checks::of_page(self.status, self.check_suites)
            } else {
                PastCheck::Unasked
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ChangeData {
    pub(super) repository: Option<ChangeRepository>,
}

#[derive(Deserialize)]
pub(super) struct ChangeRepository {
    pub(super) object: Option<Changed>,
}

/// The last commit of a path.
#[derive(Deserialize)]
pub(super) struct Changed {
    history: Option<Nodes<Change>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    committed_date: Timestamp,
}

impl Changed {
    pub(super) fn last(self) -> Option<Timestamp> {
        let change = self.history?.nodes.into_iter().next();
        change.map(|change| change.committed_date)
    }
}
