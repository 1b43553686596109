//! A vote that must pass: when it closes, and with what.

use std::collections::BTreeSet;

use althing_diag::{Location, id::UserId};
use jiff::Timestamp;

use super::{Judge, View};
use crate::{
    Ballot, Elector, Electorate, Need, OpenTimes, Outcome, Snapshot, Transition, Verdict,
    VoteGuard,
    lifecycle::{AttachedEvidence, OpenVote},
    outcome,
};

/// The result of a vote that closes.
pub(in crate::lifecycle) struct Closing {
    pub(in crate::lifecycle) outcome: Outcome,
    /// Where that was settled at the close.
    pub(in crate::lifecycle) electorate: Vec<Elector>,
}

impl Judge<'_> {
    /// How the open vote of the transition closes, once everything else that the transition needs
    /// is met; or what it waits for.
    pub(in crate::lifecycle) fn closing(
        &self,
        transition: &Transition,
        rule: &VoteGuard,
        place: &Location,
    ) -> Result<Closing, Vec<Need>> {
        let need = |what: String| vec![Need::new(what, place)];
        let subject = self.view.subject;
        let Some(vote) = (subject.vote.as_ref()).filter(|it| it.transition == transition.name)
        else {
            return Err(self.not_open(transition, rule, place));
        };
        let voters = self.view.voters(rule, vote);
        if voters.is_empty() {
            let said = self.view.said(&rule.electorate);
            return Err(need(format!("somebody who may vote: nobody is {said}")));
        }
        let Some(times) = self.view.voting_times(rule) else {
            return Err(vec![self.notice_missing(rule, &voters, place)]);
        };
        if !subject.unread.is_empty() {
            return Err(vec![self.sealed(rule, vote, &voters, times, place)]);
        }
        let result = self.view.count(rule, vote, &voters, times, self.at);
        if result.verdict == Verdict::Open {
            return Err(vec![self.still_open(rule, vote, &voters, times, place)]);
        }
        let settled_now = rule.snapshot == Snapshot::Close;
        let electorate = settled_now.then(|| voters.iter().cloned().collect());
        Ok(Closing {
            outcome: result,
            electorate: electorate.unwrap_or_default(),
        })
    }

    fn not_open(&self, transition: &Transition, rule: &VoteGuard, place: &Location) -> Vec<Need> {
        let closed = self.view.subject.closed_vote.as_ref();
        let what = match closed.filter(|it| it.transition == transition.name) {
            Some(closed) if closed.moves == self.view.subject.moves => {
                format!("another vote: this one is over ({})", closed.sentence)
            }
            Some(_) | None => {
                let said = self.view.said(&rule.electorate);
                format!("a vote, which opens as soon as there is somebody who may vote: {said}")
            }
        };
        vec![Need::new(what, place)]
    }

    fn notice_missing(&self, rule: &VoteGuard, voters: &Electorate, place: &Location) -> Need {
        let name = rule.notice.as_ref();
        let evidence = name.and_then(|name| self.view.lifecycle.evidence.get(name));
        let who = evidence.map(|evidence| self.view.everybody(&evidence.by));
        let name = name.map(|name| name.to_string()).unwrap_or_default();
        let mut what = format!("`{name}` attached: the time to vote counts from it");
        if let Some(forgotten) = self.view.forgotten(rule, voters) {
            what.push_str(&format!(", and it did not reach {forgotten}"));
        }
        let logins = who.into_iter().flatten().map(|account| account.login);
        Need::new(what, place).by(logins)
    }

    /// Without the key nobody knows who has voted, but when the vote ends and who may vote.
    fn sealed(
        &self,
        rule: &VoteGuard,
        vote: &OpenVote,
        voters: &Electorate,
        times: OpenTimes,
        place: &Location,
    ) -> Need {
        let number = self.view.subject.unread.len();
        let key = format!("the key to {number} sealed ballots, which is needed to count them");
        if times.latest <= self.at {
            return Need::new(key, place);
        }
        let start = self.view.voting_start(rule, vote).unwrap_or(vote.opened);
        let window = rule.profile.window(self.view.ctx.charter.calendar(), start);
        let logins = voters.iter().filter_map(|it| self.view.login(it.id));
        let what = format!("the vote to end, and {key}");
        let mut need = Need::new(what, place).by(logins).in_time(&window);
        need.until = Some(times.latest);
        need
    }

    fn still_open(
        &self,
        rule: &VoteGuard,
        vote: &OpenVote,
        voters: &Electorate,
        times: OpenTimes,
        place: &Location,
    ) -> Need {
        let start = self.view.voting_start(rule, vote).unwrap_or(vote.opened);
        let window = rule.profile.window(self.view.ctx.charter.calendar(), start);
        let voted: BTreeSet<UserId> = vote.ballots.keys().copied().collect();
        let present = voters.iter().filter(|it| voted.contains(&it.id)).count();
        let all = voters.iter().count();
        let what = format!("the vote to end; {present} of {all} have voted");
        // Who is missing would say who has voted.
        let silent = voters
            .iter()
            .filter(|it| vote.private || !voted.contains(&it.id));
        let logins = silent.filter_map(|it| self.view.login(it.id));
        let mut need = Need::new(what, place).by(logins).in_time(&window);
        need.until = Some(times.latest);
        need
    }
}

