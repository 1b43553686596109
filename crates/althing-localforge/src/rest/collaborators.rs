//! Who may do what in a repository, and who can be assigned.

use serde::Deserialize;
use serde_json::json;

use super::{
    body::Body,
    extract::{At, InRepo},
    failure::{Failure, Reply},
    media,
    page::Page,
    route::routes,
    view,
};
use crate::{
    forge::Refusal,
    model::{Permission, Window},
};

routes! {
    get "/repos/{owner}/{repo}/collaborators" => list;
    get "/repos/{owner}/{repo}/collaborators/{username}" => is_collaborator;
    put "/repos/{owner}/{repo}/collaborators/{username}" => set;
    delete "/repos/{owner}/{repo}/collaborators/{username}" => remove;
    get "/repos/{owner}/{repo}/collaborators/{username}/permission" => permission;
    get "/repos/{owner}/{repo}/assignees" => assignees;
    get "/repos/{owner}/{repo}/assignees/{assignee}" => is_assignable;
}

#[derive(Deserialize)]
struct UserPath {
    username: String,
}

async fn list(at: InRepo, page: Page) -> Reply {
    let slice = at
        .forge
        .collaborators(&at.actor, &at.repo, page.window())
        .await?;
    page.render(slice, |(account, permission)| {
        view::collaborator(account, Some(*permission))
    })
}

async fn is_collaborator(at: InRepo, At(path): At<UserPath>) -> Reply {
    let all = at
        .forge
        .collaborators(&at.actor, &at.repo, Window::ALL)
        .await?;
    let named = |login: &str| login.eq_ignore_ascii_case(&path.username);
    if all.items.iter().any(|(account, _)| named(&account.login)) {
        media::no_content()
    } else {
        Err(Refusal::not_found().into())
    }
}

#[derive(Deserialize)]
struct Grant {
    permission: Option<String>,
}

/// GitHub sends an invitation (201); here the access is given at once, which is what GitHub
/// answers with 204 for members of the owning organization.
async fn set(at: InRepo, At(path): At<UserPath>, Body(body): Body<Grant>) -> Reply {
    let word = body.permission.as_deref().unwrap_or("push");
    let permission = Permission::parse(word)
        .ok_or_else(|| Failure::invalid_request(format!("{word} is not a permission.")))?;
    at.forge
        .set_collaborator(&at.actor, &at.repo, &path.username, permission)
        .await?;
    media::no_content()
}

async fn remove(at: InRepo, At(path): At<UserPath>) -> Reply {
    at.forge
        .remove_collaborator(&at.actor, &at.repo, &path.username)
        .await?;
    media::no_content()
}

async fn permission(at: InRepo, At(path): At<UserPath>) -> Reply {
    let user = at.forge.user(&path.username).await?;
    let has = at.forge.permission_of(&at.repo, &user).await?;
    media::ok(&json!({
        "permission": has.map_or("none", Permission::coarse),
        "role_name": has.map_or("none", Permission::name),
        "user": view::collaborator(&user, has),
    }))
}

async fn assignees(at: InRepo, page: Page) -> Reply {
    let slice = at
        .forge
        .assignable_users(&at.actor, &at.repo, page.window())
        .await?;
    page.render(slice, view::simple_user)
}

#[derive(Deserialize)]
struct AssigneePath {
    assignee: String,
}

async fn is_assignable(at: InRepo, At(path): At<AssigneePath>) -> Reply {
    let all = at
        .forge
        .assignable_users(&at.actor, &at.repo, Window::ALL)
        .await?;
    let named = |login: &str| login.eq_ignore_ascii_case(&path.assignee);
    if all.items.iter().any(|account| named(&account.login)) {
        media::no_content()
    } else {
        Err(Refusal::not_found().into())
    }
}
