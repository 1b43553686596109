//! The merging pass: what it lets through and what it leaves alone.

mod rebasing;

use althing_bringup::{Environment, Event, MergeOptions, MergePass, PrOutcome, PrReport, Status};
use althing_diag::id::Sha;
use althing_forge::{
    Check, CheckState, Commit, CommitPerson, IssueNumber, IssueState, Mergeable, Partial, Pull,
    PullNumber, PullState, Review, ReviewState,
};
use rstest::rstest;

use crate::{
    memory_forge::{MemoryForge, account},
    world::{TINY, World},
};

const BRANCH: &str = "bringup/issue-5-tiny-lab-tiny-2l";
const MODEL: &str = "models/tiny-lab/tiny-2l/n150/functional/model.py";
const GOOD: &str = "def build_model(hf_model, tt_device, max_seq_len):\n    return hf_model\n";

fn all<T>(items: Vec<T>) -> Partial<T> {
    Partial {
        items,
        complete: true,
    }
}

fn head() -> Sha {
    "b".repeat(40).parse().unwrap()
}

fn report(name: &str, description: &str) -> Check {
    Check {
        name: name.to_owned(),
        state: CheckState::Success,
        reporter: Some("example-worker".to_owned()),
        description: Some(description.to_owned()),
    }
}

/// A pull request of the worker that passes the template's charter.
fn good_pull(head: Sha) -> Pull {
    let (worker, reviewer) = (
        account(1003, "example-worker"),
        account(1002, "example-reviewer"),
    );
    let person = CommitPerson {
        account: Some(worker.clone()),
        email: "w@example.org".to_owned(),
    };
    Pull {
        number: PullNumber(7),
        title: "Bringup".to_owned(),
        url: String::new(),
        state: PullState::Open,
        draft: false,
        author: Some(worker),
        base_branch: "main".to_owned(),
        head_branch: BRANCH.to_owned(),
        head: head.clone(),
        mergeable: Mergeable::Mergeable,
        merge_commit: None,
        files: all(vec![MODEL.to_owned()]),
        commits: all(vec![Commit {
            sha: head.clone(),
            people: vec![person],
        }]),
        reviews: all(vec![Review {
            author: Some(reviewer),
            state: ReviewState::Approved,
            commit: Some(head),
            submitted_at: None,
        }]),
        checks: all(vec![report("althing/bringup", "run 1: passed")]),
        closes: vec![IssueNumber(5)],
    }
}

/// The same, tested on the present base already.
fn tested_pull(world: &World) -> Pull {
    let mut pull = good_pull(head());
    let tests = report("althing/merge-tests", &format!("on {}", world.main()));
    pull.checks.items.push(tests);
    pull
}

fn forge(world: &World, pulls: impl IntoIterator<Item = Pull>) -> MemoryForge {
    let mut forge = world.forge();
    forge.account = account(1003, "example-worker");
    forge.add_issue(5, TINY, Status::InReview);
    let template = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../templates/models-repo/.althing"
    );
    let mut state = forge.state.borrow_mut();
    for file in ["charter.yaml", "members.yaml"] {
        let text = std::fs::read_to_string(format!("{template}/{file}")).unwrap();
        state.files.insert(format!(".althing/{file}"), text);
    }
    state.judged = pulls
        .into_iter()
        .map(|pull| (pull.number.0, pull))
        .collect();
    let branch = format!("refs/heads/{BRANCH}");
    state.refs.insert(branch, forge.base.clone());
    drop(state);
    forge
}

fn options(world: &World) -> MergeOptions {
    let environment = Environment::from_vars(world.vars.clone(), "host").unwrap();
    MergeOptions::new(environment, world.vars.clone())
}

async fn pass(world: &World, forge: &MemoryForge) -> Vec<PrReport> {
    pass_with(world, forge, &options(world)).await
}

async fn pass_with(world: &World, forge: &MemoryForge, options: &MergeOptions) -> Vec<PrReport> {
    let ignore = Box::new(|_, _: &Event| {});
    let mut pass = MergePass::start(forge, &world.ledger, options, &[], ignore)
        .await
        .unwrap();
    let reports = pass.run_once().await.unwrap();
    world.nothing_is_left();
    reports
}

#[tokio::test]
async fn an_open_pull_request_counts_more_than_one_that_was_merged_before() {
    let world = World::new().await;
    let mut before = good_pull(head());
    before.number = PullNumber(3);
    before.state = PullState::Merged;
    let forge = forge(&world, [before, tested_pull(&world)]);
    let reports = pass(&world, &forge).await;
    assert_eq!(reports[0].pull, Some(7), "{reports:?}");
    assert_eq!(forge.state.borrow().merges, [(7, head())]);
}

