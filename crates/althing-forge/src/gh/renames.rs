//! The old names of renamed files, which GraphQL does not tell.

use std::collections::BTreeMap;

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;

use super::command::Gh;
use crate::{ForgeError, Partial};

#[derive(Deserialize)]
struct Comparison {
    files: Vec<ChangedFile>,
}

#[derive(Deserialize)]
struct ChangedFile {
    filename: String,
    previous_filename: Option<String>,
}

/// Where files came from that were renamed between the branch point and `head`. Complete if
/// every one of `renamed` was found: the forge compares no more than 300 files. 1 request,
/// bound to commits, so that it tells of the change that is judged and no later one.
pub(super) async fn old_names(
    gh: &Gh,
    repo: &RepoName,
    base: &Sha,
    head: &Sha,
    renamed: &[String],
) -> Result<Partial<String>, ForgeError> {
    let path = format!("repos/{repo}/compare/{base}...{head}?per_page=1");
    let (response, asked) = gh.rest("GET", &path, None, &[]).await?;
    let comparison: Comparison = asked.decode(&response.body)?;
    Ok(comparison.old_names(renamed))
}

impl Comparison {
    fn old_names(self, renamed: &[String]) -> Partial<String> {
        let pairs = self.files.into_iter();
        let known: BTreeMap<String, String> = pairs
            .filter_map(|file| Some((file.filename, file.previous_filename?)))
            .collect();
        let items: Vec<String> = renamed
            .iter()
            .filter_map(|path| known.get(path).cloned())
            .collect();
        Partial {
            complete: items.len() == renamed.len(),
            items,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Comparison;

    #[test]
    fn a_rename_whose_old_name_is_not_told_leaves_the_list_incomplete() {
        let comparison = || -> Comparison {
            serde_json::from_value(json!({ "files": [
                { "filename": "b", "previous_filename": "a", "status": "renamed" },
                { "filename": "c", "status": "modified" },
            ] }))
            .expect("true to the API")
        };
        let names = comparison().old_names(&["b".to_owned()]);
        assert_eq!((names.items, names.complete), (vec!["a".to_owned()], true));
        let names = comparison().old_names(&["b".to_owned(), "far".to_owned()]);
        assert!(!names.complete);
    }
}
