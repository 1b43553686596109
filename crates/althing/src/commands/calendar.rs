//! `althing calendar`: the meetings of some time, and the file that calendar programs open.

mod ics;
mod line;
mod zone;

use std::{fs, path::PathBuf};

use althing_diag::{Code, Exit, Finding, Location};
use clap::Args;
use jiff::{Timestamp, ToSpan};
use serde_json::json;

use super::meetings::occurrence::{self, Moment, occurrences};
use crate::{failure::Failure, output::Output, rules::RulesArgs};

/// Flags of `althing calendar`.
#[derive(Debug, Args)]
pub(crate) struct CalendarArgs {
    /// Also write all meetings that begin within the time to this file, as iCalendar (RFC 5545);
    /// without `--to`, without an end.
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
    /// From this date or moment on; now, if left out.
    #[arg(long, value_name = "DATE|TIME")]
    from: Option<Moment>,
    /// To this date or moment, excluded; three months later, if left out.
    #[arg(long, value_name = "DATE|TIME")]
    to: Option<Moment>,
    #[command(flatten)]
    rules: RulesArgs,
}

/// The most times of one meeting that are listed.
const MOST: usize = 1000;

pub(crate) fn run(args: &CalendarArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, members) = args.rules.apart()?;
    let now = Timestamp::now();
    let zone = charter.calendar().zone();
    let from = args.from.map_or(now, |from| from.begin(zone));
    let later = from.to_zoned(zone.clone()).checked_add(3.months());
    let later = later.map_or(Timestamp::MAX, |later| later.timestamp());
    let to = args.to.map(|to| to.begin(zone));
    let found = occurrences(&charter, &members, from..to.unwrap_or(later), MOST, |_| {
        true
    });
    if let Some(file) = &args.ics {
        let begin = args.from.map(|_| from);
        let text = ics::calendar(&charter, &members, ics::Limits { begin, end: to }, now);
        fs::write(file, text).map_err(|error| {
            let message = format!("the calendar could not be written: {error}");
            let help = "name a file in a folder that exists and can be written to";
            let at = Location::file(file.display().to_string());
            Finding::error(Code::FileUnwritable, message, help).at(at)
        })?;
    }
    let answer = json!({
        "from": from,
        "to": to.unwrap_or(later),
        "file": args.ics.as_ref().map(|file| file.display().to_string()),
        "meetings": found,
    });
    output.answer(answer, || {
        let mut text = match found.as_slice() {
            [] => "no meeting in that time".to_owned(),
            found => occurrence::table(found),
        };
        if let Some(file) = &args.ics {
            text.push_str(&format!("\nwritten to {}", file.display()));
        }
        text
    });
    Ok(Exit::Ok)
}
