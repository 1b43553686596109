//! Names that charters give to things.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        name! {
            $(#[$doc])*
            ///
            /// Lower-case letters, digits and hyphens, beginning with a letter.
            $name, $what, check
        }
    };
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                $check($what, text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The name of a role that the charter declares, such as `reviewer`.
    RoleName, "role"
}

name! {
    /// The name of a gate, such as `models`.
    GateName, "gate"
}

name! {
    /// The kind of a scope in which a role holds, such as `area`.
    ScopeKind, "scope"
}

name! {
    /// The name of a body, such as `tsc`.
    BodyName, "body"
}

name! {
    /// The name of a lifecycle, such as `governance-change`.
    LifecycleName, "lifecycle"
}

name! {
    /// The name of an attribute of a subject.
    AttributeName, "attribute"
}

name! {
    /// The name of a piece of evidence, such as `notice`.
    EvidenceName, "piece of evidence"
}

name! {
    /// The name of a channel, such as `discord`.
    ChannelName, "channel"
}

name! {
    /// The name of a meeting, such as `tsc`.
    MeetingName, "meeting"
}

name! {
    /// The name of a required document, such as `readme`.
    DocumentName, "document"
}

name! {
    /// What a piece of evidence says, such as `passed`.
    EvidenceResult, "result"
}

name! {
    /// The name of a state, in the community's own words: lower-case names with blanks between
    /// them, such as `in review`.
    StateName, "state", check_words
}

name! {
    /// The name of a transition of a lifecycle: lower-case names with blanks between them.
    TransitionName, "transition", check_words
}

/// A text that cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot name {} {what}: {RULE}", article(.what))]
pub struct InvalidName {
    what: &'static str,
    text: String,
}

impl InvalidName {
    pub(crate) fn new(what: &'static str, text: &str) -> Self {
        Self {
            what,
            text: text.to_owned(),
        }
    }
}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

/// What a name looks like, for help texts.
pub(crate) const RULE: &str =
    "names are lower-case letters, digits and hyphens, and begin with a letter";

fn check(what: &'static str, text: &str) -> Result<(), InvalidName> {
    let mut bytes = text.bytes();
    let starts_well = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase());
    let goes_on_well =
        bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if starts_well && goes_on_well && !text.ends_with('-') {
        Ok(())
    } else {
        Err(InvalidName::new(what, text))
    }
}

fn check_words(what: &'static str, text: &str) -> Result<(), InvalidName> {
    let mut words = text.split(' ');
    words
        .try_for_each(|word| check(what, word))
        .map_err(|_| InvalidName::new(what, text))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::RoleName;

    #[rstest]
    #[case("reviewer", true)]
    #[case("core-maintainer2", true)]
    #[case("", false)]
    #[case("Reviewer", false)]
    #[case("2nd", false)]
    #[case("re viewer", false)]
    #[case("maintainer@project", false)]
    #[case("-x", false)]
    #[case("x-", false)]
    #[case("prüfer", false)]
    fn role_names(#[case] text: &str, #[case] valid: bool) {
        assert_eq!(text.parse::<RoleName>().is_ok(), valid, "{text:?}");
    }
}
