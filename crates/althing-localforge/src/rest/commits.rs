//! Commits, what is known about them, and comparisons.

use axum::http::HeaderMap;
use serde::Deserialize;

use super::{
    check_runs,
    extract::{At, Filter, InRepo},
    failure::{Failure, Reply},
    media::{self, Media},
    page::Page,
    route::routes,
    statuses, view,
};
use crate::{forge::Refusal, model::Sha};

routes! {
    get "/repos/{owner}/{repo}/commits" => list;
    get "/repos/{owner}/{repo}/commits/{*ref}" => commit_or_part, serves [
        "/repos/{owner}/{repo}/commits/{ref}",
        "/repos/{owner}/{repo}/commits/{ref}/status",
        "/repos/{owner}/{repo}/commits/{ref}/statuses",
        "/repos/{owner}/{repo}/commits/{ref}/check-runs"
    ];
    get "/repos/{owner}/{repo}/compare/{*basehead}" => compare;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    sha: Option<String>,
    path: Option<String>,
}

async fn list(at: InRepo, Filter(wanted): Filter<Listing>, page: Page) -> Reply {
    let slice = at
        .forge
        .commits(
            &at.actor,
            &at.repo,
            wanted.sha.as_deref(),
            wanted.path.as_deref().filter(|path| !path.is_empty()),
            page.window(),
        )
        .await?;
    page.render(slice, |commit| view::commit(commit, &at.name))
}

#[derive(Deserialize)]
struct RefPath {
    r#ref: String,
}

/// Names of branches hold slashes, so what is asked about a commit shows only at the end of the
/// path. As on GitHub, a branch whose name ends in `/status` must be named by its commit.
async fn commit_or_part(
    at: InRepo,
    At(path): At<RefPath>,
    Filter(wanted): Filter<check_runs::Listing>,
    page: Page,
    headers: HeaderMap,
) -> Reply {
    let (rev, part) = split(&path.r#ref);
    match part {
        Part::Commit => commit(&at, rev, &page, Media::of(&headers)).await,
        Part::Status => {
            let sha = resolve(&at, rev).await?;
            statuses::combined(&at, &sha, &page).await
        }
        Part::Statuses => {
            let sha = resolve(&at, rev).await?;
            statuses::list(&at, &sha, &page).await
        }
        Part::CheckRuns => {
            let sha = resolve(&at, rev).await?;
            check_runs::list(&at, &sha, wanted, &page).await
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Commit,
    Status,
    Statuses,
    CheckRuns,
}

fn split(path: &str) -> (&str, Part) {
    [
        ("/status", Part::Status),
        ("/statuses", Part::Statuses),
        ("/check-runs", Part::CheckRuns),
    ]
    .into_iter()
    .find_map(|(suffix, part)| Some((path.strip_suffix(suffix)?, part)))
    .unwrap_or((path, Part::Commit))
}

async fn commit(at: &InRepo, rev: &str, page: &Page, media: Media) -> Reply {
    let sha = resolve(at, rev).await?;
    if media == Media::Sha {
        return Ok(media.answer(sha.to_string()));
    }
    let commit = at.forge.commit(&at.actor, &at.repo, sha.as_str()).await?;
    let files = at.forge.commit_files(&at.actor, &at.repo, &commit).await?;
    let files = page.cut(files);
    let form = view::full_commit(&commit, &files.items, &at.name);
    page.wrap(files.total, &form)
}

async fn resolve(at: &InRepo, rev: &str) -> Result<Sha, Failure> {
    Ok(at.forge.resolve(&at.actor, &at.repo, rev).await?)
}

#[derive(Deserialize)]
struct BaseHead {
    basehead: String,
}

async fn compare(at: InRepo, At(path): At<BaseHead>) -> Reply {
    let (base, head) = path
        .basehead
        .split_once("...")
        .ok_or_else(Refusal::not_found)?;
    let comparison = at.forge.compare(&at.actor, &at.repo, base, head).await?;
    media::ok(&view::comparison(&comparison, &path.basehead, &at.name))
}

#[cfg(test)]
mod tests {
    use super::{Part, split};

    #[test]
    fn the_end_of_the_path_says_what_is_asked_about_a_commit() {
        assert_eq!(split("main"), ("main", Part::Commit));
        assert_eq!(split("a/b"), ("a/b", Part::Commit));
        assert_eq!(split("a/b/status"), ("a/b", Part::Status));
        assert_eq!(split("main/statuses"), ("main", Part::Statuses));
        assert_eq!(split("main/check-runs"), ("main", Part::CheckRuns));
        assert_eq!(split("status"), ("status", Part::Commit));
    }
}
