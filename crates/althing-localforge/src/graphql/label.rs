//! Labels.

use async_graphql::{ID, Object};

use super::{page::connection, scalar::DateTime};
use crate::model;

/// A label of a repository.
pub(crate) struct Label(pub(crate) model::Label);

#[Object]
impl Label {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn color(&self) -> &str {
        &self.0.color
    }

    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    async fn created_at(&self) -> Option<DateTime> {
        Some(self.0.created_at.into())
    }

    async fn is_default(&self) -> bool {
        false
    }
}

connection!(LabelConnection, LabelEdge, Label);
