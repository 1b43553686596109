//! What child processes get to see: allow-lists, by what a process is for.
//!
//! The coding agent and the checks that run its code get no credential of the forge or the hub,
//! and a home folder of their own, so that logins stored in the real one are out of sight.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{Environment, Workspace};

/// Variables of a process.
pub type Vars = BTreeMap<String, String>;

/// Needed by about everything.
const COMMON: [&str; 9] = [
    "PATH",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "USER",
    "LOGNAME",
    "SHELL",
    "VIRTUAL_ENV",
];
const PROXIES: [&str; 8] = [
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
];
/// What accelerator libraries, Python installations and `althing eval` are found by.
const PYTHON: [&str; 7] = [
    "ALTHING_BIN",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "LD_LIBRARY_PATH",
    "ARCH_NAME",
    "WH_ARCH_YAML",
    "PYENV_ROOT",
];

fn pick(vars: &Vars, wanted: impl Fn(&str) -> bool) -> Vars {
    let kept = vars.iter().filter(|(name, _)| wanted(name));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn common(name: &str) -> bool {
    COMMON.contains(&name) || name.starts_with("LC_")
}

/// Variables of the accelerator's libraries.
fn accelerator(name: &str) -> bool {
    name.starts_with("TT_") || name.starts_with("TTNN_")
}

/// For `git`: with what it needs to log in, sign and find its configuration, but never a
/// repository of the surroundings (`GIT_DIR` and the like). It starts neither hooks nor a watcher
/// of files: those are programs that whoever can write to a git folder chooses.
pub(crate) fn for_git(vars: &Vars) -> Vars {
    let prefixes = [
        "GIT_CONFIG",
        "GIT_SSH",
        "GIT_SSL",
        "GIT_AUTHOR_",
        "GIT_COMMITTER_",
        "SSH_",
        "GH_",
        "ALTHING_FORGE_",
    ];
    let mut kept = pick(vars, |name| {
        common(name)
            || PROXIES.contains(&name)
            || matches!(name, "HOME" | "XDG_CONFIG_HOME" | "TMPDIR")
            || prefixes.iter().any(|prefix| name.starts_with(prefix))
    });
    kept.insert("GIT_TERMINAL_PROMPT".to_owned(), "0".to_owned());
    configure(&mut kept, "core.hooksPath", "/dev/null");
    configure(&mut kept, "core.fsmonitor", "false");
    kept
}

/// Says what git shall take before all files of configuration.
fn configure(git: &mut Vars, key: &str, value: &str) {
    let said = git.get("GIT_CONFIG_COUNT").and_then(|it| it.parse().ok());
    let count: usize = said.unwrap_or(0);
    git.insert(format!("GIT_CONFIG_KEY_{count}"), key.to_owned());
    git.insert(format!("GIT_CONFIG_VALUE_{count}"), value.to_owned());
    let more = count.saturating_add(1);
    git.insert("GIT_CONFIG_COUNT".to_owned(), more.to_string());
}

/// For the download of weights: the hub's token or stored login, and a cache inside the
/// workspace.
pub(crate) fn for_hub(vars: &Vars, environment: &Environment, hf_home: &Path) -> Vars {
    let mut kept = pick(vars, |name| {
        common(name)
            || PROXIES.contains(&name)
            || PYTHON.contains(&name)
            || matches!(
                name,
                "HOME" | "HF_ENDPOINT" | "HF_TOKEN_PATH" | "SSL_CERT_FILE" | "REQUESTS_CA_BUNDLE"
            )
    });
    if let Some(token) = &environment.hf_token {
        kept.insert("HF_TOKEN".to_owned(), token.expose().to_owned());
    } else if !kept.contains_key("HF_TOKEN_PATH") {
        let stored = vars.get("HF_HOME").map(|home| format!("{home}/token"));
        let usual = vars
            .get("HOME")
            .map(|home| format!("{home}/.cache/huggingface/token"));
        kept.extend(
            stored
                .or(usual)
                .map(|path| ("HF_TOKEN_PATH".to_owned(), path)),
        );
    }
    kept.insert("HF_HOME".to_owned(), hf_home.display().to_string());
    kept
}

/// For tools of the machine that only look.
pub(crate) fn for_tools(vars: &Vars) -> Vars {
    pick(vars, |name| {
        common(name) || PYTHON.contains(&name) || accelerator(name) || name == "HOME"
    })
}

/// For the checks: Python, the accelerator and the downloaded weights; no network credential.
pub(crate) fn for_checks(
    vars: &Vars,
    environment: &Environment,
    home: &Path,
    hf_home: &Path,
) -> Vars {
    let mut kept = pick(vars, |name| {
        common(name) || PYTHON.contains(&name) || accelerator(name)
    });
    if let Some(real) = vars.get("HOME") {
        // Packages installed with `pip --user` are found through HOME, which is replaced here.
        kept.entry("PYTHONUSERBASE".to_owned())
            .or_insert_with(|| format!("{real}/.local"));
    }
    kept.insert("HOME".to_owned(), home.display().to_string());
    kept.insert("TMPDIR".to_owned(), home.display().to_string());
    kept.insert("HF_HOME".to_owned(), hf_home.display().to_string());
    kept.insert("HF_HUB_OFFLINE".to_owned(), "1".to_owned());
    kept.insert("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned());
    kept.insert("YT_SYSTEM".to_owned(), environment.system.to_string());
    kept
}

/// For the checks alone: where references are kept, so that each is computed once for all attempts
/// and modes of a run. A folder that outlives runs is used only where this process was given one.
/// The agent is not told of it.
pub(crate) fn with_references(mut checks: Vars, vars: &Vars, workspace: &Workspace) -> Vars {
    let named = vars.get(REFERENCES).filter(|named| !named.is_empty());
    let own = || workspace.references().display().to_string();
    checks.insert(REFERENCES.to_owned(), named.cloned().unwrap_or_else(own));
    checks
}

/// The variable by which `althing eval` finds its cache.
const REFERENCES: &str = "ALTHING_EVAL_CACHE";

/// Where codex keeps settings and login of whoever runs the worker.
pub(crate) fn codex_home(vars: &Vars) -> Option<PathBuf> {
    let named = vars.get("CODEX_HOME").map(PathBuf::from);
    named.or_else(|| Some(Path::new(vars.get("HOME")?).join(".codex")))
}

/// For the agent: what the checks see, a way to its own service, and `CODEX_*` (B-109). Its
/// clock is UTC, in which it tells when a limit ends.
pub(crate) fn for_agent(vars: &Vars, environment: &Environment, workspace: &Workspace) -> Vars {
    let mut kept = for_checks(vars, environment, &workspace.home(), &workspace.hf_home());
    kept.extend(pick(vars, |name| PROXIES.contains(&name)));
    let codex_home = workspace.codex_home().display().to_string();
    kept.insert("CODEX_HOME".to_owned(), codex_home);
    kept.insert("TZ".to_owned(), "UTC".to_owned());
    let codex = environment.codex.iter();
    kept.extend(codex.map(|(name, value)| (name.clone(), value.expose().to_owned())));
    kept
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Vars, for_agent, for_checks, for_git, for_hub, with_references};
    use crate::{Environment, RunId, Workspace};

    fn vars() -> Vars {
        [
            ("PATH", "/bin"),
            ("HOME", "/root"),
            ("LC_ALL", "C"),
            ("YT_SYSTEM", "n150"),
            ("YT_PROJECT_NUMBER", "1"),
            ("GH_TOKEN", "t"),
            ("GITHUB_TOKEN", "t"),
            ("GH_CONFIG_DIR", "/gh"),
            ("HF_TOKEN", "t"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "core.sshCommand"),
            ("GIT_DIR", "/elsewhere"),
            ("SSH_AUTH_SOCK", "/ssh"),
            ("CODEX_API_KEY", "t"),
            ("AWS_SECRET_ACCESS_KEY", "t"),
            ("TT_METAL_HOME", "/tt"),
            ("TTNN_CONFIG_OVERRIDES", "{}"),
            ("ALTHING_BIN", "/bin/althing"),
            ("ALTHING_LEDGER", "/l"),
            ("OPENAI_API_KEY", "t"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn names(vars: &Vars) -> String {
        vars.keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn each_process_sees_only_what_it_is_for() {
        let environment = Environment::from_vars(vars(), "h").expect("valid");
        let workspace = Workspace::create(None, "w", RunId::generate()).expect("workspace");
        let (home, hf) = (&workspace.home(), &workspace.hf_home());
        let agent = for_agent(&vars(), &environment, &workspace);
        assert_eq!(agent["HOME"], home.display().to_string());
        insta::assert_snapshot!(names(&agent), @"ALTHING_BIN CODEX_API_KEY CODEX_HOME HF_HOME HF_HUB_OFFLINE HOME LC_ALL PATH PYTHONDONTWRITEBYTECODE PYTHONUSERBASE TMPDIR TTNN_CONFIG_OVERRIDES TT_METAL_HOME TZ YT_SYSTEM");
        let checks = for_checks(&vars(), &environment, home, hf);
        insta::assert_snapshot!(names(&checks), @"ALTHING_BIN HF_HOME HF_HUB_OFFLINE HOME LC_ALL PATH PYTHONDONTWRITEBYTECODE PYTHONUSERBASE TMPDIR TTNN_CONFIG_OVERRIDES TT_METAL_HOME YT_SYSTEM");
        insta::assert_snapshot!(names(&for_git(&vars())), @"GH_CONFIG_DIR GH_TOKEN GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_KEY_1 GIT_CONFIG_KEY_2 GIT_CONFIG_VALUE_1 GIT_CONFIG_VALUE_2 GIT_TERMINAL_PROMPT HOME LC_ALL PATH SSH_AUTH_SOCK");
        insta::assert_snapshot!(names(&for_hub(&vars(), &environment, hf)), @"ALTHING_BIN HF_HOME HF_TOKEN HOME LC_ALL PATH");
    }

    #[test]
    fn references_are_kept_in_the_workspace_unless_a_folder_is_named() {
        let workspace = Workspace::create(None, "w", RunId::generate()).expect("workspace");
        let kept = with_references(Vars::new(), &vars(), &workspace);
        let own = workspace.references();
        assert_eq!(kept["ALTHING_EVAL_CACHE"], own.display().to_string());
        assert!(own.is_dir() && own.starts_with(workspace.root()));
        let named = [("ALTHING_EVAL_CACHE".to_owned(), "/kept".to_owned())].into();
        let kept = with_references(Vars::new(), &named, &workspace);
        assert_eq!(kept["ALTHING_EVAL_CACHE"], "/kept");
    }

    #[test]
    fn a_stored_login_of_the_hub_is_found_without_a_token() {
        let mut vars = vars();
        vars.remove("HF_TOKEN");
        let environment = Environment::from_vars(vars.clone(), "h").expect("valid");
        let seen = for_hub(&vars, &environment, Path::new("/w/hf"));
        assert_eq!(seen["HF_TOKEN_PATH"], "/root/.cache/huggingface/token");
    }
}
