//! Lifecycles in plain words, for people who will never read YAML.

mod effects;
mod guards;
mod markdown;
mod mermaid;
mod people;

use std::fmt;

use super::{AttributeKind, SourceKind, Transition, Trigger};

pub(crate) use people::people;

impl Trigger {
    /// What sets it off, after the word `when`; `who` does it, if somebody must.
    pub(super) fn words(self, who: &str) -> String {
        match self {
            Self::Met => "the following holds".to_owned(),
            Self::Objection => "somebody objects".to_owned(),
            Self::Resolved => "no objection stands any more".to_owned(),
            Self::Edit => "its meaning is changed".to_owned(),
            Self::Withdraw => format!("{who} withdraws it"),
            Self::Decline => format!("{who} declines it"),
            Self::Close => format!("{who} closes it"),
            Self::Move => format!("{who} moves it there"),
        }
    }
}

impl Transition {
    /// What sets it off, after the word `when`.
    pub(super) fn when(&self) -> String {
        let who = self.needs.actor_words();
        self.on.words(who.as_deref().unwrap_or("somebody"))
    }
}

/// `from voting to accepted as soon as …; otherwise to rejected`.
impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from: Vec<&str> = self.from.iter().map(|state| state.as_str()).collect();
        write!(f, "from {} to {}", from.join(" or "), self.to)?;
        let needs = self.needs.words();
        match (self.on, needs.as_str()) {
            (Trigger::Met, "") => f.write_str(" at once")?,
            (Trigger::Met, needs) => write!(f, " as soon as {needs}")?,
            (_, "") => write!(f, " when {}", self.when())?,
            (_, needs) => write!(f, " when {}, provided that {needs}", self.when())?,
        }
        match &self.otherwise {
            Some(otherwise) => write!(f, "; otherwise to {}", otherwise.to),
            None => Ok(()),
        }
    }
}

impl SourceKind {
    /// `an issue`.
    pub(crate) fn with_article(self) -> &'static str {
        match self {
            Self::Issue => "an issue",
            Self::PullRequest => "a pull request",
            Self::File => "a file",
        }
    }
}

/// What values it takes.
impl fmt::Display for AttributeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::OneOf(texts) => f.write_str(&texts.join(", ")),
            Self::Person => f.write_str("person"),
            Self::Role(roles) if roles.is_empty() => f.write_str("role"),
            Self::Role(roles) => {
                let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
                write!(f, "role: {}", roles.join(", "))
            }
            Self::Date => f.write_str("date"),
            Self::Number => f.write_str("whole number"),
            Self::Boolean => f.write_str("yes or no"),
            Self::List(count) => match (*count.start(), *count.end()) {
                (0, u32::MAX) => f.write_str("list"),
                (least, u32::MAX) => write!(f, "list of {least} or more"),
                (least, most) if least == most => write!(f, "list of {least}"),
                (least, most) => write!(f, "list of {least} to {most}"),
            },
            Self::Link => f.write_str("link"),
        }
    }
}
