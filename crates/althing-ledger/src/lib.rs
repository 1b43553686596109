#![doc = include_str!("../README.md")]

mod chain;
mod entry;
mod error;
mod export;
mod hash;
mod kind;
mod store;
mod stored;

pub use althing_diag::id::{InvalidSubject, SubjectId};
pub use chain::{Broken, Verified};
pub use entry::{Draft, Entry};
pub use error::LedgerError;
pub use export::verify_jsonl;
pub use hash::{EntryHash, InvalidEntryHash};
pub use kind::{EntryKind, UnknownKind};
pub use store::{Filter, LOCK_WAIT, Ledger};
