//! What reports rest on.

use althing_charter::{Charter, Community, Member, Members, Period, Who};
use althing_diag::id::Account;
use jiff::{Timestamp, civil::Date};

use crate::{Gap, History, Owners, PLACES};

/// Rules, history and record, at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The rules.
    pub charter: &'a Charter,
    /// Who holds which role.
    pub members: &'a Members,
    /// What happened in the repository.
    pub history: &'a History,
    /// What the record says; `None` if it was not read.
    pub record: Option<&'a Community>,
    /// The time.
    pub now: Timestamp,
}

/// Facts as gaps name them: the fields of [`History`].
const FACTS: &[&str] = &[
    "commits", "pulls", "issues", "builds", "files", "activity", "modules",
];

impl<'a> Grounds<'a> {
    pub(super) fn today(&self) -> Date {
        self.charter.date(self.now)
    }

    pub(super) fn among(&self, who: &[Who], day: Date) -> Vec<&'a Member> {
        self.members.among(self.charter, who, day)
    }

    /// Whether the account is one of these on that day. `anyone` is every person.
    pub(super) fn is_one_of(&self, account: &Account, who: &[Who], at: Timestamp) -> bool {
        let anyone = who.contains(&Who::Anyone) && self.is_person(account);
        anyone || {
            let day = self.charter.date(at);
            let people = self.among(who, day);
            people.iter().any(|member| member.id == account.id)
        }
    }

    /// Whether it is no machine's account, as far as members and forge say.
    pub(super) fn is_person(&self, account: &Account) -> bool {
        let listed = self.members.by_id(account.id);
        !listed.is_some_and(|member| member.bot) && !account.login.ends_with("[bot]")
    }

    /// Whether the period is over that began then.
    pub(super) fn is_over(&self, begin: Timestamp, period: Period) -> bool {
        self.charter.calendar().end_of(begin, period) <= self.now
    }

    /// The gaps in these facts. One that names other facts may concern any.
    pub(super) fn gaps(&self, facts: &[&str]) -> Vec<Gap> {
        let gaps = self.history.gaps.iter();
        let concern = |gap: &&Gap| {
            let named = gap.facts.as_str();
            facts.contains(&named) || !FACTS.contains(&named)
        };
        gaps.filter(concern).cloned().collect()
    }

    /// The CODEOWNERS file: where it is, and its text; or what is to be said instead.
    pub(super) fn code_owners(&self, file: Option<&str>) -> CodeOwners<'a> {
        let places = match file {
            Some(file) => vec![file.to_owned()],
            None => PLACES.iter().map(|place| (*place).to_owned()).collect(),
        };
        for place in &places {
            match self.history.files.get_key_value(place) {
                Some((path, Some(text))) => {
                    return CodeOwners::At(path, Owners::parse(text));
                }
                Some((_, None)) => {}
                None => {
                    return CodeOwners::Unknown(Gap {
                        facts: "files".to_owned(),
                        why: format!("nobody looked whether there is {place}"),
                    });
                }
            }
        }
        CodeOwners::Missing(places)
    }
}

/// What is known of the CODEOWNERS file.
pub(super) enum CodeOwners<'a> {
    /// It is there.
    At(&'a str, Owners),
    /// It is at none of these places.
    Missing(Vec<String>),
    /// It was not looked for.
    Unknown(Gap),
}
