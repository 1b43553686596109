//! What handlers take from a request: who asks, in which repository, for what.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::request::Parts,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::failure::Failure;
use crate::{
    forge::{Actor, Forge, Refusal},
    model::{Repo, RepoName},
    server::state::AppState,
};

/// The forge and who asks.
pub(super) struct Asking {
    pub(super) state: AppState,
    pub(super) actor: Actor,
}

impl Asking {
    pub(super) fn forge(&self) -> &Forge {
        &self.state.forge
    }
}

impl FromRequestParts<AppState> for Asking {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let actor = parts.extensions.get::<Actor>();
        // A NUL names nothing, and neither git nor SQLite takes one.
        if parts.uri.to_string().contains("%00") {
            return Err(Refusal::not_found().into());
        }
        Ok(Self {
            state: state.clone(),
            actor: actor.cloned().ok_or(Refusal::Unauthorized)?,
        })
    }
}

/// A request below `/repos/{owner}/{repo}`: the repository exists and the actor sees it.
pub(super) struct InRepo {
    pub(super) forge: Forge,
    pub(super) actor: Actor,
    pub(super) repo: Repo,
    /// The repository's name as it is spelled, however the path spells it.
    pub(super) name: RepoName,
}

#[derive(Deserialize)]
struct RepoPath {
    owner: String,
    repo: String,
}

impl FromRequestParts<AppState> for InRepo {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let asking = Asking::from_request_parts(parts, state).await?;
        let At(path) = At::<RepoPath>::from_request_parts(parts, state).await?;
        let forge = asking.state.forge;
        let repo = forge.repo(&asking.actor, &path.owner, &path.repo).await?;
        let name = RepoName::new(&repo.owner.login, &repo.name)
            .map_err(|error| Refusal::Internal(error.to_string()))?;
        Ok(Self {
            forge,
            actor: asking.actor,
            repo,
            name,
        })
    }
}

/// Parameters of the path. One that does not parse names nothing: 404.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Refusal::not_found().into()),
        }
    }
}

/// Parameters of the query, without those of paging. `T` denies unknown members.
pub(super) struct Filter<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Filter<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri)
            .map_err(Failure::invalid_request)?;
        let members = pairs
            .0
            .into_iter()
            .filter(|(name, _)| name != "page" && name != "per_page")
            .map(|(name, value)| (name, Value::String(value)))
            .collect();
        serde_json::from_value(Value::Object(members))
            .map(Self)
            .map_err(Failure::invalid_request)
    }
}
