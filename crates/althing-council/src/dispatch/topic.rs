//! What is said and shown on issues and pull requests.

use std::collections::BTreeMap;

use althing_charter::{OutsideEffect, PlannedEffect, Record, Subject, TextHash, what_next};
use althing_diag::id::{RepoName, SubjectId};
use althing_forge::{
    Act, Acted, CommentNode, ErrorKind, ForgeError, Forum, IssueNumber, Since, TopicReading,
};
use jiff::{SignedDuration, Timestamp};

use super::{conclude, take, topic_of};
use crate::{
    Council, CouncilError, Round,
    marker::{find, mark},
    record::machine,
    status::{StatusView, final_comment, status_comment},
    text::defused,
};

/// Posted comments are looked for so far before the time at which they were due to be posted:
/// the forge's clock is not ours.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// Brings every issue and pull request up to date: one reading and one act for each.
pub(super) async fn talk(
    council: &mut Council<'_>,
    forum: &impl Forum,
    repo: &RepoName,
    round: &mut Round,
) -> Result<(), CouncilError> {
    for work in works(council, repo) {
        let thread = work.thread.clone();
        if take(council, &thread, round).await? {
            let ended = work.carry_out(council, forum, repo, round).await;
            conclude(council, &thread, ended, round).await?;
        }
    }
    Ok(())
}

/// What is to be done on one issue or pull request.
struct Work {
    thread: SubjectId,
    number: IssueNumber,
    /// Posted comments are looked for from here on.
    since: Timestamp,
    jobs: Vec<Job>,
}

/// What the comments of a subject must say.
struct Shown {
    status: String,
    /// Once it is over.
    ending: Option<String>,
}

/// One thing that is to be done there, for one subject.
enum Job {
    Effect(SubjectId, PlannedEffect),
    Status(SubjectId, Shown),
}

fn works(council: &Council<'_>, repo: &RepoName) -> Vec<Work> {
    let mut works = BTreeMap::<SubjectId, Work>::new();
    let mut add = |thread: &SubjectId, since: Timestamp, job: Job| {
        let Some(number) = thread.number_in(repo) else {
            return;
        };
        let work = works.entry(thread.clone()).or_insert_with(|| Work {
            thread: thread.clone(),
            number: IssueNumber(number),
            since,
            jobs: Vec::new(),
        });
        work.since = work.since.min(since);
        work.jobs.push(job);
    };
    for subject in council.book().subjects() {
        let Some(thread) = topic_of(subject) else {
            continue;
        };
        let since = subject
            .entered
            .values()
            .max()
            .copied()
            .unwrap_or(subject.opened);
        for planned in subject
            .pending
            .values()
            .filter(|planned| is_on_topic(planned))
        {
            if is_due(council, subject, planned) {
                add(
                    &thread,
                    since,
                    Job::Effect(subject.id.clone(), harmless(planned)),
                );
            }
        }
        if let Some(text) = stale_status(council, subject) {
            add(&thread, since, Job::Status(subject.id.clone(), text));
        }
    }
    for (thread, talk) in council.book().threads() {
        for answer in talk.answers.values() {
            let since = talk.heard_at.unwrap_or(Timestamp::UNIX_EPOCH);
            add(thread, since, Job::Effect(thread.clone(), answer.clone()));
        }
    }
    works.into_values().collect()
}

/// The effect, with words of others in its text made harmless.
fn harmless(planned: &PlannedEffect) -> PlannedEffect {
    let mut planned = planned.clone();
    if let OutsideEffect::Comment(text)
    | OutsideEffect::Remind { text, .. }
    | OutsideEffect::Notify { text, .. } = &mut planned.effect
    {
        *text = defused(text, &[]);
    }
    planned
}

/// A reminder waits; everything else is due at once.
fn is_due(council: &Council<'_>, subject: &Subject, planned: &PlannedEffect) -> bool {
    let OutsideEffect::Remind { after, .. } = &planned.effect else {
        return true;
    };
    let Some(charter) = council.book().charter(subject.charter) else {
        return false;
    };
    let since = subject.entered.get(&subject.state).copied();
    let due = charter
        .calendar()
        .end_of(since.unwrap_or(subject.opened), *after);
    subject.over || council.now() >= due
}

/// What the status comment must say, if it says something else.
fn stale_status(council: &Council<'_>, subject: &Subject) -> Option<Shown> {
    let context = council.context(&subject.id).ok()?;
    let view = StatusView {
        subject,
        lifecycle: context.charter.lifecycle(&subject.lifecycle)?,
        charter: context.charter,
        members: context.members,
        people: council.people(),
        ways: &what_next(&context, subject),
        entry: council.book().last_entry(&subject.id),
    };
    let status = status_comment(&view);
    let ending = subject.over.then(|| final_comment(&view));
    let shown = council
        .book()
        .thread(&subject.id)
        .and_then(|thread| thread.shown.as_ref());
    let stale = shown.map(|(_, hash)| *hash) != Some(TextHash::of_body(&status));
    stale.then_some(Shown { status, ending })
}

