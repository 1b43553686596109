//! What every repository is, or has nothing of, here.

use async_graphql::{Context, Object, Result};

use super::{Repository, RepositoryConnection};
use crate::{
    graphql::{
        absent::{
            CodeOfConduct, FundingLink, IssueTemplate, Language, License, Milestone,
            MilestoneConnection, ProjectConnection, PullRequestTemplate, Release,
            RepositoryContactLink, RepositoryTopicConnection,
        },
        actor::UserConnection,
        enums::{
            MilestoneState, ProjectOrder, ProjectState, RepositoryAffiliation, SubscriptionState,
        },
        page::{Page, PageArgs, PageInfo},
        scalar::{DateTime, Uri},
    },
    model::{self, Repo, WEB_URL},
};

/// Fields of a repository that are the same for each, or follow from its name.
pub(super) struct Fixed<'a>(pub(super) &'a Repo);

#[Object]
impl<'a> Fixed<'a> {
    async fn has_issues_enabled(&self) -> bool {
        true
    }

    async fn has_projects_enabled(&self) -> bool {
        true
    }

    async fn has_wiki_enabled(&self) -> bool {
        false
    }

    async fn has_discussions_enabled(&self) -> bool {
        false
    }

    async fn archived_at(&self) -> Option<DateTime> {
        None
    }

    async fn is_archived(&self) -> bool {
        false
    }

    async fn is_blank_issues_enabled(&self) -> bool {
        true
    }

    async fn is_fork(&self) -> bool {
        false
    }

    async fn forking_allowed(&self) -> bool {
        false
    }

    async fn is_in_organization(&self) -> bool {
        self.0.owner.kind == model::AccountKind::Organization
    }

    async fn is_mirror(&self) -> bool {
        false
    }

    async fn is_security_policy_enabled(&self) -> Option<bool> {
        Some(false)
    }

    async fn is_template(&self) -> bool {
        false
    }

    async fn is_user_configuration_repository(&self) -> bool {
        self.0.name == self.0.owner.login
    }

    async fn uses_custom_open_graph_image(&self) -> bool {
        false
    }

    async fn open_graph_image_url(&self) -> Uri {
        Uri(format!("{WEB_URL}/{}.png", self.0.owner.login))
    }

    async fn homepage_url(&self) -> Option<Uri> {
        None
    }

    async fn mirror_url(&self) -> Option<Uri> {
        None
    }

    async fn security_policy_url(&self) -> Option<Uri> {
        None
    }

    async fn disk_usage(&self) -> Option<i32> {
        None
    }

    async fn fork_count(&self) -> i32 {
        0
    }

    async fn stargazer_count(&self) -> i32 {
        0
    }

    async fn viewer_has_starred(&self) -> bool {
        false
    }

    async fn viewer_subscription(&self) -> Option<SubscriptionState> {
        Some(SubscriptionState::Unsubscribed)
    }

    async fn parent(&self) -> Option<Repository> {
        None
    }

    async fn template_repository(&self) -> Option<Repository> {
        None
    }

    async fn code_of_conduct(&self) -> Option<CodeOfConduct> {
        None
    }

    async fn contact_links(&self) -> Option<Vec<RepositoryContactLink>> {
        Some(Vec::new())
    }

    async fn funding_links(&self) -> Vec<FundingLink> {
        Vec::new()
    }

    async fn issue_templates(&self) -> Option<Vec<IssueTemplate>> {
        Some(Vec::new())
    }

    async fn pull_request_templates(&self) -> Option<Vec<PullRequestTemplate>> {
        Some(Vec::new())
    }

    async fn latest_release(&self) -> Option<Release> {
        None
    }

    async fn license_info(&self) -> Option<License> {
        None
    }

    async fn primary_language(&self) -> Option<Language> {
        None
    }

    async fn languages(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<LanguageConnection>> {
        Ok(Some(PageArgs::new(None, None, first, last).nothing(ctx)?))
    }

    async fn milestone(&self, #[graphql(name = "number")] _number: i32) -> Option<Milestone> {
        None
    }

    async fn milestones(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        #[graphql(name = "states")] _states: Option<Vec<MilestoneState>>,
    ) -> Result<Option<MilestoneConnection>> {
        Ok(Some(
            PageArgs::new(after, before, first, last).nothing(ctx)?,
        ))
    }

    /// Classic projects, of which there are none.
    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        #[graphql(name = "orderBy")] _order_by: Option<ProjectOrder>,
        #[graphql(name = "states")] _states: Option<Vec<ProjectState>>,
    ) -> Result<ProjectConnection> {
        PageArgs::new(after, before, first, last).nothing(ctx)
    }

    async fn repository_topics(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<RepositoryTopicConnection> {
        PageArgs::new(None, None, first, last).nothing(ctx)
    }

    async fn watchers(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<UserConnection> {
        PageArgs::new(None, None, first, last).nothing(ctx)
    }

    async fn forks(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
        #[graphql(name = "affiliations")] _affiliations: Option<Vec<Option<RepositoryAffiliation>>>,
    ) -> Result<RepositoryConnection> {
        PageArgs::new(None, None, first, last).nothing(ctx)
    }
}

/// Languages of a repository; none are detected.
pub(crate) struct LanguageConnection(Page<Language>);

impl From<Page<Language>> for LanguageConnection {
    fn from(page: Page<Language>) -> Self {
        Self(page)
    }
}

#[Object]
impl LanguageConnection {
    async fn edges(&self) -> Option<Vec<Option<LanguageEdge<'_>>>> {
        let edges = self.0.items.iter();
        Some(
            edges
                .map(|(cursor, node)| Some(LanguageEdge { cursor, node }))
                .collect(),
        )
    }

    async fn page_info(&self) -> &PageInfo {
        &self.0.info
    }

    async fn total_count(&self) -> u64 {
        self.0.total
    }
}

/// A language with its share.
pub(crate) struct LanguageEdge<'a> {
    cursor: &'a str,
    node: &'a Language,
}

#[Object]
impl<'a> LanguageEdge<'a> {
    async fn cursor(&self) -> &str {
        self.cursor
    }

    async fn node(&self) -> &Language {
        self.node
    }

    async fn size(&self) -> i32 {
        0
    }
}
