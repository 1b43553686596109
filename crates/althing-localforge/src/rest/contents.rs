//! Files and folders at a ref.

use axum::http::HeaderMap;
use serde::Deserialize;

use super::{
    extract::{At, Filter, InRepo},
    failure::{Failure, Reply},
    media::{self, Media},
    route::routes,
    view,
};
use crate::{
    forge::Refusal,
    model::{Content, Entry, FileContent},
};

routes! {
    get "/repos/{owner}/{repo}/contents" => root,
        serves ["/repos/{owner}/{repo}/contents/{path}"];
    get "/repos/{owner}/{repo}/contents/" => root,
        serves ["/repos/{owner}/{repo}/contents/{path}"];
    get "/repos/{owner}/{repo}/contents/{*path}" => get;
    get "/repos/{owner}/{repo}/readme" => readme;
}

#[derive(Deserialize)]
struct FilePath {
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AtRef {
    r#ref: Option<String>,
}

async fn get(
    at: InRepo,
    At(path): At<FilePath>,
    Filter(wanted): Filter<AtRef>,
    headers: HeaderMap,
) -> Reply {
    let path = path.path.trim_end_matches('/');
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(Refusal::not_found().into());
    }
    answer(&at, path, wanted, Media::of(&headers)).await
}

async fn root(at: InRepo, Filter(wanted): Filter<AtRef>, headers: HeaderMap) -> Reply {
    answer(&at, "", wanted, Media::of(&headers)).await
}

async fn answer(at: &InRepo, path: &str, wanted: AtRef, media: Media) -> Reply {
    let rev = wanted.r#ref.as_deref();
    let content = at.forge.content(&at.actor, &at.repo, path, rev).await?;
    let reference = rev.unwrap_or(&at.repo.default_branch);
    match (content, media) {
        (Content::File(file), Media::Raw) => Ok(Media::Raw.answer(file.bytes)),
        (Content::File(file), _) => media::ok(&view::file(&file, reference, &at.name)),
        (Content::Folder(entries), _) => {
            let entries = entries.iter();
            let list = entries.map(|entry| view::entry(entry, reference, &at.name));
            media::ok(&list.collect())
        }
    }
}

/// The README of the root, by the names that GitHub looks for.
async fn readme(at: InRepo, Filter(wanted): Filter<AtRef>, headers: HeaderMap) -> Reply {
    let rev = wanted.r#ref.as_deref();
    let file = find_readme(&at, rev).await?;
    if Media::of(&headers) == Media::Raw {
        return Ok(Media::Raw.answer(file.bytes));
    }
    let reference = rev.unwrap_or(&at.repo.default_branch);
    media::ok(&view::file(&file, reference, &at.name))
}

async fn find_readme(at: &InRepo, rev: Option<&str>) -> Result<FileContent, Failure> {
    let Content::Folder(entries) = at.forge.content(&at.actor, &at.repo, "", rev).await? else {
        return Err(Refusal::not_found().into());
    };
    let readme = best_readme(&entries).ok_or_else(Refusal::not_found)?;
    match at.forge.content(&at.actor, &at.repo, readme, rev).await? {
        Content::File(file) => Ok(file),
        Content::Folder(_) => Err(Refusal::not_found().into()),
    }
}

fn best_readme(entries: &[Entry]) -> Option<&str> {
    let rank = |path: &str| {
        let name = path.to_ascii_lowercase();
        ["readme.md", "readme.rst", "readme.txt", "readme"]
            .iter()
            .position(|wanted| *wanted == name)
    };
    entries
        .iter()
        .filter(|entry| entry.kind == "blob")
        .filter_map(|entry| Some((rank(&entry.path)?, entry.path.as_str())))
        .min()
        .map(|(_, path)| path)
}
