//! Refs of a repository.

use super::{Actor, Answer, Forge, Refusal, now};
use crate::{
    git::{Git, RefChange, ZERO, valid_ref_name},
    model::{GitRef, Permission, Repo, Sha},
};

impl Forge {
    /// Refs whose full name starts with `prefix` (such as `refs/heads/`), by name.
    pub async fn refs(&self, _actor: &Actor, repo: &Repo, prefix: &str) -> Answer<Vec<GitRef>> {
        let refs = self.git(repo).list_refs(prefix).await?;
        refs.into_iter()
            .map(|[name, sha, kind]| {
                Ok(GitRef {
                    name,
                    sha: parse_sha(&sha)?,
                    kind,
                })
            })
            .collect()
    }

    /// A ref by its full name.
    pub async fn git_ref(&self, _actor: &Actor, repo: &Repo, name: &str) -> Answer<GitRef> {
        let git = self.git(repo);
        let sha = git.read_ref(name).await?.ok_or_else(Refusal::not_found)?;
        let kind = if name.starts_with("refs/heads/") {
            "commit".to_owned()
        } else {
            git.text(["cat-file", "-t", &sha]).await?
        };
        Ok(GitRef {
            name: name.to_owned(),
            sha: parse_sha(&sha)?,
            kind,
        })
    }

    /// The commit of a branch; `None` when there is no such branch. Reads one small file.
    pub async fn branch_sha(&self, repo: &Repo, branch: &str) -> Answer<Option<Sha>> {
        let name = format!("refs/heads/{branch}");
        self.git(repo)
            .read_ref(&name)
            .await?
            .map(|sha| parse_sha(&sha))
            .transpose()
    }

    /// Creates a ref (write): of several callers exactly one succeeds, the others are refused
    /// with 422 `Reference already exists`.
    pub async fn create_ref(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        target: &str,
    ) -> Answer<GitRef> {
        repo.require(Permission::Write)?;
        require_writable(name)?;
        let short = name.splitn(3, '/').nth(2).unwrap_or_default();
        if short.parse::<Sha>().is_ok() {
            return Err(Refusal::unprocessable(
                "Branch or tag names consisting of 40 hex characters are not allowed.",
            ));
        }
        let git = self.git(repo);
        let target = existing_object(&git, name, target).await?;
        if !git.create_ref(name, &target).await? {
            return Err(why_not_created(&git, name).await?);
        }
        self.pushed(repo).await?;
        self.git_ref(actor, repo, name).await
    }

    /// Moves a ref (write); without `force` only forward.
    pub async fn update_ref(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        target: &str,
        force: bool,
    ) -> Answer<GitRef> {
        repo.require(Permission::Write)?;
        require_writable(name)?;
        let git = self.git(repo);
        let old = git
            .read_ref(name)
            .await?
            .ok_or_else(|| Refusal::unprocessable("Reference does not exist"))?;
        let target = existing_object(&git, name, target).await?;
        if !force && !git.is_ancestor(&old, &target).await? {
            return Err(Refusal::unprocessable("Update is not a fast forward"));
        }
        if !git.move_ref(name, &target, &old).await? {
            return Err(Refusal::Conflict(
                "Reference was updated by somebody else".to_owned(),
            ));
        }
        self.pushed(repo).await?;
        self.git_ref(actor, repo, name).await
    }

    /// Deletes a ref (write).
    pub async fn delete_ref(&self, _actor: &Actor, repo: &Repo, name: &str) -> Answer<()> {
        repo.require(Permission::Write)?;
        require_writable(name)?;
        let missing = || Refusal::unprocessable("Reference does not exist");
        if name == format!("refs/heads/{}", repo.default_branch) {
            return Err(Refusal::unprocessable("Cannot delete the default branch"));
        }
        let git = self.git(repo);
        let old = git.read_ref(name).await?.ok_or_else(missing)?;
        if !git.delete_ref(name, &old).await? {
            return Err(missing());
        }
        self.pushed(repo).await
    }

