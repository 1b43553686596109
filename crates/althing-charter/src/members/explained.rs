//! Whether the members file says what the record says: roles change by decisions alone (L-118).

use althing_diag::{Code, Finding, Location};
use jiff::civil::Date;

use super::{Holding, Member, Members, Origin};
use crate::{Charter, LifecycleName};

/// The members twice: as their file lists them, and as the record has made them.
#[derive(Clone, Copy, Debug)]
pub struct Roster<'a> {
    /// The charter that the file belongs to.
    pub charter: &'a Charter,
    /// Name of the file.
    pub name: &'a str,
    /// What it says.
    pub file: &'a Members,
    /// What the record says: those that were taken over, and every role given and taken since.
    pub record: &'a Members,
    /// The day, on the charter's clock.
    pub day: Date,
}

/// Every role that the file gives and the record does not explain, and every role that the record
/// gives and the file lacks, each with its place. Roles that are over give nobody anything, and
/// are not compared.
pub fn roster_findings(roster: &Roster<'_>) -> Vec<Finding> {
    let unexplained = roster.file.iter().flat_map(|listed| {
        let recorded = roster.record.by_id(listed.id);
        let holdings = roster.lasting(listed);
        let without = holdings.filter(move |holding| !roster.is_said(recorded, holding));
        without.map(move |holding| roster.unexplained(listed, recorded, holding))
    });
    let unpublished = roster.record.iter().flat_map(|recorded| {
        let listed = roster.file.by_id(recorded.id);
        let holdings = roster.lasting(recorded);
        let without = holdings.filter(move |holding| !roster.is_listed(listed, holding));
        without.map(move |holding| roster.unpublished(recorded, listed, holding))
    });
    unexplained.chain(unpublished).collect()
}

impl Roster<'_> {
    /// The roles that a member holds or will hold.
    fn lasting<'a>(&self, member: &'a Member) -> impl Iterator<Item = &'a Holding> {
        let day = self.day;
        let lasts = move |holding: &&Holding| holding.until.is_none_or(|until| day < until);
        member.holdings.iter().filter(lasts)
    }

    fn is_said(&self, recorded: Option<&Member>, listed: &Holding) -> bool {
        let mut said = recorded.into_iter().flat_map(|member| &member.holdings);
        said.any(|said| agree(self.day, listed, said))
    }

    /// Whether the file gives the role at all: as what it should not, that is told of the listing.
    fn is_listed(&self, listed: Option<&Member>, said: &Holding) -> bool {
        let mut listed = listed.into_iter().flat_map(|member| self.lasting(member));
        listed.any(|listed| listed.role == said.role)
    }

    fn unexplained(&self, listed: &Member, said: Option<&Member>, holding: &Holding) -> Finding {
        let role = &holding.role;
        let mut said = said.into_iter().flat_map(|member| &member.holdings);
        let said = said.find(|said| said.role == *role);
        let (message, help) = match said {
            Some(said) => (
                format!(
                    "{} is listed as `{role}`{}, but the record says `{role}`{}",
                    listed.login,
                    times(holding),
                    times(said)
                ),
                format!("write `{}`", entry(said)),
            ),
            None => (
                format!(
                    "{} is listed as `{role}`, but no decision in the record has given it",
                    listed.login
                ),
                match self.way_in(holding) {
                    Some(lifecycle) => {
                        format!("open a `{lifecycle}`, or take the role out of the file")
                    }
                    None => "take the role out of the file: roles change by decisions".to_owned(),
                },
            ),
        };
        let finding = Finding::error(Code::MembersUnexplained, message, help);
        self.ruled(finding.at(holding.location.clone()), holding)
    }

    fn unpublished(&self, said: &Member, listed: Option<&Member>, holding: &Holding) -> Finding {
        let message = format!(
            "the record gives {} `{}`{}, but the file does not",
            said.login,
            holding.role,
            times(holding)
        );
        let help = format!(
            "merge the pull request in which it is proposed, or write `{}`",
            entry(holding)
        );
        let place = listed.map(|member| member.location.clone());
        let finding = Finding::error(Code::MembersUnpublished, message, help)
            .at(place.unwrap_or_else(|| Location::file(self.name)));
        match holding.by {
            Some(by @ Origin::Entry(_)) => finding.by_rule(Location::file(by.to_string())),
            Some(Origin::Founding) | None => self.ruled(finding, holding),
        }
    }

    /// The finding with the place where the charter declares the role.
    fn ruled(&self, finding: Finding, holding: &Holding) -> Finding {
        match self.charter.roles().get(&holding.role.role) {
            Some(role) => finding.by_rule(role.location.clone()),
            None => finding,
        }
    }

    /// The kind of decision that gives a role.
    fn way_in(&self, holding: &Holding) -> Option<LifecycleName> {
        let role = self.charter.roles().get(&holding.role.role)?;
        let name = role.entered_by.as_deref()?.parse().ok()?;
        self.charter.lifecycle(&name).map(|_| name)
    }
}

/// Whether the file gives the same as the record. When a role that is held began matters no
/// more, and a file need not say how it was obtained.
pub(super) fn agree(day: Date, listed: &Holding, said: &Holding) -> bool {
    let begun = |holding: &Holding| holding.since.is_none_or(|since| since <= day);
    let begin_alike = listed.since == said.since || (begun(listed) && begun(said));
    let same_origin = match (listed.by, said.by) {
        (None, _) | (Some(Origin::Founding), None | Some(Origin::Founding)) => true,
        (Some(listed), said) => Some(listed) == said,
    };
    listed.role == said.role && listed.until == said.until && begin_alike && same_origin
}

/// ` since 2026-01-01, until 2027-01-01, by ledger entry 17`.
fn times(holding: &Holding) -> String {
    let since = holding.since.map(|date| format!("since {date}"));
    let until = holding.until.map(|date| format!("until {date}"));
    let by = holding.by.map(|by| match by {
        Origin::Founding => "from the founding".to_owned(),
        Origin::Entry(_) => format!("by {by}"),
    });
    let parts: Vec<String> = [since, until, by].into_iter().flatten().collect();
    match parts.as_slice() {
        [] => String::new(),
        parts => format!(" {}", parts.join(", ")),
    }
}

/// A role as the members file lists it.
pub(super) fn entry(holding: &Holding) -> String {
    let since = holding.since.map(|date| format!(", since: {date}"));
    let until = holding.until.map(|date| format!(", until: {date}"));
    let by = holding.by.map(|by| match by {
        Origin::Founding => ", by: founding".to_owned(),
        Origin::Entry(number) => format!(", by: {number}"),
    });
    let parts: Vec<String> = [since, until, by].into_iter().flatten().collect();
    match parts.as_slice() {
        [] => holding.role.to_string(),
        parts => format!("{{ role: {}{} }}", written(holding), parts.concat()),
    }
}

/// The role as a value in YAML.
fn written(holding: &Holding) -> String {
    let role = holding.role.to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "@:._-/".contains(c);
    if role.chars().all(plain) && !role.ends_with(':') {
        role
    } else {
        format!("\"{}\"", role.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
