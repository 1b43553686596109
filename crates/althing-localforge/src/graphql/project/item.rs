//! Items of a board.

use async_graphql::{Context, ID, Object, Result, Union};

use super::{
    ProjectV2,
    value::{ProjectV2ItemFieldValue, ProjectV2ItemFieldValueConnection},
};
use crate::{
    graphql::{
        absent::DraftIssue,
        actor::Actor,
        call::Call,
        enums::ProjectV2ItemType,
        issue::Issue,
        page::{Page, PageArgs, connection},
        pull::PullRequest,
        scalar::{BigInt, DateTime},
    },
    model::{ItemWithIssue, Project},
};

/// What an item shows.
#[derive(Union)]
pub(crate) enum ProjectV2ItemContent {
    // Queries name the type; drafts are not kept.
    DraftIssue(DraftIssue),
    Issue(Issue),
    PullRequest(PullRequest),
}

/// An item.
#[derive(Clone)]
pub(crate) struct ProjectV2Item {
    pub(crate) project: Project,
    pub(crate) content: ItemWithIssue,
}

connection!(ProjectV2ItemConnection, ProjectV2ItemEdge, ProjectV2Item);

impl ProjectV2Item {
    pub(crate) fn new(project: Project, content: ItemWithIssue) -> Self {
        Self { project, content }
    }
}

#[Object]
impl ProjectV2Item {
    pub(crate) async fn id(&self) -> ID {
        self.content.item.node_id().to_string().into()
    }

    async fn full_database_id(&self) -> Option<BigInt> {
        Some(BigInt(self.content.item.id.to_string()))
    }

    #[graphql(name = "type")]
    async fn kind(&self) -> ProjectV2ItemType {
        match &self.content.issue {
            None => ProjectV2ItemType::Redacted,
            Some(issue) if issue.is_pull => ProjectV2ItemType::PullRequest,
            Some(_) => ProjectV2ItemType::Issue,
        }
    }

    /// Nothing when the viewer may not see it.
    async fn content(&self, ctx: &Context<'_>) -> Option<Result<ProjectV2ItemContent>> {
        let issue = self.content.issue.clone()?;
        if !issue.is_pull {
            return Some(Ok(ProjectV2ItemContent::Issue(Issue(issue))));
        }
        let read = async {
            let call = Call::of(ctx)?;
            let repo = call.repo(issue.repo_id).await?;
            let pull = call.forge().pull_of(&call.actor, &repo, issue).await?;
            Ok(ProjectV2ItemContent::PullRequest(PullRequest::new(pull)))
        };
        Some(read.await)
    }

    async fn project(&self) -> ProjectV2 {
        ProjectV2(self.project.clone())
    }

    async fn creator(&self) -> Option<Actor> {
        Some(self.content.item.creator.clone().into())
    }

    async fn is_archived(&self) -> bool {
        self.content.item.archived
    }

    async fn created_at(&self) -> DateTime {
        self.content.item.created_at.into()
    }

    async fn updated_at(&self) -> DateTime {
        self.content.item.updated_at.into()
    }

    async fn field_value_by_name(
        &self,
        ctx: &Context<'_>,
        name: String,
    ) -> Result<Option<ProjectV2ItemFieldValue>> {
        let values = ProjectV2ItemFieldValue::all(ctx, self).await?;
        Ok(values.into_iter().find(|value| value.field_name() == name))
    }

    async fn field_values(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ProjectV2ItemFieldValueConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let values = ProjectV2ItemFieldValue::all(ctx, self).await?;
        Ok(ProjectV2ItemFieldValueConnection::from(Page::new(
            window.cut(values),
            |value| value,
        )))
    }
}
