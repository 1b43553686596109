//! Refs, branches, commits, files.

use serde_json::json;

use crate::world::{MARA, OTTO, RUNE, World};

const REPO: &str = "/repos/mara/models";

pub(crate) async fn refs(world: &mut World) {
    let main = world.get(OTTO, &format!("{REPO}/git/ref/heads/main")).await;
    let sha = main["object"]["sha"].as_str().unwrap().to_owned();
    assert_eq!(main["ref"], "refs/heads/main");

    let path = format!("{REPO}/git/refs");
    let lock = json!({ "ref": "refs/heads/locks/issue-1", "sha": sha });
    world.post(RUNE, &path, lock.clone()).await;
    let message = world.refused(RUNE, "POST", &path, lock.clone(), 422).await;
    assert_eq!(message, "Reference already exists");
    world.refused(OTTO, "POST", &path, lock, 403).await;
    world
        .refused(RUNE, "POST", &path, json!({ "ref": "refs/heads/x" }), 422)
        .await;
    let nowhere = json!({ "ref": "refs/heads/x", "sha": "0".repeat(40) });
    world.refused(RUNE, "POST", &path, nowhere, 422).await;
    let nameless = json!({ "ref": "x", "sha": sha });
    world.refused(RUNE, "POST", &path, nameless, 422).await;

    let matching = world
        .get(OTTO, &format!("{REPO}/git/matching-refs/heads/locks"))
        .await;
    assert_eq!(matching.as_array().unwrap().len(), 1);
    let head = world
        .get(OTTO, &format!("{REPO}/git/ref/heads/feature/one"))
        .await;
    let ahead = json!({ "sha": head["object"]["sha"] });
    let moved = world
        .patch(RUNE, &format!("{path}/heads/locks/issue-1"), ahead)
        .await;
    assert_eq!(moved["object"]["sha"], head["object"]["sha"]);
    let back = json!({ "sha": sha });
    world
        .refused(
            RUNE,
            "PATCH",
            &format!("{path}/heads/locks/issue-1"),
            back,
            422,
        )
        .await;
    let forced = json!({ "sha": sha, "force": true });
    world
        .patch(RUNE, &format!("{path}/heads/locks/issue-1"), forced)
        .await;
    // gh escapes the slashes of a branch name.
    world
        .delete(RUNE, &format!("{path}/heads/locks%2Fissue-1"))
        .await;
    let message = world
        .refused(
            RUNE,
            "DELETE",
            &format!("{path}/heads/locks/issue-1"),
            json!({}),
            422,
        )
        .await;
    assert_eq!(message, "Reference does not exist");
    world
        .send(
            OTTO,
            "GET",
            &format!("{REPO}/git/ref/heads/locks/issue-1"),
            None,
            404,
        )
        .await;
}

pub(crate) async fn branches_and_commits(world: &mut World) {
    let branches = world.get(OTTO, &format!("{REPO}/branches")).await;
    assert!(
        branches
            .as_array()
            .unwrap()
            .iter()
            .any(|branch| branch["name"] == "feature/one")
    );
    let branch = world
        .get(OTTO, &format!("{REPO}/branches/feature/one"))
        .await;
    world
        .send(OTTO, "GET", &format!("{REPO}/branches/none"), None, 404)
        .await;

    let history = world
        .get(
            OTTO,
            &format!("{REPO}/commits?sha=feature/one&path=model.py"),
        )
        .await;
    assert_eq!(history[0]["sha"], branch["commit"]["sha"]);
    assert_eq!(
        history[0]["author"]["login"], RUNE,
        "commits find their author by e-mail"
    );
    let page = world
        .send(
            OTTO,
            "GET",
            &format!("{REPO}/commits?sha=feature/one&per_page=1"),
            None,
            200,
        )
        .await;
    assert!(page.headers["link"].contains("rel=\"next\""));

    let commit = world
        .get(OTTO, &format!("{REPO}/commits/feature/one"))
        .await;
    assert_eq!(commit["files"][0]["filename"], "model.py");
    let text = world
        .send_as(
            OTTO,
            "GET",
            &format!("{REPO}/commits/feature/one"),
            "application/vnd.github.sha",
            None,
            200,
        )
        .await;
    assert_eq!(json!(text.text), commit["sha"]);
    let message = world
        .refused(OTTO, "GET", &format!("{REPO}/commits/none"), json!({}), 422)
        .await;
    assert_eq!(message, "No commit found for SHA: none");

    let compared = world
        .get(OTTO, &format!("{REPO}/compare/main...feature/one"))
        .await;
    assert_eq!(
        (&compared["status"], &compared["ahead_by"]),
        (&json!("ahead"), &json!(1))
    );
    let compared = world
        .get(OTTO, &format!("{REPO}/compare/main...main"))
        .await;
    assert_eq!(compared["status"], "identical");
}

