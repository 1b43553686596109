//! Statuses and check runs of a commit.

use async_graphql::{Context, ID, Object, Result, SimpleObject, Union};

use super::{
    absent::WorkflowRun,
    actor::Actor,
    call::Call,
    commit::Commit,
    enums::{CheckConclusionState, CheckRunFilter, CheckRunType, CheckStatusState, StatusState},
    page::{Page, PageArgs, connection},
    repository::Repository,
    scalar::{DateTime, Uri},
};
use crate::model::{self, NodeId, NodeKind, Repo, RunStatus, Sha, WEB_URL};

/// All that was reported about a commit.
pub(crate) struct StatusCheckRollup {
    repo: Repo,
    oid: Sha,
    runs: Vec<model::CheckRun>,
    statuses: Vec<model::CommitStatus>,
}

impl StatusCheckRollup {
    /// `None` when nothing was reported.
    pub(crate) async fn of(ctx: &Context<'_>, repo: &Repo, oid: &Sha) -> Result<Option<Self>> {
        let call = Call::of(ctx)?;
        let runs = call.forge().check_runs(&call.actor, repo, oid).await?;
        let statuses = call
            .forge()
            .combined_status(&call.actor, repo, oid)
            .await?
            .statuses;
        let reported = !runs.is_empty() || !statuses.is_empty();
        Ok(reported.then(|| Self {
            repo: repo.clone(),
            oid: oid.clone(),
            runs,
            statuses,
        }))
    }

    /// Failed if anything failed, else pending if anything is, else green.
    pub(crate) fn overall(&self) -> StatusState {
        let states = || {
            let runs = self.runs.iter().map(run_state);
            runs.chain(
                self.statuses
                    .iter()
                    .map(|status| status_state(status.state)),
            )
        };
        if states().any(|state| matches!(state, StatusState::Failure | StatusState::Error)) {
            StatusState::Failure
        } else if states().any(|state| state == StatusState::Pending) {
            StatusState::Pending
        } else {
            StatusState::Success
        }
    }
}

#[Object]
impl StatusCheckRollup {
    async fn id(&self) -> ID {
        format!("SCR_{}_{}", self.repo.id, self.oid).into()
    }

    async fn commit(&self) -> Option<Commit> {
        Some(Commit::named(self.repo.clone(), self.oid.clone()))
    }

    async fn state(&self) -> StatusState {
        self.overall()
    }

    async fn contexts(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<StatusCheckRollupContextConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let runs =
            self.runs.iter().cloned().map(|run| {
                StatusCheckRollupContext::CheckRun(CheckRun::new(self.repo.clone(), run))
            });
        let statuses = self.statuses.iter().cloned().map(|status| {
            StatusCheckRollupContext::StatusContext(StatusContext::new(self.repo.clone(), status))
        });
        let slice = window.cut(runs.chain(statuses).collect());
        Ok(StatusCheckRollupContextConnection::from(Page::new(
            slice,
            |context| context,
        )))
    }
}

/// A status or a check run.
#[derive(Union)]
pub(crate) enum StatusCheckRollupContext {
    CheckRun(CheckRun),
    StatusContext(StatusContext),
}

connection!(
    StatusCheckRollupContextConnection,
    StatusCheckRollupContextEdge,
    StatusCheckRollupContext
);

/// A status.
pub(crate) struct StatusContext {
    repo: Repo,
    status: model::CommitStatus,
}

impl StatusContext {
    pub(crate) fn new(repo: Repo, status: model::CommitStatus) -> Self {
        Self { repo, status }
    }
}

#[Object]
impl StatusContext {
    pub(crate) async fn id(&self) -> ID {
        self.status.node_id().to_string().into()
    }

    async fn context(&self) -> &str {
        &self.status.context
    }

    async fn state(&self) -> StatusState {
        status_state(self.status.state)
    }

    async fn description(&self) -> Option<&str> {
        self.status.description.as_deref()
    }

    async fn target_url(&self) -> Option<Uri> {
        self.status.target_url.clone().map(Uri)
    }

    async fn creator(&self) -> Option<Actor> {
        Some(self.status.creator.clone().into())
    }

