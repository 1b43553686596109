//! What the server acknowledged is there after `kill -9`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use althing_localforge::{environment::environment, forge::Forge, seed::seed};
use althing_testkit::clean;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_althing-testkit");
const SEED: &str = "
users: [{ login: ada, token: token-ada }]
repositories: [{ name: ada/models, from: files, issues: [{ title: First }] }]
";
const WRITERS: usize = 3;

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("files")).unwrap();
    fs::write(folder.path().join("files/README.md"), "x").unwrap();
    fs::write(folder.path().join("seed.yaml"), SEED).unwrap();
    let root = folder.path().join("forge");
    let variables = seeded(&root, &folder.path().join("seed.yaml"));
    let gh = move |args: &[&str]| {
        let mut command = clean("gh", Path::new("/nonexistent"));
        command.envs(variables.clone()).arg("api").args(args);
        command
    };
    let gh = Arc::new(gh);

    let mut server = serve(&root);
    let main = printed(gh(&[
        "repos/ada/models/git/ref/heads/main",
        "--jq",
        ".object.sha",
    ]));
    let going = Arc::new(AtomicBool::new(true));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (gh, going, main) = (gh.clone(), going.clone(), main.clone());
            thread::spawn(move || {
                let mut acknowledged = Vec::new();
                for number in 0.. {
                    let name = format!("{writer}-{number}");
                    if write_both(&*gh, &name, &main) {
                        acknowledged.push(name);
                    }
                    if !going.load(Ordering::Relaxed) {
                        return acknowledged;
                    }
                }
                unreachable!("numbers do not end")
            })
        })
        .collect();

    // Kill it in the middle of the work: as soon as some comments are visible.
    loop {
        let count = printed(gh(&["repos/ada/models/issues/1", "--jq", ".comments"]));
        if count.parse::<u32>().unwrap() >= 8 {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    going.store(false, Ordering::Relaxed);
    let acknowledged: Vec<String> = writers
        .into_iter()
        .flat_map(|writer| writer.join().unwrap())
        .collect();
    assert!(acknowledged.len() >= 4, "{acknowledged:?}");

    let mut server = serve(&root);
    let comments = printed(gh(&[
        "--paginate",
        "repos/ada/models/issues/1/comments",
        "--jq",
        ".[].body",
    ]));
    let refs = printed(gh(&[
        "--paginate",
        "repos/ada/models/git/matching-refs/heads/",
        "--jq",
        ".[].ref",
    ]));
    for name in &acknowledged {
        assert!(
            comments.lines().any(|line| line == name),
            "comment {name} is lost"
        );
        assert!(
            refs.lines()
                .any(|line| line == format!("refs/heads/{name}")),
            "ref {name} is lost"
        );
    }
    drop(server.stdin.take());
    assert!(
        server.wait().unwrap().success(),
        "the server ends when its parent is gone"
    );
    assert!(!root.join("forge.sock").exists());
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("forge");
    let mut first = serve(&root);
    let second = Command::new(PROGRAM)
        .args(["forge", "serve", "--root"])
        .arg(&root)
        .stdin(Stdio::piped())
        .output()
        .unwrap();
    assert!(!second.status.success());
    let words = String::from_utf8(second.stderr).unwrap();
    assert!(words.contains("another server is running"), "{words}");
    first.kill().unwrap();
    first.wait().unwrap();
    // What a killed server leaves behind is no obstacle.
    let mut third = serve(&root);
    third.kill().unwrap();
    third.wait().unwrap();
}

#[test]
fn a_client_that_never_finishes_does_not_keep_the_server() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("files")).unwrap();
    fs::write(folder.path().join("seed.yaml"), SEED).unwrap();
    let root = folder.path().join("forge");
    seeded(&root, &folder.path().join("seed.yaml"));
    let mut server = serve(&root);
    let mut client = UnixStream::connect(root.join("forge.sock")).unwrap();
    let half = "POST /graphql HTTP/1.1\r\nHost: api.github.com\r\n\
                Authorization: token token-ada\r\nContent-Length: 99\r\n\r\n{";
    client.write_all(half.as_bytes()).unwrap();
    // The server begins to read and waits for more.
    client
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    assert!(client.read(&mut [0]).is_err());
    drop(server.stdin.take());
    let deadline = Instant::now() + Duration::from_secs(60);
    let ended = loop {
        if let Some(status) = server.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "the server waits for its client");
        thread::sleep(Duration::from_millis(20));
    };
    assert!(ended.success());
}

fn seeded(root: &Path, file: &Path) -> Vec<(String, String)> {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let forge = Forge::open(root).await.unwrap();
        seed(&forge, file).await.unwrap();
        let variables = environment(&forge, "ada", Path::new(PROGRAM))
            .await
            .unwrap();
        forge.close().await;
        variables
    })
}

/// A server process that answers.
fn serve(root: &Path) -> Child {
    let mut child = Command::new(PROGRAM)
        .args(["forge", "serve", "--root"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "ready\n");
    child
}

/// Posts a comment and creates a ref of that name; whether both were acknowledged.
fn write_both(gh: &dyn Fn(&[&str]) -> Command, name: &str, main: &str) -> bool {
    let body = format!("body={name}");
    let comment = gh(&["repos/ada/models/issues/1/comments", "-f", &body])
        .output()
        .unwrap();
    let (name, sha) = (format!("ref=refs/heads/{name}"), format!("sha={main}"));
    let made = gh(&["repos/ada/models/git/refs", "-f", &name, "-f", &sha])
        .output()
        .unwrap();
    [comment, made].iter().all(|output| {
        let answer: Result<Value, _> = serde_json::from_slice(&output.stdout);
        output.status.success() && answer.is_ok()
    })
}

fn printed(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