pub(crate) async fn contents(world: &mut World) {
    let root = world.get(OTTO, &format!("{REPO}/contents")).await;
    assert!(
        root.as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["name"] == "README.md")
    );
    world.get(OTTO, &format!("{REPO}/contents/")).await;
    let folder = world
        .get(OTTO, &format!("{REPO}/contents/docs?ref=main"))
        .await;
    assert_eq!(folder[0]["path"], "docs/guide one.md");
    let file = world
        .get(OTTO, &format!("{REPO}/contents/docs/guide%20one.md"))
        .await;
    assert_eq!(
        (&file["content"], &file["encoding"]),
        (&json!("IyBHdWlkZQo=\n"), &json!("base64"))
    );
    let raw = world
        .send_as(
            OTTO,
            "GET",
            &format!("{REPO}/contents/docs/guide%20one.md"),
            "application/vnd.github.v3.raw",
            None,
            200,
        )
        .await;
    assert_eq!(raw.text, "# Guide\n");
    world.get(OTTO, &format!("{REPO}/readme")).await;
    for path in ["none.md", "README.md?ref=none", "..%2F..%2Fforge.db"] {
        world
            .send(OTTO, "GET", &format!("{REPO}/contents/{path}"), None, 404)
            .await;
    }
    world
        .send(MARA, "GET", "/repos/lab/zoo/readme", None, 404)
        .await;
}

pub(crate) async fn objects(world: &mut World) {
    let tree = world
        .get(OTTO, &format!("{REPO}/git/trees/main?recursive=1"))
        .await;
    let paths: Vec<_> = tree["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["path"])
        .collect();
    assert_eq!(paths, ["README.md", "docs", "docs/guide one.md"]);
    let by_id = format!("{REPO}/git/trees/{}", tree["sha"].as_str().unwrap());
    assert_eq!(world.get(OTTO, &by_id).await["sha"], tree["sha"]);
    let blob = tree["tree"][2]["sha"].as_str().unwrap();
    let blob = world.get(OTTO, &format!("{REPO}/git/blobs/{blob}")).await;
    assert_eq!(
        (&blob["content"], &blob["size"]),
        (&json!("IyBHdWlkZQo=\n"), &json!(8))
    );
    let main = world.get(OTTO, &format!("{REPO}/git/ref/heads/main")).await;
    let commit = format!(
        "{REPO}/git/commits/{}",
        main["object"]["sha"].as_str().unwrap()
    );
    assert_eq!(world.get(OTTO, &commit).await["tree"]["sha"], tree["sha"]);
    let path = format!("{REPO}/git/commits");
    let loose =
        json!({ "message": "a note", "tree": tree["sha"], "parents": [main["object"]["sha"]] });
    let made = world.post(RUNE, &path, loose.clone()).await;
    assert_eq!(made["parents"][0]["sha"], main["object"]["sha"]);
    assert_eq!(made["tree"]["sha"], tree["sha"]);
    world.refused(OTTO, "POST", &path, loose, 403).await;
    let nothing = json!({ "message": "x", "tree": "1".repeat(40) });
    world.refused(RUNE, "POST", &path, nothing, 422).await;
    for path in ["trees/none", "blobs/none", "commits/none"] {
        world
            .send(OTTO, "GET", &format!("{REPO}/git/{path}"), None, 404)
            .await;
    }
}

pub(crate) async fn statuses_and_check_runs(world: &mut World) {
    let head = world
        .get(OTTO, &format!("{REPO}/git/ref/heads/feature/one"))
        .await;
    let sha = head["object"]["sha"].as_str().unwrap().to_owned();
    let empty = world
        .get(OTTO, &format!("{REPO}/commits/{sha}/status"))
        .await;
    assert_eq!(
        (&empty["state"], &empty["total_count"]),
        (&json!("pending"), &json!(0))
    );

    let path = format!("{REPO}/statuses/{sha}");
    for state in ["pending", "success"] {
        let new = json!({ "state": state, "context": "ci/eval", "description": "accuracy", "target_url": "https://ci.example/1" });
        world.post(RUNE, &path, new).await;
    }
    world
        .refused(OTTO, "POST", &path, json!({ "state": "success" }), 403)
        .await;
    world
        .refused(RUNE, "POST", &path, json!({ "state": "green" }), 422)
        .await;
    let all = world
        .get(OTTO, &format!("{REPO}/commits/{sha}/statuses"))
        .await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    let combined = world
        .get(OTTO, &format!("{REPO}/commits/feature/one/status"))
        .await;
    assert_eq!(
        (&combined["state"], &combined["total_count"]),
        (&json!("success"), &json!(1))
    );

    let path = format!("{REPO}/check-runs");
    let new = json!({ "name": "tests", "head_sha": sha, "status": "in_progress" });
    let run = world.post(RUNE, &path, new.clone()).await;
    world.refused(OTTO, "POST", &path, new, 403).await;
    let done = json!({
        "conclusion": "failure",
        "output": { "title": "Tests", "summary": "1 of 3 failed", "text": "see above" },
    });
    let run = world
        .patch(RUNE, &format!("{path}/{}", run["id"]), done)
        .await;
    assert_eq!(
        (&run["status"], &run["conclusion"]),
        (&json!("completed"), &json!("failure"))
    );
    let bad = json!({ "conclusion": "meh" });
    world
        .refused(RUNE, "PATCH", &format!("{path}/{}", run["id"]), bad, 422)
        .await;
    assert_eq!(world.get(OTTO, &format!("{path}/{}", run["id"])).await, run);
    let runs = world
        .get(
            OTTO,
            &format!("{REPO}/commits/{sha}/check-runs?check_name=tests"),
        )
        .await;
    assert_eq!(runs["check_runs"], json!([run]));
    let none = world
        .get(
            OTTO,
            &format!("{REPO}/commits/{sha}/check-runs?status=queued"),
        )
        .await;
    assert_eq!(none["total_count"], 0);
}
