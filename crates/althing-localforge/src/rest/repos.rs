//! Repositories.

use serde::Deserialize;
use serde_json::Value;

use super::{
    body::{Body, null_empties},
    extract::{Asking, At, InRepo},
    failure::Reply,
    media,
    orgs::OrgPath,
    page::Page,
    route::routes,
    view,
};
use crate::{
    forge::{Actor, Answer, Forge},
    model::{Account, IssueFilter, IssueState, NewRepo, Repo, RepoPatch, Window},
};

routes! {
    get "/repos/{owner}/{repo}" => get;
    patch "/repos/{owner}/{repo}" => edit;
    delete "/repos/{owner}/{repo}" => delete;
    post "/user/repos" => create_own;
    post "/orgs/{org}/repos" => create_in_org;
}

async fn get(at: InRepo) -> Reply {
    media::ok(&full(&at.forge, &at.actor, &at.repo).await?)
}

#[derive(Deserialize)]
struct Creation {
    name: String,
    description: Option<String>,
    private: Option<bool>,
    visibility: Option<Visibility>,
    auto_init: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Visibility {
    Public,
    Private,
}

async fn create_own(asking: Asking, Body(body): Body<Creation>) -> Reply {
    create(&asking, None, body).await
}

async fn create_in_org(asking: Asking, At(path): At<OrgPath>, Body(body): Body<Creation>) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    create(&asking, Some(org.login), body).await
}

async fn create(asking: &Asking, owner: Option<String>, body: Creation) -> Reply {
    let new = NewRepo {
        owner,
        name: body.name,
        description: body.description,
        private: is_private(body.private, body.visibility).unwrap_or(false),
        auto_init: body.auto_init.unwrap_or(false),
    };
    let repo = asking.forge().create_repo(&asking.actor, new).await?;
    media::created(&full(asking.forge(), &asking.actor, &repo).await?)
}

/// `visibility` overrides `private`, as on GitHub.
fn is_private(private: Option<bool>, visibility: Option<Visibility>) -> Option<bool> {
    visibility
        .map(|visibility| visibility == Visibility::Private)
        .or(private)
}

#[derive(Deserialize)]
struct Change {
    #[serde(default, deserialize_with = "null_empties")]
    description: Option<String>,
    private: Option<bool>,
    visibility: Option<Visibility>,
    default_branch: Option<String>,
    allow_merge_commit: Option<bool>,
    allow_squash_merge: Option<bool>,
    allow_rebase_merge: Option<bool>,
    delete_branch_on_merge: Option<bool>,
}

async fn edit(at: InRepo, Body(body): Body<Change>) -> Reply {
    let patch = RepoPatch {
        description: body.description,
        private: is_private(body.private, body.visibility),
        default_branch: body.default_branch,
        allow_merge: body.allow_merge_commit,
        allow_squash: body.allow_squash_merge,
        allow_rebase: body.allow_rebase_merge,
        delete_branch_on_merge: body.delete_branch_on_merge,
    };
    let repo = at.forge.edit_repo(&at.actor, &at.repo, patch).await?;
    media::ok(&full(&at.forge, &at.actor, &repo).await?)
}

async fn delete(at: InRepo) -> Reply {
    at.forge.delete_repo(&at.actor, &at.repo).await?;
    media::no_content()
}

/// The repositories of an owner that the actor sees.
pub(super) async fn list(asking: &Asking, owner: &Account, page: Page) -> Reply {
    let slice = asking
        .forge()
        .repos_of(&asking.actor, owner, page.window())
        .await?;
    let mut items = Vec::with_capacity(slice.items.len());
    for repo in &slice.items {
        items.push(simple(asking.forge(), &asking.actor, repo).await?);
    }
    page.list(slice.total, items)
}

/// A repository as it appears inside other things.
pub(super) async fn simple(forge: &Forge, actor: &Actor, repo: &Repo) -> Answer<Value> {
    Ok(view::repo(repo, open_issues(forge, actor, repo).await?))
}

async fn full(forge: &Forge, actor: &Actor, repo: &Repo) -> Answer<Value> {
    Ok(view::full_repo(
        repo,
        open_issues(forge, actor, repo).await?,
    ))
}

/// Open issues and pull requests: GitHub counts both.
async fn open_issues(forge: &Forge, actor: &Actor, repo: &Repo) -> Answer<u64> {
    let filter = IssueFilter {
        state: Some(IssueState::Open),
        ..IssueFilter::default()
    };
    let none = Window::first(0, 0);
    Ok(forge.issues(actor, repo, &filter, none).await?.total)
}
