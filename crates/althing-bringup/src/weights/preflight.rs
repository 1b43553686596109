//! What must hold before a download begins: the revision is a commit, the files may be had, and
//! there is room for them. Each way in which it does not hold has its own way out.

use althing_diag::id::Sha;

use crate::{
    ModelId,
    disk::Bytes,
    hub::{Answer, model::ModelInfo},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) model: &'a ModelId,
    /// Branch, tag or commit; the default branch when absent.
    pub(crate) revision: Option<&'a str>,
    /// Whether a token was shown.
    pub(crate) has_token: bool,
}

/// A model at one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) commit: Sha,
    pub(crate) gated: bool,
    /// All files together, as far as the hub knows their sizes.
    pub(crate) bytes: u64,
    /// A file by which access can be tried.
    pub(crate) sample: Option<String>,
}

/// Why there will be no download.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the hub shows nobody a model `{0}` who does not log in")]
    NotFoundOrPrivate(ModelId),
    #[error("the hub has no model `{0}`, or does not show it to this account")]
    NotFound(ModelId),
    #[error("`{model}` has no revision `{revision}`")]
    NoRevision { model: ModelId, revision: String },
    #[error("`{0}` is gated, and there is no token for the hub")]
    NeedsToken(ModelId),
    #[error("`{0}` is gated, and this account has not been let in")]
    NotGranted(ModelId),
    #[error("the hub does not know the token")]
    BadToken,
    #[error("the hub has taken `{0}` out of service")]
    Disabled(ModelId),
    #[error("`{model}` needs {needed} more, and only {free} are free in {place}")]
    TooLarge {
        model: ModelId,
        needed: Bytes,
        free: Bytes,
        place: String,
    },
    #[error("the hub answers {status}{}", .message.as_ref().map(|it| format!(": {it}")).unwrap_or_default())]
    Unwilling {
        status: u16,
        message: Option<String>,
    },
    #[error("the hub's answer cannot be understood: {0}")]
    Strange(String),
    #[error("{0}")]
    Unreachable(String),
}

impl Refused {
    /// What to do about it.
    pub(crate) fn help(&self) -> String {
        let again = "then set the status to `ready` again";
        match self {
            Refused::NotFoundOrPrivate(_) => format!(
                "Correct `hf_model_id`; or, if the model is private, set HF_TOKEN on this worker; {again}."
            ),
            Refused::NotFound(_) => {
                format!(
                    "Correct `hf_model_id`, or let this worker's account see the model; {again}."
                )
            }
            Refused::NoRevision { .. } => {
                format!("Correct `hf_revision`, or leave it empty for the default branch; {again}.")
            }
            Refused::NeedsToken(model) => format!(
                "HF_TOKEN is not set on this worker. Set it to the token of an account that was \
                 let in on the page of `{model}`; {again}."
            ),
            Refused::NotGranted(model) => format!(
                "Ask for access on the page of `{model}` as the account of this worker's token; \
                 when it is granted, set the status to `ready` again."
            ),
            Refused::BadToken => {
                format!("Renew HF_TOKEN on this worker, or `hf auth login` there; {again}.")
            }
            Refused::Disabled(_) => "Close the issue, or name another model.".to_owned(),
            Refused::TooLarge { .. } => format!(
                "Make room there, or put YT_TMP_ROOT (or the shared cache) on a larger disk; {again}."
            ),
            Refused::Unwilling { status: 429, .. } => format!(
                "The hub limits how often it is asked. A token (HF_TOKEN) allows more; wait, {again}."
            ),
            Refused::Unwilling { .. } | Refused::Strange(_) | Refused::Unreachable(_) => format!(
                "See whether the hub works from this machine (HF_ENDPOINT, proxies); {again}."
            ),
        }
    }
}

/// Where the hub says what a model is at a revision.
pub(crate) fn info_path(wanted: &Wanted<'_>) -> String {
    let model = wanted.model;
    match wanted.revision {
        Some(revision) => {
            let revision = revision.replace('/', "%2F");
            format!("/api/models/{model}/revision/{revision}?blobs=true")
        }
        None => format!("/api/models/{model}?blobs=true"),
    }
}

