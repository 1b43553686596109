//! Users, organizations, teams, permissions.

use serde_json::{Value, json};

use crate::world::{MARA, OTTO, RUNE, World};

pub(crate) async fn accounts(world: &mut World) {
    world.get(MARA, "/").await;
    let limits = world.get(MARA, "/rate_limit").await;
    assert_eq!(limits["resources"]["core"], limits["rate"]);

    let me = world.get(MARA, "/user").await;
    assert_eq!(
        (&me["login"], &me["user_view_type"]),
        (&json!(MARA), &json!("private"))
    );
    let other = world.get(OTTO, "/users/mara").await;
    assert_eq!(
        (&other["id"], &other["user_view_type"]),
        (&me["id"], &json!("public"))
    );
    let org = world.get(OTTO, "/users/lab").await;
    assert_eq!(org["type"], "Organization");

    for path in [
        "/user/repos",
        "/users/mara/repos",
        "/user/orgs",
        "/users/mara/orgs",
        "/orgs/lab",
        "/orgs/lab/repos",
    ] {
        world.get(MARA, path).await;
    }
    let refusal = world.send(OTTO, "GET", "/users/nobody", None, 404).await;
    assert_eq!(refusal.json["message"], "Not Found");
}

pub(crate) async fn members_and_teams(world: &mut World) {
    let members = world.get(RUNE, "/orgs/lab/members").await;
    assert_eq!(logins(&members), [MARA, RUNE]);
    world
        .send(RUNE, "GET", "/orgs/lab/members/rune", None, 204)
        .await;
    world
        .send(RUNE, "GET", "/orgs/lab/members/otto", None, 404)
        .await;
    let role = world.get(RUNE, "/orgs/lab/memberships/mara").await;
    assert_eq!(role["role"], "admin");

    let teams = world.get(RUNE, "/orgs/lab/teams").await;
    assert_eq!(teams[0]["slug"], "kernels");
    let team = world.get(RUNE, "/orgs/lab/teams/kernels").await;
    assert_eq!(
        (&team["members_count"], &team["repos_count"]),
        (&json!(1), &json!(1))
    );
    let members = world.get(RUNE, "/orgs/lab/teams/kernels/members").await;
    assert_eq!(logins(&members), [RUNE]);
    let path = "/orgs/lab/teams/kernels/memberships";
    world.get(RUNE, &format!("{path}/rune")).await;
    world
        .send(RUNE, "GET", &format!("{path}/otto"), None, 404)
        .await;
    world
        .send(RUNE, "GET", "/orgs/lab/teams/none", None, 404)
        .await;
}

pub(crate) async fn collaborators(world: &mut World) {
    let path = "/repos/mara/models/collaborators";
    let put = json!({ "permission": "push" });
    world
        .send(MARA, "PUT", &format!("{path}/rune"), Some(put.clone()), 204)
        .await;
    world
        .send(
            MARA,
            "PUT",
            &format!("{path}/otto"),
            Some(json!({ "permission": "triage" })),
            204,
        )
        .await;
    assert_eq!(logins(&world.get(MARA, path).await), [MARA, OTTO, RUNE]);
    world
        .send(MARA, "GET", &format!("{path}/rune"), None, 204)
        .await;

    let has = world.get(MARA, &format!("{path}/rune/permission")).await;
    assert_eq!(
        (
            &has["permission"],
            &has["role_name"],
            &has["user"]["permissions"]["push"]
        ),
        (&json!("write"), &json!("write"), &json!(true))
    );
    let assignable = world.get(RUNE, "/repos/mara/models/assignees").await;
    assert_eq!(logins(&assignable), [MARA, OTTO, RUNE]);
    world
        .send(RUNE, "GET", "/repos/mara/models/assignees/otto", None, 204)
        .await;

    world.delete(MARA, &format!("{path}/otto")).await;
    world
        .send(MARA, "GET", &format!("{path}/otto"), None, 404)
        .await;
    world
        .send(RUNE, "GET", "/repos/mara/models/assignees/otto", None, 404)
        .await;
    let message = world
        .refused(RUNE, "PUT", &format!("{path}/otto"), put, 403)
        .await;
    assert_eq!(message, "Must have admin rights to Repository.");
    let bad = json!({ "permission": "everything" });
    world
        .refused(MARA, "PUT", &format!("{path}/otto"), bad, 422)
        .await;
}

fn logins(list: &Value) -> Vec<String> {
    let accounts = list.as_array().unwrap().iter();
    accounts
        .map(|account| account["login"].as_str().unwrap().to_owned())
        .collect()
}

pub(crate) async fn strangers(world: &mut World) {
    for path in ["/", "/user", "/repos/mara/models/issues/1"] {
        let message = world.refused("nobody", "GET", path, json!({}), 401).await;
        assert_eq!(message, "Bad credentials");
    }
}
