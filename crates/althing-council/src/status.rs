//! The comments in which Althing shows how a subject stands.

mod commands;
mod next;
mod page;
mod vote;

use std::collections::BTreeMap;

use althing_charter::{Charter, Lifecycle, Members, Subject, Way};
use althing_diag::id::Account;
use jiff::Timestamp;

use self::page::{Page, logins};
use crate::text::code;

/// The longest comment that is written, in bytes. Forges take some 65,000 characters.
const LONGEST: usize = 60_000;

/// Everything that the comments show.
#[derive(Clone, Copy, Debug)]
pub struct StatusView<'a> {
    /// The subject as it is.
    pub subject: &'a Subject,
    /// Its kind, in the charter under which it was opened.
    pub lifecycle: &'a Lifecycle,
    /// That charter.
    pub charter: &'a Charter,
    /// The members, for the logins of those who may vote.
    pub members: &'a Members,
    /// Accounts that are known beside the members ([`althing_charter::Context::people`]).
    pub people: &'a BTreeMap<String, Account>,
    /// What can come next ([`althing_charter::what_next`]).
    pub ways: &'a [Way],
    /// The number of the last entry of the ledger that is about the subject.
    pub entry: u64,
}

/// How much of what others wrote, and of how many, is shown.
#[derive(Clone, Copy, Debug)]
struct Room {
    /// People and things in a list.
    items: usize,
    /// Characters of one text.
    text: usize,
}

/// What is tried in turn until the comment is short enough.
const ROOMS: [Room; 3] = [
    Room {
        items: 1_000,
        text: 1_000,
    },
    Room {
        items: 100,
        text: 250,
    },
    Room {
        items: 20,
        text: 80,
    },
];

/// The one comment of a subject that is kept up to date in place: where it stands and since when,
/// what it waits for and who can act, the vote with its numbers, objections, approvals, evidence,
/// and how to take part.
///
/// Of a private vote there are numbers only. Words of others are shown as plain text: nothing in
/// them is markup, a mention, a command or an HTML comment.
pub fn status_comment(view: &StatusView<'_>) -> String {
    fitting(|room| status(view, room))
}

/// The last comment on a subject that is over: how it ended, by which numbers and rules.
pub fn final_comment(view: &StatusView<'_>) -> String {
    fitting(|room| ending(view, room))
}

fn fitting(write: impl Fn(Room) -> String) -> String {
    let mut written = String::new();
    for room in ROOMS {
        written = write(room);
        if written.len() <= LONGEST {
            break;
        }
    }
    written
}

fn status(view: &StatusView<'_>, room: Room) -> String {
    let subject = view.subject;
    let mut page = Page::new(room);
    let title = page.plain(&subject.title);
    page.heading(&title);
    page.paragraph(&standing(view, &page));
    about(view, &mut page);
    if subject.over {
        vote::closed(view, &mut page);
    } else {
        next::ways(view, &mut page);
        vote::open(view, &mut page);
        vote::closed(view, &mut page);
    }
    objections(view, &mut page);
    approvals(view, &mut page);
    evidence(view, &mut page);
    commands::take_part(view, &mut page);
    page.rule();
    footer(view, &mut page);
    page.finish()
}

fn ending(view: &StatusView<'_>, room: Room) -> String {
    let subject = view.subject;
    let mut page = Page::new(room);
    let title = page.plain(&subject.title);
    page.heading(&format!("{}: {title}", capitalized(subject.state.as_str())));
    page.paragraph(&standing(view, &page));
    vote::closed(view, &mut page);
    let standing = subject.standing_objections().count();
    if standing > 0 {
        page.paragraph(&format!("Objections that were never settled: {standing}."));
    }
    page.rule();
    footer(view, &mut page);
    page.finish()
}

/// Where the subject stands, in one or two sentences.
fn standing(view: &StatusView<'_>, page: &Page) -> String {
    let subject = view.subject;
    let since = subject.entered.get(&subject.state);
    let since = time(*since.unwrap_or(&subject.opened));
    let kind = page.plain(&view.lifecycle.title);
    let mut text = format!("{kind}, **{}** since {since}.", subject.state);
    if let Some(outcome) = &subject.outcome {
        text.push_str(&format!(" Outcome: **{}**.", page.plain(outcome)));
    }
    let state = view.lifecycle.state(&subject.state);
    if let Some(description) = state.and_then(|state| state.description.as_deref()) {
        let description = capitalized(description.trim_end_matches('.'));
        text.push_str(&format!(" {}.", page.plain(&description)));
    }
    text
}

fn about(view: &StatusView<'_>, page: &mut Page) {
    let attributes = &view.subject.attributes;
    for (name, value) in attributes {
        let value = match value {
            althing_charter::AttributeValue::Person(account) => code(&account.login),
            althing_charter::AttributeValue::Boolean(_)
            | althing_charter::AttributeValue::Number(_)
            | althing_charter::AttributeValue::Text(_)
            | althing_charter::AttributeValue::List(_) => page.plain(&value.to_string()),
        };
        page.item(&format!("{name}: {value}"));
    }
    page.end_list();
}

fn objections(view: &StatusView<'_>, page: &mut Page) {
    let objections = &view.subject.objections;
    if objections.is_empty() {
        return;
    }
    page.section("Objections");
    page.items(objections, |page, objection| {
        let how = match objection.resolved {
            Some(at) => format!("settled {}", time(at)),
            None => "**stands**".to_owned(),
        };
        let (raiser, reason) = (code(&objection.raiser.login), page.plain(&objection.reason));
        format!(
            "Objection {} of {raiser}, {how}: {reason}",
            objection.number
        )
    });
}

fn approvals(view: &StatusView<'_>, page: &mut Page) {
    let approvals = &view.subject.approvals;
    if approvals.is_empty() {
        return;
    }
    page.section("Approvals of the text as it is");
    let names = approvals.values().map(|it| it.account.login.as_str());
    let names = logins(names, page.room.items);
    page.paragraph(&names);
}

fn evidence(view: &StatusView<'_>, page: &mut Page) {
    let evidence = &view.subject.evidence;
    if evidence.is_empty() {
        return;
    }
    page.section("Evidence");
    page.items(evidence, |_, piece| {
        let result = piece.result.as_ref();
        let result = result.map(|it| format!(", **{it}**")).unwrap_or_default();
        let (reference, by) = (page::link(&piece.reference), code(&piece.by.login));
        format!(
            "{}: {reference}{result}, attached by {by} {}",
            piece.name,
            time(piece.at)
        )
    });
}

/// By which rules, on which text, and where it is recorded.
fn footer(view: &StatusView<'_>, page: &mut Page) {
    let (subject, charter) = (view.subject, view.charter);
    page.item(&format!(
        "Subject {}, opened by {} {}",
        code(subject.id.as_str()),
        code(&subject.opener.login),
        time(subject.opened)
    ));
    page.item(&format!(
        "Rules: {}, version {}, hash {}",
        page.plain(charter.name()),
        page.plain(charter.version()),
        code(&subject.charter.to_string())
    ));
    page.item(&format!("Text: hash {}", code(&subject.text.to_string())));
    page.item(&format!(
        "Record: entry {} of the ledger. This comment only shows it; changing the comment changes nothing",
        view.entry
    ));
    page.end_list();
}

/// A time for people, to the minute.
fn time(at: Timestamp) -> String {
    at.strftime("%a %-d %b %Y %H:%M UTC").to_string()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests;