/// Reads what the hub says of the model.
pub(crate) fn snapshot(wanted: &Wanted<'_>, answer: &Answer) -> Result<Snapshot, Refused> {
    if answer.status != 200 {
        return Err(refusal(wanted, answer));
    }
    let strange = |why: &str| Refused::Strange(why.to_owned());
    let info: ModelInfo =
        serde_json::from_str(&answer.body).map_err(|error| Refused::Strange(error.to_string()))?;
    if info.disabled {
        return Err(Refused::Disabled(wanted.model.clone()));
    }
    let commit = info.sha.and_then(|sha| sha.parse::<Sha>().ok());
    let commit = commit.ok_or_else(|| strange("it names no commit"))?;
    let plain = |path: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        path.chars().all(plain) && !path.contains("..")
    };
    let mut paths = info.siblings.iter().map(|file| file.path.as_str());
    let config = paths.clone().find(|path| *path == "config.json");
    Ok(Snapshot {
        commit,
        gated: info.gated,
        bytes: info.siblings.iter().filter_map(|file| file.size).sum(),
        sample: config
            .or_else(|| paths.find(|it| plain(it)))
            .map(str::to_owned),
    })
}

/// Where access to the files shows; `None` when there is none that could be tried.
pub(crate) fn access_path(wanted: &Wanted<'_>, snapshot: &Snapshot) -> Option<String> {
    let (model, commit) = (wanted.model, &snapshot.commit);
    let file = snapshot.sample.as_ref().filter(|_| snapshot.gated)?;
    Some(format!("/{model}/resolve/{commit}/{file}"))
}

/// Reads whether a file may be had: it is there, or the way to it.
pub(crate) fn access(wanted: &Wanted<'_>, answer: &Answer) -> Result<(), Refused> {
    match answer.status {
        200..=399 => Ok(()),
        _ => Err(refusal(wanted, answer)),
    }
}

/// Whether a download of `needed` bytes fits where `free` are, if `kept` must stay free.
pub(crate) fn fits(
    model: &ModelId,
    (needed, kept): (u64, u64),
    (free, place): (u64, String),
) -> Result<(), Refused> {
    if needed.saturating_add(kept) <= free {
        return Ok(());
    }
    let (needed, free) = (Bytes(needed), Bytes(free.saturating_sub(kept)));
    let model = model.clone();
    Err(Refused::TooLarge {
        model,
        needed,
        free,
        place,
    })
}

