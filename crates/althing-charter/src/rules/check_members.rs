//! What a members file must satisfy by itself.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding, Location,
    id::UserId,
    yaml::{self, Spanned},
};

use jiff::civil::Date;

use super::{
    names::role_ref,
    report::{Report, shown},
};
use crate::{
    Charter, Holding, Member, Members, Origin, RoleRef, Source,
    calendar::read_date,
    placeholder::{is_blank, is_placeholder},
    raw::{RawHolding, RawMember, RawMembers},
};

/// Reads the members. `None` only when the file cannot be read at all. Without a charter their
/// roles cannot be confirmed, and are left alone.
pub(super) fn check_members(
    source: Source<'_>,
    charter: Option<&Charter>,
    findings: &mut Vec<Finding>,
) -> Option<Members> {
    if is_blank(source.text) {
        findings.push(
            Finding::error(
                Code::CharterEmpty,
                "the members file is empty",
                "list the members, or write `[]` if nobody holds a role",
            )
            .at(Location::file(source.name)),
        );
        return None;
    }
    let raw: RawMembers = match yaml::parse(source.name, source.text) {
        Ok(raw) => raw,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    Some(check_listed(source.name, raw.0, charter, findings))
}

/// Reads members that are listed in `file`.
pub(super) fn check_listed(
    file: &str,
    members: Vec<RawMember>,
    charter: Option<&Charter>,
    findings: &mut Vec<Finding>,
) -> Members {
    let mut check = Check {
        report: Report::new(file, findings),
        charter,
        seen: BTreeMap::new(),
    };
    let members = members.into_iter().map(|member| check.member(member));
    let by_id = members.map(|member| (member.id, member)).collect();
    Members { by_id }
}

struct Check<'a> {
    report: Report<'a>,
    charter: Option<&'a Charter>,
    /// Ids, logins and addresses so far (`id 3`, `login m1`), with their place.
    seen: BTreeMap<String, Location>,
}

