//! A clone of the branch of one pull request, rebased onto its base.

use std::path::{Path, PathBuf};

use althing_diag::id::{Account, Sha};

use crate::{
    Argv, CommandError, Ending, Finished, Surroundings, Workspace,
    child_env::Vars,
    repository::{ensure_identity, file_at, read_sha},
};

/// The branch to look at, as the forge described it.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    /// Where to clone from.
    pub url: &'a str,
    /// The branch of the pull request.
    pub branch: &'a str,
    /// Its head.
    pub head: &'a Sha,
    /// The branch that it is to be merged into.
    pub base: &'a str,
}

/// A clone with the branch checked out.
#[derive(Debug)]
pub(crate) struct Checkout<'a> {
    wanted: Wanted<'a>,
    dir: PathBuf,
    git: Vars,
    limit: std::time::Duration,
    /// The head of the base branch.
    pub(crate) base: Sha,
}

/// How a branch stands to its base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rebased {
    /// It contains the base already.
    Current,
    /// It was rebased here.
    Clean {
        /// The new head, which the forge does not know yet.
        head: Sha,
        /// Whether the same files change from the same content to the same content as before.
        same_change: bool,
    },
    /// It could not be rebased; the rebase was undone.
    Conflict {
        /// What git said.
        report: String,
    },
    /// Everything that it changes is in the base already.
    Empty,
}

impl<'a> Checkout<'a> {
    /// Clones and fetches the base (B-292); `None` when the branch is no longer at the head that
    /// the forge described.
    pub(crate) async fn new(
        workspace: &Workspace,
        wanted: Wanted<'a>,
        git: Vars,
        author: &Account,
        limit: std::time::Duration,
    ) -> Result<Option<Self>, CommandError> {
        let around = Surroundings::new(workspace.root(), &git, limit);
        let Wanted { url, branch, .. } = wanted;
        let clone = ["clone", "--quiet", "--branch", branch, url, "clone"];
        around.must(Argv::new("git", &clone)).await?;
        let dir = workspace.root().join("clone");
        let inside = Surroundings {
            dir: &dir,
            ..around
        };
        inside
            .must(Argv::new(
                "git",
                &["fetch", "--quiet", "origin", wanted.base],
            ))
            .await?;
        let base = read_sha(&inside, &format!("refs/remotes/origin/{}", wanted.base)).await?;
        if read_sha(&inside, "HEAD").await? != *wanted.head {
            return Ok(None);
        }
        ensure_identity(&inside, author).await?;
        Ok(Some(Self {
            wanted,
            dir,
            git,
            limit,
            base,
        }))
    }

    /// `git rebase origin/BASE` where the base has moved on (B-293).
    pub(crate) async fn rebase(&self) -> Result<Rebased, CommandError> {
        let onto = format!("origin/{}", self.wanted.base);
        let contains = ["merge-base", "--is-ancestor", &onto, "HEAD"];
        let contains = self.around().run(Argv::new("git", &contains), "").await?;
        match contains.ending {
            Ending::Code(0) => return Ok(Rebased::Current),
            Ending::Code(1) => {}
            Ending::Code(_) | Ending::Signal(_) | Ending::OutOfTime(_) | Ending::Silent(_) => {
                return Err(CommandError::Failed(Box::new(contains)));
            }
        }
        let before = self.change(&format!("{onto}...HEAD")).await?;
        let rebase = self
            .around()
            .run(Argv::new("git", &["rebase", &onto]), "")
            .await?;
        if !rebase.ok() {
            return self.undo(rebase).await;
        }
        let head = read_sha(&self.around(), "HEAD").await?;
        if head == self.base {
            return Ok(Rebased::Empty);
        }
        let after = self.change(&format!("{onto}..HEAD")).await?;
        Ok(Rebased::Clean {
            head,
            same_change: before == after,
        })
    }

    /// Ends a rebase that stopped. One that stopped for another reason than a conflict is no
    /// fault of the branch.
    async fn undo(&self, rebase: Finished) -> Result<Rebased, CommandError> {
        let unmerged = ["diff", "--name-only", "--diff-filter=U"];
        let unmerged = self.git(Argv::new("git", &unmerged)).await?;
        if unmerged.trim().is_empty() {
            return Err(CommandError::Failed(Box::new(rebase)));
        }
        self.git(Argv::new("git", &["rebase", "--abort"])).await?;
        Ok(Rebased::Conflict {
            report: rebase.report(),
        })
    }

    /// Which files change from which content to which.
    async fn change(&self, range: &str) -> Result<String, CommandError> {
        let diff = ["diff", "--raw", "--no-abbrev", "--no-renames", "-z", range];
        self.git(Argv::new("git", &diff)).await
    }

    /// Pushes what was rebased, if the branch still is what was looked at (B-294); `false` when
    /// somebody else moved it.
    pub(crate) async fn push(&self, rebased: &Sha) -> Result<bool, CommandError> {
        let name = format!("refs/heads/{}", self.wanted.branch);
        let lease = format!("--force-with-lease={name}:{}", self.wanted.head);
        let refspec = format!("HEAD:{name}");
        let push = Argv::new("git", &["push", "--quiet", &lease, "origin", &refspec]);
        let pushed = self.around().run(push, "").await?;
        if pushed.ok() {
            return Ok(true);
        }
        // What is there now tells more than the words of the refusal.
        let there = self
            .git(Argv::new("git", &["ls-remote", "origin", &name]))
            .await?;
        let there = there.split_whitespace().next().unwrap_or_default();
        if there == rebased.as_str() {
            Ok(true)
        } else if there == self.wanted.head.as_str() {
            Err(CommandError::Failed(Box::new(pushed)))
        } else {
            Ok(false)
        }
    }

    /// A file of the base; `None` when there is none.
    pub(crate) async fn base_file(&self, path: &str) -> Result<Option<String>, CommandError> {
        file_at(&self.around(), self.base.as_str(), path).await
    }

    /// Writes the files of the commit to `dir`, and nothing else.
    pub(crate) async fn export(&self, dir: &Path) -> Result<(), CommandError> {
        let prefix = format!("--prefix={}/", dir.display());
        let argv = ["checkout-index", "--all", "--quiet", &prefix];
        self.git(Argv::new("git", &argv)).await.map(drop)
    }

    async fn git(&self, argv: Argv) -> Result<String, CommandError> {
        Ok(self.around().must(argv).await?.stdout)
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings::new(&self.dir, &self.git, self.limit)
    }
}
