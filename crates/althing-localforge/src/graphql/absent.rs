//! Types of GitHub that this forge has nothing of. gh asks for them by name, so they are in the
//! schema; no value of them can exist, so every list is empty and every field null.

#![expect(unreachable_code, reason = "resolvers of values that cannot exist")]

mod issue;

use async_graphql::ID;

pub(crate) use issue::OfIssue;

use super::{
    actor::Actor,
    enums::{FundingPlatform, PullRequestMergeMethod},
    page::connection,
    scalar::{Date, DateTime, Uri},
};

macro_rules! absent {
    ($($name:ident { $($field:ident: $kind:ty,)* })*) => {$(
        pub(crate) enum $name {}

        #[async_graphql::Object]
        impl $name {
            $(
                async fn $field(&self) -> $kind {
                    match *self {}
                }
            )*
        }
    )*};
}

absent! {
    BranchProtectionRule {
        required_approving_review_count: Option<i32>,
        requires_strict_status_checks: bool,
    }
    CodeOfConduct { key: String, name: String, url: Option<Uri>, }
    FundingLink { platform: FundingPlatform, url: Uri, }
    IssueTemplate { about: Option<String>, body: Option<String>, name: String, title: Option<String>, }
    Language { name: String, }
    License { key: String, name: String, nickname: Option<String>, }
    Milestone {
        description: Option<String>,
        due_on: Option<DateTime>,
        number: i32,
        title: String,
    }
    Project {
        body: Option<String>,
        id: ID,
        name: String,
        number: i32,
        resource_path: Uri,
    }
    ProjectCard { column: Option<ProjectColumn>, project: Project, }
    ProjectColumn { name: String, }
    PullRequestTemplate { body: Option<String>, filename: Option<String>, }
    Release {
        name: Option<String>,
        published_at: Option<DateTime>,
        tag_name: String,
        url: Uri,
    }
    RepositoryContactLink { about: String, name: String, url: Uri, }
    RepositoryTopic { topic: Topic, }
    Topic { name: String, }
    DraftIssue { body: String, title: String, }
    ProjectV2IterationField { id: ID, name: String, }
    ProjectV2ItemFieldDateValue { date: Option<Date>, }
    ProjectV2ItemFieldNumberValue { number: Option<f64>, }
    ProjectV2ItemFieldIterationValue {
        duration: i32,
        iteration_id: String,
        start_date: Date,
        title: String,
    }
    Workflow { name: String, }
    WorkflowRun { event: String, workflow: Workflow, }
    AutoMergeRequest {
        author_email: Option<String>,
        commit_body: Option<String>,
        commit_headline: Option<String>,
        enabled_at: Option<DateTime>,
        enabled_by: Option<Actor>,
        merge_method: PullRequestMergeMethod,
    }
}

connection!(MilestoneConnection, MilestoneEdge, Milestone);
connection!(ProjectCardConnection, ProjectCardEdge, ProjectCard);
connection!(ProjectConnection, ProjectEdge, Project);
connection!(
    RepositoryTopicConnection,
    RepositoryTopicEdge,
    RepositoryTopic
);
