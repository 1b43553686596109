//! `gh pr create|list|view|diff|comment|checks|checkout|close|status`.

use althing_testkit::TestForge;
use serde_json::{Value, json};

use super::stage::{REPO, json, open_pull, push, refused, start};

fn pr(forge: &TestForge, user: &str, args: &[&str]) -> String {
    forge.gh_text(user, &[&["pr"], args, &REPO].concat())
}

fn view(forge: &TestForge, fields: &str) -> Value {
    json(
        forge,
        "ada",
        &[&["pr", "view", "3", "--json", fields], &REPO[..]].concat(),
    )
}

/// Reports about the head of pull request 3.
fn report(forge: &TestForge, path: &str, fields: &[&str]) {
    let head = view(forge, "headRefOid");
    let head = head["headRefOid"].as_str().unwrap();
    let (path, sha) = match path {
        "statuses" => (format!("repos/acme/models/statuses/{head}"), None),
        _ => (
            "repos/acme/models/check-runs".to_owned(),
            Some(format!("head_sha={head}")),
        ),
    };
    let mut args = vec!["api", &path];
    for field in fields.iter().copied().chain(sha.as_deref()) {
        args.extend(["-f", field]);
    }
    forge.gh_text("rob", &args);
}

#[test]
fn a_pull_request_is_opened_from_a_work_tree_and_seen_with_every_field_that_gh_knows() {
    let forge = start();
    push(&forge, "rob", "feature", "src/new.txt", "new\n");
    let created = forge
        .gh("rob")
        .current_dir(forge.folder().join("rob-feature"))
        .args([
            "pr", "create", "-t", "Add new", "-b", "Fixes #1", "-l", "bug",
        ])
        .args(["-a", "@me", "-r", "ada", "-p", "Board"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&created.stderr);
    let url = String::from_utf8_lossy(&created.stdout);
    assert_eq!(
        url.trim(),
        "https://github.com/acme/models/pull/3",
        "{said}"
    );

    let listed = refused(
        &forge,
        "ada",
        &[&["pr", "list"], &REPO[..], &["--json"]].concat(),
    );
    let fields: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    let fields = fields.join(",");
    let list = json(
        &forge,
        "ada",
        &[&["pr", "list", "--json", &fields], &REPO[..]].concat(),
    );
    let shown = view(&forge, &fields);
    assert_eq!(list[0], shown);
    for (field, want) in [
        ("additions", json!(1)),
        ("baseRefName", json!("main")),
        ("changedFiles", json!(1)),
        (
            "files",
            json!([{ "path": "src/new.txt", "additions": 1, "deletions": 0 }]),
        ),
        ("headRefName", json!("feature")),
        ("isCrossRepository", json!(false)),
        ("isDraft", json!(false)),
        ("mergeStateStatus", json!("CLEAN")),
        ("mergeable", json!("MERGEABLE")),
        ("number", json!(3)),
        ("projectCards", json!([])),
        ("reviewDecision", json!("")),
        (
            "reviewRequests",
            json!([{ "__typename": "User", "login": "ada" }]),
        ),
        ("state", json!("OPEN")),
        ("statusCheckRollup", json!([])),
        ("title", json!("Add new")),
    ] {
        assert_eq!(shown[field], want, "{field}");
    }
    assert_eq!(shown["labels"][0]["name"], "bug");
    assert_eq!(shown["assignees"][0]["login"], "rob");
    assert_eq!(shown["headRepositoryOwner"]["login"], "acme");
    let commit = &shown["commits"][0];
    assert_eq!(commit["oid"], shown["headRefOid"]);
    assert_eq!(commit["messageHeadline"], "Write src/new.txt");
    assert_eq!(commit["messageBody"], "Because.");
    assert_eq!(commit["authors"][0]["login"], "rob");

    let again = forge
        .gh("rob")
        .current_dir(forge.folder().join("rob-feature"))
        .args(["pr", "create", "-t", "Again", "-b", ""])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(
        !again.status.success() && said.contains("already exists"),
        "{said}"
    );
}

#[test]
fn lists_show_what_is_asked_for() {
    let forge = start();
    open_pull(&forge, "one", "1.txt", "1\n");
    open_pull(&forge, "two", "2.txt", "2\n");
    pr(&forge, "rob", &["close", "4"]);
    let numbers = |args: &[&str]| {
        let more = ["--json", "number", "--jq", "[.[].number] | @csv"];
        pr(&forge, "ada", &[&["list"], args, &more].concat())
    };
    for (args, want) in [
        (&[][..], "3"),
        (&["--state", "closed"], "4"),
        (&["--state", "merged"], ""),
        (&["--state", "all"], "4,3"),
        (&["--head", "one"], "3"),
        (&["--base", "other"], ""),
        (&["--author", "rob"], "3"),
        (&["--author", "ada"], ""),
        (&["--search", "1.txt in:title"], "3"),
    ] {
        assert_eq!(numbers(args), want, "{args:?}");
    }
}

#[test]
fn the_difference_is_shown_as_git_prints_it() {
    let forge = start();
    open_pull(&forge, "feature", "src/a.txt", "one\ntwo\n");
    let diff = pr(&forge, "ada", &["diff", "3"]);
    let lines = [
        "diff --git a/src/a.txt b/src/a.txt",
        "@@ -1 +1,2 @@",
        " one",
        "+two",
    ];
    for line in lines {
        assert!(diff.lines().any(|found| found == line), "{line}: {diff}");
    }
    assert_eq!(
        pr(&forge, "ada", &["diff", "3", "--name-only"]),
        "src/a.txt"
    );
}

#[test]
fn comments_and_reviews_are_read_together() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    let url = pr(&forge, "ada", &["comment", "3", "-b", "A word"]);
    assert!(
        url.starts_with("https://github.com/acme/models/pull/3#issuecomment-"),
        "{url}"
    );
    pr(
        &forge,
        "ada",
        &["comment", "3", "--edit-last", "-b", "Another word"],
    );
    pr(
        &forge,
        "ada",
        &["review", "3", "--comment", "-b", "Looked at it"],
    );
    let text = pr(&forge, "rob", &["view", "3", "--comments"]);
    assert!(
        text.contains("Another word") && text.contains("Looked at it"),
        "{text}"
    );
    let text = pr(&forge, "rob", &["view", "3"]);
    assert!(
        text.contains("title:\tAdd new.txt\n") && text.contains("Fixes #1"),
        "{text}"
    );
}

