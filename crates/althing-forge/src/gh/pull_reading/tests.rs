use serde_json::{Value, json};

use super::{Data, Partial, Reading};
use crate::{ErrorKind, ForgeError, Pull, gh::api::Asked};

fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn page(nodes: Value, next: Option<&str>) -> Value {
    json!({ "nodes": nodes, "pageInfo": { "hasNextPage": next.is_some(), "endCursor": next } })
}

fn user(id: u64, login: &str) -> Value {
    json!({ "__typename": "User", "login": login, "databaseId": id })
}

fn commit(oid: char) -> Value {
    let ada = json!({ "email": "ada@example.org", "user": { "login": "ada", "databaseId": 7 } });
    let stranger = json!({ "email": "who@example.org", "user": null });
    json!({ "commit": {
        "oid": sha(oid),
        "authors": page(json!([ada]), None),
        "committer": stranger,
    } })
}

fn run(id: u64, name: &str, status: &str, conclusion: Option<&str>) -> Value {
    json!({
        "__typename": "CheckRun", "databaseId": id, "name": name, "status": status,
        "conclusion": conclusion, "title": format!("run {id}"), "checkSuite": { "app": { "slug": "github-actions" } },
    })
}

fn status(context: &str, state: &str) -> Value {
    json!({
        "__typename": "StatusContext", "context": context, "state": state, "description": "95.3%",
        "creator": { "__typename": "User", "login": "checker" },
    })
}

/// The first page of an answer, as `change` wants it.
fn answer(change: impl FnOnce(&mut Value)) -> Value {
    let contexts = json!([
        run(3, "test", "COMPLETED", Some("SUCCESS")),
        run(2, "test", "COMPLETED", Some("FAILURE")),
        run(4, "lint", "COMPLETED", Some("SKIPPED")),
        run(5, "bench", "IN_PROGRESS", None),
        status("gate", "EXPECTED"),
        status("spell", "ERROR"),
    ]);
    let mut pull = json!({
        "number": 12, "title": "Add a model", "url": "https://github.com/o/r/pull/12",
        "state": "OPEN", "isDraft": false, "author": user(7, "ada"),
        "baseRefName": "main", "baseRefOid": sha('0'),
        "headRefName": "model", "headRefOid": sha('b'),
        "mergeable": "MERGEABLE", "mergeCommit": null,
        "files": page(json!([{ "path": "model.py", "changeType": "ADDED" }]), None),
        "commits": page(json!([commit('a'), commit('b')]), None),
        "reviews": page(json!([
            { "state": "CHANGES_REQUESTED", "submittedAt": "2026-01-02T03:04:05Z",
              "author": user(8, "bob"), "commit": { "oid": sha('a') } },
            { "state": "APPROVED", "submittedAt": "2026-01-03T03:04:05Z",
              "author": null, "commit": null },
        ]), None),
        "headCommit": { "nodes": [{ "commit": {
            "oid": sha('b'),
            "statusCheckRollup": { "contexts": page(contexts, None) },
        } }] },
        "closingIssuesReferences": page(json!([
            { "number": 5, "repository": { "nameWithOwner": "o/r" } },
            { "number": 6, "repository": { "nameWithOwner": "o/other" } },
        ]), None),
    });
    change(&mut pull);
    json!({ "repository": { "pullRequest": pull } })
}

