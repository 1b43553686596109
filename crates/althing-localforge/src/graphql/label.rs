//! Labels.

use async_graphql::{ID, Object};

use super::{
    page::connection,
    scalar::{DateTime, Uri},
};
use crate::model::{self, WEB_URL};

/// A label of a repository.
pub(crate) struct Label {
    /// `OWNER/NAME` of the repository.
    repo: String,
    label: model::Label,
}

impl Label {
    pub(crate) fn new(repo: impl ToString, label: model::Label) -> Self {
        Self {
            repo: repo.to_string(),
            label,
        }
    }

    fn path(&self) -> String {
        format!(
            "/{}/labels/{}",
            self.repo,
            self.label.name.replace(' ', "%20")
        )
    }
}

#[Object]
impl Label {
    pub(crate) async fn id(&self) -> ID {
        self.label.node_id().to_string().into()
    }

    async fn name(&self) -> &str {
        &self.label.name
    }

    async fn color(&self) -> &str {
        &self.label.color
    }

    async fn description(&self) -> Option<&str> {
        self.label.description.as_deref()
    }

    async fn created_at(&self) -> Option<DateTime> {
        Some(self.label.created_at.into())
    }

    async fn updated_at(&self) -> Option<DateTime> {
        Some(self.label.created_at.into())
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", self.path()))
    }

    async fn resource_path(&self) -> Uri {
        Uri(self.path())
    }

    async fn is_default(&self) -> bool {
        false
    }
}

connection!(LabelConnection, LabelEdge, Label);
