#![doc = include_str!("../README.md")]

mod ballot;
mod calendar;
mod charter;
mod hash;
mod members;
mod name;
mod path;
mod placeholder;
mod raw;
mod rules;
mod schema;

pub use ballot::{
    Ballot, Choice, Elector, Electorate, InvalidShare, OpenTimes, Outcome, RawVote, Share,
    Standing, Tally, Verdict, VoteProfile, outcome, tally,
};
pub use calendar::{Calendar, DayOff, InvalidPeriod, Off, Period, Window};
pub use charter::{ApprovalRule, Charter, CheckRule, Gate, Role};
pub use hash::{CharterHash, InvalidHash};
pub use members::{Member, Members};
pub use name::{GateName, InvalidName, RoleName};
pub use path::PathPatterns;
pub use rules::{Rules, Source};
pub use schema::{charter_schema, members_schema, vote_schema};
