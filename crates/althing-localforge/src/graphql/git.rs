//! Refs and what they point to.

use async_graphql::{Context, Interface, Object, Result};
use tokio::sync::OnceCell;

use super::{
    absent::BranchProtectionRule, call::Call, commit::Commit, page::connection,
    repository::Repository, scalar::GitObjectId,
};
use crate::{
    forge::Refusal,
    model::{Content, FileContent, GitRef, Repo, Sha},
};

/// What a repository stores.
#[derive(Interface)]
#[graphql(
    field(name = "oid", ty = "GitObjectId"),
    field(name = "abbreviated_oid", ty = "String"),
    field(name = "repository", ty = "Repository")
)]
pub(crate) enum GitObject {
    Commit(Commit),
    Tree(Tree),
    Blob(Blob),
}

/// A branch or tag.
pub(crate) struct Ref {
    repo: Repo,
    /// Full name.
    name: String,
    sha: Sha,
}

impl Ref {
    pub(crate) fn new(repo: Repo, found: GitRef) -> Self {
        Self {
            repo,
            name: found.name,
            sha: found.sha,
        }
    }

    fn prefix_length(&self) -> usize {
        ["refs/heads/", "refs/tags/"]
            .into_iter()
            .find(|prefix| self.name.starts_with(prefix))
            .map_or_else(|| self.name.rfind('/').map_or(0, |at| at + 1), str::len)
    }
}

#[Object]
impl Ref {
    async fn name(&self) -> &str {
        self.name.get(self.prefix_length()..).unwrap_or("")
    }

    async fn prefix(&self) -> &str {
        self.name.get(..self.prefix_length()).unwrap_or("")
    }

    async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn target(&self) -> Option<GitObject> {
        Some(GitObject::Commit(Commit::named(
            self.repo.clone(),
            self.sha.clone(),
        )))
    }

    async fn branch_protection_rule(&self) -> Option<BranchProtectionRule> {
        None
    }
}

connection!(RefConnection, RefEdge, Ref);

/// A file.
pub(crate) struct Blob {
    repo: Repo,
    file: FileContent,
}

impl Blob {
    fn utf8(&self) -> Option<&str> {
        std::str::from_utf8(&self.file.bytes)
            .ok()
            .filter(|text| !text.contains('\0'))
    }
}

#[Object]
impl Blob {
    pub(crate) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.file.sha.to_string())
    }

    pub(crate) async fn abbreviated_oid(&self) -> String {
        self.file.sha.short().to_owned()
    }

    pub(crate) async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn byte_size(&self) -> usize {
        self.file.bytes.len()
    }

    async fn is_binary(&self) -> Option<bool> {
        Some(self.utf8().is_none())
    }

    async fn is_truncated(&self) -> bool {
        false
    }

    async fn text(&self) -> Option<&str> {
        self.utf8()
    }
}

/// A folder.
pub(crate) struct Tree {
    repo: Repo,
    sha: Sha,
    /// Read from git only when asked for.
    entries: OnceCell<Vec<crate::model::Entry>>,
}

impl Tree {
    /// A folder by its id.
    pub(crate) fn named(repo: Repo, sha: Sha) -> Self {
        Self {
            repo,
            sha,
            entries: OnceCell::new(),
        }
    }

    fn read(repo: Repo, sha: Sha, entries: Vec<crate::model::Entry>) -> Self {
        Self {
            repo,
            sha,
            entries: OnceCell::new_with(Some(entries)),
        }
    }
}

#[Object]
impl Tree {
    pub(crate) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.sha.to_string())
    }

    pub(crate) async fn abbreviated_oid(&self) -> String {
        self.sha.short().to_owned()
    }

    pub(crate) async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn entries(&self, ctx: &Context<'_>) -> Result<Option<Vec<TreeEntry<'_>>>> {
        let call = Call::of(ctx)?;
        let read = || async {
            let (_, entries) = call
                .forge()
                .tree(&call.actor, &self.repo, self.sha.as_str(), false)
                .await?;
            Ok::<_, Refusal>(entries)
        };
        let entries = self.entries.get_or_try_init(read).await?;
        Ok(Some(entries.iter().map(TreeEntry).collect()))
    }
}

