//! Users, and what belongs to the one who asks.

use serde::Deserialize;

use super::{
    extract::{Asking, At},
    failure::Reply,
    media,
    page::Page,
    repos,
    route::routes,
    view,
};
use crate::{
    forge::Answer,
    model::{Account, Window},
};

routes! {
    get "/user" => myself;
    get "/user/orgs" => my_organizations;
    get "/user/repos" => my_repos;
    get "/users/{username}" => user;
    get "/users/{username}/orgs" => organizations;
    get "/users/{username}/repos" => repos;
}

#[derive(Deserialize)]
struct UserPath {
    username: String,
}

async fn myself(asking: Asking) -> Reply {
    let (public, private) = count_repos(&asking, &asking.actor.user).await?;
    media::ok(&view::private_user(&asking.actor.user, public, private))
}

async fn user(asking: Asking, At(path): At<UserPath>) -> Reply {
    let account = asking.forge().account(&path.username).await?;
    let (public, _) = count_repos(&asking, &account).await?;
    media::ok(&view::public_user(&account, public))
}

async fn my_organizations(asking: Asking, page: Page) -> Reply {
    let mine = asking.actor.user.id;
    let all = asking.forge().organizations_of(mine).await?;
    page.render(page.cut(all), view::simple_organization)
}

async fn organizations(asking: Asking, At(path): At<UserPath>, page: Page) -> Reply {
    let user = asking.forge().user(&path.username).await?;
    let all = asking.forge().organizations_of(user.id).await?;
    page.render(page.cut(all), view::simple_organization)
}

/// Those of the user alone: repositories of others that the user may write to are not listed.
async fn my_repos(asking: Asking, page: Page) -> Reply {
    let owner = asking.actor.user.clone();
    repos::list(&asking, &owner, page).await
}

async fn repos(asking: Asking, At(path): At<UserPath>, page: Page) -> Reply {
    let owner = asking.forge().account(&path.username).await?;
    repos::list(&asking, &owner, page).await
}

/// How many public and private repositories of an owner the actor sees.
pub(super) async fn count_repos(asking: &Asking, owner: &Account) -> Answer<(u64, u64)> {
    let seen = asking
        .forge()
        .repos_of(&asking.actor, owner, Window::ALL)
        .await?;
    let private = seen.items.iter().filter(|repo| repo.private).count() as u64;
    Ok((seen.total - private, private))
}
