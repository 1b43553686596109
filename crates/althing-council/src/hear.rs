//! Hearing what people say on the forge.

use althing_charter::{
    Actor, EffectKey, Event, OutsideEffect, PlannedEffect, Record, Subject, TextHash,
};
use althing_diag::{
    Code, Finding,
    id::{Account, RepoName, SubjectId},
};
use althing_forge::{CommentId, Forum, Since, Topic};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Acted, Council, CouncilError, Round,
    council::has_secret_vote,
    inbox::{self, Hearing},
    reply,
};

/// Reading begins so far before what was heard last: the forge's clock is not ours, and its
/// times have no fractions of a second.
const OVERLAP: SignedDuration = SignedDuration::from_secs(120);

/// Reads what is new on the forge and carries out the commands in it. Every command is recorded
/// together with what it brought about, so that none counts twice.
pub(crate) async fn hear(
    council: &mut Council<'_>,
    forum: &impl Forum,
    repo: &RepoName,
    round: &mut Round,
) -> Result<(), CouncilError> {
    let since = council.book().heard_until().checked_sub(OVERLAP);
    let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
    for changed in forum.changed(repo, since).await? {
        let thread = SubjectId::numbered(repo, changed.number.0);
        let from = match heard(council, &thread) {
            // Again from this comment on: it may have had more commands.
            Some((comment, _)) => Since::Comment(CommentId(comment.saturating_sub(1))),
            None => Since::Time(since),
        };
        let reading = forum.topic(repo, changed.number, from).await?;
        let listener = Listener {
            thread: &thread,
            topic: &reading.topic,
        };
        listener.text(council, round).await?;
        let own = council.own().id;
        for remark in &reading.remarks {
            if let Some(hearing) = inbox::hear(repo, &reading.topic, remark, own) {
                listener.comment(council, hearing, round).await?;
            }
        }
    }
    Ok(())
}

fn heard(council: &Council<'_>, thread: &SubjectId) -> Option<(u64, u32)> {
    council.book().thread(thread)?.heard
}

/// Listens on one issue or pull request.
struct Listener<'a> {
    thread: &'a SubjectId,
    topic: &'a Topic,
}

impl Listener<'_> {
    /// Takes a changed text over, as the edit of whoever opened the subject: a change of what is
    /// decided on is never silent.
    async fn text(&self, council: &mut Council<'_>, round: &mut Round) -> Result<(), CouncilError> {
        let Some(subject) = self.subject(council).filter(|subject| !subject.over) else {
            return Ok(());
        };
        let body = inbox::text_of(self.topic);
        if TextHash::of_body(&body) == subject.body {
            return Ok(());
        }
        let id = subject.id.clone();
        let opener = Actor {
            account: subject.opener.clone(),
            automation: false,
        };
        let edit = Event::Edit {
            title: None,
            set: Default::default(),
            body: Some(body),
            editorial: false,
        };
        match council.act(&id, &opener, &edit).await {
            Ok(acted) => {
                round.note(council, &id, &acted);
                Ok(())
            }
            // The vote goes on about the text it was opened on; the status comment names it.
            Err(CouncilError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn comment(
        &self,
        council: &mut Council<'_>,
        hearing: Hearing,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let mut actor = hearing.by;
        actor.automation |= council.is_bot(actor.account.id);
        let mut place = 0;
        for event in hearing.events {
            place += 1;
            if heard(council, self.thread) >= Some((hearing.comment.0, place)) {
                continue;
            }
            let heard = heard_record(hearing.comment, place, Vec::new());
            match self.act(council, &actor, event, heard).await {
                Ok((id, acted)) => {
                    // Nothing new: somebody else heard it meanwhile.
                    round.heard += usize::from(!acted.entries.is_empty());
                    round.note(council, &id, &acted);
                }
                Err(CouncilError::Refused(finding)) => {
                    let findings = vec![*finding];
                    self.answer(
                        council,
                        &actor.account,
                        hearing.comment,
                        place,
                        findings,
                        round,
                    )
                    .await?;
                }
                Err(error) => return Err(error),
            }
        }
        place += 1;
        let answered = heard(council, self.thread) >= Some((hearing.comment.0, place));
        if !hearing.findings.is_empty() && !answered {
            let (to, comment) = (&actor.account, hearing.comment);
            self.answer(council, to, comment, place, hearing.findings, round)
                .await?;
        }
        Ok(())
    }

    async fn act(
        &self,
        council: &mut Council<'_>,
        actor: &Actor,
        mut event: Event,
        heard: Record,
    ) -> Result<(SubjectId, Acted), CouncilError> {
        let id = if let Event::Open { id, lifecycle, .. } = &mut event {
            *id = council.free_name(lifecycle, Some(self.thread));
            id.clone()
        } else {
            let subject = self.subject(council);
            if matches!(event, Event::Vote { .. }) && subject.is_some_and(has_secret_vote) {
                return Err(CouncilError::Refused(Box::new(not_here())));
            }
            subject.map_or_else(|| self.thread.clone(), |subject| subject.id.clone())
        };
        let acted = council
            .act_heard(&id, actor, &event, self.thread, heard)
            .await?;
        Ok((id, acted))
    }

    /// Records that a command was refused, and what is to be answered.
    async fn answer(
        &self,
        council: &mut Council<'_>,
        to: &Account,
        comment: CommentId,
        place: u32,
        findings: Vec<Finding>,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let effect = PlannedEffect {
            key: EffectKey(format!("{}/reply-{comment}/{place}", self.thread)),
            effect: OutsideEffect::Comment(reply(to, &findings)),
        };
        let heard = heard_record(comment, place, vec![effect]);
        council.record(self.thread, to, heard).await?;
        round.refused.extend(findings);
        Ok(())
    }

    /// The subject that is talked about here: the newest one that is not over, else the newest.
    fn subject<'b>(&self, council: &'b Council<'_>) -> Option<&'b Subject> {
        let thread = self.thread.as_str();
        let here = council.book().subjects().filter(|subject| {
            let source = subject.source.as_ref();
            source.is_some_and(|source| source.reference == thread)
        });
        here.max_by_key(|subject| (!subject.over, subject.opened))
    }
}

/// A ballot that everybody can read is none of a secret vote.
fn not_here() -> Finding {
    let message = "this vote is secret, and a comment is not: it was not counted";
    let help = "cast the ballot with `althing vote`, which seals it, and delete the comment";
    Finding::error(Code::NotAllowed, message, help)
}

fn heard_record(comment: CommentId, command: u32, effects: Vec<PlannedEffect>) -> Record {
    Record::CommentHeard {
        comment: comment.0,
        command,
        effects,
    }
}
