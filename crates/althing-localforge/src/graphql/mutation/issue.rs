//! Issues: open, change, close, label.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{label_names, logins, nothing_absent, payload, subject};
use crate::{
    graphql::{
        call::{Call, database_id},
        enums::{IssueClosedStateReason, IssueState},
        issue::{Issue, Labelable},
        pull::PullRequest,
    },
    model::{self, IssuePatch, NewIssue, NodeKind, RepoId, StateReason},
};

/// Mutations of issues.
#[derive(Default)]
pub(crate) struct IssueMutation;

#[derive(InputObject)]
struct CreateIssueInput {
    assignee_ids: Option<Vec<ID>>,
    body: Option<String>,
    client_mutation_id: Option<String>,
    label_ids: Option<Vec<ID>>,
    milestone_id: Option<ID>,
    project_ids: Option<Vec<ID>>,
    repository_id: ID,
    title: String,
}

#[derive(InputObject)]
struct UpdateIssueInput {
    assignee_ids: Option<Vec<ID>>,
    body: Option<String>,
    client_mutation_id: Option<String>,
    id: ID,
    label_ids: Option<Vec<ID>>,
    milestone_id: Option<ID>,
    project_ids: Option<Vec<ID>>,
    state: Option<IssueState>,
    title: Option<String>,
}

#[derive(InputObject)]
struct CloseIssueInput {
    client_mutation_id: Option<String>,
    issue_id: ID,
    state_reason: Option<IssueClosedStateReason>,
}

#[derive(InputObject)]
struct ReopenIssueInput {
    client_mutation_id: Option<String>,
    issue_id: ID,
}

#[derive(InputObject)]
struct AddLabelsToLabelableInput {
    client_mutation_id: Option<String>,
    label_ids: Vec<ID>,
    labelable_id: ID,
}

#[derive(InputObject)]
struct RemoveLabelsFromLabelableInput {
    client_mutation_id: Option<String>,
    label_ids: Vec<ID>,
    labelable_id: ID,
}

payload!(CreateIssuePayload { issue: Issue });
payload!(UpdateIssuePayload { issue: Issue });
payload!(CloseIssuePayload { issue: Issue });
payload!(ReopenIssuePayload { issue: Issue });
payload!(AddLabelsToLabelablePayload {
    labelable: Labelable,
});
payload!(RemoveLabelsFromLabelablePayload {
    labelable: Labelable,
});

#[Object]
impl IssueMutation {
    async fn create_issue(
        &self,
        ctx: &Context<'_>,
        input: CreateIssueInput,
    ) -> Option<Result<CreateIssuePayload>> {
        let create = async {
            let call = Call::of(ctx)?;
            nothing_absent(input.milestone_id, input.project_ids)?;
            let repo = RepoId(database_id(&input.repository_id, &[NodeKind::Repository])?);
            let repo = call.repo(repo).await?;
            let new = NewIssue {
                title: input.title,
                body: input.body.unwrap_or_default(),
                labels: label_names(call, &input.label_ids.unwrap_or_default()).await?,
                assignees: logins(call, &input.assignee_ids.unwrap_or_default()).await?,
            };
            let issue = call.forge().create_issue(&call.actor, &repo, new).await?;
            Ok(CreateIssuePayload {
                client_mutation_id: input.client_mutation_id,
                issue: Some(Issue(issue)),
            })
        };
        Some(create.await)
    }

    async fn update_issue(
        &self,
        ctx: &Context<'_>,
        input: UpdateIssueInput,
    ) -> Option<Result<UpdateIssuePayload>> {
        let update = async {
            let call = Call::of(ctx)?;
            nothing_absent(input.milestone_id, input.project_ids)?;
            let patch = IssuePatch {
                title: input.title,
                body: input.body,
                state: input.state.map(|state| match state {
                    IssueState::Open => (model::IssueState::Open, None),
                    IssueState::Closed => (model::IssueState::Closed, None),
                }),
                labels: match input.label_ids {
                    Some(ids) => Some(label_names(call, &ids).await?),
                    None => None,
                },
                assignees: match input.assignee_ids {
                    Some(ids) => Some(logins(call, &ids).await?),
                    None => None,
                },
            };
            Ok(UpdateIssuePayload {
                client_mutation_id: input.client_mutation_id,
                issue: Some(edit(call, &input.id, patch).await?),
            })
        };
        Some(update.await)
    }

