//! From a pull request on the forge to the facts that a gate judges.

use althing_diag::id::RepoName;
use althing_forge::{Forge, ForgeError, Partial, Pull, PullNumber};
use althing_gate::{Facts, Gap};

use crate::convert;

/// A pull request and the facts about it, observed at one moment.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// What is judged.
    pub facts: Facts,
    /// What was seen on the forge: also title, address, linked issues and merge commit.
    pub pull: Pull,
}

/// Observes a pull request. 1 request as a rule, see [`Forge::pull`].
///
/// # Errors
/// When the forge does not answer. An answer that lacks something is no error but a gap.
pub async fn gather(
    forge: &impl Forge,
    repo: &RepoName,
    number: PullNumber,
) -> Result<Gathered, ForgeError> {
    let pull = forge.pull(repo, number).await?;
    let facts = facts_of(&pull);
    Ok(Gathered { facts, pull })
}

fn facts_of(pull: &Pull) -> Facts {
    Facts {
        number: pull.number.0,
        author: pull.author.clone(),
        state: convert::pull_state(pull.state),
        draft: pull.draft,
        base_branch: pull.base_branch.clone(),
        head: pull.head.clone(),
        mergeable: convert::mergeable(pull.mergeable),
        paths: pull.files.items.clone(),
        commits: pull.commits.items.iter().map(convert::commit).collect(),
        reviews: pull.reviews.items.iter().map(convert::review).collect(),
        checks: pull.checks.items.iter().map(convert::check).collect(),
        gaps: gaps(pull),
    }
}

/// Every list that was cut.
fn gaps(pull: &Pull) -> Vec<Gap> {
    let gap = |complete: bool, facts: &str, why: &str| {
        (!complete).then(|| Gap {
            facts: facts.to_owned(),
            why: why.to_owned(),
        })
    };
    let Partial { items, complete } = &pull.commits;
    let holds_head = items.iter().any(|commit| commit.sha == pull.head);
    [
        gap(
            pull.files.complete,
            "changed paths",
            "there are more than the forge lists, or it does not say what a file was renamed from",
        ),
        gap(
            *complete,
            "commits",
            "there are more than the forge lists, or one of them has too many authors",
        ),
        gap(
            holds_head || !complete,
            "commits",
            "the head commit is not among them",
        ),
        gap(
            pull.reviews.complete,
            "reviews",
            "there are more than the forge lists",
        ),
        gap(
            pull.checks.complete,
            "checks",
            "there are more than the forge lists",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
