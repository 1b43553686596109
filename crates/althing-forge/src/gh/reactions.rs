//! Who reacted how.

use althing_diag::id::{Account, RepoName};
use serde::Deserialize;

use super::{api::MAX_PAGES, command::Gh};
use crate::{ErrorKind, ForgeError, Reacted, Reaction, ReactionKind};

/// Reactions on a page.
const PAGE: usize = 100;

#[derive(Deserialize)]
struct Listed {
    user: Option<Account>,
    content: ReactionKind,
}

pub(super) async fn list(
    gh: &Gh,
    repo: &RepoName,
    on: Reacted,
) -> Result<Vec<Reaction>, ForgeError> {
    let on = match on {
        Reacted::Topic(number) => format!("issues/{number}"),
        Reacted::Comment(comment) => format!("issues/comments/{comment}"),
    };
    let mut reactions = Vec::new();
    for page in 1..=MAX_PAGES {
        let path = format!("repos/{repo}/{on}/reactions?per_page={PAGE}&page={page}");
        let (response, asked) = gh.rest("GET", &path, None, &[]).await?;
        let listed: Vec<Listed> = asked.decode(&response.body)?;
        let is_full = listed.len() >= PAGE;
        reactions.extend(listed.into_iter().map(|reaction| Reaction {
            by: reaction.user,
            kind: reaction.content,
        }));
        if !is_full {
            return Ok(reactions);
        }
    }
    Err(ForgeError {
        kind: ErrorKind::Answer,
        command: "reactions".to_owned(),
        message: format!("the list has no end after {MAX_PAGES} pages"),
    })
}
