//! What the hub answers.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};
use http_body_util::channel::Channel;
use serde_json::{Value, json};

use super::{
    HubRequest, HubServer, Shared, lock,
    model::{HubFile, HubModel},
};

/// A refusal: status, code and message, as the hub puts them into headers.
type Refusal = (u16, &'static str, &'static str);

const NO_REPO: &str = "Repository not found";

pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let token =
        text(header::AUTHORIZATION).map(|value| value.trim_start_matches("Bearer ").to_owned());
    let range = text(header::RANGE);
    lock(&shared.asked).push(HubRequest {
        line: format!("{method} {uri}"),
        token: token.clone(),
        range: range.clone(),
    });
    let path = percent_decoded(uri.path());
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let query = Query::read(uri.query().unwrap_or_default());
    let token = token.as_deref();
    if parts.first() == Some(&"api") && is_down(&shared) {
        return refusal((503, "", "Service Unavailable"));
    }
    let found = match parts.as_slice() {
        ["api", "models"] => Ok(list(&shared, &query)),
        ["api", "models", org, name] => {
            model(&shared, org, name, token).map(|it| info(&it, &query))
        }
        ["api", "models", org, name, "revision", revision @ ..] => {
            at(&shared, (org, name), &revision.join("/"), token).map(|it| info(&it, &query))
        }
        ["api", "models", org, name, "tree", revision] => {
            at(&shared, (org, name), revision, token).map(|it| json_answer(&it.tree(), None))
        }
        ["store", blob] => store(&shared, blob, range.as_deref(), &method),
        [org, name, "resolve", revision, file @ ..] => {
            let file = file.join("/");
            at(&shared, (org, name), revision, token)
                .and_then(|it| access(&it, token).map(|()| it))
                .and_then(|it| resolve(&shared, &it, &file, range.as_deref(), &method))
        }
        _ => Err((404, "", "Not found")),
    };
    found.unwrap_or_else(refusal)
}

fn is_down(shared: &Shared) -> bool {
    let mut down = lock(&shared.down);
    let is_down = *down > 0;
    *down = down.saturating_sub(1);
    is_down
}

/// Models are found whatever the case of their letters. Whoever is not known is told that
/// nothing is there as if it might be private.
fn model(shared: &Shared, org: &str, name: &str, token: Option<&str>) -> Result<HubModel, Refusal> {
    if token == Some(HubServer::UNKNOWN) {
        return Err((401, "", "Invalid credentials in Authorization header"));
    }
    let id = format!("{org}/{name}");
    let models = lock(&shared.models);
    let found = models.iter().find(|it| it.id().eq_ignore_ascii_case(&id));
    let status = if token.is_some() { 404 } else { 401 };
    found.cloned().ok_or((status, "RepoNotFound", NO_REPO))
}

fn at(
    shared: &Shared,
    (org, name): (&str, &str),
    revision: &str,
    token: Option<&str>,
) -> Result<HubModel, Refusal> {
    let found = model(shared, org, name, token)?;
    if found.has_revision(revision) {
        return Ok(found);
    }
    Err((404, "RevisionNotFound", "Invalid rev id"))
}

/// What a model is, is told to everybody; its files are not.
fn access(model: &HubModel, token: Option<&str>) -> Result<(), Refusal> {
    match token {
        _ if !model.is_gated() => Ok(()),
        Some(HubServer::STRANGER) => {
            Err((403, "GatedRepo", "Access is restricted: ask for access"))
        }
        Some(_) => Ok(()),
        None => Err((401, "GatedRepo", "Access is restricted: log in")),
    }
}

fn list(shared: &Shared, query: &Query) -> Response {
    let mut models = lock(&shared.models).clone();
    models.sort_by_key(|model| std::cmp::Reverse(model.popularity()));
    let number = |name| query.first(name).and_then(|text| text.parse().ok());
    let (from, limit): (usize, usize) = (
        number("cursor").unwrap_or(0),
        number("limit").unwrap_or(1000),
    );
    let page: Vec<Value> = (models.iter().skip(from).take(limit))
        .map(|model| model.info(&query.all("expand"), false))
        .collect();
    let end = from + page.len();
    let next = (end < models.len()).then(|| {
        let others: String = (query.0.iter())
            .filter(|(name, _)| name != "cursor")
            .map(|(name, value)| format!("{name}={value}&"))
            .collect();
        format!(
            "<{}/api/models?{others}cursor={end}>; rel=\"next\"",
            shared.base
        )
    });
    json_answer(&Value::Array(page), next)
}

fn info(model: &HubModel, query: &Query) -> Response {
    let blobs = query
        .first("blobs")
        .is_some_and(|it| it.eq_ignore_ascii_case("true"));
    json_answer(&model.info(&query.all("expand"), blobs), None)
}

