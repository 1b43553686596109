//! `althing meetings …`: when the community meets.

mod held;
pub(crate) mod occurrence;

use althing_charter::{Charter, Community, HeldMeeting, MeetingName};
use althing_diag::{Code, Exit, Finding};
use clap::{Args, Subcommand};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{
    act::Place,
    charter::{view, words},
};
use crate::{
    failure::Failure,
    output::{BOLD, DIM, Output},
    rules::{RulesArgs, charter_named},
};
use occurrence::{Moment, occurrences};

/// Commands about meetings.
#[derive(Debug, Subcommand)]
pub(crate) enum MeetingsCommand {
    /// List the meetings that the charter declares.
    List(ListArgs),
    /// Say when each meeting is held next.
    Next(NextArgs),
    /// Record that a meeting took place, and who was there.
    Held(held::HeldArgs),
}

/// Flags of `althing meetings list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = althing_facts::CHARTER)]
    charter: String,
    #[command(flatten)]
    place: Place,
}

/// A meeting, with the last time it was held.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    meeting: view::MeetingView<'a>,
    last_held: Option<&'a HeldMeeting>,
}

/// Flags of `althing meetings next`.
#[derive(Debug, Args)]
pub(crate) struct NextArgs {
    /// Only this meeting.
    meeting: Option<MeetingName>,
    /// How many times of each meeting.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    count: u16,
    /// From this date or moment on; now, if left out.
    #[arg(long, value_name = "DATE|TIME")]
    from: Option<Moment>,
    #[command(flatten)]
    rules: RulesArgs,
}

/// How far ahead the next meeting is looked for, in years.
const AHEAD: i64 = 10;

pub(crate) async fn run(command: MeetingsCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        MeetingsCommand::List(args) => list(&args, output).await,
        MeetingsCommand::Next(args) => next(&args, output),
        MeetingsCommand::Held(args) => held::run(args, output).await,
    }
}

async fn list(args: &ListArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    let meetings = charter.meetings().iter();
    let record = args.place.community().await?;
    let last_held = |name: &MeetingName| {
        let held = record.iter().flat_map(Community::meetings);
        held.filter(|it| it.meeting == *name).last()
    };
    let listed = meetings.map(|(name, it)| Listed {
        meeting: view::meeting(name, it),
        last_held: last_held(name),
    });
    let views: Vec<Listed<'_>> = listed.collect();
    output.answer_list("meetings", &views, || {
        let meetings = charter.meetings().iter().map(|(name, meeting)| {
            let title = meeting.title.as_deref().unwrap_or(name.as_str());
            let last = last_held(name).map(|held| {
                format!("\n  last held {}, {} attended", held.on, held.attended.len())
            });
            let last = last.unwrap_or_default();
            format!(
                "{BOLD}{title}{BOLD:#}  {DIM}{name}{DIM:#}\n  {}\n  expected  {}\n  may join  {}{last}",
                words::when(meeting),
                words::people(&meeting.attendees).replace('`', ""),
                words::people(&meeting.open_to).replace('`', ""),
            )
        });
        let meetings: Vec<String> = meetings.collect();
        match meetings.as_slice() {
            [] => "the charter declares no meeting".to_owned(),
            meetings => meetings.join("\n\n"),
        }
    });
    Ok(Exit::Ok)
}

fn next(args: &NextArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, members) = args.rules.apart()?;
    if let Some(name) = &args.meeting
        && !charter.meetings().contains_key(name)
    {
        return Err(unknown(&charter, name).into());
    }
    let zone = charter.calendar().zone();
    let from = args
        .from
        .map_or_else(Timestamp::now, |from| from.begin(zone));
    let end = from.to_zoned(zone.clone()).checked_add(AHEAD.years());
    let to = end.map_or(Timestamp::MAX, |end| end.timestamp());
    let meant = |name: &MeetingName| args.meeting.as_ref().is_none_or(|asked| asked == name);
    let most = usize::from(args.count);
    let found = occurrences(&charter, &members, from..to, most, meant);
    output.answer_list("meetings", &found, || match found.as_slice() {
        [] => "no meeting is ahead".to_owned(),
        found => occurrence::table(found),
    });
    Ok(Exit::Ok)
}

fn unknown(charter: &Charter, name: &MeetingName) -> Finding {
    let declared: Vec<&str> = charter.meetings().keys().map(MeetingName::as_str).collect();
    let help = match declared.as_slice() {
        [] => "declare it under `meetings` in the charter".to_owned(),
        declared => format!("name one of: {}", declared.join(", ")),
    };
    let message = format!("the charter declares no meeting `{name}`");
    Finding::error(Code::CharterUnknownName, message, help)
}
