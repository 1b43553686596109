//! Models of the hub, with the hub's own client library against a hub on loopback.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use althing_eval::{Hub, Located, Refusal, Source};
use althing_testkit::{HubModel, HubServer};
use rstest::rstest;
use tempfile::TempDir;

fn model(id: &str) -> HubModel {
    HubModel::new(id)
        .file("config.json", r#"{"model_type": "llama"}"#)
        .file("tokenizer.json", "{}")
        .file("README.md", "words")
        .file("original/config.json", "{}")
        .stored("model.safetensors", vec![7; 3 << 20])
        .stored("consolidated.safetensors", vec![8; 100])
        .stored("pytorch_model.bin", vec![9; 100])
        .tag("v1")
}

fn hub(server: &HubServer, home: &TempDir) -> Hub {
    Hub {
        endpoint: Some(server.endpoint()),
        token: Some("hf_reader".to_owned()),
        cache: Some(home.path().to_owned()),
        offline: false,
        patience: None,
    }
}

fn locate(hub: &Hub, id: &str, revision: Option<&str>) -> Result<Located, Refusal> {
    let revision = revision.map(str::to_owned);
    let id = id.to_owned();
    Source::Hub { id, revision }.locate(hub)
}

#[rstest]
#[case::default_branch(None)]
#[case::branch(Some("main"))]
#[case::tag(Some("v1"))]
fn a_revision_is_resolved_to_its_commit(#[case] revision: Option<&str>) {
    let model = model("lab/model");
    let (commit, home) = (model.sha(), TempDir::new().expect("folder"));
    let server = HubServer::start([model]);
    let found = locate(&hub(&server, &home), "lab/model", revision).expect("there");
    assert_eq!(found.commit.as_deref(), Some(commit.as_str()));
    let weights = fs::read(found.folder.join("model.safetensors")).expect("weights");
    assert!(weights == vec![7; 3 << 20]);
    let mut files: Vec<_> = fs::read_dir(&found.folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").file_name())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["config.json", "model.safetensors", "tokenizer.json"]
    );
    // The token is for the hub, not for the store that it redirects to.
    let leaked = server
        .asked()
        .into_iter()
        .any(|request| request.line.contains("/store/") && request.token.is_some());
    assert!(!leaked);
}

#[test]
fn what_is_there_is_not_downloaded_again_and_can_be_used_without_a_hub() {
    let home = TempDir::new().expect("folder");
    let server = HubServer::start([model("lab/model")]);
    let online = hub(&server, &home);
    let found = locate(&online, "lab/model", None).expect("there");
    let before = server.asked().len();
    assert_eq!(locate(&online, "lab/model", None), Ok(found.clone()));
    let asked = server.asked().split_off(before);
    assert!(
        asked.iter().all(|it| it.line.starts_with("GET /api/")),
        "{asked:?}"
    );
    drop(server);

    let offline = Hub {
        offline: true,
        ..online
    };
    assert_eq!(locate(&offline, "lab/model", None), Ok(found.clone()));
    let commit = found.commit.as_deref();
    assert_eq!(locate(&offline, "lab/model", commit), Ok(found.clone()));
    let absent = locate(&offline, "lab/other", None).expect_err("never seen");
    assert!(absent.to_string().contains("HF_HUB_OFFLINE"), "{absent}");
}

#[test]
fn a_cut_download_is_taken_up_or_refused_but_never_used() {
    let home = TempDir::new().expect("folder");
    let server = HubServer::start([model("lab/model")]);
    server.cut_once("model.safetensors", 2 << 20);
    let hub = hub(&server, &home);
    let _ = locate(&hub, "lab/model", None);
    let found = locate(&hub, "lab/model", None).expect("the second time");
    let weights = fs::metadata(found.folder.join("model.safetensors"));
    assert_eq!(weights.expect("weights").len(), 3 << 20);
}

#[rstest]
#[case::no_model("lab/none", None, "hf_reader", false, "no model lab/none")]
#[case::no_revision("lab/model", Some("v9"), "hf_reader", false, "lab/model at v9")]
#[case::no_id("lab/model/../x", None, "hf_reader", false, "no id")]
#[case::no_config("lab/empty", None, "hf_reader", false, "config.json")]
#[case::gated("lab/gated", None, HubServer::STRANGER, true, "gated")]
#[case::bad_token("lab/model", None, HubServer::UNKNOWN, true, "HF_TOKEN")]
fn the_hub_s_refusals_are_told_apart(
    #[case] id: &str,
    #[case] revision: Option<&str>,
    #[case] token: &str,
    #[case] gated: bool,
    #[case] says: &str,
) {
    let home = TempDir::new().expect("folder");
    let empty = HubModel::new("lab/empty").file("README.md", "words");
    let server = HubServer::start([model("lab/model"), model("lab/gated").gated(), empty]);
    let hub = Hub {
        token: Some(token.to_owned()),
        ..hub(&server, &home)
    };
    let refused = locate(&hub, id, revision).expect_err("refused");
    let text = refused.to_string();
    assert_eq!(matches!(refused, Refusal::Gated(_)), gated, "{text}");
    assert_eq!(matches!(refused, Refusal::Absent(_)), !gated, "{text}");
    assert!(text.contains(says) && !text.contains('\n'), "{text}");
    assert!(!text.contains(token), "{text}");
}

#[test]
fn a_hub_that_is_not_there_is_no_missing_model() {
    let home = TempDir::new().expect("folder");
    let hub = Hub {
        endpoint: Some("http://127.0.0.1:1".to_owned()),
        cache: Some(home.path().to_owned()),
        ..Hub::default()
    };
    let refused = locate(&hub, "lab/model", None).expect_err("refused");
    assert!(matches!(refused, Refusal::Hub(_)), "{refused}");
}

/// What a hub answers before it falls silent, as GET and path.
#[rstest]
#[case::at_once(&[])]
#[case::before_a_file(&["GET /api/models/lab/model"])]
fn a_hub_that_says_nothing_is_not_waited_for(#[case] answered: &'static [&'static str]) {
    let home = TempDir::new().expect("folder");
    let hub = Hub {
        endpoint: Some(silent(answered)),
        cache: Some(home.path().to_owned()),
        patience: Some(Duration::from_millis(300)),
        ..Hub::default()
    };
    let begin = Instant::now();
    let refused = locate(&hub, "lab/model", None).expect_err("refused");
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(matches!(refused, Refusal::Hub(_)), "{refused}");
    let said = "lab/model: the hub said nothing for 0.3 s";
    assert_eq!(refused.to_string(), said);
}

/// A hub that tells what a model is if that is asked with one of these lines, and to all else
/// listens for ever.
fn silent(answered: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("the same"));
            reader.read_line(&mut line).expect("a request");
            let line = line.trim_end().trim_end_matches(" HTTP/1.1");
            if answered.contains(&line) {
                let sha = "c0ffee00".repeat(5);
                let info = format!(
                    r#"{{"id":"lab/model","sha":"{sha}","siblings":[{{"rfilename":"config.json"}}]}}"#
                );
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
                let length = info.len();
                let _ = write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{info}");
            } else {
                open.push((stream, reader));
            }
        }
    });
    format!("http://{address}")
}

