//! What records add up to. Nothing is judged here: whatever is recorded, has happened.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::id::{Account, SubjectId};
use jiff::Timestamp;

use super::{
    Approval, Asked, AttachedEvidence, BallotBox, ClosedVote, Objection, OpenVote, Record, Subject,
    VoteCast,
};
use crate::{CharterHash, Choice, Standing};

impl Subject {
    /// A subject that begins with this record; `None` if it is no [`Record::SubjectOpened`].
    pub fn opened(
        id: SubjectId,
        charter: CharterHash,
        at: Timestamp,
        actor: &Account,
        record: Record,
    ) -> Option<Self> {
        let Record::SubjectOpened {
            lifecycle,
            title,
            attributes,
            source,
            body,
            text,
            state,
        } = record
        else {
            return None;
        };
        Some(Self {
            id,
            lifecycle,
            charter,
            title,
            opener: actor.clone(),
            opened: at,
            attributes,
            source,
            body,
            text,
            text_since: at,
            entered: BTreeMap::from([(state.clone(), at)]),
            state,
            moves: 0,
            outcome: None,
            over: false,
            vote: None,
            closed_vote: None,
            objections: Vec::new(),
            settled: false,
            approvals: BTreeMap::new(),
            evidence: Vec::new(),
            notices_from: 0,
            results_from: 0,
            revised: false,
            asked: Asked::No,
            explained: Vec::new(),
            pending: BTreeMap::new(),
            unread: BTreeSet::new(),
            last: at,
            judged: at,
        })
    }

    /// Adds a record of this subject. `actor` is whoever the record names; of a sealed ballot that
    /// was opened it does not matter, because the ballot says who voted.
    pub fn apply(&mut self, at: Timestamp, actor: &Account, record: Record) {
        self.last = at;
        if !matches!(
            record,
            Record::EffectDone { .. } | Record::EffectFailed { .. }
        ) {
            self.judged = at;
        }
        match record {
            Record::SubjectEdited {
                title,
                attributes,
                body,
                text,
                editorial,
            } => {
                self.title = title;
                self.attributes = attributes;
                self.body = body;
                self.text = text;
                if !editorial {
                    self.text_since = at;
                    self.approvals.clear();
                    self.results_from = self.evidence.len();
                    self.revised = true;
                }
            }
            Record::VoteOpened {
                transition,
                electorate,
                private,
                text,
            } => {
                self.vote = Some(OpenVote {
                    transition,
                    opened: at,
                    electorate,
                    private,
                    text,
                    ballots: BTreeMap::new(),
                });
            }
            Record::BallotCast(ballot) => self.cast(at, ballot),
            Record::VoteClosed {
                transition,
                verdict,
                winner,
                sentence,
                tally,
                electorate: _,
            } => {
                let vote = self.vote.take();
                self.closed_vote = Some(ClosedVote {
                    transition,
                    moves: self.moves,
                    closed: at,
                    private: vote.as_ref().is_some_and(|vote| vote.private),
                    verdict,
                    winner,
                    sentence,
                    tally,
                    reasons_against: vote.map(reasons_against).unwrap_or_default(),
                });
                self.vote_over();
            }
            Record::ObjectionRaised { number, reason } => self.objections.push(Objection {
                number,
                raiser: actor.clone(),
                raised: at,
                reason,
                resolved: None,
            }),
            Record::ObjectionResolved { number, .. } => {
                let standing = self.objections.iter_mut();
                for objection in standing.filter(|it| it.number == number) {
                    objection.resolved.get_or_insert(at);
                }
                self.settled = true;
            }
            Record::ApprovalGiven { text, automation } => {
                if text == self.text {
                    let approval = Approval {
                        account: actor.clone(),
                        automation,
                        at,
                    };
                    self.approvals.insert(actor.id, approval);
                }
            }
            Record::EvidenceAttached {
                name,
                reference,
                result,
                recipients,
            } => self.evidence.push(AttachedEvidence {
                name,
                reference,
                result,
                recipients,
                by: actor.clone(),
                at,
                moves: self.moves,
            }),
            Record::StateChanged {
                to,
                outcome,
                over,
                effects,
                ..
            } => {
                if self.vote.take().is_some() {
                    self.vote_over();
                }
                self.moves += 1;
                self.entered.insert(to.clone(), at);
                self.state = to;
                self.outcome = outcome;
                self.over = over;
                self.settled = false;
                self.revised = false;
                self.approvals.clear();
                let effects = effects.into_iter();
                self.pending
                    .extend(effects.map(|effect| (effect.key.clone(), effect)));
            }
            Record::ExplanationAsked => self.asked = Asked::Waiting,
            Record::ExplanationGiven { reasons } => {
                self.asked = Asked::Answered;
                self.explained = reasons;
            }
            Record::EffectDone { key } | Record::EffectFailed { key, .. } => {
                self.pending.remove(&key);
            }
            // Of the roster and the rules, or a second beginning, which is none.
            Record::RoleGranted { .. }
            | Record::RoleRevoked { .. }
            | Record::CharterAdopted { .. }
            | Record::MembersAdopted { .. }
            | Record::MeetingHeld(_)
            | Record::CommentHeard { .. }
            | Record::EffectsTaken { .. }
            | Record::StatusShown { .. }
            | Record::SubjectOpened { .. } => {}
        }
    }

    fn cast(&mut self, recorded: Timestamp, ballot: BallotBox) {
        match (ballot, &mut self.vote) {
            (
                BallotBox::Open {
                    ballot,
                    standing,
                    at,
                },
                Some(vote),
            ) => {
                let at = at.unwrap_or(recorded);
                let cast = VoteCast {
                    ballot,
                    standing,
                    at,
                };
                vote.ballots.insert(cast.ballot.voter, cast);
            }
            (BallotBox::Sealed { commitment, .. }, Some(_)) => {
                self.unread.insert(commitment);
            }
            (BallotBox::Open { .. } | BallotBox::Sealed { .. }, None) => {}
        }
    }

    fn vote_over(&mut self) {
        self.unread.clear();
        self.notices_from = self.evidence.len();
    }
}

/// Sorted, so that their order says nothing about who wrote them.
fn reasons_against(vote: OpenVote) -> Vec<String> {
    let against = vote.ballots.into_values().filter(|cast| {
        cast.standing == Standing::Binding
            && matches!(cast.ballot.choice, Choice::No | Choice::Veto)
    });
    let mut reasons: Vec<String> = against
        .filter_map(|cast| cast.ballot.reason)
        .map(|reason| reason.trim().to_owned())
        .filter(|reason| !reason.is_empty())
        .collect();
    reasons.sort();
    reasons
}
