//! The hub, through its own client library.

mod patience;

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use hf_hub::{
    HFClient, HFClientSync, HFError, HFRepositorySync, RepoTypeModel, progress::Progress,
};

use super::Located;
use crate::{
    Refusal,
    weights::{OTHER_FORM, other_form},
};

/// What an evaluation reads. Files in folders are other forms of the same weights, and so are
/// those called `consolidated`.
const WANTED: &[&str] = &[
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "*.safetensors",
    "*.safetensors.index.json",
];
const UNWANTED: &[&str] = &["*/*", "consolidated*"];
const CONFIG: &str = "config.json";
/// The files one of which leads to all weights.
const WEIGHTS: [&str; 2] = ["model.safetensors", "model.safetensors.index.json"];

const ENDPOINT: &str = "https://huggingface.co";
/// Longer than the client library tries again and waits for another process's download.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hub, and how it is reached. What is not said is what the hub's client library takes from
/// this process's variables.
#[derive(Default)]
pub struct Hub {
    /// Its address (`HF_ENDPOINT`).
    pub endpoint: Option<String>,
    /// Who asks (`HF_TOKEN`, or the token of a login).
    pub token: Option<String>,
    /// Where its files are kept (`HF_HUB_CACHE`, or `hub` in `HF_HOME`).
    pub cache: Option<PathBuf>,
    /// Whether only what is kept there is looked at.
    pub offline: bool,
    /// How long it may say nothing: a minute, if that is not said.
    pub patience: Option<Duration>,
}

impl Hub {
    /// As this process's variables say; `HF_HUB_OFFLINE` keeps it from being asked.
    pub fn of_this_process() -> Self {
        Self {
            endpoint: text("HF_ENDPOINT").or_else(|| Some(ENDPOINT.to_owned())),
            offline: is_offline(),
            ..Self::default()
        }
    }

    /// `judge` sees the folder with the configuration alone and can refuse it; only then come the
    /// weights.
    pub(super) fn locate(
        &self,
        id: &str,
        revision: Option<&str>,
        judge: &dyn Fn(&Path) -> Result<(), Refusal>,
    ) -> Result<Located, Refusal> {
        let (owner, name) = parts(id)?;
        let asked = Asked { id, revision };
        let client = self.client().map_err(|error| asked.refusal(&error))?;
        let model = client.model(owner, name);
        let revision = revision.map(str::to_owned);
        if !self.offline {
            let (model, revision) = (model.clone(), revision.clone());
            self.judge(&asked, &model, revision, judge)?;
        }
        let offline = self.offline;
        let folder = self.ask(&asked, move |progress| {
            model
                .snapshot_download()
                .maybe_revision(revision)
                .allow_patterns(patterns(WANTED))
                .ignore_patterns(patterns(UNWANTED))
                .local_files_only(offline)
                .progress(progress)
                .send()
        })?;
        // The hub's cache names the folders of its snapshots after their commits.
        let commit = folder.file_name().and_then(|name| name.to_str());
        let commit = commit.map(str::to_owned);
        if !folder.join(CONFIG).is_file() {
            return Err(asked.without_config());
        }
        Ok(Located { folder, commit })
    }

    /// Refuses what can be seen to be of no use before there are weights.
    fn judge(
        &self,
        asked: &Asked,
        model: &HFRepositorySync<RepoTypeModel>,
        revision: Option<String>,
        judge: &dyn Fn(&Path) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let told = model.clone();
        let info = self.ask(asked, move |_| told.info().maybe_revision(revision).send())?;
        let (Some(commit), Some(files)) = (info.sha, info.siblings) else {
            return Ok(());
        };
        let names = files.iter().map(|file| file.rfilename.as_str());
        let names: Vec<&str> = names.filter(|name| !name.contains('/')).collect();
        if !names.contains(&CONFIG) {
            return Err(asked.without_config());
        }
        // By its commit, so that no branch is taken to be here before its weights are.
        let model = model.clone();
        let config = self.ask(asked, move |progress| {
            model
                .download_file()
                .filename(CONFIG)
                .revision(commit)
                .progress(progress)
                .send()
        })?;
        judge(config.parent().unwrap_or(Path::new("")))?;
        match other_form(names.iter().copied()) {
            Some(other) if !names.iter().any(|name| WEIGHTS.contains(name)) => {
                let other = Path::new(asked.id).join(other);
                Err(Refusal::unsupported(&other, OTHER_FORM))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What the hub answers, if it does.
    fn ask<T: Send + 'static>(
        &self,
        asked: &Asked,
        ask: impl FnOnce(Progress) -> Result<T, HFError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let patience = self.patience.unwrap_or(PATIENCE);
        let answer = patience::wait(patience, ask);
        let answer = answer.ok_or_else(|| asked.silence(patience))?;
        answer.map_err(|error| asked.refusal(&error))
    }

    fn client(&self) -> Result<HFClientSync, HFError> {
        let mut builder = HFClient::builder();
        if let Some(endpoint) = &self.endpoint {
            builder = builder.endpoint(endpoint);
        }
        if let Some(token) = &self.token {
            builder = builder.token(token);
        }
        if let Some(cache) = &self.cache {
            builder = builder.cache_dir(cache);
        }
        let agent = concat!("althing/", env!("CARGO_PKG_VERSION"));
        builder.user_agent(agent).build_sync()
    }
}

fn patterns(patterns: &[&str]) -> Vec<String> {
    patterns.iter().map(|it| (*it).to_owned()).collect()
}

/// What was asked for, for messages.
struct Asked<'a> {
    id: &'a str,
    revision: Option<&'a str>,
}

impl Asked<'_> {
    fn name(&self) -> String {
        let revision = self.revision.map(|it| format!(" at {it}"));
        format!("{}{}", self.id, revision.unwrap_or_default())
    }