impl Work {
    /// Does what is not done yet and records it.
    async fn carry_out(
        self,
        council: &mut Council<'_>,
        forum: &impl Forum,
        repo: &RepoName,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let since = self.since.checked_sub(OVERLAP).unwrap_or(self.since);
        let reading = forum.topic(repo, self.number, Since::Time(since)).await?;
        let mut acts = Vec::new();
        let mut planned = Vec::new();
        for job in self.jobs {
            let todo = job.acts(council, &reading);
            planned.push((job, todo.len()));
            acts.extend(todo);
        }
        let mut results = forum.act(repo, &reading.topic, &acts).await?.into_iter();
        for (job, count) in planned {
            let results: Vec<Result<Acted, ForgeError>> = results.by_ref().take(count).collect();
            round.done += job.record(council, &reading, results).await?;
        }
        Ok(())
    }
}

/// What is posted on the issue or pull request, or changed there.
fn is_on_topic(planned: &PlannedEffect) -> bool {
    match planned.effect {
        OutsideEffect::Label { .. }
        | OutsideEffect::Comment(_)
        | OutsideEffect::CloseSource
        | OutsideEffect::ReopenSource
        | OutsideEffect::Notify { .. }
        | OutsideEffect::Remind { .. } => true,
        OutsideEffect::Status(_)
        | OutsideEffect::MergeSource
        | OutsideEffect::Open { .. }
        | OutsideEffect::Set { .. }
        | OutsideEffect::PublishRole { .. } => false,
    }
}

impl Job {
    fn acts(&self, council: &Council<'_>, reading: &TopicReading) -> Vec<Act> {
        match self {
            Self::Status(id, text) => {
                let body = mark(&text.status, &status_key(id));
                let mut acts = match shown_as(council, reading, id) {
                    Some(comment) => vec![Act::Edit {
                        comment: CommentNode(comment),
                        body,
                    }],
                    None => vec![Act::Comment { body }],
                };
                let key = ending_key(id);
                let said = find(&reading.remarks, &key, council.own().id).is_some();
                let ending = text.ending.iter().filter(|_| !said);
                acts.extend(ending.map(|text| Act::Comment {
                    body: mark(text, &key),
                }));
                acts
            }
            Self::Effect(_, planned) => {
                let key = planned.key.to_string();
                let comment = |text: &str| match find(&reading.remarks, &key, council.own().id) {
                    Some(_) => Vec::new(),
                    None => vec![Act::Comment {
                        body: mark(text, &key),
                    }],
                };
                match &planned.effect {
                    OutsideEffect::Label { add, remove } => vec![
                        Act::AddLabels(add.clone()),
                        Act::RemoveLabels(remove.clone()),
                    ],
                    OutsideEffect::CloseSource => vec![Act::Close],
                    OutsideEffect::ReopenSource => vec![Act::Reopen],
                    OutsideEffect::Comment(text) | OutsideEffect::Remind { text, .. } => {
                        comment(text)
                    }
                    OutsideEffect::Notify { channel, text } => {
                        comment(&format!("To be told in `{channel}`: {text}"))
                    }
                    OutsideEffect::Status(_)
                    | OutsideEffect::MergeSource
                    | OutsideEffect::Open { .. }
                    | OutsideEffect::Set { .. }
                    | OutsideEffect::PublishRole { .. } => Vec::new(),
                }
            }
        }
    }

    async fn record(
        self,
        council: &mut Council<'_>,
        reading: &TopicReading,
        results: Vec<Result<Acted, ForgeError>>,
    ) -> Result<usize, CouncilError> {
        match self {
            Self::Effect(id, planned) => {
                results
                    .into_iter()
                    .collect::<Result<Vec<Acted>, ForgeError>>()?;
                let key = planned.key;
                council
                    .record(&id, &machine(), Record::EffectDone { key })
                    .await?;
            }
            Self::Status(id, shown) => {
                let comment = shown_as(council, reading, &id);
                let mut results = results.into_iter();
                let (comment, text) = match results.next() {
                    Some(Ok(Acted::Posted(posted))) => (posted.node.0, shown.status),
                    Some(Ok(Acted::Done)) | None => (comment.unwrap_or_default(), shown.status),
                    // Somebody deleted the comment: the next round posts another one.
                    Some(Err(error)) if error.kind == ErrorKind::NotFound => Default::default(),
                    Some(Err(error)) => return Err(error.into()),
                };
                results.collect::<Result<Vec<Acted>, ForgeError>>()?;
                let text = TextHash::of_body(&text);
                council
                    .record(&id, &machine(), Record::StatusShown { comment, text })
                    .await?;
            }
        }
        Ok(1)
    }
}

/// The status comment of a subject, as the record or the forge knows it.
fn shown_as(council: &Council<'_>, reading: &TopicReading, id: &SubjectId) -> Option<String> {
    let shown = council
        .book()
        .thread(id)
        .and_then(|thread| thread.shown.clone());
    let known = shown.map(|(node, _)| node).filter(|node| !node.is_empty());
    known.or_else(|| {
        let posted = find(&reading.remarks, &status_key(id), council.own().id);
        posted.map(|remark| remark.node.0.clone())
    })
}

/// The key of the last comment on a subject.
fn ending_key(id: &SubjectId) -> String {
    format!("{id}/ending")
}

/// The key of the status comment of a subject.
fn status_key(id: &SubjectId) -> String {
    format!("{id}/status")
}
