//! Pull requests, reviews, merges.

use serde_json::json;

use crate::world::{MARA, OTTO, RUNE, World};

const PULLS: &str = "/repos/mara/models/pulls";

pub(crate) async fn pulls(world: &mut World) -> i64 {
    let new = json!({ "title": "Add tiny/one", "head": "feature/one", "base": "main", "body": "Closes #1" });
    let pull = world.post(RUNE, PULLS, new.clone()).await;
    let number = pull["number"].as_i64().unwrap();
    let one = format!("{PULLS}/{number}");
    let refusal = world.send(RUNE, "POST", PULLS, Some(new), 422).await;
    assert_eq!(
        refusal.json["errors"][0]["message"],
        "A pull request already exists for mara:feature/one."
    );
    let nothing = json!({ "title": "x", "head": "none", "base": "main" });
    world.refused(RUNE, "POST", PULLS, nothing, 422).await;

    let pull = world.get(OTTO, &one).await;
    assert_eq!(
        (&pull["mergeable"], &pull["commits"], &pull["changed_files"]),
        (&json!(true), &json!(1), &json!(1))
    );
    let issue = world
        .get(OTTO, &format!("/repos/mara/models/issues/{number}"))
        .await;
    assert_eq!(issue["pull_request"]["url"], pull["url"]);
    let labels = json!({ "labels": ["n150"] });
    let path = format!("/repos/mara/models/issues/{number}/labels");
    world.send(RUNE, "POST", &path, Some(labels), 200).await;
    for media in [
        "application/vnd.github.v3.diff; charset=utf-8",
        "application/vnd.github.diff",
    ] {
        let diff = world.send_as(OTTO, "GET", &one, media, None, 200).await;
        assert!(
            diff.text.starts_with("diff --git a/model.py b/model.py"),
            "{}",
            diff.text
        );
    }
    let patch = world
        .send_as(OTTO, "GET", &one, "application/vnd.github.patch", None, 200)
        .await;
    assert!(patch.text.starts_with("From "), "{}", patch.text);

    let list = world
        .get(OTTO, &format!("{PULLS}?head=mara:feature/one&base=main"))
        .await;
    assert_eq!(list[0]["number"], number);
    assert_eq!(
        world
            .get(OTTO, &format!("{PULLS}?head=otto:feature/one"))
            .await,
        json!([])
    );
    assert_eq!(
        world.get(OTTO, &format!("{PULLS}?state=closed")).await,
        json!([])
    );
    let files = world.get(OTTO, &format!("{one}/files")).await;
    assert_eq!(files[0]["filename"], "model.py");
    world.get(OTTO, &format!("{one}/commits")).await;

    let edited = world
        .patch(
            RUNE,
            &one,
            json!({ "title": "Bring up tiny/one", "state": "closed" }),
        )
        .await;
    assert_eq!(edited["state"], "closed");
    world.patch(RUNE, &one, json!({ "state": "open" })).await;
    world
        .refused(OTTO, "PATCH", &one, json!({ "title": "mine" }), 403)
        .await;
    world
        .send(OTTO, "GET", &format!("{PULLS}/1"), None, 404)
        .await;
    number
}

pub(crate) async fn reviews(world: &mut World, number: i64) {
    let one = format!("{PULLS}/{number}");
    let asked = format!("{one}/requested_reviewers");
    let reviewers = json!({ "reviewers": ["mara"] });
    world.post(RUNE, &asked, reviewers.clone()).await;
    let waiting = world.get(OTTO, &asked).await;
    assert_eq!(waiting["users"][0]["login"], MARA);
    world
        .send(RUNE, "DELETE", &asked, Some(reviewers), 200)
        .await;

    let path = format!("{one}/reviews");
    let head = world.get(OTTO, &one).await["head"]["sha"].clone();
    let approve = json!({ "event": "APPROVE", "body": "fine", "commit_id": head });
    let review = world
        .send(MARA, "POST", &path, Some(approve.clone()), 200)
        .await
        .json;
    assert_eq!(
        (
            &review["state"],
            &review["commit_id"],
            &review["author_association"]
        ),
        (&json!("APPROVED"), &head, &json!("OWNER"))
    );
    // Nobody approves an own pull request, and a review says what it is.
    world.refused(RUNE, "POST", &path, approve, 422).await;
    world
        .refused(MARA, "POST", &path, json!({ "body": "draft" }), 422)
        .await;
    world
        .refused(MARA, "POST", &path, json!({ "event": "LOVE" }), 422)
        .await;
    let comment = json!({ "event": "COMMENT", "body": "a word" });
    world.send(OTTO, "POST", &path, Some(comment), 200).await;
    assert_eq!(world.get(OTTO, &path).await.as_array().unwrap().len(), 2);

    let id = review["id"].clone();
    assert_eq!(world.get(OTTO, &format!("{path}/{id}")).await, review);
    let dismissal = json!({ "message": "the head has moved" });
    let put = format!("{path}/{id}/dismissals");
    world
        .refused(OTTO, "PUT", &put, dismissal.clone(), 403)
        .await;
    let dismissed = world.send(MARA, "PUT", &put, Some(dismissal), 200).await;
    assert_eq!(dismissed.json["state"], "DISMISSED");
    world
        .send(OTTO, "GET", &format!("{path}/99999"), None, 404)
        .await;
}

pub(crate) async fn merges(world: &mut World, number: i64) {
    let one = format!("{PULLS}/{number}");
    let path = format!("{one}/merge");
    world.send(OTTO, "GET", &path, None, 404).await;
    world.refused(OTTO, "PUT", &path, json!({}), 403).await;
    let main = world
        .get(OTTO, "/repos/mara/models/git/ref/heads/main")
        .await;
    let stale = json!({ "sha": main["object"]["sha"] });
    let message = world.refused(RUNE, "PUT", &path, stale, 409).await;
    assert_eq!(
        message,
        "Head branch was modified. Review and try the merge again."
    );
    world
        .refused(
            RUNE,
            "PUT",
            &path,
            json!({ "merge_method": "octopus" }),
            422,
        )
        .await;

    let head = world.get(OTTO, &one).await["head"]["sha"].clone();
    let merge =
        json!({ "sha": head, "merge_method": "squash", "commit_title": "Bring up tiny/one" });
    let merged = world.send(MARA, "PUT", &path, Some(merge), 200).await;
    assert_eq!(merged.json["merged"], true);
    world.send(OTTO, "GET", &path, None, 204).await;
    let pull = world.get(OTTO, &one).await;
    assert_eq!(
        (
            &pull["merged"],
            &pull["merged_by"]["login"],
            &pull["merge_commit_sha"]
        ),
        (&json!(true), &json!(MARA), &merged.json["sha"])
    );
    let issue = world.get(OTTO, "/repos/mara/models/issues/1").await;
    assert_eq!(
        issue["state"], "closed",
        "the merge closes what the text names"
    );
    let message = world.refused(MARA, "PUT", &path, json!({}), 405).await;
    assert_eq!(message, "Pull Request is not mergeable");

    // Another branch changes the same line, so that it no longer merges.
    let new = json!({ "title": "Rival", "head": "feature/rival", "base": "main" });
    let rival = world.post(RUNE, PULLS, new).await;
    let one = format!("{PULLS}/{}", rival["number"]);
    let seen = world.get(OTTO, &one).await;
    assert_eq!(
        (&seen["mergeable"], &seen["mergeable_state"]),
        (&json!(false), &json!("dirty"))
    );
    let message = world
        .refused(RUNE, "PUT", &format!("{one}/merge"), json!({}), 405)
        .await;
    assert_eq!(message, "Pull Request is not mergeable");
}
