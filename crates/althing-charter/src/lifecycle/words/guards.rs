//! Guards in plain words.

use super::people;
use crate::{
    ApprovalCount, ApprovalNeed, EvidenceNeed, Guard, GuardKind, LazyConsensus, Period, Since,
    VoteGuard,
};

impl Guard {
    /// What must hold, in one sentence without an end; empty where nothing must. Who acts is told
    /// by the trigger.
    pub fn words(&self) -> String {
        words(&self.kind, true).unwrap_or_default()
    }

    /// Who acts, if the guard asks for somebody at its top.
    pub(super) fn actor_words(&self) -> Option<String> {
        match &self.kind {
            GuardKind::Actor(who) => Some(people(who)),
            GuardKind::All(guards) => {
                let actors: Vec<String> = guards.iter().filter_map(Guard::actor_words).collect();
                (!actors.is_empty()).then(|| actors.join(", who must also be "))
            }
            GuardKind::Any(_)
            | GuardKind::Not(_)
            | GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Condition(_) => None,
        }
    }

    /// The waiting periods that it holds, in the order of the text.
    pub fn periods(&self) -> Vec<String> {
        match &self.kind {
            GuardKind::All(guards) | GuardKind::Any(guards) => {
                guards.iter().flat_map(Guard::periods).collect()
            }
            GuardKind::Vote(vote) => vec![vote.profile.open_words()],
            GuardKind::LazyConsensus(rule) => vec![rule.public_for.to_string()],
            GuardKind::Elapsed { period, .. } => vec![period.to_string()],
            GuardKind::Not(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => Vec::new(),
        }
    }
}

/// `None` where there is nothing to say. At the top, who acts is said elsewhere.
fn words(kind: &GuardKind, top: bool) -> Option<String> {
    Some(match kind {
        GuardKind::All(guards) => {
            let parts = guards.iter().filter_map(|guard| words(&guard.kind, top));
            let parts: Vec<String> = parts.collect();
            match parts.as_slice() {
                [] => return None,
                [only] => only.clone(),
                parts if top => parts.join(", and "),
                parts => format!("({})", parts.join(" and ")),
            }
        }
        GuardKind::Any(guards) => {
            let parts = guards.iter().filter_map(|guard| words(&guard.kind, false));
            let parts: Vec<String> = parts.collect();
            format!("either {}", parts.join(", or "))
        }
        GuardKind::Not(guard) => negated(&guard.kind),
        GuardKind::Vote(vote) => vote_words(vote),
        GuardKind::LazyConsensus(rule) => lazy(rule),
        GuardKind::Approvals(needs) => {
            let parts: Vec<String> = needs.iter().map(approval).collect();
            let one = matches!(needs.first(), Some(ApprovalNeed { count, .. }) if is_one(*count));
            format!(
                "there {} {}",
                if one { "is" } else { "are" },
                parts.join(" and ")
            )
        }
        GuardKind::Evidence(need) => evidence(need),
        GuardKind::Elapsed { period, since } => elapsed(*period, since),
        GuardKind::Actor(_) if top => return None,
        GuardKind::Actor(who) => format!("{} does it", people(who)),
        GuardKind::Condition(condition) => format!("`{}`", one_line(&condition.source)),
    })
}

fn negated(kind: &GuardKind) -> String {
    match kind {
        GuardKind::Actor(who) => format!("it is not {} who does it", people(who)),
        GuardKind::Evidence(EvidenceNeed {
            name, result: None, ..
        }) => {
            format!("`{name}` is not attached")
        }
        GuardKind::Evidence(EvidenceNeed {
            name,
            result: Some(result),
            ..
        }) => {
            format!("`{name}` does not say {result}")
        }
        GuardKind::All(_)
        | GuardKind::Any(_)
        | GuardKind::Not(_)
        | GuardKind::Vote(_)
        | GuardKind::LazyConsensus(_)
        | GuardKind::Approvals(_)
        | GuardKind::Elapsed { .. }
        | GuardKind::Condition(_) => {
            format!("not {}", words(kind, false).unwrap_or_default())
        }
    }
}

fn vote_words(vote: &VoteGuard) -> String {
    let private = if vote.private { "private " } else { "" };
    let who = people(&vote.electorate);
    let except = match vote.except.as_slice() {
        [] => String::new(),
        except => format!(" except {}", people(except)),
    };
    let notice = match &vote.notice {
        None => String::new(),
        Some(notice) => format!(" from when `{notice}` is attached"),
    };
    let open = vote.profile.open_words();
    format!(
        "a {private}vote of {who}{except} passes ({}; open for {open}{notice})",
        vote.profile
    )
}

fn lazy(rule: &LazyConsensus) -> String {
    format!(
        "{} for {} (an objection is taken back, or settled by {})",
        match people(&rule.objectors).as_str() {
            "anyone" => "nobody objects".to_owned(),
            objectors => format!("no objection of {objectors} stands"),
        },
        rule.public_for,
        people(&rule.settled_by)
    )
}

fn is_one(count: ApprovalCount) -> bool {
    match count {
        ApprovalCount::Number(number) => number.get() == 1,
        ApprovalCount::All => true,
        ApprovalCount::Each => false,
    }
}

fn approval(need: &ApprovalNeed) -> String {
    let by = people(&need.by);
    let except = match need.except.as_slice() {
        [] => String::new(),
        except => format!(", other than {}", people(except)),
    };
    match need.count {
        ApprovalCount::Number(number) if number.get() == 1 => {
            format!("1 approval of {by}{except}")
        }
        ApprovalCount::Number(number) => format!("{number} approvals of {by}{except}"),
        ApprovalCount::All => format!("the approval of everybody who is {by}{except}"),
        ApprovalCount::Each => format!("approvals of each {by}{except}"),
    }
}

fn evidence(need: &EvidenceNeed) -> String {
    let each = if need.each { " by each" } else { "" };
    let fresh = if need.fresh {
        " since it entered the state"
    } else {
        ""
    };
    match &need.result {
        None => format!("`{}` is attached{each}{fresh}", need.name),
        Some(result) => format!("`{}`{each} says {result}{fresh}", need.name),
    }
}

fn elapsed(period: Period, since: &Since) -> String {
    let since = match since {
        Since::Opened => "it was opened".to_owned(),
        Since::Entered => "it entered the state".to_owned(),
        Since::State(state) => format!("it entered `{state}`"),
        Since::Evidence(name) => format!("`{name}` was attached"),
    };
    let period = period.to_string();
    let have = if period.starts_with("1 ") {
        "has"
    } else {
        "have"
    };
    format!("{period} {have} passed since {since}")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
