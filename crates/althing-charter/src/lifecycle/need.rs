//! What is missing before a subject moves on, in plain words.

use althing_diag::Location;
use jiff::Timestamp;
use serde::Serialize;

use super::people::listed;
use crate::Window;

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// What, as a clause without a period: `1 more approval of maintainer@project`.
    pub what: String,
    /// Logins of those who can bring it about; empty where nobody can, or anybody.
    pub who: Vec<String>,
    /// When time alone brings it about, with what the calendar says to that.
    pub until: Option<Timestamp>,
    /// The sentence of the calendar: `ends Tue 10 Mar 2026 14:05 UTC; not counted: Sat 7 Mar`.
    pub window: Option<String>,
    /// The rule that asks for it.
    pub rule: Location,
}

impl Need {
    pub(super) fn new(what: impl Into<String>, rule: &Location) -> Self {
        Self {
            what: what.into(),
            who: Vec::new(),
            until: None,
            window: None,
            rule: rule.clone(),
        }
    }

    /// With those who can bring it about.
    pub(super) fn by(mut self, who: impl IntoIterator<Item = String>) -> Self {
        self.who = who.into_iter().collect();
        self
    }

    /// With the time that brings it about.
    pub(super) fn in_time(mut self, window: &Window) -> Self {
        self.until = Some(window.end());
        self.window = Some(window.to_string());
        self
    }

    /// All in one clause, for a message.
    pub fn sentence(&self) -> String {
        let mut sentence = self.what.clone();
        if let Some(window) = &self.window {
            sentence.push_str(&format!(" ({window})"));
        }
        let named = |login: &String| self.what.contains(&format!("@{login}"));
        if !self.who.is_empty() && !self.who.iter().all(named) {
            sentence.push_str(&format!(" (from {})", listed(&self.who)));
        }
        sentence
    }
}

/// Several in one message.
pub(super) fn sentences(needs: &[Need]) -> String {
    let sentences: Vec<String> = needs.iter().map(Need::sentence).collect();
    sentences.join("; ")
}
