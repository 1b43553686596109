//! Issues with what is known about them.

use althing_diag::id::RepoName;
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    super::{
        api::Document,
        command::Gh,
        wire::{Actor, Named, Page},
    },
    catalogue::{Catalogue, Entry},
    cut,
    pulls::{self, CommentNode},
    whole,
};
use crate::{ForgeError, IssueNumber, IssueState, Partial, PastIssue, Said};

const PAST_ISSUES: Document = Document {
    name: "PastIssues",
    text: include_str!("../documents/past_issues.graphql"),
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    number: IssueNumber,
    title: String,
    body: String,
    url: String,
    state: IssueState,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    author: Option<Actor>,
    labels: Option<Page<Named>>,
    assignees: Page<Actor>,
    comments: LastComments,
}

/// The last comments, oldest first.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastComments {
    nodes: Vec<CommentNode>,
    page_info: Before,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    has_previous_page: bool,
}

impl Entry for Node {
    fn number(&self) -> u64 {
        self.number.0
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

/// Issues that are open, and others that changed since a time.
pub(in super::super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    since: Timestamp,
) -> Result<Partial<PastIssue>, ForgeError> {
    let catalogue = Catalogue {
        gh,
        repo,
        document: &PAST_ISSUES,
        closed: &["CLOSED"],
    };
    let nodes = catalogue.read::<Node>(since).await?;
    let mut complete = nodes.complete;
    let mut issues = Vec::new();
    for node in nodes.items {
        let comments = if node.comments.are_cut(since) {
            pulls::comments(gh, repo, node.number.0, Some(since)).await?
        } else {
            let nodes = node.comments.nodes.iter().cloned();
            whole(nodes.map(Said::from).collect())
        };
        complete &= comments.complete;
        issues.push(node.into_issue(comments.items, since));
    }
    Ok(Partial {
        items: issues,
        complete,
    })
}

impl LastComments {
    /// Whether there may be more of the period before them.
    fn are_cut(&self, since: Timestamp) -> bool {
        let first = self.nodes.first().map(|comment| comment.created_at);
        self.page_info.has_previous_page && first.is_none_or(|first| first >= since)
    }
}

impl Node {
    fn into_issue(self, mut comments: Vec<Said>, since: Timestamp) -> PastIssue {
        comments.retain(|said| said.at >= since);
        let assignees = self.assignees.nodes.into_iter();
        PastIssue {
            number: self.number,
            title: self.title,
            body: self.body,
            url: self.url,
            state: self.state,
            author: self.author.and_then(Actor::account),
            created_at: self.created_at,
            updated_at: self.updated_at,
            closed_at: self.closed_at,
            labels: match self.labels {
                Some(page) => Partial {
                    items: page.nodes.into_iter().map(|label| label.name).collect(),
                    complete: !page.info.has_next_page,
                },
                None => cut(),
            },
            assignees: Partial {
                items: assignees.filter_map(Actor::account).collect(),
                complete: !self.assignees.info.has_next_page,
            },
            comments,
        }
    }
}
