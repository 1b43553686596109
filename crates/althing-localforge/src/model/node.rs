//! GraphQL node ids: printed and parsed here and nowhere else.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

macro_rules! kinds {
    ($($variant:ident = $prefix:literal: $meaning:literal,)*) => {
        /// What kind of thing a node id names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum NodeKind {
            $(#[doc = $meaning] $variant,)*
        }

        impl NodeKind {
            /// The text before the underscore; the prefixes are GitHub's.
            pub fn prefix(self) -> &'static str {
                match self {
                    $(NodeKind::$variant => $prefix,)*
                }
            }

            fn from_prefix(prefix: &str) -> Option<Self> {
                match prefix {
                    $($prefix => Some(NodeKind::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    User = "U": "A user.",
    Organization = "O": "An organization.",
    Team = "T": "A team.",
    Repository = "R": "A repository.",
    Label = "LA": "A label.",
    Issue = "I": "An issue.",
    PullRequest = "PR": "A pull request; its number is the issue's.",
    IssueComment = "IC": "A comment.",
    PullRequestReview = "PRR": "A review.",
    StatusContext = "SC": "A commit status.",
    CheckRun = "CR": "A check run.",
    CheckSuite = "CS": "The check runs of one commit; its number is the first run's.",
    Reaction = "REA": "A reaction.",
    ProjectV2 = "PVT": "A project board.",
    ProjectV2Field = "PVTF": "A plain field of a board.",
    ProjectV2SingleSelectField = "PVTSSF": "A single-select field of a board.",
    ProjectV2Item = "PVTI": "An item on a board.",
    ProjectV2FieldValue = "PVTFV": "A value of an item in a field.",
}

/// Names one thing across all kinds: `PREFIX_` and eight bytes in URL-safe base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    /// Kind.
    pub kind: NodeKind,
    /// Database id.
    pub id: i64,
}

impl NodeId {
    /// The node id of the thing with database id `id`.
    pub fn new(kind: NodeKind, id: i64) -> Self {
        Self { kind, id }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = URL_SAFE_NO_PAD.encode(self.id.to_be_bytes());
        write!(f, "{}_{number}", self.kind.prefix())
    }
}

/// A text that is no node id of this forge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not resolve to a node with the global id of '{0}'")]
pub struct InvalidNodeId(String);

impl FromStr for NodeId {
    type Err = InvalidNodeId;

    fn from_str(text: &str) -> Result<Self, InvalidNodeId> {
        let parse = || {
            let (prefix, number) = text.split_once('_')?;
            let kind = NodeKind::from_prefix(prefix)?;
            let bytes = URL_SAFE_NO_PAD.decode(number).ok()?;
            Some(Self::new(kind, i64::from_be_bytes(bytes.try_into().ok()?)))
        };
        parse().ok_or_else(|| InvalidNodeId(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NodeId, NodeKind};

    #[test]
    fn a_node_id_names_its_kind_and_number() {
        let id = NodeId::new(NodeKind::ProjectV2Item, 17);
        assert_eq!(id.to_string(), "PVTI_AAAAAAAAABE");
        assert_eq!("PVTI_AAAAAAAAABE".parse(), Ok(id));
    }

    proptest! {
        #[test]
        fn ids_survive_printing(number in any::<i64>()) {
            let id = NodeId::new(NodeKind::Issue, number);
            prop_assert_eq!(id.to_string().parse::<NodeId>(), Ok(id));
        }

        #[test]
        fn other_texts_are_refused_not_misread(text in ".{0,24}") {
            if let Ok(id) = text.parse::<NodeId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
