//! The verdict: each question in its file, asked in one order.

mod approvals;
mod checks;
mod people;
mod pull;
mod says;
mod stances;

use althing_charter::{Gate, Rules};

use crate::{Facts, PullState, Verdict};

pub use people::WEB_COMMITTER_EMAIL;

/// Judges a pull request by the rules. The same facts and rules always give the same verdict.
pub fn judge(rules: &Rules, facts: &Facts) -> Verdict {
    let gates = gates_that_apply(rules, facts);
    let mut reasons = vec![pull::check_open(facts)];
    if facts.state == PullState::Open {
        // Forges stop working it out once a pull request is closed.
        reasons.push(pull::check_mergeable(facts));
    }
    reasons.extend(pull::check_complete(facts));
    reasons.push(pull::check_covered(rules, facts, &gates));
    let people = people::People::of(rules.members(), facts);
    reasons.extend(people.check_known());
    let stances = stances::Stances::of(facts);
    for gate in &gates {
        reasons.extend(approvals::check_changes_requested(
            rules, facts, gate, &stances,
        ));
        reasons.extend(approvals::check_approvals(
            rules, facts, gate, &stances, &people,
        ));
        reasons.extend(checks::check_checks(rules, facts, gate));
    }
    Verdict {
        pull: facts.number,
        head: facts.head.clone(),
        pass: reasons.iter().all(|reason| reason.met),
        gates: gates.iter().map(|gate| gate.name.clone()).collect(),
        reasons,
        charter: rules.hash(),
    }
}

fn gates_that_apply<'a>(rules: &'a Rules, facts: &Facts) -> Vec<&'a Gate> {
    let covers_some = |gate: &&Gate| facts.paths.iter().any(|path| gate.paths.cover(path));
    rules.charter().gates().iter().filter(covers_some).collect()
}

/// `@a, @b`, or `nobody`.
fn logins<'a>(logins: impl IntoIterator<Item = &'a str>) -> String {
    let logins: Vec<String> = logins
        .into_iter()
        .map(|login| format!("@{login}"))
        .collect();
    if logins.is_empty() {
        "nobody".to_owned()
    } else {
        logins.join(", ")
    }
}
