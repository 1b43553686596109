#![doc = include_str!("../README.md")]

mod backend;
mod chain;
mod end;
mod entry;
mod error;
mod export;
mod hash;
mod kind;
mod ledger;
mod location;
mod stored;

pub use althing_diag::id::{InvalidSubject, SubjectId};
pub use chain::{Broken, Verified};
pub use entry::{Draft, Entry};
pub use error::LedgerError;
pub use export::verify_jsonl;
pub use hash::{EntryHash, InvalidEntryHash};
pub use kind::{EntryKind, UnknownKind};
pub use ledger::{Filter, Imported, LOCK_WAIT, Ledger, Pages};
pub use location::LedgerLocation;
