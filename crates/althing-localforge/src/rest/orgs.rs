//! Organizations and their members.

use serde::Deserialize;
use serde_json::json;

use super::{
    extract::{Asking, At},
    failure::Reply,
    media,
    page::Page,
    repos,
    route::routes,
    users::count_repos,
    view::{self, API},
};
use crate::forge::Refusal;

routes! {
    get "/orgs/{org}" => organization;
    get "/orgs/{org}/members" => members;
    get "/orgs/{org}/members/{username}" => is_member;
    get "/orgs/{org}/memberships/{username}" => membership;
    get "/orgs/{org}/repos" => repos;
}

#[derive(Deserialize)]
pub(super) struct OrgPath {
    pub(super) org: String,
}

#[derive(Deserialize)]
struct MemberPath {
    org: String,
    username: String,
}

async fn organization(asking: Asking, At(path): At<OrgPath>) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    let (public, _) = count_repos(&asking, &org).await?;
    media::ok(&view::organization(&org, public))
}

async fn members(asking: Asking, At(path): At<OrgPath>, page: Page) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    let members = asking.forge().members(&org, page.window()).await?;
    page.render(members, view::simple_user)
}

async fn is_member(asking: Asking, At(path): At<MemberPath>) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    let user = asking.forge().user(&path.username).await?;
    match asking.forge().membership(&org, user.id).await? {
        Some(_) => media::no_content(),
        None => Err(Refusal::not_found().into()),
    }
}

async fn membership(asking: Asking, At(path): At<MemberPath>) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    let user = asking.forge().user(&path.username).await?;
    let membership = asking.forge().membership(&org, user.id).await?;
    let admin = membership.ok_or_else(Refusal::not_found)?;
    let api = format!("{API}/orgs/{}", org.login);
    media::ok(&json!({
        "url": format!("{api}/memberships/{}", user.login),
        "state": "active",
        "role": if admin { "admin" } else { "member" },
        "organization_url": api,
        "organization": view::simple_organization(&org),
        "user": view::simple_user(&user),
    }))
}

async fn repos(asking: Asking, At(path): At<OrgPath>, page: Page) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    repos::list(&asking, &org, page).await
}
