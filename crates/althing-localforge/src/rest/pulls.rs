//! Pull requests.

use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    association::Associations,
    body::{Body, null_empties},
    extract::{At, Filter, InRepo},
    failure::{Failure, Reply},
    issues::{Direction, NewState, Wanted},
    media::{self, Media},
    page::Page,
    repos,
    route::routes,
    view::{self, PullDetails},
};
use crate::{
    forge::Refusal,
    model::{
        MergeMethod, MergeRequest, NewPull, Number, Pull, PullFilter, PullPatch, PullState, Sha,
        Slice, Sort,
    },
};

routes! {
    get "/repos/{owner}/{repo}/pulls" => list;
    post "/repos/{owner}/{repo}/pulls" => create;
    get "/repos/{owner}/{repo}/pulls/{pull_number}" => get;
    patch "/repos/{owner}/{repo}/pulls/{pull_number}" => edit;
    get "/repos/{owner}/{repo}/pulls/{pull_number}/files" => files;
    get "/repos/{owner}/{repo}/pulls/{pull_number}/commits" => commits;
    get "/repos/{owner}/{repo}/pulls/{pull_number}/merge" => is_merged;
    put "/repos/{owner}/{repo}/pulls/{pull_number}/merge" => merge;
    get "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers" => requested_reviewers;
    post "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers" => request_reviewers;
    delete "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers" => remove_reviewers;
}

#[derive(Deserialize)]
pub(super) struct PullPath {
    pub(super) pull_number: Number,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Created,
    Updated,
    /// By the number of comments.
    Popularity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    #[serde(default)]
    state: Wanted,
    head: Option<String>,
    base: Option<String>,
    #[serde(default)]
    sort: Order,
    direction: Option<Direction>,
}

async fn list(at: InRepo, Filter(wanted): Filter<Listing>, page: Page) -> Reply {
    let slice = match branch_here(&at, wanted.head) {
        Ok(head) => {
            let newest_first = wanted.sort == Order::Created;
            let filter = PullFilter {
                states: match wanted.state {
                    Wanted::Open => vec![PullState::Open],
                    Wanted::Closed => vec![PullState::Closed, PullState::Merged],
                    Wanted::All => Vec::new(),
                },
                head,
                base: wanted.base,
                labels: Vec::new(),
                sort: match wanted.sort {
                    Order::Created => Sort::Created,
                    Order::Updated => Sort::Updated,
                    Order::Popularity => Sort::Comments,
                },
                ascending: wanted
                    .direction
                    .map_or(!newest_first, |direction| direction == Direction::Asc),
            };
            at.forge
                .pulls(&at.actor, &at.repo, &filter, page.window())
                .await?
        }
        Err(Elsewhere) => page.cut(Vec::new()),
    };
    render_list(&at, slice, &page).await
}

/// A branch of another owner's repository; there are no forks here.
struct Elsewhere;

/// `head` filters by `OWNER:BRANCH`; GitHub ignores it without an owner, which would widen the
/// answer, so that the branch of this repository is meant then.
fn branch_here(at: &InRepo, head: Option<String>) -> Result<Option<String>, Elsewhere> {
    let Some(head) = head else {
        return Ok(None);
    };
    match head.split_once(':') {
        None => Ok(Some(head)),
        Some((owner, branch)) if owner.eq_ignore_ascii_case(at.name.owner()) => {
            Ok(Some(branch.to_owned()))
        }
        Some(_) => Err(Elsewhere),
    }
}

async fn render_list(at: &InRepo, slice: Slice<Pull>, page: &Page) -> Reply {
    let home = repos::simple(&at.forge, &at.actor, &at.repo).await?;
    let mut associations = Associations::new(&at.forge, &at.repo);
    let mut items = Vec::with_capacity(slice.items.len());
    for pull in &slice.items {
        let association = associations.of(&pull.issue.author).await?;
        items.push(view::pull(pull, &home, association));
    }
    page.list(slice.total, items)
}

async fn get(at: InRepo, At(path): At<PullPath>, headers: HeaderMap) -> Reply {
    let pull = at.forge.pull(&at.actor, &at.repo, path.pull_number).await?;
    match Media::of(&headers) {
        Media::Diff => {
            let diff = at.forge.pull_diff(&at.repo, &pull).await?;
            Ok(Media::Diff.answer(diff))
        }
        Media::Patch => {
            let patch = at.forge.pull_patch(&at.repo, &pull).await?;
            Ok(Media::Patch.answer(patch))
        }
        Media::Json | Media::Raw | Media::Sha => media::ok(&render(&at, &pull).await?),
    }
}

#[derive(Deserialize)]
struct Creation {
    title: String,
    head: String,
    base: String,
    body: Option<String>,
    #[serde(default)]
    draft: bool,
}

async fn create(at: InRepo, Body(new): Body<Creation>) -> Reply {
    let new = NewPull {
        title: new.title,
        body: new.body.unwrap_or_default(),
        head: new.head,
        base: new.base,
        draft: new.draft,
    };
    let pull = at.forge.create_pull(&at.actor, &at.repo, new).await?;
    media::created(&render(&at, &pull).await?)
}

