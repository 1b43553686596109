//! The forge's words in the gate's. The gate knows no forge, so that it stays pure; each kind
//! is matched in full, so that a new one cannot slip through.

use althing_forge as forge;
use althing_gate as gate;

pub(crate) fn pull_state(state: forge::PullState) -> gate::PullState {
    match state {
        forge::PullState::Open => gate::PullState::Open,
        forge::PullState::Closed => gate::PullState::Closed,
        forge::PullState::Merged => gate::PullState::Merged,
    }
}

pub(crate) fn mergeable(mergeable: forge::Mergeable) -> gate::Mergeable {
    match mergeable {
        forge::Mergeable::Mergeable => gate::Mergeable::Yes,
        forge::Mergeable::Conflicting => gate::Mergeable::No,
        forge::Mergeable::Unknown => gate::Mergeable::Unknown,
    }
}

pub(crate) fn commit(commit: &forge::Commit) -> gate::Commit {
    let person = |person: &forge::CommitPerson| gate::CommitPerson {
        account: person.account.clone(),
        email: person.email.clone(),
    };
    gate::Commit {
        sha: commit.sha.clone(),
        people: commit.people.iter().map(person).collect(),
    }
}

pub(crate) fn review(review: &forge::Review) -> gate::Review {
    gate::Review {
        author: review.author.clone(),
        state: review_state(review.state),
        commit: review.commit.clone(),
    }
}

pub(crate) fn check(check: &forge::Check) -> gate::Check {
    gate::Check {
        name: check.name.clone(),
        state: check_state(check.state),
        reporter: check.reporter.clone(),
        description: check.description.clone(),
    }
}

pub(crate) fn review_state(state: forge::ReviewState) -> gate::ReviewState {
    match state {
        forge::ReviewState::Approved => gate::ReviewState::Approved,
        forge::ReviewState::ChangesRequested => gate::ReviewState::ChangesRequested,
        forge::ReviewState::Commented => gate::ReviewState::Commented,
        forge::ReviewState::Dismissed => gate::ReviewState::Dismissed,
        forge::ReviewState::Pending => gate::ReviewState::Pending,
    }
}

pub(crate) fn check_state(state: forge::CheckState) -> gate::CheckState {
    match state {
        forge::CheckState::Pending => gate::CheckState::Pending,
        forge::CheckState::Success => gate::CheckState::Success,
        forge::CheckState::Failure => gate::CheckState::Failure,
    }
}