#[expect(clippy::unwrap_in_result, reason = "a test fails by panicking")]
fn add(reading: &mut Reading, answer: Value) -> Result<(), ForgeError> {
    let data: Data = serde_json::from_value(answer).expect("true to the schema");
    let pull = data.repository.and_then(|it| it.pull).expect("there");
    let repo = "o/r".parse().expect("a name");
    let asked = Asked {
        command: "gh".to_owned(),
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    reading.add(&repo, pull, &asked)
}

fn finished(reading: Reading) -> Pull {
    let old_names = Partial {
        items: Vec::new(),
        complete: true,
    };
    reading.finish(old_names).expect("something was read")
}

#[test]
fn one_page_is_a_whole_pull_request() {
    let mut reading = Reading::default();
    add(&mut reading, answer(|_| {})).expect("well formed");
    assert!(reading.is_finished());
    insta::assert_debug_snapshot!(finished(reading));
}

#[test]
fn only_lists_with_more_pages_are_asked_for_again() {
    let repo = "o/r".parse().expect("a name");
    let mut reading = Reading::default();
    let first =
        answer(|it| it["files"]["pageInfo"] = json!({ "hasNextPage": true, "endCursor": "F" }));
    add(&mut reading, first).expect("well formed");

    let variables = reading.variables(&repo, crate::PullNumber(12));
    let wanted: Vec<&str> = ["files", "commits", "reviews", "checks", "closes"]
        .into_iter()
        .filter(|list| variables[list] == true)
        .collect();
    assert_eq!(wanted, ["files"]);
    assert_eq!(variables["filesAfter"], "F");

    let second = answer(|it| {
        it["files"] = page(json!([{ "path": "notes.md", "changeType": "ADDED" }]), None);
        for list in [
            "commits",
            "reviews",
            "headCommit",
            "closingIssuesReferences",
        ] {
            it.as_object_mut().expect("an object").remove(list);
        }
    });
    add(&mut reading, second).expect("well formed");
    assert!(reading.is_finished());
    assert_eq!(finished(reading).files.items, ["model.py", "notes.md"]);
}

#[test]
fn lists_that_end_early_are_marked_as_cut() {
    let more = json!({ "hasNextPage": true, "endCursor": "X" });
    let mut reading = Reading::default();
    let first = answer(|it| {
        it["files"]["pageInfo"] = more.clone();
        it["reviews"]["pageInfo"] = more.clone();
        it["commits"]["nodes"][0]["commit"]["authors"]["pageInfo"] = more.clone();
        it["headCommit"]["nodes"][0]["commit"]["statusCheckRollup"]["contexts"]["pageInfo"] = more;
    });
    add(&mut reading, first).expect("well formed");
    let pull = finished(reading);
    assert!(!pull.files.complete);
    assert!(!pull.commits.complete, "a commit has more authors");
    assert!(!pull.reviews.complete);
    assert!(!pull.checks.complete);
}

#[test]
fn a_renamed_file_is_looked_up_by_its_commits() {
    let mut reading = Reading::default();
    let first = answer(|it| it["files"]["nodes"][0]["changeType"] = "RENAMED".into());
    add(&mut reading, first).expect("well formed");
    let (head, renamed) = reading.renames().expect("a rename");
    assert_eq!(head.base_ref_oid.as_str(), sha('0'));
    assert_eq!(renamed, ["model.py"]);
}

#[test]
fn a_head_that_moves_while_reading_fails_as_transient() {
    let mut reading = Reading::default();
    add(&mut reading, answer(|_| {})).expect("well formed");
    let moved = answer(|it| {
        it["headRefOid"] = sha('c').into();
        it["headCommit"]["nodes"][0]["commit"]["oid"] = sha('c').into();
    });
    let error = add(&mut reading, moved).expect_err("moved");
    assert_eq!(error.kind, ErrorKind::Transient);

    let lagging = answer(|it| it["headRefOid"] = sha('c').into());
    let error = add(&mut Reading::default(), lagging).expect_err("commits lag behind");
    assert_eq!(error.kind, ErrorKind::Transient);
}

#[test]
fn a_next_page_without_a_cursor_is_refused() {
    let broken = answer(|it| {
        it["reviews"]["pageInfo"] = json!({ "hasNextPage": true, "endCursor": null });
    });
    let error = add(&mut Reading::default(), broken).expect_err("no way on");
    assert_eq!(error.kind, ErrorKind::Answer);
}

#[test]
fn a_request_without_commits_or_checks_is_read() {
    let mut reading = Reading::default();
    let first = answer(|it| {
        it["headCommit"]["nodes"] = json!([]);
        it["commits"]["nodes"] = json!([]);
    });
    add(&mut reading, first).expect("well formed");
    assert!(reading.is_finished());
    assert_eq!(finished(reading).checks.items, []);
}

#[test]
fn an_app_cannot_pass_for_a_person_of_the_same_name() {
    let mut reading = Reading::default();
    let first = answer(|it| {
        let mut by_app = status("gate", "SUCCESS");
        by_app["creator"] = json!({ "__typename": "Bot", "login": "checker" });
        let mut run = run(1, "test", "COMPLETED", Some("SUCCESS"));
        run["checkSuite"]["app"]["slug"] = "checker".into();
        it["headCommit"]["nodes"][0]["commit"]["statusCheckRollup"]["contexts"]["nodes"] =
            json!([by_app, run]);
    });
    add(&mut reading, first).expect("well formed");
    for check in finished(reading).checks.items {
        assert_eq!(
            check.reporter.as_deref(),
            Some("checker[bot]"),
            "{}",
            check.name
        );
    }
}
