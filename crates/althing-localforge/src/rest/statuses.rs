//! Commit statuses.

use serde::Deserialize;

use super::{
    body::Body,
    extract::{At, InRepo},
    failure::{Failure, Reply},
    media,
    page::Page,
    repos,
    route::routes,
    view,
};
use crate::model::{NewStatus, Sha, StatusState};

routes! {
    post "/repos/{owner}/{repo}/statuses/{sha}" => create;
}

#[derive(Deserialize)]
struct CommitPath {
    sha: String,
}

#[derive(Deserialize)]
struct Creation {
    state: String,
    target_url: Option<String>,
    description: Option<String>,
    context: Option<String>,
}

async fn create(at: InRepo, At(path): At<CommitPath>, Body(new): Body<Creation>) -> Reply {
    let state = StatusState::parse(&new.state).ok_or_else(|| {
        Failure::invalid_request(format!("{} is not a state of a status.", new.state))
    })?;
    let sha = at.forge.resolve(&at.actor, &at.repo, &path.sha).await?;
    let new = NewStatus {
        context: new.context,
        state,
        description: new.description,
        target_url: new.target_url,
    };
    let status = at
        .forge
        .create_status(&at.actor, &at.repo, &sha, new)
        .await?;
    media::created(&view::status(&status, &at.name))
}

/// Answers `…/commits/{ref}/statuses`.
pub(super) async fn list(at: &InRepo, sha: &Sha, page: &Page) -> Reply {
    let slice = at
        .forge
        .statuses(&at.actor, &at.repo, sha, page.window())
        .await?;
    page.render(slice, |status| view::status(status, &at.name))
}

/// Answers `…/commits/{ref}/status`.
pub(super) async fn combined(at: &InRepo, sha: &Sha, page: &Page) -> Reply {
    let combined = at.forge.combined_status(&at.actor, &at.repo, sha).await?;
    let home = repos::simple(&at.forge, &at.actor, &at.repo).await?;
    let shown = page.cut(combined.statuses.clone());
    let form = view::combined_status(&combined, &shown.items, sha, &home, &at.name);
    page.wrap(shown.total, &form)
}