    /// Changes several refs at once (write): all of them, or none when one does not point to
    /// where it was said to be, or would move back without force.
    pub async fn update_refs(&self, repo: &Repo, updates: &[RefUpdate]) -> Answer<()> {
        repo.require(Permission::Write)?;
        let git = self.git(repo);
        let mut changes = Vec::new();
        for update in updates {
            require_writable(&update.name)?;
            let old = git.read_ref(&update.name).await?;
            let old = old.as_deref().unwrap_or(ZERO);
            let expected = update.before.as_ref().map(Sha::as_str);
            if expected.is_some_and(|expected| expected != old) {
                return Err(moved(&update.name));
            }
            let new = update.after.as_str();
            if new == ZERO && update.name == format!("refs/heads/{}", repo.default_branch) {
                return Err(Refusal::unprocessable("Cannot delete the default branch"));
            }
            if new != ZERO {
                existing_object(&git, &update.name, new).await?;
                if old != ZERO && !update.force && !git.is_ancestor(old, new).await? {
                    return Err(Refusal::unprocessable("Update is not a fast forward"));
                }
            }
            changes.push(RefChange {
                name: &update.name,
                new,
                old: expected,
            });
        }
        if !git.change_refs(&changes).await? {
            let name = updates.first().map_or("", |update| update.name.as_str());
            return Err(moved(name));
        }
        self.pushed(repo).await
    }

    /// Notes that something was pushed.
    pub(crate) async fn pushed(&self, repo: &Repo) -> Answer<()> {
        sqlx::query("UPDATE repo SET pushed_at = ? WHERE id = ?")
            .bind(now().as_millisecond())
            .bind(repo.id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// A ref that is to point elsewhere. The id of zeros stands for a ref that is not there.
#[derive(Clone, Debug)]
pub struct RefUpdate {
    /// Full name.
    pub name: String,
    /// Where it must point to; `None` for wherever.
    pub before: Option<Sha>,
    /// Where it then points to.
    pub after: Sha,
    /// Whether it may also move back.
    pub force: bool,
}

fn moved(name: &str) -> Refusal {
    Refusal::Conflict(format!("{name} does not point to the expected object."))
}

pub(super) fn parse_sha(text: &str) -> Answer<Sha> {
    text.parse()
        .map_err(|_| Refusal::Internal(format!("git printed `{text}` where a commit id belongs")))
}

/// Why a ref could not be created. Only one that is there may be called so: callers take that
/// answer for "somebody else has it".
async fn why_not_created(git: &Git, name: &str) -> Answer<Refusal> {
    if git.read_ref(name).await?.is_some() {
        return Ok(Refusal::unprocessable("Reference already exists"));
    }
    let (below, own) = (format!("{name}/"), name);
    let clash = git
        .list_refs("refs/")
        .await?
        .into_iter()
        .find(|[other, ..]| {
            other.starts_with(&below)
                || own
                    .strip_prefix(other.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        });
    Ok(match clash {
        Some([other, ..]) => Refusal::unprocessable(format!("Reference name clashes with {other}")),
        None => Refusal::Conflict(format!(
            "{name} is being changed by somebody else. Try again."
        )),
    })
}

fn require_writable(name: &str) -> Answer<()> {
    if !valid_ref_name(name) {
        return Err(Refusal::unprocessable(format!(
            "{name} is not a valid ref name."
        )));
    }
    if name.starts_with("refs/pull/") {
        return Err(Refusal::unprocessable("refs/pull is a read-only namespace"));
    }
    Ok(())
}

/// The full id of an object that `name` may point to.
async fn existing_object(git: &Git, name: &str, target: &str) -> Answer<String> {
    let sha: Sha = target.parse().map_err(|_| {
        Refusal::unprocessable(
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
        )
    })?;
    let kind = if name.starts_with("refs/heads/") {
        "commit"
    } else {
        "object"
    };
    match git.resolve(sha.as_str(), kind).await? {
        Some(found) if found == sha.as_str() => Ok(found),
        _ => Err(Refusal::unprocessable("Object does not exist")),
    }
}
