//! The rules in force for a branch.

use althing_diag::{
    Code, Finding, Location,
    id::{RepoName, Sha},
};
use althing_forge::{Forge, ForgeError};
use althing_gate::{Rules, Source};
use jiff::Timestamp;

/// Where a repository keeps its charter.
pub const CHARTER: &str = ".althing/charter.yaml";

/// Where a repository says who holds which role.
pub const MEMBERS: &str = ".althing/members.yaml";

/// The rules in force for a branch.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rules.
    pub rules: Rules,
    /// The commit of the branch that they were read from.
    pub commit: Sha,
}

/// Why there are no rules to judge by.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PolicyError {
    /// The forge did not answer.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// A file is missing, or something is wrong with the files.
    #[error("the rules of the branch cannot be applied: {}", .0.first().map_or("", |it| &it.message))]
    Invalid(Vec<Finding>),
}

impl PolicyError {
    /// What people get to see.
    pub fn findings(&self) -> Vec<Finding> {
        match self {
            PolicyError::Forge(error) => vec![error.finding()],
            PolicyError::Invalid(findings) => findings.clone(),
        }
    }
}

/// Reads the rules from the target branch of a change, as they hold now. Presets that the charter
/// extends come from `presets`; other files are not looked for. 2 requests.
///
/// # Errors
/// When the forge does not answer, a file is missing or anything in them is wrong: without
/// rules nothing may pass.
pub async fn policy(
    forge: &impl Forge,
    repo: &RepoName,
    base_branch: &str,
    presets: &[Source<'_>],
) -> Result<Policy, PolicyError> {
    let branch = format!("refs/heads/{base_branch}");
    let charter = forge.file(repo, CHARTER, &branch).await?;
    // A push in between must not give the charter of one commit and the members of another.
    let commit = charter.commit;
    let members = forge.file(repo, MEMBERS, commit.as_str()).await?;

    let texts = [charter.text, members.text];
    let rules = parse(repo, base_branch, texts, presets, Timestamp::now());
    let rules = rules.map_err(PolicyError::Invalid)?;
    Ok(Policy { rules, commit })
}

fn parse(
    repo: &RepoName,
    branch: &str,
    [charter, members]: [Option<String>; 2],
    presets: &[Source<'_>],
    now: Timestamp,
) -> Result<Rules, Vec<Finding>> {
    if let (Some(charter), Some(members)) = (&charter, &members) {
        let name = |path| format!("{branch}:{path}");
        return Rules::parse(
            Source::new(&name(CHARTER), charter),
            Source::new(&name(MEMBERS), members),
            presets,
            now,
        );
    }
    let texts = [(CHARTER, charter), (MEMBERS, members)];
    let missing = texts.iter().filter(|(_, text)| text.is_none());
    Err(missing
        .map(|(path, _)| not_there(repo, branch, path))
        .collect())
}

fn not_there(repo: &RepoName, branch: &str, path: &str) -> Finding {
    Finding::error(
        Code::FileUnreadable,
        format!("{repo} has no {path} on {branch}"),
        format!("add it to {branch}: rules are read from the target branch, never from the change"),
    )
    .at(Location::file(format!("{branch}:{path}")))
}

#[cfg(test)]
mod tests;
