//! Branches.

use serde::Deserialize;

use super::{
    extract::{At, InRepo},
    failure::Reply,
    media,
    page::Page,
    route::routes,
    view,
};

const HEADS: &str = "refs/heads/";

routes! {
    get "/repos/{owner}/{repo}/branches" => list;
    get "/repos/{owner}/{repo}/branches/{*branch}" => get;
}

async fn list(at: InRepo, page: Page) -> Reply {
    let all = at.forge.refs(&at.actor, &at.repo, HEADS).await?;
    page.render(page.cut(all), |one| {
        let name = one.name.strip_prefix(HEADS).unwrap_or(&one.name);
        view::short_branch(name, &one.sha, &at.name)
    })
}

#[derive(Deserialize)]
struct BranchPath {
    branch: String,
}

async fn get(at: InRepo, At(path): At<BranchPath>) -> Reply {
    let full = format!("{HEADS}{}", path.branch);
    let found = at.forge.git_ref(&at.actor, &at.repo, &full).await?;
    let head = at
        .forge
        .commit(&at.actor, &at.repo, found.sha.as_str())
        .await?;
    media::ok(&view::branch(&path.branch, &head, &at.name))
}