    async fn created_at(&self) -> DateTime {
        self.status.created_at.into()
    }

    async fn commit(&self) -> Option<Commit> {
        Some(Commit::named(self.repo.clone(), self.status.sha.clone()))
    }

    async fn is_required(
        &self,
        #[graphql(name = "pullRequestId")] _pull: Option<ID>,
        #[graphql(name = "pullRequestNumber")] _number: Option<i32>,
    ) -> bool {
        false
    }
}

/// A check run.
pub(crate) struct CheckRun {
    repo: Repo,
    run: model::CheckRun,
}

impl CheckRun {
    pub(crate) fn new(repo: Repo, run: model::CheckRun) -> Self {
        Self { repo, run }
    }

    fn path(&self) -> String {
        format!("/{}/runs/{}", self.repo.full_name(), self.run.id)
    }
}

#[Object]
impl CheckRun {
    pub(crate) async fn id(&self) -> ID {
        self.run.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.run.id.0)
    }

    async fn name(&self) -> &str {
        &self.run.name
    }

    async fn status(&self) -> CheckStatusState {
        check_status(self.run.status)
    }

    async fn conclusion(&self) -> Option<CheckConclusionState> {
        conclusion(self.run.conclusion.as_deref()?)
    }

    async fn details_url(&self) -> Option<Uri> {
        self.run.details_url.clone().map(Uri)
    }

    async fn external_id(&self) -> Option<&str> {
        self.run.external_id.as_deref()
    }

    async fn started_at(&self) -> Option<DateTime> {
        Some(self.run.started_at.into())
    }

    async fn completed_at(&self) -> Option<DateTime> {
        self.run.completed_at.map(DateTime)
    }

    async fn title(&self) -> Option<&str> {
        self.run.title.as_deref()
    }

    async fn summary(&self) -> Option<&str> {
        self.run.summary.as_deref()
    }

    async fn text(&self) -> Option<&str> {
        self.run.text.as_deref()
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", self.path()))
    }

    async fn resource_path(&self) -> Uri {
        Uri(self.path())
    }

    async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn check_suite(&self) -> CheckSuite {
        CheckSuite {
            repo: self.repo.clone(),
            run: self.run.clone(),
        }
    }

    async fn is_required(
        &self,
        #[graphql(name = "pullRequestId")] _pull: Option<ID>,
        #[graphql(name = "pullRequestNumber")] _number: Option<i32>,
    ) -> bool {
        false
    }
}

/// The suite of one check run: here each run has its own.
pub(crate) struct CheckSuite {
    pub(crate) repo: Repo,
    pub(crate) run: model::CheckRun,
}

#[Object]
impl CheckSuite {
    pub(crate) async fn id(&self) -> ID {
        NodeId::new(NodeKind::CheckSuite, self.run.id.0)
            .to_string()
            .into()
    }

    /// The account that reported the run stands for its app.
    async fn app(&self) -> Option<App> {
        Some(App {
            database_id: Some(self.run.creator.id.0),
            name: self.run.creator.login.clone(),
            slug: self.run.creator.login.clone(),
        })
    }

    async fn status(&self) -> CheckStatusState {
        check_status(self.run.status)
    }

    async fn conclusion(&self) -> Option<CheckConclusionState> {
        conclusion(self.run.conclusion.as_deref()?)
    }

    async fn commit(&self) -> Commit {
        Commit::named(self.repo.clone(), self.run.sha.clone())
    }

    /// Its one run: here a run that is made again gets a suite of its own.
    async fn check_runs(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        filter_by: Option<CheckRunFilter>,
    ) -> Result<Option<CheckRunConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let filter = filter_by.unwrap_or_default();
        // Being the only one it is the latest too.
        let (None | Some(CheckRunType::All | CheckRunType::Latest)) = filter.check_type;
        let is_wanted = |name: &String| *name == self.run.name;
        let mut runs = vec![self.run.clone()];
        runs.retain(|_| filter.check_name.as_ref().is_none_or(is_wanted));
        let view = |run| CheckRun::new(self.repo.clone(), run);
        Ok(Some(CheckRunConnection::from(Page::new(
            window.cut(runs),
            view,
        ))))
    }

    async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn workflow_run(&self) -> Option<WorkflowRun> {
        None
    }
}