    fn without_config(&self) -> Refusal {
        Refusal::Absent(format!("{} has no {CONFIG}", self.name()))
    }

    fn silence(&self, patience: Duration) -> Refusal {
        let (name, seconds) = (self.name(), patience.as_secs_f32());
        Refusal::Hub(format!("{name}: the hub said nothing for {seconds} s"))
    }

    /// The hub says by a word why it refuses; its status alone does not tell a gated model from
    /// one that does not exist.
    fn refusal(&self, error: &HFError) -> Refusal {
        let name = self.name();
        if let HFError::LocalEntryNotFound { .. } = error {
            let why = "is not in the hub's cache on this machine, and HF_HUB_OFFLINE is set";
            return Refusal::Absent(format!("{name} {why}"));
        }
        match answer(error) {
            (Some("GatedRepo"), _) => Refusal::Gated(format!(
                "{name} is gated: its owner must let in the account of HF_TOKEN"
            )),
            (Some("RepoNotFound"), _) => {
                Refusal::Absent(format!("the hub shows this account no model {}", self.id))
            }
            (Some("RevisionNotFound"), _) => Refusal::Absent(format!("there is no {name}")),
            (_, Some(401 | 403)) => Refusal::Gated(format!("{name}: the hub refuses HF_TOKEN")),
            (_, Some(404)) => Refusal::Absent(format!("there is no {name}")),
            _ => Refusal::Hub(format!("{name}: {}", chain(error))),
        }
    }
}

/// Word and status with which the hub refused, if it answered.
#[expect(clippy::wildcard_enum_match_arm, reason = "the enum may grow")]
fn answer(error: &HFError) -> (Option<&str>, Option<u16>) {
    let context = match error {
        HFError::Http { context }
        | HFError::AuthRequired { context }
        | HFError::Forbidden { context }
        | HFError::RateLimited { context, .. } => Some(context),
        HFError::RepoNotFound { context, .. }
        | HFError::RevisionNotFound { context, .. }
        | HFError::EntryNotFound { context, .. } => context.as_ref(),
        _ => None,
    };
    let code = context.and_then(|it| it.error_code.as_deref());
    (code, context.map(|it| it.status.as_u16()))
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let deeper = error.to_string();
        if !text.contains(&deeper) {
            text.push_str(": ");
            text.push_str(&deeper);
        }
        cause = error.source();
    }
    text.lines().collect::<Vec<_>>().join(" ")
}

/// `ORG/NAME`, or a name alone for the oldest models. Nothing else may become part of a path.
fn parts(id: &str) -> Result<(&str, &str), Refusal> {
    let (owner, name) = hf_hub::split_id(id);
    let is_plain = |part: &str| {
        !part.starts_with('.')
            && !part.contains("..")
            && part
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'))
    };
    if is_plain(owner) && is_plain(name) && !name.is_empty() {
        return Ok((owner, name));
    }
    Err(Refusal::Absent(format!(
        "`{id}` is no id of a model: ORG/NAME"
    )))
}

fn text(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

/// As the hub's client for Python reads it.
fn is_offline() -> bool {
    ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]
        .iter()
        .any(|variable| {
            let value = text(variable).unwrap_or_default().to_uppercase();
            matches!(value.as_str(), "1" | "ON" | "YES" | "TRUE")
        })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::parts;

    #[rstest]
    #[case("lab/model-1.5_b", true)]
    #[case("gpt2", true)]
    #[case("lab/", false)]
    #[case("", false)]
    #[case("lab/model/more", false)]
    #[case("../model", false)]
    #[case("lab/..", false)]
    #[case("lab/m?x=1", false)]
    #[case("lab/m#x", false)]
    #[case("lab\\m", false)]
    fn an_id_is_nothing_but_one(#[case] id: &str, #[case] valid: bool) {
        assert_eq!(parts(id).is_ok(), valid);
    }
}
