//! Users, organizations, teams, permissions.

use super::{AccountId, NodeId, NodeKind, TeamId, Timestamp};

/// Whether an account is a person or an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A person or a bot.
    User,
    /// An organization.
    Organization,
}

/// A user or an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Database id.
    pub id: AccountId,
    /// Login.
    pub login: String,
    /// Person or organization.
    pub kind: AccountKind,
    /// Display name.
    pub name: Option<String>,
    /// E-mail, by which commits are matched.
    pub email: Option<String>,
    /// Creation time.
    pub created_at: Timestamp,
}

impl Account {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        let kind = match self.kind {
            AccountKind::User => NodeKind::User,
            AccountKind::Organization => NodeKind::Organization,
        };
        NodeId::new(kind, self.id.0)
    }
}

/// A team of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Database id.
    pub id: TeamId,
    /// The organization.
    pub org: Account,
    /// Name in addresses.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Description.
    pub description: String,
}

impl Team {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::Team, self.id.0)
    }
}

/// What an account may do in a repository; each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// See and comment.
    Read,
    /// Label, assign and close issues.
    Triage,
    /// Push, merge, report statuses.
    Write,
    /// Settings without danger.
    Maintain,
    /// Everything.
    Admin,
}

impl Permission {
    /// All levels, lowest first.
    pub const ALL: [Permission; 5] = [
        Permission::Read,
        Permission::Triage,
        Permission::Write,
        Permission::Maintain,
        Permission::Admin,
    ];

    /// The name of the level (`role_name` in REST; upper-cased in GraphQL).
    pub fn name(self) -> &'static str {
        match self {
            Permission::Read => "read",
            Permission::Triage => "triage",
            Permission::Write => "write",
            Permission::Maintain => "maintain",
            Permission::Admin => "admin",
        }
    }

    /// Reads a level, also under the older names `pull` and `push`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "read" | "pull" => Some(Permission::Read),
            "triage" => Some(Permission::Triage),
            "write" | "push" => Some(Permission::Write),
            "maintain" => Some(Permission::Maintain),
            "admin" => Some(Permission::Admin),
            _ => None,
        }
    }

    /// The coarse level that `…/collaborators/USER/permission` gives beside the role.
    pub fn coarse(self) -> &'static str {
        match self {
            Permission::Read | Permission::Triage => "read",
            Permission::Write | Permission::Maintain => "write",
            Permission::Admin => "admin",
        }
    }
}
