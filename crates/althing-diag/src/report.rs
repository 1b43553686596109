//! The envelope of every `--output json`.

use serde::Serialize;

use crate::Finding;

/// What a command prints with `--output json`: one object, stable within a `version`.
#[derive(Clone, Debug, Serialize)]
pub struct Report<T> {
    /// Version of the form of `data` for this command.
    pub version: u32,
    /// The command, for example `gate` or `ledger verify`.
    pub command: &'static str,
    /// The answer; absent when findings prevented one.
    pub data: Option<T>,
    /// What is wrong or was refused.
    pub findings: Vec<Finding>,
}

impl<T> Report<T> {
    /// An answer, possibly with findings beside it.
    pub fn new(command: &'static str, data: T, findings: Vec<Finding>) -> Self {
        Self {
            version: 1,
            command,
            data: Some(data),
            findings,
        }
    }

    /// Findings in place of an answer.
    pub fn refused(command: &'static str, findings: Vec<Finding>) -> Self {
        Self {
            version: 1,
            command,
            data: None,
            findings,
        }
    }
}
