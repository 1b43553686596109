#![doc = include_str!("../README.md")]

mod documents;
mod facts;
mod history;
mod judge;
mod owners;
mod report;
mod review;
mod verdict;

// What `judge` takes, for rooms that gather it.
pub use althing_charter::{Rules, Source};
pub use documents::{check_documents, check_footer, with_footer};
pub use facts::{
    Check, CheckState, Commit, CommitPerson, Facts, Gap, Mergeable, PullState, Review, ReviewState,
};
pub use history::{Build, History, Issue, Landed, Module, Pull, PullReview, Remark};
pub use judge::{WEB_COMMITTER_EMAIL, judge};
pub use owners::{Area, Owner, Owners, OwnersRule, PLACES, Reviewer, Skipped, areas, reviewers};
pub use report::{
    AbandonedModule, Attendance, ChangeKind, DirectChange, Grounds, ModuleMaintainer, Report,
    ReviewLoad, Rows, Wants, report, wants,
};
pub use review::check_review;
pub use verdict::{Reason, Verdict};
