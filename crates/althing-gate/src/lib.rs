#![doc = include_str!("../README.md")]

mod facts;
mod judge;
mod verdict;

pub use facts::{
    Check, CheckState, Commit, CommitPerson, Facts, Gap, Mergeable, PullState, Review, ReviewState,
};
pub use judge::{WEB_COMMITTER_EMAIL, judge};
pub use verdict::{Reason, Verdict};
