//! Changed paths, with the old names of renamed files.

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;

use super::{
    super::{command::Gh, wire::Page},
    listing,
};
use crate::{ForgeError, Partial, PullNumber};

/// The forge lists no more files of one change, and does not say so.
const MOST_FILES: usize = 3000;

#[derive(Deserialize)]
struct CommitFiles {
    #[serde(default)]
    files: Vec<ChangedFile>,
}

#[derive(Deserialize)]
struct ChangedFile {
    filename: String,
    previous_filename: Option<String>,
}

/// A file as GraphQL lists it, which does not tell what it was renamed from.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileNode {
    path: String,
    change_type: String,
}

/// Paths that a commit changes against its first parent.
pub(in super::super) async fn of_commit(
    gh: &Gh,
    repo: &RepoName,
    commit: &Sha,
) -> Result<Partial<String>, ForgeError> {
    let path = format!("repos/{repo}/commits/{commit}");
    let files = listing::read(gh, &path, |page: CommitFiles| page.files).await?;
    Ok(both_names(files))
}

/// Paths that a pull request changes, read one by one.
pub(super) async fn of_pull(
    gh: &Gh,
    repo: &RepoName,
    pull: PullNumber,
) -> Result<Partial<String>, ForgeError> {
    let path = format!("repos/{repo}/pulls/{pull}/files");
    let files = listing::read(gh, &path, |page: Vec<ChangedFile>| page).await?;
    Ok(both_names(files))
}

/// Paths as they stand in a page, if that is all of them.
pub(super) fn of_page(page: Option<Page<FileNode>>) -> Option<Vec<String>> {
    let page = page.filter(|page| !page.info.has_next_page)?;
    let paths = page.nodes.into_iter();
    let path = |file: FileNode| (file.change_type != "RENAMED").then_some(file.path);
    paths.map(path).collect()
}

fn both_names(files: Partial<ChangedFile>) -> Partial<String> {
    let complete = files.complete && files.items.len() < MOST_FILES;
    let mut items = Vec::new();
    for file in files.items {
        items.extend(file.previous_filename);
        items.push(file.filename);
    }
    Partial { items, complete }
}

#[cfg(test)]
mod tests {
    use super::{ChangedFile, MOST_FILES, both_names};
    use crate::Partial;

    #[test]
    fn a_list_as_long_as_the_forge_ever_gives_counts_as_cut() {
        for (count, complete) in [(MOST_FILES - 1, true), (MOST_FILES, false)] {
            let file = |number: usize| ChangedFile {
                filename: number.to_string(),
                previous_filename: None,
            };
            let files = Partial {
                items: (0..count).map(file).collect(),
                complete: true,
            };
            assert_eq!(both_names(files).complete, complete);
        }
    }
}
