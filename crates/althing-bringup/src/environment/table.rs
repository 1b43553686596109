//! Every setting once: the flags, the configuration file, the help and `docs/formats.md` follow
//! this table.

/// A documented setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The variable, which is also the key in the configuration file.
    pub name: &'static str,
    /// The flag without its dashes; `None` for secrets, which a list of processes would show.
    pub flag: Option<&'static str>,
    /// What holds when nothing is said, if that is a fixed value.
    pub default: Option<&'static str>,
    /// What it says.
    pub meaning: &'static str,
}

const fn setting(
    name: &'static str,
    flag: &'static str,
    default: Option<&'static str>,
    meaning: &'static str,
) -> Setting {
    Setting {
        name,
        flag: Some(flag),
        default,
        meaning,
    }
}

/// All settings (B-097 to B-114, B-163).
pub const SETTINGS: [Setting; 14] = [
    setting(
        "YT_SYSTEM",
        "system",
        None,
        "the kind of machine: `n150`, `n300` or `lb`; what `tt-smi` sees if unset",
    ),
    setting(
        "YT_PROJECT_NUMBER",
        "project-number",
        None,
        "the board, by the number in its address",
    ),
    setting(
        "YT_PROJECT_TITLE",
        "project-title",
        None,
        "the board by its title, when no number is given",
    ),
    setting(
        "YT_OWNER",
        "owner",
        Some("yieldthought"),
        "who owns repository and board, a user or an organization",
    ),
    setting(
        "YT_REPO_MODELS",
        "repo-models",
        Some("ttnn_models"),
        "the models repository",
    ),
    setting(
        "YT_WORKER_NAME",
        "worker-name",
        None,
        "the name in claims; the host's name if unset",
    ),
    setting(
        "YT_TOP1_MIN",
        "top1-min",
        Some("0.90"),
        "agreement of the best token that passes",
    ),
    setting(
        "YT_TOP5_MIN",
        "top5-min",
        Some("0.97"),
        "agreement within the best five that passes",
    ),
    setting(
        "YT_MAX_ATTEMPTS",
        "max-attempts",
        Some("10"),
        "tries of the agent in one run",
    ),
    setting(
        "YT_SLEEP_SECS",
        "sleep-secs",
        Some("20"),
        "seconds between two looks at the board",
    ),
    setting(
        "YT_CLAIM_TTL_SECS",
        "claim-ttl-secs",
        Some("3600"),
        "seconds after which a claim that is not renewed may be taken over, from 5",
    ),
    setting(
        "YT_TMP_ROOT",
        "tmp-root",
        None,
        "where workspaces go; the system's temporary folder if unset",
    ),
    Setting {
        name: "HF_TOKEN",
        flag: None,
        default: None,
        meaning: "login at the hub; a login of its client is used if unset",
    },
    setting(
        "CODEX_BIN",
        "codex-bin",
        Some("codex"),
        "the agent, if `--agent` names none",
    ),
];