impl Check<'_> {
    fn member(&mut self, raw: RawMember) -> Member {
        self.id(&raw.id);
        self.login(&raw.login);
        for email in &raw.emails {
            self.email(email);
        }
        let last_active = raw.last_active;
        Member {
            location: yaml::location(self.report.file, &raw.id),
            id: UserId(raw.id.value),
            login: raw.login.value,
            name: raw.name,
            emails: raw.emails.into_iter().map(|email| email.value).collect(),
            organization: self.report.text("organization", raw.organization),
            bot: raw.bot,
            last_active: last_active.and_then(|date| self.date(&date)),
            holdings: self.holdings(raw.roles),
        }
    }

    fn holdings(&mut self, raw: Vec<Spanned<RawHolding>>) -> Vec<Holding> {
        let mut holdings = Vec::<Holding>::new();
        for written in raw {
            let place = yaml::location(self.report.file, &written);
            let holding = self.holding(&written, place.clone());
            let Some(holding) = holding else { continue };
            let again = holdings.iter().find(|other| overlap(other, &holding));
            if let Some(first) = again {
                let message = format!("`{}` is already listed at {}", holding.role, first.location);
                let help = "list each role once, or for times that do not overlap";
                self.report(&written, Code::MembersDuplicate, message, help);
            }
            holdings.push(holding);
        }
        holdings
    }

    fn holding(&mut self, written: &Spanned<RawHolding>, location: Location) -> Option<Holding> {
        let raw = &written.value;
        let role = self.role(written);
        let since = raw.since.as_ref().and_then(|date| self.date(date));
        let until = raw.until.as_ref().and_then(|date| self.date(date));
        if let (Some(first), Some(end), Some(place)) = (since, until, &raw.until)
            && end <= first
        {
            let message = format!("the role would end on {end}, before it begins on {first}");
            let help = "`until` is the first day on which it is no longer held; it comes after \
                        `since`";
            self.report(place, Code::CharterValue, message, help);
        }
        let by = raw.by.as_ref().and_then(|by| self.origin(by));
        Some(Holding {
            role: role?,
            since,
            until,
            by,
            location,
        })
    }

    fn role(&mut self, written: &Spanned<RawHolding>) -> Option<RoleRef> {
        let text = &written.value.role;
        let charter = self.charter?;
        let held = role_ref(text, written, charter.roles(), &mut self.report)?;
        let scopes = charter.roles().get(&held.role).map(|role| &role.scopes);
        let scopes = scopes.filter(|scopes| held.scope.is_none() && !scopes.is_empty());
        if let Some(scopes) = scopes {
            let forms = scopes.iter().map(|kind| format!("`{text}@{kind}`"));
            let message = format!("`{text}` is held for something, but it is not said for what");
            let help = format!(
                "write {}, with `:NAME` behind it where there are several",
                forms.collect::<Vec<_>>().join(" or ")
            );
            self.report(written, Code::CharterValue, message, help);
            return None;
        }
        Some(held)
    }

    fn date(&mut self, written: &Spanned<String>) -> Option<Date> {
        let date = read_date(&written.value);
        if date.is_none() {
            let message = format!("`{}` is not a date", shown(&written.value));
            let help = "write year, month and day: `2026-12-25`";
            self.report(written, Code::CharterValue, message, help);
        }
        date
    }

    fn origin(&mut self, written: &Spanned<String>) -> Option<Origin> {
        let text = written.value.as_str();
        let origin = match text.parse::<u64>() {
            Ok(entry) if entry > 0 => Some(Origin::Entry(entry)),
            Ok(_) => None,
            Err(_) if text == "founding" => Some(Origin::Founding),
            Err(_) => None,
        };
        if origin.is_none() {
            let message = format!("`{}` does not say how a role was obtained", shown(text));
            let help = "write the number of the ledger's entry that granted it, or `founding`";
            self.report(written, Code::CharterValue, message, help);
        }
        origin
    }

    fn id(&mut self, id: &Spanned<u64>) {
        if id.value == 0 {
            let help = "write the numeric account id: `gh api users/LOGIN --jq .id`";
            self.report(id, Code::CharterEmpty, "0 is nobody's account id", help);
        } else {
            self.once(id, format!("id {}", id.value));
        }
    }

    fn login(&mut self, login: &Spanned<String>) {
        let text = &login.value;
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.[]".contains(c);
        if is_placeholder(text) {
            let message = "the login is not filled in";
            let help = "write the person's login on the forge";
            self.report(login, Code::CharterEmpty, message, help);
        } else if !text.chars().all(allowed) {
            let message = format!("`{text}` cannot be a login");
            let help = "write the login alone, without `@`, address or blanks";
            self.report(login, Code::CharterValue, message, help);
        } else {
            self.once(login, format!("login {}", text.to_ascii_lowercase()));
        }
    }

    fn email(&mut self, email: &Spanned<String>) {
        let text = &email.value;
        let parts = text.split_once('@');
        let valid = parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !valid || text.contains(char::is_whitespace) || is_placeholder(text) {
            let message = format!("`{text}` is not an e-mail address");
            let help = "write an address as it stands in the person's commits";
            self.report(email, Code::CharterValue, message, help);
        } else {
            self.once(email, format!("address {}", text.to_ascii_lowercase()));
        }
    }

    fn once<T>(&mut self, place: &Spanned<T>, what: String) {
        let location = yaml::location(self.report.file, place);
        if let Some(first) = self.seen.get(&what) {
            let message = format!("{what} is already listed at {first}");
            let help = "list each person once, with all roles and addresses in that entry";
            self.report(place, Code::MembersDuplicate, message, help);
        } else {
            self.seen.insert(what, location);
        }
    }

    fn report<T>(
        &mut self,
        place: &Spanned<T>,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report.error(place, code, message, help);
    }
}

/// Whether two holdings say the same of some day.
fn overlap(one: &Holding, other: &Holding) -> bool {
    let begins_before = |a: &Holding, b: &Holding| match (a.since, b.until) {
        (Some(since), Some(until)) => since < until,
        (_, _) => true,
    };
    one.role == other.role && begins_before(one, other) && begins_before(other, one)
}
