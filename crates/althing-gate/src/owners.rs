//! Who owns which paths: CODEOWNERS after GitHub's rules, and CODEOWNERS.md.
//!
//! The matching is built on `globset`. The crates that read this file have not been kept up, or
//! are made for programs rather than libraries.

mod areas;
mod order;
mod pattern;

use std::fmt;

use serde::Serialize;

pub use areas::{Area, areas};
pub use order::{Reviewer, reviewers};
use pattern::Pattern;

/// Where the forge looks for the file: the first one that is there counts.
pub const PLACES: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// A CODEOWNERS file.
#[derive(Clone, Debug)]
pub struct Owners {
    rules: Vec<OwnersRule>,
    skipped: Vec<Skipped>,
}

/// A line that says who owns some paths; possibly nobody.
#[derive(Clone, Debug)]
pub struct OwnersRule {
    /// Its number, from 1.
    pub line: u32,
    /// The pattern as written.
    pub written: String,
    /// Who, in the order of the line.
    pub owners: Vec<Owner>,
    pattern: Pattern,
}

/// Somebody who owns something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub enum Owner {
    /// An account, by login.
    User(String),
    /// A team, as `ORGANIZATION/TEAM`.
    Team(String),
    /// An account, by an address of its.
    Email(String),
}

/// A line that the forge leaves out, so that what it means is owned by nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its number, from 1.
    pub line: u32,
    /// Why.
    pub why: String,
}

impl Owners {
    /// Reads the file. A line that cannot be read is left out, as the forge does, and said.
    pub fn parse(text: &str) -> Self {
        let mut rules = Vec::new();
        let mut skipped = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            match OwnersRule::parse(number, line) {
                Ok(rule) => rules.extend(rule),
                Err(why) => skipped.push(Skipped { line: number, why }),
            }
        }
        Self { rules, skipped }
    }

    /// The line that decides about `path`, relative to the root of the repository: the last one
    /// that matches. `None` where no line does.
    pub fn rule_for(&self, path: &str) -> Option<&OwnersRule> {
        let path = path.trim_start_matches('/');
        let mut rules = self.rules.iter().rev();
        rules.find(|rule| rule.pattern.matches(path))
    }

    /// Who owns `path`.
    pub fn of(&self, path: &str) -> &[Owner] {
        self.rule_for(path).map_or(&[], |rule| &rule.owners)
    }

    /// The lines, in order.
    pub fn rules(&self) -> &[OwnersRule] {
        &self.rules
    }

    /// The lines that count for nothing.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

impl OwnersRule {
    fn parse(number: u32, line: &str) -> Result<Option<Self>, String> {
        let mut words = words(line).into_iter();
        let Some(written) = words.next() else {
            return Ok(None);
        };
        let owners: Result<Vec<Owner>, String> = words.map(|word| Owner::parse(&word)).collect();
        Ok(Some(Self {
            line: number,
            pattern: Pattern::new(&written)?,
            owners: owners?,
            written,
        }))
    }
}

/// The words of a line up to a comment; `\ ` does not end a word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '#' if word.is_empty() => break,
            '\\' => word.extend(characters.next()),
            blank if blank.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            other => word.push(other),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

impl Owner {
    fn parse(word: &str) -> Result<Self, String> {
        let named = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match word.strip_prefix('@') {
            Some(team) if team.contains('/') => match team.split_once('/') {
                Some((organization, name)) if named(organization) && named(name) => {
                    Ok(Self::Team(team.to_owned()))
                }
                Some(_) | None => Err(format!("`{word}` is no team")),
            },
            Some(login) if named(login) => Ok(Self::User(login.to_owned())),
            Some(_) => Err(format!("`{word}` is no account")),
            None => match word.split_once('@') {
                Some((name, host)) if !name.is_empty() && host.contains('.') => {
                    Ok(Self::Email(word.to_owned()))
                }
                Some(_) | None => Err(format!("`{word}` is neither @ACCOUNT nor an address")),
            },
        }
    }

    /// Whether it is the account of that login, in any case of letters.
    pub fn is_user(&self, login: &str) -> bool {
        match self {
            Self::User(user) => user.eq_ignore_ascii_case(login),
            Self::Team(_) | Self::Email(_) => false,
        }
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> String {
        owner.to_string()
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) | Self::Team(name) => write!(f, "@{name}"),
            Self::Email(address) => f.write_str(address),
        }
    }
}
