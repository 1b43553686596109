//! Who made the change, and so cannot approve it.

use std::collections::{BTreeMap, BTreeSet};

use althing_charter::Members;
use althing_diag::{Code, id::UserId};

use crate::{Commit, CommitPerson, Facts, Reason};

/// Committer address of commits that GitHub itself makes in the browser (web edits, merges,
/// suggestions). It stands for no person; the author beside it does.
pub const WEB_COMMITTER_EMAIL: &str = "noreply@github.com";

/// Everybody who had a hand in the change.
pub(super) struct People {
    /// Their part in it, in words.
    parts: BTreeMap<UserId, &'static str>,
    unknown: BTreeSet<Unknown>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Unknown {
    PullAuthor,
    Address(String),
    Nobody(String),
}

impl People {
    pub(super) fn of(members: &Members, facts: &Facts) -> Self {
        let mut people = Self {
            parts: BTreeMap::new(),
            unknown: BTreeSet::new(),
        };
        for commit in &facts.commits {
            people.add_commit(members, commit);
        }
        match &facts.author {
            Some(author) => {
                people.parts.insert(author.id, "opened the pull request");
            }
            None => {
                people.unknown.insert(Unknown::PullAuthor);
            }
        }
        people
    }

    /// How the account took part, if it did.
    pub(super) fn part_of(&self, id: UserId) -> Option<&'static str> {
        self.parts.get(&id).copied()
    }

    /// Every unknown hand blocks: it could be that of an approver.
    pub(super) fn check_known(&self) -> Vec<Reason> {
        if self.unknown.is_empty() {
            return vec![Reason::met("everybody who wrote a part of it is known")];
        }
        self.unknown.iter().map(Unknown::reason).collect()
    }

    fn add_commit(&mut self, members: &Members, commit: &Commit) {
        let (web, persons): (Vec<_>, Vec<_>) = commit.people.iter().partition(is_web_committer);
        // The web committer stands beside an author. Alone or twice it hides one.
        if persons.is_empty() || web.len() > 1 {
            let sha = commit.sha.short().to_owned();
            self.unknown.insert(Unknown::Nobody(sha));
        }
        for person in persons {
            self.add_person(members, person);
        }
    }

    fn add_person(&mut self, members: &Members, person: &CommitPerson) {
        let account = person.account.as_ref().map(|account| account.id);
        let member = members.by_email(&person.email).map(|member| member.id);
        let ids: BTreeSet<UserId> = account.into_iter().chain(member).collect();
        if ids.is_empty() {
            self.unknown.insert(Unknown::Address(person.email.clone()));
        }
        for id in ids {
            self.parts.insert(id, "is named in its commits");
        }
    }
}

fn is_web_committer(person: &&CommitPerson) -> bool {
    // Whatever account the forge shows for it (GitHub has @web-flow), no person is behind it.
    person.email.eq_ignore_ascii_case(WEB_COMMITTER_EMAIL)
}

impl Unknown {
    fn reason(&self) -> Reason {
        let (text, help) = match self {
            Unknown::PullAuthor => (
                "the account that opened the pull request no longer exists".to_owned(),
                "let a present account open it again".to_owned(),
            ),
            Unknown::Address(email) => (
                format!("a commit names `{email}`, whom the forge matches to no account"),
                "add the address to the account that it belongs to, or to the person's `emails` in \
                 the members file, or write the commit again under a known address"
                    .to_owned(),
            ),
            Unknown::Nobody(sha) => (
                format!("commit {sha} does not name its author"),
                "write the commit again under a known address".to_owned(),
            ),
        };
        Reason::unmet(Code::GateAuthorUnknown, text, help)
    }
}
