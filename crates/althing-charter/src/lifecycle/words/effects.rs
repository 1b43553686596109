//! Effects in plain words.

use std::fmt;

use crate::{Effect, OutsideEffect, Template};

/// `gives {role} to {nominee}`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant { role, to } => write!(f, "gives {role} to {to}"),
            Self::Revoke { role, from } => write!(f, "takes {role} from {from}"),
            Self::Act(effect) => effect.fmt(f),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: fmt::Display> fmt::Display for OutsideEffect<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label { add, remove } => {
                let listed = |labels: &[T]| {
                    let labels: Vec<String> = labels.iter().map(|it| format!("`{it}`")).collect();
                    labels.join(", ")
                };
                match (add.is_empty(), remove.is_empty()) {
                    (false, true) => write!(f, "adds the label {}", listed(add)),
                    (true, _) => write!(f, "removes the label {}", listed(remove)),
                    (false, false) => {
                        let (add, remove) = (listed(add), listed(remove));
                        write!(f, "adds the label {add}, removes {remove}")
                    }
                }
            }
            Self::Status(status) => write!(f, "sets the status to `{status}`"),
            Self::Comment(text) => write!(f, "comments: “{text}”"),
            Self::CloseSource => f.write_str("closes what it comes from"),
            Self::ReopenSource => f.write_str("opens what it comes from again"),
            Self::MergeSource => f.write_str("merges the pull request, if the gates let it pass"),
            Self::Open {
                lifecycle, title, ..
            } => write!(f, "opens {lifecycle} “{title}”"),
            Self::Notify { channel, text } => write!(f, "tells {channel}: “{text}”"),
            Self::Set { file, field, value } => {
                write!(f, "proposes to set `{field}` in `{file}` to `{value}`")
            }
            Self::Remind { after, text } => write!(f, "reminds after {after}: “{text}”"),
            Self::PublishRole {
                login,
                role,
                granted: true,
            } => {
                write!(f, "proposes to list {login} as {role}")
            }
            Self::PublishRole {
                login,
                role,
                granted: false,
            } => {
                write!(f, "proposes to list {login} as {role} no longer")
            }
        }
    }
}
