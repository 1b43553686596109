//! The clone that the agent works in, and the run's own view of it.
//!
//! After cloning, the git folder is copied to a place beside the clone. All further git commands
//! of the run use the copy, so that hooks, configuration and history that the agent may leave in
//! its clone are never used. What is checked is what the copy's index holds, written to a
//! separate folder, and what is committed is that index: files cannot change in between, and
//! the harness is the one of the base commit because changes outside `models/` are refused.

use std::{fs, io, path::PathBuf, time::Duration};

use althing_diag::id::{Account, RepoName, Sha};

use crate::{
    Argv, CommandError, Permit, Surroundings, Workspace, child_env::Vars, command::which,
    workspace::remove_tree,
};

/// The only folder that a bring-up may change.
pub(crate) const ALLOWED: &str = "models";
/// Files that are artifacts or weights and never part of a bring-up.
const ARTIFACTS: [&str; 6] = [
    "*.safetensors",
    "*.gguf",
    "*.bin",
    "*.pt",
    "*.pth",
    "*.onnx",
];

/// A cloned repository on its new branch.
#[derive(Debug)]
pub(crate) struct Repository {
    clone: PathBuf,
    git: Vars,
    limit: Duration,
    branch: String,
}

/// Why there is no clone to work in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CloneError {
    /// A git command failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The branch is there already (B-206).
    #[error("the branch `{0}` exists already on the remote")]
    BranchExists(String),
}

/// What the agent changed, staged for a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// Changed paths.
    pub paths: Vec<String>,
    /// Paths among them that are no plain files (links, nested repositories).
    pub odd: Vec<String>,
    /// Changed paths that are left out: outside the allowed folder, or artifacts.
    pub left_out: Vec<String>,
}

impl Repository {
    /// Clones `url` into the workspace and creates `branch`, which the remote must not have
    /// (B-197, B-198, B-205). `vars` are the environment of git, `author` is who commits if git
    /// has no identity of its own.
    pub(crate) async fn clone(
        workspace: &Workspace,
        url: &str,
        repo: &RepoName,
        branch: &str,
        vars: Vars,
        author: &Account,
        limit: Duration,
    ) -> Result<Self, CloneError> {
        let clone = workspace.root().join(repo.name());
        let around = Surroundings::new(workspace.root(), &vars, limit);
        around
            .must(Argv::new("git", &["clone", "--quiet", url, repo.name()]))
            .await?;
        let inside = Surroundings {
            dir: &clone,
            ..around.clone()
        };
        let heads = inside
            .must(Argv::new(
                "git",
                &["ls-remote", "--heads", "origin", branch],
            ))
            .await?;
        if !heads.stdout.trim().is_empty() {
            return Err(CloneError::BranchExists(branch.to_owned()));
        }
        inside
            .must(Argv::new("git", &["checkout", "--quiet", "-b", branch]))
            .await?;
        around
            .must(Argv::new(
                "cp",
                &["-R", &format!("{}/.git", repo.name()), "git"],
            ))
            .await?;
        let mut git = vars;
        let path = |path: PathBuf| path.display().to_string();
        git.insert("GIT_DIR".to_owned(), path(workspace.root().join("git")));
        git.insert("GIT_WORK_TREE".to_owned(), path(clone.clone()));
        let repository = Self {
            clone,
            git,
            limit,
            branch: branch.to_owned(),
        };
        ensure_identity(&repository.around(), author).await?;
        Ok(repository)
    }

    /// The folder that the agent works in.
    pub(crate) fn clone_dir(&self) -> &PathBuf {
        &self.clone
    }

    /// A file of the base commit; `None` when there is none.
    pub(crate) async fn base_file(&self, path: &str) -> Result<Option<String>, CommandError> {
        file_at(&self.around(), "HEAD", path).await
    }

    /// Stages what changed below `models/`, except artifacts, and says what else changed.
    pub(crate) async fn stage(&self) -> Result<Staged, CommandError> {
        let mut add = Argv::new("git", &["add", "--all", "--", ALLOWED]);
        for pattern in ARTIFACTS {
            add.push(format!(":(exclude,glob){ALLOWED}/**/{pattern}"));
        }
        self.git(add).await?;
        let raw = ["diff", "--cached", "--raw", "-z", "--no-renames", "HEAD"];
        let raw = self.git(Argv::new("git", &raw)).await?;
        let status = [
            "status",
            "--porcelain",
            "-z",
            "--untracked-files=all",
            "--no-renames",
        ];
        let status = self.git(Argv::new("git", &status)).await?;
        Ok(read_staged(&raw, &status))
    }

    /// Writes the files as they would be committed to `dir`, and nothing else.
    pub(crate) async fn export(&self, dir: &PathBuf) -> Result<(), CommandError> {
        let argv = Argv::new("git", &["checkout-index", "--all", "--quiet"]);
        let prepared = remove_tree(dir).and_then(|()| fs::create_dir(dir));
        prepared.map_err(|source| CommandError::Io {
            argv: argv.clone(),
            source,
        })?;
        let mut argv = argv;
        argv.push(format!("--prefix={}/", dir.display()));
        self.git(argv).await.map(drop)
    }

