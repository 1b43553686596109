//! Commits made on the forge itself.

use super::{Actor, Answer, Forge, Refusal, refs::parse_sha, repos::person};
use crate::{
    git::{NewCommit, TreeChange},
    model::{Permission, Repo, Sha},
};

/// A commit to make on a branch.
#[derive(Clone, Debug)]
pub struct BranchCommit {
    /// The branch by its short name.
    pub branch: String,
    /// Where it must be for the commit to be made.
    pub expected_head: Sha,
    /// The message.
    pub message: String,
    /// Files to write, with all of their content.
    pub additions: Vec<(String, Vec<u8>)>,
    /// Files to remove.
    pub deletions: Vec<String>,
}

/// A commit to make of a tree that is there.
#[derive(Clone, Debug)]
pub struct LooseCommit {
    /// The message.
    pub message: String,
    /// The files.
    pub tree: Sha,
    /// The commits before it.
    pub parents: Vec<Sha>,
}

impl Forge {
    /// Makes a commit that nothing points to (write), by the caller and now.
    pub async fn create_commit(&self, actor: &Actor, repo: &Repo, new: LooseCommit) -> Answer<Sha> {
        repo.require(Permission::Write)?;
        let git = self.git(repo);
        if git.resolve(new.tree.as_str(), "tree").await?.as_deref() != Some(new.tree.as_str()) {
            return Err(Refusal::unprocessable("Tree SHA does not exist"));
        }
        for parent in &new.parents {
            if git.resolve(parent.as_str(), "commit").await?.as_deref() != Some(parent.as_str()) {
                return Err(Refusal::unprocessable(
                    "Parent SHA does not exist or is not a commit object",
                ));
            }
        }
        let author = person(&actor.user);
        let parents: Vec<&str> = new.parents.iter().map(Sha::as_str).collect();
        let commit = git
            .commit_tree(NewCommit {
                tree: new.tree.as_str(),
                parents: &parents,
                author: &author,
                committer: &author,
                message: &new.message,
            })
            .await?;
        parse_sha(&commit)
    }

    /// Makes one commit on top of a branch (write), if that still is where the caller saw it.
    pub async fn commit_on_branch(
        &self,
        actor: &Actor,
        repo: &Repo,
        new: BranchCommit,
    ) -> Answer<Sha> {
        repo.require(Permission::Write)?;
        let head = self.branch_sha(repo, &new.branch).await?;
        let head = head.ok_or_else(Refusal::not_found)?;
        let moved = || {
            let (branch, expected) = (&new.branch, &new.expected_head);
            Refusal::Conflict(format!(
                "Expected branch {branch} to point to \"{expected}\" but it did not. Pull and try again."
            ))
        };
        if head != new.expected_head {
            return Err(moved());
        }
        let paths = new.additions.iter().map(|(path, _)| path);
        if let Some(path) = paths.chain(&new.deletions).find(|path| !is_path(path)) {
            let message = format!("A path was requested which is not valid: {path:?}");
            return Err(Refusal::unprocessable(message));
        }
        let git = self.git(repo);
        let mut changes = Vec::new();
        for (path, bytes) in &new.additions {
            let blob = git.hash_object(bytes).await?;
            changes.push(TreeChange::Put { path, blob });
        }
        for path in &new.deletions {
            let object = format!("{head}:{path}");
            if !git.succeeds(["cat-file", "-e", &object]).await? {
                let message =
                    format!("A path was requested for deletion which does not exist: {path}");
                return Err(Refusal::unprocessable(message));
            }
            changes.push(TreeChange::Remove { path });
        }
        let tree = git.change_tree(head.as_str(), &changes).await?;
        let author = person(&actor.user);
        let commit = git
            .commit_tree(NewCommit {
                tree: &tree,
                parents: &[head.as_str()],
                author: &author,
                committer: &author,
                message: &new.message,
            })
            .await?;
        let name = format!("refs/heads/{}", new.branch);
        if !git.move_ref(&name, &commit, head.as_str()).await? {
            return Err(moved());
        }
        self.pushed(repo).await?;
        parse_sha(&commit)
    }
}

/// Whether a path stays within the repository. Git leaves the others out without a word.
fn is_path(path: &str) -> bool {
    let is_part =
        |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
    path.split('/').all(is_part) && !path.contains(['\0', '\n'])
}
