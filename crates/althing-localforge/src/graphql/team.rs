//! Teams.

use async_graphql::{ID, Object};

use super::{actor::Organization, page::connection, scalar::Uri};
use crate::model::{self, WEB_URL};

/// A team of an organization.
pub(crate) struct Team(pub(crate) model::Team);

#[Object]
impl Team {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.0.id.0)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn slug(&self) -> &str {
        &self.0.slug
    }

    async fn combined_slug(&self) -> String {
        format!("{}/{}", self.0.org.login, self.0.slug)
    }

    async fn description(&self) -> Option<&str> {
        Some(&self.0.description)
    }

    async fn organization(&self) -> Organization {
        Organization(self.0.org.clone())
    }

    async fn url(&self) -> Uri {
        Uri(format!(
            "{WEB_URL}/orgs/{}/teams/{}",
            self.0.org.login, self.0.slug
        ))
    }
}

connection!(TeamConnection, TeamEdge, Team);