fn refusal(wanted: &Wanted<'_>, answer: &Answer) -> Refused {
    let model = wanted.model.clone();
    let message = answer.message.clone();
    let bad_token = || {
        let said = message.as_deref().unwrap_or_default();
        wanted.has_token && said.starts_with("Invalid credentials")
    };
    match (answer.status, answer.code.as_deref()) {
        (_, Some("GatedRepo")) if wanted.has_token => Refused::NotGranted(model),
        (_, Some("GatedRepo")) => Refused::NeedsToken(model),
        (_, Some("RevisionNotFound")) => Refused::NoRevision {
            model,
            revision: wanted.revision.unwrap_or("main").to_owned(),
        },
        (401, _) if bad_token() => Refused::BadToken,
        (_, Some("RepoNotFound")) | (401, _) if wanted.has_token => Refused::NotFound(model),
        (_, Some("RepoNotFound")) | (401, _) => Refused::NotFoundOrPrivate(model),
        (403, _) if message.as_deref() == Some("Access to this resource is disabled.") => {
            Refused::Disabled(model)
        }
        (status, _) => Refused::Unwilling { status, message },
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::{Refused, Snapshot, Wanted, access, access_path, fits, info_path, snapshot};
    use crate::{ModelId, hub::Answer};

    const SHA: &str = "0123456789012345678901234567890123456789";

    fn model() -> ModelId {
        ModelId::parse("lab/m").expect("an id")
    }

    fn read(answer: &Answer, revision: Option<&str>, has_token: bool) -> Result<Snapshot, Refused> {
        let wanted = Wanted {
            model: &model(),
            revision,
            has_token,
        };
        snapshot(&wanted, answer)
    }

    fn answer(status: u16, code: &str, message: &str) -> Answer {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Answer {
            status,
            code: text(code),
            message: text(message),
            ..Answer::default()
        }
    }

    fn says(body: &serde_json::Value) -> Answer {
        Answer {
            status: 200,
            body: body.to_string(),
            ..Answer::default()
        }
    }

    #[test]
    fn a_model_is_taken_at_its_commit_with_the_size_of_all_files() {
        let files = json!([
            { "rfilename": "a b.txt", "size": 1 },
            { "rfilename": "model.safetensors", "size": 20 },
            { "rfilename": "config.json", "size": 300 },
            { "rfilename": "unknown" },
        ]);
        let body = json!({ "id": "lab/m", "sha": SHA, "gated": "manual", "siblings": files });
        let found = read(&says(&body), None, false).expect("a model");
        assert_eq!((found.bytes, found.gated), (321, true));
        let (model, wanted_model) = (model(), model());
        let wanted = Wanted {
            model: &wanted_model,
            revision: Some("refs/pr/1"),
            has_token: false,
        };
        assert_eq!(
            info_path(&wanted),
            "/api/models/lab/m/revision/refs%2Fpr%2F1?blobs=true"
        );
        assert_eq!(
            access_path(&wanted, &found),
            Some(format!("/{model}/resolve/{SHA}/config.json"))
        );
        let open = Snapshot {
            gated: false,
            ..found
        };
        assert_eq!(access_path(&wanted, &open), None);
        assert_eq!(access(&wanted, &answer(302, "", "")), Ok(()));
    }

    #[rstest]
    #[case::missing(401, "RepoNotFound", "", false, "to nobody-known")]
    #[case::missing_with_token(404, "RepoNotFound", "", true, "no model")]
    #[case::revision(404, "RevisionNotFound", "", false, "no revision")]
    #[case::gated(401, "GatedRepo", "", false, "no token")]
    #[case::not_granted(403, "GatedRepo", "", true, "not been let in")]
    #[case::bad_token(401, "", "Invalid credentials in Authorization header", true, "token")]
    #[case::disabled(
        403,
        "",
        "Access to this resource is disabled.",
        false,
        "out of service"
    )]
    #[case::limited(429, "", "slow down", false, "429: slow down")]
    #[case::down(503, "", "", false, "answers 503")]
    fn each_refusal_is_told_apart(
        #[case] status: u16,
        #[case] code: &str,
        #[case] message: &str,
        #[case] has_token: bool,
        #[case] told: &str,
    ) {
        let refused = read(&answer(status, code, message), Some("v9"), has_token);
        let refused = refused.expect_err("refused");
        let told = told.replace("to nobody-known", "who does not log in");
        assert!(refused.to_string().contains(&told), "{refused}");
        assert!(!refused.help().is_empty());
    }

    #[rstest]
    #[case(json!({ "sha": SHA, "disabled": true }))]
    #[case(json!({ "sha": "main" }))]
    #[case(json!({ "sha": null }))]
    #[case(json!([]))]
    fn what_names_no_commit_to_be_had_is_no_model(#[case] body: serde_json::Value) {
        read(&says(&body), None, false).expect_err("refused");
    }

    #[rstest]
    #[case(10, 5, 15, true)]
    #[case(10, 6, 15, false)]
    #[case(u64::MAX, 6, u64::MAX - 1, false)]
    fn a_download_must_leave_room(
        #[case] needed: u64,
        #[case] kept: u64,
        #[case] free: u64,
        #[case] ok: bool,
    ) {
        let fits = fits(&model(), (needed, kept), (free, "/tmp".to_owned()));
        assert_eq!(fits.is_ok(), ok);
    }
}
