//! Issues.

use super::{Actor, Answer, Forge};
use crate::model::{
    Issue, IssueFilter, IssueId, IssuePatch, NewIssue, Number, Repo, Slice, Window,
};

impl Forge {
    /// Issues and pull requests that pass the filter.
    pub async fn issues(
        &self,
        actor: &Actor,
        repo: &Repo,
        filter: &IssueFilter,
        window: Window,
    ) -> Answer<Slice<Issue>> {
        todo!()
    }

    /// An issue, or the issue side of a pull request, by number.
    pub async fn issue(&self, actor: &Actor, repo: &Repo, number: Number) -> Answer<Issue> {
        todo!()
    }

    /// An issue, or the issue side of a pull request, by id, with its repository.
    pub async fn issue_by_id(&self, actor: &Actor, id: IssueId) -> Answer<(Repo, Issue)> {
        todo!()
    }

    /// Opens an issue (read).
    pub async fn create_issue(&self, actor: &Actor, repo: &Repo, new: NewIssue) -> Answer<Issue> {
        todo!()
    }

    /// Changes an issue or the issue side of a pull request: title, text and state by its
    /// author or from triage on, labels and assignees from triage on.
    pub async fn edit_issue(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        patch: IssuePatch,
    ) -> Answer<Issue> {
        todo!()
    }

    /// Adds and removes labels by name (triage); unknown names to add are created,
    /// as GitHub's REST does.
    pub async fn change_labels(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        add: &[String],
        remove: &[String],
    ) -> Answer<Issue> {
        todo!()
    }

    /// Adds and removes assignees by login (triage); logins that cannot be assigned are left out,
    /// as on GitHub.
    pub async fn change_assignees(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        add: &[String],
        remove: &[String],
    ) -> Answer<Issue> {
        todo!()
    }
}
