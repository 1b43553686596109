//! Opening, following and reviewing pull requests.

use althing_localforge::{
    forge::Refusal,
    model::{
        ChangeKind, IssueState, NewPull, NewReview, PullFilter, PullPatch, PullState,
        ReviewDecision, ReviewState, Window,
    },
};

use crate::stage::Stage;

fn new(head: &str, base: &str) -> NewPull {
    NewPull {
        title: "t".to_owned(),
        head: head.to_owned(),
        base: base.to_owned(),
        ..NewPull::default()
    }
}

#[tokio::test]
async fn wrong_pull_requests_are_refused_in_githubs_words() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a")]);
    stage.push("main", "same", &[]);
    stage.pull("work", "").await;
    let (rob, repo) = stage.models("rob").await;
    let custom = |message: &str| Refusal::custom("PullRequest", message);
    for (pull, wanted) in [
        (
            new("work", "main"),
            custom("A pull request already exists for acme:work."),
        ),
        (
            new("acme:work", "main"),
            custom("A pull request already exists for acme:work."),
        ),
        (
            new("same", "main"),
            custom("No commits between main and same"),
        ),
        (
            new("gone", "main"),
            Refusal::invalid_field("PullRequest", "head", "invalid"),
        ),
        (
            new("eve:work", "main"),
            Refusal::invalid_field("PullRequest", "head", "invalid"),
        ),
        (
            new("work", "gone"),
            Refusal::invalid_field("PullRequest", "base", "invalid"),
        ),
        (
            NewPull {
                title: String::new(),
                ..new("work", "main")
            },
            Refusal::invalid_field("Issue", "title", "missing_field"),
        ),
    ] {
        let head = pull.head.clone();
        assert_eq!(
            stage.forge.create_pull(&rob, &repo, pull).await,
            Err(wanted),
            "{head}"
        );
    }
    let (eve, as_eve) = stage.models("eve").await;
    assert_eq!(
        stage
            .forge
            .create_pull(&eve, &as_eve, new("work", "main"))
            .await,
        Err(Refusal::must_have_admin())
    );
}

#[tokio::test]
async fn files_and_commits_are_those_of_git() {
    let stage = Stage::set().await;
    stage.push(
        "main",
        "work",
        &[("a.txt", "a\nb\n"), ("README.md", "one\ntwo\n")],
    );
    let pull = stage.pull("work", "").await;
    let (_, repo) = stage.models("rob").await;
    let files = stage.forge.pull_files(&repo, &pull).await.unwrap();
    let found: Vec<_> = files
        .iter()
        .map(|file| {
            (
                file.path.as_str(),
                file.kind,
                file.additions,
                file.deletions,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("README.md", ChangeKind::Modified, 0, 1),
            ("a.txt", ChangeKind::Added, 2, 0)
        ]
    );
    assert_eq!(files[1].patch.as_deref(), Some("@@ -0,0 +1,2 @@\n+a\n+b"));
    let commits = stage.forge.pull_commits(&repo, &pull).await.unwrap();
    assert_eq!(
        commits
            .iter()
            .map(|commit| commit.headline())
            .collect::<Vec<_>>(),
        ["Change a.txt", "Change README.md"]
    );
    assert_eq!(
        commits[0]
            .author
            .account
            .as_ref()
            .map(|account| account.id.0),
        Some(1002)
    );
    assert_eq!(commits[0].body(), "Because of work.");
    assert!(
        stage
            .forge
            .pull_diff(&repo, &pull)
            .await
            .unwrap()
            .starts_with("diff --git a/README.md b/README.md\n")
    );
}

#[tokio::test]
async fn a_pull_request_follows_its_branches() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a")]);
    stage.pull("work", "").await;
    let (rob, repo) = stage.models("rob").await;
    stage.push("work", "work", &[("b.txt", "b")]);
    let pull = stage.forge.pull(&rob, &repo, 3).await.unwrap();
    assert_eq!(
        pull.head_sha.to_string(),
        stage.show(&["rev-parse", "work"])
    );

    stage
        .forge
        .delete_ref(&rob, &repo, "refs/heads/work")
        .await
        .unwrap();
    let open = PullFilter {
        states: vec![PullState::Open],
        ..PullFilter::default()
    };
    assert_eq!(
        stage
            .forge
            .pulls(&rob, &repo, &open, Window::ALL)
            .await
            .unwrap()
            .total,
        0
    );
    let patch = PullPatch {
        open: Some(true),
        ..PullPatch::default()
    };
    let refusal = stage
        .forge
        .edit_pull(&rob, &repo, 3, patch.clone())
        .await
        .unwrap_err();
    assert_eq!(refusal.status(), 422, "the branch is gone: {refusal:?}");

    let head = pull.head_sha.as_str();
    stage
        .forge
        .create_ref(&rob, &repo, "refs/heads/work", head)
        .await
        .unwrap();
    let pull = stage.forge.edit_pull(&rob, &repo, 3, patch).await.unwrap();
    assert_eq!(pull.issue.state, IssueState::Open);
    stage.show(&["update-ref", "refs/heads/main", head]);
    let pull = stage.forge.pull(&rob, &repo, 3).await.unwrap();
    assert_eq!(
        pull.state(),
        PullState::Merged,
        "its commits were pushed to the base"
    );
}

