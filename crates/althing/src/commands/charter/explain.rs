//! `althing charter explain`: one rule, in plain words.

use althing_charter::{Charter, Effect, Lifecycle, RoleName, Transition};
use althing_diag::{Code, Exit, Finding, Location};
use clap::Args;
use serde::Serialize;

use super::words;
use crate::{
    failure::Failure,
    output::{BOLD, DIM, Output},
    rules::charter_named,
};

/// Flags of `althing charter explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Name of a role, body, channel, meeting, gate, document, report, lifecycle or transition
    /// (`NAME` or `LIFECYCLE.NAME`).
    rule: String,
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = althing_facts::CHARTER)]
    charter: String,
}

/// A rule in plain words.
#[derive(Debug, Serialize)]
struct Explained {
    kind: &'static str,
    name: String,
    /// Sentences without a period.
    text: Vec<String>,
    location: Location,
}

pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    let rules = explained(&charter, &args.rule);
    if rules.is_empty() {
        return Err(unknown(&charter, &args.rule).into());
    }
    output.answer_list("rules", &rules, || {
        let rules: Vec<String> = rules.iter().map(describe).collect();
        rules.join("\n\n")
    });
    Ok(Exit::Ok)
}

fn describe(rule: &Explained) -> String {
    let mut lines = vec![format!(
        "{BOLD}{} {}{BOLD:#}  {DIM}{}{DIM:#}",
        rule.kind, rule.name, rule.location
    )];
    lines.extend(
        rule.text
            .iter()
            .map(|line| format!("  {}", line.replace('`', ""))),
    );
    lines.join("\n")
}

/// Everything of that name, whatever it is.
fn explained(charter: &Charter, asked: &str) -> Vec<Explained> {
    let mut found = Vec::new();
    let plain = asked.split('@').next().unwrap_or(asked);
    let roles = charter
        .roles()
        .iter()
        .filter(|(name, _)| name.as_str() == plain);
    found.extend(roles.map(|(name, it)| explain("role", name, role(charter, name), &it.location)));
    let bodies = charter
        .bodies()
        .iter()
        .filter(|(name, _)| name.as_str() == asked);
    found.extend(bodies.map(|(name, body)| {
        let mut text: Vec<String> = body.description.iter().cloned().collect();
        text.extend(body.seats.iter().map(|seats| {
            let role = words::role(charter, &seats.role);
            format!("seats for {role}: {}", seats.range)
        }));
        text.extend(points("it must", &body.duties));
        text.extend(points("it decides", &body.decides));
        explain("body", name, text, &body.location)
    }));
    let channels = charter
        .channels()
        .iter()
        .filter(|(name, _)| name.as_str() == asked);
    found.extend(channels.map(|(name, channel)| {
        let mut text: Vec<String> = channel.purpose.iter().cloned().collect();
        text.extend(channel.url.iter().map(|url| format!("it is at {url}")));
        text.push(
            if channel.private {
                "only some people can read it"
            } else {
                "everybody can read it"
            }
            .to_owned(),
        );
        explain("channel", name, text, &channel.location)
    }));
    let meetings = charter
        .meetings()
        .iter()
        .filter(|(name, _)| name.as_str() == asked);
    found.extend(meetings.map(|(name, meeting)| {
        let mut text: Vec<String> = meeting.description.iter().cloned().collect();
        text.push(words::when(meeting));
        text.push(format!("expected: {}", words::people(&meeting.attendees)));
        text.push(format!("may join: {}", words::people(&meeting.open_to)));
        text.extend(points("agenda", &meeting.agenda));
        explain("meeting", name, text, &meeting.location)
    }));
    let gates = charter
        .gates()
        .iter()
        .filter(|gate| gate.name.as_str() == asked);
    found.extend(gates.map(|gate| {
        let mut text: Vec<String> = gate.description.iter().cloned().collect();
        let paths = words::names(gate.paths.written());
        let needs = words::list(&words::gate(gate), "and");
        text.push(format!("a change of {paths} needs {needs}"));
        explain("gate", &gate.name, text, &gate.location)
    }));
    let documents = charter
        .documents()
        .iter()
        .filter(|rule| rule.name.as_str() == asked);
    found.extend(documents.map(|rule| {
        let mut text: Vec<String> = rule.description.iter().cloned().collect();
        text.push(format!("it lies in {}", words::names(rule.paths.written())));
        let needs = words::document(rule);
        if !needs.is_empty() {
            text.push(format!("it has {}", words::list(&needs, "and")));
        }
        explain("document", &rule.name, text, &rule.location)
    }));
    let reports = charter
        .reports()
        .iter()
        .filter(|report| report.kind.name() == asked);
    found.extend(reports.map(|report| {
        let mut text: Vec<String> = report.description.iter().cloned().collect();
        text.push(format!("it names {}", report.kind));
        text.push(format!("told: {}", words::people(&report.told)));
        explain("report", report.kind.name(), text, &report.location)
    }));
    for it in charter.lifecycles() {
        if it.name.as_str() == asked {
            found.push(explain("lifecycle", &it.name, lifecycle(it), &it.location));
        }
        let (within, name) = asked.split_once('.').unwrap_or((it.name.as_str(), asked));
        if within == it.name.as_str() {
            let transitions = it
                .transitions
                .iter()
                .filter(|one| one.name.as_str() == name);
            found.extend(transitions.map(|one| {
                let name = format!("{}.{}", it.name, one.name);
                explain("transition", &name, transition(one), &one.location)
            }));
        }
    }
    found
}

