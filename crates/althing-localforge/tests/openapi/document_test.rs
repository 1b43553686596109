//! The judge itself is judged: it finds operations, and it can say no.

use serde_json::json;

use crate::document::{Operation, close, translate, violations};

#[test]
fn nullable_becomes_a_type_of_its_own() {
    let mut schema = json!({
        "properties": {
            "nullable": { "type": "boolean" },
            "text": { "type": "string", "nullable": true },
            "word": { "type": "string", "enum": ["a"], "nullable": true },
            "other": { "allOf": [{ "$ref": "#/x" }], "nullable": true },
            "plain": { "type": "string", "nullable": false }
        }
    });
    translate(&mut schema);
    assert_eq!(
        schema["properties"],
        json!({
            "nullable": { "type": "boolean" },
            "text": { "type": ["string", "null"] },
            "word": { "type": ["string", "null"], "enum": ["a", null] },
            "other": { "anyOf": [{ "allOf": [{ "$ref": "#/x" }] }, { "type": "null" }] },
            "plain": { "type": "string", "nullable": false }
        })
    );
}

#[test]
fn members_that_are_not_named_are_forbidden_except_in_parts() {
    let mut schema = json!({
        "properties": { "properties": { "properties": {} } },
        "allOf": [{ "properties": { "inner": { "properties": {} } } }],
    });
    close(&mut schema);
    assert_eq!(
        schema,
        json!({
            "properties": { "properties": { "properties": {}, "additionalProperties": false } },
            "allOf": [{
                "properties": { "inner": { "properties": {}, "additionalProperties": false } },
            }],
            "additionalProperties": false,
        })
    );
}

#[test]
fn operations_are_found_by_path_also_with_slashes_in_names() {
    for (path, template) in [
        ("/", "/"),
        ("/user", "/user"),
        ("/users/mara", "/users/{username}"),
        (
            "/repos/o/r/issues/1",
            "/repos/{owner}/{repo}/issues/{issue_number}",
        ),
        (
            "/repos/o/r/issues/comments/1",
            "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        ),
        (
            "/repos/o/r/git/ref/heads/a/b",
            "/repos/{owner}/{repo}/git/ref/{ref}",
        ),
        (
            "/repos/o/r/commits/a/b/status",
            "/repos/{owner}/{repo}/commits/{ref}/status",
        ),
        (
            "/repos/o/r/contents/docs/a.md",
            "/repos/{owner}/{repo}/contents/{path}",
        ),
        (
            "/repos/o/r/compare/main...x",
            "/repos/{owner}/{repo}/compare/{basehead}",
        ),
    ] {
        let found = Operation::find("GET", path).map(|operation| operation.template);
        assert_eq!(found.as_deref(), Some(template), "{path}");
    }
    assert_eq!(Operation::find("GET", "/repos/o/r/no-such-thing"), None);
    assert_eq!(Operation::find("DELETE", "/user"), None);
}

#[test]
fn a_doctored_answer_is_found_out() {
    let label = json!({
        "id": 1,
        "node_id": "LA_1",
        "url": "https://api.github.com/repos/o/r/labels/a",
        "name": "a",
        "color": "ededed",
        "default": false,
        "description": null,
    });
    let get = Operation::find("GET", "/repos/o/r/labels/a").unwrap();
    let judge = |status, value: &serde_json::Value| {
        get.judge(status, "application/json", value.to_string().as_bytes())
    };
    assert!(judge(200, &label).is_empty());

    let doctored = [
        ("id", json!("1")),
        ("url", json!("not an address")),
        ("description", json!(1)),
        ("name", json!(null)),
    ];
    for (member, value) in doctored {
        let mut label = label.clone();
        label[member] = value;
        assert_eq!(judge(200, &label).len(), 1, "{member}");
    }
    let mut invented = label.clone();
    invented["stars"] = json!(5);
    assert_eq!(judge(200, &invented).len(), 1);
    let mut without = label.clone();
    without.as_object_mut().unwrap().remove("color");
    assert_eq!(judge(200, &without).len(), 1);
    // A status that is not documented, a body where none may be, and no JSON at all.
    assert_eq!(judge(201, &label).len(), 1);
    let delete = Operation::find("DELETE", "/repos/o/r/labels/a").unwrap();
    assert_eq!(delete.judge(204, "application/json", b"{}").len(), 1);
    assert_eq!(get.judge(200, "application/json", b"<html>").len(), 1);
    assert!(violations("/components/schemas/label", &label).is_empty());
}
