//! Labels of a repository.

use serde::Deserialize;

use super::{
    body::Body,
    extract::{At, InRepo},
    failure::Reply,
    media,
    page::Page,
    route::routes,
    view,
};

routes! {
    get "/repos/{owner}/{repo}/labels" => list;
    post "/repos/{owner}/{repo}/labels" => create;
    get "/repos/{owner}/{repo}/labels/{name}" => get;
    patch "/repos/{owner}/{repo}/labels/{name}" => edit;
    delete "/repos/{owner}/{repo}/labels/{name}" => delete;
}

#[derive(Deserialize)]
struct LabelPath {
    name: String,
}

async fn list(at: InRepo, page: Page) -> Reply {
    let slice = at.forge.labels(&at.actor, &at.repo, page.window()).await?;
    page.render(slice, |label| view::label(label, &at.name))
}

async fn get(at: InRepo, At(path): At<LabelPath>) -> Reply {
    let label = at.forge.label(&at.actor, &at.repo, &path.name).await?;
    media::ok(&view::label(&label, &at.name))
}

#[derive(Deserialize)]
struct Creation {
    name: String,
    color: Option<String>,
    description: Option<String>,
}

async fn create(at: InRepo, Body(body): Body<Creation>) -> Reply {
    let color = body.color.as_deref().unwrap_or("ededed");
    let description = body.description.as_deref();
    let label = at
        .forge
        .create_label(&at.actor, &at.repo, &body.name, color, description)
        .await?;
    media::created(&view::label(&label, &at.name))
}

#[derive(Deserialize)]
struct Change {
    new_name: Option<String>,
    color: Option<String>,
    description: Option<String>,
}

async fn edit(at: InRepo, At(path): At<LabelPath>, Body(body): Body<Change>) -> Reply {
    let label = at
        .forge
        .edit_label(
            &at.actor,
            &at.repo,
            &path.name,
            body.new_name.as_deref(),
            body.color.as_deref(),
            body.description.as_deref(),
        )
        .await?;
    media::ok(&view::label(&label, &at.name))
}

async fn delete(at: InRepo, At(path): At<LabelPath>) -> Reply {
    at.forge
        .delete_label(&at.actor, &at.repo, &path.name)
        .await?;
    media::no_content()
}
