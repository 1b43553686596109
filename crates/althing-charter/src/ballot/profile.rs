//! The rules of a vote.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
};

use althing_diag::{Code, Finding, id::UserId};
use jiff::Timestamp;

use super::{Ballot, Choice, Electorate, Share, Standing};
use crate::{Calendar, Period, RoleName, Window};

/// The rules of a vote, known to make sense; made from a [`RawVote`](super::RawVote).
///
/// One declared profile instead of one program per community: what is counted, of what, how
/// exactly, and for how long (L-A26).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteProfile {
    /// Choices of a selection; empty where the vote is on yes or no.
    pub(super) choices: Vec<String>,
    pub(super) passes: Threshold,
    pub(super) quorum: Option<Quorum>,
    pub(super) veto: BTreeSet<RoleName>,
    pub(super) per_organization: Option<NonZeroU32>,
    pub(super) no_needs_reason: bool,
    pub(super) open: OpenFor,
}

/// What a choice needs to win (L-108, L-172).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Threshold {
    /// More than the share, instead of at least.
    pub(super) more: bool,
    pub(super) share: Share,
    pub(super) of: Base,
}

/// What a share is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Ballots that decide: all but abstentions (L-173).
    Deciding,
    /// All ballots.
    Cast,
    /// All who may vote.
    Electorate,
}

/// How many must take part (L-174, L-175).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quorum {
    pub(super) least: Least,
    /// Whether those who abstain take part (L-A02).
    pub(super) abstentions: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Least {
    Ballots(u64),
    OfElectorate(Share),
    /// Only where abstentions do not take part: otherwise all that is cast does.
    OfCast(Share),
}

/// How long a vote is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenFor {
    pub(super) at_least: Period,
    /// The same as `at_least` if there is none.
    pub(super) at_most: Option<Period>,
}

/// When a vote that has been opened may close, and when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenTimes {
    /// From here on it closes as soon as no further ballot could change its outcome.
    pub earliest: Timestamp,
    /// Here it closes in any case. Never before `earliest`.
    pub latest: Timestamp,
}

impl VoteProfile {
    /// When a vote that is opened at `opened` closes (L-120, L-169; never earlier: L-A12).
    pub fn open_times(&self, calendar: &Calendar, opened: Timestamp) -> OpenTimes {
        let end = |period| calendar.end_of(opened, period);
        let earliest = end(self.open.at_least);
        let latest = self.open.at_most.map_or(earliest, end);
        OpenTimes {
            earliest,
            latest: latest.max(earliest),
        }
    }

    /// From when to when a vote is open that is opened at `opened`, for people to read.
    pub fn window(&self, calendar: &Calendar, opened: Timestamp) -> Window {
        let least = calendar.explain(opened, self.open.at_least);
        let most = self.open.at_most.map(|most| calendar.explain(opened, most));
        most.filter(|most| most.end() > least.end())
            .unwrap_or(least)
    }

    /// What may stand on a ballot, in the order in which people expect it. `veto` only where some
    /// role has that right; elsewhere it is admitted and means no.
    pub fn options(&self) -> Vec<Choice> {
        if !self.choices.is_empty() {
            let choices = self.choices.iter().cloned().map(Choice::Named);
            return choices.chain([Choice::Abstain]).collect();
        }
        let mut options = vec![Choice::Yes, Choice::No, Choice::Abstain];
        if !self.veto.is_empty() {
            options.push(Choice::Veto);
        }
        options
    }

    /// Whether the ballot is one that this vote knows, and whether it decides anything.
    ///
    /// # Errors
    /// A [`Code::BallotOption`] or [`Code::BallotReason`] refusal.
    pub fn admit(
        &self,
        electorate: &Electorate,
        ballot: &Ballot,
    ) -> Result<Standing, Box<Finding>> {
        if !self.knows(&ballot.choice) {
            let options: Vec<String> = self.options().iter().map(ToString::to_string).collect();
            let shown: String = ballot.choice.to_string().chars().take(60).collect();
            return Err(Box::new(Finding::error(
                Code::BallotOption,
                format!("`{shown}` is not on the ballot"),
                format!("vote one of: {}", options.join(", ")),
            )));
        }
        let against = matches!(ballot.choice, Choice::No | Choice::Veto);
        let reason = ballot.reason.as_deref().map_or("", str::trim);
        if self.no_needs_reason && against && reason.is_empty() {
            return Err(Box::new(Finding::error(
                Code::BallotReason,
                format!("a {} needs a reason in this vote", ballot.choice),
                format!("say why: `/vote {} REASON`", ballot.choice),
            )));
        }
        Ok(match electorate.get(ballot.voter) {
            Some(_) => Standing::Binding,
            None => Standing::Advisory,
        })
    }

    /// How many ballots there must be, where that is a number and no share.
    pub(crate) fn least_ballots(&self) -> Option<u64> {
        match self.quorum?.least {
            Least::Ballots(number) => Some(number),
            Least::OfElectorate(_) | Least::OfCast(_) => None,
        }
    }

    fn knows(&self, choice: &Choice) -> bool {
        match choice {
            Choice::Abstain => true,
            Choice::Yes | Choice::No | Choice::Veto => self.choices.is_empty(),
            Choice::Named(name) => self.choices.contains(name),
        }
    }

    /// The last admitted ballot of each voter.
    pub(super) fn standing_ballots<'a>(
        &self,
        electorate: &Electorate,
        ballots: &'a [Ballot],
    ) -> StandingBallots<'a> {
        let mut standing = StandingBallots::default();
        for ballot in ballots {
            let of_kind = match self.admit(electorate, ballot) {
                Ok(Standing::Binding) => &mut standing.binding,
                Ok(Standing::Advisory) => &mut standing.advisory,
                Err(_) => continue,
            };
            of_kind.insert(ballot.voter, &ballot.choice);
        }
        standing
    }
}

#[derive(Clone, Default)]
pub(super) struct StandingBallots<'a> {
    pub(super) binding: BTreeMap<UserId, &'a Choice>,
    pub(super) advisory: BTreeMap<UserId, &'a Choice>,
}
