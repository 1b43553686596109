//! `gh pr merge` in its three ways, and what it does not do.

use althing_testkit::TestForge;
use serde_json::{Value, json};

use super::stage::{REPO, json, open_pull, push, refused, start};

fn view(forge: &TestForge, fields: &str) -> Value {
    json(
        forge,
        "ada",
        &[&["pr", "view", "3", "--json", fields], &REPO[..]].concat(),
    )
}

fn merge(forge: &TestForge, user: &str, args: &[&str]) {
    forge.gh_text(user, &[&["pr", "merge", "3"], args, &REPO[..]].concat());
}

fn parents(forge: &TestForge, commit: &Value) -> usize {
    let path = format!(
        "repos/acme/models/commits/{}",
        commit["oid"].as_str().unwrap()
    );
    json(forge, "ada", &["api", &path])["parents"]
        .as_array()
        .unwrap()
        .len()
}

#[test]
fn each_way_leaves_the_history_it_promises() {
    for (way, parent_count, headline) in [
        ("--merge", 2, "Merge pull request #3 from acme/feature"),
        ("--squash", 1, "Write new.txt (#3)"),
        ("--rebase", 1, "Write new.txt"),
    ] {
        let forge = start();
        open_pull(&forge, "feature", "new.txt", "new\n");
        push(&forge, "rob", "aside", "aside.txt", "aside\n");
        merge(&forge, "rob", &[way]);
        let shown = view(&forge, "state,mergedAt,mergedBy,mergeCommit,closed");
        assert_eq!(shown["state"], "MERGED", "{way}");
        assert_eq!(shown["mergedBy"]["login"], "rob");
        assert!(shown["mergedAt"].is_string() && shown["closed"] == true);
        assert_eq!(
            parents(&forge, &shown["mergeCommit"]),
            parent_count,
            "{way}"
        );
        let message = json(&forge, "ada", &["api", "repos/acme/models/commits/main"]);
        let message = message["commit"]["message"].as_str().unwrap();
        assert_eq!(message.lines().next(), Some(headline), "{way}");
        let issue = ["issue", "view", "1", REPO[0], REPO[1], "--json", "state"];
        assert_eq!(
            json(&forge, "ada", &issue),
            json!({ "state": "CLOSED" }),
            "{way}"
        );
    }
}

#[test]
fn a_merge_has_the_message_that_was_given_and_takes_the_branch_away() {
    let forge = start();
    open_pull(&forge, "feature", "new.txt", "new\n");
    merge(
        &forge,
        "ada",
        &[
            "--squash",
            "-t",
            "Own title",
            "-b",
            "Own text",
            "--delete-branch",
        ],
    );
    let commit = json(&forge, "ada", &["api", "repos/acme/models/commits/main"]);
    assert_eq!(commit["commit"]["message"], "Own title\n\nOwn text");
    let gone = refused(
        &forge,
        "ada",
        &["api", "repos/acme/models/git/ref/heads/feature"],
    );
    assert!(gone.contains("404"), "{gone}");
}

#[test]
fn a_conflict_a_moved_head_and_a_closed_one_are_not_merged() {
    let forge = start();
    open_pull(&forge, "feature", "README.md", "# One\n");
    let other = "0123456789012345678901234567890123456789";
    let moved = ["pr", "merge", "3", "--merge", "--match-head-commit", other];
    let moved = [&moved, &REPO[..]].concat();
    let said = refused(&forge, "rob", &moved);
    assert!(said.contains("Head branch was modified"), "{said}");

    push(&forge, "ada", "other", "README.md", "# Other\n");
    forge.git_text("ada", "ada-other", &["push", "-q", "origin", "other:main"]);
    let shown = view(&forge, "mergeable,mergeStateStatus");
    assert_eq!(
        shown,
        json!({ "mergeable": "CONFLICTING", "mergeStateStatus": "DIRTY" })
    );
    let args = [&["pr", "merge", "3", "--merge"], &REPO[..]].concat();
    assert!(refused(&forge, "rob", &args).contains("not mergeable"));
    let direct = "query=mutation($id: ID!) { mergePullRequest(input: {pullRequestId: $id}) { clientMutationId } }";
    let id = format!("id={}", view(&forge, "id")["id"].as_str().unwrap());
    let said = refused(&forge, "rob", &["api", "graphql", "-f", direct, "-f", &id]);
    assert!(
        said.contains("not mergeable") || said.contains("conflict"),
        "{said}"
    );
    assert_eq!(view(&forge, "state")["state"], "OPEN");
}

#[test]
fn nothing_is_promised_to_merge_later() {
    let forge = start();
    let args = [
        "pr", "create", "--draft", "-H", "feature", "-B", "main", "-t", "Draft", "-b", "",
    ];
    push(&forge, "rob", "feature", "new.txt", "new\n");
    forge.gh_text("rob", &[&args, &REPO[..]].concat());
    let auto = [&["pr", "merge", "3", "--auto", "--merge"], &REPO[..]].concat();
    let said = refused(&forge, "rob", &auto);
    assert!(
        said.contains("Auto merge is not allowed for this repository"),
        "{said}"
    );
    assert_eq!(view(&forge, "state")["state"], "OPEN");
}
