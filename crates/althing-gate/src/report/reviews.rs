//! Who reviews how much (L-087, L-088, L-127).

use std::{cmp::Ordering, collections::BTreeSet};

use althing_charter::{Member, RoleRef, Share};
use althing_diag::{Code, Finding, id::UserId};
use serde::Serialize;

use super::{Found, Grounds, Rows};
use crate::{Pull, ReviewState};

/// Pull requests that somebody reviewed in the period, each counted once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewLoad {
    /// Login of the reviewer.
    pub reviewer: String,
    /// Pull requests of other holders of the role.
    pub of_peers: u64,
    /// Pull requests of everybody else.
    pub of_community: u64,
    /// All reviews of the community's pull requests by holders of the role.
    pub community_total: u64,
    /// How many share them equally: an equal share is `community_total / equal_parts`.
    pub equal_parts: u64,
}

pub(super) fn look(grounds: &Grounds<'_>, role: &RoleRef, at_least: Option<Share>) -> Found {
    let holders = grounds
        .members
        .holders(grounds.charter, role, grounds.today());
    let holders: Vec<&Member> = holders.filter(|member| !member.bot).collect();
    let peers: BTreeSet<UserId> = holders.iter().map(|member| member.id).collect();
    let counted: Vec<(u64, u64)> = holders
        .iter()
        .map(|member| {
            let reviewed = grounds.history.pulls.iter();
            let reviewed = reviewed.filter(|pull| reviewed_by(grounds, pull, member.id));
            let of_peer = |pull: &&Pull| {
                let author = pull.author.as_ref();
                author.is_some_and(|author| peers.contains(&author.id))
            };
            let (of_peers, of_community): (Vec<&Pull>, Vec<&Pull>) = reviewed.partition(of_peer);
            (of_peers.len() as u64, of_community.len() as u64)
        })
        .collect();
    let community_total = counted.iter().map(|(_, community)| community).sum();
    let rows = holders.iter().zip(&counted);
    let rows: Vec<ReviewLoad> = rows
        .map(|(member, (of_peers, of_community))| ReviewLoad {
            reviewer: member.login.clone(),
            of_peers: *of_peers,
            of_community: *of_community,
            community_total,
            equal_parts: holders.len() as u64,
        })
        .collect();
    let too_few = rows.iter().filter_map(|row| too_few(row, at_least?));
    Found {
        examined: grounds.history.pulls.len(),
        of: "pull requests",
        findings: too_few.collect(),
        rows: Rows::Reviews(rows),
        gaps: grounds.gaps(&["pulls"]),
    }
}

/// Whether the person reviewed it in the period; of a machine's pull request nothing is counted.
fn reviewed_by(grounds: &Grounds<'_>, pull: &Pull, reviewer: UserId) -> bool {
    let author = pull.author.as_ref();
    if author.is_some_and(|author| author.id == reviewer || !grounds.is_person(author)) {
        return false;
    }
    pull.reviews.iter().any(|review| {
        let by = review.author.as_ref();
        by.is_some_and(|by| by.id == reviewer)
            && review.state != ReviewState::Pending
            && review.at >= grounds.history.since
            && review.at <= grounds.now
    })
}

/// Less than that part of an equal share: exactly, without rounding.
fn too_few(row: &ReviewLoad, at_least: Share) -> Option<Finding> {
    let (own, all, parts) = (row.of_community, row.community_total, row.equal_parts);
    if at_least.compare(own.saturating_mul(parts), all) != Ordering::Less {
        return None;
    }
    let message = format!(
        "@{} did {own} of {all} reviews for the community; an equal share is 1 of {parts}",
        row.reviewer
    );
    let help = "review more of the community's pull requests, or ask others to leave some";
    Some(Finding::error(Code::ReviewShare, message, help))
}
