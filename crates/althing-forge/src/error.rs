//! Why an operation on the forge failed, in the kinds that callers treat differently.

use althing_diag::{Code, Finding};
use jiff::Timestamp;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `gh` is not on the PATH.
    ToolMissing,
    /// `gh` is older than supported.
    ToolTooOld {
        /// The version found.
        found: String,
    },
    /// No working credentials for the host.
    NotLoggedIn,
    /// The credentials lack scopes that workers need.
    ScopesMissing {
        /// Which, separated by commas as `gh auth refresh -s` wants them.
        scopes: String,
    },
    /// The thing does not exist, or is hidden from this account.
    NotFound,
    /// This account may not do that.
    Forbidden,
    /// Wait before the next request; all callers that share the account must.
    RateLimited {
        /// When the forge accepts requests again, if it said so.
        until: Option<Timestamp>,
    },
    /// The state is not what the caller assumed (exists already, head moved, not mergeable).
    Conflict,
    /// A network or server failure that may pass.
    Transient,
    /// The answer could not be understood.
    Answer,
}

impl ErrorKind {
    /// Whether the same request may be granted later, with nothing changed.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Transient | Self::RateLimited { .. })
    }

    /// Whether the forge answered, and the answer concerns only what was asked: another request
    /// may well be granted.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::NotFound | Self::Forbidden | Self::Conflict | Self::Answer => true,
            Self::ToolMissing
            | Self::ToolTooOld { .. }
            | Self::NotLoggedIn
            | Self::ScopesMissing { .. }
            | Self::RateLimited { .. }
            | Self::Transient => false,
        }
    }
}

/// A failed operation: kind, the command that was run, and the end of what it said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{command}` failed: {message}")]
pub struct ForgeError {
    /// Kind.
    pub kind: ErrorKind,
    /// The command for people, without bodies and secrets.
    pub command: String,
    /// The end of what the command printed on stderr, or what is wrong with its answer.
    pub message: String,
}

impl ForgeError {
    /// The finding that people get to see, with its way out.
    pub fn finding(&self) -> Finding {
        let (code, help) = match &self.kind {
            ErrorKind::ToolMissing => {
                (Code::ToolMissing, "install gh 2.23 or newer: `sudo apt-get install gh`".to_owned())
            }
            ErrorKind::ToolTooOld { found } => (
                Code::ToolTooOld,
                format!("found gh {found}; install 2.23 or newer from the GitHub CLI packages"),
            ),
            ErrorKind::NotLoggedIn => (
                Code::ForgeNotLoggedIn,
                "run `gh auth login -s project`, or `eval \"$(althing forge env …)\"` for a local forge"
                    .to_owned(),
            ),
            ErrorKind::ScopesMissing { scopes } => (
                Code::ForgeForbidden,
                format!(
                    "run `gh auth refresh -s {scopes}`; a token from the environment must be \
                     made with that scope"
                ),
            ),
            ErrorKind::NotFound => {
                (Code::ForgeNotFound, "check the name, and that this account may see it".to_owned())
            }
            ErrorKind::Forbidden => {
                (Code::ForgeForbidden, "give the account the missing permission or scope".to_owned())
            }
            ErrorKind::RateLimited { until } => (
                Code::ForgeRateLimited,
                until.map_or_else(
                    || "wait a minute and try again".to_owned(),
                    |until| format!("try again after {until}"),
                ),
            ),
            ErrorKind::Conflict => {
                (Code::ForgeConflict, "look at the present state and try again".to_owned())
            }
            ErrorKind::Transient => (Code::ForgeTransient, "try again".to_owned()),
            ErrorKind::Answer => {
                (Code::ForgeAnswer, "report this with the command; the forge may be too old".to_owned())
            }
        };
        Finding::error(code, self.to_string(), help)
    }
}
