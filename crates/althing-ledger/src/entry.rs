//! What happened, before and after it has its place in the chain.

use althing_charter::CharterHash;
use althing_diag::id::Account;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EntryHash, EntryKind, SubjectId};

/// Something that happened and is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// When.
    pub time: Timestamp,
    /// Who did it.
    pub actor: Account,
    /// About what.
    pub subject: SubjectId,
    /// What.
    pub kind: EntryKind,
    /// The particulars.
    pub data: Value,
    /// The rules it was decided by, if it was a decision.
    pub charter: Option<CharterHash>,
}

/// Something that happened, in its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Place in the chain, from 1.
    pub seq: u64,
    /// When.
    pub time: Timestamp,
    /// Who did it.
    pub actor: Account,
    /// About what.
    pub subject: SubjectId,
    /// What.
    pub kind: EntryKind,
    /// The particulars.
    pub data: Value,
    /// The rules it was decided by, if it was a decision.
    pub charter: Option<CharterHash>,
    /// Hash of the entry before.
    pub previous: EntryHash,
    /// Hash of this entry.
    pub hash: EntryHash,
}
