#![doc = include_str!("../README.md")]

mod facts;
mod history;
mod judge;
mod verdict;

// What `judge` takes, for rooms that gather it.
pub use althing_charter::{Rules, Source};
pub use facts::{
    Check, CheckState, Commit, CommitPerson, Facts, Gap, Mergeable, PullState, Review, ReviewState,
};
pub use history::{Build, History, Issue, Landed, Module, Pull, PullReview, Remark};
pub use judge::{WEB_COMMITTER_EMAIL, judge};
pub use verdict::{Reason, Verdict};
