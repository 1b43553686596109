//! Check runs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    body::Body,
    extract::{At, InRepo},
    failure::{Failure, Reply},
    media,
    page::Page,
    route::routes,
    view,
};
use crate::model::{CONCLUSIONS, CheckRunId, CheckRunPatch, RunStatus, Sha, Timestamp};

routes! {
    post "/repos/{owner}/{repo}/check-runs" => create;
    get "/repos/{owner}/{repo}/check-runs/{check_run_id}" => get;
    patch "/repos/{owner}/{repo}/check-runs/{check_run_id}" => edit;
}

#[derive(Deserialize)]
struct RunPath {
    check_run_id: CheckRunId,
}

#[derive(Deserialize)]
struct Creation {
    name: String,
    head_sha: String,
    #[serde(flatten)]
    change: Change,
}

#[derive(Deserialize)]
struct Change {
    name: Option<String>,
    status: Option<String>,
    conclusion: Option<String>,
    details_url: Option<String>,
    external_id: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    output: Option<Output>,
}

#[derive(Default, Deserialize)]
struct Output {
    title: Option<String>,
    summary: Option<String>,
    text: Option<String>,
}

async fn create(at: InRepo, Body(new): Body<Creation>) -> Reply {
    let mut patch = patch(new.change)?;
    patch.name = Some(new.name);
    let sha = at.forge.resolve(&at.actor, &at.repo, &new.head_sha).await?;
    let run = at
        .forge
        .create_check_run(&at.actor, &at.repo, &sha, patch)
        .await?;
    media::created(&view::check_run(&run, &at.name))
}

async fn get(at: InRepo, At(path): At<RunPath>) -> Reply {
    let run = at
        .forge
        .check_run(&at.actor, &at.repo, path.check_run_id)
        .await?;
    media::ok(&view::check_run(&run, &at.name))
}

async fn edit(at: InRepo, At(path): At<RunPath>, Body(change): Body<Change>) -> Reply {
    let patch = patch(change)?;
    let run = at
        .forge
        .edit_check_run(&at.actor, &at.repo, path.check_run_id, patch)
        .await?;
    media::ok(&view::check_run(&run, &at.name))
}

fn patch(change: Change) -> Result<CheckRunPatch, Failure> {
    let status = change.status.map(|word| status(&word)).transpose()?;
    if let Some(word) = &change.conclusion
        && !CONCLUSIONS.contains(&word.as_str())
    {
        return Err(Failure::invalid_request(format!(
            "{word} is not a conclusion."
        )));
    }
    let output = change.output.unwrap_or_default();
    Ok(CheckRunPatch {
        name: change.name,
        status,
        conclusion: change.conclusion,
        details_url: change.details_url,
        external_id: change.external_id,
        title: output.title,
        summary: output.summary,
        text: output.text,
        started_at: change.started_at,
        completed_at: change.completed_at,
    })
}

fn status(word: &str) -> Result<RunStatus, Failure> {
    RunStatus::parse(word)
        .ok_or_else(|| Failure::invalid_request(format!("{word} is not a status of a check run.")))
}

/// The filters of `…/commits/{ref}/check-runs`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    check_name: Option<String>,
    status: Option<String>,
    #[serde(default)]
    filter: Which,
}

/// Which runs of each name are listed.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    #[default]
    Latest,
    All,
}

/// Answers `…/commits/{ref}/check-runs`.
pub(super) async fn list(at: &InRepo, sha: &Sha, wanted: Listing, page: &Page) -> Reply {
    let status = wanted.status.map(|word| status(&word)).transpose()?;
    let mut runs = match wanted.filter {
        Which::Latest => at.forge.check_runs(&at.actor, &at.repo, sha).await?,
        Which::All => at.forge.all_check_runs(&at.actor, &at.repo, sha).await?,
    };
    runs.retain(|run| {
        wanted
            .check_name
            .as_ref()
            .is_none_or(|name| *name == run.name)
            && status.is_none_or(|status| status == run.status)
    });
    let shown = page.cut(runs);
    let forms: Vec<Value> = shown
        .items
        .iter()
        .map(|run| view::check_run(run, &at.name))
        .collect();
    page.wrap(
        shown.total,
        &json!({ "total_count": shown.total, "check_runs": forms }),
    )
}
