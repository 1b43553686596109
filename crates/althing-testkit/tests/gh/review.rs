//! `gh pr review`, and what a gate reads of it.

use serde_json::{Value, json};

use super::stage::{REPO, graphql, open_pull, refused, start};

const READ: &str = "{ repository(owner: \"acme\", name: \"models\") { pullRequest(number: 3) {
    reviewDecision headRefOid
    reviews(first: 100) { totalCount nodes {
        state body commit { oid } author { login ... on User { databaseId } } } }
    latestOpinionatedReviews(first: 9) { nodes { state } }
    closingIssuesReferences(first: 9) { nodes { number } }
    commits(first: 9) { nodes { commit {
        committer { user { databaseId } } authors(first: 9) { nodes { email user { login } } } } } }
} } }";

#[test]
fn reviews_name_the_commit_and_the_numeric_author() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    let review = |user: &str, args: &[&str]| {
        forge.gh_text(user, &[&["pr", "review", "3"], args, &REPO[..]].concat());
    };
    let read = || -> Value {
        graphql(&forge, "ada", READ, &[])["data"]["repository"]["pullRequest"].clone()
    };
    assert_eq!(read()["reviewDecision"], json!(null));
    review("ada", &["--request-changes", "-b", "Not yet"]);
    assert_eq!(read()["reviewDecision"], "CHANGES_REQUESTED");
    review("ada", &["--approve"]);
    let pull = read();
    assert_eq!(pull["reviewDecision"], "APPROVED");
    let approval = json!({
        "state": "APPROVED", "body": "", "commit": { "oid": pull["headRefOid"] },
        "author": { "login": "ada", "databaseId": 1001 }
    });
    assert_eq!(pull["reviews"]["totalCount"], 2);
    assert_eq!(pull["reviews"]["nodes"][1], approval);
    assert_eq!(
        pull["latestOpinionatedReviews"]["nodes"],
        json!([{ "state": "APPROVED" }])
    );
    assert_eq!(
        pull["closingIssuesReferences"]["nodes"],
        json!([{ "number": 1 }])
    );
    assert_eq!(
        pull["commits"]["nodes"][0]["commit"],
        json!({
            "committer": { "user": { "databaseId": 1002 } },
            "authors": { "nodes": [{ "email": "rob@example.org", "user": { "login": "rob" } }] }
        })
    );
    let links = graphql(
        &forge,
        "ada",
        "{ repository(owner: \"acme\", name: \"models\") { issue(number: 1) {
            closedByPullRequestsReferences(first: 9) { nodes { number state } } } } }",
        &[],
    );
    assert_eq!(
        links["data"]["repository"]["issue"]["closedByPullRequestsReferences"]["nodes"],
        json!([{ "number": 3, "state": "OPEN" }])
    );
}

#[test]
fn nobody_approves_an_own_pull_request() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    let own = [&["pr", "review", "3", "--approve"], &REPO[..]].concat();
    let said = refused(&forge, "rob", &own);
    assert!(
        said.contains("Can not approve your own pull request"),
        "{said}"
    );
}
