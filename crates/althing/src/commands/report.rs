//! `althing report`: what the rules ask for and the repository does not show.

mod text;

use std::{fs::File, io::Read, path::PathBuf};

use althing_charter::{Charter, ReportRule};
use althing_diag::{Code, Exit, Finding, Location, id::RepoName};
use althing_facts::Wanted;
use althing_gate::{Grounds, History, Report, Wants, report, wants};
use clap::Args;
use jiff::SignedDuration;

use crate::{
    commands::{act::Place, connect, meetings::occurrence::Moment},
    failure::Failure,
    output::Output,
    rules::RulesArgs,
};

/// How far a report looks back: no quarter is longer.
const PERIOD: SignedDuration = SignedDuration::from_hours(92 * 24);

/// The largest file of facts, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Flags of `althing report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Names of reports, as the charter spells them; all that it asks for, if left out.
    names: Vec<String>,
    /// The repository, whose history is gathered from the forge.
    #[arg(long, short = 'R', value_name = "OWNER/NAME")]
    repo: Option<RepoName>,
    /// Facts of a history that was gathered before, as JSON (docs/formats.md).
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "repo",
        required_unless_present = "repo"
    )]
    facts: Option<PathBuf>,
    /// Where the period begins that is gathered; 92 days ago, if left out.
    #[arg(long, value_name = "DATE|TIME", requires = "repo")]
    since: Option<Moment>,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: &ReportArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, members) = args.rules.apart()?;
    let asked = asked(&charter, &args.names)?;
    let today = charter.date(args.place.now());
    let wants = wants(&charter, &members, &asked, today);
    let history = match (&args.facts, &args.repo) {
        (Some(file), _) => facts(file)?,
        (None, Some(repo)) => gather(repo, args, &charter, &wants).await?,
        (None, None) => return Err(Failure::internal("report", "clap asks for one of both")),
    };
    let now = args.place.said().unwrap_or(history.until);
    let record = if wants.record {
        args.place.community().await?
    } else {
        None
    };
    let grounds = Grounds {
        charter: &charter,
        members: &members,
        history: &history,
        record: record.as_ref(),
        now,
    };
    let reports: Vec<Report> = asked.iter().map(|rule| report(&grounds, rule)).collect();
    output.answer_list("reports", &reports, || text::describe(&reports));
    let clean = reports.iter().all(|report| report.findings.is_empty());
    Ok(if clean { Exit::Ok } else { Exit::Refused })
}

/// The history from the forge.
async fn gather(
    repo: &RepoName,
    args: &ReportArgs,
    charter: &Charter,
    wants: &Wants,
) -> Result<History, Failure> {
    let until = args.place.now();
    let since = match args.since {
        Some(since) => since.begin(charter.calendar().zone()),
        None => until.checked_sub(PERIOD).unwrap_or(until),
    };
    let wanted = Wanted {
        since,
        until,
        files: wants.files.clone(),
        people: wants.people.clone(),
        folders: wants.folders.clone(),
    };
    let forge = connect().await?;
    Ok(althing_facts::history(&forge, repo, &wanted).await?)
}

/// The reports of these names, in the order of the charter.
fn asked<'a>(charter: &'a Charter, names: &[String]) -> Result<Vec<&'a ReportRule>, Failure> {
    let declared: Vec<&str> = charter.reports().iter().map(|it| it.kind.name()).collect();
    let unknown = names
        .iter()
        .filter(|name| !declared.contains(&name.as_str()));
    let help = match declared.as_slice() {
        [] => "declare reports under `reports` in the charter".to_owned(),
        declared => format!("name some of: {}", declared.join(", ")),
    };
    let findings = unknown.map(|name| {
        let message = format!("the charter asks for no report `{name}`");
        Finding::error(Code::CharterUnknownName, message, help.clone())
    });
    let mut findings: Vec<Finding> = findings.collect();
    if declared.is_empty() {
        let message = "the charter asks for no report";
        findings.push(Finding::error(Code::CharterEmpty, message, help));
    }
    if !findings.is_empty() {
        return Err(findings.into());
    }
    let meant =
        |rule: &&ReportRule| names.is_empty() || names.iter().any(|name| name == rule.kind.name());
    Ok(charter.reports().iter().filter(meant).collect())
}

fn facts(path: &PathBuf) -> Result<History, Failure> {
    let name = path.display().to_string();
    let refused = |code, why: String| {
        let help = "name a file of facts; docs/formats.md says what is in it";
        Finding::error(code, why, help).at(Location::file(&name))
    };
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    read.map_err(|error| refused(Code::FileUnreadable, error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| {
        let at = Location::new(
            &name,
            u32::try_from(error.line()).unwrap_or(0),
            u32::try_from(error.column()).unwrap_or(0),
        );
        let why = format!("the facts cannot be read: {error}");
        refused(Code::FactsInvalid, why).at(at).into()
    })
}
