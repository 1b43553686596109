//! What the guards of transitions must satisfy.

use std::num::NonZeroU32;

use althing_diag::{
    Code,
    yaml::{self, Spanned},
};

use super::Check;
use crate::{
    ApprovalCount, ApprovalNeed, AttributeKind, EvidenceNeed, Guard, GuardKind, LazyConsensus,
    Period, Since, Trigger, Who,
    lifecycle::raw::{
        RawApprovals, RawElapsed, RawEvidenceCount, RawEvidenceNeed, RawEvidenceSince, RawGuard,
        RawLazyConsensus,
    },
    raw::OneOrMany,
    rules::shown,
};

/// How deep guards may stand within each other.
const DEEPEST: usize = 8;

/// Where a guard stands.
#[derive(Clone, Copy)]
struct Within {
    on: Trigger,
    depth: usize,
    /// Whether a vote can stand here.
    voting: bool,
    /// Whether it stands in a `not`.
    negated: bool,
}

impl Check<'_, '_> {
    /// What a transition needs.
    pub(super) fn guard(&mut self, raw: &Spanned<RawGuard>, on: Trigger) -> Guard {
        let within = Within {
            on,
            depth: 0,
            voting: true,
            negated: false,
        };
        self.all_of(raw, &raw.value, within)
    }

