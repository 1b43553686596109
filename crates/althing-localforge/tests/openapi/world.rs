//! A seeded forge, and requests to it whose every answer is judged.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use althing_localforge::{
    forge::Forge,
    seed::seed,
    server::{Faults, app, state::AppState},
};
use axum::{Router, body::Body, extract::Request};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::document::Operation;

/// Owns everything.
pub(crate) const MARA: &str = "mara";
/// Member of the organization, may write.
pub(crate) const RUNE: &str = "rune";
/// May read what is public.
pub(crate) const OTTO: &str = "otto";

/// An answer that was as documented.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The JSON body; null when there is none or it is text.
    pub(crate) json: Value,
    /// The body as text.
    pub(crate) text: String,
    /// Headers by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
}

/// The forge, and which operations have answered as documented.
pub(crate) struct World {
    app: Router,
    _root: TempDir,
    pub(crate) answered: BTreeSet<Operation>,
    /// Answers that were not.
    pub(crate) departures: Vec<String>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let root = TempDir::new().unwrap();
        let forge = Forge::open(root.path()).await.unwrap();
        let file = root.path().join("seed.yaml");
        fs::write(&file, SEED).unwrap();
        seed(&forge, &file).await.unwrap();
        history(&root.path().join("git/mara/models.git"));
        Self {
            app: app(AppState::new(forge, Faults::none())),
            _root: root,
            answered: BTreeSet::new(),
            departures: Vec::new(),
        }
    }

    /// Sends a request; status, headers and body as they come.
    pub(crate) async fn raw(
        &self,
        who: &str,
        method: &str,
        path: &str,
        accept: &str,
        body: String,
    ) -> (u16, BTreeMap<String, String>, Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "api.github.com")
            .header("accept", accept)
            .header("authorization", format!("token {who}-token"))
            .body(Body::from(body))
            .unwrap();
        let service = TowerToHyperService::new(self.app.clone());
        let answer = service.call(request).await.unwrap();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, headers, bytes.to_vec())
    }

    /// Sends a request and judges the answer, which must have the status `want`.
    pub(crate) async fn send(
        &mut self,
        who: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
        want: u16,
    ) -> Answer {
        self.send_as(who, method, path, "application/vnd.github+json", body, want)
            .await
    }

    pub(crate) async fn send_as(
        &mut self,
        who: &str,
        method: &str,
        path: &str,
        accept: &str,
        body: Option<Value>,
        want: u16,
    ) -> Answer {
        let text = body.map(|body| body.to_string()).unwrap_or_default();
        let (status, headers, bytes) = self.raw(who, method, path, accept, text).await;
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(status, want, "{who} {method} {path}: {shown}");
        let bare = path.split('?').next().unwrap();
        let operation = Operation::find(method, bare)
            .unwrap_or_else(|| panic!("{method} {bare} is not documented"));
        let media = headers
            .get("content-type")
            .and_then(|kind| kind.split(';').next())
            .unwrap_or("")
            .to_owned();
        let problems = operation.judge(status, &media, &bytes);
        if !problems.is_empty() {
            self.departures.push(format!(
                "{who} {method} {path}: {status} departs from {}:\n{}\n{shown}",
                operation.template,
                problems.join("\n")
            ));
        }
        if status < 300 {
            self.answered.insert(operation);
        }
        Answer {
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: shown,
            headers,
        }
    }

    pub(crate) async fn get(&mut self, who: &str, path: &str) -> Value {
        self.send(who, "GET", path, None, 200).await.json
    }

    pub(crate) async fn post(&mut self, who: &str, path: &str, body: Value) -> Value {
        self.send(who, "POST", path, Some(body), 201).await.json
    }

    pub(crate) async fn patch(&mut self, who: &str, path: &str, body: Value) -> Value {
        self.send(who, "PATCH", path, Some(body), 200).await.json
    }

    pub(crate) async fn delete(&mut self, who: &str, path: &str) {
        self.send(who, "DELETE", path, None, 204).await;
    }

    /// An answer that refuses; returns its message.
    pub(crate) async fn refused(
        &mut self,
        who: &str,
        method: &str,
        path: &str,
        body: Value,
        want: u16,
    ) -> String {
        let answer = self.send(who, method, path, Some(body), want).await;
        assert_eq!(answer.json["status"], json!(want.to_string()), "{path}");
        answer.json["message"].as_str().unwrap().to_owned()
    }
}

const SEED: &str = "
users:
  - { login: mara, token: mara-token, name: Mara, email: mara@example.org }
  - { login: rune, token: rune-token, email: rune@example.org }
  - { login: otto, token: otto-token }
organizations:
  - { login: lab, admins: [mara], members: [rune], teams: [{ name: Kernels, members: [rune] }] }
repositories:
  - { name: mara/models }
  - { name: lab/kernels, teams: { kernels: write } }
";

/// `main` with a README and a document, `feature/one` one commit ahead of it, and
/// `feature/rival` which adds the same file with other content.
fn history(bare: &Path) {
    let work = TempDir::new().unwrap();
    let git = |args: &[&str]| {
        let done = Command::new("git")
            .args(args)
            .current_dir(work.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "Rune")
            .env("GIT_AUTHOR_EMAIL", "rune@example.org")
            .env("GIT_COMMITTER_NAME", "Rune")
            .env("GIT_COMMITTER_EMAIL", "rune@example.org")
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    let write = |path: &str, text: &str| fs::write(work.path().join(path), text).unwrap();
    git(&["init", "--quiet", "--initial-branch", "main"]);
    fs::create_dir(work.path().join("docs")).unwrap();
    write("README.md", "# Models\n");
    write("docs/guide one.md", "# Guide\n");
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "Begin"]);
    for (branch, text) in [("feature/one", "one = 1\n"), ("feature/rival", "one = 2\n")] {
        git(&["switch", "--quiet", "--create", branch, "main"]);
        write("model.py", text);
        git(&["add", "."]);
        git(&["commit", "--quiet", "--message", "Add the model"]);
    }
    git(&[
        "push",
        "--quiet",
        bare.to_str().unwrap(),
        "main",
        "feature/one",
        "feature/rival",
    ]);
}
