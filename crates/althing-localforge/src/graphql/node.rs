//! Things by their global id.

use async_graphql::{Context, ID, Interface, Result};

use super::{
    actor::{Organization, User},
    call::Call,
    check::{CheckRun, CheckSuite, StatusContext},
    comment::IssueComment,
    error::{is_missing, no_node},
    issue::Issue,
    label::Label,
    project::{
        ProjectV2, ProjectV2Item,
        field::{ProjectV2Field, ProjectV2FieldConfiguration, ProjectV2SingleSelectField},
    },
    pull::PullRequest,
    reaction::Reaction,
    repository::Repository,
    review::PullRequestReview,
    team::Team,
};
use crate::{
    forge::Refusal,
    model::{
        AccountId, CheckRunId, CommentId, FieldId, IssueId, ItemId, LabelId, NodeId, NodeKind,
        ProjectId, RepoId, ReviewId, TeamId,
    },
};

/// Whatever has a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub(crate) enum Node {
    User(User),
    Organization(Organization),
    Team(Team),
    Repository(Repository),
    Label(Label),
    Issue(Issue),
    PullRequest(PullRequest),
    IssueComment(IssueComment),
    PullRequestReview(PullRequestReview),
    // Implements the interface; not looked up by id.
    StatusContext(StatusContext),
    CheckRun(CheckRun),
    CheckSuite(CheckSuite),
    // Implements the interface; not looked up by id.
    Reaction(Reaction),
    ProjectV2(ProjectV2),
    ProjectV2Field(ProjectV2Field),
    ProjectV2SingleSelectField(ProjectV2SingleSelectField),
    ProjectV2Item(ProjectV2Item),
}

/// The thing with that id.
///
/// # Errors
/// `NOT_FOUND` for an id that names nothing the viewer may see.
pub(crate) async fn find(ctx: &Context<'_>, id: &ID) -> Result<Node> {
    let node: NodeId = id.parse().map_err(|_| no_node(id))?;
    let found = read(ctx, node).await;
    found.map_err(|error| {
        if is_missing(&error) {
            no_node(id)
        } else {
            error
        }
    })
}

async fn read(ctx: &Context<'_>, node: NodeId) -> Result<Node> {
    let call = Call::of(ctx)?;
    let (forge, actor) = (call.forge(), &call.actor);
    Ok(match node.kind {
        NodeKind::User => Node::User(User(forge.account_by_id(AccountId(node.id)).await?)),
        NodeKind::Organization => {
            Node::Organization(Organization(forge.account_by_id(AccountId(node.id)).await?))
        }
        NodeKind::Team => Node::Team(Team(forge.team_by_id(actor, TeamId(node.id)).await?)),
        NodeKind::Repository => Node::Repository(Repository(call.repo(RepoId(node.id)).await?)),
        NodeKind::Label => {
            let (repo, label) = forge.label_by_id(actor, LabelId(node.id)).await?;
            Node::Label(Label::new(repo.full_name(), label))
        }
        NodeKind::Issue => {
            let (_, issue) = forge.issue_by_id(actor, IssueId(node.id)).await?;
            if issue.is_pull {
                return Err(Refusal::not_found().into());
            }
            Node::Issue(Issue(issue))
        }
        NodeKind::PullRequest => Node::PullRequest(pull(call, IssueId(node.id)).await?),
        NodeKind::IssueComment => {
            let (repo, comment) = forge.comment_by_id(actor, CommentId(node.id)).await?;
            Node::IssueComment(IssueComment::new(repo, comment))
        }
        NodeKind::PullRequestReview => {
            let (repo, number, review) = forge.review_by_id(actor, ReviewId(node.id)).await?;
            Node::PullRequestReview(PullRequestReview::new(repo, number, review))
        }
        NodeKind::CheckRun => {
            let (repo, run) = forge.check_run_by_id(actor, CheckRunId(node.id)).await?;
            Node::CheckRun(CheckRun::new(repo, run))
        }
        NodeKind::CheckSuite => {
            let (repo, run) = forge.check_run_by_id(actor, CheckRunId(node.id)).await?;
            Node::CheckSuite(CheckSuite { repo, run })
        }
        NodeKind::ProjectV2 => Node::ProjectV2(ProjectV2(
            forge.project_by_id(actor, ProjectId(node.id)).await?,
        )),
        NodeKind::ProjectV2Field | NodeKind::ProjectV2SingleSelectField => {
            let (project, field) = forge.field_by_id(actor, FieldId(node.id)).await?;
            match ProjectV2FieldConfiguration::new(project, field) {
                ProjectV2FieldConfiguration::Iteration(never) => match never {},
                ProjectV2FieldConfiguration::Plain(field) => Node::ProjectV2Field(field),
                ProjectV2FieldConfiguration::SingleSelect(field) => {
                    Node::ProjectV2SingleSelectField(field)
                }
            }
        }
        NodeKind::ProjectV2Item => {
            let (project, content) = forge.item_by_id(actor, ItemId(node.id)).await?;
            Node::ProjectV2Item(ProjectV2Item::new(project, content))
        }
        NodeKind::StatusContext | NodeKind::Reaction | NodeKind::ProjectV2FieldValue => {
            return Err(Refusal::not_found().into());
        }
    })
}

/// The pull request with a database id.
pub(crate) async fn pull(call: &Call, id: IssueId) -> Result<PullRequest> {
    let (repo, issue) = call.forge().issue_by_id(&call.actor, id).await?;
    if !issue.is_pull {
        return Err(Refusal::not_found().into());
    }
    let pull = call.forge().pull(&call.actor, &repo, issue.number).await?;
    Ok(PullRequest::new(pull))
}