    /// All that one map says.
    fn all_of<T>(&mut self, place: &Spanned<T>, raw: &RawGuard, within: Within) -> Guard {
        let location = yaml::location(self.report.file, place);
        if within.depth > DEEPEST {
            let message = format!("conditions stand more than {DEEPEST} deep within each other");
            self.error(place, message, "say it more simply, or with a `condition`");
            return Guard {
                kind: GuardKind::All(Vec::new()),
                location,
            };
        }
        let mut parts = self.parts(raw, within);
        if raw.is_empty() {
            let message = "nothing is said here that could hold";
            self.error(place, message, "say what is needed, or remove it");
        }
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Guard {
                    kind: GuardKind::All(parts),
                    location,
                }
            }
        }
    }

    fn parts(&mut self, raw: &RawGuard, within: Within) -> Vec<Guard> {
        let mut parts = Vec::new();
        if let Some(actor) = &raw.actor {
            parts.push(self.actor(actor, within));
        }
        if let Some(condition) = &raw.condition
            && let Some(read) = self.condition(condition)
        {
            parts.push(self.placed(GuardKind::Condition(read), condition));
        }
        for need in raw.evidence.iter().flat_map(|needs| &needs.0) {
            if let Some(kind) = self.evidence_need(need) {
                parts.push(self.placed(GuardKind::Evidence(kind), need));
            }
        }
        if let Some(elapsed) = &raw.elapsed {
            self.not_negated(elapsed, within);
            parts.extend(self.elapsed(elapsed));
        }
        if let Some(approvals) = &raw.approvals {
            self.not_negated(approvals, within);
            let needs = approvals
                .value
                .iter()
                .filter_map(|need| self.approvals(need));
            let needs = GuardKind::Approvals(needs.collect());
            if approvals.value.is_empty() {
                let help = "say by whom and how many: `{ by: maintainer, count: 1 }`";
                self.error(approvals, "no approval is asked for", help);
            }
            parts.push(self.placed(needs, approvals));
        }
        if let Some(lazy) = &raw.lazy_consensus {
            self.not_negated(lazy, within);
            parts.extend(self.lazy_consensus(lazy));
        }
        if let Some(vote) = &raw.vote {
            parts.extend(self.vote_guard(vote, within.on, within.voting));
        }
        parts.extend(self.groups(raw, within));
        parts
    }

    fn groups(&mut self, raw: &RawGuard, within: Within) -> Vec<Guard> {
        let mut parts = Vec::new();
        let deeper = Within {
            depth: within.depth + 1,
            ..within
        };
        if let Some(all) = &raw.all {
            self.not_negated(all, within);
            let guards = all
                .value
                .iter()
                .map(|raw| self.all_of(raw, &raw.value, deeper));
            let guards = GuardKind::All(guards.collect());
            parts.push(self.placed(guards, all));
        }
        let inner = Within {
            voting: false,
            ..deeper
        };
        if let Some(any) = &raw.any {
            self.not_negated(any, within);
            if any.value.is_empty() {
                self.error(
                    any,
                    "none of nothing ever holds",
                    "list what can hold, or remove `any`",
                );
            }
            let guards = any
                .value
                .iter()
                .map(|raw| self.all_of(raw, &raw.value, inner));
            let guards = GuardKind::Any(guards.collect());
            parts.push(self.placed(guards, any));
        }
        if let Some(not) = &raw.not {
            self.not_negated(not, within);
            let negated = Within {
                negated: true,
                ..inner
            };
            let guard = self.all_of(not, &not.value, negated);
            if matches!(&guard.kind, GuardKind::All(parts) if !parts.is_empty()) {
                let message = "`not` of several things can be read in two ways";
                let help = "write `not` of one thing; list several under `all` or `any`, each with its own `not`";
                self.error(not, message, help);
            }
            parts.push(self.placed(GuardKind::Not(Box::new(guard)), not));
        }
        parts
    }

    fn placed<T>(&self, kind: GuardKind, place: &Spanned<T>) -> Guard {
        let location = yaml::location(self.report.file, place);
        Guard { kind, location }
    }

    fn not_negated<T>(&mut self, place: &Spanned<T>, within: Within) {
        if within.negated {
            let message = "this cannot stand under `not`";
            let help = "only an `actor`, a `condition` or a piece of `evidence` can be negated";
            self.error(place, message, help);
        }
    }

    fn actor(&mut self, written: &Spanned<OneOrMany>, within: Within) -> Guard {
        if !within.on.is_verb() {
            let message = "nobody does this: it happens by itself";
            let help = "write `on: move`, `close`, `withdraw` or `decline`, or remove `actor`";
            self.error(written, message, help);
        }
        let who = self.people(written, &written.value);
        self.placed(GuardKind::Actor(who), written)
    }

    fn evidence_need(&mut self, need: &Spanned<RawEvidenceNeed>) -> Option<EvidenceNeed> {
        let name = self.known_evidence(&need.value.name, need)?;
        let each = need.value.count == Some(RawEvidenceCount::Each);
        if each {
            let by = self.evidence.get(&name).map(|it| it.by.clone());
            self.each(need, &by.unwrap_or_default());
        }
        let fresh = need.value.since == Some(RawEvidenceSince::Entered);
        let of = |result| EvidenceNeed {
            name: name.clone(),
            result,
            each,
            fresh,
        };
        let Some(written) = &need.value.result else {
            return Some(of(None));
        };
        let results = self.evidence.get(&name).map_or(&[][..], |it| &it.results);
        let result = results
            .iter()
            .find(|result| result.as_str() == written)
            .cloned();
        if result.is_none() {
            let listed: Vec<&str> = results.iter().map(|result| result.as_str()).collect();
            let help = if listed.is_empty() {
                format!(
                    "say under `results` of `{name}` what it can say, such as `[passed, failed]`"
                )
            } else {
                format!("use one of: {}", listed.join(", "))
            };
            let message = format!("evidence `{name}` never says `{}`", shown(written));
            self.report
                .error(need, Code::CharterUnknownName, message, help);
        }
        Some(of(Some(result?)))
    }

    fn elapsed(&mut self, raw: &Spanned<RawElapsed>) -> Option<Guard> {
        let period = self.period(&raw.value.period);
        let since = match &raw.value.since {
            None => Some(Since::Entered),
            Some(written) => match written.value.as_str() {
                "opened" => Some(Since::Opened),
                "entered" => Some(Since::Entered),
                text => match text.strip_prefix("state:") {
                    Some(state) => {
                        let state = state.trim().to_owned();
                        let state = Spanned::new(state, written.referenced, written.defined);
                        self.known_state(&state).map(Since::State)
                    }
                    None => self.known_evidence(text, written).map(Since::Evidence),
                },
            },
        };
        let kind = GuardKind::Elapsed {
            period: period?,
            since: since?,
        };
        Some(self.placed(kind, raw))
    }

    pub(super) fn period(&mut self, written: &Spanned<String>) -> Option<Period> {
        match written.value.parse::<Period>() {
            Ok(period) => Some(period),
            Err(error) => {
                let message = error.to_string();
                self.report
                    .error(written, Code::CharterValue, message, error.help());
                None
            }
        }
    }

    fn approvals(&mut self, raw: &Spanned<RawApprovals>) -> Option<ApprovalNeed> {
        let by = self.people(raw, &raw.value.by);
        let except = self.who_list(&raw.value.except.0);
        let count = &raw.value.count;
        let count = match count.value.as_str() {
            "all" => {
                if by
                    .iter()
                    .any(|who| matches!(who, Who::Anyone | Who::Automation))
                {
                    let message = "nobody knows who all of these are";
                    self.error(
                        count,
                        message,
                        "name a role, a body or a person, or a number",
                    );
                }
                ApprovalCount::All
            }
            "each" => {
                self.each(&raw.value.count, &by);
                ApprovalCount::Each
            }
            text => match text.parse::<NonZeroU32>() {
                Ok(number) => ApprovalCount::Number(number),
                Err(_) => {
                    let message = format!("`{}` is no number of approvals", shown(text));
                    let help = "write a number from 1, `all` or `each`";
                    self.report.error(count, Code::CharterValue, message, help);
                    return None;
                }
            },
        };
        Some(ApprovalNeed {
            by,
            count,
            except,
            location: yaml::location(self.report.file, raw),
        })
    }

    /// One for each value of a list.
    fn each<T>(&mut self, place: &Spanned<T>, by: &[Who]) {
        let listed = |who: &Who| match who {
            Who::Role(pattern) => pattern.attributes().any(|name| {
                let kind = self.attributes.get(name).map(|attribute| &attribute.kind);
                matches!(kind, Some(AttributeKind::List(_)))
            }),
            Who::Anyone
            | Who::Opener
            | Who::Subject
            | Who::Raiser
            | Who::Automation
            | Who::Body(_)
            | Who::Named(_) => false,
        };
        if !matches!(by, [only] if listed(only)) {
            let message = "`each` of what is not said";
            let help = "name one role whose scope comes from a list, such as \
                        `pack-maintainer@pack:{packs}`";
            self.error(place, message, help);
        }
    }

    fn lazy_consensus(&mut self, raw: &Spanned<RawLazyConsensus>) -> Option<Guard> {
        let public_for = self.period(&raw.value.public_for);
        let objectors = self.people(raw, &raw.value.objectors);
        let settled_by = self.settlers(raw, &raw.value.settled_by);
        let rule = LazyConsensus {
            public_for: public_for?,
            objectors,
            settled_by,
        };
        Some(self.placed(GuardKind::LazyConsensus(rule), raw))
    }
}
