//! The scripted hub, read by the hub's own client.

use std::{path::Path, process::Command};

use althing_testkit::{HubModel, HubServer};
use tempfile::TempDir;

/// Runs Python with the client, which must end well, and returns what it prints.
fn client(hub: &HubServer, home: &TempDir, token: Option<&str>, script: &str) -> String {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let mut python = Command::new(python);
    python
        .args(["-c", script])
        .env_clear()
        .env("HF_ENDPOINT", hub.endpoint())
        .env("HF_HOME", home.path());
    if let Some(token) = token {
        python.env("HF_TOKEN", token);
    }
    let done = python.output().expect("no .venv: run `scripts/setup test`");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("text")
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// As many bytes as must be there before the client keeps what it got of a broken file.
const CHUNK: usize = 10 * 1024 * 1024;

fn weights() -> Vec<u8> {
    (0..CHUNK + CHUNK / 5)
        .map(|it| u8::try_from(it % 251).expect("small"))
        .collect()
}

fn model() -> HubModel {
    HubModel::new("lab/small")
        .file("config.json", "{}")
        .stored("model.safetensors", weights())
        .parameters(1_000)
        .downloads(7)
        .tag("v1")
}

#[test]
fn models_are_described_and_listed_page_by_page() {
    let hub = HubServer::start([
        model(),
        HubModel::new("lab/gated").gated().downloads(9),
        HubModel::new("lab/rare").downloads(1),
    ]);
    let said = client(
        &hub,
        &home(),
        None,
        "
from huggingface_hub import HfApi
api = HfApi()
info = api.model_info('lab/small', revision='v1', files_metadata=True)
print(info.sha, info.gated, info.safetensors.total, [(f.rfilename, f.size) for f in info.siblings])
for m in api.list_models(sort='downloads', filter='text-generation', expand=['safetensors', 'gated', 'downloads']):
    print(m.id, m.gated, m.downloads, m.safetensors and m.safetensors.total)
from huggingface_hub.utils import paginate
print([m['id'] for m in paginate(api.endpoint + '/api/models', {'limit': 2}, {})])
",
    );
    let sha = model().sha();
    let expected = format!(
        "{sha} False 1000 [('config.json', 2), ('model.safetensors', 12582912)]\n\
         lab/gated manual 9 None\nlab/small False 7 1000\nlab/rare False 1 None\n\
         ['lab/gated', 'lab/small', 'lab/rare']\n"
    );
    assert_eq!(said, expected);
}

#[test]
fn files_come_by_commit_and_a_cut_one_is_resumed() {
    let hub = HubServer::start([model()]);
    hub.cut_once("model.safetensors", CHUNK + (1 << 20));
    let home = home();
    let sha = model().sha();
    let script = format!(
        "from huggingface_hub import snapshot_download as get; print(get('lab/small', revision='{sha}'))"
    );
    let folder = client(&hub, &home, Some("hf_granted"), &script);
    let folder = Path::new(folder.trim());
    assert!(folder.ends_with(format!("snapshots/{sha}")), "{folder:?}");
    let bytes = std::fs::read(folder.join("model.safetensors")).expect("downloaded");
    assert!(bytes == weights(), "{} bytes", bytes.len());
    let asked = hub.asked();
    let range = format!("bytes={CHUNK}-");
    let stored: Vec<_> = (asked.iter())
        .filter(|it| it.line.starts_with("GET /store/"))
        .collect();
    assert!(
        stored
            .iter()
            .any(|it| it.range.as_deref() == Some(range.as_str())),
        "{asked:?}"
    );
    // The client takes the token nowhere else.
    assert!(stored.iter().all(|it| it.token.is_none()), "{asked:?}");
}

#[test]
fn each_refusal_is_the_error_that_the_client_knows() {
    let hub = HubServer::start([
        model(),
        HubModel::new("lab/gated").file("config.json", "{}").gated(),
    ]);
    let script = "
from huggingface_hub import HfApi, hf_hub_download
def what(ask):
    try:
        ask()
        return 'well'
    except Exception as error:
        return type(error).__name__, error.response.status_code
api = HfApi()
print(what(lambda: api.model_info('lab/none')))
print(what(lambda: api.model_info('lab/small', revision='v2')))
print(what(lambda: api.model_info('lab/gated')))
print(what(lambda: hf_hub_download('lab/gated', 'config.json')))
print(what(lambda: hf_hub_download('lab/small', 'none.json')))
";
    let rest = "('RemoteEntryNotFoundError', 404)\n";
    let (repo, revision, gated) = (
        "RepositoryNotFoundError",
        "RevisionNotFoundError",
        "GatedRepoError",
    );
    assert_eq!(
        client(&hub, &home(), None, script),
        format!("('{repo}', 401)\n('{revision}', 404)\nwell\n('{gated}', 401)\n{rest}")
    );
    assert_eq!(
        client(&hub, &home(), Some(HubServer::STRANGER), script),
        format!("('{repo}', 404)\n('{revision}', 404)\nwell\n('{gated}', 403)\n{rest}")
    );
    assert_eq!(
        client(&hub, &home(), Some("hf_granted"), script),
        format!("('{repo}', 404)\n('{revision}', 404)\nwell\nwell\n{rest}")
    );
}
