//! Lists of issues and pull requests: the open ones, and the others back to a time.

use std::collections::BTreeMap;

use althing_diag::id::RepoName;
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::super::{
    api::{Asked, Document, MAX_PAGES},
    command::Gh,
    wire::Page,
};
use crate::{ForgeError, Partial};

/// An entry of such a list.
pub(super) trait Entry: DeserializeOwned {
    fn number(&self) -> u64;
    fn updated_at(&self) -> Timestamp;
}

/// One kind of entries of a repository.
pub(super) struct Catalogue<'a> {
    pub(super) gh: &'a Gh,
    pub(super) repo: &'a RepoName,
    pub(super) document: &'a Document,
    /// The states of what is no longer open.
    pub(super) closed: &'a [&'a str],
}

#[derive(Deserialize)]
struct Data<E> {
    repository: Option<Repository<E>>,
}

#[derive(Deserialize)]
struct Repository<E> {
    #[serde(alias = "pullRequests", alias = "issues")]
    list: Page<E>,
}

/// Entries by number; of one that was met twice the later reading.
struct Met<E> {
    entries: BTreeMap<u64, E>,
    complete: bool,
}

impl Catalogue<'_> {
    /// All that are open, and the others that changed since a time.
    pub(super) async fn read<E: Entry>(&self, since: Timestamp) -> Result<Partial<E>, ForgeError> {
        let mut met = Met {
            entries: BTreeMap::new(),
            complete: true,
        };
        // First the open ones: one that is closed meanwhile is among the others then.
        let by_creation = json!({ "field": "CREATED_AT", "direction": "ASC" });
        self.add(&mut met, &["OPEN"], &by_creation, None).await?;
        let by_change = json!({ "field": "UPDATED_AT", "direction": "DESC" });
        let closed = self.closed;
        let (pages, newest) = self.add(&mut met, closed, &by_change, Some(since)).await?;
        // One that changes while later pages are read moves to the front, where it was not yet.
        if let Some(newest) = newest.filter(|_| pages > 1) {
            self.add(&mut met, closed, &by_change, Some(newest)).await?;
        }
        Ok(Partial {
            items: met.entries.into_values().collect(),
            complete: met.complete,
        })
    }

    /// Reads a list to its end, or down to what changed before a time. Says how many pages that
    /// took, and when the first entry changed.
    async fn add<E: Entry>(
        &self,
        met: &mut Met<E>,
        states: &[&str],
        order: &serde_json::Value,
        down_to: Option<Timestamp>,
    ) -> Result<(usize, Option<Timestamp>), ForgeError> {
        let (mut after, mut newest) = (None, None);
        for pages in 1..=MAX_PAGES {
            let (page, asked) = self.page::<E>(states, order, after).await?;
            newest = newest.or(page.nodes.first().map(Entry::updated_at));
            let is_past = |entry: &E| down_to.is_some_and(|time| entry.updated_at() < time);
            let is_reached = page.nodes.iter().any(is_past);
            let wanted = page.nodes.into_iter().filter(|entry| !is_past(entry));
            met.entries
                .extend(wanted.map(|entry| (entry.number(), entry)));
            after = page.info.next(&asked)?;
            if is_reached || after.is_none() {
                return Ok((pages, newest));
            }
        }
        met.complete = false;
        Ok((MAX_PAGES, newest))
    }

    async fn page<E: Entry>(
        &self,
        states: &[&str],
        order: &serde_json::Value,
        after: Option<String>,
    ) -> Result<(Page<E>, Asked), ForgeError> {
        let variables = json!({
            "owner": self.repo.owner(),
            "name": self.repo.name(),
            "states": states,
            "order": order,
            "after": after,
        });
        let (data, asked) = self.gh.graphql::<Data<E>>(self.document, variables).await?;
        let repository = data.repository;
        let repository =
            repository.ok_or_else(|| asked.not_found(format!("there is no {}", self.repo)))?;
        Ok((repository.list, asked))
    }
}
