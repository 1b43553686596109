//! What votes must satisfy.

use althing_diag::{
    Code,
    yaml::{self, Spanned},
};

use super::Check;
use crate::{
    Guard, GuardKind, Snapshot, Trigger, VoteGuard, VoteProfile, Who,
    lifecycle::raw::{RawSnapshot, RawVoteGuard},
};

impl Check<'_, '_> {
    /// A vote; `allowed` where it can stand.
    pub(super) fn vote_guard(
        &mut self,
        raw: &Spanned<RawVoteGuard>,
        on: Trigger,
        allowed: bool,
    ) -> Option<Guard> {
        if !allowed {
            let message = "a vote cannot stand under `any` or `not`";
            let help = "let it decide alone: put it beside what else is needed, or give it a \
                        state of its own";
            self.error(raw, message, help);
        }
        if on != Trigger::Met {
            let message = "a vote decides when it closes, and needs nobody to set it off";
            self.error(raw, message, "leave `on` out");
        }
        let people = &raw.value.people;
        let electorate = people.electorate.as_ref();
        let electorate = electorate
            .map(|it| self.people(raw, it))
            .unwrap_or_default();
        if electorate
            .iter()
            .any(|who| matches!(who, Who::Anyone | Who::Automation))
        {
            let message = "nobody knows how many these electors are";
            let help = "name a role, a body or people; others can still cast advisory ballots";
            self.report
                .error(raw, Code::CharterLifecycle, message, help);
        }
        let except = people.except.as_ref();
        let except = except.map(|it| self.who_list(&it.0)).unwrap_or_default();
        let notice = people.notice.as_ref();
        let notice = notice.and_then(|it| self.known_evidence(&it.value, it));
        let file = self.report.file;
        let profile = VoteProfile::check(file, &raw.value.rules, self.names.roles);
        let profile = match profile {
            Ok(profile) => profile,
            Err(findings) => {
                self.report.findings.extend(findings);
                return None;
            }
        };
        self.enough_seats(raw, &electorate, &profile);
        let vote = VoteGuard {
            profile,
            electorate,
            except,
            snapshot: match people.snapshot {
                None | Some(RawSnapshot::Open) => Snapshot::Open,
                Some(RawSnapshot::Close) => Snapshot::Close,
            },
            private: people.private.unwrap_or_default(),
            notice,
        };
        Some(Guard {
            kind: GuardKind::Vote(Box::new(vote)),
            location: yaml::location(file, raw),
        })
    }

    /// A quorum that all seats together could not meet.
    fn enough_seats(
        &mut self,
        raw: &Spanned<RawVoteGuard>,
        electorate: &[Who],
        profile: &VoteProfile,
    ) {
        let seats = electorate.iter().map(|who| match who {
            Who::Body(name) => {
                let body = self.names.bodies.get(name)?;
                let most = body
                    .seats
                    .iter()
                    .map(|seats| seats.range.most.map(u64::from));
                most.sum::<Option<u64>>()
            }
            Who::Anyone
            | Who::Opener
            | Who::Subject
            | Who::Raiser
            | Who::Automation
            | Who::Role(_)
            | Who::Named(_) => None,
        });
        if let (Some(seats), Some(least)) = (seats.sum::<Option<u64>>(), profile.least_ballots())
            && seats < least
        {
            let message = format!("the quorum wants {least} ballots, but there are {seats} seats");
            let help = "ask for fewer ballots, or for a share of the electorate";
            self.report
                .error(raw, Code::CharterUnmeetable, message, help);
        }
    }
}