impl View<'_> {
    /// The vote that the state in which the subject is asks for.
    pub(in crate::lifecycle) fn vote_here(&self) -> Option<(&Transition, &VoteGuard, &Location)> {
        let mut leaving = self.lifecycle.leaving(&self.subject.state);
        leaving.find_map(|transition| {
            let (vote, place) = transition.needs.vote_at()?;
            Some((transition, vote, place))
        })
    }

    /// Who may vote: as it was at the opening, or is now.
    pub(in crate::lifecycle) fn voters(&self, rule: &VoteGuard, vote: &OpenVote) -> Electorate {
        match rule.snapshot {
            Snapshot::Open => Electorate::new(vote.electorate.iter().cloned()),
            Snapshot::Close => self.electorate(&rule.electorate, &rule.except),
        }
    }

    /// When the open vote may close and does; `None` without a vote, or without its notice.
    pub(in crate::lifecycle) fn voting_times(&self, rule: &VoteGuard) -> Option<OpenTimes> {
        let vote = self.subject.vote.as_ref()?;
        let start = self.voting_start(rule, vote)?;
        Some(rule.profile.open_times(self.ctx.charter.calendar(), start))
    }

    /// The later of opening and notice; `None` without the notice.
    fn voting_start(&self, rule: &VoteGuard, vote: &OpenVote) -> Option<Timestamp> {
        if rule.notice.is_none() {
            return Some(vote.opened);
        }
        let voters = self.voters(rule, vote);
        let mut notices = self.notices(rule);
        let notice = notices.find(|notice| missed(notice, &voters, self).is_empty())?;
        Some(notice.at.max(vote.opened))
    }

    /// Notices of this vote, not of one before.
    fn notices(&self, rule: &VoteGuard) -> impl Iterator<Item = &AttachedEvidence> {
        let later = self.subject.evidence.iter().skip(self.subject.notices_from);
        later.filter(|it| rule.notice.as_ref() == Some(&it.name))
    }

    /// Whom the last notice did not reach.
    fn forgotten(&self, rule: &VoteGuard, voters: &Electorate) -> Option<String> {
        let last = self.notices(rule).last()?;
        Some(super::super::people::listed(&missed(last, voters, self)))
    }

    fn login(&self, id: UserId) -> Option<String> {
        let member = self
            .ctx
            .members
            .by_id(id)
            .map(|member| member.login.clone());
        let known = || self.ctx.people.values().find(|account| account.id == id);
        let opener = &self.subject.opener;
        let opener = || (opener.id == id).then(|| opener.login.clone());
        member
            .or_else(|| known().map(|account| account.login.clone()))
            .or_else(opener)
    }

    fn count(
        &self,
        rule: &VoteGuard,
        vote: &OpenVote,
        voters: &Electorate,
        times: OpenTimes,
        at: Timestamp,
    ) -> Outcome {
        let ballots: Vec<Ballot> = (vote.ballots.values())
            .map(|cast| cast.ballot.clone())
            .collect();
        outcome(&rule.profile, voters, &ballots, times, at)
    }
}

/// Logins of voters to whom a notice was not sent; nobody where it does not say to whom it went.
fn missed(notice: &AttachedEvidence, voters: &Electorate, view: &View<'_>) -> Vec<String> {
    if notice.recipients.is_empty() {
        return Vec::new();
    }
    let told = |login: &String| {
        let mut recipients = notice.recipients.iter();
        recipients.any(|it| it.trim_start_matches('@').eq_ignore_ascii_case(login))
    };
    let logins = voters.iter().filter_map(|voter| view.login(voter.id));
    logins.filter(|login| !told(login)).collect()
}