#[test]
fn checks_of_both_kinds_are_told() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    let checks = |args: &[&str]| {
        forge
            .gh("ada")
            .args(["pr", "checks", "3"])
            .args(REPO)
            .args(args)
            .output()
            .unwrap()
    };
    let none = String::from_utf8(checks(&[]).stderr).unwrap();
    assert!(
        none.contains("no checks reported on the 'feature' branch"),
        "{none}"
    );

    let url = "target_url=https://ci.example/1";
    report(&forge, "statuses", &["context=ci", "state=success", url]);
    report(&forge, "check-runs", &["name=lint", "status=in_progress"]);
    let pending = checks(&[]);
    assert!(!pending.status.success());
    let text = String::from_utf8(pending.stdout).unwrap();
    assert!(text.contains("ci\tpass\t0\thttps://ci.example/1"), "{text}");
    assert!(text.contains("lint\tpending"), "{text}");
    assert_eq!(
        view(&forge, "mergeStateStatus")["mergeStateStatus"],
        "UNSTABLE"
    );

    report(
        &forge,
        "check-runs",
        &["name=lint", "status=completed", "conclusion=success"],
    );
    assert!(checks(&[]).status.success());
    report(&forge, "statuses", &["context=ci", "state=failure"]);
    let text = String::from_utf8(checks(&[]).stdout).unwrap();
    assert!(
        text.contains("ci\tfail") && text.contains("lint\tpass"),
        "{text}"
    );
    let required = String::from_utf8(checks(&["--required"]).stderr).unwrap();
    assert!(
        required.contains("no required checks reported"),
        "{required}"
    );
}

