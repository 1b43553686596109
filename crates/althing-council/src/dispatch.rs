//! Carrying out what was decided: at least once, and seen once.
//!
//! What is to be done is the part of the record that is not followed by the word that it was
//! done. Comments bear their key, and proposals have it as the name of their branch; both are
//! looked for before anything is done again. Other acts on the forge are the same however often
//! they are done.

mod board;
mod files;
mod merge;
mod topic;

use althing_charter::{Event, OutsideEffect, PlannedEffect, Record, Source, SourceKind, Subject};
use althing_diag::id::{RepoName, SubjectId};
use althing_forge::{BoardName, ErrorKind, Forge, Forum};
use serde_json::Value;

use crate::{Council, CouncilError, Round, record::machine};

/// What decisions are carried out with, beside issues and pull requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Means<'a> {
    /// The board on which a status is set.
    pub board: Option<&'a BoardName>,
    /// What the charter of a branch may extend, to judge what is to be merged.
    pub presets: &'a [Source<'a>],
}

/// Carries out everything that is due: first what needs no forge, then proposals, then what is to
/// be done on each issue and pull request.
pub(crate) async fn dispatch(
    council: &mut Council<'_>,
    forge: &(impl Forum + Forge),
    repo: &RepoName,
    means: &Means<'_>,
    round: &mut Round,
) -> Result<(), CouncilError> {
    for (id, planned) in pending(council, |subject, planned| {
        place(repo, means, subject, planned) == Place::Record
    }) {
        open(council, &id, &planned, round).await?;
    }
    for (id, planned) in pending(council, |subject, planned| {
        place(repo, means, subject, planned) == Place::Nowhere
    }) {
        let why = by_hand(&id, &planned.effect);
        leave(council, &id, &planned, why, round).await?;
    }
    files::propose(council, forge, repo, round).await?;
    merge::merge(council, forge, repo, means, round).await?;
    board::show(council, forge, repo, means, round).await?;
    topic::talk(council, forge, repo, round).await
}

/// Where an effect is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the record itself.
    Record,
    /// In files, as a proposed change.
    Files,
    /// On the board.
    Board,
    /// On a pull request that is to be merged.
    Merge,
    /// On the issue or pull request.
    Topic,
    /// In another repository.
    Elsewhere,
    /// Nowhere that is known: people do it.
    Nowhere,
}

fn place(repo: &RepoName, means: &Means<'_>, subject: &Subject, planned: &PlannedEffect) -> Place {
    let here = match topic_of(subject) {
        None => Place::Nowhere,
        Some(topic) if topic.number_in(repo).is_none() => Place::Elsewhere,
        Some(_) => Place::Topic,
    };
    match planned.effect {
        OutsideEffect::Open { .. } => Place::Record,
        OutsideEffect::Set { .. } | OutsideEffect::PublishRole { .. } => Place::Files,
        OutsideEffect::Status(_) if here == Place::Topic => match means.board {
            Some(_) => Place::Board,
            None => Place::Nowhere,
        },
        OutsideEffect::MergeSource if here == Place::Topic => {
            let source = subject.source.as_ref();
            match source.is_some_and(|source| source.kind == SourceKind::PullRequest) {
                true => Place::Merge,
                false => Place::Nowhere,
            }
        }
        OutsideEffect::Status(_)
        | OutsideEffect::MergeSource
        | OutsideEffect::Label { .. }
        | OutsideEffect::Comment(_)
        | OutsideEffect::CloseSource
        | OutsideEffect::ReopenSource
        | OutsideEffect::Notify { .. }
        | OutsideEffect::Remind { .. } => here,
    }
}

/// Effects that are to be done still, in order.
fn pending(
    council: &Council<'_>,
    meant: impl Fn(&Subject, &PlannedEffect) -> bool,
) -> Vec<(SubjectId, PlannedEffect)> {
    let subjects = council.book().subjects();
    let effects = subjects.flat_map(|subject| {
        let pending = subject.pending.values();
        let pending = pending.filter(|planned| meant(subject, planned));
        pending.map(|planned| (subject.id.clone(), planned.clone()))
    });
    effects.collect()
}

/// The issue or pull request that the subject comes from.
fn topic_of(subject: &Subject) -> Option<SubjectId> {
    subject.source.as_ref()?.reference.parse().ok()
}

