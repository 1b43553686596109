//! `althing owners`: who owns a path, whom to ask for a review, and whom about an area.

use std::{fs, path::PathBuf};

use althing_diag::{Code, Exit, Finding, Location};
use althing_gate::{Area, Owner, Owners, PLACES, Reviewer, areas, reviewers};
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    failure::Failure,
    output::{BOLD, DIM, Output},
    rules::RulesArgs,
};

/// Flags of `althing owners`.
#[derive(Debug, Args)]
pub(crate) struct OwnersArgs {
    /// Paths from the root of the repository, or areas of CODEOWNERS.md.
    #[arg(required = true, value_name = "PATH|AREA")]
    asked: Vec<String>,
    /// The CODEOWNERS file; the first one where the forge looks, if left out.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The file that says who knows which area.
    #[arg(long, value_name = "FILE", default_value = "CODEOWNERS.md")]
    areas: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
}

/// What is known of one path or area.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    asked: &'a str,
    /// The line that decides.
    rule: Option<Rule<'a>>,
    /// Who owns it.
    owners: Vec<&'a Owner>,
    /// Areas of that name, with whom to ask.
    areas: Vec<&'a Area>,
    /// Whom to ask for a review of a change, in this order.
    reviewers: Vec<Reviewer>,
}

/// A line of CODEOWNERS.
#[derive(Debug, Serialize)]
struct Rule<'a> {
    pattern: &'a str,
    location: Location,
}

pub(crate) fn run(args: &OwnersArgs, output: &mut Output) -> Result<Exit, Failure> {
    let listed = fs::read_to_string(&args.areas).unwrap_or_default();
    let areas = areas(&listed);
    let file = owners_file(args)?;
    if file.is_none() && areas.is_empty() {
        return Err(missing().into());
    }
    let rules = args.rules.apart_if_there()?;
    let rules = rules.as_ref().map(|(charter, members)| (charter, members));
    let now = Timestamp::now();
    let day = rules.map(|(charter, _)| charter.date(now));
    let day = day.unwrap_or_else(|| now.to_zoned(jiff::tz::TimeZone::UTC).date());
    let answers = args.asked.iter().map(|asked| {
        let meant: Vec<&Area> = areas.iter().filter(|it| it.is_meant_by(asked)).collect();
        let is_path = meant.is_empty() || asked.contains(['/', '.']);
        let owners = file.as_ref().filter(|_| is_path);
        let rule = owners.and_then(|(name, owners)| Some((name, owners.rule_for(asked)?)));
        Answer {
            asked,
            owners: rule.iter().flat_map(|(_, rule)| &rule.owners).collect(),
            rule: rule.map(|(name, rule)| Rule {
                pattern: &rule.written,
                location: Location::new(name, rule.line, 1),
            }),
            areas: meant,
            reviewers: if is_path {
                let path = asked.trim_start_matches('/');
                reviewers(owners.map(|(_, owners)| owners), rules, path, day)
            } else {
                Vec::new()
            },
        }
    });
    let answers: Vec<Answer<'_>> = answers.collect();
    output.answer_list("owners", &answers, || {
        let answers: Vec<String> = answers.iter().map(describe).collect();
        answers.join("\n\n")
    });
    Ok(Exit::Ok)
}

/// The file with its name; `None` if it is nowhere.
fn owners_file(args: &OwnersArgs) -> Result<Option<(String, Owners)>, Failure> {
    let places = match &args.file {
        Some(file) => vec![file.clone()],
        None => PLACES.iter().map(PathBuf::from).collect(),
    };
    let Some(place) = places
        .into_iter()
        .find(|place| args.file.is_some() || place.exists())
    else {
        return Ok(None);
    };
    let name = place.display().to_string();
    let text = fs::read_to_string(&place).map_err(|error| {
        let help = "name a CODEOWNERS file that can be read";
        Finding::error(Code::FileUnreadable, error.to_string(), help).at(Location::file(&name))
    })?;
    Ok(Some((name, Owners::parse(&text))))
}

fn missing() -> Finding {
    let message = format!("nobody owns anything: there is no {}", PLACES.join(" or "));
    let help = "go to the root of the repository, or add the file";
    Finding::error(Code::CodeOwnersMissing, message, help)
}

fn describe(answer: &Answer<'_>) -> String {
    let mut lines = vec![format!("{BOLD}{}{BOLD:#}", answer.asked)];
    match &answer.rule {
        Some(rule) => {
            let owners: Vec<String> = answer.owners.iter().map(ToString::to_string).collect();
            let owners = match owners.as_slice() {
                [] => "nobody".to_owned(),
                owners => owners.join(" "),
            };
            lines.push(format!(
                "  owned by {owners}  {DIM}{} {}{DIM:#}",
                rule.location, rule.pattern
            ));
        }
        None if answer.areas.is_empty() => lines.push("  owned by nobody".to_owned()),
        None => {}
    }
    for area in &answer.areas {
        let people: Vec<String> = area.people.iter().map(|it| format!("@{it}")).collect();
        lines.push(format!("  ask {} about {}", people.join(", "), area.name));
    }
    if !answer.reviewers.is_empty() {
        lines.push("  for a review, ask".to_owned());
    }
    for (place, reviewer) in (1..).zip(&answer.reviewers) {
        lines.push(format!(
            "    {place}. {}  {DIM}{}{DIM:#}",
            reviewer.who, reviewer.why
        ));
    }
    lines.join("\n")
}
