//! The coding agent: codex, driven as a process, or any other command.
//!
//! codex tells what it does as lines of JSON ([`event`]). Folded, they are what is known of a
//! turn ([`turn`]): the thread to go on with, what it used, how it failed. A failure is a text
//! for people; [`trouble`] tells what kind it is, because being told to wait is no failed
//! attempt. [`session`] starts the process and goes on in the same thread.

pub(crate) mod budget;
mod event;
mod session;
mod trouble;
mod turn;

pub use self::{
    budget::{Budget, Spent},
    session::{Program, Session},
    trouble::Trouble,
    turn::{Turn, Usage},
};