/// A file: itself when it is small, else the way to the store.
fn resolve(
    shared: &Shared,
    model: &HubModel,
    path: &str,
    range: Option<&str>,
    method: &Method,
) -> Result<Response, Refusal> {
    let file = model.find(path);
    let file = file.ok_or((404, "EntryNotFound", "Entry not found"))?;
    let blob = &file.blob;
    let builder = Response::builder()
        .header("X-Repo-Commit", model.sha())
        .header("Accept-Ranges", "bytes");
    if file.stored {
        // The store is another host to the client, for it is named otherwise.
        let store = shared.base.replace("127.0.0.1", "localhost");
        return Ok(finish(
            builder
                .status(StatusCode::FOUND)
                .header("X-Linked-Size", file.bytes.len())
                .header("X-Linked-Etag", format!("\"{blob}\""))
                .header(header::LOCATION, format!("{store}/store/{blob}")),
            Body::empty(),
        ));
    }
    let builder = builder.header(header::ETAG, format!("\"{blob}\""));
    Ok(contents(builder, file, range, method, None))
}

fn store(
    shared: &Shared,
    blob: &str,
    range: Option<&str>,
    method: &Method,
) -> Result<Response, Refusal> {
    let models = lock(&shared.models).clone();
    let mut files = models.iter().flat_map(HubModel::files);
    let file = files.find(|file| file.stored && file.blob == blob);
    let file = file.ok_or((404, "", "no such blob"))?;
    let cut = (method == Method::GET)
        .then(|| lock(&shared.cuts).remove(&file.path))
        .flatten();
    let builder = Response::builder().header(header::ETAG, format!("\"{blob}\""));
    Ok(contents(builder, file, range, method, cut))
}

/// The bytes of a file, or those of a range. After `cut` of them nothing more comes, though more
/// was announced.
fn contents(
    builder: axum::http::response::Builder,
    file: &HubFile,
    range: Option<&str>,
    method: &Method,
    cut: Option<usize>,
) -> Response {
    let all = file.bytes.len();
    let (start, end) = range.map_or((0, all), |range| bounds(range, all));
    let bytes = file.bytes.get(start..end).unwrap_or_default().to_vec();
    let mut builder = builder.header(header::CONTENT_LENGTH, bytes.len());
    if range.is_some() {
        let of = format!("bytes {start}-{}/{all}", end.saturating_sub(1));
        builder = builder
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, of);
    }
    let body = match cut {
        _ if method == Method::HEAD => Body::empty(),
        Some(after) => broken(bytes.get(..after).unwrap_or(&bytes).to_vec()),
        None => Body::from(bytes),
    };
    finish(builder, body)
}

/// Bytes after which the connection breaks. What the server still has in its buffer then (at
/// most half a megabyte, for the bytes come in small pieces) may be lost with it.
fn broken(bytes: Vec<u8>) -> Body {
    let (mut sender, body) = Channel::<Bytes, io::Error>::new(1);
    tokio::spawn(async move {
        for piece in bytes.chunks(1 << 16) {
            if sender.send_data(piece.to_vec().into()).await.is_err() {
                return;
            }
        }
        sender.abort(io::ErrorKind::ConnectionAborted.into());
    });
    Body::new(body)
}

/// `bytes=FROM-TO`, both ends included; `TO` may be absent.
fn bounds(range: &str, all: usize) -> (usize, usize) {
    let (from, to) = range
        .trim_start_matches("bytes=")
        .split_once('-')
        .unwrap_or(("0", ""));
    let end = to.parse::<usize>().map_or(all, |last| last + 1);
    (from.parse().unwrap_or(0), end.min(all))
}

fn json_answer(value: &Value, next: Option<String>) -> Response {
    let mut builder = Response::builder().header(header::CONTENT_TYPE, "application/json");
    if let Some(next) = next {
        builder = builder.header(header::LINK, next);
    }
    finish(builder, Body::from(value.to_string()))
}

fn refusal((status, code, message): Refusal) -> Response {
    let mut builder = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header("X-Error-Message", message);
    if !code.is_empty() {
        builder = builder.header("X-Error-Code", code);
    }
    finish(builder, Body::from(json!({ "error": message }).to_string()))
}

fn finish(builder: axum::http::response::Builder, body: Body) -> Response {
    builder.body(body).expect("headers that are plain text")
}

/// The pairs of a query, decoded.
struct Query(Vec<(String, String)>);

impl Query {
    fn read(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    let name = percent_decoded(name);
                    let name = name.trim_end_matches("[]").to_owned();
                    (name, percent_decoded(value))
                })
                .collect(),
        )
    }

    fn first(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        pairs
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.as_str())
    }

    fn all(&self, name: &str) -> Vec<String> {
        let pairs = self.0.iter().filter(|(it, _)| it == name);
        pairs.map(|(_, value)| value.clone()).collect()
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte.unwrap_or(b'0')).to_digit(16).unwrap_or(0);
        let value = digit(bytes.next()) * 16 + digit(bytes.next());
        decoded.push(u8::try_from(value).unwrap_or(b'?'));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
