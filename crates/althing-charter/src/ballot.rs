//! Votes: how a charter declares them, and what ballots come to.

mod check;
mod choice;
mod electorate;
mod outcome;
mod profile;
mod raw;
mod share;
mod tally;
mod words;

pub use choice::{Ballot, Choice, Standing};
pub use electorate::{Elector, Electorate};
pub use outcome::{Outcome, Verdict, outcome};
pub use profile::{OpenTimes, VoteProfile};
pub use raw::RawVote;
pub use share::{InvalidShare, Share};
pub use tally::{Tally, tally};