/// Opens another subject.
async fn open(
    council: &mut Council<'_>,
    id: &SubjectId,
    planned: &PlannedEffect,
    round: &mut Round,
) -> Result<(), CouncilError> {
    let OutsideEffect::Open {
        lifecycle,
        title,
        set,
    } = &planned.effect
    else {
        return Ok(());
    };
    let opened: SubjectId = planned.key.0.parse().map_err(CouncilError::encoding)?;
    if council.book().subject(&opened).is_none() {
        let set = set.iter();
        let event = Event::Open {
            id: opened.clone(),
            lifecycle: lifecycle.clone(),
            title: title.clone(),
            set: set
                .map(|(name, value)| (name.clone(), Value::String(value.clone())))
                .collect(),
            source: None,
            body: String::new(),
        };
        match council.act_as_machine(&opened, &event).await {
            Ok(acted) => round.note(council, &opened, &acted),
            Err(CouncilError::Refused(finding)) => {
                return fail(council, id, planned, finding.to_string()).await;
            }
            Err(error) => return Err(error),
        }
    }
    done(council, id, planned, round).await
}

/// Records that an effect was carried out.
async fn done(
    council: &mut Council<'_>,
    id: &SubjectId,
    planned: &PlannedEffect,
    round: &mut Round,
) -> Result<(), CouncilError> {
    round.done += 1;
    let key = planned.key.clone();
    council
        .record(id, &machine(), Record::EffectDone { key })
        .await
}

/// Leaves an effect to people. It is not done, and the record must not say so: it is told here,
/// and stands in the history.
async fn leave(
    council: &mut Council<'_>,
    id: &SubjectId,
    planned: &PlannedEffect,
    why: String,
    round: &mut Round,
) -> Result<(), CouncilError> {
    round.by_hand.push(why.clone());
    fail(council, id, planned, why).await
}

async fn fail(
    council: &mut Council<'_>,
    id: &SubjectId,
    planned: &PlannedEffect,
    why: String,
) -> Result<(), CouncilError> {
    let key = planned.key.clone();
    let failed = Record::EffectFailed { key, why };
    council.record(id, &machine(), failed).await
}

/// Sets out to work on a thread, unless somebody else is at it: then the round says when to come
/// again.
async fn take(
    council: &mut Council<'_>,
    thread: &SubjectId,
    round: &mut Round,
) -> Result<bool, CouncilError> {
    let busy = council.take(thread).await?;
    round.wake = [round.wake, busy].into_iter().flatten().min();
    Ok(busy.is_none())
}

/// After work on a thread: what the forge refused stays to be done, and the next round tries
/// again. Others may at once, unless nobody knows whether the last request is still under way.
async fn conclude(
    council: &mut Council<'_>,
    thread: &SubjectId,
    ended: Result<(), CouncilError>,
    round: &mut Round,
) -> Result<(), CouncilError> {
    match ended {
        Ok(()) => council.let_go(thread).await,
        Err(CouncilError::Forge(error)) => {
            round.waiting.push(error.finding());
            if error.kind == ErrorKind::Transient {
                return Ok(());
            }
            council.let_go(thread).await
        }
        Err(error) => Err(error),
    }
}

/// What people must do, because no machine can from here.
fn by_hand(id: &SubjectId, effect: &OutsideEffect<String>) -> String {
    match effect {
        OutsideEffect::Label { add, remove } => {
            format!("{id}: add the labels {add:?}, remove {remove:?}")
        }
        OutsideEffect::Status(status) => format!("{id}: set the status on the board to `{status}`"),
        OutsideEffect::Comment(text) | OutsideEffect::Remind { text, .. } => {
            format!("{id}: {text}")
        }
        OutsideEffect::CloseSource => format!("{id}: close what it comes from"),
        OutsideEffect::ReopenSource => format!("{id}: open what it comes from again"),
        OutsideEffect::MergeSource => format!("{id}: merge what it comes from, if the gate passes"),
        OutsideEffect::Open {
            lifecycle, title, ..
        } => {
            format!("{id}: open a `{lifecycle}`: {title}")
        }
        OutsideEffect::Notify { channel, text } => format!("{id}: tell `{channel}`: {text}"),
        OutsideEffect::Set { file, field, value } => {
            format!("{id}: set `{field}` in {file} to `{value}`")
        }
        OutsideEffect::PublishRole {
            login,
            role,
            granted,
        } => {
            let verb = if *granted { "add" } else { "remove" };
            format!("{id}: {verb} `{role}` of {login} in the members file")
        }
    }
}
