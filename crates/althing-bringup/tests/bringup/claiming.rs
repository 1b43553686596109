//! Who gets an issue.

use althing_bringup::{Claim, Claimant, Claimed, RunId, Status, System, eligible, fence};
use althing_diag::id::{RepoName, Sha};
use althing_forge::{BoardName, Forge, IssueNumber, ProjectSelector};
use jiff::Timestamp;
use rstest::rstest;

use crate::{
    memory_forge::{MemoryForge, State, account},
    world::{BROKEN, TINY, World},
};

fn forge() -> MemoryForge {
    let base: Sha = "a".repeat(40).parse().unwrap();
    let forge = MemoryForge::new(base);
    forge.add_issue(5, TINY, Status::Ready);
    forge
}

fn claim_of(worker: &str) -> Claim {
    Claim::new(worker, System::N150, RunId::generate(), Timestamp::now())
}

async fn claim(forge: &MemoryForge, worker: &str) -> Claimed {
    let name = BoardName {
        owner: "o".to_owned(),
        project: ProjectSelector::Number(1),
    };
    let board = forge.board(&name).await.unwrap();
    let repo = RepoName::new("yieldthought", "ttnn_models").unwrap();
    let ready = forge.board_issues(&board, "ready").await.unwrap();
    let issue = eligible(ready, &repo, System::N150).remove(0);
    let claimant = Claimant {
        forge,
        board: &board,
        repo: &repo,
        account: &forge.account,
    };
    claimant.claim(&issue, claim_of(worker)).await.unwrap()
}

fn meanwhile(forge: &MemoryForge, before: &str, happens: impl FnOnce(&mut State) + 'static) {
    forge
        .state
        .borrow_mut()
        .meanwhile
        .push_back((before.to_owned(), Box::new(happens)));
}

/// A lost try leaves nothing of its own behind.
fn assert_lost(forge: &MemoryForge, claimed: &Claimed, why: &str, foreign_comments: usize) {
    let Claimed::Lost(told) = claimed else {
        panic!("won: {claimed:?}")
    };
    assert!(told.contains(why), "{told}");
    assert_eq!(forge.comments(5).len(), foreign_comments);
    let moved = forge
        .state
        .borrow()
        .log
        .iter()
        .any(|line| line.starts_with("move"));
    assert!(!moved, "a lost claim never changes the status");
}

#[tokio::test]
async fn the_only_claimant_wins() {
    let forge = forge();
    let Claimed::Won(lease) = claim(&forge, "w1").await else {
        panic!("lost")
    };
    assert_eq!(lease.fence, "refs/althing/claims/issue-5");
    assert_eq!(forge.comments(5), [lease.claim.to_string()]);
}

#[tokio::test]
async fn a_later_claim_of_another_worker_wins() {
    let forge = forge();
    meanwhile(&forge, "read 5", |_| {});
    meanwhile(&forge, "read 5", |state| {
        state.say(5, &account(2, "other"), &claim_of("w2").to_string());
    });
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, "claimed later", 1);
}

#[tokio::test]
async fn the_same_account_with_another_run_wins_too() {
    let forge = forge();
    let own = forge.account.clone();
    meanwhile(&forge, "read 5", |_| {});
    meanwhile(&forge, "read 5", move |state| {
        state.say(5, &own, &claim_of("w1").to_string());
    });
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, "claimed later", 1);
}

#[tokio::test]
async fn a_held_fence_keeps_out_even_the_latest_claim() {
    let forge = forge();
    forge.state.borrow_mut().refs.insert(fence(IssueNumber(5)));
    let claimed = claim(&forge, "w1").await;
    assert_lost(
        &forge,
        &claimed,
        "another run holds refs/althing/claims/issue-5",
        0,
    );
    assert_eq!(forge.state.borrow().refs.len(), 1, "a foreign fence stays");
}

#[rstest]
#[case::moved("setup error", "its status is `setup error`")]
#[case::done("done", "its status is `done`")]
#[tokio::test]
async fn who_is_late_by_a_whole_run_sees_it_and_takes_the_fence_down(
    #[case] status: &'static str,
    #[case] why: &str,
) {
    let forge = forge();
    meanwhile(&forge, "create", |_| {});
    meanwhile(&forge, "read 5", move |state| {
        state.issues.get_mut(&5).unwrap().status = status.to_owned();
    });
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, why, 0);
    assert!(forge.state.borrow().refs.is_empty());
}

#[tokio::test]
async fn a_live_foreign_claim_is_respected_without_posting() {
    let forge = forge();
    let other = claim_of("w2");
    forge
        .state
        .borrow_mut()
        .say(5, &account(2, "other"), &other.to_string());
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, "claimed by w2", 1);
    assert!(
        !forge
            .state
            .borrow()
            .log
            .iter()
            .any(|line| line.starts_with("comment"))
    );

    let ended = format!("status set: `failed`\nrun_id: {}\n", other.run_id);
    forge
        .state
        .borrow_mut()
        .say(5, &account(2, "other"), &ended);
    assert!(
        matches!(claim(&forge, "w1").await, Claimed::Won(_)),
        "an ended run holds nothing"
    );
}

#[tokio::test]
async fn a_claim_is_found_behind_newer_comments() {
    let forge = forge();
    meanwhile(&forge, "read 5", |_| {});
    meanwhile(&forge, "read 5", |state| {
        for number in 0..25 {
            state.say(5, &account(2, "other"), &format!("talk {number}"));
        }
    });
    assert!(matches!(claim(&forge, "w1").await, Claimed::Won(_)));
    assert_eq!(forge.comments(5).len(), 26);
}

#[tokio::test]
async fn a_comment_that_cannot_be_deleted_does_not_stop_the_worker() {
    let forge = forge();
    forge.state.borrow_mut().refs.insert(fence(IssueNumber(5)));
    forge.state.borrow_mut().broken.push("delete".to_owned());
    let claimed = claim(&forge, "w1").await;
    assert!(matches!(claimed, Claimed::Lost(_)));
}

#[tokio::test]
async fn the_next_candidate_is_tried_in_the_same_pass_and_oldest_comes_first() {
    let world = World::new().await;
    let forge = world.forge();
    for (number, body) in [(9, TINY), (8, BROKEN), (7, TINY)] {
        forge.add_issue(number, body, Status::Ready);
    }
    forge.state.borrow_mut().refs.insert(fence(IssueNumber(7)));
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.issue, 8);
    assert_eq!(forge.status(7), "ready");
    assert_eq!(forge.status(9), "ready");
    assert_eq!(world.kinds().await[0], "claim.lost");
}

#[tokio::test]
async fn of_five_workers_on_one_issue_at_most_one_wins_whatever_the_timing() {
    let forge = forge();
    let claims = ["w1", "w2", "w3", "w4", "w5"].map(|worker| claim(&forge, worker));
    let [a, b, c, d, e] = claims;
    let (a, b, c, d, e) = tokio::join!(a, b, c, d, e);
    let won: Vec<_> = [a, b, c, d, e]
        .into_iter()
        .filter(|it| matches!(it, Claimed::Won(_)))
        .collect();
    assert_eq!(won.len(), 1);
    assert_eq!(forge.comments(5).len(), 1, "the losers took theirs back");
}

#[tokio::test]
async fn an_empty_poll_is_one_request() {
    let world = World::new().await;
    let forge = world.forge();
    assert!(world.run(&forge).await.is_none());
    assert_eq!(forge.state.borrow().log, ["viewer", "board", "list ready"]);
}
