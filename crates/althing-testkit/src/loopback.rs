//! A server on a port of this machine, on a thread of its own.

use std::{
    net::{SocketAddr, TcpListener},
    thread::{self, JoinHandle},
};

use axum::Router;
use tokio::{runtime, sync::oneshot};

/// A port on which nobody is served yet.
pub(crate) struct Port {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

/// The server; it ends with this value.
pub(crate) struct Loopback {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Port {
    /// Takes a free one.
    ///
    /// # Panics
    /// When none can be had.
    pub(crate) fn take() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("nonblocking");
        let address = listener.local_addr().expect("its address");
        Self { listener, address }
    }

    /// Serves there.
    pub(crate) fn serve(self, app: Router) -> Loopback {
        let listener = self.listener;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    served = axum::serve(listener, app) => served.expect("server"),
                    _ = stopped => {}
                }
            });
        });
        Loopback {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
