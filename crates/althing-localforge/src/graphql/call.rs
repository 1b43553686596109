//! What resolvers share during one request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_graphql::{Context, Error, ID, Result};

use super::error::{no_node, not_found};
use crate::{
    forge::{Answer, Brought, Forge},
    model::{Account, NodeId, NodeKind, Permission, Repo, RepoId},
    server::state::{Actor, AppState},
};

/// One request: who asks, and the repositories looked up so far.
pub(crate) struct Call {
    pub(crate) state: AppState,
    pub(crate) actor: Actor,
    /// What the request was found to cost before it ran.
    pub(crate) cost: super::cost::Cost,
    repos: Mutex<HashMap<RepoId, Repo>>,
    brought: tokio::sync::Mutex<HashMap<RepoId, Arc<Brought>>>,
}

impl Call {
    pub(crate) fn new(state: AppState, actor: Actor, cost: super::cost::Cost) -> Self {
        Self {
            state,
            actor,
            cost,
            repos: Mutex::new(HashMap::new()),
            brought: tokio::sync::Mutex::default(),
        }
    }

    /// The call that a field is resolved for.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> Result<&'a Call> {
        ctx.data()
    }

    pub(crate) fn forge(&self) -> &Forge {
        &self.state.forge
    }

    /// A repository by id. A list of a hundred issues asks for the same one a hundred times.
    pub(crate) async fn repo(&self, id: RepoId) -> Answer<Repo> {
        let known = self
            .repos
            .lock()
            .ok()
            .and_then(|repos| repos.get(&id).cloned());
        if let Some(repo) = known {
            return Ok(repo);
        }
        let repo = self.forge().repo_by_id(&self.actor, id).await?;
        if let Ok(mut repos) = self.repos.lock() {
            repos.insert(id, repo.clone());
        }
        Ok(repo)
    }

    /// Which pull requests brought which commits, worked out once for a whole page of commits.
    pub(crate) async fn brought(&self, repo: &Repo) -> Answer<Arc<Brought>> {
        let mut known = self.brought.lock().await;
        if let Some(brought) = known.get(&repo.id) {
            return Ok(Arc::clone(brought));
        }
        let brought = Arc::new(self.forge().brought(&self.actor, repo).await?);
        known.insert(repo.id, Arc::clone(&brought));
        Ok(brought)
    }

    /// What `account` is to a repository, as shown beside what they write.
    pub(crate) async fn association(
        &self,
        repo: &Repo,
        account: &Account,
    ) -> Answer<super::enums::CommentAuthorAssociation> {
        use super::enums::CommentAuthorAssociation as Association;
        if repo.owner.id == account.id {
            return Ok(Association::Owner);
        }
        let membership = self.forge().membership(&repo.owner, account.id).await?;
        if membership.is_some() {
            return Ok(Association::Member);
        }
        let permission = self.forge().permission_of(repo, account).await?;
        Ok(match permission {
            Some(permission) if permission > Permission::Read => Association::Collaborator,
            _ => Association::None,
        })
    }
}

/// The database id in a node id of one of these kinds.
///
/// # Errors
/// `NOT_FOUND`, as GitHub words it, for another kind or no node id at all.
pub(crate) fn database_id(id: &ID, kinds: &[NodeKind]) -> Result<i64, Error> {
    let node: NodeId = id.parse().map_err(|_| no_node(id))?;
    if kinds.contains(&node.kind) {
        return Ok(node.id);
    }
    let wanted = kinds
        .first()
        .map_or_else(String::new, |kind| format!("{kind:?}"));
    Err(not_found(format!(
        "Could not resolve to {wanted} node with the global id of '{}'.",
        id.as_str()
    )))
}
