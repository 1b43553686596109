//! `gh issue create|list|view|comment|edit|close|reopen|status`.

use std::fs;

use althing_testkit::TestForge;
use serde_json::{Value, json};

use super::stage::{REPO, json, refused, start};

fn issue(forge: &TestForge, user: &str, args: &[&str]) -> String {
    forge.gh_text(user, &[&["issue"], args, &REPO].concat())
}

fn view(forge: &TestForge, number: &str, fields: &str) -> Value {
    let args = [&["issue", "view", number, "--json", fields], &REPO[..]].concat();
    json(forge, "ada", &args)
}

#[test]
fn an_issue_is_created_with_text_from_a_file_labels_assignee_and_board() {
    let forge = start();
    fs::write(forge.folder().join("body.md"), "Body\nfrom a file\n").unwrap();
    let args = [
        "create", "-t", "Third", "-F", "body.md", "-l", "bug", "-a", "@me", "-p", "Board",
    ];
    let url = issue(&forge, "rob", &args);
    assert_eq!(url, "https://github.com/acme/models/issues/3");
    let shown = view(
        &forge,
        "3",
        "number,title,body,state,author,labels,assignees,url",
    );
    assert_eq!(shown["title"], "Third");
    assert_eq!(shown["body"], "Body\nfrom a file\n");
    assert_eq!(shown["state"], "OPEN");
    assert_eq!(shown["author"]["login"], "rob");
    assert_eq!(shown["labels"][0]["name"], "bug");
    assert_eq!(shown["assignees"][0]["login"], "rob");
    let text = issue(&forge, "rob", &["view", "3"]);
    assert!(text.contains("title:\tThird\n"), "{text}");
    let items = super::stage::graphql(
        &forge,
        "rob",
        "{ repository(owner: \"acme\", name: \"models\") { issue(number: 3) {
            projectItems(first: 9) { nodes { type project { title } } } } } }",
        &[],
    );
    let items = &items["data"]["repository"]["issue"]["projectItems"]["nodes"];
    assert_eq!(
        *items,
        json!([{ "type": "ISSUE", "project": { "title": "Board" } }])
    );
}

#[test]
fn issues_are_listed_and_viewed_with_every_field_that_gh_knows() {
    let forge = start();
    let listed = refused(
        &forge,
        "ada",
        &[&["issue", "list"], &REPO[..], &["--json"]].concat(),
    );
    let fields: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    let fields = fields.join(",");
    let list = json(
        &forge,
        "ada",
        &[&["issue", "list", "--json", &fields], &REPO[..]].concat(),
    );
    let mut first = view(&forge, "1", &fields);
    assert_eq!(list[1], first, "newest first");
    // A field that gh 2.23 does not know yet.
    if let Some(items) = first.as_object_mut().unwrap().remove("projectItems") {
        assert_eq!(items[0]["status"]["name"], "ready");
    }
    assert_eq!(
        first,
        json!({
            "assignees": [{ "id": first["assignees"][0]["id"], "login": "rob", "name": "" }],
            "author": { "id": first["author"]["id"], "is_bot": false, "login": "ada", "name": "Ada" },
            "body": "Text", "closed": false, "closedAt": null, "comments": [],
            "createdAt": "2026-01-02T03:04:05Z", "id": first["id"],
            "labels": [{
                "id": first["labels"][0]["id"], "name": "n150",
                "description": "An accelerator", "color": "0e8a16"
            }],
            "milestone": null, "number": 1, "projectCards": [], "reactionGroups": [],
            "state": "OPEN", "title": "First", "updatedAt": first["updatedAt"],
            "url": "https://github.com/acme/models/issues/1"
        })
    );
}

#[test]
fn lists_are_filtered_and_searched() {
    let forge = start();
    let numbers = |args: &[&str]| {
        let more = ["--json", "number", "--jq", "[.[].number] | @csv"];
        issue(&forge, "ada", &[&["list"], args, &more].concat())
    };
    for (args, want) in [
        (&[][..], "2,1"),
        (&["-L", "1"], "2"),
        (&["--label", "n150"], "1"),
        (&["--label", "bug"], ""),
        (&["--author", "rob"], "2"),
        (&["--assignee", "rob"], "1"),
        (&["--state", "closed"], ""),
        (&["--state", "all"], "2,1"),
        (&["--search", "Second in:title"], "2"),
        (&["--search", "nothing like it"], ""),
    ] {
        assert_eq!(numbers(args), want, "{args:?}");
    }
    let status = issue(&forge, "rob", &["status"]);
    assert!(
        status.contains("First") && status.contains("Second"),
        "{status}"
    );
}

