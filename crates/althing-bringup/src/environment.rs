//! The worker's configuration: the variables of specification §4.2, which flags and a file may
//! say as well, read all at once.

mod file;
mod settings;
mod table;

use std::{collections::BTreeMap, fmt, num::NonZeroU32, path::PathBuf, time::Duration};

use althing_diag::{Code, Finding, id::RepoName};
use althing_forge::{BoardName, ProjectSelector};

use self::settings::PROJECT;
pub use self::{
    settings::Settings,
    table::{SETTINGS, Setting},
};
use crate::{System, Thresholds, protocol::Terms};

/// A value that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the process that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Everything that a worker is told from outside.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `YT_SYSTEM` (B-097).
    pub system: System,
    /// `YT_OWNER`/`YT_REPO_MODELS`, default `yieldthought/ttnn_models` (B-098, B-099).
    pub repo: RepoName,
    /// `YT_WORKER_NAME`, default the host name (B-100, B-101).
    pub worker: String,
    /// `YT_PROJECT_NUMBER`, or else `YT_PROJECT_TITLE` (B-102 to B-104), owned by `YT_OWNER`.
    pub board: BoardName,
    /// `HF_TOKEN`; without it an existing login of the hub's client is used (B-105, B-106).
    pub hf_token: Option<Secret>,
    /// `CODEX_BIN`, default `codex` (B-107, B-108).
    pub codex_bin: String,
    /// Every `CODEX_*` variable, passed on to the agent (B-109).
    pub codex: BTreeMap<String, Secret>,
    /// `YT_TOP1_MIN` and `YT_TOP5_MIN`, default 0.90 and 0.97 (B-110, B-111).
    pub thresholds: Thresholds,
    /// `YT_MAX_ATTEMPTS`, default 10; the first attempt counts (B-112).
    pub max_attempts: NonZeroU32,
    /// `YT_SLEEP_SECS`, default 20 s (B-113).
    pub sleep: Duration,
    /// `YT_CLAIM_TTL_SECS`, default 3600 s: how long a claim holds that nobody renews (B-163).
    pub claim_ttl: Duration,
    /// `YT_TMP_ROOT`, default the system's temporary folder (B-114).
    pub tmp_root: Option<PathBuf>,
    /// Values that must never be posted or logged (B-115).
    pub secrets: Vec<Secret>,
}

impl Environment {
    /// Reads `vars`; `hostname` names the worker when nothing else does. An empty value counts
    /// as unset.
    ///
    /// # Errors
    /// One [`Code::EnvironmentInvalid`] finding for each wrong or missing variable.
    pub fn from_vars(
        vars: impl IntoIterator<Item = (String, String)>,
        hostname: &str,
    ) -> Result<Self, Vec<Finding>> {
        Self::read(&Settings::from_vars(vars), hostname)
    }

    /// What the settings say; `hostname` names the worker when they do not.
    ///
    /// # Errors
    /// One [`Code::EnvironmentInvalid`] finding for each wrong or missing setting, which says
    /// where the wrong value was given.
    pub fn read(settings: &Settings, hostname: &str) -> Result<Self, Vec<Finding>> {
        let mut reader = Reader::new(settings);
        let system = reader.required("YT_SYSTEM", "set it to n150, n300 or lb", |text| {
            text.parse::<System>().map_err(|error| error.to_string())
        });
        let owner = reader.owner();
        let repo = reader.repo(&owner);
        let worker = reader.worker(hostname);
        let project = reader.project();
        let top1 = reader.fraction("YT_TOP1_MIN", 0.90);
        let top5 = reader.fraction("YT_TOP5_MIN", 0.97);
        let max_attempts = reader.number("YT_MAX_ATTEMPTS", NonZeroU32::MIN.saturating_add(9));
        let sleep = reader.number("YT_SLEEP_SECS", NonZeroU32::MIN.saturating_add(19));
        let claim_ttl = reader.claim_ttl();
        let tmp_root = reader.tmp_root();
        let hf_token = reader.text("HF_TOKEN").map(Secret::new);
        let (secrets, codex) = (settings.secrets(), settings.codex());
        let codex_bin = reader
            .text("CODEX_BIN")
            .unwrap_or_else(|| "codex".to_owned());
        match (system, repo, worker, project) {
            (Some(system), Some(repo), Some(worker), Some(project))
                if reader.findings.is_empty() =>
            {
                Ok(Self {
                    system,
                    repo,
                    worker,
                    board: BoardName { owner, project },
                    hf_token,
                    codex_bin,
                    codex,
                    thresholds: Thresholds { top1, top5 },
                    max_attempts,
                    sleep: Duration::from_secs(sleep.get().into()),
                    claim_ttl,
                    tmp_root,
                    secrets,
                })
            }
            _ => Err(reader.findings),
        }
    }
}

