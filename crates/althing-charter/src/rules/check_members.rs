//! What a members file must satisfy by itself.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::{
    Code, Finding, Location,
    id::UserId,
    yaml::{self, Spanned},
};

use crate::{
    Member, Members, Source,
    placeholder::{is_blank, is_placeholder},
    raw::{RawMember, RawMembers},
};

/// Members, and the roles as written, which only the charter can confirm.
pub(super) struct CheckedMembers {
    pub(super) members: Members,
    pub(super) roles: Vec<WrittenRole>,
}

/// A role given to a member.
pub(super) struct WrittenRole {
    pub(super) text: String,
    pub(super) location: Location,
}

/// Reads the members. `None` only when the file cannot be read at all.
pub(super) fn check_members(
    source: Source<'_>,
    findings: &mut Vec<Finding>,
) -> Option<CheckedMembers> {
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
    let mut check = Check {
        file: source.name,
        findings,
        seen: BTreeMap::new(),
        roles: Vec::new(),
    };
    let members = raw.0.into_iter().map(|member| check.member(member));
    let by_id = members.map(|member| (member.id, member)).collect();
    Some(CheckedMembers {
        members: Members { by_id },
        roles: check.roles,
    })
}

struct Check<'a> {
    file: &'a str,
    findings: &'a mut Vec<Finding>,
    /// Ids, logins and addresses so far (`id 3`, `login m1`), with their place.
    seen: BTreeMap<String, Location>,
    roles: Vec<WrittenRole>,
}

impl Check<'_> {
    fn member(&mut self, raw: RawMember) -> Member {
        self.id(&raw.id);
        self.login(&raw.login);
        for email in &raw.emails {
            self.email(email);
        }
        let mut roles = BTreeSet::new();
        for role in &raw.roles {
            roles.extend(role.value.parse().ok());
            self.roles.push(WrittenRole {
                text: role.value.clone(),
                location: yaml::location(self.file, role),
            });
        }
        Member {
            id: UserId(raw.id.value),
            login: raw.login.value,
            name: raw.name,
            emails: raw.emails.into_iter().map(|email| email.value).collect(),
            roles,
            location: yaml::location(self.file, &raw.id),
        }
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
        let location = yaml::location(self.file, place);
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
        let finding = Finding::error(code, message, help).at(yaml::location(self.file, place));
        self.findings.push(finding);
    }
}
