//! The claim protocol, in every order in which a forge and its workers can act.
//!
//! What is checked is the machine that runs, not a copy of it. stateright is used because it
//! explores Rust values as they are, keeps one fingerprint for a state, and shows the shortest
//! way to whatever goes wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stderr,
    reason = "how much was explored is part of the result"
)]

mod fleet;
mod forge;
mod worker;

use fleet::{Fleet, Start};
use forge::{Deletion, Fences};
use stateright::{Checker, Model};

/// Explores everything, fails on any counterexample, and tells how much there was.
fn check(name: &str, fleet: Fleet) {
    let begin = std::time::Instant::now();
    let checker = fleet.checker().threads(2).spawn_bfs().join();
    let (states, unique) = (checker.state_count(), checker.unique_state_count());
    let depth = checker.max_depth();
    eprintln!(
        "{name}: {unique} states ({states} with repetitions), depth {depth}, {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    checker.assert_properties();
}

/// Explores until `property` is violated.
fn must_fail(property: &'static str, fleet: Fleet) {
    let checker = fleet
        .checker()
        .finish_when(stateright::HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join();
    let found = checker.discovery(property);
    let path = found.unwrap_or_else(|| panic!("`{property}` was not violated"));
    eprintln!(
        "{property}: {} steps to a violation",
        path.into_actions().len()
    );
}

/// Two workers, every order of what they do, and nothing that goes wrong.
const TWO: Fleet = Fleet {
    workers: 2,
    tries: 1,
    crashes: 0,
    cuts: 0,
    requeues: 0,
    renewals: 0,
    lag: 0,
    shared_account: false,
    margin: 1,
    end: 0,
    start: Start::Ready,
    fences: Fences::Kept,
    deletion: Deletion::ById,
};

#[test]
fn two_workers_that_see_late_and_lose_answers() {
    let fleet = Fleet {
        lag: 3,
        cuts: 2,
        tries: 2,
        ..TWO
    };
    check("two workers, late looks, lost answers", fleet);
}

#[test]
fn two_workers_that_die_and_renew_and_take_over() {
    let fleet = Fleet {
        crashes: 1,
        renewals: 1,
        lag: 1,
        end: 5,
        ..TWO
    };
    check("two workers, death, renewal, take-over, late looks", fleet);
}

#[test]
fn an_issue_that_is_queued_again() {
    let fleet = Fleet {
        requeues: 1,
        crashes: 1,
        tries: 2,
        lag: 1,
        ..TWO
    };
    check("two workers, queued again at any time", fleet);
    for start in [Start::Requeued, Start::Abandoned] {
        let fleet = Fleet {
            start,
            lag: 1,
            end: 4,
            ..TWO
        };
        check("two workers, claims of former runs", fleet);
    }
}

#[test]
fn three_workers() {
    let fleet = Fleet {
        workers: 3,
        lag: 2,
        ..TWO
    };
    check("three workers, late looks", fleet);
    let fleet = Fleet {
        workers: 3,
        start: Start::Abandoned,
        end: 4,
        ..TWO
    };
    check("three workers, take-over", fleet);
}

/// The algorithm as documented: everybody who finds the own claim to be the latest has won.
#[test]
fn without_a_fence_two_workers_win() {
    let documented = Fleet {
        fences: Fences::Ignored,
        ..TWO
    };
    must_fail(fleet::ONE_HOLDER, documented);
}

#[test]
fn a_fence_that_is_deleted_and_created_to_take_it_over_makes_two_holders() {
    let overwriting = Fleet {
        fences: Fences::Overwritten,
        start: Start::Abandoned,
        end: 4,
        ..TWO
    };
    must_fail(fleet::ONE_HOLDER, overwriting);
}

#[test]
fn a_holder_that_acts_until_its_claim_expires_acts_too_late() {
    let reckless = Fleet {
        margin: 0,
        end: 5,
        ..TWO
    };
    must_fail(fleet::ONE_HOLDER, reckless);
}

#[test]
fn deleting_the_last_comment_of_a_shared_account_deletes_that_of_another() {
    let documented = Fleet {
        deletion: Deletion::Last,
        shared_account: true,
        ..TWO
    };
    must_fail(fleet::NOTHING_WRONG, documented);
}