connection!(CheckSuiteConnection, CheckSuiteEdge, CheckSuite);
connection!(CheckRunConnection, CheckRunEdge, CheckRun);

/// The suites of a commit, oldest first.
pub(crate) async fn suites(
    ctx: &Context<'_>,
    repo: &Repo,
    oid: &Sha,
    args: &PageArgs,
) -> Result<Option<CheckSuiteConnection>> {
    let call = Call::of(ctx)?;
    let runs = call.forge().all_check_runs(&call.actor, repo, oid).await?;
    let view = |run| CheckSuite {
        repo: repo.clone(),
        run,
    };
    let slice = args.window(ctx)?.cut(runs);
    Ok(Some(CheckSuiteConnection::from(Page::new(slice, view))))
}

/// The statuses of a commit: the latest of each context.
pub(crate) struct Status {
    repo: Repo,
    oid: Sha,
    combined: model::CombinedStatus,
}

impl Status {
    /// `None` when there are none.
    pub(crate) async fn of(ctx: &Context<'_>, repo: &Repo, oid: &Sha) -> Result<Option<Self>> {
        let call = Call::of(ctx)?;
        let combined = call.forge().combined_status(&call.actor, repo, oid).await?;
        Ok((!combined.statuses.is_empty()).then(|| Self {
            repo: repo.clone(),
            oid: oid.clone(),
            combined,
        }))
    }
}

#[Object]
impl Status {
    async fn commit(&self) -> Option<Commit> {
        Some(Commit::named(self.repo.clone(), self.oid.clone()))
    }

    async fn state(&self) -> StatusState {
        status_state(self.combined.state)
    }

    async fn contexts(&self) -> Vec<StatusContext> {
        let statuses = self.combined.statuses.iter().cloned();
        let view = |status| StatusContext::new(self.repo.clone(), status);
        statuses.map(view).collect()
    }
}

/// What reports check runs.
#[derive(SimpleObject)]
pub(crate) struct App {
    database_id: Option<i64>,
    name: String,
    slug: String,
}

fn run_state(run: &model::CheckRun) -> StatusState {
    match run.conclusion.as_deref().and_then(conclusion) {
        None => StatusState::Pending,
        Some(
            CheckConclusionState::Success
            | CheckConclusionState::Neutral
            | CheckConclusionState::Skipped,
        ) => StatusState::Success,
        Some(
            CheckConclusionState::ActionRequired
            | CheckConclusionState::Cancelled
            | CheckConclusionState::Failure
            | CheckConclusionState::Stale
            | CheckConclusionState::StartupFailure
            | CheckConclusionState::TimedOut,
        ) => StatusState::Failure,
    }
}

fn status_state(state: model::StatusState) -> StatusState {
    match state {
        model::StatusState::Error => StatusState::Error,
        model::StatusState::Failure => StatusState::Failure,
        model::StatusState::Pending => StatusState::Pending,
        model::StatusState::Success => StatusState::Success,
    }
}

fn check_status(status: RunStatus) -> CheckStatusState {
    match status {
        RunStatus::Queued => CheckStatusState::Queued,
        RunStatus::InProgress => CheckStatusState::InProgress,
        RunStatus::Completed => CheckStatusState::Completed,
    }
}

/// The conclusion with a REST name.
fn conclusion(name: &str) -> Option<CheckConclusionState> {
    Some(match name {
        "action_required" => CheckConclusionState::ActionRequired,
        "cancelled" => CheckConclusionState::Cancelled,
        "failure" => CheckConclusionState::Failure,
        "neutral" => CheckConclusionState::Neutral,
        "success" => CheckConclusionState::Success,
        "skipped" => CheckConclusionState::Skipped,
        "stale" => CheckConclusionState::Stale,
        "timed_out" => CheckConclusionState::TimedOut,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::conclusion;
    use crate::model::CONCLUSIONS;

    #[test]
    fn every_conclusion_of_the_domain_has_a_name_here() {
        for name in CONCLUSIONS {
            assert!(conclusion(name).is_some(), "{name}");
        }
    }
}
