//! Entries of a charter in the form that answers have.

use std::collections::BTreeMap;

use althing_charter::{
    Body, BodyName, Channel, ChannelName, CheckRule, DocumentRule, Gate, Meeting, MeetingName,
    ReportRule, Role, RoleName, Says, Who,
};
use althing_diag::Location;
use serde::Serialize;

use super::words;

/// A role.
#[derive(Debug, Serialize)]
pub(crate) struct RoleView<'a> {
    pub(crate) name: &'a RoleName,
    title: Option<&'a str>,
    description: Option<&'a str>,
    scopes: Vec<String>,
    positions: Vec<PositionView<'a>>,
    may: &'a [String],
    duties: &'a [String],
    optional_duties: &'a [String],
    expected: &'a [String],
    guidance: &'a [String],
    entered_by: Option<&'a str>,
    tenure: Option<&'a str>,
    includes: &'a [RoleName],
    location: &'a Location,
}

/// Where somebody is to hold a role.
#[derive(Debug, Serialize)]
pub(crate) struct PositionView<'a> {
    role: String,
    title: &'a str,
}

/// A body.
#[derive(Debug, Serialize)]
pub(crate) struct BodyView<'a> {
    pub(crate) name: &'a BodyName,
    title: Option<&'a str>,
    description: Option<&'a str>,
    duties: &'a [String],
    decides: &'a [String],
    seats: Vec<SeatsView>,
    location: &'a Location,
}

/// Seats of a body.
#[derive(Debug, Serialize)]
pub(crate) struct SeatsView {
    role: String,
    least: u32,
    most: Option<u32>,
}

/// A channel.
#[derive(Debug, Serialize)]
pub(crate) struct ChannelView<'a> {
    name: &'a ChannelName,
    title: Option<&'a str>,
    kind: Option<&'a str>,
    url: Option<&'a str>,
    private: bool,
    purpose: Option<&'a str>,
    rooms: BTreeMap<&'a str, &'a str>,
    location: &'a Location,
}

/// A meeting.
#[derive(Debug, Serialize)]
pub(crate) struct MeetingView<'a> {
    name: &'a MeetingName,
    title: Option<&'a str>,
    description: Option<&'a str>,
    rule: &'a str,
    starts: String,
    timezone: &'a str,
    minutes: u32,
    attendees: &'a [Who],
    open_to: &'a [Who],
    agenda: &'a [String],
    duties: &'a [String],
    channel: Option<&'a ChannelName>,
    location: &'a Location,
}

/// A required document.
#[derive(Debug, Serialize)]
pub(crate) struct DocumentView<'a> {
    name: String,
    description: Option<&'a str>,
    paths: &'a [String],
    /// What it must have, in words.
    needs: Vec<String>,
    location: &'a Location,
}

/// A report.
#[derive(Debug, Serialize)]
pub(crate) struct ReportView<'a> {
    name: &'a str,
    /// What it names, in words.
    names: String,
    description: Option<&'a str>,
    told: &'a [Who],
    location: &'a Location,
}

/// A gate.
#[derive(Debug, Serialize)]
pub(crate) struct GateView<'a> {
    name: String,
    description: Option<&'a str>,
    paths: &'a [String],
    approvals: Vec<ApprovalView>,
    checks: Vec<CheckView<'a>>,
    location: &'a Location,
}

/// Approvals that a gate asks for.
#[derive(Debug, Serialize)]
pub(crate) struct ApprovalView {
    role: String,
    count: u32,
}

/// A check that a gate asks for.
#[derive(Debug, Serialize)]
pub(crate) struct CheckView<'a> {
    name: &'a str,
    by: Option<String>,
    at_least: Option<String>,
    at_most: Option<String>,
    one_of: Option<&'a [String]>,
    all_of: Option<&'a [String]>,
    not_applicable: Option<&'a str>,
}

