//! From two texts to rules that can be applied, or to everything that is wrong with them.

mod check_calendar;
mod check_charter;
mod check_members;
mod check_together;

use althing_diag::Finding;

use crate::{Charter, CharterHash, Members};

pub(crate) use check_charter::unknown_role;

/// A text and the name under which findings mention it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Path of the file, or another name such as `main:.althing/charter.yaml`.
    pub name: &'a str,
    /// What it says.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// A text with its name.
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text }
    }
}

/// The rules in force: a charter, its members, and the hash that names exactly these.
#[derive(Clone, Debug)]
pub struct Rules {
    charter: Charter,
    members: Members,
    hash: CharterHash,
}

impl Rules {
    /// Reads and validates both files together.
    ///
    /// # Errors
    /// Everything that is wrong with them, in the order of file and line; never an empty list.
    pub fn parse(charter: Source<'_>, members: Source<'_>) -> Result<Self, Vec<Finding>> {
        let hash = CharterHash::of(charter.text.as_bytes(), members.text.as_bytes());
        let mut findings = Vec::new();
        let charter = check_charter::check_charter(charter, &mut findings);
        let members = check_members::check_members(members, &mut findings);
        if let (Some(charter), Some(members)) = (charter, members) {
            check_together::check_together(&charter, &members, &mut findings);
            if findings.is_empty() {
                return Ok(Self {
                    charter,
                    members: members.members,
                    hash,
                });
            }
        }
        findings.sort_by(|a, b| a.location.cmp(&b.location));
        Err(findings)
    }

    /// The charter.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// The members.
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// The hash of both files.
    pub fn hash(&self) -> CharterHash {
        self.hash
    }
}
