//! What the rules of a vote must satisfy.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::{
    Choice, RawVote, Share, VoteProfile,
    profile::{Base, Least, OpenFor, Quorum, Threshold},
    raw::{RawAbstentions, RawBase, RawPasses, RawQuorum, RawQuorumBase},
};
use crate::{Period, Role, RoleName, placeholder::is_placeholder, rules::unknown_role};

/// The longest name of a choice, in characters: it stands in every tally.
const LONGEST_CHOICE: usize = 100;

impl VoteProfile {
    /// Validates the rules of a vote that stand in `file`, against the roles that are declared.
    ///
    /// # Errors
    /// Everything that is wrong with them, in the order of line and column; never an empty list.
    pub fn check(
        file: &str,
        raw: &RawVote,
        roles: &BTreeMap<RoleName, Role>,
    ) -> Result<Self, Vec<Finding>> {
        let mut check = Check {
            file,
            findings: Vec::new(),
        };
        let choices = check.choices(raw);
        let passes = check.passes(&raw.passes, !choices.is_empty());
        let quorum = raw.quorum.as_ref().and_then(|quorum| check.quorum(quorum));
        let veto = check.veto(raw, roles);
        let cap = raw.per_organization.as_ref();
        let per_organization = cap.and_then(|cap| check.cap(raw, cap));
        let open = check.open(raw);
        let Check { mut findings, .. } = check;
        // Whatever could not be read has left a finding.
        if let (Some(passes), Some(open), true) = (passes, open, findings.is_empty()) {
            return Ok(Self {
                choices,
                passes,
                quorum,
                veto,
                per_organization,
                no_needs_reason: raw.no_needs_reason,
                open,
            });
        }
        findings.sort_by(|a, b| a.location.cmp(&b.location));
        Err(findings)
    }
}

