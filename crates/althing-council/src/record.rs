//! Records of decisions as entries of the ledger, and back.

use althing_charter::{CharterHash, Record};
use althing_diag::id::{Account, SubjectId, UserId};
use althing_ledger::{Draft, Entry};
use jiff::Timestamp;
use serde::{Deserialize, de::value::MapDeserializer};
use serde_json::Value;

use crate::CouncilError;

/// The draft of an entry that holds `record`.
///
/// # Errors
/// When this program's ledger does not know the kind: a bug.
pub fn draft(
    time: Timestamp,
    actor: &Account,
    subject: &SubjectId,
    charter: CharterHash,
    record: &Record,
) -> Result<Draft, CouncilError> {
    let encoded = serde_json::to_value(record).map_err(CouncilError::encoding)?;
    let kind = record.kind().parse().map_err(CouncilError::encoding)?;
    Ok(Draft {
        time,
        actor: actor.clone(),
        subject: subject.clone(),
        kind,
        data: encoded.get("data").cloned().unwrap_or(Value::Null),
        charter: Some(charter),
    })
}

/// The record that an entry holds; `None` for entries of bring-up runs and gates.
///
/// # Errors
/// When the entry is of a decision but cannot be read: it was written by a newer program.
pub fn record(entry: &Entry) -> Result<Option<Record>, CouncilError> {
    if !is_of_decision(entry) {
        return Ok(None);
    }
    // The kind comes first, so that the data is read as what it is and not kept for later.
    let kind = Value::from(entry.kind.name());
    let fields = [("kind", &kind), ("data", &entry.data)].into_iter();
    Record::deserialize(MapDeserializer::new(fields))
        .map(Some)
        .map_err(|error: serde_json::Error| CouncilError::Entry {
            seq: entry.seq,
            why: error.to_string(),
        })
}

fn is_of_decision(entry: &Entry) -> bool {
    const ROOMS: [&str; 16] = [
        "charter",
        "members",
        "subject",
        "vote",
        "ballot",
        "objection",
        "approval",
        "evidence",
        "state",
        "role",
        "explanation",
        "comment",
        "effect",
        "effects",
        "meeting",
        // `status.moved` is of bring-up runs.
        "status.shown",
    ];
    let name = entry.kind.name();
    let room = name.split('.').next().unwrap_or_default();
    ROOMS.contains(&room) || ROOMS.contains(&name)
}

/// In whose name entries are recorded that must not say who did it.
pub fn electorate() -> Account {
    Account {
        id: UserId(0),
        login: "electorate".to_owned(),
    }
}

/// In whose name entries are recorded that time brings about.
pub fn machine() -> Account {
    Account {
        id: UserId(0),
        login: "althing".to_owned(),
    }
}
