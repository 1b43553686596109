//! The `git` program on a bare repository.
//!
//! Arguments go as a vector, bodies through stdin, and the process sees a least environment: no
//! system or user configuration, no inherited `GIT_*`, no hooks.

mod diff;
mod log;
mod refs;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use tokio::{io::AsyncWriteExt as _, process::Command};

pub(crate) use {
    log::RawCommit,
    refs::{RefChange, ZERO, valid_ref_name},
};

/// Why git could not do something that should work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("git could not be run: {0}")]
    Spawn(#[from] std::io::Error),
    #[error("git {command} failed: {stderr}")]
    Failed { command: String, stderr: String },
    #[error("git {0} printed something unexpected")]
    Output(&'static str),
}

impl From<GitError> for crate::forge::Refusal {
    fn from(error: GitError) -> Self {
        crate::forge::Refusal::Internal(error.to_string())
    }
}

/// What every repository is configured with, behind what `git init` writes: no hooks, no
/// housekeeping beside a push, nothing malformed taken in, pull request refs only from the forge.
/// A ref that another process moves is waited for; giving up would look like a refusal.
const CONFIG: &str = "\
[core]
\thooksPath = /dev/null
\tfilesRefLockTimeout = 10000
[gc]
\tauto = 0
[receive]
\tautogc = false
\tdenyDeleteCurrent = refuse
\thideRefs = refs/pull
[transfer]
\tfsckObjects = true
[uploadpack]
\tallowFilter = true
\tallowReachableSHA1InWant = true
";

/// One bare repository.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    dir: PathBuf,
}

/// A name, an e-mail and a time, as commits carry them.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub name: String,
    pub email: String,
    /// Seconds since 1970.
    pub at: i64,
}

/// One file of a tree that is to be otherwise.
pub(crate) enum TreeChange<'a> {
    /// It has this content.
    Put {
        /// Path from the root.
        path: &'a str,
        /// The content, as an object that is there.
        blob: String,
    },
    /// It is gone.
    Remove {
        /// Path from the root.
        path: &'a str,
    },
}

/// What a commit is made of.
pub(crate) struct NewCommit<'a> {
    pub tree: &'a str,
    pub parents: &'a [&'a str],
    pub author: &'a Person,
    pub committer: &'a Person,
    pub message: &'a str,
}

impl Git {
    pub(crate) fn at(dir: PathBuf) -> Self {
        Self { dir }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.dir
    }

    /// Creates the repository with `branch` as its default; nothing happens when it is there.
    ///
    /// It appears whole: one that is there without its configuration would run hooks.
    pub(crate) async fn init(&self, branch: &str) -> Result<(), GitError> {
        if self.dir.exists() {
            return Ok(());
        }
        let draft = self
            .dir
            .with_extension(format!("new-{}", std::process::id()));
        remove_folder(&draft).await?;
        let mut command = clean_command();
        command
            .args([
                "init",
                "--quiet",
                "--bare",
                "--template=",
                "--object-format=sha1",
            ])
            .arg(format!("--initial-branch={branch}"))
            .arg(&draft);
        finish("init", command.output().await?)?;
        let config = draft.join("config");
        let text = tokio::fs::read_to_string(&config).await?;
        tokio::fs::write(&config, text + CONFIG).await?;
        Ok(tokio::fs::rename(&draft, &self.dir).await?)
    }

    /// Removes the repository; nothing happens when there is none.
    pub(crate) async fn remove(&self) -> Result<(), GitError> {
        Ok(remove_folder(&self.dir).await?)
    }

    /// A command on this repository in the least environment.
    pub(crate) fn command<I, S>(&self, args: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = clean_command();
        command.arg("--git-dir").arg(&self.dir).args(args);
        command
    }

