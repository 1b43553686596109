//! The local forge under load.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::UnixStream, task::JoinSet};

use crate::{Result, site::Site};

const ISSUE: &str = r#"{"query":"query($n:Int!){repository(owner:\"yieldthought\",name:\"ttnn_models\"){issue(number:$n){number title state body author{login} labels(first:10){nodes{name}} comments(last:10){nodes{body}}}}}","variables":{"n":1}}"#;

/// Asks for one issue over kept connections. Returns requests per second.
pub(crate) async fn raw_graphql(site: &Site, clients: usize, total: usize) -> Result<f64> {
    let socket = Arc::new(site.socket());
    let authorization = Arc::new(format!("token {}", site.token()?));
    let left = Arc::new(AtomicUsize::new(total));
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (socket, authorization, left) = (socket.clone(), authorization.clone(), left.clone());
        tasks.spawn(async move {
            let stream = UnixStream::connect(socket.as_path()).await?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            let mut taken = Vec::new();
            while take(&left) {
                let asked = Instant::now();
                let request = Request::post("/graphql")
                    .header("host", "api.github.com")
                    .header("authorization", authorization.as_str())
                    .header("content-type", "application/json")
                    .body(Full::new(Bytes::from_static(ISSUE.as_bytes())))?;
                let response = sender.send_request(request).await?;
                let status = response.status();
                let body = response.into_body().collect().await?.to_bytes();
                if !status.is_success() || !body.windows(9).any(|w| w == b"\"number\":") {
                    return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
                }
                taken.push(asked.elapsed());
            }
            Ok(taken)
        });
    }
    report("raw GraphQL, one issue", clients, started, tasks).await
}

/// Runs `gh issue view 1 --json …`, one process a request. Returns requests per second.
pub(crate) async fn gh_issue_view(site: &Site, clients: usize, total: usize) -> Result<f64> {
    let left = Arc::new(AtomicUsize::new(total));
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let left = left.clone();
        let command = site.gh(&[
            "issue",
            "view",
            "1",
            "-R",
            "yieldthought/ttnn_models",
            "--json",
            "number,title,state,body,author,labels,comments",
        ])?;
        let mut command = tokio::process::Command::from(command);
        tasks.spawn(async move {
            let mut taken = Vec::new();
            while take(&left) {
                let asked = Instant::now();
                let done = command.output().await?;
                if !done.status.success() {
                    return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
                }
                taken.push(asked.elapsed());
            }
            Ok(taken)
        });
    }
    report("`gh issue view 1 --json …`", clients, started, tasks).await
}

fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}

async fn report(
    input: &str,
    clients: usize,
    started: Instant,
    mut tasks: JoinSet<Result<Vec<Duration>>>,
) -> Result<f64> {
    let mut all = Vec::new();
    while let Some(taken) = tasks.join_next().await {
        all.extend(taken??);
    }
    let seconds = started.elapsed().as_secs_f64();
    all.sort();
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let rate = all.len() as f64 / seconds;
    println!(
        "| {input} | {clients} | {rate:.0} | {:.2} | {:.2} |",
        at(0.5),
        at(0.99)
    );
    Ok(rate)
}
