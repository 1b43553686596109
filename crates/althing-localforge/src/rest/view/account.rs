//! Users, organizations, teams.

use serde_json::{Value, json};

use super::{API, WEB, extended};
use crate::model::{Account, AccountKind, Permission, Team, wire_time};

/// `simple-user`: how accounts appear inside everything else.
pub(in crate::rest) fn simple_user(account: &Account) -> Value {
    let login = &account.login;
    let api = format!("{API}/users/{login}");
    json!({
        "login": login,
        "id": account.id.0,
        "node_id": account.node_id().to_string(),
        "avatar_url": avatar(account),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("{WEB}/{login}"),
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"),
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": match account.kind {
            AccountKind::User => "User",
            AccountKind::Organization => "Organization",
        },
        "user_view_type": "public",
        "site_admin": false,
    })
}

pub(in crate::rest) fn avatar(account: &Account) -> String {
    format!("https://avatars.githubusercontent.com/u/{}?v=4", account.id)
}

/// `public-user`: an account as others see it.
pub(in crate::rest) fn public_user(account: &Account, public_repos: u64) -> Value {
    extended(
        simple_user(account),
        json!({
            "name": account.name,
            "company": null,
            "blog": "",
            "location": null,
            "email": account.email,
            "hireable": null,
            "bio": null,
            "twitter_username": null,
            "public_repos": public_repos,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": wire_time(account.created_at),
            "updated_at": wire_time(account.created_at),
        }),
    )
}

/// `private-user`: an account as it sees itself.
pub(in crate::rest) fn private_user(
    account: &Account,
    public_repos: u64,
    private_repos: u64,
) -> Value {
    extended(
        public_user(account, public_repos),
        json!({
            "user_view_type": "private",
            "private_gists": 0,
            "total_private_repos": private_repos,
            "owned_private_repos": private_repos,
            "disk_usage": 0,
            "collaborators": 0,
            "two_factor_authentication": false,
        }),
    )
}

/// `organization-simple`.
pub(in crate::rest) fn simple_organization(org: &Account) -> Value {
    let login = &org.login;
    let api = format!("{API}/orgs/{login}");
    json!({
        "login": login,
        "id": org.id.0,
        "node_id": org.node_id().to_string(),
        "url": api,
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events"),
        "hooks_url": format!("{api}/hooks"),
        "issues_url": format!("{api}/issues"),
        "members_url": format!("{api}/members{{/member}}"),
        "public_members_url": format!("{api}/public_members{{/member}}"),
        "avatar_url": avatar(org),
        "description": null,
    })
}

/// `organization-full`.
pub(in crate::rest) fn organization(org: &Account, public_repos: u64) -> Value {
    let mut full = extended(
        simple_organization(org),
        json!({
            "has_organization_projects": true,
            "has_repository_projects": true,
            "public_repos": public_repos,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "html_url": format!("{WEB}/{}", org.login),
            "type": "Organization",
            "created_at": wire_time(org.created_at),
            "updated_at": wire_time(org.created_at),
            "archived_at": null,
        }),
    );
    if let Some(name) = &org.name {
        full = extended(full, json!({ "name": name }));
    }
    full
}

/// `team`. What it may do differs by repository; here stands what every team may.
pub(in crate::rest) fn team(team: &Team) -> Value {
    let org = &team.org.login;
    let api = format!("{API}/organizations/{}/team/{}", team.org.id, team.id);
    json!({
        "id": team.id.0,
        "node_id": team.node_id().to_string(),
        "name": team.name,
        "slug": team.slug,
        "description": team.description,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": api,
        "html_url": format!("{WEB}/orgs/{org}/teams/{}", team.slug),
        "members_url": format!("{api}/members{{/member}}"),
        "repositories_url": format!("{api}/repos"),
        "type": "organization",
        "organization_id": team.org.id.0,
        "parent": null,
    })
}

/// `team-full`.
pub(in crate::rest) fn full_team(it: &Team, members: u64, repos: u64, org_repos: u64) -> Value {
    extended(
        team(it),
        json!({
            "members_count": members,
            "repos_count": repos,
            "created_at": wire_time(it.org.created_at),
            "updated_at": wire_time(it.org.created_at),
            "organization": organization(&it.org, org_repos),
        }),
    )
}

/// `collaborator`: an account with what it may do.
pub(in crate::rest) fn collaborator(account: &Account, permission: Option<Permission>) -> Value {
    extended(
        simple_user(account),
        json!({
            "permissions": permissions(permission),
            "role_name": permission.map_or("none", Permission::name),
        }),
    )
}

/// Which of the five levels are included.
pub(in crate::rest) fn permissions(has: Option<Permission>) -> Value {
    json!({
        "pull": has >= Some(Permission::Read),
        "triage": has >= Some(Permission::Triage),
        "push": has >= Some(Permission::Write),
        "maintain": has >= Some(Permission::Maintain),
        "admin": has >= Some(Permission::Admin),
    })
}
