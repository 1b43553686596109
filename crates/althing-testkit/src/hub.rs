//! A small hub of models on loopback, speaking the Hugging Face API as far as its own client and
//! Althing use it: what a model is and how large, lists by downloads, files by commit with
//! redirects to a store, ranges, and the ways in which it refuses.
//!
//! `tests/hub.rs` has `huggingface_hub` read it, which is what shows that it speaks truly.

mod answer;
mod model;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;

pub use self::model::HubModel;
use crate::loopback::{Loopback, Port};

/// The server; it ends with this value.
pub struct HubServer {
    shared: Arc<Shared>,
    _server: Loopback,
}

/// A request that the hub got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubRequest {
    /// Method and path, with the query.
    pub line: String,
    /// The token it came with.
    pub token: Option<String>,
    /// The range it asked for.
    pub range: Option<String>,
}

struct Shared {
    base: String,
    models: Mutex<Vec<HubModel>>,
    asked: Mutex<Vec<HubRequest>>,
    /// Files of the store that are cut once, and after how many bytes.
    cuts: Mutex<BTreeMap<String, usize>>,
    /// How many requests to the API are refused with 503 before one is served.
    down: Mutex<u32>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl HubServer {
    /// The token of an account that was granted no gated model; every other was granted all.
    pub const STRANGER: &str = "hf_stranger";
    /// The one token that belongs to nobody.
    pub const UNKNOWN: &str = "hf_unknown";

    /// Starts it with these models.
    ///
    /// # Panics
    /// When no port can be had.
    pub fn start(models: impl IntoIterator<Item = HubModel>) -> Self {
        let port = Port::take();
        let shared = Arc::new(Shared {
            base: format!("http://{}", port.address),
            models: Mutex::new(models.into_iter().collect()),
            asked: Mutex::default(),
            cuts: Mutex::default(),
            down: Mutex::default(),
        });
        let app = Router::new()
            .fallback(answer::answer)
            .with_state(shared.clone());
        let server = port.serve(app);
        Self {
            shared,
            _server: server,
        }
    }

    /// What `HF_ENDPOINT` must be.
    pub fn endpoint(&self) -> String {
        self.shared.base.clone()
    }

    /// Adds a model, or puts one in the place of the one with its id.
    pub fn put(&self, model: HubModel) {
        let mut models = lock(&self.shared.models);
        models.retain(|it| it.id() != model.id());
        models.push(model);
    }

    /// Breaks the connection once, after so many bytes of a file of the store; the last half
    /// megabyte of them may not arrive.
    pub fn cut_once(&self, file: &str, after: usize) {
        lock(&self.shared.cuts).insert(file.to_owned(), after);
    }

    /// Refuses the next so many requests to the API as a hub does that is overloaded.
    pub fn refuse(&self, requests: u32) {
        *lock(&self.shared.down) = requests;
    }

    /// All requests so far.
    pub fn asked(&self) -> Vec<HubRequest> {
        lock(&self.shared.asked).clone()
    }
}
