//! Who gets an issue.

use std::time::Duration;

use althing_bringup::{
    Claim, Claimant, Claimed, RunId, Status, System, eligible, fences, protocol::Why,
};
use althing_diag::id::{RepoName, Sha};
use althing_forge::{BoardName, Forge, ProjectSelector};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;

use crate::{
    memory_forge::{Happens, MemoryForge, State, account},
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

/// Whether the issue was won, and if not, why.
async fn claim(forge: &MemoryForge, worker: &str) -> Result<Claim, Why> {
    claim_within(forge, worker, 3600).await
}

async fn claim_within(forge: &MemoryForge, worker: &str, ttl: u64) -> Result<Claim, Why> {
    let name = BoardName {
        owner: "o".to_owned(),
        project: ProjectSelector::Number(1),
    };
    let board = forge.board(&name).await.unwrap();
    let repo = RepoName::new("yieldthought", "ttnn_models").unwrap();
    let statuses = ["ready", "in progress"];
    let listed = forge
        .board_issues(&board, &statuses, fences(&repo))
        .await
        .unwrap();
    let issue = eligible(listed, &repo, System::N150).remove(0);
    let claimant = Claimant {
        forge,
        board: &board,
        account: &forge.account,
        ttl: Duration::from_secs(ttl),
    };
    match claimant.claim(&issue, claim_of(worker)).await.unwrap() {
        Claimed::Won(holder) => Ok(holder.claim().clone()),
        Claimed::Lost(why) => Err(why),
    }
}

fn meanwhile(forge: &MemoryForge, before: &str, happens: impl FnOnce(&mut State) + 'static) {
    forge
        .state
        .borrow_mut()
        .meanwhile
        .push_back((before.to_owned(), Box::new(happens)));
}

/// A lost try leaves nothing of its own behind.
fn assert_lost(
    forge: &MemoryForge,
    claimed: &Result<Claim, Why>,
    why: &str,
    foreign_comments: usize,
) {
    let told = claimed.as_ref().expect_err("lost").to_string();
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
    let claim = claim(&forge, "w1").await.expect("won");
    assert_eq!(forge.comments(5), [claim.to_string()]);
    let state = forge.state.borrow();
    let fence = &state.marks[&state.refs["refs/althing/claims/issue-5"]];
    assert!(fence.text.contains(&format!("run_id: {}\n", claim.run_id)));
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
    let other = claim_of("w2");
    meanwhile(&forge, "mark", |_| {});
    let text = other.to_string();
    meanwhile(&forge, "create", move |state| {
        state.foreign_fence(5, &text, 0)
    });
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, "another worker was faster", 0);
    assert_eq!(forge.state.borrow().refs.len(), 1, "a foreign fence stays");
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, &format!("run {}", other.run_id), 0);
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
    assert_lost(&forge, &claimed, &format!("run {}", other.run_id), 1);
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
    let claimed = claim(&forge, "w1").await;
    assert!(claimed.is_ok(), "an ended run holds nothing: {claimed:?}");
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
    claim(&forge, "w1").await.expect("won");
    assert_eq!(forge.comments(5).len(), 26);
}

#[tokio::test]
async fn a_comment_that_cannot_be_deleted_does_not_stop_the_worker() {
    let forge = forge();
    meanwhile(&forge, "create", |state| state.foreign_fence(5, "", 0));
    forge.state.borrow_mut().broken.push("delete".to_owned());
    assert_eq!(claim(&forge, "w1").await, Err(Why::Beaten));
}

/// A forge whose issue is under way by a run that claimed that many seconds ago.
fn under_way(seconds: i64, ttl: &str) -> MemoryForge {
    let forge = forge();
    let mut state = forge.state.borrow_mut();
    state.issues.get_mut(&5).unwrap().status = "in progress".to_owned();
    let other = claim_of("w2");
    state.say(5, &account(2, "other"), &other.to_string());
    let when = Timestamp::now() - SignedDuration::from_secs(seconds);
    state.issues.get_mut(&5).unwrap().comments[0].created_at = when;
    state.foreign_fence(5, &format!("{other}\n{ttl}"), seconds);
    drop(state);
    forge
}

