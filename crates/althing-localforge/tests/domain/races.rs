//! Several callers at once.

use althing_localforge::{
    forge::Refusal,
    model::{MergeRequest, NewIssue},
};
use tokio::task::JoinSet;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_creators_of_one_ref_exactly_one_succeeds() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let main = stage
        .forge
        .branch_sha(&repo, "main")
        .await
        .unwrap()
        .unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (forge, rob, repo, main) =
            (stage.forge.clone(), rob.clone(), repo.clone(), main.clone());
        tasks.spawn(async move {
            forge
                .create_ref(&rob, &repo, "refs/heads/claim/1", main.as_str())
                .await
        });
    }
    let outcomes = tasks.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 15));
    for refusal in lost {
        assert_eq!(
            refusal,
            Err(Refusal::unprocessable("Reference already exists"))
        );
    }
}

#[tokio::test]
async fn a_ref_that_cannot_be_made_is_not_called_existing() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let main = stage
        .forge
        .branch_sha(&repo, "main")
        .await
        .unwrap()
        .unwrap();
    let absent = "0123456789012345678901234567890123456789";
    let unprocessable = Refusal::unprocessable;
    for (name, target, wanted) in [
        (
            "refs/heads/main/x",
            main.as_str(),
            unprocessable("Reference name clashes with refs/heads/main"),
        ),
        (
            "refs/heads/x",
            absent,
            unprocessable("Object does not exist"),
        ),
        (
            "refs/pull/9/head",
            main.as_str(),
            unprocessable("refs/pull is a read-only namespace"),
        ),
        (
            "main",
            main.as_str(),
            unprocessable("main is not a valid ref name."),
        ),
    ] {
        assert_eq!(
            stage.forge.create_ref(&rob, &repo, name, target).await,
            Err(wanted),
            "{name}"
        );
    }
    let lock = stage
        .path()
        .join("forge/git/acme/models.git/refs/heads/held.lock");
    stage.show(&["config", "core.filesRefLockTimeout", "0"]);
    std::fs::write(lock, "").unwrap();
    let refusal = stage
        .forge
        .create_ref(&rob, &repo, "refs/heads/held", main.as_str())
        .await;
    assert_eq!(refusal.unwrap_err().status(), 409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_are_given_once() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let mut tasks = JoinSet::new();
    for at in 0..16 {
        let (forge, rob, repo) = (stage.forge.clone(), rob.clone(), repo.clone());
        let new = NewIssue {
            title: format!("issue {at}"),
            ..NewIssue::default()
        };
        tasks.spawn(async move { forge.create_issue(&rob, &repo, new).await.unwrap().number });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (3..19).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_mergers_of_one_pull_request_one_merges() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a")]);
    let pull = stage.pull("work", "").await;
    let (ada, repo) = stage.models("ada").await;
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let (forge, ada, repo) = (stage.forge.clone(), ada.clone(), repo.clone());
        tasks.spawn(async move {
            forge
                .merge_pull(&ada, &repo, 3, MergeRequest::default())
                .await
        });
    }
    let (won, lost): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 3), "{lost:?}");
    let range = format!("{}..main", pull.base_sha);
    assert_eq!(
        stage.show(&["rev-list", "--count", "--first-parent", &range]),
        "1"
    );
}
