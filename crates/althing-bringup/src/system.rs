//! The kinds of accelerator machine.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// A kind of machine, which is also the label that routes issues to it (B-040, B-074).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// One Wormhole chip.
    N150,
    /// Two Wormhole chips.
    N300,
    /// A LoudBox with eight chips.
    Lb,
}

impl System {
    /// Every kind.
    pub const ALL: [System; 3] = [System::N150, System::N300, System::Lb];

    /// The name in labels, claims and variables.
    pub fn name(self) -> &'static str {
        match self {
            System::N150 => "n150",
            System::N300 => "n300",
            System::Lb => "lb",
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for System {
    type Err = UnknownSystem;

    fn from_str(text: &str) -> Result<Self, UnknownSystem> {
        System::ALL
            .into_iter()
            .find(|system| system.name() == text)
            .ok_or_else(|| UnknownSystem(text.to_owned()))
    }
}

/// A text that names no kind of machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no system; it is one of n150, n300, lb")]
pub struct UnknownSystem(String);
