//! Files at a commit.

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;
use serde_json::json;

use super::{
    api::{Document, encoded_path},
    command::Gh,
};
use crate::{ErrorKind, FileAt, ForgeError};

const FILE: Document = Document {
    name: "File",
    text: include_str!("documents/file.graphql"),
};

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    commit: Option<Revision>,
    file: Option<Entry>,
}

/// What the name of a revision stands for.
#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Revision {
    Commit {
        oid: Sha,
    },
    #[serde(other)]
    Other,
}

/// What is found at a path.
#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Entry {
    #[serde(rename_all = "camelCase")]
    Blob {
        /// `None` when it is not text.
        text: Option<String>,
        is_truncated: bool,
    },
    #[serde(other)]
    Other,
}

/// The text of a file, if there is one.
pub(super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    path: &str,
    at: &str,
) -> Result<FileAt, ForgeError> {
    if encoded_path(path).is_none() {
        return Err(ForgeError {
            kind: ErrorKind::NotFound,
            command: FILE.name.to_owned(),
            message: format!("`{path}` is not a path within a repository"),
        });
    }
    let variables = json!({
        "owner": repo.owner(),
        "name": repo.name(),
        "at": at,
        "file": format!("{at}:{path}"),
    });
    let (data, asked) = gh.graphql::<Data>(&FILE, variables).await?;
    let repository = data
        .repository
        .ok_or_else(|| asked.not_found(format!("there is no repository {repo}")))?;
    let Some(Revision::Commit { oid }) = repository.commit else {
        return Err(asked.not_found(format!("{repo} has no commit `{at}`")));
    };
    let text = repository.file.map(Entry::text).transpose();
    text.map(|text| FileAt { commit: oid, text })
        .map_err(|message| asked.error(ErrorKind::Answer, format!("`{path}` {message}")))
}

impl Entry {
    fn text(self) -> Result<String, &'static str> {
        match self {
            Entry::Blob {
                is_truncated: true, ..
            } => Err("is larger than what the forge gives"),
            Entry::Blob {
                text: Some(text), ..
            } => Ok(text),
            Entry::Blob { text: None, .. } => Err("is not UTF-8 text"),
            Entry::Other => Err("is not a file"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{Data, Entry, Revision};

    #[rstest]
    #[case(json!({ "__typename": "Blob", "text": "a: 1\n", "isTruncated": false }), Ok("a: 1\n"))]
    #[case(json!({ "__typename": "Blob", "text": "a: ", "isTruncated": true }), Err("is larger than what the forge gives"))]
    #[case(json!({ "__typename": "Blob", "text": null, "isTruncated": false }), Err("is not UTF-8 text"))]
    #[case(json!({ "__typename": "Tree" }), Err("is not a file"))]
    fn entries_are_text_or_refused(#[case] entry: Value, #[case] text: Result<&str, &str>) {
        let entry: Entry = serde_json::from_value(entry).expect("true to the schema");
        assert_eq!(entry.text().as_deref(), text.as_ref().copied());
    }

    #[test]
    fn a_file_that_is_not_there_differs_from_a_branch_that_is_not_there() {
        let read = |commit: Value| {
            let answer = json!({ "repository": { "commit": commit, "file": null } });
            let data: Data = serde_json::from_value(answer).expect("true to the schema");
            data.repository.and_then(|repository| repository.commit)
        };
        let commit = json!({ "__typename": "Commit", "oid": "a".repeat(40) });
        assert!(matches!(read(commit), Some(Revision::Commit { .. })));
        assert!(matches!(
            read(json!({ "__typename": "Blob" })),
            Some(Revision::Other)
        ));
        assert!(read(Value::Null).is_none());
    }
}