/// The models repository and its board, for what concerns no machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `YT_OWNER`/`YT_REPO_MODELS` (B-098, B-099).
    pub repo: RepoName,
    /// `YT_PROJECT_NUMBER`, or else `YT_PROJECT_TITLE`, or else [`Target::TITLE`].
    pub board: BoardName,
}

impl Target {
    /// The title of a board that nobody named (B-060).
    pub const TITLE: &str = "TTNN Models Bringup";

    /// What the settings say.
    ///
    /// # Errors
    /// As for [`Environment::read`].
    pub fn read(settings: &Settings) -> Result<Self, Vec<Finding>> {
        let mut reader = Reader::new(settings);
        let owner = reader.owner();
        let repo = reader.repo(&owner);
        let project = if PROJECT.iter().any(|name| settings.says(name)) {
            reader.project()
        } else {
            Some(ProjectSelector::Title(Self::TITLE.to_owned()))
        };
        match (repo, project) {
            (Some(repo), Some(project)) => Ok(Self {
                repo,
                board: BoardName { owner, project },
            }),
            (None | Some(_), None | Some(_)) => Err(reader.findings),
        }
    }
}

/// Reads settings one by one and keeps what is wrong with them.
struct Reader<'a> {
    settings: &'a Settings,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            findings: Vec::new(),
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.settings.text(name).map(str::to_owned)
    }

    fn wrong(&mut self, name: &str, message: String, help: &str) {
        let finding = Finding::error(Code::EnvironmentInvalid, message, help);
        self.findings.push(finding.at(self.settings.place(name)));
    }

    fn owner(&self) -> String {
        self.text("YT_OWNER")
            .unwrap_or_else(|| "yieldthought".to_owned())
    }

    fn required<T>(
        &mut self,
        name: &str,
        help: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let parsed = match self.settings.text(name) {
            Some(text) => parse(text).map_err(|why| format!("{name}: {why}")),
            None => Err(self.settings.missing(name)),
        };
        parsed
            .map_err(|message| self.wrong(name, message, help))
            .ok()
    }

    fn repo(&mut self, owner: &str) -> Option<RepoName> {
        let name = self
            .text("YT_REPO_MODELS")
            .unwrap_or_else(|| "ttnn_models".to_owned());
        RepoName::new(owner, &name)
            .map_err(|error| {
                let help = "set YT_OWNER and YT_REPO_MODELS to the two halves of OWNER/NAME";
                self.wrong("YT_REPO_MODELS", error.to_string(), help);
            })
            .ok()
    }

    /// A name that is safe in comments and in the name of a folder.
    fn worker(&mut self, hostname: &str) -> Option<String> {
        let name = self
            .text("YT_WORKER_NAME")
            .unwrap_or_else(|| hostname.to_owned());
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(plain) {
            let message = format!("YT_WORKER_NAME: `{name}` is not a plain name");
            let help = "use up to 64 letters, digits, `-`, `_` or `.`";
            self.wrong("YT_WORKER_NAME", message, help);
            return None;
        }
        Some(name)
    }

    fn project(&mut self) -> Option<ProjectSelector> {
        match (
            self.text("YT_PROJECT_NUMBER"),
            self.text("YT_PROJECT_TITLE"),
        ) {
            (Some(number), _) => match number.parse::<NonZeroU32>() {
                Ok(number) => Some(ProjectSelector::Number(number.get())),
                Err(_) => {
                    let message = format!("YT_PROJECT_NUMBER: `{number}` is not a number from 1");
                    let help = "use the number in the project's address";
                    self.wrong("YT_PROJECT_NUMBER", message, help);
                    None
                }
            },
            (None, Some(title)) => Some(ProjectSelector::Title(title)),
            (None, None) => {
                let message = "neither YT_PROJECT_NUMBER nor YT_PROJECT_TITLE is set".to_owned();
                let help = "set YT_PROJECT_NUMBER to the project's number, or YT_PROJECT_TITLE to its title";
                self.wrong("YT_PROJECT_NUMBER", message, help);
                None
            }
        }
    }

    fn fraction(&mut self, name: &str, default: f64) -> f64 {
        let Some(text) = self.text(name) else {
            return default;
        };
        match text.parse::<f64>() {
            Ok(value) if (0.0..=1.0).contains(&value) => value,
            Ok(_) | Err(_) => {
                let message = format!("{name}: `{text}` is not a number from 0 to 1");
                self.wrong(name, message, &format!("set it like {name}={default}"));
                default
            }
        }
    }

    fn number(&mut self, name: &str, default: NonZeroU32) -> NonZeroU32 {
        let Some(text) = self.text(name) else {
            return default;
        };
        text.parse().unwrap_or_else(|_| {
            let message = format!("{name}: `{text}` is not a whole number from 1");
            self.wrong(name, message, &format!("set it like {name}={default}"));
            default
        })
    }

    fn claim_ttl(&mut self) -> Duration {
        let name = "YT_CLAIM_TTL_SECS";
        let seconds = self.number(name, NonZeroU32::MIN.saturating_add(3599));
        let ttl = Duration::from_secs(seconds.get().into());
        if ttl < Terms::SHORTEST {
            let least = Terms::SHORTEST.as_secs();
            let message = format!("{name}: a claim of {seconds} s leaves no time to work");
            self.wrong(name, message, &format!("set it to {least} or more"));
        }
        ttl
    }

    fn tmp_root(&mut self) -> Option<PathBuf> {
        let root = PathBuf::from(self.text("YT_TMP_ROOT")?);
        if !root.is_absolute() {
            let message = format!("YT_TMP_ROOT: `{}` is not an absolute path", root.display());
            self.wrong(
                "YT_TMP_ROOT",
                message,
                "set it to an existing folder with free space",
            );
        }
        Some(root)
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use althing_forge::ProjectSelector;
    use rstest::rstest;

    use super::{Environment, Settings, Target};
    use crate::System;

    fn read(vars: &[(&str, &str)]) -> Result<Environment, Vec<String>> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment::from_vars(vars.iter().map(own), "host-1")
            .map_err(|findings| findings.iter().map(ToString::to_string).collect())
    }

    const LEAST: [(&str, &str); 2] = [("YT_SYSTEM", "n150"), ("YT_PROJECT_NUMBER", "7")];

    fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        [&LEAST, more].concat()
    }

    #[test]
    fn system_and_project_suffice_and_the_rest_has_the_documented_defaults() {
        let environment = read(&LEAST).expect("valid");
        assert_eq!(environment.system, System::N150);
        assert_eq!(environment.repo.to_string(), "yieldthought/ttnn_models");
        assert_eq!(environment.worker, "host-1");
        assert_eq!(environment.board.owner, "yieldthought");
        assert_eq!(environment.board.project, ProjectSelector::Number(7));
        assert_eq!(environment.hf_token, None);
        assert_eq!(environment.codex_bin, "codex");
        assert_eq!(
            (environment.thresholds.top1, environment.thresholds.top5),
            (0.90, 0.97)
        );
        assert_eq!(environment.max_attempts.get(), 10);
        assert_eq!(environment.sleep, Duration::from_secs(20));
        assert_eq!(environment.claim_ttl, Duration::from_secs(3600));
        assert_eq!(environment.tmp_root, None);
    }

    #[test]
    fn every_variable_is_read() {
        let environment = read(&[
            ("YT_SYSTEM", "lb"),
            ("YT_OWNER", "acme"),
            ("YT_REPO_MODELS", "m2"),
            ("YT_WORKER_NAME", "w7"),
            ("YT_PROJECT_TITLE", "Models"),
            ("HF_TOKEN", "hf_abcdef"),
            ("CODEX_BIN", "/opt/codex"),
            ("CODEX_API_KEY", "sk-123456"),
            ("YT_TOP1_MIN", "0.5"),
            ("YT_TOP5_MIN", "0.6"),
            ("YT_MAX_ATTEMPTS", "2"),
            ("YT_SLEEP_SECS", "1"),
            ("YT_CLAIM_TTL_SECS", "600"),
            ("YT_TMP_ROOT", "/scratch"),
        ])
        .expect("valid");
        assert_eq!(environment.repo.to_string(), "acme/m2");
        assert_eq!(environment.board.owner, "acme");
        assert_eq!(
            environment.board.project,
            ProjectSelector::Title("Models".to_owned())
        );
        assert_eq!(environment.worker, "w7");
        assert_eq!(environment.claim_ttl, Duration::from_secs(600));
        assert_eq!(environment.codex_bin, "/opt/codex");
        assert_eq!(environment.codex["CODEX_API_KEY"].expose(), "sk-123456");
        assert_eq!(environment.tmp_root.as_deref(), Some(Path::new("/scratch")));
        let secrets: Vec<&str> = environment.secrets.iter().map(|s| s.expose()).collect();
        assert_eq!(secrets, ["hf_abcdef", "sk-123456"]);
        assert!(!format!("{environment:?}").contains("123456"));
    }

    #[test]
    fn a_token_from_a_file_is_as_secret_as_any() {
        let file = "YT_SYSTEM: lb\nYT_PROJECT_NUMBER: 1\nHF_TOKEN: hf_abcdef\n";
        let settings = Settings::new([], [], Some(("b.yaml", file))).expect("valid");
        let environment = Environment::read(&settings, "host").expect("valid");
        assert_eq!(environment.hf_token, environment.secrets.first().cloned());
        assert_eq!(environment.secrets[0].expose(), "hf_abcdef");
        assert!(!format!("{settings:?} {environment:?}").contains("hf_abcdef"));
    }

    #[test]
    fn the_number_wins_over_the_title() {
        let environment = read(&with(&[("YT_PROJECT_TITLE", "x")])).expect("valid");
        assert_eq!(environment.board.project, ProjectSelector::Number(7));
    }

    #[rstest]
    #[case("n150", System::N150)]
    #[case("n300", System::N300)]
    #[case("lb", System::Lb)]
    fn every_kind_of_machine_can_be_served(#[case] name: &'static str, #[case] system: System) {
        let environment = read(&with(&[("YT_SYSTEM", name)])).expect("valid");
        assert_eq!(environment.system, system);
    }

    #[rstest]
    #[case("YT_SYSTEM", "n200", "one of n150, n300, lb")]
    #[case("YT_OWNER", "a/b", "a/b/ttnn_models")]
    #[case("YT_WORKER_NAME", "a\nb", "plain name")]
    #[case("YT_WORKER_NAME", "..", "plain name")]
    #[case("YT_PROJECT_NUMBER", "x", "not a number")]
    #[case("YT_TOP1_MIN", "1.1", "0 to 1")]
    #[case("YT_TOP5_MIN", "NaN", "0 to 1")]
    #[case("YT_MAX_ATTEMPTS", "0", "whole number from 1")]
    #[case("YT_SLEEP_SECS", "-1", "whole number from 1")]
    #[case("YT_CLAIM_TTL_SECS", "4", "leaves no time")]
    #[case("YT_TMP_ROOT", "tmp", "absolute")]
    fn a_wrong_value_is_named(
        #[case] name: &'static str,
        #[case] value: &'static str,
        #[case] part: &str,
    ) {
        let findings = read(&with(&[(name, value)])).expect_err("wrong");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains(part), "{findings:?}");
    }

    #[test]
    fn what_concerns_no_machine_needs_none_and_has_a_board_by_default() {
        let read = |vars: &[(&str, &str)]| {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            Target::read(&Settings::from_vars(vars.iter().map(own)))
        };
        let target = read(&[]).expect("valid");
        assert_eq!(target.repo.to_string(), "yieldthought/ttnn_models");
        let title = ProjectSelector::Title("TTNN Models Bringup".to_owned());
        assert_eq!(target.board.project, title);
        let target = read(&[("YT_OWNER", "acme"), ("YT_PROJECT_NUMBER", "3")]).expect("valid");
        assert_eq!(target.board.owner, "acme");
        assert_eq!(target.board.project, ProjectSelector::Number(3));
        assert_eq!(
            read(&[("YT_PROJECT_NUMBER", "x")])
                .expect_err("wrong")
                .len(),
            1
        );
    }

    #[test]
    fn a_machine_that_was_not_found_out_says_why() {
        let mut settings = Settings::from_vars([]);
        settings.detected(Err("`tt-smi` is not on the PATH".to_owned()));
        let findings = Environment::read(&settings, "host").expect_err("no system");
        assert_eq!(
            findings[0].message,
            "YT_SYSTEM is not set, and `tt-smi` is not on the PATH"
        );
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let findings = read(&[("YT_TOP1_MIN", "x"), ("YT_SLEEP_SECS", "y")]).expect_err("wrong");
        insta::assert_snapshot!(findings.join("\n"), @r"
        $YT_SYSTEM: error[environment-invalid]: YT_SYSTEM is not set; set it to n150, n300 or lb
        $YT_PROJECT_NUMBER: error[environment-invalid]: neither YT_PROJECT_NUMBER nor YT_PROJECT_TITLE is set; set YT_PROJECT_NUMBER to the project's number, or YT_PROJECT_TITLE to its title
        $YT_TOP1_MIN: error[environment-invalid]: YT_TOP1_MIN: `x` is not a number from 0 to 1; set it like YT_TOP1_MIN=0.9
        $YT_SLEEP_SECS: error[environment-invalid]: YT_SLEEP_SECS: `y` is not a whole number from 1; set it like YT_SLEEP_SECS=20
        ");
    }
}
