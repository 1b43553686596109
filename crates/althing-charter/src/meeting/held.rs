//! Meetings that took place.

use althing_diag::{Code, Finding, id::Account};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{Charter, MeetingName, Members};

/// A meeting that took place, as somebody recorded it (L-012, L-083).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldMeeting {
    /// Which.
    pub meeting: MeetingName,
    /// On which day, on the clock of the charter's calendar.
    pub on: Date,
    /// Who was there.
    pub attended: Vec<Account>,
    /// Where the minutes are.
    pub minutes: Option<String>,
}

impl HeldMeeting {
    /// Whether `actor` may record it.
    ///
    /// # Errors
    /// When there is no such meeting, the day is still ahead, or `actor` is not one of those who
    /// are expected or may join.
    pub fn check(
        &self,
        charter: &Charter,
        members: &Members,
        actor: &Account,
        now: Timestamp,
    ) -> Result<(), Box<Finding>> {
        let name = &self.meeting;
        let Some(meeting) = charter.meetings().get(name) else {
            let message = format!("the charter declares no meeting `{name}`");
            let help = "`althing meetings list` shows the meetings";
            return Err(Box::new(Finding::error(
                Code::CharterUnknownName,
                message,
                help,
            )));
        };
        let today = charter.date(now);
        let refusal = if self.on > today {
            let message = format!("{} is still ahead; today is {today}", self.on);
            Finding::error(Code::TooEarly, message, "record a meeting once it was held")
        } else {
            let expected = members.among(charter, &meeting.attendees, today);
            let welcome = members.among(charter, &meeting.open_to, today);
            let mut may = expected.iter().chain(&welcome);
            if may.any(|member| member.id == actor.id) {
                return Ok(());
            }
            let message = format!("{actor} is not one of those who meet as `{name}`");
            let help = "let somebody who is expected there record it";
            Finding::error(Code::NotAllowed, message, help)
        };
        Err(Box::new(refusal.by_rule(meeting.location.clone())))
    }
}