#[test]
fn an_issue_is_edited() {
    let forge = start();
    let edits = [
        &["--title", "New", "--body", "Other"][..],
        &["--add-label", "bug", "--remove-label", "n150"],
        &["--add-assignee", "ada", "--remove-assignee", "rob"],
        &["--remove-project", "Board"],
    ];
    for edit in edits {
        issue(&forge, "rob", &[&["edit", "1"], edit].concat());
    }
    let shown = view(&forge, "1", "title,body,labels,assignees");
    assert_eq!(
        (&shown["title"], &shown["body"]),
        (&json!("New"), &json!("Other"))
    );
    assert_eq!(shown["labels"].as_array().map(Vec::len), Some(1));
    assert_eq!(shown["labels"][0]["name"], "bug");
    assert_eq!(shown["assignees"].as_array().map(Vec::len), Some(1));
    assert_eq!(shown["assignees"][0]["login"], "ada");
    let board = forge.gh_text(
        "ada",
        &["api", "graphql", "--jq", ".data.organization.projectV2.items.totalCount", "-f",
          "query={ organization(login: \"acme\") { projectV2(number: 1) { items { totalCount } } } }"],
    );
    assert_eq!(board, "0");
}

#[test]
fn comments_are_written_changed_and_read() {
    let forge = start();
    let url = issue(&forge, "rob", &["comment", "1", "-b", "Hello"]);
    assert!(
        url.starts_with("https://github.com/acme/models/issues/1#issuecomment-"),
        "{url}"
    );
    issue(&forge, "ada", &["comment", "1", "-b", "From ada"]);
    issue(
        &forge,
        "rob",
        &["comment", "1", "--edit-last", "-b", "Hello again"],
    );
    let comments = &view(&forge, "1", "comments")["comments"];
    assert_eq!(comments.as_array().map(Vec::len), Some(2));
    assert_eq!(comments[0]["body"], "Hello again");
    assert_eq!(comments[0]["author"]["login"], "rob");
    assert_eq!(comments[0]["authorAssociation"], "MEMBER");
    assert_eq!(comments[0]["viewerDidAuthor"], false);
    assert_eq!(comments[1]["viewerDidAuthor"], true);
    let text = issue(&forge, "ada", &["view", "1", "--comments"]);
    assert!(
        text.contains("Hello again") && text.contains("From ada"),
        "{text}"
    );

    let ids = forge.gh_text(
        "ada",
        &[
            "issue",
            "view",
            "1",
            REPO[0],
            REPO[1],
            "--json",
            "comments",
            "--jq",
            ".comments[0].id",
        ],
    );
    let delete = "mutation($id: ID!) { deleteIssueComment(input: {id: $id}) { clientMutationId } }";
    super::stage::graphql(&forge, "rob", delete, &[&format!("id={ids}")]);
    assert_eq!(
        view(&forge, "1", "comments")["comments"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn an_issue_is_closed_for_a_reason_and_opened_again() {
    let forge = start();
    issue(
        &forge,
        "rob",
        &["close", "1", "-r", "not planned", "-c", "No."],
    );
    let reason = "{ repository(owner: \"acme\", name: \"models\") {
        issue(number: 1) { state stateReason closed comments { totalCount } } } }";
    let read =
        || super::stage::graphql(&forge, "ada", reason, &[])["data"]["repository"]["issue"].clone();
    assert_eq!(
        read(),
        json!({
            "state": "CLOSED", "stateReason": "NOT_PLANNED", "closed": true,
            "comments": { "totalCount": 1 }
        })
    );
    assert!(view(&forge, "1", "closedAt")["closedAt"].is_string());
    issue(&forge, "rob", &["reopen", "1"]);
    assert_eq!(read()["state"], "OPEN");
    assert_eq!(read()["stateReason"], "REOPENED");
}

#[test]
fn reactions_are_counted() {
    let forge = start();
    let id = view(&forge, "1", "id")["id"].as_str().unwrap().to_owned();
    let react = "mutation($id: ID!) { addReaction(input: {subjectId: $id, content: EYES}) {
        reaction { content user { login } } subject { id } } }";
    let given = super::stage::graphql(&forge, "rob", react, &[&format!("id={id}")]);
    assert_eq!(
        given["data"]["addReaction"],
        json!({ "reaction": { "content": "EYES", "user": { "login": "rob" } }, "subject": { "id": id } })
    );
    assert_eq!(
        view(&forge, "1", "reactionGroups")["reactionGroups"],
        json!([{ "content": "EYES", "users": { "totalCount": 1 } }])
    );
}
