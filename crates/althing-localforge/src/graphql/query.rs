//! The root of all reading.

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::{
    actor::{Organization, RepositoryOwner, User},
    call::Call,
    enums::SearchType,
    error::typed,
    node::{self, Node},
    page::PageArgs,
    repository::Repository,
    scalar::DateTime,
    search::{self, SearchResultItemConnection},
};
use crate::{model::Timestamp, server::state::Resource};

/// How many nodes can be asked for at once.
const MAX_IDS: usize = 100;

/// Reading.
pub(crate) struct Query;

#[Object]
impl Query {
    async fn viewer(&self, ctx: &Context<'_>) -> Result<User> {
        Ok(User(Call::of(ctx)?.actor.user.clone()))
    }

    async fn user(&self, ctx: &Context<'_>, login: String) -> Option<Result<User>> {
        let read = async { Ok(User(Call::of(ctx)?.forge().user(&login).await?)) };
        Some(read.await)
    }

    async fn organization(&self, ctx: &Context<'_>, login: String) -> Option<Result<Organization>> {
        let read = async {
            Ok(Organization(
                Call::of(ctx)?.forge().organization(&login).await?,
            ))
        };
        Some(read.await)
    }

    /// A user or organization; nothing when there is none.
    async fn repository_owner(
        &self,
        ctx: &Context<'_>,
        login: String,
    ) -> Option<Result<RepositoryOwner>> {
        let read = async {
            match Call::of(ctx)?.forge().account(&login).await {
                Ok(account) => Ok(Some(account.into())),
                Err(crate::forge::Refusal::NotFound(_)) => Ok(None),
                Err(refusal) => Err(refusal.into()),
            }
        };
        read.await.transpose()
    }

    async fn repository(
        &self,
        ctx: &Context<'_>,
        owner: String,
        name: String,
        #[graphql(name = "followRenames")] _follow_renames: Option<bool>,
    ) -> Option<Result<Repository>> {
        let read = async {
            let call = Call::of(ctx)?;
            Ok(Repository(
                call.forge().repo(&call.actor, &owner, &name).await?,
            ))
        };
        Some(read.await)
    }

    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Node>> {
        Some(node::find(ctx, &id).await)
    }

    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MAX_IDS {
            let message = format!(
                "You may not provide more than {MAX_IDS} node ids; you provided {}.",
                ids.len()
            );
            return Err(typed("ARGUMENT_LIMIT", message));
        }
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(Some(node::find(ctx, id).await));
        }
        Ok(nodes)
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        query: String,
        #[graphql(name = "type")] kind: SearchType,
    ) -> Result<SearchResultItemConnection> {
        let args = PageArgs::new(after, before, first, last);
        search::search(ctx, kind, &query, &args).await
    }

    async fn rate_limit(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "dryRun")] _dry_run: Option<bool>,
    ) -> Result<Option<RateLimit>> {
        let call = Call::of(ctx)?;
        let limit = call.state.rate_limit(&call.actor, Resource::Graphql);
        Ok(Some(RateLimit {
            cost: call.cost.points,
            limit: limit.limit,
            node_count: call.cost.nodes,
            remaining: limit.remaining().saturating_sub(call.cost.points),
            reset_at: DateTime(Timestamp::from_second(limit.reset)?),
            used: limit.used.saturating_add(call.cost.points),
        }))
    }
}

/// Where the viewer stands.
#[derive(SimpleObject)]
pub(crate) struct RateLimit {
    cost: u32,
    limit: u32,
    node_count: u64,
    remaining: u32,
    reset_at: DateTime,
    used: u32,
}
