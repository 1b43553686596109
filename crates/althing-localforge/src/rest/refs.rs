//! Git refs.

use serde::Deserialize;

use super::{
    body::Body,
    extract::{At, InRepo},
    failure::Reply,
    media,
    page::Page,
    route::routes,
    view,
};

routes! {
    post "/repos/{owner}/{repo}/git/refs" => create;
    get "/repos/{owner}/{repo}/git/ref/{*ref}" => get;
    get "/repos/{owner}/{repo}/git/matching-refs/{*ref}" => matching;
    patch "/repos/{owner}/{repo}/git/refs/{*ref}" => update;
    delete "/repos/{owner}/{repo}/git/refs/{*ref}" => delete;
}

/// `heads/main`: the full name without `refs/`.
#[derive(Deserialize)]
struct RefPath {
    r#ref: String,
}

impl RefPath {
    fn full(&self) -> String {
        format!("refs/{}", self.r#ref)
    }
}

#[derive(Deserialize)]
struct Creation {
    r#ref: String,
    sha: String,
}

async fn create(at: InRepo, Body(new): Body<Creation>) -> Reply {
    let created = at
        .forge
        .create_ref(&at.actor, &at.repo, &new.r#ref, &new.sha)
        .await?;
    media::created(&view::git_ref(&created, &at.name))
}

async fn get(at: InRepo, At(path): At<RefPath>) -> Reply {
    let found = at.forge.git_ref(&at.actor, &at.repo, &path.full()).await?;
    media::ok(&view::git_ref(&found, &at.name))
}

async fn matching(at: InRepo, At(path): At<RefPath>, page: Page) -> Reply {
    let all = at.forge.refs(&at.actor, &at.repo, &path.full()).await?;
    page.render(page.cut(all), |one| view::git_ref(one, &at.name))
}

#[derive(Deserialize)]
struct Update {
    sha: String,
    #[serde(default)]
    force: bool,
}

async fn update(at: InRepo, At(path): At<RefPath>, Body(new): Body<Update>) -> Reply {
    let moved = at
        .forge
        .update_ref(&at.actor, &at.repo, &path.full(), &new.sha, new.force)
        .await?;
    media::ok(&view::git_ref(&moved, &at.name))
}

async fn delete(at: InRepo, At(path): At<RefPath>) -> Reply {
    at.forge
        .delete_ref(&at.actor, &at.repo, &path.full())
        .await?;
    media::no_content()
}
