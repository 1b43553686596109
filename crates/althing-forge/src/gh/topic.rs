//! An issue or pull request with its comments, read from both ends of their list.

mod answer;

use std::collections::BTreeMap;

use althing_diag::id::RepoName;
use serde_json::{Value, json};

use self::answer::{Data, RemarkPage, TopicNodeAnswer};
use super::{
    api::{Asked, Document, MAX_PAGES},
    command::Gh,
};
use crate::{CommentId, ErrorKind, ForgeError, IssueNumber, Remark, Since, Topic, TopicReading};

const TOPIC: Document = Document {
    name: "Topic",
    text: include_str!("documents/topic.graphql"),
};

/// The topic, and its comments since a place.
pub(super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    number: IssueNumber,
    since: Since,
) -> Result<TopicReading, ForgeError> {
    let mut topic: Option<Topic> = None;
    let mut ends = Ends::new(since);
    for _ in 0..MAX_PAGES {
        let variables = ends.variables(repo, number, topic.is_none());
        let (data, asked) = gh.graphql::<Data>(&TOPIC, variables).await?;
        let missing = || asked.not_found(format!("{repo} has no issue or pull request {number}"));
        let mut repository = data.repository.ok_or_else(missing)?;
        let known_labels = repository.take_labels();
        let answer = repository.topic.ok_or_else(missing)?;
        let (found, head, tail) = TopicNodeAnswer::take_apart(answer, known_labels);
        let topic = topic.get_or_insert(found);
        ends.add(head, tail, &asked)?;
        if ends.have_met() {
            return Ok(TopicReading {
                topic: topic.clone(),
                remarks: ends.remarks(),
            });
        }
    }
    Err(TOPIC.endless())
}

/// The list of comments as far as it was read from its oldest and from its newest.
///
/// A comment that comes meanwhile is behind the newest and left to the next reading.
struct Ends {
    since: Since,
    remarks: BTreeMap<CommentId, Remark>,
    /// Whether the oldest are wanted: they are all to be read, or the newest did not do.
    wants_head: bool,
    after: Option<String>,
    before: Option<String>,
    newest_of_head: Option<CommentId>,
    oldest_of_tail: Option<CommentId>,
    /// How many there were when last looked.
    total: u64,
    is_whole: bool,
}

impl Ends {
    fn new(since: Since) -> Self {
        Self {
            since,
            remarks: BTreeMap::new(),
            wants_head: since == Since::Beginning,
            after: None,
            before: None,
            newest_of_head: None,
            oldest_of_tail: None,
            total: 0,
            is_whole: false,
        }
    }

    fn variables(&self, repo: &RepoName, number: IssueNumber, details: bool) -> Value {
        json!({
            "owner": repo.owner(),
            "name": repo.name(),
            "number": number,
            "details": details,
            "head": self.wants_head,
            "after": self.after,
            "before": self.before,
        })
    }

    fn have_met(&self) -> bool {
        let overlap = self.newest_of_head >= self.oldest_of_tail && self.newest_of_head.is_some();
        self.is_whole || overlap
    }

    fn add(
        &mut self,
        head: Option<RemarkPage>,
        tail: RemarkPage,
        asked: &Asked,
    ) -> Result<(), ForgeError> {
        // Where pages are counted, a comment that vanished would hide another behind the page.
        if tail.total < self.total {
            let message = "comments were deleted while they were read";
            return Err(asked.error(ErrorKind::Transient, message));
        }
        self.total = tail.total;

        if let Some(head) = head {
            let info = head.info;
            self.is_whole |= !info.has_next_page;
            self.after = cursor(info.has_next_page, info.end_cursor, asked)?;
            for remark in head.remarks {
                self.newest_of_head = self.newest_of_head.max(Some(remark.id));
                self.remarks.insert(remark.id, remark);
            }
        }

        let info = tail.info;
        self.is_whole |= !info.has_previous_page;
        self.before = cursor(info.has_previous_page, info.start_cursor, asked)?;
        for remark in tail.remarks {
            self.is_whole |= !is_wanted(&remark, self.since);
            let oldest = self
                .oldest_of_tail
                .map_or(remark.id, |it| it.min(remark.id));
            self.oldest_of_tail = Some(oldest);
            self.remarks.insert(remark.id, remark);
        }
        self.wants_head = true;
        Ok(())
    }

    fn remarks(self) -> Vec<Remark> {
        let since = self.since;
        let remarks = self.remarks.into_values();
        remarks.filter(|remark| is_wanted(remark, since)).collect()
    }
}

fn is_wanted(remark: &Remark, since: Since) -> bool {
    match since {
        Since::Beginning => true,
        Since::Comment(last) => remark.id > last,
        Since::Time(from) => remark.created_at >= from,
    }
}

/// The way on, which must be known if there is more.
fn cursor(
    is_more: bool,
    cursor: Option<String>,
    asked: &Asked,
) -> Result<Option<String>, ForgeError> {
    if is_more && cursor.is_none() {
        let message = "unexpected answer: another page without a cursor";
        return Err(asked.error(ErrorKind::Answer, message));
    }
    Ok(cursor)
}

#[cfg(test)]
mod tests;
