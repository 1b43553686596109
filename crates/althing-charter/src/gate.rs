//! Gates: what a change must show before it merges.

use std::fmt;

use althing_diag::Location;

use crate::{Amount, GateName, PathPatterns, RoleRef};

/// What a pull request must show when it changes certain paths.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name.
    pub name: GateName,
    /// Why it is there.
    pub description: Option<String>,
    /// The paths it is about.
    pub paths: PathPatterns,
    /// Approvals that it requires, in the order of the file.
    pub approvals: Vec<ApprovalRule>,
    /// Checks that it requires, in the order of the file.
    pub checks: Vec<CheckRule>,
    /// Where it is declared.
    pub location: Location,
}

/// So many holders of a role must approve the head commit.
#[derive(Clone, Debug)]
pub struct ApprovalRule {
    /// The role.
    pub role: RoleRef,
    /// How many of its holders, at least 1.
    pub count: u32,
    /// Where the rule stands.
    pub location: Location,
}

/// A check must be green on the head commit, and say what it must.
#[derive(Clone, Debug)]
pub struct CheckRule {
    /// Name of the commit status or check run.
    pub name: String,
    /// The role that whoever reports it must hold, if that matters.
    pub by: Option<RoleRef>,
    /// What its description must say, if that matters.
    pub says: Option<Says>,
    /// The description with which a green check says that it has nothing to judge.
    pub not_applicable: Option<String>,
    /// Where the rule stands.
    pub location: Location,
}

/// What a check must say in its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// It begins with a number that is this or more.
    AtLeast(Amount),
    /// It begins with a number that is this or less.
    AtMost(Amount),
    /// It is one of these.
    OneOf(Vec<String>),
    /// It consists of all of these words.
    AllOf(Vec<String>),
}

impl Says {
    /// The words of a description, between blanks, commas and semicolons.
    pub fn words(text: &str) -> impl Iterator<Item = &str> {
        let words = text.split(|it: char| it.is_whitespace() || matches!(it, ',' | ';'));
        words.filter(|word| !word.is_empty())
    }
}

impl fmt::Display for Says {
    /// What follows "must be" or "must say": `at least 0.95`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Says::AtLeast(amount) => write!(f, "at least {amount}"),
            Says::AtMost(amount) => write!(f, "at most {amount}"),
            Says::OneOf(words) => match words.as_slice() {
                [word] => write!(f, "`{word}`"),
                words => write!(f, "one of {}", words.join(", ")),
            },
            Says::AllOf(words) => write!(f, "all of {}", words.join(", ")),
        }
    }
}