fn explain(
    kind: &'static str,
    name: impl ToString,
    text: Vec<String>,
    location: &Location,
) -> Explained {
    Explained {
        kind,
        name: name.to_string(),
        text,
        location: location.clone(),
    }
}

fn role(charter: &Charter, name: &RoleName) -> Vec<String> {
    let Some(role) = charter.roles().get(name) else {
        return Vec::new();
    };
    let mut text: Vec<String> = role.description.iter().cloned().collect();
    if !role.scopes.is_empty() {
        let scopes: Vec<String> = role
            .scopes
            .iter()
            .map(|it| format!("`{name}@{it}`"))
            .collect();
        text.push(format!(
            "it is held for something: {}",
            words::list(&scopes, "or")
        ));
    }
    if !role.counts_as.is_empty() {
        text.push(format!(
            "whoever holds it also counts as {}",
            words::names(&role.counts_as)
        ));
    }
    text.extend(points("holders may", &role.may));
    text.extend(points("holders must", &role.duties));
    text.extend(points("holders can", &role.optional_duties));
    text.extend(points("candidates should show", &role.expected));
    text.extend(points("how to get there", &role.guidance));
    let entered = role.entered_by.iter();
    text.extend(entered.map(|by| match by.as_str() {
        "anyone" => "everybody has it".to_owned(),
        "contribution" => "one gets it by contributing".to_owned(),
        by if charter.lifecycles().iter().any(|it| it.name.as_str() == by) => {
            format!("one gets it by a `{by}`: `althing charter explain {by}`")
        }
        by => format!("one gets it by {by}"),
    }));
    text.extend(role.tenure.iter().map(|tenure| format!("held {tenure}")));
    text
}

fn lifecycle(lifecycle: &Lifecycle) -> Vec<String> {
    let mut text: Vec<String> = lifecycle.description.iter().cloned().collect();
    text.push(format!(
        "{} may open one",
        words::people(&lifecycle.opened_by)
    ));
    let sources: Vec<String> = lifecycle.from.iter().map(ToString::to_string).collect();
    if !sources.is_empty() {
        text.push(format!("it comes from {}", words::list(&sources, "or")));
    }
    for state in &lifecycle.states {
        let mut line = format!("state `{}`", state.name);
        if let Some(description) = &state.description {
            line.push_str(&format!(": {description}"));
        }
        if state.is_final {
            line.push_str(" (the end)");
        }
        text.push(line);
        let leaving = lifecycle.leaving(&state.name);
        text.extend(leaving.map(|it| format!("  {}: {it}", it.name)));
    }
    text
}

fn transition(transition: &Transition) -> Vec<String> {
    let mut text = vec![format!("leads {transition}")];
    let outcome = transition.outcome.iter();
    text.extend(outcome.map(|word| format!("recorded as `{word}`")));
    let said =
        |effects: &[Effect]| -> Vec<String> { effects.iter().map(ToString::to_string).collect() };
    text.extend(points("then it", &said(&transition.effects)));
    if let Some(otherwise) = &transition.otherwise {
        text.extend(points("otherwise it", &said(&otherwise.effects)));
    }
    text
}

fn points(what: &str, points: &[String]) -> Vec<String> {
    match points {
        [] => Vec::new(),
        [one] => vec![format!("{what}: {one}")],
        points => {
            let points = points.iter().map(|point| format!("  - {point}"));
            [format!("{what}:")].into_iter().chain(points).collect()
        }
    }
}

fn unknown(charter: &Charter, asked: &str) -> Finding {
    let lifecycles: Vec<&str> = charter
        .lifecycles()
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let gates: Vec<&str> = charter.gates().iter().map(|it| it.name.as_str()).collect();
    let reports: Vec<&str> = charter.reports().iter().map(|it| it.kind.name()).collect();
    let documents: Vec<&str> = charter
        .documents()
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let roles: Vec<&str> = charter.roles().keys().map(|it| it.as_str()).collect();
    let all = [
        ("roles", roles),
        ("lifecycles", lifecycles),
        ("gates", gates),
        ("documents", documents),
        ("reports", reports),
    ];
    let all = all.iter().filter(|(_, names)| !names.is_empty());
    let all: Vec<String> = all
        .map(|(section, names)| format!("{section}: {}", names.join(", ")))
        .collect();
    Finding::error(
        Code::CharterUnknownName,
        format!("the charter has no rule `{asked}`"),
        format!("name one of its entries; {}", all.join("; ")),
    )
}
