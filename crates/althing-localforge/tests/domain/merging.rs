//! Merges are real git merges.

use althing_localforge::{
    forge::{Forge, Refusal},
    model::{
        IssueState, MergeMethod, MergeRequest, Mergeable, NewIssue, PullState, RepoPatch,
        StateReason,
    },
};

use crate::stage::Stage;

const METHODS: [MergeMethod; 3] = [MergeMethod::Merge, MergeMethod::Squash, MergeMethod::Rebase];

fn by(method: MergeMethod) -> MergeRequest {
    MergeRequest {
        method,
        ..MergeRequest::default()
    }
}

const PEOPLE: &str = "--format=%an <%ae> | %cn <%ce>%n%B";

#[tokio::test]
async fn a_merge_commit_has_both_parents_and_githubs_message() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a"), ("b.txt", "b")]);
    let pull = stage.pull("work", "Closes #1").await;
    let (ada, repo) = stage.models("ada").await;
    let merged = stage
        .forge
        .merge_pull(&ada, &repo, 3, by(MergeMethod::Merge))
        .await
        .unwrap();
    assert_eq!(
        stage.show(&["rev-parse", "main"]),
        merged.commit.to_string()
    );
    let parents = stage.show(&["show", "-s", "--format=%P", "main"]);
    assert_eq!(parents, format!("{} {}", pull.base_sha, pull.head_sha));
    insta::assert_snapshot!(stage.show(&["show", "-s", PEOPLE, "main"]), @r"
    Ada L <ada@example.org> | GitHub <noreply@github.com>
    Merge pull request #3 from acme/work

    Merge work
    ");
    assert_eq!(stage.show(&["show", "main:b.txt"]), "b");

    let pull = stage.forge.pull(&ada, &repo, 3).await.unwrap();
    assert_eq!(pull.state(), PullState::Merged);
    assert_eq!(merged.by.login, "ada");
    let issue = stage.forge.issue(&ada, &repo, 1).await.unwrap();
    assert_eq!(
        (issue.state, issue.state_reason),
        (IssueState::Closed, Some(StateReason::Completed))
    );
    assert_eq!(stage.forge.pull_files(&repo, &pull).await.unwrap().len(), 2);
    assert_eq!(
        stage.forge.pull_commits(&repo, &pull).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn a_squash_is_one_commit_by_the_author_of_the_pull_request() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a"), ("b.txt", "b")]);
    let pull = stage.pull("work", "").await;
    let (ada, repo) = stage.models("ada").await;
    stage
        .forge
        .merge_pull(&ada, &repo, 3, by(MergeMethod::Squash))
        .await
        .unwrap();
    assert_eq!(
        stage.show(&["show", "-s", "--format=%P", "main"]),
        pull.base_sha.to_string()
    );
    insta::assert_snapshot!(stage.show(&["show", "-s", PEOPLE, "main"]), @r"
    Rob R <rob@example.org> | GitHub <noreply@github.com>
    Merge work (#3)

    * Change a.txt

    Because of work.

    * Change b.txt

    Because of work.
    ");

    stage.push("main", "single", &[("c.txt", "c")]);
    stage.pull("single", "").await;
    stage
        .forge
        .merge_pull(&ada, &repo, 4, by(MergeMethod::Squash))
        .await
        .unwrap();
    insta::assert_snapshot!(stage.show(&["show", "-s", "--format=%B", "main"]), @r"
    Change c.txt (#4)

    Because of single.
    ");
}

#[tokio::test]
async fn a_rebase_keeps_authors_and_makes_a_line() {
    let stage = Stage::set().await;
    stage.push(
        "main",
        "work",
        &[("a.txt", "a"), ("README.md", "one\ntwo\nthree\nfour\n")],
    );
    stage.push("main", "main", &[("other.txt", "x")]);
    let before = stage.show(&["rev-parse", "main"]);
    stage.pull("work", "").await;
    let (ada, repo) = stage.models("ada").await;
    stage
        .forge
        .merge_pull(&ada, &repo, 3, by(MergeMethod::Rebase))
        .await
        .unwrap();
    let range = format!("{before}..main");
    insta::assert_snapshot!(stage.show(&["log", "--reverse", "--format=%s | %an | %cn", &range]), @r"
    Change a.txt | Rob R | Ada L
    Change README.md | Rob R | Ada L
    ");
    assert_eq!(stage.show(&["log", "--merges", "--oneline", "main"]), "");
    assert_eq!(
        stage.show(&["show", "main:README.md"]),
        "one\ntwo\nthree\nfour"
    );
    assert_eq!(stage.show(&["show", "main:other.txt"]), "x");
}

#[tokio::test]
async fn a_conflict_refuses_every_method_and_changes_nothing() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("README.md", "ours\n")]);
    stage.pull("work", "Closes #1").await;
    stage.push("main", "main", &[("README.md", "theirs\n")]);
    let before = stage.show(&["rev-parse", "main"]);
    let (ada, repo) = stage.models("ada").await;
    let pull = stage.forge.pull(&ada, &repo, 3).await.unwrap();
    assert_eq!(
        stage.forge.mergeable(&repo, &pull).await.unwrap(),
        Mergeable::Conflicting
    );
    for method in METHODS {
        let message = match method {
            MergeMethod::Merge | MergeMethod::Squash => "Pull Request is not mergeable",
            MergeMethod::Rebase => "This branch can't be rebased",
        };
        let refusal = stage.forge.merge_pull(&ada, &repo, 3, by(method)).await;
        assert_eq!(
            refusal,
            Err(Refusal::MethodNotAllowed(message.to_owned())),
            "{method:?}"
        );
    }
    assert_eq!(stage.show(&["rev-parse", "main"]), before);
    let issue = stage.forge.issue(&ada, &repo, 1).await.unwrap();
    assert_eq!(issue.state, IssueState::Open);
}

#[tokio::test]
async fn only_the_judged_head_is_merged() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a")]);
    let judged = stage.pull("work", "").await.head_sha;
    stage.push("work", "work", &[("b.txt", "b")]);
    let (ada, repo) = stage.models("ada").await;
    let request = MergeRequest {
        head: Some(judged),
        ..MergeRequest::default()
    };
    let refusal = stage
        .forge
        .merge_pull(&ada, &repo, 3, request.clone())
        .await;
    let message = "Head branch was modified. Review and try the merge again.";
    assert_eq!(refusal, Err(Refusal::Conflict(message.to_owned())));
    let head = stage.forge.pull(&ada, &repo, 3).await.unwrap().head_sha;
    assert_eq!(
        stage.show(&["rev-parse", "refs/pull/3/head"]),
        head.to_string()
    );
    let request = MergeRequest {
        head: Some(head),
        ..request
    };
    stage
        .forge
        .merge_pull(&ada, &repo, 3, request)
        .await
        .unwrap();
}

#[tokio::test]
async fn methods_drafts_and_repeated_merges_are_refused() {
    let stage = Stage::set().await;
    let (ada, repo) = stage.models("ada").await;
    stage.push("main", "work", &[("a.txt", "a")]);
    stage.pull("work", "").await;
    let patch = RepoPatch {
        allow_squash: Some(false),
        delete_branch_on_merge: Some(true),
        ..RepoPatch::default()
    };
    let repo = stage.forge.edit_repo(&ada, &repo, patch).await.unwrap();
    let refused = |message: &str| Err(Refusal::MethodNotAllowed(message.to_owned()));
    assert_eq!(
        stage
            .forge
            .merge_pull(&ada, &repo, 3, by(MergeMethod::Squash))
            .await,
        refused("Squash merges are not allowed on this repository.")
    );
    let (tim, as_tim) = stage.models("tim").await;
    assert_eq!(
        stage
            .forge
            .merge_pull(&tim, &as_tim, 3, by(MergeMethod::Merge))
            .await,
        Err(Refusal::must_have_admin())
    );
    stage
        .forge
        .merge_pull(&ada, &repo, 3, by(MergeMethod::Merge))
        .await
        .unwrap();
    assert_eq!(
        stage.forge.branch_sha(&repo, "work").await.unwrap(),
        None,
        "the branch goes"
    );
    assert_eq!(
        stage
            .forge
            .merge_pull(&ada, &repo, 3, by(MergeMethod::Merge))
            .await,
        refused("Pull Request is not mergeable")
    );
}

/// Puts the store into the state of a crash between moving the branch and recording it.
async fn crashed_merge(stage: &Stage, moved: bool) -> Forge {
    stage.push("main", "work", &[("a.txt", "a")]);
    let pull = stage.pull("work", "Closes #2").await;
    let message = [
        "commit-tree",
        "-m",
        "Squashed",
        "-p",
        pull.base_sha.as_str(),
    ];
    let tree = format!("{}^{{tree}}", pull.head_sha);
    let commit = crate::stage::git(
        &stage.path().join("forge/git/acme/models.git"),
        &[&message[..], &[tree.as_str()]].concat(),
    );
    if moved {
        stage.show(&["update-ref", "refs/heads/main", &commit]);
    }
    let insert = format!(
        "INSERT INTO merge_intent VALUES ({}, '{}', '{commit}', 1001)",
        pull.issue.id, pull.base_sha
    );
    stage.forge.close().await;
    let database = stage.path().join("forge/forge.db");
    let done = std::process::Command::new("sqlite3")
        .arg(database)
        .arg(insert)
        .status()
        .unwrap();
    assert!(done.success());
    let forge = Forge::open(&stage.path().join("forge")).await.unwrap();
    forge.recover().await.unwrap();
    forge
}

#[tokio::test]
async fn a_merge_cut_short_after_the_branch_moved_is_recorded() {
    let stage = Stage::set().await;
    let forge = crashed_merge(&stage, true).await;
    let ada = forge.authenticate("token-ada").await.unwrap();
    let repo = forge.repo(&ada, "acme", "models").await.unwrap();
    let pull = forge.pull(&ada, &repo, 3).await.unwrap();
    assert_eq!(
        pull.merged.map(|merged| merged.by.login),
        Some("ada".to_owned())
    );
    assert_eq!(
        forge.issue(&ada, &repo, 2).await.unwrap().state,
        IssueState::Closed
    );
}

#[tokio::test]
async fn a_merge_cut_short_before_that_never_happened() {
    let stage = Stage::set().await;
    let forge = crashed_merge(&stage, false).await;
    let ada = forge.authenticate("token-ada").await.unwrap();
    let repo = forge.repo(&ada, "acme", "models").await.unwrap();
    assert_eq!(
        forge.pull(&ada, &repo, 3).await.unwrap().state(),
        PullState::Open
    );
    forge
        .merge_pull(&ada, &repo, 3, MergeRequest::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_merge_closes_only_issues_that_its_actor_may_close() {
    let stage = Stage::set().await;
    let (rob, _) = stage.models("rob").await;
    let secret = stage.forge.repo(&rob, "acme", "secret").await.unwrap();
    let new = NewIssue {
        title: "secret".to_owned(),
        ..NewIssue::default()
    };
    stage.forge.create_issue(&rob, &secret, new).await.unwrap();
    for (merger, file, wanted) in [
        ("mia", "a.txt", IssueState::Open),
        ("ada", "b.txt", IssueState::Closed),
    ] {
        stage.push("main", "work", &[(file, "x")]);
        let pull = stage.pull("work", "Closes acme/secret#1").await;
        let (actor, repo) = stage.models(merger).await;
        stage
            .forge
            .merge_pull(&actor, &repo, pull.issue.number, by(MergeMethod::Merge))
            .await
            .unwrap();
        let issue = stage.forge.issue(&rob, &secret, 1).await.unwrap();
        assert_eq!(issue.state, wanted, "{merger}");
    }
}
