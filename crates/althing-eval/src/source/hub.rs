//! The hub, through its own client library.

use std::{env, path::PathBuf};

use hf_hub::{HFClient, HFClientSync, HFError};

use super::Located;
use crate::Refusal;

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

const ENDPOINT: &str = "https://huggingface.co";

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

    pub(super) fn locate(&self, id: &str, revision: Option<&str>) -> Result<Located, Refusal> {
        let (owner, name) = parts(id)?;
        let asked = Asked { id, revision };
        let refusal = |error: HFError| asked.refusal(&error);
        let patterns = |patterns: &[&str]| patterns.iter().map(|it| (*it).to_owned()).collect();
        let client = self.client().map_err(refusal)?;
        let folder = client
            .model(owner, name)
            .snapshot_download()
            .maybe_revision(revision)
            .allow_patterns(patterns(WANTED))
            .ignore_patterns(patterns(UNWANTED))
            .local_files_only(self.offline)
            .send()
            .map_err(refusal)?;
        // The hub's cache names the folders of its snapshots after their commits.
        let commit = folder.file_name().and_then(|name| name.to_str());
        let commit = commit.map(str::to_owned);
        if !folder.join("config.json").is_file() {
            let why = format!("{} has no config.json", asked.name());
            return Err(Refusal::Absent(why));
        }
        Ok(Located { folder, commit })
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
