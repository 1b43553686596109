//! Reports over the history of a repository.

#![expect(clippy::expect_used, reason = "tests say what they expect")]

mod builds;
mod changes;
mod fixture;
mod gaps;
mod meetings;
mod modules;
mod owners;
mod pace;
mod reviews;
