//! Search for issues and pull requests.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    association::Associations,
    extract::{Asking, Filter},
    failure::{Failure, Reply},
    page::Page,
    route::routes,
    view,
};
use crate::model::{Issue, Repo, RepoId};

routes! {
    get "/search/issues" => issues;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    q: String,
}

async fn issues(asking: Asking, Filter(wanted): Filter<Listing>, page: Page) -> Reply {
    let slice = asking
        .forge()
        .search_issues(&asking.actor, &wanted.q, page.window())
        .await?;
    let mut repos = BTreeMap::new();
    let mut items = Vec::with_capacity(slice.items.len());
    for issue in &slice.items {
        items.push(item(&asking, &mut repos, issue).await?);
    }
    page.wrap(
        slice.total,
        &json!({
            "total_count": slice.total,
            "incomplete_results": false,
            "search_type": "lexical",
            "items": items,
        }),
    )
}

async fn item(
    asking: &Asking,
    repos: &mut BTreeMap<RepoId, Repo>,
    issue: &Issue,
) -> Result<Value, Failure> {
    let repo = match repos.entry(issue.repo_id) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => {
            let repo = asking.forge().repo_by_id(&asking.actor, issue.repo_id);
            unknown.insert(repo.await?)
        }
    };
    let association = Associations::new(asking.forge(), repo)
        .of(&issue.author)
        .await?;
    Ok(view::found_issue(issue, association))
}
