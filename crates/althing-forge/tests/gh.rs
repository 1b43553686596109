//! Every operation of the port through the real `gh` against the local forge, with the number
//! of requests that it costs.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "gh/forum.rs"]
mod forum;
#[path = "gh/foundation.rs"]
mod foundation;
#[path = "gh/intake.rs"]
mod intake;
#[path = "gh/past.rs"]
mod past;
#[path = "gh/world.rs"]
mod world;

use std::fs;

use althing_diag::id::{Account, Sha, UserId};
use althing_forge::{
    BoardName, CheckState, CommitStatus, ErrorKind, Forge, GhForge, IssueNumber, IssueState,
    MergeMethod, Mergeable, NewMark, NewPull, ProjectSelector, PullNumber, PullState, RefCreation,
    RefSwap, ReviewState,
};

use crate::world::World;

const FIRST: IssueNumber = IssueNumber(1);
const MARK: &str = "refs/althing/claims/issue-1";

#[tokio::test]
async fn the_login_is_checked_and_the_account_known() {
    let world = World::new();
    let forge = world.forge("bob");
    world.costs(2, forge.check_login()).await.unwrap();
    let viewer = world.costs(1, forge.viewer()).await.unwrap();
    let bob = Account {
        id: UserId(1002),
        login: "bob".to_owned(),
    };
    assert_eq!(viewer, bob);
}

#[tokio::test]
async fn a_wrong_token_is_no_login() {
    let world = World::new();
    let mut config = world.config("ada");
    config
        .environment
        .push(("GH_TOKEN".into(), "gho_wrong".into()));
    let forge = GhForge::new(config);
    assert_eq!(
        forge.check_login().await.unwrap_err().kind,
        ErrorKind::NotLoggedIn
    );
    let error = forge.viewer().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotLoggedIn);
    let error = forge
        .add_comment(&world.repo, FIRST, "hello")
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotLoggedIn, "{error}");
}

#[tokio::test]
async fn a_forge_that_is_gone_is_transient() {
    let world = World::new();
    let forge = world.forge("ada");
    fs::remove_file(world.kit.root().join("forge.sock")).unwrap();
    assert_eq!(forge.viewer().await.unwrap_err().kind, ErrorKind::Transient);
    let error = forge
        .add_comment(&world.repo, FIRST, "hello")
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Transient, "{error}");
}

#[tokio::test]
async fn a_board_is_found_by_number_and_by_title() {
    let world = World::new();
    let forge = world.forge("ada");
    let name = |owner: &str, project| BoardName {
        owner: owner.to_owned(),
        project,
    };
    let title = |title: &str| ProjectSelector::Title(title.to_owned());

    let by_number = name("ada", ProjectSelector::Number(1));
    let board = world.costs(1, forge.board(&by_number)).await.unwrap();
    assert_eq!(board.title, "Bring-ups");
    let options: Vec<&str> = board.options.keys().map(String::as_str).collect();
    assert_eq!(options, ["done", "in progress", "in review", "ready"]);

    let by_title = name("ada", title("Bring-ups"));
    assert_eq!(world.costs(1, forge.board(&by_title)).await.unwrap(), board);

    for missing in [
        name("ada", ProjectSelector::Number(9)),
        name("ada", title("Bring")),
        name("nobody", ProjectSelector::Number(1)),
        name("nobody", title("Bring-ups")),
    ] {
        let error = forge.board(&missing).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{missing:?}: {error}");
    }
}

