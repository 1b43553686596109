//! A branch of a git repository: one file of JSON lines, a commit for every append.
//!
//! What `origin` has on the branch is the ledger; without `origin` it is what the repository
//! has. An append is a commit behind the one that was read and verified, and only becomes part
//! of the branch while that one is still its tip. No work tree and no index is touched.
//!
//! The branch in the repository remembers what was seen: what `origin` shows later must go on
//! from there.

mod append;
mod lines;
mod program;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use self::{lines::Lines, program::Program};
use super::PAGE;
use crate::{
    Broken, EntryHash, Filter, LedgerError, chain::Walk, end::End, export, stored::Stored,
};

pub(crate) use self::{append::Appending, lines::Reader};

/// The branch.
const BRANCH: &str = "refs/heads/althing/ledger";

/// Its file.
const FILE: &str = "ledger.jsonl";

/// Where it is shared.
const REMOTE: &str = "origin";

/// A repository.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    git: Program,
    /// Whether it has a remote.
    shared: bool,
    /// The commit that was verified last.
    verified: Arc<Mutex<Option<Tip>>>,
}

/// A commit of the branch whose entries are sound.
#[derive(Clone, Debug)]
struct Tip {
    /// `None` before the first commit.
    commit: Option<String>,
    end: End,
}

impl Git {
    pub(super) async fn open(folder: &Path, create: bool) -> Result<Self, LedgerError> {
        let git = Program::new(folder);
        git.answer(&["rev-parse", "--git-dir"]).await?;
        let address = format!("remote.{REMOTE}.url");
        let shared = git.asks(&["config", "--get", &address]).await?;
        let opened = Self {
            git,
            shared,
            verified: Arc::default(),
        };
        if !create && opened.tip().await?.commit.is_none() {
            return Err(LedgerError::Missing {
                place: opened.place(),
            });
        }
        Ok(opened)
    }

    pub(super) async fn begin(&self) -> Result<Appending, LedgerError> {
        let Tip { commit, end } = self.tip().await?;
        Ok(Appending::new(self.clone(), commit, end))
    }

    pub(super) async fn reader(&self, filter: Filter) -> Result<Reader, LedgerError> {
        let lines = match self.tip().await?.commit {
            Some(commit) => Some(self.lines(&commit)?),
            None => None,
        };
        Ok(Reader::new(lines, filter))
    }

    pub(super) async fn head(&self) -> Result<String, LedgerError> {
        Ok(self.tip().await?.end.hash)
    }

    /// The newest commit, fetched and verified.
    async fn tip(&self) -> Result<Tip, LedgerError> {
        let ours = self.ours().await?;
        if !self.shared {
            return self.verified(ours, None).await;
        }
        let theirs = self.theirs().await?;
        let (Some(mine), Some(other)) = (&ours, &theirs) else {
            let tip = self.verified(theirs.or_else(|| ours.clone()), None).await?;
            self.see(&tip, ours.as_deref()).await;
            return Ok(tip);
        };
        if mine == other || self.goes_on(other, mine).await? {
            // Entries recorded before there was a remote are shared with the next append.
            return self.verified(ours, None).await;
        }
        if !self.goes_on(mine, other).await? {
            return Err(LedgerError::Diverged);
        }
        let known = self.last_hash(mine).await?;
        let tip = self.verified(theirs, known).await?;
        self.see(&tip, ours.as_deref()).await;
        Ok(tip)
    }

    /// The branch in this repository.
    async fn ours(&self) -> Result<Option<String>, LedgerError> {
        let name = format!("{BRANCH}^{{commit}}");
        self.git
            .answer_or_none(&["rev-parse", "--verify", "--quiet", &name])
            .await
    }

    /// The branch at the remote; its commits are here afterwards.
    async fn theirs(&self) -> Result<Option<String>, LedgerError> {
        let listed = self.git.answer(&["ls-remote", REMOTE, BRANCH]).await?;
        let named = |line: &str| {
            let (commit, name) = line.split_once('\t')?;
            (name == BRANCH).then(|| commit.to_owned())
        };
        let Some(commit) = listed.lines().find_map(named) else {
            return Ok(None);
        };
        if !self.git.asks(&["cat-file", "-e", &commit]).await? {
            self.fetch().await?;
        }
        Ok(Some(commit))
    }

    async fn fetch(&self) -> Result<(), LedgerError> {
        // Writes no ref: several processes may fetch at once.
        let quiet = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
        let narrow = ["--no-recurse-submodules", "--refmap=", REMOTE, BRANCH];
        self.git.answer(&[quiet, narrow].concat()).await?;
        Ok(())
    }

    /// Whether `newer` goes on from `older`.
    async fn goes_on(&self, older: &str, newer: &str) -> Result<bool, LedgerError> {
        self.git
            .asks(&["merge-base", "--is-ancestor", older, newer])
            .await
    }

    /// Remembers what was seen. That this fails, as in a repository that may only be read,
    /// takes nothing away from the ledger.
    async fn see(&self, tip: &Tip, before: Option<&str>) {
        if let Some(commit) = &tip.commit
            && before != Some(commit)
        {
            let follow = ["update-ref", BRANCH, commit, before.unwrap_or_default()];
            let _ = self.git.answer(&follow).await;
        }
    }

    /// Lets git pack its objects, if it finds that there are too many.
    async fn pack(&self) {
        let few = ["-c", "gc.auto=256", "-c", "gc.autoDetach=false"];
        let _ = self
            .git
            .answer(&[&few[..], &["gc", "--auto", "--quiet"]].concat())
            .await;
    }

    /// The entries of a commit, verified unless they just were. An entry with the hash `known`
    /// must be among them.
    async fn verified(
        &self,
        commit: Option<String>,
        known: Option<EntryHash>,
    ) -> Result<Tip, LedgerError> {
        if let Some(tip) = self.remembered()
            && tip.commit == commit
        {
            return Ok(tip);
        }
        let mut end = End::start();
        if let Some(commit) = &commit {
            let mut walk = Walk::new(known);
            let mut lines = self.lines(commit)?;
            while let Some(page) = lines.page(PAGE).await? {
                for line in page {
                    let seq = walk.next();
                    let changed = |why| Broken::Changed { seq, why };
                    let row = line.and_then(|line| export::read(&line)).map_err(changed)?;
                    walk.step(&row)?;
                    end = End::behind(&row)?;
                }
            }
            walk.end()?;
        }
        let tip = Tip { commit, end };
        self.remember(tip.clone());
        Ok(tip)
    }

    /// Hash of the last entry of a commit.
    async fn last_hash(&self, commit: &str) -> Result<Option<EntryHash>, LedgerError> {
        let mut lines = self.lines(commit)?;
        let mut last = None;
        while let Some(mut page) = lines.page(PAGE).await? {
            last = page.pop();
        }
        let row = last.and_then(|line| Stored::from_line(&line.ok()?).ok());
        Ok(row.and_then(|row| row.hash.parse().ok()))
    }

    fn lines(&self, commit: &str) -> Result<Lines, LedgerError> {
        Lines::of(&self.git, &format!("{commit}:{FILE}"))
    }

    fn remembered(&self) -> Option<Tip> {
        let tip = self.verified.lock();
        tip.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, tip: Tip) {
        let mut last = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(tip);
    }

    fn place(&self) -> String {
        let branch = BRANCH.trim_start_matches("refs/heads/");
        format!("branch {branch} of {}", self.git.folder().display())
    }
}
