//! Seeds applied to a real forge.

use althing_localforge::{
    forge::{Forge, Refusal},
    model::{IssueFilter, Permission, Window},
    seed::{SeedError, Seeded, seed},
};

use crate::stage::{SEED, Stage};

#[tokio::test]
async fn a_second_run_adds_nothing_and_leaves_changes_alone() {
    let stage = Stage::set().await;
    let (ada, repo) = stage.models("ada").await;
    let main = stage.show(&["rev-parse", "main"]);
    stage
        .forge
        .create_comment(&ada, &repo, 1, "hello")
        .await
        .unwrap();
    stage.push("main", "main", &[("new.txt", "x")]);
    let moved = stage.show(&["rev-parse", "main"]);
    assert_ne!(main, moved);

    let again = seed(&stage.forge, &stage.path().join("seed.yaml"))
        .await
        .unwrap();
    assert_eq!(again, Seeded::default());
    assert_eq!(stage.show(&["rev-parse", "main"]), moved);
    let issues = stage
        .forge
        .issues(&ada, &repo, &IssueFilter::default(), Window::ALL)
        .await
        .unwrap();
    assert_eq!(issues.total, 2);
    assert_eq!(issues.items[1].comments, 1);
    assert_eq!(
        issues.items[1].created_at.to_string(),
        "2026-01-01T00:00:00Z"
    );
}

#[tokio::test]
async fn a_clash_with_what_is_there_writes_nothing() {
    let stage = Stage::set().await;
    let clashing = SEED
        .replace("login: rob, id: 1002", "login: rob, id: 1009")
        .replace("title: First", "title: Other")
        .replace(
            "- { login: eve",
            "- { login: new, id: 1005 }\n  - { login: eve",
        );
    let clashing = clashing.replace("eve, id: 1005", "eve");
    std::fs::write(stage.path().join("clash.yaml"), clashing).unwrap();
    let path = stage.path().join("clash.yaml");
    let Err(SeedError::Findings(findings)) = seed(&stage.forge, &path).await else {
        panic!("a clashing seed is refused");
    };
    let messages: Vec<&str> = findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "`rob` and the id 1009 do not belong together in this forge",
            "`new` and the id 1005 do not belong together in this forge",
            "number 1 of ACME/models is something else already",
        ]
    );
    assert!(matches!(
        stage.forge.user("new").await,
        Err(Refusal::NotFound(_))
    ));
}

#[tokio::test]
async fn what_was_seeded_survives_reopening() {
    let stage = Stage::set().await;
    let root = stage.forge.root().to_owned();
    stage.forge.close().await;
    let forge = Forge::open(&root).await.unwrap();
    let rob = forge.authenticate("token-rob").await.unwrap();
    assert_eq!(
        (rob.user.id.0, rob.user.name.as_deref()),
        (1002, Some("Rob R"))
    );
    let repo = forge.repo(&rob, "acme", "models").await.unwrap();
    assert_eq!(repo.permission, Permission::Write);
    assert_eq!(
        forge.authenticate("nonsense").await,
        Err(Refusal::Unauthorized)
    );
}