#[test]
fn weights_in_another_form_are_not_downloaded() {
    let home = TempDir::new().expect("folder");
    let other = HubModel::new("lab/model")
        .file("config.json", "{}")
        .file("gguf/model.gguf", "weights")
        .stored("pytorch_model.bin", vec![9; 100]);
    let server = HubServer::start([other]);
    let refused = locate(&hub(&server, &home), "lab/model", None).expect_err("refused");
    assert!(matches!(refused, Refusal::Unsupported { .. }), "{refused}");
    let said = "lab/model/pytorch_model.bin: a form of weights other than safetensors is not \
                supported";
    assert_eq!(refused.to_string(), said);
    let asked = server.asked();
    assert!(
        asked.iter().all(|it| !it.line.contains(".bin")),
        "{asked:?}"
    );
}

#[test]
fn a_folder_needs_a_configuration() {
    let folder = TempDir::new().expect("folder");
    let source = Source::Folder(folder.path().to_owned());
    let refused = source.locate(&Hub::default()).expect_err("refused");
    assert!(refused.to_string().contains("config.json"), "{refused}");
    fs::write(folder.path().join("config.json"), "{}").expect("written");
    let found = source.locate(&Hub::default()).expect("there");
    assert_eq!(
        (found.folder.as_path(), found.commit),
        (folder.path(), None)
    );
}