struct Check<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn report<T>(
        &mut self,
        place: &Spanned<T>,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = Finding::error(code, message, help).at(yaml::location(self.file, place));
        self.findings.push(finding);
    }

    fn choices(&mut self, raw: &RawVote) -> Vec<String> {
        let mut choices = Vec::<String>::new();
        for written in &raw.choices {
            let name = written.value.trim();
            let shown: String = name.chars().take(60).collect();
            if is_placeholder(name) {
                let help = "write what can be chosen, or remove the line";
                self.report(written, Code::CharterEmpty, "a choice has no name", help);
            } else if !matches!(Choice::from(name.to_owned()), Choice::Named(_)) {
                let message = format!("`{shown}` cannot be a choice of a selection");
                let help = "name what can be chosen; `abstain` is always offered, and a vote on \
                            yes or no has no `choices`";
                self.report(written, Code::CharterValue, message, help);
            } else if name.chars().count() > LONGEST_CHOICE {
                let message = format!("choice `{shown}…` is longer than {LONGEST_CHOICE} letters");
                let help = "give it a short name";
                self.report(written, Code::CharterValue, message, help);
            } else if choices.iter().any(|choice| choice == name) {
                let message = format!("choice `{shown}` is listed twice");
                self.report(written, Code::CharterValue, message, "list it once");
            }
            choices.push(name.to_owned());
        }
        if let [only] = raw.choices.as_slice() {
            let help = "list at least two, or leave `choices` out and vote on yes or no";
            self.report(only, Code::CharterValue, "there is only one choice", help);
        }
        choices
    }

    fn passes(&mut self, raw: &Spanned<RawPasses>, selection: bool) -> Option<Threshold> {
        let of = self.base(&raw.value.of, selection);
        let (more, written) = match (&raw.value.at_least, &raw.value.more_than) {
            (Some(written), None) => (false, written),
            (None, Some(written)) => (true, written),
            (Some(_), Some(_)) | (None, None) => {
                let message = "what passes is not said with one share";
                let help = "write either `at-least` or `more-than`, for example \
                            `{ at-least: 60%, of: yes-and-no }`";
                self.report(raw, Code::CharterValue, message, help);
                return None;
            }
        };
        let share = self.share(written)?;
        if more && share.is_whole() {
            let help = "write `at-least: 100%`, or a smaller share";
            let message = "more than the whole never passes";
            self.report(written, Code::CharterUnmeetable, message, help);
        }
        if !more && share.is_nothing() {
            let help = "write `more-than: 0%` if a single vote in favour is enough";
            let message = "nothing at all would pass";
            self.report(written, Code::CharterValue, message, help);
        }
        Some(Threshold { more, share, of })
    }

    fn base(&mut self, raw: &Spanned<RawBase>, selection: bool) -> Base {
        match (raw.value, selection) {
            (RawBase::YesAndNo, true) => {
                let message = "a selection has no yes and no";
                self.report(raw, Code::CharterValue, message, "write `of: choices`");
            }
            (RawBase::Choices, false) => {
                let message = "a vote on yes or no has no choices";
                let help = "write `of: yes-and-no`, or list `choices`";
                self.report(raw, Code::CharterValue, message, help);
            }
            (RawBase::YesAndNo | RawBase::Choices | RawBase::Cast | RawBase::Electorate, _) => {}
        }
        match raw.value {
            RawBase::YesAndNo | RawBase::Choices => Base::Deciding,
            RawBase::Cast => Base::Cast,
            RawBase::Electorate => Base::Electorate,
        }
    }

    fn share(&mut self, written: &Spanned<String>) -> Option<Share> {
        let share = written.value.parse::<Share>();
        share
            .map_err(|error| {
                self.report(written, Code::CharterValue, error.to_string(), error.help());
            })
            .ok()
    }

    fn quorum(&mut self, raw: &Spanned<RawQuorum>) -> Option<Quorum> {
        let written = &raw.value.at_least;
        let abstentions = raw.value.abstentions == RawAbstentions::Count;
        let of_cast = (raw.value.of.as_ref()).filter(|of| of.value == RawQuorumBase::Cast);
        if let (Some(of), true) = (of_cast, abstentions) {
            let message = "all ballots are all ballots: such a quorum is always met";
            let help = "write `of: electorate`, or add `abstentions: ignore`";
            self.report(of, Code::CharterValue, message, help);
        }
        let text = written.value.trim();
        let least = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            if let Some(of) = &raw.value.of {
                let message = "a number of ballots is not a share of anything";
                self.report(
                    of,
                    Code::CharterValue,
                    message,
                    "remove `of`, or write a share",
                );
            }
            Least::Ballots(text.parse::<u32>().map_or(u64::MAX, u64::from))
        } else if of_cast.is_some() {
            Least::OfCast(self.share(written)?)
        } else {
            Least::OfElectorate(self.share(written)?)
        };
        let nothing = match least {
            Least::Ballots(number) => number == 0,
            Least::OfElectorate(share) | Least::OfCast(share) => share.is_nothing(),
        };
        if nothing {
            let message = "a quorum of nothing is none";
            self.report(
                written,
                Code::CharterValue,
                message,
                "remove `quorum`, or ask for more",
            );
        }
        if least == Least::Ballots(u64::MAX) {
            let message = "so many ballots will never be cast";
            self.report(written, Code::CharterUnmeetable, message, "ask for fewer");
        }
        Some(Quorum { least, abstentions })
    }

    fn veto(&mut self, raw: &RawVote, roles: &BTreeMap<RoleName, Role>) -> BTreeSet<RoleName> {
        let mut veto = BTreeSet::new();
        for written in &raw.veto.0 {
            match written.value.parse::<RoleName>() {
                Ok(role) if roles.contains_key(&role) => {
                    veto.insert(role);
                }
                Ok(_) | Err(_) => {
                    let finding = unknown_role(&written.value, roles);
                    self.findings
                        .push(finding.at(yaml::location(self.file, written)));
                }
            }
        }
        if let (Some(first), false) = (raw.veto.0.first(), raw.choices.is_empty()) {
            let message = "a selection cannot be vetoed";
            let help = "write `veto: none`; who is for nothing on the list abstains";
            self.report(first, Code::CharterValue, message, help);
        }
        veto
    }

    fn cap(&mut self, raw: &RawVote, written: &Spanned<u32>) -> Option<NonZeroU32> {
        if !raw.choices.is_empty() {
            let message = "ballots of a selection cannot be capped per organization";
            let help =
                "remove `per-organization`: only of yes and no it is known which counts first";
            self.report(written, Code::CharterValue, message, help);
        }
        let cap = NonZeroU32::new(written.value);
        if cap.is_none() {
            let message = "no ballot of any organization would count";
            let help = "write at least 1, or remove `per-organization`";
            self.report(written, Code::CharterUnmeetable, message, help);
        }
        cap
    }

    fn open(&mut self, raw: &RawVote) -> Option<OpenFor> {
        let at_least = self.period(&raw.open_for);
        let written = raw.open_at_most.as_ref();
        let at_most = written.and_then(|written| self.period(written));
        if let (Some(least), Some(most), Some(written)) = (at_least, at_most, written)
            && most.is_surely_shorter(least)
        {
            let message = "the vote would have to close before it may";
            let help = "make `open-at-most` longer than `open-for`, or remove it";
            self.report(written, Code::CharterValue, message, help);
        }
        Some(OpenFor {
            at_least: at_least?,
            at_most,
        })
    }

    fn period(&mut self, written: &Spanned<String>) -> Option<Period> {
        let period = written.value.parse::<Period>();
        period
            .map_err(|error| {
                self.report(written, Code::CharterValue, error.to_string(), error.help());
            })
            .ok()
    }
}
