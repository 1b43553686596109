//! Roles with a scope: `maintainer@project`, `maintainer@area:inference`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{InvalidName, RoleName, ScopeKind};

/// A role, everywhere or within a scope (L-028, T-A28).
///
/// The same type says what is held and what is asked for; [`RoleRef::satisfies`] compares them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleRef {
    /// The role.
    pub role: RoleName,
    /// Where, if that matters.
    pub scope: Option<Scope>,
}

/// Where a role holds: `project`, `area:inference`, `pack:mmos`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The kind, such as `area`.
    pub kind: ScopeKind,
    /// Which one of the kind, if there are several.
    pub name: Option<String>,
}

impl RoleRef {
    /// The role without a scope.
    pub fn anywhere(role: RoleName) -> Self {
        Self { role, scope: None }
    }

    /// Whether whoever holds `self` is meant by `asked`: a role asked for without scope, or with
    /// a kind alone, is held in any scope (of that kind); a name must be the same.
    pub fn satisfies(&self, asked: &RoleRef) -> bool {
        self.role == asked.role
            && match (&asked.scope, &self.scope) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(asked), Some(held)) => {
                    asked.kind == held.kind && (asked.name.is_none() || asked.name == held.name)
                }
            }
    }
}

impl FromStr for RoleRef {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (role, scope) = match text.split_once('@') {
            Some((role, scope)) => (role, Some(scope.parse()?)),
            None => (text, None),
        };
        Ok(Self {
            role: role.parse()?,
            scope,
        })
    }
}

impl FromStr for Scope {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) => (kind, Some(name)),
            None => (text, None),
        };
        let named = |name: &str| !name.is_empty() && in_scope(name);
        if name.is_some_and(|name| !named(name)) {
            return Err(InvalidName::new("scope", text));
        }
        Ok(Self {
            kind: kind.parse()?,
            name: name.map(str::to_owned),
        })
    }
}

impl TryFrom<String> for RoleRef {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<RoleRef> for String {
    fn from(role: RoleRef) -> String {
        role.to_string()
    }
}

impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.role)?;
        match &self.scope {
            Some(scope) => write!(f, "@{scope}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match &self.name {
            Some(name) => write!(f, ":{name}"),
            None => Ok(()),
        }
    }
}

/// Whether a text can stand in the name of a scope.
pub(crate) fn in_scope(text: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::RoleRef;

    #[rstest]
    #[case("maintainer@project", "maintainer", true)]
    #[case("maintainer@project", "maintainer@project", true)]
    #[case("maintainer@area:x", "maintainer@area", true)]
    #[case("maintainer@area:x", "maintainer@area:x", true)]
    #[case("maintainer@area:x", "maintainer@area:y", false)]
    #[case("maintainer@project", "maintainer@area:x", false)]
    #[case("maintainer", "maintainer@project", false)]
    #[case("triager", "maintainer", false)]
    fn a_held_role_satisfies_what_is_asked(
        #[case] held: RoleRef,
        #[case] asked: RoleRef,
        #[case] expected: bool,
    ) {
        assert_eq!(held.satisfies(&asked), expected);
        assert_eq!(held.to_string().parse(), Ok(held));
    }

    #[rstest]
    #[case("@project")]
    #[case("maintainer@")]
    #[case("maintainer@area:")]
    #[case("maintainer@area:a b")]
    fn other_texts(#[case] text: &str) {
        assert!(text.parse::<RoleRef>().is_err(), "{text:?}");
    }
}
