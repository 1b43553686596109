//! Projects v2, as Althing's worker uses them.

use althing_testkit::TestForge;
use serde_json::{Value, json};

use super::stage::{graphql, refused, start};

const BOARD: &str = "{ repositoryOwner(login: \"acme\") { ... on ProjectV2Owner {
    projectV2(number: 1) { id number title url
        fields(first: 20) { nodes { __typename
            ... on ProjectV2FieldCommon { id name dataType }
            ... on ProjectV2SingleSelectField { options { id name } } } }
        items(first: 100) { totalCount nodes { id type isArchived
            fieldValueByName(name: \"Status\") {
                ... on ProjectV2ItemFieldSingleSelectValue { name optionId } }
            content { __typename ... on Issue { number title repository { nameWithOwner
                defaultBranchRef { name target { oid } } } } } } } } } } }";

fn board(forge: &TestForge) -> Value {
    let answer = graphql(forge, "rob", BOARD, &[]);
    answer["data"]["repositoryOwner"]["projectV2"].clone()
}

#[test]
fn a_board_is_read_with_fields_options_and_items() {
    let forge = start();
    let board = board(&forge);
    assert_eq!(board["title"], "Board");
    assert_eq!(board["url"], "https://github.com/orgs/acme/projects/1");
    let fields = board["fields"]["nodes"].as_array().unwrap();
    let status = fields
        .iter()
        .find(|field| field["name"] == "Status")
        .unwrap();
    assert_eq!(status["__typename"], "ProjectV2SingleSelectField");
    assert_eq!(status["dataType"], "SINGLE_SELECT");
    let options = status["options"].as_array().unwrap().iter();
    let options: Vec<_> = options
        .map(|option| option["name"].as_str().unwrap())
        .collect();
    assert_eq!(options, ["ready", "in progress", "done"]);
    let item = &board["items"]["nodes"][0];
    assert_eq!(board["items"]["totalCount"], 1);
    assert_eq!(item["type"], "ISSUE");
    assert_eq!(item["fieldValueByName"]["name"], "ready");
    assert_eq!(item["content"]["number"], 1);
    let repository = &item["content"]["repository"];
    assert_eq!(repository["nameWithOwner"], "acme/models");
    assert_eq!(
        repository["defaultBranchRef"]["target"]["oid"]
            .as_str()
            .unwrap()
            .len(),
        40
    );

    let found = graphql(
        &forge,
        "rob",
        "{ organization(login: \"acme\") {
            open: projectsV2(first: 9, query: \"Boa is:open\") { nodes { number } }
            closed: projectsV2(first: 9, query: \"is:closed\") { totalCount }
        } }",
        &[],
    );
    assert_eq!(
        found["data"]["organization"],
        json!({ "open": { "nodes": [{ "number": 1 }] }, "closed": { "totalCount": 0 } })
    );
}

#[test]
fn an_item_is_added_moved_cleared_and_removed() {
    let forge = start();
    let project = board(&forge);
    let status = project["fields"]["nodes"].as_array().unwrap().iter();
    let status = status
        .clone()
        .find(|field| field["name"] == "Status")
        .unwrap();
    let issue = graphql(
        &forge,
        "rob",
        "{ repository(owner: \"acme\", name: \"models\") { issue(number: 2) { id } } }",
        &[],
    );
    let argument = |name: &str, value: &Value| format!("{name}={}", value.as_str().unwrap());
    let board_id = argument("board", &project["id"]);
    let content = argument("content", &issue["data"]["repository"]["issue"]["id"]);
    let add = "mutation($board: ID!, $content: ID!) {
        addProjectV2ItemById(input: {projectId: $board, contentId: $content}) { item { id } } }";
    let added = graphql(&forge, "rob", add, &[&board_id, &content]);
    let item = argument("item", &added["data"]["addProjectV2ItemById"]["item"]["id"]);
    let twice = graphql(&forge, "rob", add, &[&board_id, &content]);
    assert_eq!(added, twice, "adding twice gives the same item");

    let field = argument("field", &status["id"]);
    let option = argument("option", &status["options"][1]["id"]);
    let set = "mutation($board: ID!, $item: ID!, $field: ID!, $option: String!) {
        updateProjectV2ItemFieldValue(input: {projectId: $board, itemId: $item, fieldId: $field,
            value: {singleSelectOptionId: $option}}) { projectV2Item {
                fieldValueByName(name: \"Status\") {
                    ... on ProjectV2ItemFieldSingleSelectValue { name } } } } }";
    let moved = graphql(&forge, "rob", set, &[&board_id, &item, &field, &option]);
    let value = &moved["data"]["updateProjectV2ItemFieldValue"]["projectV2Item"];
    assert_eq!(value["fieldValueByName"]["name"], "in progress");

    let query = format!("query={set}");
    let mut foreign = vec!["api", "graphql", "-f", &query];
    for variable in [&board_id, &item, &field, &option] {
        foreign.extend(["-f", variable]);
    }
    let said = refused(&forge, "eve", &foreign);
    assert!(
        said.contains("does not have the correct permissions")
            || said.contains("Could not resolve"),
        "{said}"
    );
    foreign.extend(["-f", "option=00000000"]);
    assert!(!refused(&forge, "rob", &foreign).is_empty());

    let clear = "mutation($board: ID!, $item: ID!, $field: ID!) {
        clearProjectV2ItemFieldValue(input: {projectId: $board, itemId: $item, fieldId: $field}) {
            projectV2Item { fieldValueByName(name: \"Status\") { __typename } } } }";
    let cleared = graphql(&forge, "rob", clear, &[&board_id, &item, &field]);
    let value = &cleared["data"]["clearProjectV2ItemFieldValue"]["projectV2Item"];
    assert_eq!(value["fieldValueByName"], json!(null));

    let delete = "mutation($board: ID!, $item: ID!) {
        deleteProjectV2Item(input: {projectId: $board, itemId: $item}) { deletedItemId } }";
    graphql(&forge, "rob", delete, &[&board_id, &item]);
    assert_eq!(board(&forge)["items"]["totalCount"], 1);
}

#[test]
fn a_board_is_created_with_a_status_field() {
    let forge = start();
    let viewer = graphql(&forge, "rob", "{ viewer { id } }", &[]);
    let owner = format!("owner={}", viewer["data"]["viewer"]["id"].as_str().unwrap());
    let created = graphql(
        &forge,
        "rob",
        "mutation($owner: ID!) { createProjectV2(input: {ownerId: $owner, title: \"Mine\"}) {
            projectV2 { number title field(name: \"Status\") {
                ... on ProjectV2SingleSelectField { options { name } } } } } }",
        &[&owner],
    );
    assert_eq!(
        created["data"]["createProjectV2"]["projectV2"],
        json!({ "number": 1, "title": "Mine", "field": { "options": [
            { "name": "Todo" }, { "name": "In Progress" }, { "name": "Done" }] } })
    );
}
