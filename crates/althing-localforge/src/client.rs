//! How this program asks its own running server.

use std::{io, path::Path};

use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde::{Serialize, de::DeserializeOwned};
use tokio::net::UnixStream;

use crate::server::Stats;

/// Why the server gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens on the folder's socket.
    #[error("no forge is running in {0}: {1}")]
    NotRunning(std::path::PathBuf, io::Error),
    /// The connection broke.
    #[error("the forge did not answer: {0}")]
    Broken(Box<dyn std::error::Error + Send + Sync>),
    /// The server refused, in these words.
    #[error("{message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        message: String,
    },
}

/// How often each user asked for each thing since the server in `root` started.
///
/// # Errors
/// When no server runs there or it cannot be understood.
pub async fn stats(root: &Path) -> Result<Stats, ClientError> {
    ask(root, Method::GET, "/_althing/stats", None, &()).await
}

/// Sends one request over the folder's socket.
pub(crate) async fn ask<T: DeserializeOwned>(
    root: &Path,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> Result<T, ClientError> {
    let socket = root.join("forge.sock");
    let stream = UnixStream::connect(&socket)
        .await
        .map_err(|error| ClientError::NotRunning(root.to_owned(), error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    tokio::spawn(connection);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "api.github.com")
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("token {token}"));
    }
    let body = serde_json::to_vec(body).map_err(broken)?;
    let request = request.body(Full::new(Bytes::from(body))).map_err(broken)?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(broken)?
        .to_bytes();
    if status == StatusCode::OK {
        serde_json::from_slice(&body).map_err(broken)
    } else {
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = said["message"]
            .as_str()
            .unwrap_or("no reason given")
            .to_owned();
        Err(ClientError::Refused {
            status: status.as_u16(),
            message,
        })
    }
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ClientError {
    ClientError::Broken(error.into())
}