#[tokio::test]
async fn an_empty_poll_is_one_request() {
    let world = World::new();
    let (forge, board) = (world.forge("bob"), world.board().await);
    let found = world
        .costs(1, forge.board_issues(&board, &["done"], world.marks()))
        .await;
    assert_eq!(found.unwrap(), []);

    let unknown = world
        .costs(0, forge.board_issues(&board, &["redy"], world.marks()))
        .await;
    assert_eq!(unknown.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn issues_are_listed_by_status_and_moved() {
    let world = World::new();
    let (forge, board) = (world.forge("bob"), world.board().await);
    let found = world
        .costs(1, forge.board_issues(&board, &["ready"], world.marks()))
        .await;
    let found = found.unwrap();
    let [issue] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((issue.number, issue.title.as_str()), (FIRST, "First"));
    assert_eq!((issue.body.as_str(), &issue.repo), ("one", &world.repo));
    assert_eq!(issue.labels, ["n150"]);
    assert_eq!(issue.created_at.to_string(), "2026-01-02T03:04:05Z");
    assert_eq!(issue.base.branch, "main");
    assert_eq!(issue.base.sha, world.head_of("main"));

    let moved = forge.set_status(&board, &issue.item, "in review");
    world.costs(1, moved).await.unwrap();
    let read = forge.issue(&board, &world.repo, FIRST, MARK, None);
    let item = world.costs(1, read).await.unwrap().item.unwrap();
    assert_eq!(item.id, issue.item);
    assert_eq!(item.status.as_deref(), Some("in review"));

    // A merge closes the issue before anybody moves it: it is listed, and says so.
    world.gh("ada", &["issue", "close", "1", "-R", "ada/models"]);
    let found = forge
        .board_issues(&board, &["in review"], world.marks())
        .await
        .unwrap();
    let states: Vec<IssueState> = found.iter().map(|issue| issue.state).collect();
    assert_eq!(states, [IssueState::Closed]);
    let closed = forge
        .issue(&board, &world.repo, FIRST, MARK, None)
        .await
        .unwrap();
    assert_eq!(closed.state, IssueState::Closed);
}

#[tokio::test]
async fn comments_are_posted_edited_deleted_and_paged() {
    let world = World::new();
    let (forge, board) = (world.forge("bob"), world.board().await);
    let text = "[mark]\n`$HOME` \"quoted\" 'x' ä\n";
    let posted = world
        .costs(2, forge.add_comment(&world.repo, FIRST, text))
        .await;
    let posted = posted.unwrap();

    let read = || forge.issue(&board, &world.repo, FIRST, MARK, None);
    let comments = read().await.unwrap().comments;
    let [comment] = comments.as_slice() else {
        panic!("{comments:?}");
    };
    assert_eq!(comment.id, posted.id);
    assert_eq!(comment.body.trim_end(), text.trim_end());
    assert_eq!(
        comment.author.as_ref().map(|author| author.id.0),
        Some(1002)
    );

    let edit = forge.edit_comment(&world.repo, posted.id, "changed");
    world.costs(1, edit).await.unwrap();
    assert_eq!(read().await.unwrap().comments[0].body, "changed");

    for number in 0..11 {
        let body = format!("number {number}");
        forge.add_comment(&world.repo, FIRST, &body).await.unwrap();
    }
    let latest = read().await.unwrap();
    assert_eq!(latest.comments.len(), 10);
    assert_eq!(latest.comments[9].body, "number 10");
    let before = latest.earlier.as_deref();
    assert!(before.is_some());
    let earlier = forge.issue(&board, &world.repo, FIRST, MARK, before);
    let earlier = world.costs(1, earlier).await.unwrap();
    let bodies: Vec<&str> = earlier.comments.iter().map(|it| it.body.as_str()).collect();
    assert_eq!(
        (bodies, earlier.earlier),
        (vec!["changed", "number 0"], None)
    );

    world
        .costs(1, forge.delete_comment(&world.repo, posted.id))
        .await
        .unwrap();
    let gone = forge.delete_comment(&world.repo, posted.id).await;
    assert_eq!(gone.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn of_many_who_exchange_a_mark_one_succeeds() {
    let world = World::new();
    let (forge, board) = (world.forge("bob"), world.board().await);
    let repo = &world.repo;
    let found = forge
        .board_issues(&board, &["ready"], world.marks())
        .await
        .unwrap();
    let repository = &found[0].repository;
    let look = || forge.issue(&board, repo, FIRST, MARK, None);
    let bare = look().await.unwrap();
    assert_eq!(bare.mark, None);
    let mark = async |text: &str, over: Option<&Sha>| {
        let new = NewMark {
            text: text.to_owned(),
            over: over.cloned(),
            tree: bare.tree.clone().unwrap(),
        };
        world.costs(1, forge.create_mark(repo, &new)).await.unwrap()
    };
    let first = mark("first\n\nrun_id: 1", None).await;
    forge.create_ref(repo, MARK, &first).await.unwrap();
    let seen = look().await.unwrap();
    let shown = seen.mark.clone().unwrap();
    assert_eq!(
        (&shown.id, shown.text.as_str()),
        (&first, "first\n\nrun_id: 1")
    );
    let age = seen.at.duration_since(shown.at).as_secs();
    assert!(
        (0..5).contains(&age),
        "both by the clock of the forge: {age}"
    );
    let listed = world.costs(1, forge.board_issues(&board, &["ready"], world.marks()));
    let listed = listed.await.unwrap();
    let marked: Vec<_> = (listed.iter())
        .filter_map(|it| Some((it.number, it.mark.clone()?)))
        .collect();
    assert_eq!(marked, [(FIRST, shown)]);

    let others = [mark("a", Some(&first)).await, mark("b", Some(&first)).await];
    let swap = |to| forge.swap_ref(repository, MARK, &first, to);
    let (a, b) = tokio::join!(swap(Some(&others[0])), swap(Some(&others[1])));
    let mut outcomes = [a.unwrap(), b.unwrap()];
    outcomes.sort_by_key(|it| *it == RefSwap::Refused);
    assert_eq!(outcomes, [RefSwap::Swapped, RefSwap::Refused]);
    let now = look().await.unwrap().mark.unwrap().id;
    assert!(others.contains(&now));

    assert_eq!(world.costs(1, swap(None)).await.unwrap(), RefSwap::Refused);
    let beside = mark("not on top of it", None).await;
    let beside = forge.swap_ref(repository, MARK, &now, Some(&beside)).await;
    assert_eq!(beside.unwrap(), RefSwap::Refused);
    let down = forge.swap_ref(repository, MARK, &now, None).await;
    assert_eq!(down.unwrap(), RefSwap::Swapped);
    assert_eq!(look().await.unwrap().mark, None);
    let again = forge.swap_ref(repository, MARK, &now, None).await;
    assert_eq!(again.unwrap(), RefSwap::Refused);

    let eve = world
        .forge("eve")
        .swap_ref(repository, MARK, &now, None)
        .await;
    assert_eq!(eve.unwrap_err().kind, ErrorKind::Forbidden);
}

#[tokio::test]
async fn of_many_who_create_a_ref_one_succeeds() {
    let world = World::new();
    let forge = world.forge("bob");
    let (repo, name, target) = (&world.repo, "refs/heads/claim/1", world.head_of("main"));
    let create = || forge.create_ref(repo, name, &target);
    let (a, b, c, d) = tokio::join!(create(), create(), create(), create());
    let outcomes = [a, b, c, d].map(Result::unwrap);
    let created = outcomes.iter().filter(|it| **it == RefCreation::Created);
    assert_eq!(created.count(), 1, "{outcomes:?}");
    assert_eq!(world.costs(1, create()).await.unwrap(), RefCreation::Exists);

    let unknown = "1".repeat(40).parse().unwrap();
    let error = forge.create_ref(repo, "refs/heads/x", &unknown).await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::Conflict);

    world.costs(1, forge.delete_ref(repo, name)).await.unwrap();
    let error = forge.delete_ref(repo, name).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn a_pull_request_from_opening_to_merge() {
    let world = World::new();
    let (ada, bob) = (world.forge("ada"), world.forge("bob"));
    let repo = &world.repo;
    let head = world.push("model", "bob", |tree| {
        fs::write(tree.join("model.py"), "x = 1\n").unwrap();
    });

    let new = NewPull {
        base: "main".to_owned(),
        head: "model".to_owned(),
        title: "Add 'a' model".to_owned(),
        body: "Closes #1\n".to_owned(),
    };
    let opened = world.costs(3, bob.open_pull(repo, &new)).await.unwrap();
    assert!(opened.url.ends_with(&format!("/pull/{}", opened.number)));
    let again = bob.open_pull(repo, &new).await.unwrap_err();
    assert_eq!(again.kind, ErrorKind::Conflict, "{again}");

    let linked = world.costs(1, ada.linked_pulls(repo, FIRST)).await;
    assert_eq!(linked.unwrap(), [opened.number]);

    let status = CommitStatus {
        context: "althing/bringup".to_owned(),
        state: CheckState::Success,
        description: "all green".to_owned(),
    };
    let report = bob.set_commit_status(repo, &head, &status);
    world.costs(1, report).await.unwrap();
    let number = opened.number.to_string();
    let review = ["pr", "review", &number, "-R", "ada/models", "--approve"];
    world.gh("ada", &review);

    let pull = world.costs(1, ada.pull(repo, opened.number)).await.unwrap();
    assert_eq!(pull.title, new.title);
    assert_eq!((pull.state, pull.draft), (PullState::Open, false));
    assert_eq!(pull.author.as_ref().map(|author| author.id.0), Some(1002));
    assert_eq!((&pull.base_branch, &pull.head), (&"main".to_owned(), &head));
    assert_eq!(pull.mergeable, Mergeable::Mergeable);
    assert_eq!(pull.files.items, ["model.py"]);
    assert_eq!(pull.closes, [FIRST]);
    let commits = &pull.commits.items;
    assert_eq!((commits.len(), &commits[0].sha), (1, &head));
    let people = commits[0].people.iter();
    assert!(people.clone().count() > 0);
    for person in people {
        assert_eq!(person.account.as_ref().map(|it| it.id.0), Some(1002));
    }
    let reviews = &pull.reviews.items;
    assert_eq!(reviews.len(), 1);
    assert_eq!(reviews[0].state, ReviewState::Approved);
    assert_eq!(reviews[0].commit.as_ref(), Some(&head));
    let checks = &pull.checks.items;
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].state, CheckState::Success);
    assert_eq!(checks[0].reporter.as_deref(), Some("bob"));
    assert_eq!(checks[0].description.as_deref(), Some("all green"));
    let whole = [
        pull.files.complete,
        pull.commits.complete,
        pull.reviews.complete,
        pull.checks.complete,
    ];
    assert_eq!(whole, [true; 4]);

    let moved = world.push("model", "bob", |tree| {
        fs::write(tree.join("model.py"), "x = 2\n").unwrap();
    });
    let stale = ada.merge_pull(repo, opened.number, &head, MergeMethod::Squash);
    let error = world.costs(1, stale).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
    let merge = ada.merge_pull(repo, opened.number, &moved, MergeMethod::Squash);
    let merged = world.costs(1, merge).await.unwrap();
    assert_eq!(merged, world.head_of("main"));
    let pull = ada.pull(repo, opened.number).await.unwrap();
    assert_eq!(pull.state, PullState::Merged);
    assert_eq!(pull.merge_commit, Some(merged));
}

#[tokio::test]
async fn a_renamed_file_is_told_by_both_names() {
    let world = World::new();
    let forge = world.forge("ada");
    world.push("move", "bob", |tree| {
        fs::rename(tree.join(".althing/charter.yaml"), tree.join("old.yaml")).unwrap();
    });
    let new = NewPull {
        base: "main".to_owned(),
        head: "move".to_owned(),
        title: "Tidy".to_owned(),
        body: String::new(),
    };
    let opened = world
        .forge("bob")
        .open_pull(&world.repo, &new)
        .await
        .unwrap();
    let pull = world.costs(2, forge.pull(&world.repo, opened.number)).await;
    let files = pull.unwrap().files;
    assert!(files.complete);
    assert_eq!(files.items, ["old.yaml", ".althing/charter.yaml"]);
}

#[tokio::test]
async fn files_are_read_at_a_branch_or_a_commit() {
    let world = World::new();
    let (forge, repo) = (world.forge("eve"), &world.repo);
    let read = forge.file(repo, ".althing/charter.yaml", "refs/heads/main");
    let file = world.costs(1, read).await.unwrap();
    assert_eq!(file.text.as_deref(), Some("charter: 1\n"));
    assert_eq!(file.commit, world.head_of("main"));

    let at = file.commit.as_str();
    let missing = forge.file(repo, ".althing/members.yaml", at).await.unwrap();
    assert_eq!((missing.text, &missing.commit), (None, &file.commit));

    let outside = forge.file(repo, "../x", at).await.unwrap_err();
    assert_eq!(outside.kind, ErrorKind::NotFound);
    // A branch that is not there is never a file that is not there.
    let branch = forge.file(repo, "README.md", "refs/heads/none").await;
    assert!(branch.is_err(), "{branch:?}");
}

#[tokio::test]
async fn what_is_missing_or_forbidden_is_told_apart() {
    let world = World::new();
    let (bob, eve, board) = (world.forge("bob"), world.forge("eve"), world.board().await);
    let repo = &world.repo;
    let nowhere = "ada/none".parse().unwrap();
    let main = world.head_of("main");
    let many = IssueNumber(99);

    for (act, error) in [
        (
            "issue",
            bob.issue(&board, repo, many, MARK, None).await.map(drop),
        ),
        (
            "issue elsewhere",
            bob.issue(&board, &nowhere, FIRST, MARK, None)
                .await
                .map(drop),
        ),
        ("linked pulls", bob.linked_pulls(repo, many).await.map(drop)),
        ("pull", bob.pull(repo, PullNumber(99)).await.map(drop)),
        ("comment", bob.add_comment(repo, many, "x").await.map(drop)),
        (
            "file",
            bob.file(&nowhere, "README.md", "main").await.map(drop),
        ),
        (
            "ref",
            bob.create_ref(&nowhere, "refs/heads/x", &main)
                .await
                .map(drop),
        ),
        (
            "merge",
            bob.merge_pull(repo, PullNumber(99), &main, MergeMethod::Merge)
                .await
                .map(drop),
        ),
    ] {
        assert_eq!(error.unwrap_err().kind, ErrorKind::NotFound, "{act}");
    }

    let snapshot = bob.issue(&board, repo, FIRST, MARK, None).await.unwrap();
    let item = snapshot.item.unwrap().id;
    // GitHub hides what an account may not change, or says that it may not: either will do.
    for (act, error) in [
        ("status", eve.set_status(&board, &item, "done").await),
        (
            "ref",
            eve.create_ref(repo, "refs/heads/x", &main).await.map(drop),
        ),
    ] {
        let kind = error.unwrap_err().kind;
        let refused = matches!(kind, ErrorKind::Forbidden | ErrorKind::NotFound);
        assert!(refused, "{act}: {kind:?}");
    }
}