/// An entry of a folder.
pub(crate) struct TreeEntry<'a>(&'a crate::model::Entry);

#[Object]
impl<'a> TreeEntry<'a> {
    async fn name(&self) -> &str {
        self.0.path.rsplit('/').next().unwrap_or("")
    }

    async fn path(&self) -> Option<&str> {
        Some(&self.0.path)
    }

    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    async fn oid(&self) -> GitObjectId {
        GitObjectId(self.0.sha.to_string())
    }
}

/// The branch of that name, if there is one.
pub(crate) async fn branch(ctx: &Context<'_>, repo: &Repo, name: &str) -> Result<Option<Ref>> {
    let sha = Call::of(ctx)?.forge().branch_sha(repo, name).await?;
    Ok(sha.map(|sha| Ref {
        repo: repo.clone(),
        name: format!("refs/heads/{name}"),
        sha,
    }))
}

/// The ref with that name, full or of a branch or tag.
pub(crate) async fn named_ref(ctx: &Context<'_>, repo: &Repo, name: &str) -> Result<Option<Ref>> {
    let call = Call::of(ctx)?;
    let candidates = if name.starts_with("refs/") {
        vec![name.to_owned()]
    } else {
        vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")]
    };
    for candidate in candidates {
        if let Some(found) = known(call.forge().git_ref(&call.actor, repo, &candidate).await)? {
            return Ok(Some(Ref::new(repo.clone(), found)));
        }
    }
    Ok(None)
}

/// What a git expression names: `REV` a commit, or a tree or blob by its id; `REV:PATH` a file or
/// folder.
pub(crate) async fn object(
    ctx: &Context<'_>,
    repo: &Repo,
    expression: &str,
) -> Result<Option<GitObject>> {
    let call = Call::of(ctx)?;
    let (forge, actor) = (call.forge(), &call.actor);
    let Some((rev, path)) = expression.split_once(':') else {
        return by_name(call, repo, expression).await;
    };
    let rev = if rev.is_empty() { "HEAD" } else { rev };
    let path = path.trim_matches('/');
    Ok(
        match known(forge.content(actor, repo, path, Some(rev)).await)? {
            Some(Content::File(file)) => Some(GitObject::Blob(Blob {
                repo: repo.clone(),
                file,
            })),
            Some(Content::Folder(entries)) => {
                let sha = folder_id(call, repo, rev, path).await?;
                Some(GitObject::Tree(Tree::read(repo.clone(), sha, entries)))
            }
            None => None,
        },
    )
}

async fn by_name(call: &Call, repo: &Repo, rev: &str) -> Result<Option<GitObject>> {
    let (forge, actor) = (call.forge(), &call.actor);
    if let Some(sha) = forge.find_commit(repo, rev).await? {
        let commit = forge.commit(actor, repo, sha.as_str()).await?;
        return Ok(Some(GitObject::Commit(Commit::read(repo.clone(), commit))));
    }
    let repo_of = || repo.clone();
    if let Some((sha, entries)) = known(forge.tree(actor, repo, rev, false).await)? {
        return Ok(Some(GitObject::Tree(Tree::read(repo_of(), sha, entries))));
    }
    let bytes = known(forge.blob(actor, repo, rev).await)?;
    Ok(bytes.zip(rev.parse().ok()).map(|(bytes, sha)| {
        let file = FileContent {
            path: String::new(),
            bytes,
            sha,
        };
        GitObject::Blob(Blob {
            repo: repo_of(),
            file,
        })
    }))
}

/// The id of the folder at `path`, as the folder above it lists it.
async fn folder_id(call: &Call, repo: &Repo, rev: &str, path: &str) -> Result<Sha> {
    let (forge, actor) = (call.forge(), &call.actor);
    if path.is_empty() {
        return Ok(forge.tree(actor, repo, rev, false).await?.0);
    }
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let Content::Folder(entries) = forge.content(actor, repo, above, Some(rev)).await? else {
        return Err(Refusal::not_found().into());
    };
    let entry = entries.into_iter().find(|entry| entry.path == path);
    entry
        .map(|entry| entry.sha)
        .ok_or_else(|| Refusal::not_found().into())
}

/// `None` for what does not exist.
fn known<T>(answer: crate::forge::Answer<T>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Refusal::NotFound(_)) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
