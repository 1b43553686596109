//! Commits, trees and files of a repository.

use std::collections::HashMap;

use super::{Actor, Answer, Forge, Refusal, refs::parse_sha};
use crate::{
    git::{Person, RawCommit},
    model::{
        Account, ChangedFile, Commit, Comparison, Content, Entry, FileContent, Repo, Sha,
        Signature, Slice, Timestamp, Window,
    },
};

/// The tree without files, which git knows without storing it.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

impl Forge {
    /// The commit that a branch, tag or commit id names.
    pub async fn resolve(&self, _actor: &Actor, repo: &Repo, rev: &str) -> Answer<Sha> {
        let missing = || Refusal::unprocessable(format!("No commit found for SHA: {rev}"));
        self.find_commit(repo, rev).await?.ok_or_else(missing)
    }

    async fn resolve_or_missing(&self, repo: &Repo, rev: &str) -> Answer<Sha> {
        self.find_commit(repo, rev)
            .await?
            .ok_or_else(Refusal::not_found)
    }

    /// As [`Forge::resolve`]; `None` when nothing has that name.
    pub async fn find_commit(&self, repo: &Repo, rev: &str) -> Answer<Option<Sha>> {
        self.find(repo, rev, "commit").await
    }

    /// What `rev` names, as the kind of object wanted.
    async fn find(&self, repo: &Repo, rev: &str, kind: &str) -> Answer<Option<Sha>> {
        // As in git, a full id is always an object's: a branch called like the id of a commit would
        // lend that commit its own checks and reviews.
        let is_id = rev.len() == 40 && rev.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id && let Some(sha) = self.branch_sha(repo, rev).await? {
            return Ok(Some(sha));
        }
        let found = self.git(repo).resolve(rev, kind).await?;
        found.map(|sha| parse_sha(&sha)).transpose()
    }

    /// A commit by branch, tag or id.
    pub async fn commit(&self, actor: &Actor, repo: &Repo, rev: &str) -> Answer<Commit> {
        let sha = self.resolve(actor, repo, rev).await?;
        let commits = self.log(repo, &["-1", sha.as_str()]).await?;
        commits.into_iter().next().ok_or_else(Refusal::not_found)
    }

    /// History from `rev` (the default branch when absent), newest first.
    pub async fn commits(
        &self,
        _actor: &Actor,
        repo: &Repo,
        rev: Option<&str>,
        path: Option<&str>,
        window: Window,
    ) -> Answer<Slice<Commit>> {
        let rev = rev.unwrap_or(&repo.default_branch);
        let sha = self.resolve_or_missing(repo, rev).await?;
        if path.is_some_and(|path| !names_a_file(path)) {
            return Ok(Window::ALL.cut(Vec::new()));
        }
        let mut range = vec![sha.as_str()];
        range.extend(path.map(|path| ["--", path]).into_iter().flatten());
        let count = self
            .git(repo)
            .text(
                ["rev-list", "--count", "--end-of-options"]
                    .iter()
                    .chain(&range),
            )
            .await?;
        let total: u64 = count
            .parse()
            .map_err(|_| Refusal::Internal(format!("rev-list --count: {count}")))?;
        let (start, take) = window.resolve(total);
        let (skip, limit) = (format!("--skip={start}"), format!("--max-count={take}"));
        let mut args = vec![skip.as_str(), limit.as_str()];
        args.extend(range);
        Ok(Slice {
            items: self.log(repo, &args).await?,
            start,
            total,
        })
    }

