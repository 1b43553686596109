//! What of our environment `gh` gets to see.

use std::ffi::{OsStr, OsString};

/// What `gh` and the `git` it calls read: where programs and settings are, credentials for the
/// forge, how to reach the network. Left out on purpose: whatever changes how `gh` prints
/// (`GH_FORCE_TTY`, `GH_DEBUG`, `GH_PAGER`) or which repository it means (`GH_REPO`), and every
/// secret that is not the forge's.
const NAMES: &[&str] = &[
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "GH_CONFIG_DIR",
    "GH_ENTERPRISE_TOKEN",
    "GH_HOST",
    "GH_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GITHUB_TOKEN",
    "DBUS_SESSION_BUS_ADDRESS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

const PREFIXES: &[&str] = &["GIT_CONFIG_", "LC_", "SSL_CERT_", "XDG_"];

/// Set whatever the surroundings say: never ask, never talk about updates, no colours.
const FIXED: &[(&str, &str)] = &[
    ("GH_PROMPT_DISABLED", "1"),
    ("GH_NO_UPDATE_NOTIFIER", "1"),
    ("NO_COLOR", "1"),
];

/// The child's whole environment.
pub(super) fn for_gh(
    ours: &[(OsString, OsString)],
    host: Option<&str>,
) -> Vec<(OsString, OsString)> {
    let fixed = FIXED
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let host = host.map(|host| (OsString::from("GH_HOST"), OsString::from(host)));
    ours.iter()
        .filter(|(name, _)| is_passed_on(name))
        .cloned()
        .chain(fixed)
        .chain(host)
        .collect()
}

fn is_passed_on(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

#[cfg(test)]
mod tests {
    use super::for_gh;

    #[test]
    fn only_what_gh_needs_is_passed_on() {
        let ours = [
            "PATH",
            "HOME",
            "GH_TOKEN",
            "GIT_CONFIG_COUNT",
            "GIT_CONFIG_KEY_0",
            "LC_ALL",
            "XDG_CONFIG_HOME",
            "HF_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "GH_DEBUG",
            "GH_FORCE_TTY",
            "GH_REPO",
            "GIT_DIR",
            "LD_PRELOAD",
        ]
        .map(|name| (name.into(), "ours".into()));
        let names: Vec<String> = for_gh(&ours, Some("forge.example"))
            .into_iter()
            .map(|(name, _)| name.into_string().expect("utf-8"))
            .collect();
        assert_eq!(
            names.join(" "),
            "PATH HOME GH_TOKEN GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 LC_ALL XDG_CONFIG_HOME \
             GH_PROMPT_DISABLED GH_NO_UPDATE_NOTIFIER NO_COLOR GH_HOST"
        );
    }
}
