//! People as rules name them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    AttributeName, BodyName, InvalidName, RoleName, RoleRef, Scope, ScopeKind, role_ref::in_scope,
};

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

/// A role whose scope may come from the subject: `pack-maintainer@pack:{provider}`,
/// `integration-owner@integration:{provider}-{consumer}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RolePattern {
    /// The role.
    pub role: RoleName,
    /// Where, if that matters.
    pub scope: Option<ScopePattern>,
}

/// A scope whose name may come from attributes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopePattern {
    /// A scope as it is.
    Fixed(Scope),
    /// A scope of the kind, named by attributes.
    FromAttributes(ScopeKind, ScopeTemplate),
}

/// The name of a scope with at least one placeholder: `{provider}-{consumer}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeTemplate {
    /// Each attribute, with the text before it.
    parts: Vec<(String, AttributeName)>,
    /// The text after the last one.
    end: String,
}

impl Who {
    /// Whether who that is depends on what is said about a subject.
    pub(crate) fn depends_on_attributes(&self) -> bool {
        match self {
            Self::Role(pattern) => pattern.attributes().next().is_some(),
            Self::Subject | Self::Named(_) => true,
            Self::Anyone | Self::Opener | Self::Raiser | Self::Automation | Self::Body(_) => false,
        }
    }
}

impl RolePattern {
    /// The roles meant when attributes have these values: one for each value, of several
    /// attributes one for each combination. None where an attribute has no value; one whatever
    /// the values where the scope comes from no attribute.
    pub fn fill(&self, values: impl Fn(&AttributeName) -> Vec<String>) -> Vec<RoleRef> {
        let role = |scope| RoleRef {
            role: self.role.clone(),
            scope,
        };
        match &self.scope {
            None => vec![role(None)],
            Some(ScopePattern::Fixed(scope)) => vec![role(Some(scope.clone()))],
            Some(ScopePattern::FromAttributes(kind, template)) => template
                .fill(values)
                .into_iter()
                .map(|name| {
                    role(Some(Scope {
                        kind: kind.clone(),
                        name: Some(name),
                    }))
                })
                .collect(),
        }
    }

    /// The attributes that name the scope, if any do.
    pub fn attributes(&self) -> impl Iterator<Item = &AttributeName> {
        let template = match &self.scope {
            Some(ScopePattern::FromAttributes(_, template)) => Some(template),
            Some(ScopePattern::Fixed(_)) | None => None,
        };
        template
            .into_iter()
            .flat_map(|template| template.parts.iter().map(|(_, attribute)| attribute))
    }
}

impl ScopeTemplate {
    fn fill(&self, values: impl Fn(&AttributeName) -> Vec<String>) -> Vec<String> {
        let mut names = vec![String::new()];
        for (before, attribute) in &self.parts {
            let values = values(attribute);
            names = names
                .iter()
                .flat_map(|name| {
                    values
                        .iter()
                        .map(move |value| format!("{name}{before}{value}"))
                })
                .collect();
        }
        for name in &mut names {
            name.push_str(&self.end);
        }
        names
    }
}

impl FromStr for ScopeTemplate {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = || InvalidName::new("scope", text);
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (attribute, after) = after.split_once('}').ok_or_else(invalid)?;
            parts.push((before.to_owned(), attribute.parse()?));
            rest = after;
        }
        let template = Self {
            parts,
            end: rest.to_owned(),
        };
        let mut fixed = template.parts.iter().map(|(before, _)| before);
        if fixed.all(|text| in_scope(text)) && in_scope(&template.end) {
            Ok(template)
        } else {
            Err(invalid())
        }
    }
}

impl fmt::Display for ScopeTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (before, attribute) in &self.parts {
            write!(f, "{before}{{{attribute}}}")?;
        }
        f.write_str(&self.end)
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
        let scope = scope.map(|scope| match scope.split_once(':') {
            Some((kind, name)) if name.contains('{') => {
                Ok(ScopePattern::FromAttributes(kind.parse()?, name.parse()?))
            }
            Some(_) | None => scope.parse().map(ScopePattern::Fixed),
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
            Some(ScopePattern::FromAttributes(kind, name)) => write!(f, "@{kind}:{name}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{RolePattern, Who};

    #[test]
    fn a_scope_of_several_attributes_has_every_combination() {
        let pattern: RolePattern = "owner@link:{from}-{to}".parse().expect("valid");
        let values = |attribute: &crate::AttributeName| match attribute.as_str() {
            "from" => vec!["a".to_owned(), "b".to_owned()],
            _ => vec!["c".to_owned()],
        };
        let roles: Vec<String> = pattern
            .fill(values)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(roles, ["owner@link:a-c", "owner@link:b-c"]);
        assert!(pattern.fill(|_| Vec::new()).is_empty());
    }

    #[rstest]
    #[case("anyone")]
    #[case("opener")]
    #[case("maintainer@project")]
    #[case("pack-maintainer@pack:{provider}")]
    #[case("integration-owner@integration:etl-mmos")]
    #[case("integration-owner@integration:{provider}-{consumer}")]
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
    #[case("maintainer@area:{a}/{b} c")]
    #[case("maintainer@area:{a")]
    #[case("maintainer@{a}:b")]
    #[case("named:{}")]
    fn other_texts(#[case] text: &str) {
        assert!(text.parse::<Who>().is_err(), "{text:?}");
    }
}