#[test]
fn a_pull_request_is_checked_out() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    forge.gh_text("ada", &["repo", "clone", "acme/models", "ada-work"]);
    let out = forge
        .gh("ada")
        .current_dir(forge.folder().join("ada-work"))
        .args(["pr", "checkout", "3"])
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert_eq!(
        forge.git_text("ada", "ada-work", &["branch", "--show-current"]),
        "feature"
    );
    assert!(forge.folder().join("ada-work/new.txt").exists());
    let number = forge
        .gh("ada")
        .current_dir(forge.folder().join("ada-work"))
        .args(["pr", "view", "--json", "number", "--jq", ".number"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(number.stdout).unwrap().trim(), "3");
}

#[test]
fn a_pull_request_is_closed_opened_again_and_closed_with_its_branch() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    pr(&forge, "rob", &["close", "3", "-c", "Not now"]);
    let shown = view(&forge, "state,closed,comments");
    assert_eq!(
        (&shown["state"], &shown["closed"]),
        (&json!("CLOSED"), &json!(true))
    );
    assert_eq!(shown["comments"][0]["body"], "Not now");
    pr(&forge, "rob", &["reopen", "3"]);
    assert_eq!(view(&forge, "state")["state"], "OPEN");
    pr(&forge, "rob", &["close", "3", "--delete-branch"]);
    let gone = refused(
        &forge,
        "rob",
        &["api", "repos/acme/models/git/ref/heads/feature"],
    );
    assert!(gone.contains("404"), "{gone}");
}

#[test]
fn a_draft_becomes_ready_and_is_edited() {
    let forge = start();
    push(&forge, "rob", "feature", "new.txt", "new\n");
    pr(
        &forge,
        "rob",
        &[
            "create", "--draft", "-H", "feature", "-B", "main", "-t", "Draft", "-b", "",
        ],
    );
    let shown = view(&forge, "isDraft,mergeStateStatus");
    assert_eq!(
        shown,
        json!({ "isDraft": true, "mergeStateStatus": "DRAFT" })
    );
    pr(&forge, "rob", &["ready", "3"]);
    pr(
        &forge,
        "rob",
        &[
            "edit",
            "3",
            "--title",
            "Ready",
            "--add-label",
            "bug",
            "--add-reviewer",
            "ada",
        ],
    );
    let shown = view(&forge, "isDraft,title,labels,reviewRequests");
    assert_eq!(shown["isDraft"], false);
    assert_eq!(shown["title"], "Ready");
    assert_eq!(shown["labels"][0]["name"], "bug");
    assert_eq!(shown["reviewRequests"][0]["login"], "ada");
}

#[test]
fn a_pull_request_is_filled_from_its_commit_and_merged_from_its_work_tree() {
    let forge = start();
    push(&forge, "rob", "feature", "new.txt", "new\n");
    let here = |args: &[&str]| {
        let folder = forge.folder().join("rob-feature");
        let output = forge
            .gh("rob")
            .current_dir(folder)
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    };
    here(&["pr", "create", "--fill"]);
    let shown = view(&forge, "title,body");
    assert_eq!(shown["title"], "Write new.txt");
    assert_eq!(shown["body"], "Because.\n");
    here(&["pr", "merge", "--squash", "--delete-branch"]);
    assert_eq!(view(&forge, "state")["state"], "MERGED");
    let git = |args: &[&str]| forge.git_text("rob", "rob-feature", args);
    assert_eq!(git(&["branch", "--show-current"]), "main");
    assert_eq!(git(&["ls-remote", "--heads", "origin", "feature"]), "");
}
