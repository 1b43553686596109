//! Pull requests with what was done about them.

use althing_diag::id::RepoName;
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    super::{
        api::Document,
        command::Gh,
        wire::{Actor, Page},
    },
    catalogue::{Catalogue, Entry},
    cut,
    listing::{self, User},
    or_cut,
    paths::{self, FileNode},
    whole,
};
use crate::{ForgeError, Partial, PastPull, PastReview, PullNumber, PullState, ReviewState, Said};

const PAST_PULLS: Document = Document {
    name: "PastPulls",
    text: include_str!("../documents/past_pulls.graphql"),
};

/// How many pull requests are read one by one before their lists stay cut.
const MOST_READ_ALONE: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    number: PullNumber,
    title: String,
    url: String,
    state: PullState,
    is_draft: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    merged_at: Option<Timestamp>,
    base_ref_name: String,
    author: Option<Actor>,
    merged_by: Option<Actor>,
    files: Option<Page<FileNode>>,
    reviews: Option<Page<ReviewNode>>,
    comments: Page<CommentNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReviewNode {
    state: ReviewState,
    submitted_at: Option<Timestamp>,
    author: Option<Actor>,
}

/// A comment of which only who and when is asked.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommentNode {
    pub(super) created_at: Timestamp,
    author: Option<Actor>,
}

#[derive(Deserialize)]
struct ReviewAnswer {
    state: ReviewState,
    submitted_at: Option<Timestamp>,
    user: Option<User>,
}

/// A comment as REST tells it.
#[derive(Deserialize)]
struct CommentAnswer {
    created_at: Timestamp,
    user: Option<User>,
}

impl Entry for Node {
    fn number(&self) -> u64 {
        self.number.0
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

/// Pull requests that are open, and others that changed since a time.
pub(in super::super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    since: Timestamp,
) -> Result<Partial<PastPull>, ForgeError> {
    let catalogue = Catalogue {
        gh,
        repo,
        document: &PAST_PULLS,
        closed: &["CLOSED", "MERGED"],
    };
    let nodes = catalogue.read::<Node>(since).await?;
    let mut alone = Alone {
        gh,
        repo,
        left: MOST_READ_ALONE,
    };
    let mut pulls = Vec::new();
    for node in nodes.items {
        pulls.push(alone.finish(node).await?);
    }
    Ok(Partial {
        items: pulls,
        complete: nodes.complete,
    })
}

/// Reads on, one pull request after the other, where a page did not hold a list.
struct Alone<'a> {
    gh: &'a Gh,
    repo: &'a RepoName,
    left: usize,
}

impl Alone<'_> {
    async fn finish(&mut self, node: Node) -> Result<PastPull, ForgeError> {
        let (gh, repo, number) = (self.gh, self.repo, node.number);
        let paths = match paths::of_page(node.files) {
            Some(paths) => whole(paths),
            None if self.may_read() => or_cut(paths::of_pull(gh, repo, number).await)?,
            None => cut(),
        };
        let reviews = match node.reviews.filter(|page| !page.info.has_next_page) {
            Some(page) => whole(page.nodes.into_iter().filter_map(review).collect()),
            None if self.may_read() => or_cut(self.reviews(number).await)?,
            None => cut(),
        };
        let comments = match Some(node.comments).filter(|page| !page.info.has_next_page) {
            Some(page) => whole(page.nodes.into_iter().map(Said::from).collect()),
            None if self.may_read() => or_cut(comments(gh, repo, number.0, None).await)?,
            None => cut(),
        };
        Ok(PastPull {
            number,
            title: node.title,
            url: node.url,
            state: node.state,
            draft: node.is_draft,
            author: node.author.and_then(Actor::account),
            base_branch: node.base_ref_name,
            created_at: node.created_at,
            updated_at: node.updated_at,
            closed_at: node.closed_at,
            merged_at: node.merged_at,
            merged_by: node.merged_by.and_then(Actor::account),
            paths,
            reviews,
            comments,
        })
    }

    fn may_read(&mut self) -> bool {
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }

    async fn reviews(&self, number: PullNumber) -> Result<Partial<PastReview>, ForgeError> {
        let path = format!("repos/{}/pulls/{number}/reviews", self.repo);
        let review = |it: ReviewAnswer| {
            Some(PastReview {
                at: it.submitted_at?,
                author: it.user.and_then(User::account),
                state: it.state,
            })
        };
        let of_page = |page: Vec<ReviewAnswer>| page.into_iter().filter_map(review).collect();
        listing::read(self.gh, &path, of_page).await
    }
}

/// Comments of an issue or pull request, those that changed since a time or all.
pub(super) async fn comments(
    gh: &Gh,
    repo: &RepoName,
    number: u64,
    since: Option<Timestamp>,
) -> Result<Partial<Said>, ForgeError> {
    let since = since.map(|time| time.strftime("?since=%Y-%m-%dT%H:%M:%SZ").to_string());
    let since = since.unwrap_or_default();
    let path = format!("repos/{repo}/issues/{number}/comments{since}");
    let said = |it: CommentAnswer| Said {
        author: it.user.and_then(User::account),
        at: it.created_at,
    };
    let of_page = |page: Vec<CommentAnswer>| page.into_iter().map(said).collect();
    listing::read(gh, &path, of_page).await
}

impl From<CommentNode> for Said {
    fn from(node: CommentNode) -> Self {
        Self {
            author: node.author.and_then(Actor::account),
            at: node.created_at,
        }
    }
}

/// A review; `None` while it is not submitted.
fn review(node: ReviewNode) -> Option<PastReview> {
    Some(PastReview {
        at: node.submitted_at?,
        author: node.author.and_then(Actor::account),
        state: node.state,
    })
}
