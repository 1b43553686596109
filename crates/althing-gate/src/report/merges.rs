//! How pull requests were merged (L-054, L-067, L-075).

use althing_charter::{ReportKind, RoleRef, Who};
use althing_diag::{Code, Finding, id::Account};
use jiff::Timestamp;

use super::{Found, Grounds, grounds::CodeOwners};
use crate::{Owners, Pull, ReviewState};

pub(super) fn look(grounds: &Grounds<'_>, by: &[Who]) -> Found {
    let merged: Vec<(&Pull, Timestamp)> = grounds
        .history
        .pulls
        .iter()
        .filter_map(|pull| Some((pull, pull.merged?)))
        .collect();
    let mut gaps = grounds.gaps(&["pulls"]);
    let domains = Domains::of(grounds, &mut gaps);
    let mut findings = Vec::new();
    for (pull, at) in &merged {
        let merge = Merge {
            grounds,
            domains: &domains,
            pull,
            at: *at,
            by,
        };
        findings.extend(merge.unreviewed());
        findings.extend(merge.unconsidered());
        findings.extend(merge.outside());
    }
    Found {
        examined: merged.len(),
        of: "merged pull requests",
        findings,
        gaps,
        ..Found::default()
    }
}

/// The role that is held for paths of CODEOWNERS alone, and the file.
struct Domains {
    role: Option<RoleRef>,
    owners: Option<Owners>,
}

impl Domains {
    /// The report `code-owners` of the charter says which role that is.
    fn of(grounds: &Grounds<'_>, gaps: &mut Vec<crate::Gap>) -> Self {
        let mut found = Self {
            role: None,
            owners: None,
        };
        for rule in grounds.charter.reports() {
            if let ReportKind::CodeOwners {
                role: Some(role),
                file,
                ..
            } = &rule.kind
            {
                found.role = Some(role.clone());
                match grounds.code_owners(file.as_deref()) {
                    CodeOwners::At(_, owners) => found.owners = Some(owners),
                    CodeOwners::Missing(_) => {}
                    CodeOwners::Unknown(gap) => gaps.push(gap),
                }
            }
        }
        found
    }

    fn owns(&self, login: &str, path: &str) -> bool {
        let owners = self.owners.as_ref().map_or(&[][..], |it| it.of(path));
        owners.iter().any(|owner| owner.is_user(login))
    }
}

/// One merge.
struct Merge<'a> {
    grounds: &'a Grounds<'a>,
    domains: &'a Domains,
    pull: &'a Pull,
    at: Timestamp,
    by: &'a [Who],
}

impl Merge<'_> {
    /// Reviews that other people had submitted by then.
    fn reviewers(&self) -> impl Iterator<Item = &Account> {
        let author = self.pull.author.as_ref().map(|author| author.id);
        let reviews = self.pull.reviews.iter();
        reviews
            .filter(|review| review.at <= self.at && review.state != ReviewState::Pending)
            .filter_map(|review| review.author.as_ref())
            .filter(move |reviewer| Some(reviewer.id) != author && self.grounds.is_person(reviewer))
    }

    fn unreviewed(&self) -> Option<Finding> {
        if self.reviewers().next().is_some() {
            return None;
        }
        let message = format!(
            "{} was merged without a review by another person",
            self.named()
        );
        let help = "let somebody else review it now, and revert what does not hold; require a \
                    review before merging";
        Some(Finding::error(Code::MergeUnreviewed, message, help))
    }

    /// Nobody who has to consider it did anything.
    fn unconsidered(&self) -> Option<Finding> {
        let comments = self.pull.comments.iter();
        let comments = comments.filter(|comment| comment.at <= self.at);
        let comments = comments.filter_map(|comment| comment.author.as_ref());
        let mut acted = self.reviewers().chain(comments).chain(&self.pull.merged_by);
        if acted.any(|account| self.may_consider(account)) {
            return None;
        }
        let message = format!(
            "nobody who considers pull requests reviewed, discussed or merged {}",
            self.named()
        );
        let help = "let one of them look at it now";
        Some(Finding::error(Code::MergeUnconsidered, message, help))
    }

    /// Whoever merged it may not merge there.
    fn outside(&self) -> Option<Finding> {
        let Some(merger) = &self.pull.merged_by else {
            let message = format!("{} was merged by an account that is gone", self.named());
            let help = "let one of those who may merge there confirm it";
            return Some(Finding::error(Code::MergeOutside, message, help));
        };
        if !self.grounds.is_person(merger) {
            // A machine merges what others have considered.
            return None;
        }
        let message = if !self.grounds.is_one_of(merger, self.by, self.at) {
            format!("{merger} merged {} and may not merge", self.named())
        } else if self.is_bound_to_domain(merger) {
            let foreign = self.foreign(merger);
            let first = foreign.first()?;
            let more = match foreign.len() {
                1 => String::new(),
                number => format!(" and {} more", number - 1),
            };
            format!(
                "{merger} merged {}, which changes {first}{more} outside of the own domain",
                self.named()
            )
        } else {
            return None;
        };
        let help = "let one of those who may merge there look at it now, and revert what does not \
                    hold";
        Some(Finding::error(Code::MergeOutside, message, help))
    }

    /// May, and in the own domain if bound to one.
    fn may_consider(&self, account: &Account) -> bool {
        self.grounds.is_one_of(account, self.by, self.at)
            && (!self.is_bound_to_domain(account)
                || self.foreign(account).len() < self.pull.paths.len())
    }

    /// Paths that the account does not own.
    fn foreign(&self, account: &Account) -> Vec<&str> {
        let paths = self.pull.paths.iter().map(String::as_str);
        let foreign = paths.filter(|path| !self.domains.owns(&account.login, path));
        foreign.collect()
    }

    /// Whether the role of code owners is all that gives the account its say.
    fn is_bound_to_domain(&self, account: &Account) -> bool {
        let Some(bound) = &self.domains.role else {
            return false;
        };
        let charter = self.grounds.charter;
        let Some(member) = self.grounds.members.by_id(account.id) else {
            return false;
        };
        let roles = self.by.iter().flat_map(|who| charter.roles_of(who));
        let day = charter.date(self.at);
        let held: Vec<RoleRef> = roles
            .filter(|role| member.holds(charter, role, day))
            .collect();
        !held.is_empty() && held.iter().all(|role| role.role == bound.role)
    }

    fn named(&self) -> String {
        format!("#{} `{}`", self.pull.number, self.pull.title)
    }
}
