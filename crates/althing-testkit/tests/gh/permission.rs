//! Who may do what, in GitHub's words.

use super::stage::{REPO, graphql, open_pull, refused, start};

#[test]
fn an_unknown_token_is_not_let_in() {
    let forge = start();
    for args in [
        &["api", "user"][..],
        &["issue", "list", "-R", "acme/models"],
    ] {
        let output = forge
            .gh("eve")
            .env("GH_TOKEN", "wrong")
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && said.contains("HTTP 401"),
            "{args:?}: {said}"
        );
    }
}

#[test]
fn a_stranger_reads_and_comments_and_does_no_more() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    forge.gh_text(
        "eve",
        &[&["issue", "comment", "1", "-b", "Me too"], &REPO[..]].concat(),
    );
    forge.gh_text(
        "eve",
        &[&["pr", "review", "3", "--approve"], &REPO[..]].concat(),
    );
    for (args, act) in [
        (&["issue", "close", "1"][..], "CloseIssue"),
        (&["issue", "edit", "1", "--title", "Mine"], "UpdateIssue"),
        (
            &["issue", "edit", "1", "--add-label", "bug"],
            "AddLabelsToLabelable",
        ),
        (&["pr", "close", "3"], "ClosePullRequest"),
        (&["pr", "merge", "3", "--merge"], "MergePullRequest"),
    ] {
        let said = refused(&forge, "eve", &[args, &REPO].concat());
        let words = format!("eve does not have the correct permissions to execute `{act}`");
        assert!(said.contains(&words), "{args:?}: {said}");
    }
    let said = refused(
        &forge,
        "eve",
        &[
            "api",
            "-X",
            "DELETE",
            "repos/acme/models/git/refs/heads/feature",
        ],
    );
    assert!(said.contains("HTTP 403"), "{said}");
    let title = "{ repository(owner: \"acme\", name: \"models\") { viewerPermission
        issue(number: 1) { title state labels(first: 9) { totalCount } }
        pullRequest(number: 3) { state reviewDecision } } }";
    let left = &graphql(&forge, "eve", title, &[])["data"]["repository"];
    assert_eq!(left["viewerPermission"], "READ");
    assert_eq!(left["issue"]["title"], "First");
    assert_eq!(left["issue"]["state"], "OPEN");
    assert_eq!(left["issue"]["labels"]["totalCount"], 1);
    assert_eq!(left["pullRequest"]["state"], "OPEN");
    assert!(
        left["pullRequest"]["reviewDecision"].is_null(),
        "a stranger's approval decides nothing"
    );
}

#[test]
fn what_is_missing_or_hidden_is_not_found() {
    let forge = start();
    for (args, words) in [
        (
            &["issue", "view", "99", "-R", "acme/models"][..],
            "Could not resolve to an issue or pull request with the number of 99. (repository.issue)",
        ),
        (
            &["pr", "view", "99", "-R", "acme/models"],
            "Could not resolve to a PullRequest with the number of 99. (repository.pullRequest)",
        ),
        (
            &["repo", "view", "acme/secret"],
            "Could not resolve to a Repository with the name 'acme/secret'. (repository)",
        ),
        (
            &["issue", "view", "1", "-R", "acme/secret"],
            "Could not resolve to a Repository with the name 'acme/secret'. (repository)",
        ),
        (&["api", "repos/acme/secret"], "HTTP 404"),
        (
            &[
                "api",
                "graphql",
                "-f",
                "query={ organization(login: \"nobody\") { id } }",
            ],
            "Could not resolve to an Organization with the login of 'nobody'.",
        ),
        (
            &[
                "api",
                "graphql",
                "-f",
                "query={ user(login: \"acme\") { id } }",
            ],
            "Could not resolve to a User with the login of 'acme'.",
        ),
    ] {
        let said = refused(&forge, "eve", args);
        assert!(said.contains(words), "{args:?}: {said}");
    }
}

#[test]
fn errors_have_a_type_and_a_path_beside_what_was_found() {
    let forge = start();
    let query = "query={ here: repository(owner: \"acme\", name: \"models\") { name }
        gone: repository(owner: \"acme\", name: \"gone\") { name } }";
    let output = forge
        .gh("eve")
        .args(["api", "graphql", "-f", query])
        .output()
        .unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        answer,
        serde_json::json!({
            "data": { "here": { "name": "models" }, "gone": null },
            "errors": [{
                "type": "NOT_FOUND", "path": ["gone"],
                "locations": [{ "line": 2, "column": 9 }],
                "message": "Could not resolve to a Repository with the name 'acme/gone'."
            }]
        })
    );
    let close =
        "query=mutation { closeIssue(input: {issueId: \"I_AAAAAAAAAAE\"}) { issue { id } } }";
    let output = forge
        .gh("eve")
        .args(["api", "graphql", "-f", close])
        .output()
        .unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["data"], serde_json::json!({ "closeIssue": null }));
    assert_eq!(answer["errors"][0]["type"], "FORBIDDEN");

    let body = forge.folder().join("no.json");
    std::fs::write(&body, "{").unwrap();
    let args = ["api", "graphql", "--input", body.to_str().unwrap()];
    assert!(refused(&forge, "eve", &args).contains("Problems parsing JSON (HTTP 400)"));
}
