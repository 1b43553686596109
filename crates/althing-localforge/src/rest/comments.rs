//! Comments on issues and pull requests.

use serde::Deserialize;
use serde_json::Value;

use super::{
    association::Associations,
    body::Body,
    extract::{At, Filter, InRepo},
    failure::{Failure, Reply},
    issues::IssuePath,
    media,
    page::Page,
    route::routes,
    view,
};
use crate::{
    forge::Refusal,
    model::{Comment, CommentId, Timestamp},
};

routes! {
    get "/repos/{owner}/{repo}/issues/{issue_number}/comments" => list;
    post "/repos/{owner}/{repo}/issues/{issue_number}/comments" => create;
    get "/repos/{owner}/{repo}/issues/comments/{comment_id}" => get;
    patch "/repos/{owner}/{repo}/issues/comments/{comment_id}" => edit;
    delete "/repos/{owner}/{repo}/issues/comments/{comment_id}" => delete;
}

#[derive(Deserialize)]
pub(super) struct CommentPath {
    pub(super) comment_id: CommentId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    since: Option<Timestamp>,
}

async fn list(
    at: InRepo,
    At(path): At<IssuePath>,
    Filter(wanted): Filter<Listing>,
    page: Page,
) -> Reply {
    let slice = at
        .forge
        .comments(
            &at.actor,
            &at.repo,
            path.issue_number,
            wanted.since,
            page.window(),
        )
        .await?;
    let mut associations = Associations::new(&at.forge, &at.repo);
    let mut items = Vec::with_capacity(slice.items.len());
    for comment in &slice.items {
        let association = associations.of(&comment.author).await?;
        items.push(view::comment(comment, association));
    }
    page.list(slice.total, items)
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

async fn create(at: InRepo, At(path): At<IssuePath>, Body(text): Body<Text>) -> Reply {
    let comment = at
        .forge
        .create_comment(&at.actor, &at.repo, path.issue_number, &text.body)
        .await?;
    media::created(&render(&at, &comment).await?)
}

async fn get(at: InRepo, At(path): At<CommentPath>) -> Reply {
    let comment = find(&at, path.comment_id).await?;
    media::ok(&render(&at, &comment).await?)
}

async fn edit(at: InRepo, At(path): At<CommentPath>, Body(text): Body<Text>) -> Reply {
    let comment = find(&at, path.comment_id).await?;
    let comment = at
        .forge
        .edit_comment(&at.actor, comment.id, &text.body)
        .await?;
    media::ok(&render(&at, &comment).await?)
}

async fn delete(at: InRepo, At(path): At<CommentPath>) -> Reply {
    let comment = find(&at, path.comment_id).await?;
    at.forge.delete_comment(&at.actor, comment.id).await?;
    media::no_content()
}

/// The comment, if it belongs to the repository that the path names.
pub(super) async fn find(at: &InRepo, id: CommentId) -> Result<Comment, Failure> {
    let (repo, comment) = at.forge.comment_by_id(&at.actor, id).await?;
    if repo.id != at.repo.id {
        return Err(Refusal::not_found().into());
    }
    Ok(comment)
}

async fn render(at: &InRepo, comment: &Comment) -> Result<Value, Failure> {
    let association = Associations::new(&at.forge, &at.repo)
        .of(&comment.author)
        .await?;
    Ok(view::comment(comment, association))
}