#[rstest]
#[case::young(3599, "ttl: 3600", false)]
#[case::expired(3602, "ttl: 3600", true)]
#[case::of_a_run_that_wants_longer(3602, "ttl: 7200", false)]
#[case::of_a_run_that_wants_less(3599, "ttl: 10", false)]
#[case::mute(3602, "", true)]
#[tokio::test]
async fn a_run_that_does_not_renew_is_taken_over_when_its_time_is_over(
    #[case] seconds: i64,
    #[case] ttl: &str,
    #[case] taken: bool,
) {
    let forge = under_way(seconds, ttl);
    let claimed = claim(&forge, "w1").await;
    assert_eq!(claimed.is_ok(), taken, "{claimed:?}");
    let state = forge.state.borrow();
    assert_eq!(state.comments(5).len(), 1 + usize::from(taken));
    let swapped = state.log.iter().any(|line| line.starts_with("swap"));
    assert_eq!(swapped, taken, "never deleted and created: {:?}", state.log);
}

#[tokio::test]
async fn a_fence_that_is_renewed_meanwhile_is_not_taken_over() {
    let forge = under_way(4000, "");
    meanwhile(&forge, "swap", |state| state.foreign_fence(5, "renewed", 0));
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, "another worker was faster", 1);
}

#[tokio::test]
async fn what_is_in_progress_without_a_fence_is_left_to_people() {
    let forge = under_way(4000, "");
    forge.state.borrow_mut().refs.clear();
    let claimed = claim(&forge, "w1").await;
    assert_lost(&forge, &claimed, "nothing shows whose it is", 1);
}

#[tokio::test]
async fn the_lifetime_of_a_claim_can_be_set() {
    let forge = under_way(12, "ttl: 10");
    assert!(claim(&forge, "w1").await.is_err());
    claim_within(&forge, "w1", 10).await.expect("taken over");
}

#[tokio::test]
async fn a_claim_whose_posting_seemed_to_fail_counts() {
    let forge = forge();
    forge.state.borrow_mut().unsure.push("comment 5".to_owned());
    let claim = claim(&forge, "w1").await.expect("won");
    assert_eq!(forge.comments(5), [claim.to_string()]);
}

#[tokio::test]
async fn a_fence_whose_making_seemed_to_fail_counts() {
    let forge = forge();
    forge.state.borrow_mut().unsure.push("create".to_owned());
    claim(&forge, "w1").await.expect("won");
    assert_eq!(forge.state.borrow().refs.len(), 1);
}

#[tokio::test]
async fn the_next_candidate_is_tried_in_the_same_pass_and_oldest_comes_first() {
    let world = World::new().await;
    let forge = world.forge();
    for number in [9, 8, 7] {
        forge.add_issue(number, BROKEN, Status::Ready);
    }
    let late = |state: &mut State| state.foreign_fence(7, "", 0);
    let at = ("read 7".to_owned(), Box::new(late) as Happens);
    forge.state.borrow_mut().meanwhile.push_back(at);
    let record = world.run(&forge).await.expect("a run");
    assert!(
        [8, 9].contains(&record.issue),
        "whoever lost looks further down"
    );
    assert_eq!(forge.status(7), "ready");
    assert_eq!(world.kinds().await[0], "claim.lost");
}

#[tokio::test]
async fn what_shows_a_fence_costs_no_request_and_the_next_is_the_oldest() {
    let world = World::new().await;
    let forge = world.forge();
    for number in [9, 8, 7] {
        forge.add_issue(number, BROKEN, Status::Ready);
    }
    forge.add_issue(6, BROKEN, Status::InProgress);
    for held in [6, 7] {
        forge.state.borrow_mut().foreign_fence(held, "", 0);
    }
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.issue, 8);
    let log = forge.state.borrow().log.join("\n");
    assert!(!log.contains("read 6") && !log.contains("read 7"), "{log}");
    assert!(!world.kinds().await.contains(&"claim.lost".to_owned()));
}

#[tokio::test]
async fn of_five_workers_on_one_issue_at_most_one_wins_whatever_the_timing() {
    let forge = forge();
    let claims = ["w1", "w2", "w3", "w4", "w5"].map(|worker| claim(&forge, worker));
    let [a, b, c, d, e] = claims;
    let (a, b, c, d, e) = tokio::join!(a, b, c, d, e);
    let won: Vec<_> = [a, b, c, d, e].into_iter().filter(Result::is_ok).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(forge.comments(5).len(), 1, "the losers took theirs back");
}

#[tokio::test]
async fn an_empty_poll_is_one_request() {
    let world = World::new().await;
    let forge = world.forge();
    assert!(world.run(&forge).await.is_none());
    assert_eq!(
        forge.state.borrow().log,
        ["login", "viewer", "board", "list ready, in progress"]
    );
}