pub(crate) fn role<'a>(name: &'a RoleName, role: &'a Role) -> RoleView<'a> {
    let positions = role.positions.iter().map(|position| PositionView {
        role: format!("{name}@{}", position.scope),
        title: &position.title,
    });
    RoleView {
        name,
        positions: positions.collect(),
        title: role.title.as_deref(),
        description: role.description.as_deref(),
        scopes: role.scopes.iter().map(ToString::to_string).collect(),
        may: &role.may,
        duties: &role.duties,
        optional_duties: &role.optional_duties,
        expected: &role.expected,
        guidance: &role.guidance,
        entered_by: role.entered_by.as_deref(),
        tenure: role.tenure.as_deref(),
        includes: &role.includes,
        location: &role.location,
    }
}

pub(crate) fn body<'a>(name: &'a BodyName, body: &'a Body) -> BodyView<'a> {
    let seats = body.seats.iter().map(|seats| SeatsView {
        role: seats.role.to_string(),
        least: seats.range.least,
        most: seats.range.most,
    });
    BodyView {
        name,
        title: body.title.as_deref(),
        description: body.description.as_deref(),
        duties: &body.duties,
        decides: &body.decides,
        seats: seats.collect(),
        location: &body.location,
    }
}

pub(crate) fn channel<'a>(name: &'a ChannelName, channel: &'a Channel) -> ChannelView<'a> {
    let rooms = channel.rooms.iter();
    ChannelView {
        name,
        title: channel.title.as_deref(),
        kind: channel.kind.as_deref(),
        url: channel.url.as_deref(),
        private: channel.private,
        purpose: channel.purpose.as_deref(),
        rooms: rooms
            .map(|(room, purpose)| (room.as_str(), purpose.as_str()))
            .collect(),
        location: &channel.location,
    }
}

pub(crate) fn meeting<'a>(name: &'a MeetingName, meeting: &'a Meeting) -> MeetingView<'a> {
    MeetingView {
        name,
        title: meeting.title.as_deref(),
        description: meeting.description.as_deref(),
        rule: meeting.rule(),
        starts: meeting.starts().strftime("%Y-%m-%dT%H:%M").to_string(),
        timezone: meeting.timezone(),
        minutes: meeting.minutes,
        attendees: &meeting.attendees,
        open_to: &meeting.open_to,
        agenda: &meeting.agenda,
        duties: &meeting.duties,
        channel: meeting.channel.as_ref(),
        location: &meeting.location,
    }
}

pub(crate) fn document(rule: &DocumentRule) -> DocumentView<'_> {
    DocumentView {
        name: rule.name.to_string(),
        description: rule.description.as_deref(),
        paths: rule.paths.written(),
        needs: words::document(rule),
        location: &rule.location,
    }
}

pub(crate) fn report(report: &ReportRule) -> ReportView<'_> {
    ReportView {
        name: report.kind.name(),
        names: report.kind.to_string(),
        description: report.description.as_deref(),
        told: &report.told,
        location: &report.location,
    }
}

pub(crate) fn gate(gate: &Gate) -> GateView<'_> {
    let approvals = gate.approvals.iter().map(|rule| ApprovalView {
        role: rule.role.to_string(),
        count: rule.count,
    });
    GateView {
        name: gate.name.to_string(),
        description: gate.description.as_deref(),
        paths: gate.paths.written(),
        approvals: approvals.collect(),
        checks: gate.checks.iter().map(check).collect(),
        location: &gate.location,
    }
}

fn check(rule: &CheckRule) -> CheckView<'_> {
    let mut view = CheckView {
        name: &rule.name,
        by: rule.by.as_ref().map(ToString::to_string),
        at_least: None,
        at_most: None,
        one_of: None,
        all_of: None,
        not_applicable: rule.not_applicable.as_deref(),
    };
    match &rule.says {
        Some(Says::AtLeast(amount)) => view.at_least = Some(amount.to_string()),
        Some(Says::AtMost(amount)) => view.at_most = Some(amount.to_string()),
        Some(Says::OneOf(words)) => view.one_of = Some(words),
        Some(Says::AllOf(words)) => view.all_of = Some(words),
        None => {}
    }
    view
}
