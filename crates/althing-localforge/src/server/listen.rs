//! The server process: one per folder, on a unix socket, optionally on loopback TCP.

use std::{
    fs::{File, TryLockError},
    io,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use axum::{Router, middleware, routing::post};
use tokio::{
    net::{TcpListener, UnixListener},
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::{Faults, guard::guard, internal, state::AppState};
use crate::{
    forge::{Forge, OpenError, Refusal},
    graphql, rest,
};

/// How long requests under way may take once the server was told to stop.
const GRACE: Duration = Duration::from_secs(3);

/// How to serve.
#[derive(Debug)]
pub struct ServeOptions {
    /// The folder that holds the forge; made when missing.
    pub root: PathBuf,
    /// A loopback address to listen on besides the unix socket.
    pub listen: Option<SocketAddr>,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// Ends the server when its standard input closes, so that a parent that is killed leaves
    /// no process behind.
    pub exit_with_stdin: bool,
}

/// Why the server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder cannot be opened as a forge.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An interrupted merge could not be finished.
    #[error("an interrupted merge could not be finished: {0}")]
    Recover(#[from] Refusal),
    /// The folder's path leaves no room for the socket's.
    #[error(
        "{} is {} bytes long, but the path of a unix socket has at most {MAX_SOCKET_PATH}",
        .0.display(), .0.as_os_str().len()
    )]
    LongPath(PathBuf),
    /// Another server has this folder.
    #[error("another server is running in {0}")]
    Running(PathBuf),
    /// Only this machine may reach the forge.
    #[error("{0} is no loopback address")]
    NotLoopback(SocketAddr),
    /// The socket cannot be used.
    #[error("{0} cannot be listened on: {1}")]
    Listen(String, io::Error),
}

/// The longest path of a unix socket, in bytes (`sun_path` without the closing zero).
const MAX_SOCKET_PATH: usize = 107;

/// The socket of the forge in `root`, as an absolute path.
///
/// # Errors
/// [`ServeError::LongPath`] when no socket can have this path.
pub fn socket_path(root: &Path) -> Result<PathBuf, ServeError> {
    // What is there already may be reached through links; what counts is where it is.
    let socket = root
        .canonicalize()
        .or_else(|_| std::path::absolute(root))
        .map_err(|error| OpenError::Folder(root.to_owned(), error))?
        .join("forge.sock");
    if socket.as_os_str().len() > MAX_SOCKET_PATH {
        return Err(ServeError::LongPath(socket));
    }
    Ok(socket)
}

/// Serves until SIGTERM, SIGINT or, if asked for, the end of standard input. Calls `ready` with
/// the socket's path once requests are answered.
///
/// # Errors
/// See [`ServeError`]. Nothing is left behind but the folder.
pub async fn serve(options: ServeOptions, ready: impl FnOnce(&Path)) -> Result<(), ServeError> {
    if let Some(address) = options.listen.filter(|address| !address.ip().is_loopback()) {
        return Err(ServeError::NotLoopback(address));
    }
    socket_path(&options.root)?; // before anything is made
    let forge = Forge::open(&options.root).await?;
    let _lock = lock(forge.root())?;
    forge.recover().await?;
    let socket = socket_path(forge.root())?;
    let unix = bind(&socket)?;
    let tcp = match options.listen {
        Some(address) => Some(listen_on(address).await?),
        None => None,
    };

    let stop = stop_signal(options.exit_with_stdin)?;
    let state = AppState::new(forge.clone(), options.faults);
    let on_unix =
        axum::serve(unix, app(state.clone())).with_graceful_shutdown(stopped(stop.clone()));
    let on_tcp = tcp
        .map(|tcp| axum::serve(tcp, github(state)).with_graceful_shutdown(stopped(stop.clone())));
    ready(&socket);
    let both = async {
        tokio::try_join!(async { on_unix.await }, async {
            match on_tcp {
                Some(on_tcp) => on_tcp.await,
                None => Ok(()),
            }
        })
    };
    let served = tokio::select! {
        served = both => served.map(drop),
        () = overtime(stop) => Ok(()),
    };
    forge.close().await;
    // A leftover socket is replaced at the next start, so failing to remove it harms nobody.
    let _ = std::fs::remove_file(&socket);
    served.map_err(|error| ServeError::Listen(socket.display().to_string(), error))
}

/// Everything that is served on the unix socket, which only the owner of the folder can open.
pub fn app(state: AppState) -> Router {
    github(state.clone()).merge(internal::router().with_state(state))
}

/// What GitHub serves.
fn github(state: AppState) -> Router {
    Router::new()
        .merge(rest::router())
        .route("/graphql", post(graphql::handler))
        .layer(middleware::from_fn_with_state(state.clone(), guard))
        .with_state(state)
}

/// Holds the folder for this process; the system lets go of it when the process ends, however.
fn lock(root: &Path) -> Result<File, ServeError> {
    let path = root.join("forge.lock");
    let unusable = |error| ServeError::Listen(path.display().to_string(), error);
    let file = File::create(&path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServeError::Running(root.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// Replaces the socket of a server that is gone: the lock says that there is no other.
fn bind(socket: &Path) -> Result<UnixListener, ServeError> {
    let unusable = |error| ServeError::Listen(socket.display().to_string(), error);
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
        _ => {}
    }
    let listener = UnixListener::bind(socket).map_err(unusable)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600)).map_err(unusable)?;
    Ok(listener)
}

async fn listen_on(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| ServeError::Listen(address.to_string(), error))
}

/// Turns true when the server should stop.
fn stop_signal(with_stdin: bool) -> Result<watch::Receiver<bool>, ServeError> {
    let unusable = |error| ServeError::Listen("signals".to_owned(), error);
    let mut terminate = signal(SignalKind::terminate()).map_err(unusable)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unusable)?;
    let (stop, stopped) = watch::channel(false);
    if with_stdin {
        let stop = stop.clone();
        std::thread::spawn(move || {
            // Whatever ends the reading, the parent is gone.
            let _ = io::copy(&mut io::stdin(), &mut io::sink());
            stop.send_replace(true);
        });
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.send_replace(true);
    });
    Ok(stopped)
}

/// Ends when clients had their time to finish: one that never sends the rest of its request, or
/// never reads its answer, does not keep the server.
async fn overtime(stop: watch::Receiver<bool>) {
    stopped(stop).await;
    tokio::time::sleep(GRACE).await;
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can ask any more, which is a reason to stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;

    use super::{AppState, Faults, Forge, Router, app, github};

    async fn status(app: Router, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).expect("request");
        let answer = TowerToHyperService::new(app).call(request).await;
        answer.expect("answer").status()
    }

    #[tokio::test]
    async fn only_the_socket_answers_what_is_not_githubs() {
        let root = tempfile::tempdir().expect("folder");
        let forge = Forge::open(root.path()).await.expect("forge");
        let state = AppState::new(forge, Faults::none());
        let path = "/_althing/stats";
        assert_eq!(status(app(state.clone()), path).await, StatusCode::OK);
        assert_eq!(status(github(state), path).await, StatusCode::UNAUTHORIZED);
    }
}
