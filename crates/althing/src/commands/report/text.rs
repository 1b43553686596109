//! Reports as people read them.

use althing_diag::Finding;
use althing_gate::{Attendance, Report, ReviewLoad, Rows};

use crate::output::{BOLD, DIM, GREEN, RED};

/// Reports in groups: by whom they are told to, in the order in which they come first.
pub(super) fn describe(reports: &[Report]) -> String {
    let mut groups = Vec::<(String, Vec<&Report>)>::new();
    for report in reports {
        let told = told(report);
        match groups.iter_mut().find(|(group, _)| *group == told) {
            Some((_, group)) => group.push(report),
            None => groups.push((told, vec![report])),
        }
    }
    let groups = groups.iter().map(|(told, reports)| {
        let reports: Vec<String> = reports.iter().map(|report| one(report)).collect();
        format!("{BOLD}{told}{BOLD:#}\n\n{}", reports.join("\n\n"))
    });
    let groups: Vec<String> = groups.collect();
    groups.join("\n\n")
}

fn told(report: &Report) -> String {
    let who: Vec<String> = report.told.iter().map(ToString::to_string).collect();
    let people: Vec<String> = report.people.iter().map(|it| format!("@{it}")).collect();
    let people = match people.as_slice() {
        [] => "nobody at present".to_owned(),
        people => people.join(", "),
    };
    format!("For {} ({people})", who.join(" and "))
}

fn one(report: &Report) -> String {
    let mark = if report.findings.is_empty() {
        format!("{GREEN}✓{GREEN:#}")
    } else {
        format!("{RED}✗{RED:#}")
    };
    let mut lines = vec![
        format!(
            "{mark} {BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}",
            report.name, report.rule
        ),
        format!(
            "  {DIM}{}; {} {} looked at{DIM:#}",
            report.names, report.examined, report.of
        ),
    ];
    for finding in &report.findings {
        lines.extend(found(finding));
    }
    lines.extend(figures(&report.rows));
    lines.join("\n")
}

fn found(finding: &Finding) -> Vec<String> {
    let place = finding.location.as_ref();
    let place = place.map_or_else(String::new, |place| format!("{place}: "));
    vec![
        format!(
            "  {RED}-{RED:#} {place}{}  {DIM}[{}]{DIM:#}",
            finding.message, finding.code
        ),
        format!("    {DIM}{}{DIM:#}", finding.help),
    ]
}

/// Figures that are worth reading also when nothing is wrong.
fn figures(rows: &Rows) -> Vec<String> {
    match rows {
        Rows::Reviews(rows) => rows.iter().map(load).collect(),
        Rows::Attendance(rows) => rows.iter().map(attendance).collect(),
        Rows::Maintainers(rows) => rows
            .iter()
            .map(|row| {
                format!(
                    "    @{}: {}, since {}, {} contributions in the period",
                    row.github_username,
                    row.modules.join(", "),
                    row.active_since,
                    row.contributions
                )
            })
            .collect(),
        Rows::None | Rows::Changes(_) | Rows::Modules(_) => Vec::new(),
    }
}

fn load(row: &ReviewLoad) -> String {
    format!(
        "    @{}: {} of {} reviews for the community (an equal share is 1 of {}), {} for each other",
        row.reviewer, row.of_community, row.community_total, row.equal_parts, row.of_peers
    )
}

fn attendance(row: &Attendance) -> String {
    format!(
        "    @{}: {} of {} times `{}`",
        row.member, row.attended, row.held, row.meeting
    )
}
