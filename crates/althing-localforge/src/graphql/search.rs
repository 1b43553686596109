//! Search.

use async_graphql::{Context, Object, Result, Union};

use super::{
    actor::{Organization, User},
    call::Call,
    enums::SearchType,
    error::unprocessable,
    issue::Issue,
    page::{Page, PageArgs, PageInfo},
    pull::PullRequest,
    repository::Repository,
};
use crate::model;

/// What a search finds.
#[derive(Union)]
pub(crate) enum SearchResultItem {
    Issue(Issue),
    PullRequest(PullRequest),
    // Queries name the type; only issues are searched.
    Repository(Repository),
    // Queries name the type; only issues are searched.
    User(User),
    // Queries name the type; only issues are searched.
    Organization(Organization),
}

/// Results of a search.
pub(crate) struct SearchResultItemConnection(Page<SearchResultItem>);

#[Object]
impl SearchResultItemConnection {
    async fn edges(&self) -> Option<Vec<Option<SearchResultItemEdge<'_>>>> {
        let edges = self.0.items.iter();
        Some(
            edges
                .map(|(cursor, node)| Some(SearchResultItemEdge { cursor, node }))
                .collect(),
        )
    }

    async fn nodes(&self) -> Option<Vec<Option<&SearchResultItem>>> {
        Some(self.0.items.iter().map(|(_, node)| Some(node)).collect())
    }

    async fn page_info(&self) -> &PageInfo {
        &self.0.info
    }

    async fn issue_count(&self) -> u64 {
        self.0.total
    }

    async fn repository_count(&self) -> i32 {
        0
    }

    async fn user_count(&self) -> i32 {
        0
    }
}

/// A result with its place.
pub(crate) struct SearchResultItemEdge<'a> {
    cursor: &'a str,
    node: &'a SearchResultItem,
}

#[Object]
impl<'a> SearchResultItemEdge<'a> {
    async fn cursor(&self) -> &str {
        self.cursor
    }

    async fn node(&self) -> Option<&SearchResultItem> {
        Some(self.node)
    }
}

/// Searches issues and pull requests, newest first. Unlike elsewhere, `last` without `before`
/// counts from the best match too: gh pages forward with it.
pub(crate) async fn search(
    ctx: &Context<'_>,
    kind: SearchType,
    query: &str,
    args: &PageArgs,
) -> Result<SearchResultItemConnection> {
    if kind != SearchType::Issue {
        return Err(unprocessable(
            "This forge searches issues and pull requests only.",
        ));
    }
    let mut window = args.window(ctx)?;
    window.from_end = false;
    let call = Call::of(ctx)?;
    let found = call
        .forge()
        .search_issues(&call.actor, query, window)
        .await?;
    let mut items = Vec::with_capacity(found.items.len());
    for issue in found.items {
        items.push(item(call, issue).await?);
    }
    let slice = model::Slice {
        items,
        start: found.start,
        total: found.total,
    };
    Ok(SearchResultItemConnection(Page::new(slice, |item| item)))
}

async fn item(call: &Call, issue: model::Issue) -> Result<SearchResultItem> {
    if !issue.is_pull {
        return Ok(SearchResultItem::Issue(Issue(issue)));
    }
    let repo = call.repo(issue.repo_id).await?;
    let pull = call.forge().pull_of(&call.actor, &repo, issue).await?;
    Ok(SearchResultItem::PullRequest(PullRequest::new(pull)))
}
