//! The domain over a real database and real git repositories.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod boards;
mod changes;
mod checks;
mod merging;
mod permissions;
mod pulls;
mod races;
mod reading;
mod seeding;
mod stage;
