//! Files at a commit.

use althing_diag::id::RepoName;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::{
    api::{encoded, encoded_path},
    command::Gh,
};
use crate::{ErrorKind, ForgeError};

#[derive(Deserialize)]
struct Missing {
    message: String,
}

/// What the forge says about a file. A folder is a list and fits no variant.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Entry {
    File {
        encoding: String,
        content: String,
    },
    #[serde(other)]
    Other,
}

/// The text of a file; `None` when there is none.
pub(super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    path: &str,
    at: &str,
) -> Result<Option<String>, ForgeError> {
    let Some(path) = encoded_path(path) else {
        return Err(ForgeError {
            kind: ErrorKind::NotFound,
            command: "read file".to_owned(),
            message: format!("`{path}` is not a path within a repository"),
        });
    };
    let address = format!("repos/{repo}/contents/{path}?ref={}", encoded(at));
    let (response, asked) = gh.rest("GET", &address, None, &[404]).await?;
    if !response.is_success() {
        let Missing { message } = asked.decode(&response.body)?;
        // The same status says that the branch is not there, which is no answer about a file.
        return if message.starts_with("No commit found") {
            Err(asked.not_found(message))
        } else {
            Ok(None)
        };
    }
    let entry: Entry = asked.decode(&response.body)?;
    let text = entry.text();
    text.map(Some)
        .map_err(|message| asked.error(ErrorKind::Answer, message))
}

impl Entry {
    fn text(self) -> Result<String, &'static str> {
        let Self::File { encoding, content } = self else {
            return Err("it is not a file");
        };
        if encoding != "base64" {
            return Err("the file is larger than the 1 MB that the forge gives");
        }
        let packed: String = content.split_whitespace().collect();
        let bytes = STANDARD
            .decode(packed)
            .map_err(|_invalid| "the content is not valid base64")?;
        String::from_utf8(bytes).map_err(|_invalid| "the file is not UTF-8 text")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::Entry;

    #[rstest]
    #[case(json!({ "type": "file", "encoding": "base64", "content": "Y2hhcnRl\ncjogMQo=\n" }), Ok("charter: 1\n"))]
    #[case(json!({ "type": "file", "encoding": "none", "content": "" }), Err("the file is larger than the 1 MB that the forge gives"))]
    #[case(json!({ "type": "file", "encoding": "base64", "content": "/w==" }), Err("the file is not UTF-8 text"))]
    #[case(json!({ "type": "submodule" }), Err("it is not a file"))]
    fn contents_are_text_or_refused(
        #[case] answer: serde_json::Value,
        #[case] text: Result<&str, &str>,
    ) {
        let entry: Entry = serde_json::from_value(answer).expect("true to the API");
        assert_eq!(entry.text().as_deref(), text.as_ref().copied());
    }
}