#[tokio::test]
async fn what_passes_is_merged_at_the_judged_commit_and_done() {
    let world = World::new().await;
    let forge = forge(&world, [tested_pull(&world)]);
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::Merged { .. }),
        "{reports:?}"
    );
    assert_eq!(forge.status(5), "done");
    assert_eq!(forge.state.borrow().merges, [(7, head())]);
    assert!(forge.state.borrow().refs.is_empty(), "the branch is gone");
    assert_eq!(
        world.kinds().await,
        ["gate.verdict", "pull.merged", "status.moved"]
    );
    let verdict = &world.entries().await[0];
    assert_eq!(verdict.subject.as_str(), "yieldthought/ttnn_models#7");
    assert!(verdict.charter.is_some());
}

#[rstest]
#[case::nobody_approved(|pull: &mut Pull| pull.reviews = all(vec![]))]
#[case::check_is_red(|pull: &mut Pull| pull.checks.items[0].state = CheckState::Failure)]
#[case::check_by_a_stranger(|pull: &mut Pull| pull.checks.items[0].reporter = Some("x".to_owned()))]
#[case::approval_of_older_work(|pull: &mut Pull| pull.head = "c".repeat(40).parse().unwrap())]
#[case::touches_the_rules(|pull: &mut Pull| pull.files.items.push(".althing/charter.yaml".to_owned()))]
#[case::cut_list(|pull: &mut Pull| pull.files.complete = false)]
#[tokio::test]
async fn what_does_not_pass_stays_in_review_and_is_recorded_once(#[case] change: fn(&mut Pull)) {
    let world = World::new().await;
    let mut pull = tested_pull(&world);
    change(&mut pull);
    let forge = forge(&world, [pull]);
    for _ in 0..2 {
        let reports = pass(&world, &forge).await;
        let PrOutcome::Blocked { verdict } = &reports[0].outcome else {
            panic!("{reports:?}")
        };
        assert!(!verdict.pass && !verdict.findings().is_empty());
    }
    assert_eq!(forge.status(5), "in review");
    assert!(forge.state.borrow().merges.is_empty());
    assert_eq!(world.kinds().await, ["gate.verdict"]);
}

#[tokio::test]
async fn a_head_that_moves_after_the_verdict_is_not_merged() {
    let world = World::new().await;
    let forge = forge(&world, [tested_pull(&world)]);
    forge.state.borrow_mut().meanwhile.push_back((
        "merge".to_owned(),
        Box::new(|state| state.judged.get_mut(&7).unwrap().head = "c".repeat(40).parse().unwrap()),
    ));
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::Refused { .. }),
        "{reports:?}"
    );
    assert_eq!(forge.status(5), "in review");
}

#[tokio::test]
async fn a_merge_by_people_is_accepted_although_the_issue_is_closed_by_it() {
    let world = World::new().await;
    let mut pull = tested_pull(&world);
    pull.state = PullState::Merged;
    let forge = forge(&world, [pull]);
    forge.state.borrow_mut().issues.get_mut(&5).unwrap().state = IssueState::Closed;
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::MergedBefore),
        "{reports:?}"
    );
    assert_eq!(forge.status(5), "done");
    assert!(pass(&world, &forge).await.is_empty(), "nothing left to do");
}

#[rstest]
#[case::of_another_issue(|pull: &mut Pull| pull.closes = vec![IssueNumber(50)])]
#[case::into_another_branch(|pull: &mut Pull| pull.base_branch = "next".to_owned())]
#[case::closed(|pull: &mut Pull| pull.state = PullState::Closed)]
#[tokio::test]
async fn other_pull_requests_are_not_the_issues(#[case] change: fn(&mut Pull)) {
    let world = World::new().await;
    let mut pull = tested_pull(&world);
    change(&mut pull);
    let forge = forge(&world, [pull]);
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::NoPull),
        "{reports:?}"
    );
    assert_eq!(forge.status(5), "in review");
}

#[tokio::test]
async fn of_several_open_pull_requests_people_choose() {
    let world = World::new().await;
    let second = Pull {
        number: PullNumber(8),
        ..tested_pull(&world)
    };
    let forge = forge(&world, [tested_pull(&world), second]);
    let reports = pass(&world, &forge).await;
    let PrOutcome::SeveralPulls { pulls } = &reports[0].outcome else {
        panic!("{reports:?}")
    };
    assert_eq!(*pulls, [7, 8]);
}

#[tokio::test]
async fn without_readable_rules_nothing_passes() {
    let world = World::new().await;
    let forge = forge(&world, [tested_pull(&world)]);
    forge
        .state
        .borrow_mut()
        .files
        .insert(".althing/charter.yaml".to_owned(), "x".to_owned());
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::Refused { .. }),
        "{reports:?}"
    );
    assert!(forge.state.borrow().merges.is_empty());
}
