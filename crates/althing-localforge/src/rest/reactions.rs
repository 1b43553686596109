//! Reactions to issues, pull requests and comments.

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    body::Body,
    comments::{self, CommentPath},
    extract::{At, Filter, InRepo},
    failure::{Failure, Reply},
    issues::IssuePath,
    media,
    page::Page,
    route::routes,
    view,
};
use crate::model::{CommentId, Number, ReactionId, ReactionSubject};

routes! {
    get "/repos/{owner}/{repo}/issues/{issue_number}/reactions" => list_on_issue;
    post "/repos/{owner}/{repo}/issues/{issue_number}/reactions" => react_to_issue;
    delete "/repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}" => delete_on_issue;
    get "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions" => list_on_comment;
    post "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions" => react_to_comment;
    delete "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}"
        => delete_on_comment;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Creation {
    content: String,
}

async fn list_on_issue(
    at: InRepo,
    At(path): At<IssuePath>,
    Filter(wanted): Filter<Listing>,
    page: Page,
) -> Reply {
    let subject = issue(&at, path.issue_number).await?;
    list(&at, subject, wanted, page).await
}

async fn list_on_comment(
    at: InRepo,
    At(path): At<CommentPath>,
    Filter(wanted): Filter<Listing>,
    page: Page,
) -> Reply {
    let subject = comment(&at, path.comment_id).await?;
    list(&at, subject, wanted, page).await
}

async fn list(at: &InRepo, on: ReactionSubject, wanted: Listing, page: Page) -> Reply {
    let mut all = at.forge.reactions(&at.actor, on).await?;
    if let Some(content) = wanted.content {
        all.retain(|reaction| reaction.content == content);
    }
    page.render(page.cut(all), view::reaction)
}

async fn react_to_issue(at: InRepo, At(path): At<IssuePath>, Body(new): Body<Creation>) -> Reply {
    let subject = issue(&at, path.issue_number).await?;
    react(&at, subject, &new.content).await
}

async fn react_to_comment(
    at: InRepo,
    At(path): At<CommentPath>,
    Body(new): Body<Creation>,
) -> Reply {
    let subject = comment(&at, path.comment_id).await?;
    react(&at, subject, &new.content).await
}

/// 200 when the same user had reacted in the same way before.
async fn react(at: &InRepo, on: ReactionSubject, content: &str) -> Reply {
    let (reaction, is_new) = at.forge.add_reaction(&at.actor, on, content).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(media::json(status, &view::reaction(&reaction)))
}

#[derive(Deserialize)]
struct OnIssue {
    issue_number: Number,
    reaction_id: ReactionId,
}

async fn delete_on_issue(at: InRepo, At(path): At<OnIssue>) -> Reply {
    let subject = issue(&at, path.issue_number).await?;
    delete(&at, subject, path.reaction_id).await
}

#[derive(Deserialize)]
struct OnComment {
    comment_id: CommentId,
    reaction_id: ReactionId,
}

async fn delete_on_comment(at: InRepo, At(path): At<OnComment>) -> Reply {
    let subject = comment(&at, path.comment_id).await?;
    delete(&at, subject, path.reaction_id).await
}

async fn delete(at: &InRepo, on: ReactionSubject, id: ReactionId) -> Reply {
    at.forge.remove_reaction(&at.actor, on, id).await?;
    media::no_content()
}

async fn issue(at: &InRepo, number: Number) -> Result<ReactionSubject, Failure> {
    let issue = at.forge.issue(&at.actor, &at.repo, number).await?;
    Ok(ReactionSubject::Issue(issue.id))
}

async fn comment(at: &InRepo, id: CommentId) -> Result<ReactionSubject, Failure> {
    let comment = comments::find(at, id).await?;
    Ok(ReactionSubject::Comment(comment.id))
}
