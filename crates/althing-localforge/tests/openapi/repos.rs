//! Repositories and labels.

use serde_json::json;

use crate::world::{MARA, OTTO, RUNE, World};

pub(crate) async fn repositories(world: &mut World) {
    let new = json!({ "name": "scratch", "private": true, "auto_init": true });
    let repo = world.post(MARA, "/user/repos", new.clone()).await;
    assert_eq!(
        (
            &repo["full_name"],
            &repo["visibility"],
            &repo["permissions"]["admin"]
        ),
        (&json!("mara/scratch"), &json!("private"), &json!(true))
    );
    let message = world.refused(MARA, "POST", "/user/repos", new, 422).await;
    assert_eq!(message, "Repository creation failed.");
    world.get(MARA, "/repos/mara/scratch").await;
    world.get(MARA, "/repos/Mara/SCRATCH").await;
    // Others are not told that it exists.
    world
        .send(OTTO, "GET", "/repos/mara/scratch", None, 404)
        .await;

    let changes = json!({
        "private": false,
        "description": "to be thrown away",
        "delete_branch_on_merge": true,
        "allow_rebase_merge": false,
    });
    let repo = world.patch(MARA, "/repos/mara/scratch", changes).await;
    assert_eq!(
        (
            &repo["private"],
            &repo["delete_branch_on_merge"],
            &repo["allow_rebase_merge"]
        ),
        (&json!(false), &json!(true), &json!(false))
    );
    let nothing = json!({ "description": "mine" });
    let message = world
        .refused(OTTO, "PATCH", "/repos/mara/scratch", nothing, 403)
        .await;
    assert_eq!(message, "Must have admin rights to Repository.");
    world
        .refused(OTTO, "DELETE", "/repos/mara/scratch", json!({}), 403)
        .await;
    world.delete(MARA, "/repos/mara/scratch").await;
    world
        .send(MARA, "GET", "/repos/mara/scratch", None, 404)
        .await;

    let new = json!({ "name": "zoo", "visibility": "public", "description": "all of them" });
    let repo = world.post(MARA, "/orgs/lab/repos", new.clone()).await;
    assert_eq!(repo["organization"]["login"], "lab");
    world
        .refused(OTTO, "POST", "/orgs/lab/repos", new, 403)
        .await;
}

pub(crate) async fn labels(world: &mut World) {
    let path = "/repos/mara/models/labels";
    for (name, color) in [("n150", "1d76db"), ("good first/issue", "ededed")] {
        let new = json!({ "name": name, "color": color, "description": "a label" });
        assert_eq!(world.post(RUNE, path, new).await["name"], name);
    }
    let again = json!({ "name": "N150", "color": "1d76db" });
    let refusal = world.send(RUNE, "POST", path, Some(again), 422).await;
    assert_eq!(refusal.json["errors"][0]["code"], "already_exists");
    let wrong = json!({ "name": "x", "color": "blue" });
    world.refused(RUNE, "POST", path, wrong, 422).await;
    world
        .refused(RUNE, "POST", path, json!({ "color": "ededed" }), 422)
        .await;
    world
        .refused(OTTO, "POST", path, json!({ "name": "x" }), 403)
        .await;

    world
        .get(OTTO, &format!("{path}/good%20first%2Fissue"))
        .await;
    let first = world
        .send(OTTO, "GET", &format!("{path}?per_page=1"), None, 200)
        .await;
    assert!(first.headers["link"].contains("page=2>; rel=\"next\""));
    let second = world.get(OTTO, &format!("{path}?per_page=1&page=2")).await;
    assert_eq!(second.as_array().unwrap().len(), 1);
    assert_ne!(first.json, second);

    let change = json!({ "new_name": "n300", "color": "5319e7" });
    let label = world
        .patch(RUNE, &format!("{path}/good%20first%2Fissue"), change)
        .await;
    assert_eq!(label["name"], "n300");
    world.post(RUNE, path, json!({ "name": "gone" })).await;
    world.delete(RUNE, &format!("{path}/gone")).await;
    world
        .send(OTTO, "GET", &format!("{path}/gone"), None, 404)
        .await;
}
