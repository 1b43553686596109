//! Meetings of which the record says nothing, and who was never there (L-012, L-083, L-189).

use std::{collections::BTreeMap, ops::Range};

use althing_charter::{Community, LifecycleName, Meeting, MeetingName, StateName};
use althing_diag::{Code, Finding, id::UserId};
use jiff::civil::Date;
use serde::Serialize;

use super::{Found, Grounds, Rows};
use crate::Gap;

/// From how many meetings on somebody who came to none is named.
const TELLING: u32 = 2;

/// How often somebody was at a meeting in the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attendance {
    /// Which meeting.
    pub meeting: MeetingName,
    /// Login of somebody who is expected there.
    pub member: String,
    /// How many the person was at.
    pub attended: u32,
    /// How many were held while the person was expected.
    pub held: u32,
}

pub(super) fn look(
    grounds: &Grounds<'_>,
    decided_by: &BTreeMap<MeetingName, (LifecycleName, StateName)>,
) -> Found {
    let mut found = Found {
        of: "periods",
        ..Found::default()
    };
    let Some(record) = grounds.record else {
        found.gaps.push(Gap {
            facts: "meetings".to_owned(),
            why: "the ledger was not read".to_owned(),
        });
        return found;
    };
    let since = grounds.charter.date(grounds.history.since);
    let mut rows = Vec::new();
    for (name, meeting) in grounds.charter.meetings() {
        let slots = meeting.slots(since, grounds.today());
        found.examined += slots.len();
        let decided = decided_by.get(name);
        let missed = slots.into_iter().filter(|slot| {
            !was_held(record, name, slot)
                && !decided.is_some_and(|by| was_decided(grounds, record, by, slot))
        });
        found
            .findings
            .extend(missed.map(|slot| missing(name, meeting, &slot)));
        rows.extend(attendance(grounds, record, name, meeting, since));
    }
    let absent = rows.iter().filter_map(|row| absent(grounds, row));
    found.findings.extend(absent);
    found.rows = Rows::Attendance(rows);
    found
}

fn was_held(record: &Community, name: &MeetingName, slot: &Range<Date>) -> bool {
    let mut held = record.meetings();
    held.any(|it| it.meeting == *name && slot.contains(&it.on))
}

fn was_decided(
    grounds: &Grounds<'_>,
    record: &Community,
    (lifecycle, state): &(LifecycleName, StateName),
    slot: &Range<Date>,
) -> bool {
    let mut subjects = record.subjects();
    subjects.any(|subject| {
        subject.lifecycle == *lifecycle
            && subject.state == *state
            && slot.contains(&grounds.charter.date(subject.opened))
    })
}

fn missing(name: &MeetingName, meeting: &Meeting, slot: &Range<Date>) -> Finding {
    let last = slot.end.yesterday().unwrap_or(slot.end);
    let title = meeting.title.as_deref().unwrap_or(name.as_str());
    let message = format!(
        "the record knows no `{title}` from {} to {last}",
        slot.start
    );
    let help = format!("if it was held, record it: `althing meetings held {name} --on DATE`");
    Finding::error(Code::MeetingMissed, message, help)
}

/// Everybody who is expected now or was expected at one of the meetings in the period.
fn attendance(
    grounds: &Grounds<'_>,
    record: &Community,
    name: &MeetingName,
    meeting: &Meeting,
    since: Date,
) -> Vec<Attendance> {
    let expected = |day| grounds.among(&meeting.attendees, day);
    let row = |login: &str| Attendance {
        meeting: name.clone(),
        member: login.to_owned(),
        attended: 0,
        held: 0,
    };
    let mut rows: BTreeMap<UserId, Attendance> = expected(grounds.today())
        .into_iter()
        .map(|member| (member.id, row(&member.login)))
        .collect();
    let held = record.meetings();
    for held in held.filter(|it| it.meeting == *name && it.on >= since) {
        for member in expected(held.on) {
            let row = rows.entry(member.id).or_insert_with(|| row(&member.login));
            row.held += 1;
            row.attended += u32::from(held.attended.iter().any(|it| it.id == member.id));
        }
    }
    rows.into_values().collect()
}

fn absent(grounds: &Grounds<'_>, row: &Attendance) -> Option<Finding> {
    if row.attended > 0 || row.held < TELLING {
        return None;
    }
    let meeting = grounds.charter.meetings().get(&row.meeting);
    let title = meeting.and_then(|meeting| meeting.title.as_deref());
    let message = format!(
        "@{} was at none of {} times `{}`",
        row.member,
        row.held,
        title.unwrap_or(row.meeting.as_str())
    );
    let help = "come to the next one, or say why not; correct the record if somebody is left out";
    Some(Finding::error(Code::MeetingAbsent, message, help))
}
