//! The worker as its operator starts it: real `gh` and `git`, the local forge, processes that
//! know nothing of each other.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agents_repository;
mod chaos;
mod claiming;
mod merging;
mod operating;
mod taking_over;
mod world;
