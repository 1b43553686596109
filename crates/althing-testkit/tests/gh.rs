//! The real `gh`, command by command: what it prints and what it leaves behind.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gh {
    mod api;
    mod board;
    mod issue;
    mod label;
    mod merge;
    mod permission;
    mod pull;
    mod repository;
    mod review;
    mod stage;
}
