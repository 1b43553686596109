//! What comes out: pass or not, and why.

use althing_charter::{CharterHash, GateName};
use althing_diag::{Code, Finding, Location, id::Sha};
use serde::Serialize;

/// The answer about one pull request at one commit. It says nothing about any other commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Number of the pull request.
    pub pull: u64,
    /// The commit that was judged, the only one that a pass allows to merge.
    pub head: Sha,
    /// Whether it may be merged: every reason is met.
    pub pass: bool,
    /// The gates that apply, in the order of the charter.
    pub gates: Vec<GateName>,
    /// Every reason, met or not, in the order in which the gate asks.
    pub reasons: Vec<Reason>,
    /// The rules that it was judged by.
    pub charter: CharterHash,
}

impl Verdict {
    /// The unmet reasons as findings.
    pub fn findings(&self) -> Vec<Finding> {
        self.reasons.iter().filter_map(Reason::finding).collect()
    }
}

/// One thing that had to hold, and whether it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Why not; `None` when it is met.
    pub code: Option<Code>,
    /// Whether it holds.
    pub met: bool,
    /// The gate that asks for it; `None` for what every pull request must show.
    pub gate: Option<GateName>,
    /// Where the charter asks for it.
    pub rule: Option<Location>,
    /// What was found, with the arithmetic, without a final period.
    pub text: String,
    /// What to do and who can; `None` when it is met.
    pub help: Option<String>,
}

impl Reason {
    pub(crate) fn met(text: impl Into<String>) -> Self {
        Self {
            code: None,
            met: true,
            gate: None,
            rule: None,
            text: text.into(),
            help: None,
        }
    }

    pub(crate) fn unmet(code: Code, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            met: false,
            gate: None,
            rule: None,
            text: text.into(),
            help: Some(help.into()),
        }
    }

    pub(crate) fn by_rule(mut self, gate: &GateName, rule: &Location) -> Self {
        self.gate = Some(gate.clone());
        self.rule = Some(rule.clone());
        self
    }

    /// The finding that says the same; `None` when the reason is met.
    pub fn finding(&self) -> Option<Finding> {
        let help = self.help.clone().unwrap_or_default();
        let finding = Finding::error(self.code?, self.text.clone(), help);
        Some(match &self.rule {
            Some(rule) => finding.by_rule(rule.clone()),
            None => finding,
        })
    }
}
