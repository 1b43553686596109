//! Commits, trees and files of a repository.

use super::{Actor, Answer, Forge};
use crate::model::{ChangedFile, Commit, Comparison, Content, Entry, Repo, Sha, Slice, Window};

impl Forge {
    /// The commit that a branch, tag or commit id names.
    pub async fn resolve(&self, actor: &Actor, repo: &Repo, rev: &str) -> Answer<Sha> {
        todo!()
    }

    /// A commit by branch, tag or id.
    pub async fn commit(&self, actor: &Actor, repo: &Repo, rev: &str) -> Answer<Commit> {
        todo!()
    }

    /// History from `rev` (the default branch when absent), newest first.
    pub async fn commits(
        &self,
        actor: &Actor,
        repo: &Repo,
        rev: Option<&str>,
        path: Option<&str>,
        window: Window,
    ) -> Answer<Slice<Commit>> {
        todo!()
    }

    /// Files changed by a commit against its first parent.
    pub async fn commit_files(
        &self,
        actor: &Actor,
        repo: &Repo,
        commit: &Commit,
    ) -> Answer<Vec<ChangedFile>> {
        todo!()
    }

    /// `base...head`.
    pub async fn compare(
        &self,
        actor: &Actor,
        repo: &Repo,
        base: &str,
        head: &str,
    ) -> Answer<Comparison> {
        todo!()
    }

    /// What stands at `path` at `rev` (the default branch when absent).
    pub async fn content(
        &self,
        actor: &Actor,
        repo: &Repo,
        path: &str,
        rev: Option<&str>,
    ) -> Answer<Content> {
        todo!()
    }

    /// The entries of a tree; with `recursive` also of those below.
    pub async fn tree(
        &self,
        actor: &Actor,
        repo: &Repo,
        rev: &str,
        recursive: bool,
    ) -> Answer<(Sha, Vec<Entry>)> {
        todo!()
    }

    /// The bytes of a blob by id.
    pub async fn blob(&self, actor: &Actor, repo: &Repo, sha: &str) -> Answer<Vec<u8>> {
        todo!()
    }
}
