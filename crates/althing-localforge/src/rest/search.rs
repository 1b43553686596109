//! Search for issues and pull requests.

use std::collections::BTreeMap;

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
    if !repos.contains_key(&issue.repo_id) {
        let repo = asking.forge().repo_by_id(&asking.actor, issue.repo_id);
        repos.insert(issue.repo_id, repo.await?);
    }
    let repo = &repos[&issue.repo_id];
    let association = Associations::new(asking.forge(), repo)
        .of(&issue.author)
        .await?;
    let mut form = view::issue(issue, association);
    form["score"] = json!(1.0);
    Ok(form)
}
