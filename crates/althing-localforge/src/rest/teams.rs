//! Teams of an organization.

use serde::Deserialize;
use serde_json::json;

use super::{
    extract::{Asking, At},
    failure::{Failure, Reply},
    media,
    orgs::OrgPath,
    page::Page,
    route::routes,
    users::count_repos,
    view::{self, API},
};
use crate::{
    forge::{Answer, Refusal},
    model::{Team, Window},
};

routes! {
    get "/orgs/{org}/teams" => list;
    get "/orgs/{org}/teams/{team_slug}" => get;
    get "/orgs/{org}/teams/{team_slug}/members" => members;
    get "/orgs/{org}/teams/{team_slug}/memberships/{username}" => membership;
}

#[derive(Deserialize)]
struct TeamPath {
    org: String,
    team_slug: String,
}

#[derive(Deserialize)]
struct MemberPath {
    org: String,
    team_slug: String,
    username: String,
}

async fn list(asking: Asking, At(path): At<OrgPath>, page: Page) -> Reply {
    let org = asking.forge().organization(&path.org).await?;
    let all = asking.forge().teams(&asking.actor, &org).await?;
    page.render(page.cut(all), view::team)
}

async fn get(asking: Asking, At(path): At<TeamPath>) -> Reply {
    let team = find(&asking, &path.org, &path.team_slug).await?;
    let none = Window::first(0, 0);
    let members = asking
        .forge()
        .team_members(&asking.actor, &team, none)
        .await?;
    let (org_repos, _) = count_repos(&asking, &team.org).await?;
    let repos = count_team_repos(&asking, &team).await?;
    media::ok(&view::full_team(&team, members.total, repos, org_repos))
}

/// How many of the organization's repositories the team was given.
async fn count_team_repos(asking: &Asking, team: &Team) -> Answer<u64> {
    let (forge, actor) = (asking.forge(), &asking.actor);
    let mut count = 0;
    for repo in forge.repos_of(actor, &team.org, Window::ALL).await?.items {
        let teams = forge.repo_teams(actor, &repo).await?;
        count += u64::from(teams.iter().any(|one| one.id == team.id));
    }
    Ok(count)
}

async fn members(asking: Asking, At(path): At<TeamPath>, page: Page) -> Reply {
    let team = find(&asking, &path.org, &path.team_slug).await?;
    let slice = asking
        .forge()
        .team_members(&asking.actor, &team, page.window())
        .await?;
    page.render(slice, view::simple_user)
}

async fn membership(asking: Asking, At(path): At<MemberPath>) -> Reply {
    let team = find(&asking, &path.org, &path.team_slug).await?;
    let user = asking.forge().user(&path.username).await?;
    let members = asking
        .forge()
        .team_members(&asking.actor, &team, Window::ALL)
        .await?;
    if !members.items.iter().any(|member| member.id == user.id) {
        return Err(Refusal::not_found().into());
    }
    let (org, id) = (team.org.id, team.id);
    media::ok(&json!({
        "url": format!("{API}/organizations/{org}/team/{id}/memberships/{}", user.login),
        "role": "member",
        "state": "active",
    }))
}

async fn find(asking: &Asking, org: &str, slug: &str) -> Result<Team, Failure> {
    let org = asking.forge().organization(org).await?;
    Ok(asking.forge().team(&asking.actor, &org, slug).await?)
}
