//! Issues, comments, reactions, search.

use serde_json::json;

use crate::world::{MARA, OTTO, RUNE, World};

const ISSUES: &str = "/repos/mara/models/issues";

pub(crate) async fn issues(world: &mut World) {
    let new = json!({
        "title": "Bring up tiny/one",
        "body": "Model: tiny/one",
        "labels": ["n150", { "name": "n300" }],
        "assignees": ["rune"],
    });
    let issue = world.post(MARA, ISSUES, new).await;
    assert_eq!(
        (
            &issue["number"],
            &issue["author_association"],
            &issue["assignee"]["login"]
        ),
        (&json!(1), &json!("OWNER"), &json!(RUNE))
    );
    world
        .post(OTTO, ISSUES, json!({ "title": "A question" }))
        .await;
    world
        .refused(OTTO, "POST", ISSUES, json!({ "body": "no title" }), 422)
        .await;
    world
        .refused(
            OTTO,
            "POST",
            ISSUES,
            json!({ "title": ["no", "text"] }),
            422,
        )
        .await;

    let one = format!("{ISSUES}/1");
    world.get(OTTO, &one).await;
    world
        .send(OTTO, "GET", &format!("{ISSUES}/99"), None, 404)
        .await;
    let change = json!({ "state": "closed", "state_reason": "not_planned", "body": null });
    let closed = world.patch(MARA, &one, change.clone()).await;
    assert_eq!(
        (
            &closed["state"],
            &closed["state_reason"],
            &closed["closed_by"]["login"]
        ),
        (&json!("closed"), &json!("not_planned"), &json!(MARA))
    );
    assert_eq!(closed["body"], "");
    world.refused(OTTO, "PATCH", &one, change, 403).await;
    world
        .patch(
            MARA,
            &one,
            json!({ "state": "open", "body": "Model: tiny/one" }),
        )
        .await;
    world
        .refused(MARA, "PATCH", &one, json!({ "state": "asleep" }), 422)
        .await;

    let list = world
        .get(OTTO, &format!("{ISSUES}?labels=n150,n300&state=all"))
        .await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    let list = world
        .get(
            OTTO,
            &format!("{ISSUES}?assignee=rune&sort=updated&direction=asc"),
        )
        .await;
    assert_eq!(list[0]["number"], 1);
    let both = world
        .send(OTTO, "GET", &format!("{ISSUES}?per_page=1"), None, 200)
        .await;
    assert_eq!(both.json[0]["number"], 2, "newest first");
    assert!(both.headers["link"].contains("rel=\"last\""));
    // A filter that is not served is refused, not ignored.
    world
        .refused(
            OTTO,
            "GET",
            &format!("{ISSUES}?milestone=1"),
            json!({}),
            422,
        )
        .await;

    let found = world
        .get(
            OTTO,
            "/search/issues?q=repo:mara/models+is:issue+label:n150+tiny&per_page=5",
        )
        .await;
    assert_eq!(
        (&found["total_count"], &found["items"][0]["number"]),
        (&json!(1), &json!(1))
    );
    world
        .refused(OTTO, "GET", "/search/issues", json!({}), 422)
        .await;
}

pub(crate) async fn labels_and_assignees(world: &mut World) {
    let labels = format!("{ISSUES}/2/labels");
    let add = json!({ "labels": ["n150"] });
    let list = world
        .send(RUNE, "POST", &labels, Some(add.clone()), 200)
        .await;
    assert_eq!(list.json[0]["name"], "n150");
    world.refused(OTTO, "POST", &labels, add, 403).await;
    assert_eq!(world.get(OTTO, &labels).await, list.json);
    let set = json!({ "labels": ["n300", "n150"] });
    let list = world.send(RUNE, "PUT", &labels, Some(set), 200).await;
    assert_eq!(list.json.as_array().unwrap().len(), 2);
    let list = world
        .send(RUNE, "DELETE", &format!("{labels}/n150"), None, 200)
        .await;
    assert_eq!(list.json[0]["name"], "n300");
    world
        .send(RUNE, "DELETE", &format!("{labels}/n150"), None, 404)
        .await;
    world.delete(RUNE, &labels).await;
    assert_eq!(world.get(OTTO, &labels).await, json!([]));

    let path = format!("{ISSUES}/2/assignees");
    let who = json!({ "assignees": ["rune", "nobody"] });
    let issue = world.post(RUNE, &path, who.clone()).await;
    assert_eq!(issue["assignees"].as_array().unwrap().len(), 1);
    let issue = world.send(RUNE, "DELETE", &path, Some(who), 200).await;
    assert_eq!(issue.json["assignees"], json!([]));
}

pub(crate) async fn comments(world: &mut World) {
    let path = format!("{ISSUES}/1/comments");
    let first = world
        .post(OTTO, &path, json!({ "body": "[claim] one" }))
        .await;
    assert_eq!(first["author_association"], "NONE");
    let second = world
        .post(RUNE, &path, json!({ "body": "[claim] two" }))
        .await;
    assert_eq!(second["author_association"], "COLLABORATOR");
    world
        .refused(RUNE, "POST", &path, json!({ "body": "" }), 422)
        .await;
    world.refused(RUNE, "POST", &path, json!({}), 422).await;
    world
        .send(RUNE, "GET", &format!("{ISSUES}/99/comments"), None, 404)
        .await;
    let list = world.get(OTTO, &path).await;
    assert_eq!(list, json!([first, second]));
    world
        .get(OTTO, &format!("{path}?since=2020-01-01T00:00:00Z"))
        .await;

    let one = format!("{ISSUES}/comments/{}", first["id"]);
    world.get(OTTO, &one).await;
    let edited = world
        .patch(OTTO, &one, json!({ "body": "[claim] again" }))
        .await;
    assert_eq!(edited["body"], "[claim] again");
    let other = format!("{ISSUES}/comments/{}", second["id"]);
    world
        .refused(OTTO, "PATCH", &other, json!({ "body": "mine" }), 403)
        .await;
    world.refused(OTTO, "DELETE", &other, json!({}), 403).await;
    // The id of a comment counts only in its own repository.
    let elsewhere = format!("/repos/lab/zoo/issues/comments/{}", second["id"]);
    world.send(RUNE, "GET", &elsewhere, None, 404).await;

    reactions(world, &other).await;
    reactions(world, &format!("{ISSUES}/1")).await;
    world.delete(OTTO, &one).await;
    world.send(OTTO, "GET", &one, None, 404).await;
}

async fn reactions(world: &mut World, on: &str) {
    let path = format!("{on}/reactions");
    let like = json!({ "content": "+1" });
    let reaction = world.post(OTTO, &path, like.clone()).await;
    let again = world.send(OTTO, "POST", &path, Some(like), 200).await;
    assert_eq!(again.json["id"], reaction["id"]);
    world
        .refused(OTTO, "POST", &path, json!({ "content": "shrug" }), 422)
        .await;
    assert_eq!(world.get(RUNE, &path).await, json!([reaction]));
    assert_eq!(
        world.get(RUNE, &format!("{path}?content=heart")).await,
        json!([])
    );
    world
        .delete(OTTO, &format!("{path}/{}", reaction["id"]))
        .await;
    assert_eq!(world.get(RUNE, &path).await, json!([]));
}
