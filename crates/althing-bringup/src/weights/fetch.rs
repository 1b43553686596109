//! Getting weights: at one commit, into a place that has room for them.

use std::{
    fs,
    future::Future,
    path::{Path, PathBuf},
    pin::pin,
    time::{Duration, Instant},
};

use althing_diag::id::Sha;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use super::{
    download, is_model,
    preflight::{Refused, Snapshot, Wanted, access, access_path, fits, info_path, snapshot},
    present,
};
use crate::{
    Argv, BringupRequest, CommandError, Event, ModelId, Surroundings, WorkerOptions, Workspace,
    again::{BETWEEN_TRIES, TRIES},
    child_env::{self, Vars},
    command::which,
    disk,
    hub::{Hub, NoAnswer},
    run::Stop,
};

const STEP: &str = "getting the weights";
/// How often it is looked how far a download is.
const LOOK: Duration = Duration::from_secs(5);

/// What gets weights.
pub(crate) struct Fetch<'a> {
    pub(crate) options: &'a WorkerOptions,
    pub(crate) workspace: &'a Workspace,
}

/// Weights that are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// In this folder, wherever they came from.
    Folder(PathBuf),
    /// In the hub's cache, at this commit.
    Commit(Sha),
}

impl Fetch<'_> {
    /// Downloads the weights, or finds them in the folder of models. Shows each percent.
    pub(crate) async fn get(
        &self,
        request: &BringupRequest,
        show: &mut dyn FnMut(&Event),
    ) -> Result<Fetched, Stop> {
        if let Some(folder) = self.options.weights.path(request) {
            return find(folder).map(Fetched::Folder);
        }
        let vars = self.vars();
        let dir = self.workspace.root();
        let path = vars.get("PATH").map_or("", String::as_str);
        let client = ["hf", "huggingface-cli"]
            .into_iter()
            .find(|client| which(client, path, dir).is_some())
            .ok_or_else(|| {
                Stop::command(STEP, &CommandError::Missing("hf".to_owned()))
                    .help("Install it: `pip install huggingface_hub`.")
            })?;
        let cache = self.cache();
        fs::create_dir_all(&cache).map_err(|error| {
            Stop::setup(STEP, format!("{}: {error}", cache.display()))
                .reproduce(format!("ls -ld {}", cache.display()))
        })?;
        let (model, wanted) = (&request.model, request.revision.as_deref());
        let found = look_at_hub(&Hub::new(&vars), model, wanted).await?;
        self.check_room(&cache, model, &found)?;
        info!(%model, commit = %found.commit, bytes = found.bytes, "weights");
        let download = Download {
            argv: download(client, model, &found.commit),
            vars: &vars,
            dir,
            cache: &cache,
            model,
            total: found.bytes,
        };
        download.run(self.options.download_limit, show).await?;
        Ok(Fetched::Commit(found.commit))
    }

    fn cache(&self) -> PathBuf {
        self.options.weights.cache(&self.workspace.hf_home())
    }

    fn vars(&self) -> Vars {
        let (home, environment) = (self.workspace.hf_home(), &self.options.environment);
        let mut vars = child_env::for_hub(&self.options.vars, environment, &home);
        vars.insert(
            "HF_HUB_CACHE".to_owned(),
            self.cache().display().to_string(),
        );
        vars
    }

    fn check_room(&self, cache: &Path, model: &ModelId, found: &Snapshot) -> Result<(), Stop> {
        let place = cache.display().to_string();
        let look = format!("df -h {place}");
        let free = disk::free(cache).map_err(|error| {
            Stop::setup(STEP, format!("{place}: {error}")).reproduce(look.clone())
        })?;
        let missing = found.bytes.saturating_sub(present(cache, model));
        let fits = fits(model, (missing, self.options.min_free), (free, place));
        fits.map_err(|refused| {
            let stop = Stop::setup(STEP, refused.to_string());
            stop.reproduce(look).help(refused.help())
        })
    }
}

/// Asks the hub before anything is downloaded: one request, or two when the model is gated.
pub(crate) async fn look_at_hub(
    hub: &Hub,
    model: &ModelId,
    revision: Option<&str>,
) -> Result<Snapshot, Stop> {
    let wanted = Wanted {
        model,
        revision,
        has_token: hub.has_token(),
    };
    let asked = info_path(&wanted);
    let looked = async {
        let unreachable = |error: NoAnswer| Refused::Unreachable(error.to_string());
        let answer = hub.get(&asked).await.map_err(unreachable)?;
        let found = snapshot(&wanted, &answer)?;
        if let Some(path) = access_path(&wanted, &found) {
            access(&wanted, &hub.head(&path).await.map_err(unreachable)?)?;
        }
        Ok(found)
    };
    looked.await.map_err(|refused: Refused| {
        Stop::setup(STEP, refused.to_string())
            .reproduce(format!("curl -sSi '{}{asked}'", hub.endpoint()))
            .help(refused.help())
    })
}

/// A download of the hub's client.
struct Download<'a> {
    argv: Argv,
    vars: &'a Vars,
    dir: &'a Path,
    cache: &'a Path,
    model: &'a ModelId,
    /// In bytes.
    total: u64,
}

impl Download<'_> {
    /// Lets the client download, again while it gets on: it takes up what it has.
    async fn run(&self, limit: Duration, show: &mut dyn FnMut(&Event)) -> Result<(), Stop> {
        let end = Instant::now() + limit;
        let mut idle = 0;
        loop {
            let before = self.present();
            let left = end.saturating_duration_since(Instant::now());
            let around = Surroundings::new(self.dir, self.vars, left);
            let done = self.watch(around.must(self.argv.clone()), show).await;
            let Err(error) = done else { return Ok(()) };
            idle = if self.present() > before { 0 } else { idle + 1 };
            if idle >= TRIES || end.saturating_duration_since(Instant::now()) < BETWEEN_TRIES {
                return Err(Stop::command(STEP, &error));
            }
            warn!(%error, "the download is taken up again");
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    /// Waits for the download and shows each percent of it.
    async fn watch<T>(&self, done: impl Future<Output = T>, show: &mut dyn FnMut(&Event)) -> T {
        let mut done = pin!(done);
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut shown = None;
        loop {
            tokio::select! {
                biased;
                done = &mut done => return done,
                _ = looks.tick() => {}
            }
            let (bytes, total) = (self.present().min(self.total), self.total);
            let percent = bytes.saturating_mul(100).checked_div(total);
            if percent != shown {
                shown = percent;
                show(&Event::Downloading { bytes, total });
            }
        }
    }

    fn present(&self) -> u64 {
        present(self.cache, self.model)
    }
}

/// A model's folder in the folder of models.
fn find(folder: PathBuf) -> Result<PathBuf, Stop> {
    // The checks run in another working directory.
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    if is_model(&folder) {
        return Ok(folder);
    }
    let message = format!("{} is no model: it has no config.json", folder.display());
    Err(Stop::setup(STEP, message)
        .reproduce(format!("ls {}", folder.display()))
        .help("Put the model there, or leave `--models-dir` out to use the hub."))
}
