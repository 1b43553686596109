//! `gh repo view|clone|create`.

use std::fs;

use serde_json::json;

use super::stage::{json, refused, start};

#[test]
fn a_repository_is_shown_with_every_field_that_gh_knows() {
    let forge = start();
    let text = forge.gh_text("ada", &["repo", "view", "acme/models"]);
    assert!(text.contains("# Models"), "{text}");

    let listed = refused(&forge, "ada", &["repo", "view", "acme/models", "--json"]);
    let fields: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    assert!(fields.len() > 50, "{listed}");
    let shown = json(
        &forge,
        "ada",
        &["repo", "view", "acme/models", "--json", &fields.join(",")],
    );
    for (field, want) in [
        ("nameWithOwner", json!("acme/models")),
        ("defaultBranchRef", json!({ "name": "main" })),
        ("isEmpty", json!(false)),
        ("isInOrganization", json!(true)),
        ("isPrivate", json!(false)),
        ("issues", json!({ "totalCount": 2 })),
        ("mergeCommitAllowed", json!(true)),
        ("pullRequests", json!({ "totalCount": 0 })),
        ("sshUrl", json!("git@github.com:acme/models.git")),
        ("url", json!("https://github.com/acme/models")),
        ("viewerPermission", json!("ADMIN")),
        ("latestRelease", json!(null)),
    ] {
        assert_eq!(shown[field], want, "{field}");
    }
}

#[test]
fn a_repository_is_created_empty_and_cloned() {
    let forge = start();
    let create = [
        "repo",
        "create",
        "acme/fresh",
        "--private",
        "-d",
        "New",
        "--clone",
    ];
    forge.gh_text("ada", &create);
    let shown = json(
        &forge,
        "ada",
        &[
            "repo",
            "view",
            "acme/fresh",
            "--json",
            "description,isPrivate,isEmpty",
        ],
    );
    assert_eq!(
        shown,
        json!({ "description": "New", "isPrivate": true, "isEmpty": true })
    );
    let said = refused(&forge, "ada", &create);
    assert!(said.contains("already exists"), "{said}");

    forge.gh_text("rob", &["repo", "clone", "acme/models", "copy"]);
    let file = forge.folder().join("copy/src/a.txt");
    assert_eq!(fs::read_to_string(file).unwrap(), "one\n");
}

#[test]
fn a_repository_is_created_with_a_readme_for_an_organization_and_for_oneself() {
    let forge = start();
    for (name, full) in [("acme/begun", "acme/begun"), ("own", "rob/own")] {
        let user = if full.starts_with("acme") {
            "ada"
        } else {
            "rob"
        };
        forge.gh_text(user, &["repo", "create", name, "--public", "--add-readme"]);
        let fields = "nameWithOwner,isPrivate,isEmpty,defaultBranchRef";
        let shown = json(&forge, user, &["repo", "view", full, "--json", fields]);
        assert_eq!(
            shown,
            json!({
                "nameWithOwner": full, "isPrivate": false, "isEmpty": false,
                "defaultBranchRef": { "name": "main" }
            })
        );
    }
}
