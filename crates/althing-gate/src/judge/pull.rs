//! What every pull request must show, whatever it changes.

use althing_charter::{Gate, Rules};
use althing_diag::Code;

use crate::{Facts, Mergeable, PullState, Reason};

/// How many paths a reason lists before it only counts the rest.
const PATHS_SHOWN: usize = 5;

pub(super) fn check_open(facts: &Facts) -> Reason {
    let refuse = |text, help| Reason::unmet(Code::GateNotOpen, text, help);
    match (facts.state, facts.draft) {
        (PullState::Open, false) => Reason::met("the pull request is open"),
        (PullState::Open, true) => refuse(
            "the pull request is a draft",
            format!("mark it ready for review: `gh pr ready {}`", facts.number),
        ),
        (PullState::Closed, _) => refuse(
            "the pull request is closed",
            format!("reopen it: `gh pr reopen {}`", facts.number),
        ),
        (PullState::Merged, _) => refuse(
            "the pull request is merged already",
            "nothing is left to do".to_owned(),
        ),
    }
}

pub(super) fn check_mergeable(facts: &Facts) -> Reason {
    let base = &facts.base_branch;
    match facts.mergeable {
        Mergeable::Yes => Reason::met(format!("it merges cleanly into `{base}`")),
        Mergeable::No => Reason::unmet(
            Code::GateConflict,
            format!("it conflicts with `{base}`"),
            format!("rebase the branch on `{base}` or merge `{base}` into it, and push"),
        ),
        Mergeable::Unknown => Reason::unmet(
            Code::GateConflict,
            format!("the forge has not worked out yet whether it merges cleanly into `{base}`"),
            "ask again in a few seconds",
        ),
    }
}

/// Gaps as gathered; if none, those that the facts themselves betray.
pub(super) fn check_complete(facts: &Facts) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = facts
        .gaps
        .iter()
        .map(|gap| incomplete(&format!("{} are incomplete: {}", gap.facts, gap.why)))
        .collect();
    if !reasons.is_empty() {
        return reasons;
    }
    if facts.paths.is_empty() {
        reasons.push(incomplete("no changed path is known"));
    }
    if !facts.commits.iter().any(|commit| commit.sha == facts.head) {
        let head = facts.head.short();
        let text = format!("the head commit {head} is not among the commits that were read");
        reasons.push(incomplete(&text));
    }
    if reasons.is_empty() {
        reasons.push(Reason::met("the facts are complete"));
    }
    reasons
}

fn incomplete(text: &str) -> Reason {
    let help = "ask again; if it stays, split the change so that the forge shows all of it";
    Reason::unmet(Code::GateFactsIncomplete, text, help)
}

pub(super) fn check_covered(rules: &Rules, facts: &Facts, gates: &[&Gate]) -> Reason {
    let uncovered: Vec<&str> = facts
        .paths
        .iter()
        .map(String::as_str)
        .filter(|path| rules.charter().gates_for(path).next().is_none())
        .collect();
    if uncovered.is_empty() {
        let names: Vec<&str> = gates.iter().map(|gate| gate.name.as_str()).collect();
        return Reason::met(format!(
            "{} covered by gates: {}",
            of_paths(facts.paths.len(), facts),
            names.join(", ")
        ));
    }
    let text = format!(
        "{} covered by no gate: {}",
        of_paths(uncovered.len(), facts),
        shown(&uncovered)
    );
    let help = format!(
        "leave them out of this change, or first add a gate for them to the charter on `{}`",
        facts.base_branch
    );
    Reason::unmet(Code::GateNoRule, text, help)
}

fn of_paths(count: usize, facts: &Facts) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{count} of {} changed paths {verb}", facts.paths.len())
}

fn shown(paths: &[&str]) -> String {
    let first: Vec<&str> = paths.iter().take(PATHS_SHOWN).copied().collect();
    match paths.len() - first.len() {
        0 => first.join(", "),
        rest => format!("{} and {rest} more", first.join(", ")),
    }
}
