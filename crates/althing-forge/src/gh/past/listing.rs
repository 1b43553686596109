//! Lists of REST, page by page.

use althing_diag::id::{Account, UserId};
use serde::{Deserialize, de::DeserializeOwned};

use super::super::command::Gh;
use crate::{ForgeError, Partial};

/// Pages that are read of a list before it counts as cut.
const MAX_PAGES: usize = 30;

/// The account that stands for all that were deleted.
const GHOST: UserId = UserId(10_137);

/// Reads a list to its end; `items` takes a page apart.
pub(super) async fn read<A: DeserializeOwned, T>(
    gh: &Gh,
    path: &str,
    items: impl Fn(A) -> Vec<T>,
) -> Result<Partial<T>, ForgeError> {
    let mut read = Partial {
        items: Vec::new(),
        complete: false,
    };
    let more = if path.contains('?') { '&' } else { '?' };
    for page in 1..=MAX_PAGES {
        let path = format!("{path}{more}per_page=100&page={page}");
        let (response, asked) = gh.rest("GET", &path, None, &[]).await?;
        read.items.extend(items(asked.decode(&response.body)?));
        let links = response.header("link").unwrap_or_default();
        if !links.contains("rel=\"next\"") {
            read.complete = true;
            break;
        }
    }
    Ok(read)
}

/// An account as REST tells it.
#[derive(Deserialize)]
pub(super) struct User {
    id: UserId,
    login: String,
}

impl User {
    /// The account; `None` for one that was deleted.
    pub(super) fn account(self) -> Option<Account> {
        (self.id != GHOST).then_some(Account {
            id: self.id,
            login: self.login,
        })
    }
}
