//! Types of GitHub that this forge has nothing of. gh asks for them by name, so they are in the
//! schema; no value of them can exist, so every list is empty and every field null.

#![expect(unreachable_code, reason = "resolvers of values that cannot exist")]

use super::{
    enums::FundingPlatform,
    page::connection,
    scalar::{DateTime, Uri},
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
        id: async_graphql::ID,
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
    Workflow { name: String, }
    WorkflowRun { workflow: Workflow, }
    AutoMergeRequest { enabled_at: Option<DateTime>, }
}

connection!(MilestoneConnection, MilestoneEdge, Milestone);
connection!(ProjectCardConnection, ProjectCardEdge, ProjectCard);
connection!(ProjectConnection, ProjectEdge, Project);
connection!(
    RepositoryTopicConnection,
    RepositoryTopicEdge,
    RepositoryTopic
);
