//! The seed file as written.

use std::collections::BTreeMap;

use althing_diag::yaml::Spanned;
use serde::Deserialize;

use crate::model::{Number, Timestamp};

/// A seed file; every part may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeedFile {
    #[serde(default)]
    pub(super) users: Vec<User>,
    #[serde(default)]
    pub(super) organizations: Vec<Organization>,
    #[serde(default)]
    pub(super) repositories: Vec<Repository>,
    #[serde(default)]
    pub(super) projects: Vec<Project>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct User {
    pub login: Spanned<String>,
    /// The forge chooses when absent.
    pub id: Option<Spanned<i64>>,
    pub name: Option<String>,
    /// GitHub's no-reply form when absent.
    pub email: Option<Spanned<String>>,
    /// Random when absent.
    pub token: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Organization {
    pub login: Spanned<String>,
    pub id: Option<Spanned<i64>>,
    pub name: Option<String>,
    #[serde(default)]
    pub admins: Vec<Spanned<String>>,
    #[serde(default)]
    pub members: Vec<Spanned<String>>,
    #[serde(default)]
    pub teams: Vec<Team>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Team {
    pub name: Spanned<String>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub members: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Repository {
    /// `OWNER/NAME`.
    pub name: Spanned<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub private: bool,
    /// Folder of the first commit, below the seed file's folder; without it the repository is
    /// empty.
    pub from: Option<Spanned<String>>,
    #[serde(default)]
    pub collaborators: BTreeMap<String, Spanned<String>>,
    /// By the slug of the team's name.
    #[serde(default)]
    pub teams: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Numbered from 1 in this order.
    #[serde(default)]
    pub issues: Vec<Issue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Label {
    pub name: Spanned<String>,
    pub color: Option<Spanned<String>>,
    pub description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Issue {
    pub title: Spanned<String>,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub labels: Vec<Spanned<String>>,
    /// The owner when absent, if that is a user.
    pub author: Option<Spanned<String>>,
    #[serde(default)]
    pub assignees: Vec<Spanned<String>>,
    /// RFC 3339; the time of seeding when absent.
    pub created_at: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Project {
    pub owner: Spanned<String>,
    pub title: Spanned<String>,
    pub number: Spanned<Number>,
    /// Who may change it besides the owner and the members of the owning organization.
    #[serde(default)]
    pub writers: Vec<Spanned<String>>,
    /// Single-select fields with their options.
    #[serde(default)]
    pub fields: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
    /// Names of text fields.
    #[serde(default)]
    pub text_fields: Vec<Spanned<String>>,
    #[serde(default)]
    pub items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Item {
    /// `OWNER/NAME#NUMBER`.
    pub issue: Spanned<String>,
    /// An option of the field `Status`.
    pub status: Option<Spanned<String>>,
}

impl Issue {
    /// The time of creation, if it is given and readable.
    pub(super) fn created(&self) -> Option<Timestamp> {
        self.created_at.as_ref()?.value.parse().ok()
    }

    /// Login of the author: the one given or the owner.
    pub(super) fn author<'a>(&'a self, owner: &'a str) -> &'a str {
        self.author.as_ref().map_or(owner, |author| &author.value)
    }
}
