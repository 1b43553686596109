//! `gh auth status`, `gh api`, `gh api graphql`.

use serde_json::json;

use super::stage::{graphql, json, refused, start};

#[test]
fn the_login_works_and_names_the_user() {
    let forge = start();
    let output = forge.gh("ada").args(["auth", "status"]).output().unwrap();
    assert!(output.status.success());
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    // 2.23 says "as ada", later versions "account ada".
    assert!(text.contains("Logged in to github.com "), "{text}");
    assert!(text.contains(" ada (GH_TOKEN)"), "{text}");
    assert_eq!(json(&forge, "rob", &["api", "user"])["id"], 1002);
}

#[test]
fn a_query_answers_with_what_it_costs() {
    let forge = start();
    let answer = graphql(
        &forge,
        "ada",
        "query($login: String!) {
            viewer { login databaseId isViewer organizations(first: 5) { nodes { login } } }
            user(login: $login) { id login name }
            organization(login: \"acme\") {
                teams(first: 9) { totalCount nodes { slug combinedSlug organization { login } } }
            }
            rateLimit { cost limit nodeCount }
        }",
        &["login=rob"],
    );
    let data = &answer["data"];
    assert_eq!(
        data["viewer"],
        json!({
            "login": "ada", "databaseId": 1001, "isViewer": true,
            "organizations": { "nodes": [{ "login": "acme" }] }
        })
    );
    assert_eq!(data["user"]["login"], "rob");
    let teams = &data["organization"]["teams"];
    assert_eq!(teams["totalCount"], 1);
    assert_eq!(teams["nodes"][0]["combinedSlug"], "acme/reviewers");
    assert_eq!(
        data["rateLimit"],
        json!({ "cost": 1, "limit": 5000, "nodeCount": 14 })
    );
}

#[test]
fn lists_are_read_page_by_page() {
    let forge = start();
    let numbers = forge.gh_text(
        "ada",
        &[
            "api",
            "graphql",
            "--paginate",
            "-f",
            "query=query($endCursor: String) { repository(owner: \"acme\", name: \"models\") {
                issues(first: 1, after: $endCursor) {
                    nodes { number } pageInfo { hasNextPage endCursor } } } }",
            "--jq",
            ".data.repository.issues.nodes[].number",
        ],
    );
    assert_eq!(numbers, "1\n2");
}