    async fn close_issue(
        &self,
        ctx: &Context<'_>,
        input: CloseIssueInput,
    ) -> Option<Result<CloseIssuePayload>> {
        let close = async {
            let reason = match input.state_reason {
                Some(IssueClosedStateReason::NotPlanned | IssueClosedStateReason::Duplicate) => {
                    StateReason::NotPlanned
                }
                Some(IssueClosedStateReason::Completed) | None => StateReason::Completed,
            };
            let patch = IssuePatch {
                state: Some((model::IssueState::Closed, Some(reason))),
                ..IssuePatch::default()
            };
            Ok(CloseIssuePayload {
                client_mutation_id: input.client_mutation_id,
                issue: Some(edit(Call::of(ctx)?, &input.issue_id, patch).await?),
            })
        };
        Some(close.await)
    }

    async fn reopen_issue(
        &self,
        ctx: &Context<'_>,
        input: ReopenIssueInput,
    ) -> Option<Result<ReopenIssuePayload>> {
        let reopen = async {
            let patch = IssuePatch {
                state: Some((model::IssueState::Open, None)),
                ..IssuePatch::default()
            };
            Ok(ReopenIssuePayload {
                client_mutation_id: input.client_mutation_id,
                issue: Some(edit(Call::of(ctx)?, &input.issue_id, patch).await?),
            })
        };
        Some(reopen.await)
    }

    async fn add_labels_to_labelable(
        &self,
        ctx: &Context<'_>,
        input: AddLabelsToLabelableInput,
    ) -> Option<Result<AddLabelsToLabelablePayload>> {
        let add = async {
            let call = Call::of(ctx)?;
            let names = label_names(call, &input.label_ids).await?;
            Ok(AddLabelsToLabelablePayload {
                client_mutation_id: input.client_mutation_id,
                labelable: Some(relabel(call, &input.labelable_id, &names, &[]).await?),
            })
        };
        Some(add.await)
    }

    async fn remove_labels_from_labelable(
        &self,
        ctx: &Context<'_>,
        input: RemoveLabelsFromLabelableInput,
    ) -> Option<Result<RemoveLabelsFromLabelablePayload>> {
        let remove = async {
            let call = Call::of(ctx)?;
            let names = label_names(call, &input.label_ids).await?;
            Ok(RemoveLabelsFromLabelablePayload {
                client_mutation_id: input.client_mutation_id,
                labelable: Some(relabel(call, &input.labelable_id, &[], &names).await?),
            })
        };
        Some(remove.await)
    }
}

async fn edit(call: &Call, id: &ID, patch: IssuePatch) -> Result<Issue> {
    database_id(id, &[NodeKind::Issue])?;
    let (repo, issue) = subject(call, id).await?;
    Ok(Issue(
        call.forge()
            .edit_issue(&call.actor, &repo, issue.number, patch)
            .await?,
    ))
}

async fn relabel(call: &Call, id: &ID, add: &[String], remove: &[String]) -> Result<Labelable> {
    let (repo, issue) = subject(call, id).await?;
    let (forge, actor) = (call.forge(), &call.actor);
    let issue = forge
        .change_labels(actor, &repo, issue.number, add, remove)
        .await?;
    if !issue.is_pull {
        return Ok(Labelable::Issue(Issue(issue)));
    }
    let pull = forge.pull_of(actor, &repo, issue).await?;
    Ok(Labelable::PullRequest(PullRequest::new(pull)))
}
