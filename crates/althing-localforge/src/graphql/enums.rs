//! GitHub's enums and the orders and filters made of them.

use async_graphql::{Enum, InputObject};

use super::scalar::DateTime;

macro_rules! enums {
    ($($(#[$doc:meta])* $name:ident { $($value:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($value,)* }
    )*};
}

enums! {
    /// Which way a list runs.
    OrderDirection { Asc Desc }
    IssueState { Closed Open }
    IssueStateReason { Completed Duplicate NotPlanned Reopened }
    IssueClosedStateReason { Completed Duplicate NotPlanned }
    IssueOrderField { Comments CreatedAt UpdatedAt }
    IssueCommentOrderField { UpdatedAt }
    LabelOrderField { CreatedAt Name }
    LockReason { OffTopic Resolved Spam TooHeated }
    MilestoneState { Closed Open }
    TeamOrderField { Name }
    PullRequestState { Closed Merged Open }
    PullRequestUpdateState { Closed Open }
    PullRequestMergeMethod { Merge Rebase Squash }
    PullRequestReviewState { Approved ChangesRequested Commented Dismissed Pending }
    PullRequestReviewEvent { Approve Comment Dismiss RequestChanges }
    PullRequestReviewDecision { Approved ChangesRequested ReviewRequired }
    MergeableState { Conflicting Mergeable Unknown }
    MergeStateStatus { Behind Blocked Clean Dirty Draft HasHooks Unknown Unstable }
    PatchStatus { Added Changed Copied Deleted Modified Renamed }
    CommentAuthorAssociation { Collaborator Contributor Member None Owner }
    RepositoryPermission { Admin Maintain Read Triage Write }
    RepositoryVisibility { Internal Private Public }
    SubscriptionState { Ignored Subscribed Unsubscribed }
    ReactionContent { Confused Eyes Heart Hooray Laugh Rocket ThumbsDown ThumbsUp }
    StatusState { Error Expected Failure Pending Success }
    CheckStatusState { Completed InProgress Pending Queued Requested Waiting }
    CheckRunType { All Latest }
    CheckConclusionState {
        ActionRequired Cancelled Failure Neutral Skipped Stale StartupFailure Success TimedOut
    }
    RepositoryAffiliation { Collaborator OrganizationMember Owner }
    SearchType { Discussion Issue Repository User }
    FundingPlatform { Custom Github }
    /// Classic projects. This forge has none, but gh asks for them.
    ProjectState { Closed Open }
    ProjectOrderField { CreatedAt Name UpdatedAt }
    ProjectV2OrderField { CreatedAt Number Title UpdatedAt }
    ProjectV2ItemType { DraftIssue Issue PullRequest Redacted }
    ProjectV2FieldType {
        Assignees Date Labels LinkedPullRequests Milestone Number Repository Reviewers
        SingleSelect Text Title
    }
    ProjectV2CustomFieldType { Date Iteration Number SingleSelect Text }
    ProjectV2SingleSelectFieldOptionColor { Blue Gray Green Orange Pink Purple Red Yellow }
}

macro_rules! orders {
    ($($name:ident: $field:ty;)*) => {$(
        #[derive(InputObject, Clone, Copy, Debug)]
        pub(crate) struct $name {
            pub(crate) direction: OrderDirection,
            pub(crate) field: $field,
        }
    )*};
}

orders! {
    IssueOrder: IssueOrderField;
    IssueCommentOrder: IssueCommentOrderField;
    LabelOrder: LabelOrderField;
    TeamOrder: TeamOrderField;
    ProjectOrder: ProjectOrderField;
    ProjectV2Order: ProjectV2OrderField;
}

/// Which issues a list shows.
#[derive(InputObject, Clone, Debug, Default)]
pub(crate) struct IssueFilters {
    pub(crate) assignee: Option<String>,
    pub(crate) created_by: Option<String>,
    pub(crate) labels: Option<Vec<String>>,
    pub(crate) mentioned: Option<String>,
    pub(crate) since: Option<DateTime>,
    pub(crate) states: Option<Vec<IssueState>>,
}

/// Which runs of a check suite.
#[derive(InputObject, Clone, Debug, Default)]
pub(crate) struct CheckRunFilter {
    pub(crate) check_name: Option<String>,
    pub(crate) check_type: Option<CheckRunType>,
}

impl OrderDirection {
    /// Turns a list that is sorted ascending.
    pub(crate) fn turn<T>(self, sorted: &mut [T]) {
        match self {
            OrderDirection::Asc => {}
            OrderDirection::Desc => sorted.reverse(),
        }
    }
}
