//! Pull requests.

use super::{Actor, Answer, Forge};
use crate::model::{
    ChangedFile, Commit, Issue, Mergeable, NewPull, Number, Pull, PullFilter, PullPatch, Repo,
    Slice, Window,
};

impl Forge {
    /// Pull requests that pass the filter.
    pub async fn pulls(
        &self,
        actor: &Actor,
        repo: &Repo,
        filter: &PullFilter,
        window: Window,
    ) -> Answer<Slice<Pull>> {
        todo!()
    }

    /// A pull request by number. An open one is first brought up to date with its branches.
    pub async fn pull(&self, actor: &Actor, repo: &Repo, number: Number) -> Answer<Pull> {
        todo!()
    }

    /// The pull request whose issue side is `issue`.
    pub async fn pull_of(&self, actor: &Actor, repo: &Repo, issue: Issue) -> Answer<Pull> {
        todo!()
    }

    /// Opens a pull request (read, and the head branch must be in this repository).
    pub async fn create_pull(&self, actor: &Actor, repo: &Repo, new: NewPull) -> Answer<Pull> {
        todo!()
    }

    /// Changes a pull request (its author, or write).
    pub async fn edit_pull(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        patch: PullPatch,
    ) -> Answer<Pull> {
        todo!()
    }

    /// Files changed since the head left the base.
    pub async fn pull_files(&self, repo: &Repo, pull: &Pull) -> Answer<Vec<ChangedFile>> {
        todo!()
    }

    /// Commits that the base lacks, oldest first.
    pub async fn pull_commits(&self, repo: &Repo, pull: &Pull) -> Answer<Vec<Commit>> {
        todo!()
    }

    /// The diff as text, as `git diff base...head` prints it.
    pub async fn pull_diff(&self, repo: &Repo, pull: &Pull) -> Answer<String> {
        todo!()
    }

    /// The commits as mails, as `git format-patch` prints them.
    pub async fn pull_patch(&self, repo: &Repo, pull: &Pull) -> Answer<String> {
        todo!()
    }

    /// Whether it merges cleanly now. Remembered for each pair of base and head.
    pub async fn mergeable(&self, repo: &Repo, pull: &Pull) -> Answer<Mergeable> {
        todo!()
    }

    /// Issues that the merge closes or closed, by number, those that the actor sees.
    pub async fn closing_issues(
        &self,
        actor: &Actor,
        repo: &Repo,
        pull: &Pull,
    ) -> Answer<Vec<Issue>> {
        todo!()
    }

    /// Pull requests that would close the issue or did, by number.
    pub async fn linked_pulls(
        &self,
        actor: &Actor,
        repo: &Repo,
        issue: &Issue,
    ) -> Answer<Vec<Pull>> {
        todo!()
    }

    /// Asks users for a review (write), or takes the request back.
    pub async fn change_reviewers(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        add: &[String],
        remove: &[String],
    ) -> Answer<Pull> {
        todo!()
    }
}
