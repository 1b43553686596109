//! Which issues and pull requests have changed.

use std::collections::BTreeMap;

use althing_diag::id::RepoName;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    api::{MAX_PAGES, encoded},
    command::Gh,
};
use crate::{ChangedTopic, ErrorKind, ForgeError, IssueNumber, TopicKind};

/// Topics on a page.
const PAGE: usize = 100;

#[derive(Deserialize)]
struct Listed {
    number: IssueNumber,
    updated_at: Timestamp,
    /// Only pull requests have it.
    pull_request: Option<serde::de::IgnoredAny>,
}

/// Reads in the order of changes and goes on from the time of the last one seen, not from a
/// page's number: a topic that changes meanwhile moves to the end, and the next page by number
/// would begin one too late.
pub(super) async fn list(
    gh: &Gh,
    repo: &RepoName,
    since: Timestamp,
) -> Result<Vec<ChangedTopic>, ForgeError> {
    let mut changed: BTreeMap<IssueNumber, ChangedTopic> = BTreeMap::new();
    let (mut from, mut page) = (since, 1);
    for _ in 0..MAX_PAGES {
        let time = encoded(&from.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        let path = format!(
            "repos/{repo}/issues?state=all&sort=updated&direction=asc&per_page={PAGE}&since={time}&page={page}"
        );
        let (response, asked) = gh.rest("GET", &path, None, &[]).await?;
        let listed: Vec<Listed> = asked.decode(&response.body)?;
        let is_full = listed.len() >= PAGE;
        let last = listed.iter().map(|topic| topic.updated_at).max();
        for topic in listed {
            changed.insert(topic.number, topic.into());
        }
        let Some(last) = last.filter(|_| is_full) else {
            let mut changed: Vec<ChangedTopic> = changed.into_values().collect();
            changed.sort_by_key(|topic| (topic.updated_at, topic.number));
            return Ok(changed);
        };
        // Times are to the second, and a second may go on behind the page.
        let next = last
            .saturating_sub(SignedDuration::from_secs(1))
            .unwrap_or(last);
        (from, page) = if next > from {
            (next, 1)
        } else {
            (from, page + 1)
        };
    }
    Err(ForgeError {
        kind: ErrorKind::Answer,
        command: "changed topics".to_owned(),
        message: format!("the list has no end after {MAX_PAGES} pages"),
    })
}

impl From<Listed> for ChangedTopic {
    fn from(listed: Listed) -> Self {
        Self {
            number: listed.number,
            kind: match listed.pull_request {
                Some(_) => TopicKind::PullRequest,
                None => TopicKind::Issue,
            },
            updated_at: listed.updated_at,
        }
    }
}