#[test]
fn files_and_branches_are_read_by_expression() {
    let forge = start();
    let answer = graphql(
        &forge,
        "ada",
        "{ repository(owner: \"acme\", name: \"models\") {
            file: object(expression: \"main:src/a.txt\") {
                __typename ... on Blob { text byteSize isBinary } }
            folder: object(expression: \"main:src\") { ... on Tree { oid entries { name type } } }
            gone: object(expression: \"main:gone\") { oid }
            unknown: object(expression: \"nothing\") { oid }
            unknown_id: object(oid: \"0123456789012345678901234567890123456789\") { oid }
            head: object(expression: \"main\") { ... on Commit { parents(first: 1) { totalCount } } }
            ref(qualifiedName: \"refs/heads/main\") { name prefix }
            refs(first: 9, refPrefix: \"refs/heads/\") { nodes { name } }
        } }",
        &[],
    );
    let tree = json(&forge, "ada", &["api", "repos/acme/models/git/trees/main"]);
    let entries = tree["tree"].as_array().unwrap();
    let folder = entries.iter().find(|entry| entry["path"] == "src").unwrap();
    assert_eq!(
        answer["data"]["repository"],
        json!({
            "file": { "__typename": "Blob", "text": "one\n", "byteSize": 4, "isBinary": false },
            "folder": { "oid": folder["sha"], "entries": [{ "name": "a.txt", "type": "blob" }] },
            "gone": null,
            "unknown": null,
            "unknown_id": null,
            "head": { "parents": { "totalCount": 0 } },
            "ref": { "name": "main", "prefix": "refs/heads/" },
            "refs": { "nodes": [{ "name": "main" }] },
        })
    );
}

#[test]
fn objects_are_read_by_id_and_by_path_from_an_id() {
    let forge = start();
    let tree = json(&forge, "ada", &["api", "repos/acme/models/git/trees/main"]);
    let commit = json(&forge, "ada", &["api", "repos/acme/models/commits/main"]);
    let folder = tree["tree"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["path"] == "src");
    let [tree, commit, folder] =
        [&tree["sha"], &commit["sha"], &folder.unwrap()["sha"]].map(|id| id.as_str().unwrap());
    let blob = "5626abf0f72e58d7a153368ba57db4c673c0e171";
    for (expression, kind, oid) in [
        (commit.to_owned(), "Commit", commit),
        (tree.to_owned(), "Tree", tree),
        (format!("{commit}:"), "Tree", tree),
        (format!("{commit}:src"), "Tree", folder),
        (format!("{tree}:src"), "Tree", folder),
        (format!("{commit}:src/a.txt"), "Blob", blob),
        (blob.to_owned(), "Blob", blob),
    ] {
        let document = format!(
            "{{ repository(owner: \"acme\", name: \"models\") {{
                object(expression: \"{expression}\") {{ __typename oid }} }} }}"
        );
        let answer = graphql(&forge, "ada", &document, &[]);
        let wanted = json!({ "__typename": kind, "oid": oid });
        assert_eq!(
            answer["data"]["repository"]["object"], wanted,
            "{expression}"
        );
    }
}

#[test]
fn wrong_and_hostile_queries_end_in_an_error() {
    let forge = start();
    let deep = "{ viewer { login } ".to_owned()
        + "a: repository(owner: \"acme\", name: \"models\") { "
        + &"owner { repository(name: \"models\") { ".repeat(13)
        + "name"
        + &" } }".repeat(13)
        + " } }";
    for (query, words) in [
        (
            "{ viewer { shoeSize } }",
            "Field 'shoeSize' doesn't exist on type 'User'",
        ),
        ("{ viewer {", "expected"),
        (
            "{ repository(owner: \"acme\", name: \"models\") { issues { nodes { number } } } }",
            "You must provide a `first` or `last` value to properly paginate the `issues` connection.",
        ),
        (
            "{ repository(owner: \"acme\", name: \"models\") { issues(first: 101) { nodes { number } } } }",
            "exceeds the `first` limit of 100 records",
        ),
        (
            "{ viewer { repositories(first: 100) { nodes { issues(first: 100) { nodes {
                comments(first: 100) { nodes { body } } } } } } } }",
            "possible nodes which exceeds the maximum limit of 500000",
        ),
        (deep.as_str(), "too deep"),
    ] {
        let query = format!("query={query}");
        let said = refused(&forge, "ada", &["api", "graphql", "-f", &query]);
        assert!(said.contains(words), "{query}: {said}");
    }
}

#[test]
fn nodes_are_found_by_id_and_hidden_ones_are_not() {
    let forge = start();
    let ids = graphql(
        &forge,
        "ada",
        "{ viewer { id } repository(owner: \"acme\", name: \"secret\") { id issue(number: 1) { id } } }",
        &[],
    );
    let repository = &ids["data"]["repository"];
    let ids = [
        &ids["data"]["viewer"]["id"],
        &repository["id"],
        &repository["issue"]["id"],
    ];
    let query = format!("{{ nodes(ids: {}) {{ __typename }} }}", json!(ids));
    let names = graphql(&forge, "ada", &query, &[]);
    assert_eq!(
        names["data"]["nodes"],
        json!([{ "__typename": "User" }, { "__typename": "Repository" }, { "__typename": "Issue" }])
    );
    let hidden = format!("query={{ node(id: {}) {{ id }} }}", repository["id"]);
    let said = refused(&forge, "eve", &["api", "graphql", "-f", &hidden]);
    assert!(
        said.contains("Could not resolve to a node with the global id"),
        "{said}"
    );
}
