//! Commits on the default branch that came with no pull request (L-053, L-074, L-076…L-080).

use std::{collections::BTreeSet, fmt};

use althing_diag::{Code, Finding};
use serde::Serialize;

use super::{Found, Grounds, Rows};
use crate::Landed;

/// A commit that came with no pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DirectChange {
    /// Its id.
    pub commit: String,
    /// Login of its author, if known.
    pub author: Option<String>,
    /// What it changes.
    pub kinds: BTreeSet<ChangeKind>,
    /// The paths.
    pub paths: Vec<String>,
}

/// What kind of thing is changed. The rule is the same for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// How the project is governed.
    Governance,
    /// How it is built, tested and run.
    Configuration,
    /// What is written for people.
    Documentation,
    /// What runs.
    Code,
    /// Anything else.
    Other,
}

pub(super) fn look(grounds: &Grounds<'_>) -> Found {
    let commits = &grounds.history.commits;
    let direct: Vec<&Landed> = commits.iter().filter(|it| it.pull.is_none()).collect();
    Found {
        examined: commits.len(),
        of: "commits",
        findings: direct
            .iter()
            .map(|commit| finding(grounds, commit))
            .collect(),
        rows: Rows::Changes(direct.iter().map(|commit| row(commit)).collect()),
        gaps: grounds.gaps(&["commits"]),
    }
}

fn row(commit: &Landed) -> DirectChange {
    DirectChange {
        commit: commit.sha.to_string(),
        author: commit.author.as_ref().map(|author| author.login.clone()),
        kinds: kinds(commit),
        paths: commit.paths.clone(),
    }
}

fn kinds(commit: &Landed) -> BTreeSet<ChangeKind> {
    commit
        .paths
        .iter()
        .map(|path| ChangeKind::of(path))
        .collect()
}

fn finding(grounds: &Grounds<'_>, commit: &Landed) -> Finding {
    let kinds: Vec<String> = kinds(commit).iter().map(ToString::to_string).collect();
    let what = match kinds.as_slice() {
        [] => "nothing".to_owned(),
        kinds => kinds.join(", "),
    };
    let who = commit
        .author
        .as_ref()
        .map_or_else(|| "somebody".to_owned(), ToString::to_string);
    let sha: String = commit.sha.to_string().chars().take(10).collect();
    let branch = &grounds.history.branch;
    let message = format!(
        "{who} changed {what} on {branch} without a pull request: {sha} `{}`",
        commit.title
    );
    let help = format!(
        "open a pull request with the change for review after the fact, or revert it; protect \
         {branch} so that it takes pull requests alone"
    );
    Finding::error(Code::DirectChange, message, help)
}

impl ChangeKind {
    /// By the name of the file, and where it lies.
    fn of(path: &str) -> Self {
        let lower = path.to_lowercase();
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let stem = name.split('.').next().unwrap_or(name);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let governs = [
            "governance",
            "codeowners",
            "maintainers",
            "code_of_conduct",
            "charter",
        ];
        let configures = [
            "yaml",
            "yml",
            "toml",
            "json",
            "ini",
            "cfg",
            "conf",
            "lock",
            "env",
            "properties",
        ];
        let runs = [
            "py", "pyi", "ipynb", "rs", "c", "h", "cc", "cpp", "hpp", "cu", "cuh", "go", "java",
            "kt", "swift", "js", "jsx", "mjs", "ts", "tsx", "rb", "pl", "sh", "bash", "ps1", "sql",
            "html", "css", "scss", "proto", "s", "asm", "lua", "scala", "cs", "m", "mm", "zig",
        ];
        let builds = [
            "makefile",
            "dockerfile",
            "containerfile",
            "justfile",
            "cmakelists",
        ];
        if lower.starts_with(".althing/") || governs.contains(&stem) {
            Self::Governance
        } else if lower.starts_with("docs/")
            || lower.starts_with("rfcs/")
            || ["md", "rst", "adoc"].contains(&extension)
        {
            Self::Documentation
        } else if lower.starts_with(".github/")
            || name.starts_with('.')
            || configures.contains(&extension)
            || builds.contains(&stem)
        {
            Self::Configuration
        } else if runs.contains(&extension) {
            Self::Code
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Governance => "governance",
            Self::Configuration => "configuration",
            Self::Documentation => "documentation",
            Self::Code => "code",
            Self::Other => "other files",
        })
    }
}
