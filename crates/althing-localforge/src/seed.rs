//! Filling a forge from a file: validated whole, then written whole. Repeating it changes nothing.

mod check;
mod file;
mod names;
mod present;
mod write;

use std::{fs::File, path::Path};

use althing_diag::{Finding, yaml};
use serde::Serialize;

use crate::forge::{Forge, Refusal};

pub use file::SeedFile;

/// Why a seed was not applied.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The file is wrong, or clashes with what the forge holds. Nothing was written.
    #[error("the seed has {} mistakes", .0.len())]
    Findings(Vec<Finding>),
    /// The store or git failed.
    #[error(transparent)]
    Forge(#[from] Refusal),
}

/// What a seed added; what was there already is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// Users.
    pub users: u32,
    /// Organizations.
    pub organizations: u32,
    /// Repositories.
    pub repositories: u32,
    /// Issues.
    pub issues: u32,
    /// Project boards.
    pub projects: u32,
    /// Items on boards.
    pub items: u32,
}

/// Applies a seed file. What the forge holds already is left as it is, so that a second run
/// adds nothing. A server may be running on the same folder.
///
/// # Errors
/// [`SeedError::Findings`] with every mistake in the file; then nothing was written.
pub async fn seed(forge: &Forge, path: &Path) -> Result<Seeded, SeedError> {
    apply(forge, path, &read(path)?).await
}

/// Reads and checks a seed file, before there need be a forge.
///
/// # Errors
/// [`SeedError::Findings`] with every mistake that can be seen in the file alone.
pub fn read(path: &Path) -> Result<SeedFile, SeedError> {
    let name = path.display().to_string();
    let text = yaml::read(&name, File::open(path))
        .map_err(|finding| SeedError::Findings(vec![*finding]))?;
    parse(&name, &text, path.parent().unwrap_or(Path::new(".")))
}

/// Applies what was read from `path`, as [`seed`] does.
///
/// # Errors
/// [`SeedError::Findings`] with every clash with what the forge holds; then nothing was written.
pub async fn apply(forge: &Forge, path: &Path, file: &SeedFile) -> Result<Seeded, SeedError> {
    let clashes = present::clashes(forge, &path.display().to_string(), file).await?;
    if !clashes.is_empty() {
        return Err(SeedError::Findings(clashes));
    }
    write::write(forge, file).await
}

/// Parses and checks the text of a seed file; paths in it are below `folder`.
fn parse(name: &str, text: &str, folder: &Path) -> Result<SeedFile, SeedError> {
    let mut file: SeedFile =
        yaml::parse(name, text).map_err(|finding| SeedError::Findings(vec![*finding]))?;
    let findings = check::check(name, &mut file, folder);
    if findings.is_empty() {
        Ok(file)
    } else {
        Err(SeedError::Findings(findings))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::{SeedError, parse};

    fn findings(text: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        match parse("seed.yaml", text, &folder) {
            Ok(_) => String::new(),
            Err(SeedError::Findings(findings)) => findings
                .iter()
                .map(|finding| format!("{finding}\n"))
                .collect(),
            Err(other) => panic!("{other}"),
        }
    }

    const GOOD: &str = "
users:
  - { login: ada, id: 1001, name: Ada, email: ada@example.org, token: gho_a }
  - { login: rob }
organizations:
  - { login: acme, admins: [ada], members: [rob], teams: [{ name: Code Reviewers, members: [rob] }] }
repositories:
  - name: acme/models
    from: seed
    collaborators: { rob: write }
    teams: { code-reviewers: triage }
    labels: [{ name: n150, color: 0e8a16 }]
    issues:
      - { title: First, labels: [n150], author: ada, assignees: [rob], created-at: 2026-01-02T03:04:05Z }
projects:
  - { owner: acme, title: Board, number: 1, fields: { Status: [ready, done] }, writers: [rob], items: [{ issue: acme/models#1, status: ready }] }
";

    #[test]
    fn a_good_seed_has_no_findings() {
        assert_eq!(findings(GOOD), "");
        assert_eq!(findings("{}"), "");
    }

    #[test]
    fn every_mistake_is_reported_where_it_stands() {
        let text = "
users:
  - { login: ada, id: 7, email: ada@example.org }
  - { login: Ada, id: 7, email: ada@example.org, token: 'a b' }
  - { login: '../x', id: 0 }
organizations:
  - { login: ada, members: [nobody] }
  - { login: acme, teams: [{ name: '!', members: [ada] }] }
repositories:
  - { name: acme, from: / }
  - { name: acme/models, from: .. }
  - { name: acme/models, from: missing }
  - name: else/where
    collaborators: { ada: owner, bob: read }
    teams: { t: read }
    labels: [{ name: a, color: red }, { name: A }]
    issues:
      - { title: ' ', labels: [b], author: bob, assignees: [bob], created-at: yesterday }
  - { name: acme/other, issues: [{ title: no author }] }
projects:
  - { owner: nobody, title: '', number: 0, fields: { Status: [] } }
  - { owner: acme, title: P, number: 1, writers: [bob], fields: { Status: [a, A] }, items: [{ issue: x, status: b }, { issue: 'acme/models#1', status: b }] }
  - { owner: acme, title: Q, number: 1 }
";
        insta::assert_snapshot!(findings(text));
    }

    #[test]
    fn an_unknown_key_is_refused_not_ignored() {
        insta::assert_snapshot!(findings("users:\n  - { login: ada, mail: x }\n"));
    }

    proptest! {
        #[test]
        fn any_text_ends_in_findings_or_a_seed(text in ".{0,200}") {
            let _ = findings(&text);
        }

        #[test]
        fn any_values_end_in_findings_or_a_seed(
            login in "[a-z./ ]{0,4}", repo in "[a-z/#]{0,6}", number in any::<i64>(), path in "[./a-z]{0,8}",
        ) {
            let _ = findings(&format!(
                "users: [{{ login: '{login}', id: {number} }}]\n\
                 repositories: [{{ name: '{repo}', from: '{path}', issues: [{{ title: '{login}', author: '{login}' }}] }}]\n\
                 projects: [{{ owner: '{login}', title: t, number: {number}, items: [{{ issue: '{repo}#{number}' }}] }}]\n"
            ));
        }
    }
}
