//! From comments on the forge to events for the engine.

use std::collections::BTreeMap;

use althing_charter::{
    Actor, AttributeName, Choice, Event, InvalidName, LifecycleName, SourceKind, SourceRef,
};
use althing_diag::{
    Code, Finding, Severity,
    id::{RepoName, SubjectId, UserId},
};
use althing_forge::{CommentId, Remark, Topic, TopicKind};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    comment::{self, Command},
    marker::is_marked,
};

/// What somebody said in a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hearing {
    /// In which comment.
    pub comment: CommentId,
    /// Who said it.
    pub by: Actor,
    /// When the comment was posted, by the forge's clock.
    pub at: Timestamp,
    /// What it asks for, in order.
    pub events: Vec<Event>,
    /// What could not be understood, to be answered once. Never for a machine: two that do not
    /// understand each other would answer for ever.
    pub findings: Vec<Finding>,
}

/// Listens to a comment that was not heard before; `None` when it says nothing to Althing.
///
/// `own` is the account that Althing comments with. To what it posts itself it does not listen;
/// whoever lends it the account may still speak. A comment that was changed after it was posted commands nothing: nobody knows any more what stood there when
/// it was posted, and others than its author may have changed it.
pub fn hear(repo: &RepoName, topic: &Topic, remark: &Remark, own: UserId) -> Option<Hearing> {
    let author = remark.author.as_ref()?;
    if author.account.id == own && is_marked(&remark.body) {
        return None;
    }
    let comment::Heard {
        commands,
        mut findings,
    } = comment::read(&remark.body);

    let mut events = Vec::new();
    if remark.edited_at.is_some() {
        let is_addressed = !commands.is_empty();
        findings = is_addressed.then(changed_later).into_iter().collect();
    } else {
        for command in commands {
            match event(repo, topic, command) {
                Ok(event) => events.push(event),
                Err(finding) => findings.push(finding),
            }
        }
    }
    if author.bot {
        findings.clear();
    }
    if events.is_empty() && findings.is_empty() {
        return None;
    }
    Some(Hearing {
        comment: remark.id,
        by: Actor {
            account: author.account.clone(),
            automation: author.bot,
        },
        at: remark.created_at,
        events,
        findings,
    })
}

/// The text that is voted on: that of an issue, or the head commit of a pull request, which says
/// more exactly what would be merged.
pub fn text_of(topic: &Topic) -> String {
    match &topic.head {
        Some(head) => head.to_string(),
        None => topic.body.clone(),
    }
}

/// The issue or pull request as what a subject comes from.
pub fn source_of(repo: &RepoName, topic: &Topic) -> SourceRef {
    SourceRef {
        kind: match topic.kind {
            TopicKind::Issue => SourceKind::Issue,
            TopicKind::PullRequest => SourceKind::PullRequest,
        },
        reference: SubjectId::numbered(repo, topic.number.0).to_string(),
    }
}

fn event(repo: &RepoName, topic: &Topic, command: Command) -> Result<Event, Finding> {
    Ok(match command {
        Command::Vote { ballot, reason } => Event::Vote {
            choice: Choice::from(ballot),
            reason,
        },
        Command::Object { reason } => Event::Object {
            // The engine refuses an objection without a reason, and says why.
            reason: reason.unwrap_or_default(),
        },
        Command::Resolve { objection, reason } => Event::Resolve { objection, reason },
        Command::Approve => Event::Approve,
        Command::Withdraw { reason } => Event::Withdraw { reason },
        Command::Decline { reason } => Event::Decline { reason },
        Command::Close { reason } => Event::Close { reason },
        Command::Edit { editorial } => Event::Edit {
            title: Some(topic.title.clone()),
            set: BTreeMap::new(),
            body: Some(text_of(topic)),
            editorial,
        },
        Command::Attach {
            evidence,
            reference,
            result,
            recipients,
        } => Event::Attach {
            name: evidence.parse().map_err(no_name)?,
            reference,
            result: result.map(|it| it.parse()).transpose().map_err(no_name)?,
            recipients,
        },
        Command::Move { to, reason } => Event::Move {
            to: to.parse().map_err(no_name)?,
            reason,
        },
        Command::Open { lifecycle, set } => {
            let lifecycle = lifecycle.parse().map_err(no_name)?;
            opening(repo, topic, lifecycle, set)?
        }
        Command::Nominate {
            nominee,
            role,
            reason,
        } => {
            let nomination = "nomination".parse().map_err(no_name)?;
            let title = format!("Nominate @{nominee} for {role}");
            let mut set = vec![("nominee", nominee), ("role", role), ("title", title)];
            set.extend(reason.map(|reason| ("reason", reason)));
            let set = set.into_iter().map(|(key, value)| (key.to_owned(), value));
            opening(repo, topic, nomination, set.collect())?
        }
        Command::Ask => Event::Ask,
        Command::Answer { text } => Event::Answer { text },
    })
}

/// Opens a subject that is called like the issue or pull request it comes from.
fn opening(
    repo: &RepoName,
    topic: &Topic,
    lifecycle: LifecycleName,
    set: Vec<(String, String)>,
) -> Result<Event, Finding> {
    let mut title = topic.title.clone();
    let mut attributes = BTreeMap::new();
    for (key, value) in set {
        if key == "title" {
            title = value;
        } else {
            let name: AttributeName = key.parse().map_err(no_name)?;
            attributes.insert(name, Value::String(value));
        }
    }
    Ok(Event::Open {
        id: SubjectId::numbered(repo, topic.number.0),
        lifecycle,
        title,
        set: attributes,
        source: Some(source_of(repo, topic)),
        body: text_of(topic),
    })
}

fn no_name(invalid: InvalidName) -> Finding {
    let help = "names are written in small letters, digits and hyphens; write a new comment";
    Finding::error(Code::CommandInvalid, invalid.to_string(), help)
}

fn changed_later() -> Finding {
    let message = "the comment was changed after it was posted, and was not read as a command";
    let help = "write the command in a new comment";
    Finding::error(Code::CommandInvalid, message, help).with_severity(Severity::Warning)
}

#[cfg(test)]
mod tests;
