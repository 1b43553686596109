//! What decisions are taken by: the rules, the people and the time, all given in.

use std::collections::BTreeMap;

use althing_diag::{Finding, id::Account};
use jiff::Timestamp;
use serde_json::Value;

use super::{Lifecycle, Record, Subject};
use crate::{Charter, Members};

/// What a decision is taken by.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The charter in force when the subject was opened.
    pub charter: &'a Charter,
    /// The members now.
    pub members: &'a Members,
    /// Accounts that are known beside the members, by login in small letters.
    pub people: &'a BTreeMap<String, Account>,
    /// Facts that conditions can ask for.
    pub catalog: &'a Value,
    /// The time.
    pub now: Timestamp,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// What is to be recorded, in order, all at [`Context::now`]. First comes what time alone has
    /// brought about, then the event, then what follows from it.
    ///
    /// Of a private vote the records of a [`super::Event::Vote`] must not name their actor, and
    /// the ballot among them is to be sealed.
    pub records: Vec<Record>,
    /// When time alone may bring about something next.
    pub wake: Option<Timestamp>,
    /// What is worth knowing and blocks nothing.
    pub notes: Vec<Finding>,
}

/// A subject, seen by its rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) ctx: &'a Context<'a>,
    pub(super) lifecycle: &'a Lifecycle,
    pub(super) subject: &'a Subject,
}