#[derive(Deserialize)]
struct Change {
    title: Option<String>,
    #[serde(default, deserialize_with = "null_empties")]
    body: Option<String>,
    state: Option<NewState>,
    base: Option<String>,
}

async fn edit(at: InRepo, At(path): At<PullPath>, Body(change): Body<Change>) -> Reply {
    let patch = PullPatch {
        title: change.title,
        body: change.body,
        base: change.base,
        open: change.state.map(|state| matches!(state, NewState::Open)),
        draft: None,
    };
    let pull = at
        .forge
        .edit_pull(&at.actor, &at.repo, path.pull_number, patch)
        .await?;
    media::ok(&render(&at, &pull).await?)
}

async fn files(at: InRepo, At(path): At<PullPath>, page: Page) -> Reply {
    let pull = at.forge.pull(&at.actor, &at.repo, path.pull_number).await?;
    let files = at.forge.pull_files(&at.repo, &pull).await?;
    page.render(page.cut(files), |file| {
        view::changed_file(file, &pull.head_sha, &at.name)
    })
}

async fn commits(at: InRepo, At(path): At<PullPath>, page: Page) -> Reply {
    let pull = at.forge.pull(&at.actor, &at.repo, path.pull_number).await?;
    let commits = at.forge.pull_commits(&at.repo, &pull).await?;
    page.render(page.cut(commits), |commit| view::commit(commit, &at.name))
}

async fn is_merged(at: InRepo, At(path): At<PullPath>) -> Reply {
    let pull = at.forge.pull(&at.actor, &at.repo, path.pull_number).await?;
    match pull.merged {
        Some(_) => media::no_content(),
        None => Err(Refusal::not_found().into()),
    }
}

#[derive(Deserialize)]
struct Merge {
    commit_title: Option<String>,
    commit_message: Option<String>,
    sha: Option<Sha>,
    #[serde(default)]
    merge_method: Method,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    #[default]
    Merge,
    Squash,
    Rebase,
}

async fn merge(at: InRepo, At(path): At<PullPath>, Body(merge): Body<Merge>) -> Reply {
    let request = MergeRequest {
        method: match merge.merge_method {
            Method::Merge => MergeMethod::Merge,
            Method::Squash => MergeMethod::Squash,
            Method::Rebase => MergeMethod::Rebase,
        },
        head: merge.sha,
        title: merge.commit_title,
        message: merge.commit_message,
    };
    let merged = at
        .forge
        .merge_pull(&at.actor, &at.repo, path.pull_number, request)
        .await?;
    media::ok(&json!({
        "sha": merged.commit,
        "merged": true,
        "message": "Pull Request successfully merged",
    }))
}

async fn requested_reviewers(at: InRepo, At(path): At<PullPath>) -> Reply {
    let pull = at.forge.pull(&at.actor, &at.repo, path.pull_number).await?;
    let users: Vec<Value> = pull
        .requested_reviewers
        .iter()
        .map(view::simple_user)
        .collect();
    media::ok(&json!({ "users": users, "teams": [] }))
}

#[derive(Deserialize)]
struct Reviewers {
    #[serde(default)]
    reviewers: Vec<String>,
}

async fn request_reviewers(
    at: InRepo,
    At(path): At<PullPath>,
    Body(body): Body<Reviewers>,
) -> Reply {
    let pull = at
        .forge
        .change_reviewers(&at.actor, &at.repo, path.pull_number, &body.reviewers, &[])
        .await?;
    media::created(&render_simple(&at, &pull).await?)
}

async fn remove_reviewers(
    at: InRepo,
    At(path): At<PullPath>,
    Body(body): Body<Reviewers>,
) -> Reply {
    let pull = at
        .forge
        .change_reviewers(&at.actor, &at.repo, path.pull_number, &[], &body.reviewers)
        .await?;
    media::ok(&render_simple(&at, &pull).await?)
}

async fn render_simple(at: &InRepo, pull: &Pull) -> Result<Value, Failure> {
    let home = repos::simple(&at.forge, &at.actor, &at.repo).await?;
    let association = Associations::new(&at.forge, &at.repo)
        .of(&pull.issue.author)
        .await?;
    Ok(view::pull(pull, &home, association))
}

async fn render(at: &InRepo, pull: &Pull) -> Result<Value, Failure> {
    let files = at.forge.pull_files(&at.repo, pull).await?;
    let details = PullDetails {
        mergeable: at.forge.mergeable(&at.repo, pull).await?,
        commits: at.forge.pull_commits(&at.repo, pull).await?.len() as u64,
        additions: files.iter().map(|file| file.additions).sum(),
        deletions: files.iter().map(|file| file.deletions).sum(),
        changed_files: files.len() as u64,
    };
    let simple = render_simple(at, pull).await?;
    Ok(view::full_pull(simple, pull, &details))
}
