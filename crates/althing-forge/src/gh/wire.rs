//! Forms that several answers share.

use althing_diag::id::{Account, Sha, UserId};
use serde::Deserialize;

use super::api::Asked;
use crate::{ErrorKind, ForgeError};

/// A list of which only the nodes are asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Nodes<T> {
    pub(super) nodes: Vec<T>,
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) nodes: Vec<T>,
    #[serde(rename = "pageInfo")]
    pub(super) info: PageInfo,
}

/// What comes after a page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    end_cursor: Option<String>,
}

impl PageInfo {
    /// The cursor to the next page; `None` at the end.
    ///
    /// # Errors
    /// When there should be more but no way to it.
    pub(super) fn next(self, asked: &Asked) -> Result<Option<String>, ForgeError> {
        match (self.has_next_page, self.end_cursor) {
            (false, _) => Ok(None),
            (true, Some(cursor)) => Ok(Some(cursor)),
            (true, None) => Err(asked.error(
                ErrorKind::Answer,
                "unexpected answer: a next page without a cursor",
            )),
        }
    }
}

/// Something that acts: a person, a bot, an organization.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Actor {
    login: String,
    database_id: Option<u64>,
}

impl Actor {
    /// The account; `None` for kinds of actors that have no numeric id, which rights could
    /// not bind to.
    pub(super) fn account(self) -> Option<Account> {
        Some(Account {
            id: UserId(self.database_id?),
            login: self.login,
        })
    }
}

/// An object of git of which only the id is asked for.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Object {
    pub(super) oid: Sha,
}

/// A name.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

impl Nodes<Named> {
    /// The names alone.
    pub(super) fn names(self) -> Vec<String> {
        self.nodes.into_iter().map(|node| node.name).collect()
    }
}

/// The value of a board's `Status` field. Other kinds of fields have no name.
#[derive(Debug, Deserialize)]
pub(super) struct StatusValue {
    pub(super) name: Option<String>,
}
