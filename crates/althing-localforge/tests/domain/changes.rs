//! Commits made on the forge itself.

use althing_localforge::{
    forge::{BranchCommit, Refusal},
    model::Sha,
};

use crate::stage::Stage;

fn change(head: &Sha) -> BranchCommit {
    BranchCommit {
        branch: "main".to_owned(),
        expected_head: head.clone(),
        message: "Change".to_owned(),
        additions: vec![("a/b.txt".to_owned(), b"b\n".to_vec())],
        deletions: vec!["README.md".to_owned()],
    }
}

#[tokio::test]
async fn a_commit_is_made_on_the_head_that_was_seen() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let head: Sha = stage.show(&["rev-parse", "main"]).parse().unwrap();
    let made = stage
        .forge
        .commit_on_branch(&rob, &repo, change(&head))
        .await;
    assert_eq!(made.unwrap().as_str(), stage.show(&["rev-parse", "main"]));
    assert_eq!(
        stage.show(&["ls-tree", "-r", "--name-only", "main"]),
        "a/b.txt"
    );
    assert_eq!(stage.show(&["show", "main:a/b.txt"]), "b");
    assert_eq!(
        stage.show(&["log", "-1", "--format=%an %s %P", "main"]),
        format!("Rob R Change {head}")
    );

    let stale = stage
        .forge
        .commit_on_branch(&rob, &repo, change(&head))
        .await;
    assert!(matches!(stale, Err(Refusal::Conflict(_))), "{stale:?}");
}

#[tokio::test]
async fn what_must_not_be_committed_changes_nothing() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let (tim, seen_by_tim) = stage.models("tim").await;
    let head: Sha = stage.show(&["rev-parse", "main"]).parse().unwrap();
    let refused = stage
        .forge
        .commit_on_branch(&tim, &seen_by_tim, change(&head))
        .await;
    assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");

    for path in ["../x", "/x", "a//b", ".git/config", "a/.GIT/x", "", "a\0b"] {
        let mut new = change(&head);
        new.additions[0].0 = path.to_owned();
        let refused = stage.forge.commit_on_branch(&rob, &repo, new).await;
        let is_refused = matches!(refused, Err(Refusal::Unprocessable { .. }));
        assert!(is_refused, "{path:?}: {refused:?}");
    }
    let mut missing = change(&head);
    missing.deletions.push("none.txt".to_owned());
    let refused = stage.forge.commit_on_branch(&rob, &repo, missing).await;
    assert!(
        matches!(refused, Err(Refusal::Unprocessable { .. })),
        "{refused:?}"
    );
    let mut nowhere = change(&head);
    nowhere.branch = "none".to_owned();
    let refused = stage.forge.commit_on_branch(&rob, &repo, nowhere).await;
    assert_eq!(refused, Err(Refusal::not_found()));
    assert_eq!(stage.show(&["rev-parse", "main"]), head.as_str());
}
