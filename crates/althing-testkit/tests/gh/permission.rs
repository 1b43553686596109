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
