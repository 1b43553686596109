//! The four checks of specification §9.1 F, and what their outcome means.

mod attempt;
mod plan;
mod rerun;
mod result;
mod scope;

use std::fmt;

use serde::Serialize;

use crate::Mode;

pub use self::{
    attempt::Attempt,
    plan::CheckPlan,
    rerun::{Kind, Reran},
    result::{CheckResult, Unjudged},
};

pub(crate) use self::{
    plan::{HARNESS, no_harness},
    rerun::Runs,
    scope::{check_scope, model_file},
};

/// The commit status by which gates know that a worker ran the checks.
pub(crate) const CONTEXT: &str = "althing/bringup";

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The tests of the repository (B-251).
    Tests,
    /// The reference alone (B-253).
    HfEval,
    /// The accelerator, trace off (B-255).
    TtEval,
    /// The accelerator, trace on (B-256).
    TtTraceEval,
}

impl Check {
    /// The checks in their order.
    pub const ALL: [Check; 4] = [
        Check::Tests,
        Check::HfEval,
        Check::TtEval,
        Check::TtTraceEval,
    ];

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Check::Tests => "tests",
            Check::HfEval => "HF-only evaluation",
            Check::TtEval => "TT evaluation, trace off",
            Check::TtTraceEval => "TT evaluation, trace on",
        }
    }

    /// What the metrics must be about; `None` for the tests.
    pub fn expected(self) -> Option<(Mode, bool)> {
        match self {
            Check::Tests => None,
            Check::HfEval => Some((Mode::Hf, false)),
            Check::TtEval => Some((Mode::Tt, false)),
            Check::TtTraceEval => Some((Mode::Tt, true)),
        }
    }

    fn needs_accelerator(self) -> bool {
        matches!(self, Check::TtEval | Check::TtTraceEval)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
