//! The root, which `gh auth status` asks for its headers, and the rate limit.

use serde_json::{Value, json};

use super::{extract::Asking, failure::Reply, media, route::routes, view::API};
use crate::server::state::{RateLimit, Resource};

routes! {
    get "/" => root;
    get "/rate_limit" => rate_limit;
}

async fn root(_asking: Asking) -> Reply {
    let addresses = [
        ("current_user_url", "/user"),
        ("authorizations_url", "/authorizations"),
        (
            "code_search_url",
            "/search/code?q={query}{&page,per_page,sort,order}",
        ),
        (
            "commit_search_url",
            "/search/commits?q={query}{&page,per_page,sort,order}",
        ),
        ("emails_url", "/user/emails"),
        ("emojis_url", "/emojis"),
        ("events_url", "/events"),
        ("feeds_url", "/feeds"),
        ("followers_url", "/user/followers"),
        ("following_url", "/user/following{/target}"),
        ("gists_url", "/gists{/gist_id}"),
        (
            "issue_search_url",
            "/search/issues?q={query}{&page,per_page,sort,order}",
        ),
        ("issues_url", "/issues"),
        ("keys_url", "/user/keys"),
        (
            "label_search_url",
            "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
        ),
        ("notifications_url", "/notifications"),
        ("organization_url", "/orgs/{org}"),
        (
            "organization_repositories_url",
            "/orgs/{org}/repos{?type,page,per_page,sort}",
        ),
        ("organization_teams_url", "/orgs/{org}/teams"),
        ("public_gists_url", "/gists/public"),
        ("rate_limit_url", "/rate_limit"),
        ("repository_url", "/repos/{owner}/{repo}"),
        (
            "repository_search_url",
            "/search/repositories?q={query}{&page,per_page,sort,order}",
        ),
        (
            "current_user_repositories_url",
            "/user/repos{?type,page,per_page,sort}",
        ),
        ("starred_url", "/user/starred{/owner}{/repo}"),
        ("starred_gists_url", "/gists/starred"),
        ("user_url", "/users/{user}"),
        ("user_organizations_url", "/user/orgs"),
        (
            "user_repositories_url",
            "/users/{user}/repos{?type,page,per_page,sort}",
        ),
        (
            "user_search_url",
            "/search/users?q={query}{&page,per_page,sort,order}",
        ),
    ];
    let mut form = json!({
        "current_user_authorizations_html_url":
            "https://github.com/settings/connections/applications{/client_id}",
    });
    for (name, path) in addresses {
        form[name] = Value::String(format!("{API}{path}"));
    }
    media::ok(&form)
}

async fn rate_limit(asking: Asking) -> Reply {
    let core = limit(asking.state.rate_limit(&asking.actor, Resource::Core));
    let graphql = limit(asking.state.rate_limit(&asking.actor, Resource::Graphql));
    media::ok(&json!({
        // Searches are counted with the other REST requests here.
        "resources": { "core": core, "search": core, "graphql": graphql },
        "rate": core,
    }))
}

fn limit(it: RateLimit) -> Value {
    json!({
        "limit": it.limit,
        "remaining": it.remaining(),
        "reset": it.reset,
        "used": it.used,
    })
}
