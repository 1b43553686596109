//! Step C: the weights, at one commit, in a place that has room for them.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use althing_forge::Forge;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use super::{BETWEEN_TRIES, Run, Stop, TRIES};
use crate::{
    Argv, BringupRequest, CommandError, Event, Finished, ModelId, Surroundings, Workspace,
    child_env::{self, Vars},
    command::which,
    disk,
    hub::Hub,
    weights::{
        download, is_model,
        preflight::{Refused, Snapshot, Wanted, access, access_path, fits, info_path, snapshot},
        present,
    },
};

const STEP: &str = "getting the weights";
/// How often it is looked how far a download is.
const LOOK: Duration = Duration::from_secs(5);

impl<F: Forge> Run<'_, F> {
    /// Downloads the weights, or finds them in the folder of models, of which it returns the
    /// model's. Afterwards the request names the commit that was downloaded.
    pub(super) async fn get_weights(
        &mut self,
        workspace: &Workspace,
        request: &mut BringupRequest,
    ) -> Result<Option<PathBuf>, Stop> {
        if let Some(folder) = self.options.weights.path(request) {
            return find(folder).map(Some);
        }
        let environment = &self.options.environment;
        let cache = self.options.weights.cache(&workspace.hf_home());
        let mut vars = child_env::for_hub(&self.options.vars, environment, &workspace.hf_home());
        vars.insert("HF_HUB_CACHE".to_owned(), cache.display().to_string());
        let path = vars.get("PATH").map_or("", String::as_str);
        let client = ["hf", "huggingface-cli"]
            .into_iter()
            .find(|client| which(client, path, workspace.root()).is_some())
            .ok_or_else(|| {
                Stop::command(STEP, &CommandError::Missing("hf".to_owned()))
                    .help("Install it: `pip install huggingface_hub`.")
            })?;
        std::fs::create_dir_all(&cache).map_err(|error| {
            Stop::setup(STEP, format!("{}: {error}", cache.display()))
                .reproduce(format!("ls -ld {}", cache.display()))
        })?;

        let found = self.look_at_hub(&vars, request, &cache).await?;
        info!(model = %request.model, commit = %found.commit, bytes = found.bytes, "weights");
        self.progress.weights = Some(found.commit.clone());
        request.revision = Some(found.commit.to_string());
        let argv = download(client, &request.model, &found.commit);
        let (dir, into) = (workspace.root(), cache.as_path());
        let done = self.download(argv, (dir, &vars), (into, &request.model, found.bytes));
        done.await?;
        Ok(None)
    }

    /// Asks the hub before anything is downloaded: one request, or two when the model is gated.
    async fn look_at_hub(
        &self,
        vars: &Vars,
        request: &BringupRequest,
        cache: &Path,
    ) -> Result<Snapshot, Stop> {
        let hub = Hub::new(vars);
        let wanted = Wanted {
            model: &request.model,
            revision: request.revision.as_deref(),
            has_token: hub.has_token(),
        };
        let asked = info_path(&wanted);
        let stop = |refused: &Refused| {
            Stop::setup(STEP, refused.to_string())
                .reproduce(format!("curl -sSi '{}{asked}'", hub.endpoint()))
                .help(refused.help())
        };
        let looked = async {
            let unreachable = |error: crate::hub::NoAnswer| Refused::Unreachable(error.to_string());
            let answer = hub.get(&asked).await.map_err(unreachable)?;
            let found = snapshot(&wanted, &answer)?;
            if let Some(path) = access_path(&wanted, &found) {
                access(&wanted, &hub.head(&path).await.map_err(unreachable)?)?;
            }
            Ok(found)
        };
        let found = looked.await.map_err(|refused| stop(&refused))?;
        let free = disk::free(cache).map_err(|error| {
            Stop::setup(STEP, format!("{}: {error}", cache.display()))
                .reproduce(format!("df -h {}", cache.display()))
        })?;
        let missing = found.bytes.saturating_sub(present(cache, wanted.model));
        let place = cache.display().to_string();
        let kept = self.options.min_free;
        fits(wanted.model, (missing, kept), (free, place))
            .map_err(|refused| stop(&refused).reproduce(format!("df -h {}", cache.display())))?;
        Ok(found)
    }

    /// Lets the client download, again while it gets on: it takes up what it has.
    async fn download(
        &mut self,
        argv: Argv,
        (dir, vars): (&Path, &Vars),
        (cache, model, total): (&Path, &ModelId, u64),
    ) -> Result<Finished, Stop> {
        let end = Instant::now() + self.options.download_limit;
        let mut idle = 0;
        loop {
            let before = present(cache, model);
            let left = end.saturating_duration_since(Instant::now());
            let around = Surroundings::new(dir, vars, left);
            let look = || present(cache, model);
            let error = match self.watch(around.must(argv.clone()), &look, total).await? {
                Ok(finished) => return Ok(finished),
                Err(error) => error,
            };
            idle = if present(cache, model) > before {
                0
            } else {
                idle + 1
            };
            if idle >= TRIES || end.saturating_duration_since(Instant::now()) < BETWEEN_TRIES {
                return Err(Stop::command(STEP, &error));
            }
            warn!(%error, "the download is taken up again");
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    /// Waits for the download and shows each percent of it.
    async fn watch<T>(
        &mut self,
        downloaded: impl Future<Output = T>,
        look: &impl Fn() -> u64,
        total: u64,
    ) -> Result<T, Stop> {
        let mut downloaded = std::pin::pin!(downloaded);
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut shown = None;
        loop {
            tokio::select! {
                biased;
                done = &mut downloaded => return Ok(done),
                _ = looks.tick() => {}
            }
            let bytes = look().min(total);
            let percent = bytes.saturating_mul(100).checked_div(total);
            if percent != shown {
                shown = percent;
                self.note(&Event::Downloading { bytes, total }).await?;
            }
        }
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
