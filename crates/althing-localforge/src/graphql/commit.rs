//! Commits and the people in them.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use tokio::sync::OnceCell;

use super::{
    actor::User,
    call::Call,
    check::{self, CheckSuiteConnection, Status, StatusCheckRollup},
    git::Tree,
    page::{Page, PageArgs, connection},
    pull::{PullRequest, PullRequestConnection},
    repository::Repository,
    scalar::{DateTime, GitObjectId, GitTimestamp, Uri},
};
use crate::model::{self, Pull, Repo, Sha, Signature, WEB_URL};

/// The committer of commits that the forge itself makes.
const WEB_COMMITTER: &str = "noreply@github.com";

/// A commit. Known by its id; read from git only when more is asked for.
pub(crate) struct Commit {
    repo: Repo,
    oid: Sha,
    content: OnceCell<model::Commit>,
}

impl Commit {
    /// A commit by id.
    pub(crate) fn named(repo: Repo, oid: Sha) -> Self {
        Self {
            repo,
            oid,
            content: OnceCell::new(),
        }
    }

    /// A commit that was read already.
    pub(crate) fn read(repo: Repo, commit: model::Commit) -> Self {
        Self {
            repo,
            oid: commit.sha.clone(),
            content: OnceCell::new_with(Some(commit)),
        }
    }

    async fn content(&self, ctx: &Context<'_>) -> Result<&model::Commit> {
        let call = Call::of(ctx)?;
        let read = || {
            call.forge()
                .commit(&call.actor, &self.repo, self.oid.as_str())
        };
        Ok(self.content.get_or_try_init(read).await?)
    }

    fn path(&self) -> String {
        format!("/{}/commit/{}", self.repo.full_name(), self.oid)
    }
}

#[Object]
impl Commit {
    pub(crate) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.oid.to_string())
    }

    pub(crate) async fn abbreviated_oid(&self) -> String {
        self.oid.short().to_owned()
    }

    pub(crate) async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", self.path()))
    }

    async fn resource_path(&self) -> Uri {
        Uri(self.path())
    }

    async fn tree(&self, ctx: &Context<'_>) -> Result<Tree> {
        let tree = self.content(ctx).await?.tree.clone();
        Ok(Tree::named(self.repo.clone(), tree))
    }

    async fn message(&self, ctx: &Context<'_>) -> Result<&str> {
        Ok(&self.content(ctx).await?.message)
    }

    async fn message_headline(&self, ctx: &Context<'_>) -> Result<&str> {
        Ok(self.content(ctx).await?.headline())
    }

    async fn message_body(&self, ctx: &Context<'_>) -> Result<&str> {
        Ok(self.content(ctx).await?.body())
    }

    async fn authored_date(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(self.content(ctx).await?.author.at.into())
    }

    async fn committed_date(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(self.content(ctx).await?.committer.at.into())
    }

    async fn committed_via_web(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.content(ctx).await?.committer.email == WEB_COMMITTER)
    }

    async fn author(&self, ctx: &Context<'_>) -> Result<Option<GitActor>> {
        Ok(Some(GitActor(self.content(ctx).await?.author.clone())))
    }

    async fn committer(&self, ctx: &Context<'_>) -> Result<Option<GitActor>> {
        Ok(Some(GitActor(self.content(ctx).await?.committer.clone())))
    }

    /// The author, then those whom the message names as co-authors.
    async fn authors(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<GitActorConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let commit = self.content(ctx).await?;
        let mut people = vec![commit.author.clone()];
        people.extend(commit.co_authors.iter().cloned());
        Ok(GitActorConnection::from(Page::new(
            window.cut(people),
            GitActor,
        )))
    }

    async fn parents(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<CommitConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let parents = self.content(ctx).await?.parents.clone();
        let view = |oid| Commit::named(self.repo.clone(), oid);
        Ok(CommitConnection::from(Page::new(window.cut(parents), view)))
    }

    /// This commit and those before it, newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        path: Option<String>,
    ) -> Result<CommitHistoryConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let (rev, path) = (Some(self.oid.as_str()), path.as_deref());
        let commits = call
            .forge()
            .commits(&call.actor, &self.repo, rev, path, window)
            .await?;
        let view = |commit| Commit::read(self.repo.clone(), commit);
        Ok(CommitHistoryConnection::from(Page::new(commits, view)))
    }

    /// The merged pull requests that brought this commit; while it is not on the default branch,
    /// also the open ones that would.
    async fn associated_pull_requests(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<PullRequestConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let brought = Call::of(ctx)?.brought(&self.repo).await?;
        let pulls = window.cut(brought.by(&self.oid));
        Ok(Some(PullRequestConnection::from(Page::new(
            pulls,
            PullRequest::new,
        ))))
    }

    async fn check_suites(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<CheckSuiteConnection>> {
        let args = PageArgs::new(after, before, first, last);
        check::suites(ctx, &self.repo, &self.oid, &args).await
    }

    async fn status(&self, ctx: &Context<'_>) -> Result<Option<Status>> {
        Status::of(ctx, &self.repo, &self.oid).await
    }

    async fn status_check_rollup(&self, ctx: &Context<'_>) -> Result<Option<StatusCheckRollup>> {
        StatusCheckRollup::of(ctx, &self.repo, &self.oid).await
    }
}

connection!(CommitConnection, CommitEdge, Commit);
connection!(CommitHistoryConnection of CommitEdge, Commit);

/// Somebody named in a commit.
pub(crate) struct GitActor(Signature);

#[Object]
impl GitActor {
    async fn name(&self) -> Option<&str> {
        Some(&self.0.name)
    }

    async fn email(&self) -> Option<&str> {
        Some(&self.0.email)
    }

    async fn date(&self) -> Option<GitTimestamp> {
        Some(GitTimestamp(self.0.at))
    }

    async fn user(&self) -> Option<User> {
        self.0.account.clone().map(User)
    }
}

connection!(GitActorConnection, GitActorEdge, GitActor);

/// A commit as part of a pull request.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct PullRequestCommit {
    id: ID,
    commit: Commit,
    #[graphql(skip)]
    pull: Pull,
}

#[async_graphql::ComplexObject]
impl PullRequestCommit {
    async fn pull_request(&self) -> PullRequest {
        PullRequest::new(self.pull.clone())
    }

    async fn url(&self) -> Uri {
        let issue = &self.pull.issue;
        let oid = &self.commit.oid;
        Uri(format!(
            "{WEB_URL}/{}/pull/{}/commits/{oid}",
            issue.repo, issue.number
        ))
    }
}

impl PullRequestCommit {
    pub(crate) fn new(repo: &Repo, pull: &Pull, commit: model::Commit) -> Self {
        Self {
            id: format!("PURC_{}_{}", pull.issue.id, commit.sha).into(),
            commit: Commit::read(repo.clone(), commit),
            pull: pull.clone(),
        }
    }
}

connection!(
    PullRequestCommitConnection,
    PullRequestCommitEdge,
    PullRequestCommit
);
