//! `althing meetings held`: a meeting took place.

use althing_charter::{HeldMeeting, MeetingName, Members};
use althing_diag::{Code, Exit, Finding, id::Account};
use clap::Args;
use jiff::civil::Date;

use crate::{commands::act::Seat, failure::Failure, output::Output};

/// Flags of `althing meetings held`.
#[derive(Debug, Args)]
pub(crate) struct HeldArgs {
    /// The meeting.
    meeting: MeetingName,
    /// The day on which it was held.
    #[arg(long, value_name = "DATE")]
    on: Date,
    /// Login of a member who was there; may be given several times.
    #[arg(long = "attended", value_name = "LOGIN")]
    attended: Vec<String>,
    /// Where the minutes are.
    #[arg(long, value_name = "REF")]
    minutes: Option<String>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: HeldArgs, output: &mut Output) -> Result<Exit, Failure> {
    let HeldArgs {
        meeting,
        on,
        attended,
        minutes,
        seat,
    } = args;
    let held = seat
        .sit(async |council, actor| {
            let held = HeldMeeting {
                attended: accounts(council.members(), &attended)?,
                meeting,
                on,
                minutes,
            };
            council.hold(held.clone(), &actor.account).await?;
            Ok(held)
        })
        .await?;
    output.answer(&held, || {
        let count = held.attended.len();
        let (name, on) = (&held.meeting, held.on);
        format!("recorded: `{name}` of {on}, {count} attended")
    });
    Ok(Exit::Ok)
}

/// The members of these logins, or who is none.
fn accounts(members: &Members, logins: &[String]) -> Result<Vec<Account>, Failure> {
    let mut accounts = Vec::new();
    let mut findings = Vec::new();
    for login in logins {
        match members.by_login(login.trim_start_matches('@')) {
            Some(member) => accounts.push(Account {
                id: member.id,
                login: member.login.clone(),
            }),
            None => {
                let message = format!("`{login}` is no member");
                let help = "name logins of members; guests belong in the minutes";
                findings.push(Finding::error(Code::MembersUnknown, message, help));
            }
        }
    }
    accounts.sort_by_key(|account| account.id);
    accounts.dedup();
    if findings.is_empty() {
        Ok(accounts)
    } else {
        Err(findings.into())
    }
}
