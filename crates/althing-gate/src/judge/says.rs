//! What green checks say.

use althing_charter::{Amount, CheckRule, Says};
use althing_diag::Code;

use crate::{Check, Facts, Reason};

/// How much of a description a message quotes.
const SHOWN: usize = 60;

/// One reason for green reports that count: each of them must say what the rule asks for, unless
/// it says that it has nothing to judge.
pub(super) fn check_says(facts: &Facts, rule: &CheckRule, reports: &[&Check]) -> Reason {
    let name = &rule.name;
    let head = facts.head.short();
    let judged = reports.iter().filter(|report| applies(rule, report));
    let said: Vec<&str> = judged
        .map(|report| report.description.as_deref().unwrap_or_default().trim())
        .collect();
    if let (Some(nothing), true) = (&rule.not_applicable, said.is_empty()) {
        return Reason::met(format!(
            "check `{name}` is not applicable on {head}: it says `{nothing}`"
        ));
    }
    let Some(says) = &rule.says else {
        return Reason::met(format!("check `{name}` is green on {head}"));
    };
    for line in &said {
        if let Err(Unmet { code, why }) = compare(says, line) {
            let text = format!("check `{name}` must say {says} on {head}, {why}");
            return Reason::unmet(code, text, way_out(code, facts, rule, says));
        }
    }
    Reason::met(format!(
        "check `{name}` must say {says} on {head}, and says {}",
        said.iter()
            .map(|line| shown(line))
            .collect::<Vec<_>>()
            .join(" and ")
    ))
}

fn applies(rule: &CheckRule, report: &Check) -> bool {
    let said = report.description.as_deref();
    match (&rule.not_applicable, said) {
        (Some(nothing), Some(said)) => !same(nothing, said),
        (Some(_), None) | (None, _) => true,
    }
}

struct Unmet {
    code: Code,
    why: String,
}

fn compare(says: &Says, line: &str) -> Result<(), Unmet> {
    let shown = shown(line);
    let missing = |why: String| Unmet {
        code: Code::GateValueMissing,
        why,
    };
    let unmet = |why: String| Unmet {
        code: Code::GateValueUnmet,
        why,
    };
    let met = |met: bool| match met {
        true => Ok(()),
        false => Err(unmet(format!("and says {shown}"))),
    };
    let amount = || {
        let why = || missing(format!("but `{shown}` does not begin with a number"));
        Amount::at_start_of(line).ok_or_else(why)
    };
    if line.is_empty() {
        return Err(missing("but it says nothing".to_owned()));
    }
    match says {
        Says::AtLeast(least) => {
            let amount = amount()?;
            // `95` where `0.95` is asked for would always be enough, and hardly means 9,500 %.
            if least.is_part() && (!amount.is_part() || amount.is_more_than_whole()) {
                return Err(missing(format!("but `{shown}` is no part of a whole")));
            }
            met(amount >= *least)
        }
        Says::AtMost(most) => met(amount()? <= *most),
        Says::OneOf(words) => met(words.iter().any(|word| same(word, line))),
        Says::AllOf(words) => all_of(words, line).map_err(unmet),
    }
}

/// Every word is there, and none beside them: `not IX` does not say `IX`.
fn all_of(words: &[String], line: &str) -> Result<(), String> {
    let missing: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !Says::words(line).any(|said| same(word, said)))
        .collect();
    if !missing.is_empty() {
        return Err(format!("and lacks {}", missing.join(", ")));
    }
    let is_asked = |said: &&str| words.iter().any(|word| same(word, said));
    match Says::words(line).find(|said| !is_asked(said)) {
        Some(other) => Err(format!("and says `{}` besides", shown(other))),
        None => Ok(()),
    }
}

/// What somebody else wrote, as messages quote it: not too much of it, and nothing that moves
/// the cursor.
fn shown(line: &str) -> String {
    let plain = line.chars().filter(|it| !it.is_control());
    plain.take(SHOWN).collect()
}

fn same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

fn way_out(code: Code, facts: &Facts, rule: &CheckRule, says: &Says) -> String {
    let example = match says {
        Says::AtLeast(amount) | Says::AtMost(amount) => amount.to_string(),
        Says::OneOf(words) => words.first().cloned().unwrap_or_default(),
        Says::AllOf(words) => words.join(" "),
    };
    if code == Code::GateValueUnmet && matches!(says, Says::AtLeast(_) | Says::AtMost(_)) {
        return "improve what it measures and push; the new commit is judged anew".to_owned();
    }
    format!(
        "let it say so in its description, for example with `gh api \
         repos/{{owner}}/{{repo}}/statuses/{} -f state=success -f 'context={}' -f \
         'description={example}'`",
        facts.head, rule.name
    )
}
