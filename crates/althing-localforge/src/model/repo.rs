//! Repositories and labels.

use super::{Account, LabelId, NodeId, NodeKind, Permission, RepoId, Timestamp};

/// A repository as one actor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repo {
    /// Database id.
    pub id: RepoId,
    /// The owner.
    pub owner: Account,
    /// Name without owner.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Whether only members see it.
    pub private: bool,
    /// Name of the default branch.
    pub default_branch: String,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change of settings.
    pub updated_at: Timestamp,
    /// Time of the last push.
    pub pushed_at: Timestamp,
    /// What the actor that asked may do here.
    pub permission: Permission,
    /// Whether merge commits are allowed.
    pub allow_merge: bool,
    /// Whether squash merges are allowed.
    pub allow_squash: bool,
    /// Whether rebase merges are allowed.
    pub allow_rebase: bool,
    /// Whether head branches go away on merge.
    pub delete_branch_on_merge: bool,
}

impl Repo {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::Repository, self.id.0)
    }

    /// `OWNER/NAME`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner.login, self.name)
    }
}

/// A repository to create.
#[derive(Clone, Debug, Default)]
pub struct NewRepo {
    /// Login of the owner; the actor when absent.
    pub owner: Option<String>,
    /// Name without owner.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Whether only members see it.
    pub private: bool,
    /// Whether to begin with a commit that holds a README.
    pub auto_init: bool,
}

/// Changes to a repository; `None` leaves as is.
#[derive(Clone, Debug, Default)]
pub struct RepoPatch {
    /// Description.
    pub description: Option<String>,
    /// Visibility.
    pub private: Option<bool>,
    /// Default branch; must exist.
    pub default_branch: Option<String>,
    /// Merge commits.
    pub allow_merge: Option<bool>,
    /// Squash merges.
    pub allow_squash: Option<bool>,
    /// Rebase merges.
    pub allow_rebase: Option<bool>,
    /// Head branches.
    pub delete_branch_on_merge: Option<bool>,
}

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Database id.
    pub id: LabelId,
    /// Name.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: String,
    /// Description.
    pub description: Option<String>,
    /// Creation time.
    pub created_at: Timestamp,
}

impl Label {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::Label, self.id.0)
    }
}