    /// Commits as `git log` with these arguments finds them, their people matched to accounts.
    pub(super) async fn log(&self, repo: &Repo, args: &[&str]) -> Answer<Vec<Commit>> {
        let raw = self.git(repo).log(args).await?;
        let named: Vec<(RawCommit, Vec<Person>)> = raw
            .into_iter()
            .map(|commit| {
                let others = co_authors(&commit.message, commit.author.at);
                (commit, others)
            })
            .collect();
        let mut emails: Vec<&str> = named
            .iter()
            .flat_map(|(commit, others)| {
                [&commit.author, &commit.committer]
                    .into_iter()
                    .chain(others)
                    .map(|person| person.email.as_str())
            })
            .collect();
        emails.sort_unstable();
        emails.dedup();
        let accounts: HashMap<String, Account> =
            self.accounts_by_email(&emails).await?.into_iter().collect();
        named
            .iter()
            .map(|(commit, others)| matched(commit, others, &accounts))
            .collect()
    }

    /// Files changed by a commit against its first parent.
    pub async fn commit_files(
        &self,
        _actor: &Actor,
        repo: &Repo,
        commit: &Commit,
    ) -> Answer<Vec<ChangedFile>> {
        let parent = commit.parents.first().map_or(EMPTY_TREE, Sha::as_str);
        Ok(self
            .git(repo)
            .changed_files(&[parent, commit.sha.as_str()])
            .await?)
    }

    /// `base...head`.
    pub async fn compare(
        &self,
        actor: &Actor,
        repo: &Repo,
        base: &str,
        head: &str,
    ) -> Answer<Comparison> {
        let git = self.git(repo);
        let (base, head) = (
            self.resolve(actor, repo, base).await,
            self.resolve(actor, repo, head).await,
        );
        let (Ok(base), Ok(head)) = (base, head) else {
            return Err(Refusal::not_found());
        };
        let output = git
            .output(["merge-base", base.as_str(), head.as_str()])
            .await?;
        let merge_base = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if merge_base.is_empty() {
            return Err(Refusal::not_found());
        }
        let ahead = format!("{base}..{head}");
        let behind = git
            .text(["rev-list", "--count", &format!("{head}..{base}")])
            .await?;
        Ok(Comparison {
            base: self.commit(actor, repo, base.as_str()).await?,
            commits: self.log(repo, &["--reverse", &ahead]).await?,
            behind: behind
                .parse()
                .map_err(|_| Refusal::Internal(format!("rev-list --count: {behind}")))?,
            files: git.changed_files(&[&merge_base, head.as_str()]).await?,
            merge_base: self.commit(actor, repo, &merge_base).await?,
        })
    }

    /// What stands at `path` at `rev` (the default branch when absent).
    pub async fn content(
        &self,
        _actor: &Actor,
        repo: &Repo,
        path: &str,
        rev: Option<&str>,
    ) -> Answer<Content> {
        let path = path.trim_matches('/');
        let rev = rev.unwrap_or(&repo.default_branch);
        let tree = self.find(repo, rev, "tree").await?;
        let tree = tree.ok_or_else(Refusal::not_found)?;
        if path.is_empty() {
            return Ok(Content::Folder(
                self.list(repo, tree.as_str(), "", false).await?,
            ));
        }
        if !names_a_file(path) {
            return Err(Refusal::not_found());
        }
        let found = self.list(repo, tree.as_str(), path, false).await?;
        let entry = found
            .into_iter()
            .find(|entry| entry.path == path)
            .ok_or_else(Refusal::not_found)?;
        match entry.kind.as_str() {
            "blob" => Ok(Content::File(FileContent {
                path: entry.path,
                bytes: self
                    .git(repo)
                    .bytes(["cat-file", "blob", entry.sha.as_str()])
                    .await?,
                sha: entry.sha,
            })),
            "tree" => Ok(Content::Folder(
                self.list(repo, tree.as_str(), &format!("{path}/"), false)
                    .await?,
            )),
            _ => Err(Refusal::not_found()),
        }
    }

    /// The entries of a tree; with `recursive` also of those below.
    pub async fn tree(
        &self,
        _actor: &Actor,
        repo: &Repo,
        rev: &str,
        recursive: bool,
    ) -> Answer<(Sha, Vec<Entry>)> {
        let tree = self.git(repo).resolve(rev, "tree").await?;
        let tree = parse_sha(&tree.ok_or_else(Refusal::not_found)?)?;
        let entries = self.list(repo, tree.as_str(), "", recursive).await?;
        Ok((tree, entries))
    }

