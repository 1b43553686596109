//! The answer to the topic document, and what becomes of its parts.

use std::collections::BTreeMap;

use althing_diag::id::Sha;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::wire::{Actor, Nodes};
use crate::{
    Author, CommentId, CommentNode, IssueNumber, Remark, Topic, TopicKind, TopicNode, TopicState,
};

#[derive(Deserialize)]
pub(super) struct Data {
    pub(super) repository: Option<Repository>,
}

#[derive(Deserialize)]
pub(super) struct Repository {
    labels: Option<Nodes<KnownLabel>>,
    #[serde(rename = "issueOrPullRequest")]
    pub(super) topic: Option<TopicNodeAnswer>,
}

#[derive(Deserialize)]
struct KnownLabel {
    id: String,
    name: String,
}

impl Repository {
    /// The repository's labels by name, with their ids.
    pub(super) fn take_labels(&mut self) -> BTreeMap<String, String> {
        let labels = self.labels.take().map(|list| list.nodes);
        let labels = labels.unwrap_or_default().into_iter();
        labels.map(|label| (label.name, label.id)).collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TopicNodeAnswer {
    #[serde(rename = "__typename")]
    kind: Kind,
    id: TopicNode,
    number: IssueNumber,
    title: String,
    body: String,
    url: String,
    #[serde(alias = "issueState", alias = "pullState")]
    state: TopicState,
    #[serde(default)]
    is_draft: bool,
    head_ref_oid: Option<Sha>,
    created_at: Timestamp,
    author: Option<Writer>,
    labels: Option<Nodes<KnownLabel>>,
    head: Option<RemarkPage>,
    tail: RemarkPage,
}

#[derive(Clone, Copy, Deserialize)]
enum Kind {
    Issue,
    PullRequest,
}

/// An actor with its kind.
#[derive(Deserialize)]
struct Writer {
    #[serde(rename = "__typename")]
    kind: String,
    #[serde(flatten)]
    actor: Actor,
}

/// A page of comments.
#[derive(Deserialize)]
pub(super) struct RemarkPage {
    #[serde(rename = "totalCount")]
    pub(super) total: u64,
    #[serde(rename = "nodes", deserialize_with = "remarks")]
    pub(super) remarks: Vec<Remark>,
    #[serde(rename = "pageInfo")]
    pub(super) info: BothWays,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BothWays {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
    pub(super) has_previous_page: bool,
    pub(super) start_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemarkAnswer {
    id: CommentNode,
    database_id: CommentId,
    body: String,
    created_at: Timestamp,
    last_edited_at: Option<Timestamp>,
    author: Option<Writer>,
}

fn remarks<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Remark>, D::Error> {
    let answers = Vec::<RemarkAnswer>::deserialize(from)?;
    Ok(answers.into_iter().map(Remark::from).collect())
}

impl From<RemarkAnswer> for Remark {
    fn from(answer: RemarkAnswer) -> Self {
        Self {
            id: answer.database_id,
            node: answer.id,
            author: answer.author.and_then(Writer::author),
            body: answer.body,
            created_at: answer.created_at,
            edited_at: answer.last_edited_at,
        }
    }
}

impl Writer {
    fn author(self) -> Option<Author> {
        Some(Author {
            bot: self.kind == "Bot",
            account: self.actor.account()?,
        })
    }
}

impl TopicNodeAnswer {
    /// The topic, and the pages of its comments from the oldest and from the newest.
    pub(super) fn take_apart(
        self,
        mut known_labels: BTreeMap<String, String>,
    ) -> (Topic, Option<RemarkPage>, RemarkPage) {
        let own_labels = self.labels.map(|list| list.nodes).unwrap_or_default();
        let labels = own_labels.iter().map(|label| label.name.clone()).collect();
        known_labels.extend(own_labels.into_iter().map(|label| (label.name, label.id)));
        let topic = Topic {
            node: self.id,
            number: self.number,
            kind: match self.kind {
                Kind::Issue => TopicKind::Issue,
                Kind::PullRequest => TopicKind::PullRequest,
            },
            title: self.title,
            body: self.body,
            url: self.url,
            author: self.author.and_then(Writer::author),
            state: self.state,
            draft: self.is_draft,
            head: self.head_ref_oid,
            labels,
            created_at: self.created_at,
            known_labels,
        };
        (topic, self.head, self.tail)
    }
}
