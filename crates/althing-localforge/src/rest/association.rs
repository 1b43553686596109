//! How authors stand to a repository.

use std::collections::BTreeMap;

use super::view::Association;
use crate::{
    forge::{Answer, Forge},
    model::{Account, AccountId, AccountKind, Permission, Repo},
};

/// Looks each author up once.
pub(super) struct Associations<'a> {
    forge: &'a Forge,
    repo: &'a Repo,
    known: BTreeMap<AccountId, Association>,
}

impl<'a> Associations<'a> {
    pub(super) fn new(forge: &'a Forge, repo: &'a Repo) -> Self {
        Self {
            forge,
            repo,
            known: BTreeMap::new(),
        }
    }

    pub(super) async fn of(&mut self, author: &Account) -> Answer<Association> {
        if let Some(known) = self.known.get(&author.id) {
            return Ok(known);
        }
        let found = self.find(author).await?;
        self.known.insert(author.id, found);
        Ok(found)
    }

    async fn find(&self, author: &Account) -> Answer<Association> {
        let owner = &self.repo.owner;
        if owner.id == author.id {
            return Ok("OWNER");
        }
        if owner.kind == AccountKind::Organization
            && self.forge.membership(owner, author.id).await?.is_some()
        {
            return Ok("MEMBER");
        }
        // Everybody may read a public repository; more than that was given.
        let may = self.forge.permission_of(self.repo, author).await?;
        Ok(match may {
            Some(permission) if permission > Permission::Read => "COLLABORATOR",
            _ => "NONE",
        })
    }
}