    async fn list(
        &self,
        repo: &Repo,
        tree: &str,
        path: &str,
        recursive: bool,
    ) -> Answer<Vec<Entry>> {
        let mut args = vec!["ls-tree", "-z", "-l", "--full-tree"];
        if recursive {
            args.extend(["-r", "-t"]);
        }
        args.extend([tree, "--"]);
        if !path.is_empty() {
            args.push(path);
        }
        let text = self.git(repo).text(args).await?;
        text.split('\0')
            .filter(|line| !line.is_empty())
            .map(entry)
            .collect()
    }

    /// The bytes of a blob by id.
    pub async fn blob(&self, _actor: &Actor, repo: &Repo, sha: &str) -> Answer<Vec<u8>> {
        let git = self.git(repo);
        let sha: Sha = sha.parse().map_err(|_| Refusal::not_found())?;
        let blob = git
            .resolve(sha.as_str(), "blob")
            .await?
            .ok_or_else(Refusal::not_found)?;
        Ok(git.bytes(["cat-file", "blob", &blob]).await?)
    }
}

/// Whether anything in a repository could have this path: git fails at others instead of finding
/// nothing.
fn names_a_file(path: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    !path.contains('\0') && path.split('/').all(part)
}

fn entry(line: &str) -> Answer<Entry> {
    // `100644 blob ID    SIZE\tPATH`
    let unexpected = || Refusal::Internal(format!("git ls-tree printed `{line}`"));
    let (head, path) = line.split_once('\t').ok_or_else(unexpected)?;
    let mut parts = head.split_whitespace();
    let (Some(mode), Some(kind), Some(sha), Some(size)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(unexpected());
    };
    Ok(Entry {
        path: path.to_owned(),
        kind: kind.to_owned(),
        mode: mode.to_owned(),
        sha: parse_sha(sha)?,
        size: size.parse().ok(),
    })
}

/// People in `Co-authored-by: Name <e-mail>` lines.
fn co_authors(message: &str, at: i64) -> Vec<Person> {
    let person = |line: &str| {
        let (key, value) = line.split_once(':')?;
        if !key.trim().eq_ignore_ascii_case("co-authored-by") {
            return None;
        }
        let (name, rest) = value.split_once('<')?;
        let (email, _) = rest.split_once('>')?;
        Some(Person {
            name: name.trim().to_owned(),
            email: email.trim().to_owned(),
            at,
        })
    };
    message.lines().filter_map(person).collect()
}

fn matched(
    raw: &RawCommit,
    others: &[Person],
    accounts: &HashMap<String, Account>,
) -> Answer<Commit> {
    let signature = |person: &Person| {
        let at = Timestamp::from_second(person.at).map_err(|_| {
            Refusal::Internal(format!("commit {} has a time out of range", raw.sha))
        })?;
        Ok::<_, Refusal>(Signature {
            name: person.name.clone(),
            email: person.email.clone(),
            at,
            account: accounts.get(&person.email).cloned(),
        })
    };
    Ok(Commit {
        sha: parse_sha(&raw.sha)?,
        tree: parse_sha(&raw.tree)?,
        parents: raw
            .parents
            .iter()
            .map(|sha| parse_sha(sha))
            .collect::<Answer<_>>()?,
        author: signature(&raw.author)?,
        committer: signature(&raw.committer)?,
        co_authors: others.iter().map(signature).collect::<Answer<_>>()?,
        message: raw.message.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::co_authors;

    #[test]
    fn co_authors_are_read_from_the_message() {
        let found = co_authors(
            "x\n\nCo-authored-by: Ann B <a@b.c>\nco-Authored-By: bad\n",
            0,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name.as_str(), found[0].email.as_str()),
            ("Ann B", "a@b.c")
        );
    }
}