#[tokio::test]
async fn reviews_bind_to_a_commit_and_nobody_approves_the_own() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a")]);
    let pull = stage.pull("work", "").await;
    let forge = &stage.forge;
    let (rob, as_rob) = stage.models("rob").await;
    let (mia, as_mia) = stage.models("mia").await;
    let review = |state| NewReview {
        state,
        body: "b".to_owned(),
        commit: None,
    };
    assert_eq!(
        forge
            .create_review(&rob, &as_rob, 3, review(ReviewState::Approved))
            .await,
        Err(Refusal::unprocessable(
            "Can not approve your own pull request"
        ))
    );
    let pull = forge
        .change_reviewers(&rob, &as_rob, pull.issue.number, &["mia".to_owned()], &[])
        .await
        .unwrap();
    assert_eq!(pull.requested_reviewers[0].login, "mia");

    let asked = forge
        .create_review(&mia, &as_mia, 3, review(ReviewState::ChangesRequested))
        .await
        .unwrap();
    assert_eq!(asked.commit, pull.head_sha);
    assert_eq!(
        forge.review_decision(&as_rob, &pull).await.unwrap(),
        Some(ReviewDecision::ChangesRequested)
    );
    forge
        .create_review(&mia, &as_mia, 3, review(ReviewState::Commented))
        .await
        .unwrap();
    assert_eq!(
        forge.review_decision(&as_rob, &pull).await.unwrap(),
        Some(ReviewDecision::ChangesRequested)
    );
    let approved = forge
        .create_review(&mia, &as_mia, 3, review(ReviewState::Approved))
        .await
        .unwrap();
    assert_eq!(
        forge.review_decision(&as_rob, &pull).await.unwrap(),
        Some(ReviewDecision::Approved)
    );
    assert_eq!(
        forge.latest_reviews(&rob, &as_rob, 3).await.unwrap(),
        std::slice::from_ref(&approved)
    );
    assert!(
        forge
            .pull(&rob, &as_rob, 3)
            .await
            .unwrap()
            .requested_reviewers
            .is_empty()
    );

    forge
        .dismiss_review(&rob, &as_rob, 3, approved.id, "stale")
        .await
        .unwrap();
    assert_eq!(forge.review_decision(&as_rob, &pull).await.unwrap(), None);
    let foreign = NewReview {
        commit: Some("b".repeat(40).parse().unwrap()),
        ..review(ReviewState::Approved)
    };
    assert_eq!(
        forge
            .create_review(&mia, &as_mia, 3, foreign)
            .await
            .unwrap_err()
            .status(),
        422
    );
}

#[tokio::test]
async fn an_opinion_without_write_permission_decides_nothing() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a.txt", "a")]);
    let pull = stage.pull("work", "").await;
    let (eve, as_eve) = stage.models("eve").await;
    let approval = NewReview {
        state: ReviewState::Approved,
        body: String::new(),
        commit: None,
    };
    stage
        .forge
        .create_review(&eve, &as_eve, 3, approval)
        .await
        .unwrap();
    assert_eq!(
        stage.forge.review_decision(&as_eve, &pull).await.unwrap(),
        None
    );
}
