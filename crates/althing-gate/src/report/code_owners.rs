//! Roster and CODEOWNERS agree, both ways (L-065, T-177).

use std::collections::BTreeSet;

use althing_charter::{RoleRef, Who};
use althing_diag::{Code, Finding, Location};

use super::{Found, Grounds, grounds::CodeOwners};
use crate::{Owner, Owners};

pub(super) fn look(
    grounds: &Grounds<'_>,
    role: Option<&RoleRef>,
    others: &[Who],
    file: Option<&str>,
) -> Found {
    let mut found = Found {
        of: "lines",
        gaps: grounds.gaps(&["files"]),
        ..Found::default()
    };
    match grounds.code_owners(file) {
        CodeOwners::Unknown(gap) => found.gaps.push(gap),
        CodeOwners::Missing(places) => found.findings.push(missing(&places)),
        CodeOwners::At(path, owners) => {
            found.examined = owners.rules().len();
            found.findings.extend(skipped(path, &owners));
            if let Some(role) = role {
                found
                    .findings
                    .extend(unlisted(grounds, role, path, &owners));
                let strangers = strangers(grounds, role, others, path, &owners);
                found.findings.extend(strangers);
            }
        }
    }
    found
}

fn missing(places: &[String]) -> Finding {
    let message = format!("nobody owns anything: there is no {}", places.join(" or "));
    let help = "add the file, with a line `PATTERN @OWNER…` for every part of the repository";
    Finding::error(Code::CodeOwnersMissing, message, help)
}

fn skipped(path: &str, owners: &Owners) -> impl Iterator<Item = Finding> {
    owners.skipped().iter().map(move |skipped| {
        let message = format!("the forge leaves out a line: {}", skipped.why);
        let help = "write a pattern, then owners as `@LOGIN`, `@ORGANIZATION/TEAM` or an address";
        Finding::error(Code::CodeOwnersInvalid, message, help).at(Location::new(
            path,
            skipped.line,
            1,
        ))
    })
}

/// Holders of the role who stand on no line.
fn unlisted(grounds: &Grounds<'_>, role: &RoleRef, path: &str, owners: &Owners) -> Vec<Finding> {
    let holders = grounds
        .members
        .holders(grounds.charter, role, grounds.today());
    let listed = |login: &str, emails: &[String]| {
        let mut all = owners.rules().iter().flat_map(|rule| &rule.owners);
        all.any(|owner| match owner {
            Owner::User(user) => user.eq_ignore_ascii_case(login),
            Owner::Email(address) => emails.iter().any(|it| it.eq_ignore_ascii_case(address)),
            Owner::Team(_) => false,
        })
    };
    let unlisted = holders.filter(|member| !listed(&member.login, &member.emails));
    let findings = unlisted.map(|member| {
        let message = format!("@{} is {role} and does not stand in {path}", member.login);
        let help = "add a line for the part of the repository that is theirs, or end the role";
        Finding::error(Code::CodeOwnerUnlisted, message, help)
    });
    findings.collect()
}

/// People on a line who are not meant to be there. Whom a team consists of is the forge's matter.
fn strangers(
    grounds: &Grounds<'_>,
    role: &RoleRef,
    others: &[Who],
    path: &str,
    owners: &Owners,
) -> Vec<Finding> {
    let day = grounds.today();
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for rule in owners.rules() {
        for owner in &rule.owners {
            let member = match owner {
                Owner::User(login) => grounds.members.by_login(login),
                Owner::Email(address) => grounds.members.by_email(address),
                Owner::Team(_) => continue,
            };
            let meant = member.is_some_and(|member| {
                let others = grounds.among(others, day);
                member.holds(grounds.charter, role, day)
                    || others.iter().any(|other| other.id == member.id)
            });
            if !meant && told.insert(owner.to_string().to_lowercase()) {
                let message = format!("{owner} owns `{}` and is not {role}", rule.written);
                let help = "nominate them for the role, or take them out of the line";
                let finding = Finding::error(Code::CodeOwnerUnknown, message, help);
                findings.push(finding.at(Location::new(path, rule.line, 1)));
            }
        }
    }
    findings
}