    /// Commits what is staged.
    pub(crate) async fn commit(&self, message: &str) -> Result<Sha, CommandError> {
        self.git(Argv::new("git", &["commit", "--quiet", "-m", message]))
            .await?;
        read_sha(&self.around(), "HEAD").await
    }

    /// `git push -u origin <branch>` (B-265).
    pub(crate) async fn push(&self, _: &Permit<'_>) -> Result<(), CommandError> {
        let argv = Argv::new("git", &["push", "--quiet", "-u", "origin", &self.branch]);
        self.git(argv).await.map(drop)
    }

    /// The last commit as a patch.
    pub(crate) async fn patch(&self) -> Result<String, CommandError> {
        self.git(Argv::new(
            "git",
            &["format-patch", "--stdout", "HEAD~1..HEAD"],
        ))
        .await
    }

    async fn git(&self, argv: Argv) -> Result<String, CommandError> {
        Ok(self.around().must(argv).await?.stdout)
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings::new(&self.clone, &self.git, self.limit)
    }
}

/// The commit that a name of git stands for.
pub(crate) async fn read_sha(around: &Surroundings<'_>, name: &str) -> Result<Sha, CommandError> {
    let argv = Argv::new("git", &["rev-parse", "--verify", name]);
    let sha = around.must(argv.clone()).await?.stdout;
    sha.trim().parse().map_err(|error| CommandError::Io {
        argv,
        source: io::Error::new(io::ErrorKind::InvalidData, error),
    })
}

/// The text of a plain file at a commit; `None` when there is none.
pub(crate) async fn file_at(
    around: &Surroundings<'_>,
    commit: &str,
    path: &str,
) -> Result<Option<String>, CommandError> {
    let list = Argv::new("git", &["ls-tree", commit, "--", path]);
    // "100644 blob <id>\t<path>"
    if !around.must(list).await?.stdout.contains(" blob ") {
        return Ok(None);
    }
    let show = Argv::new("git", &["show", &format!("{commit}:{path}")]);
    Ok(Some(around.must(show).await?.stdout))
}

/// Gives git a name to commit under when neither its configuration nor the environment has one:
/// the account's private address, by which the forge knows whose commit it is.
pub(crate) async fn ensure_identity(
    around: &Surroundings<'_>,
    author: &Account,
) -> Result<(), CommandError> {
    let ask = Argv::new("git", &["config", "--get", "user.email"]);
    let configured = around.run(ask, "").await?.ok();
    if configured || around.vars.contains_key("GIT_AUTHOR_EMAIL") {
        return Ok(());
    }
    let email = format!("{}+{}@users.noreply.github.com", author.id, author.login);
    for (key, value) in [("user.name", &author.login), ("user.email", &email)] {
        around
            .must(Argv::new("git", &["config", key, value]))
            .await?;
    }
    Ok(())
}

/// Reads `git diff --raw -z` and `git status --porcelain -z`.
fn read_staged(raw: &str, status: &str) -> Staged {
    let mut staged = Staged::default();
    let mut fields = raw.split('\0');
    while let (Some(meta), Some(path)) = (fields.next(), fields.next()) {
        // ":100644 120000 <old> <new> M"
        let new_mode = meta.split(' ').nth(1).unwrap_or_default();
        if !matches!(new_mode, "100644" | "100755" | "000000") {
            staged.odd.push(path.to_owned());
        }
        staged.paths.push(path.to_owned());
    }
    let lines = status.split('\0').filter(|line| line.len() > 3);
    let unstaged = lines.filter(|line| line.as_bytes().get(1) != Some(&b' '));
    staged.left_out = unstaged
        .filter_map(|line| line.get(3..))
        .map(str::to_owned)
        .collect();
    staged
}

/// The program for `python`: `python` if there is one, else `python3` (B-093).
pub(crate) fn python(vars: &Vars, dir: &std::path::Path) -> Option<&'static str> {
    let path = vars.get("PATH").map_or("", String::as_str);
    ["python", "python3"]
        .into_iter()
        .find(|name| which(name, path, dir).is_some())
}

#[cfg(test)]
mod tests {
    use super::{Staged, read_staged};

    #[test]
    fn changes_are_sorted_into_staged_odd_and_left_out() {
        let raw = ":000000 100644 0 1 A\0models/a b/model.py\0:100644 120000 1 2 T\0models/link\0:100644 000000 1 0 D\0models/gone\0";
        let status =
            "A  models/a b/model.py\0 M scripts/run_eval.py\0?? models/w.bin\0?? notes.txt\0";
        let own = |paths: &[&str]| {
            paths
                .iter()
                .map(|path| (*path).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read_staged(raw, status),
            Staged {
                paths: own(&["models/a b/model.py", "models/link", "models/gone"]),
                odd: own(&["models/link"]),
                left_out: own(&["scripts/run_eval.py", "models/w.bin", "notes.txt"]),
            }
        );
        assert_eq!(read_staged("", ""), Staged::default());
    }
}
