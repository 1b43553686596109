//! What no issue and no pull request has here.

use async_graphql::{Context, Object, Result};

use super::{Milestone, ProjectCardConnection};
use crate::graphql::{enums::LockReason, page::PageArgs};

/// Fields of both, the same for each.
pub(crate) struct OfIssue;

#[Object]
impl OfIssue {
    async fn locked(&self) -> bool {
        false
    }

    async fn active_lock_reason(&self) -> Option<LockReason> {
        None
    }

    async fn milestone(&self) -> Option<Milestone> {
        None
    }

    async fn project_cards(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ProjectCardConnection> {
        PageArgs::new(None, None, first, last).nothing(ctx)
    }
}
