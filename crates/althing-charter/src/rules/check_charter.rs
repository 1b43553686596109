//! What a charter must satisfy by itself.

use std::mem;

use althing_diag::{Code, Finding, Location, yaml::Spanned};

use super::{
    check_bodies::check_bodies,
    check_calendar::check_calendar,
    check_channels::check_channels,
    check_documents::check_documents,
    check_edition::check_edition,
    check_gates::check_gates,
    check_meetings::check_meetings,
    check_reports::{Subjects, check_reports},
    check_roles::check_roles,
    names::Names,
    report::Report,
};
use crate::{
    Calendar, Charter, Source,
    extends::{Merged, Placed},
    lifecycle::check_lifecycles,
    raw::{Named, RawCharter},
};

/// The most entries of a section: what is more was not written by hand.
const MOST: usize = 1000;

/// Reads the charter and what it extends. `None` only when one of the files cannot be read at
/// all; otherwise what is wrong goes to `findings` and the rest is returned, so that checks
/// across files can go on.
pub(crate) fn check_charter(
    source: Source<'_>,
    presets: &[Source<'_>],
    findings: &mut Vec<Finding>,
) -> Option<Charter> {
    let mut merged = Merged::read(source, presets, findings)?;
    let (name, version) = head(source, &merged, findings)?;
    let edition = check_edition(source.name, merged.own()?, findings);
    let description = merged.whole("description", |raw| raw.description.take());
    let description =
        description.and_then(|(file, text)| Report::new(file, findings).text("description", text));
    let principles = texts(&mut merged, "principles", findings, |raw| {
        &mut raw.principles
    });
    let private = texts(&mut merged, "private", findings, |raw| &mut raw.private);
    let calendar = match merged.whole("calendar", |raw| raw.calendar.take()) {
        Some((file, Some(raw))) => check_calendar(file, &raw, findings),
        Some((_, None)) | None => Calendar::default(),
    };

    let raw = entries(&mut merged, "roles", findings, |raw| &mut raw.roles);
    let roles = check_roles(raw, findings);
    let raw = entries(&mut merged, "bodies", findings, |raw| &mut raw.bodies);
    let bodies = check_bodies(raw, &roles, findings);
    let raw = entries(&mut merged, "channels", findings, |raw| &mut raw.channels);
    let channels = check_channels(raw, findings);
    let names = Names {
        roles: &roles,
        bodies: &bodies,
        channels: &channels,
    };
    let raw = entries(&mut merged, "meetings", findings, |raw| &mut raw.meetings);
    let meetings = check_meetings(raw, names, &calendar, findings);
    let raw = entries(&mut merged, "documents", findings, |raw| &mut raw.documents);
    let documents = check_documents(raw, names, findings);
    let gates = entries(&mut merged, "gates", findings, |raw| &mut raw.gates);
    let raw = entries(&mut merged, "lifecycles", findings, |raw| {
        &mut raw.lifecycles
    });
    if gates.is_empty() && raw.is_empty() {
        findings.push(nothing_declared(source));
    }
    let lifecycles = check_lifecycles(raw, names, findings);
    let gates = check_gates(gates, names, findings);
    let raw = entries(&mut merged, "reports", findings, |raw| &mut raw.reports);
    let subjects = Subjects {
        meetings: &meetings,
        lifecycles: &lifecycles,
    };
    let reports = check_reports(raw, names, subjects, findings);
    Some(Charter {
        name,
        version,
        edition,
        description,
        principles,
        private,
        calendar,
        meetings,
        documents,
        gates,
        lifecycles,
        reports,
        files: merged.sources().map(owned).collect(),
        tree: merged.tree(),
        warnings: Vec::new(),
        roles,
        bodies,
        channels,
    })
}

/// Name and version, which every file says for itself.
fn head(
    source: Source<'_>,
    merged: &Merged<'_>,
    findings: &mut Vec<Finding>,
) -> Option<(String, String)> {
    let own = merged.own()?;
    let mut report = Report::new(source.name, findings);
    report.filled("name", &own.name);
    report.filled("version", &own.version);
    Some((own.name.value.clone(), own.version.value.clone()))
}

fn texts<'a>(
    merged: &mut Merged<'a>,
    key: &str,
    findings: &mut Vec<Finding>,
    list: impl Fn(&mut RawCharter) -> &mut Vec<Spanned<String>>,
) -> Vec<String> {
    let written = merged.whole(key, |raw| mem::take(list(raw)));
    written.map_or_else(Vec::new, |(file, texts)| {
        Report::new(file, findings).texts(key, texts)
    })
}

fn entries<'a, T>(
    merged: &mut Merged<'a>,
    section: &str,
    findings: &mut Vec<Finding>,
    named: impl Fn(&mut RawCharter) -> &mut Named<T>,
) -> Vec<Placed<'a, T>> {
    let mut entries = merged.entries(section, |raw| mem::take(&mut named(raw).0));
    if let Some(first_too_many) = entries.get(MOST) {
        let message = format!("`{section}` has more than {MOST} entries");
        let help = "keep the charter so short that people can read it";
        let mut report = Report::new(first_too_many.file, findings);
        report.error(&first_too_many.key, Code::CharterValue, message, help);
        entries.truncate(MOST);
    }
    entries
}

fn owned(source: Source<'_>) -> (String, String) {
    (source.name.to_owned(), source.text.to_owned())
}

fn nothing_declared(source: Source<'_>) -> Finding {
    Finding::error(
        Code::CharterEmpty,
        "the charter declares neither a gate nor a lifecycle, so it would let nothing through and \
         decide nothing",
        "declare under `gates` what a change must show, or under `lifecycles` how something is \
         decided; `docs/formats.md` has an example",
    )
    .at(Location::file(source.name))
}