    /// Runs to the end, whatever the exit status.
    pub(crate) async fn output<I, S>(&self, args: I) -> Result<Output, GitError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        Ok(self.command(args).output().await?)
    }

    /// Runs and answers with stdout; a non-zero exit is an error.
    pub(crate) async fn bytes<I, S>(&self, args: I) -> Result<Vec<u8>, GitError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let args: Vec<_> = args
            .into_iter()
            .map(|arg| arg.as_ref().to_owned())
            .collect();
        let name = args
            .first()
            .map(|arg| arg.to_string_lossy().into_owned())
            .unwrap_or_default();
        finish(&name, self.output(args).await?)
    }

    /// As [`Git::bytes`], as text without the final newline.
    pub(crate) async fn text<I, S>(&self, args: I) -> Result<String, GitError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let bytes = self.bytes(args).await?;
        Ok(String::from_utf8_lossy(&bytes)
            .trim_end_matches('\n')
            .to_owned())
    }

    /// Whether the command exits with 0.
    pub(crate) async fn succeeds<I, S>(&self, args: I) -> Result<bool, GitError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        Ok(self.output(args).await?.status.success())
    }

    /// The object that `rev` names, peeled to `kind`; `None` when there is none.
    pub(crate) async fn resolve(&self, rev: &str, kind: &str) -> Result<Option<String>, GitError> {
        if rev.contains('\0') {
            return Ok(None);
        }
        let spec = format!("{rev}^{{{kind}}}");
        let output = self
            .output([
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &spec,
            ])
            .await?;
        Ok(output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    }

    /// Writes a commit object; no ref moves.
    pub(crate) async fn commit_tree(&self, commit: NewCommit<'_>) -> Result<String, GitError> {
        let mut args = vec!["commit-tree", commit.tree, "-F", "-"];
        for parent in commit.parents {
            args.extend(["-p", parent]);
        }
        let mut command = self.command(args);
        for (role, person) in [("AUTHOR", commit.author), ("COMMITTER", commit.committer)] {
            command.env(format!("GIT_{role}_NAME"), &person.name);
            command.env(format!("GIT_{role}_EMAIL"), &person.email);
            command.env(format!("GIT_{role}_DATE"), format!("@{} +0000", person.at));
        }
        let stdout = finish(
            "commit-tree",
            feed(command, commit.message.replace('\0', "").as_bytes()).await?,
        )?;
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    }

    /// Merges two commits without a work tree: the tree, or `None` on conflict.
    pub(crate) async fn merge_tree(
        &self,
        ours: &str,
        theirs: &str,
    ) -> Result<Option<String>, GitError> {
        let args = [
            "merge-tree",
            "--write-tree",
            "--no-messages",
            "--name-only",
            ours,
            theirs,
        ];
        let output = self.output(args).await?;
        match output.status.code() {
            Some(0) => {
                let text = String::from_utf8_lossy(&output.stdout);
                let tree = text.lines().next().ok_or(GitError::Output("merge-tree"))?;
                Ok(Some(tree.to_owned()))
            }
            Some(1) => Ok(None),
            _ => finish("merge-tree", output).and(Err(GitError::Output("merge-tree"))),
        }
    }

    /// Whether `old` is `new` or one of its ancestors.
    pub(crate) async fn is_ancestor(&self, old: &str, new: &str) -> Result<bool, GitError> {
        Ok(old == new
            || self
                .succeeds(["merge-base", "--is-ancestor", old, new])
                .await?)
    }

    /// Commits the files of `folder` as the first commit; answers with its id.
    pub(crate) async fn commit_folder(
        &self,
        folder: &Path,
        person: &Person,
        message: &str,
    ) -> Result<String, GitError> {
        let index = self.dir.join("seed.index");
        let mut add = self.command(["-c", "core.bare=false", "-c", "core.autocrlf=false"]);
        add.arg("--work-tree")
            .arg(folder)
            .args(["add", "--all", "."]);
        add.current_dir(folder).env("GIT_INDEX_FILE", &index);
        finish("add", add.output().await?)?;
        let mut write = self.command(["write-tree"]);
        write.env("GIT_INDEX_FILE", &index);
        let tree = finish("write-tree", write.output().await?)?;
        // The index is scratch; a file left behind would only be overwritten the next time.
        let _ = tokio::fs::remove_file(&index).await;
        let tree = String::from_utf8_lossy(&tree).trim().to_owned();
        self.commit_tree(NewCommit {
            tree: &tree,
            parents: &[],
            author: person,
            committer: person,
            message,
        })
        .await
    }

    /// Writes the tree of a commit with files changed.
    pub(crate) async fn change_tree(
        &self,
        commit: &str,
        changes: &[TreeChange<'_>],
    ) -> Result<String, GitError> {
        let scratch = self
            .dir
            .join(format!("change-{}.index", uuid::Uuid::new_v4()));
        let written = self.change_index(&scratch, commit, changes).await;
        // The index is scratch; one left behind is in nobody's way.
        let _ = tokio::fs::remove_file(&scratch).await;
        written
    }

    async fn change_index(
        &self,
        index: &Path,
        commit: &str,
        changes: &[TreeChange<'_>],
    ) -> Result<String, GitError> {
        let command = |args: &[&str]| {
            let mut command = self.command(args);
            command.env("GIT_INDEX_FILE", index);
            command
        };
        finish("read-tree", command(&["read-tree", commit]).output().await?)?;
        let mut lines = Vec::new();
        for change in changes {
            let (mode, blob, path) = match change {
                TreeChange::Put { path, blob } => ("100644", blob.as_str(), path),
                TreeChange::Remove { path } => {
                    ("0", "0000000000000000000000000000000000000000", path)
                }
            };
            lines.extend(format!("{mode} {blob}\t{path}\0").bytes());
        }
        let update = command(&["update-index", "-z", "--add", "--replace", "--index-info"]);
        finish("update-index", feed(update, &lines).await?)?;
        let tree = finish("write-tree", command(&["write-tree"]).output().await?)?;
        Ok(String::from_utf8_lossy(&tree).trim().to_owned())
    }

    /// Writes an object from bytes.
    pub(crate) async fn hash_object(&self, bytes: &[u8]) -> Result<String, GitError> {
        let command = self.command(["hash-object", "-w", "--stdin"]);
        let stdout = finish("hash-object", feed(command, bytes).await?)?;
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    }

    /// Writes a tree from `ls-tree` lines.
    pub(crate) async fn make_tree(&self, lines: &str) -> Result<String, GitError> {
        let stdout = finish(
            "mktree",
            feed(self.command(["mktree"]), lines.as_bytes()).await?,
        )?;
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    }
}

async fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Environment of every git process: enough to find programs and nothing that could steer it.
pub(crate) fn least_environment() -> Vec<(&'static str, std::ffi::OsString)> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    vec![
        ("PATH", path),
        ("HOME", "/nonexistent".into()),
        ("LC_ALL", "C.UTF-8".into()),
        ("TZ", "UTC".into()),
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
        ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
        ("GIT_TERMINAL_PROMPT", "0".into()),
        // Paths in requests are names, not patterns.
        ("GIT_LITERAL_PATHSPECS", "1".into()),
        ("GIT_DEFAULT_REF_FORMAT", "files".into()),
    ]
}

fn clean_command() -> Command {
    let mut command = Command::new("git");
    command
        .env_clear()
        .envs(least_environment())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn feed(mut command: Command, input: &[u8]) -> Result<Output, GitError> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let mut stdin = child
        .stdin
        .take()
        .ok_or(GitError::Output("without stdin"))?;
    let write = async move {
        // A closed pipe means that git has failed; its exit status says more.
        let _ = stdin.write_all(input).await;
    };
    let ((), output) = tokio::join!(write, child.wait_with_output());
    Ok(output?)
}

fn finish(command: &str, output: Output) -> Result<Vec<u8>, GitError> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(GitError::Failed {
        command: command.to_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
