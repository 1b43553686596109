//! People as rules name them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{AttributeName, BodyName, InvalidName, RoleName, RoleRef, Scope, ScopeKind};

/// People as a rule names them; who that is, is known only for a subject at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Who {
    /// Everybody, members or not.
    Anyone,
    /// Whoever opened the subject.
    Opener,
    /// The person the subject is about, such as a nominee.
    Subject,
    /// Whoever raised the objection in question.
    Raiser,
    /// Machines: bots, workers, the clock.
    Automation,
    /// Holders of a role.
    Role(RolePattern),
    /// Holders of the seats of a body.
    Body(BodyName),
    /// People whose logins stand in an attribute of the subject.
    Named(AttributeName),
}

/// A role whose scope may come from the subject: `pack-maintainer@pack:{provider}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RolePattern {
    /// The role.
    pub role: RoleName,
    /// Where, if that matters.
    pub scope: Option<ScopePattern>,
}

/// A scope whose name may come from an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopePattern {
    /// A scope as it is.
    Fixed(Scope),
    /// A scope of the kind, named by the attribute; a list means any of its values.
    FromAttribute(ScopeKind, AttributeName),
}

impl RolePattern {
    /// The roles meant when the attribute of the scope has these values: one for each. A scope
    /// that comes from no attribute has one role whatever the values.
    pub fn fill(&self, values: &[String]) -> Vec<RoleRef> {
        let role = |scope| RoleRef {
            role: self.role.clone(),
            scope,
        };
        match &self.scope {
            None => vec![role(None)],
            Some(ScopePattern::Fixed(scope)) => vec![role(Some(scope.clone()))],
            Some(ScopePattern::FromAttribute(kind, _)) => values
                .iter()
                .map(|name| {
                    role(Some(Scope {
                        kind: kind.clone(),
                        name: Some(name.clone()),
                    }))
                })
                .collect(),
        }
    }

    /// The attribute that names the scope, if one does.
    pub fn attribute(&self) -> Option<&AttributeName> {
        match &self.scope {
            Some(ScopePattern::FromAttribute(_, attribute)) => Some(attribute),
            Some(ScopePattern::Fixed(_)) | None => None,
        }
    }
}

impl FromStr for Who {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Ok(match text {
            "anyone" => Self::Anyone,
            "opener" => Self::Opener,
            "subject" => Self::Subject,
            "raiser" => Self::Raiser,
            "automation" => Self::Automation,
            _ => {
                if let Some(body) = text.strip_prefix("body:") {
                    Self::Body(body.parse()?)
                } else if let Some(attribute) = text.strip_prefix("named:") {
                    Self::Named(braced(attribute).unwrap_or(attribute).parse()?)
                } else {
                    Self::Role(text.parse()?)
                }
            }
        })
    }
}

impl FromStr for RolePattern {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (role, scope) = match text.split_once('@') {
            Some((role, scope)) => (role, Some(scope)),
            None => (text, None),
        };
        let scope = scope.map(|scope| {
            let from_attribute = scope
                .split_once(':')
                .and_then(|(kind, name)| Some((kind, braced(name)?)));
            match from_attribute {
                Some((kind, attribute)) => Ok(ScopePattern::FromAttribute(
                    kind.parse()?,
                    attribute.parse()?,
                )),
                None => scope.parse().map(ScopePattern::Fixed),
            }
        });
        Ok(Self {
            role: role.parse()?,
            scope: scope.transpose()?,
        })
    }
}

fn braced(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

impl TryFrom<String> for Who {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<Who> for String {
    fn from(who: Who) -> String {
        who.to_string()
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("anyone"),
            Self::Opener => f.write_str("opener"),
            Self::Subject => f.write_str("subject"),
            Self::Raiser => f.write_str("raiser"),
            Self::Automation => f.write_str("automation"),
            Self::Role(role) => write!(f, "{role}"),
            Self::Body(body) => write!(f, "body:{body}"),
            Self::Named(attribute) => write!(f, "named:{{{attribute}}}"),
        }
    }
}

impl fmt::Display for RolePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.role)?;
        match &self.scope {
            Some(ScopePattern::Fixed(scope)) => write!(f, "@{scope}"),
            Some(ScopePattern::FromAttribute(kind, name)) => write!(f, "@{kind}:{{{name}}}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Who;

    #[rstest]
    #[case("anyone")]
    #[case("opener")]
    #[case("maintainer@project")]
    #[case("pack-maintainer@pack:{provider}")]
    #[case("integration-owner@integration:etl-mmos")]
    #[case("body:tsc")]
    #[case("named:{qa}")]
    fn what_is_written_reads_back(#[case] text: &str) {
        let who: Who = text.parse().expect(text);
        assert_eq!(who.to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("body:")]
    #[case("Maintainer")]
    #[case("maintainer@area:{a b}")]
    #[case("named:{}")]
    fn other_texts(#[case] text: &str) {
        assert!(text.parse::<Who>().is_err(), "{text:?}");
    }
}
