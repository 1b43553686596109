//! Requests through `gh api`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    command::{Finished, Gh},
    failure::{self, GraphqlError},
    http::Response,
};
use crate::{ErrorKind, ForgeError};

/// Pages that are read of any one list before it counts as endless.
pub(super) const MAX_PAGES: usize = 500;

/// A GraphQL document with the name of its one operation.
pub(super) struct Document {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

impl Document {
    /// The list has more pages than any list should.
    pub(super) fn endless(&self) -> ForgeError {
        ForgeError {
            kind: ErrorKind::Answer,
            command: self.name.to_owned(),
            message: format!("the list has no end after {MAX_PAGES} pages"),
        }
    }
}

/// The command that got an answer, for messages about what the answer lacks.
pub(super) struct Asked {
    pub(super) command: String,
    /// When the answer was given, by the clock of the server, as far as it says.
    pub(super) at: Timestamp,
}

impl Asked {
    /// What was asked for does not exist.
    pub(super) fn not_found(&self, message: impl Into<String>) -> ForgeError {
        self.error(ErrorKind::NotFound, message)
    }

    /// An error about the answer.
    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> ForgeError {
        ForgeError {
            kind,
            command: self.command.clone(),
            message: message.into(),
        }
    }

    /// The body of an answer, which must have the form of `T`.
    pub(super) fn decode<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, ForgeError> {
        serde_json::from_slice(body)
            .map_err(|error| self.error(ErrorKind::Answer, format!("unexpected answer: {error}")))
    }
}

#[derive(Serialize)]
struct GraphqlRequest<'a, V> {
    query: &'a str,
    variables: V,
}

#[derive(Deserialize)]
struct GraphqlData<T> {
    data: T,
}

#[derive(Deserialize)]
struct GraphqlErrors {
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

impl Gh {
    /// A REST request to `path`, which must be [`encoded`] where it holds names from outside.
    ///
    /// # Errors
    /// For every status but 2xx, unless `expected` lists it.
    pub(super) async fn rest(
        &self,
        method: &str,
        path: &str,
        body: Option<&serde_json::Value>,
        expected: &[u16],
    ) -> Result<(Response, Asked), ForgeError> {
        let mut args = vec!["api", "--include", "--method", method, path];
        let body = body.map(ToString::to_string);
        if body.is_some() {
            args.extend(["--input", "-"]);
        }
        let finished = self.run(&args, body.as_deref(), None).await?;
        let response = answered(&finished)?;
        if response.is_success() || expected.contains(&response.status) {
            let asked = Asked {
                command: finished.command,
                at: response.date(),
            };
            return Ok((response, asked));
        }
        let kind = failure::of_response(&response, Timestamp::now());
        Err(finished.failed(kind))
    }

    /// A GraphQL request. Any error in the answer fails it, even beside data: half an answer
    /// must not look like a whole one.
    pub(super) async fn graphql<T: DeserializeOwned>(
        &self,
        document: &Document,
        variables: impl Serialize,
    ) -> Result<(T, Asked), ForgeError> {
        let answered = self.post(document.text, document.name, variables).await?;
        if !answered.errors.is_empty() {
            return Err(answered.failure(|_| true));
        }
        let asked = answered.asked();
        let GraphqlData { data } = asked.decode(&answered.response.body)?;
        Ok((data, asked))
    }

    /// A GraphQL request that got an answer, with or without errors in it.
    pub(super) async fn post(
        &self,
        text: &str,
        name: &str,
        variables: impl Serialize,
    ) -> Result<Answered, ForgeError> {
        let request = GraphqlRequest {
            query: text,
            variables,
        };
        let body = serde_json::to_string(&request).map_err(|error| ForgeError {
            kind: ErrorKind::Answer,
            command: name.to_owned(),
            message: format!("variables cannot be written: {error}"),
        })?;
        let args = ["api", "--include", "graphql", "--input", "-"];
        let finished = self.run(&args, Some(&body), Some(name)).await?;
        let response = answered(&finished)?;
        if !response.is_success() {
            let kind = failure::of_response(&response, Timestamp::now());
            return Err(finished.failed(kind));
        }
        let asked = Asked {
            command: finished.command.clone(),
            at: response.date(),
        };
        // gh exits 1 on errors in the answer; stdout has it nevertheless.
        let GraphqlErrors { errors } = asked.decode(&response.body)?;
        Ok(Answered {
            finished,
            response,
            errors,
        })
    }
}

/// An answer in GraphQL.
pub(super) struct Answered {
    finished: Finished,
    pub(super) response: Response,
    errors: Vec<GraphqlError>,
}

impl Answered {
    pub(super) fn asked(&self) -> Asked {
        Asked {
            command: self.finished.command.clone(),
            at: self.response.date(),
        }
    }

    /// What the errors that `concern` picks say.
    pub(super) fn failure(&self, concern: impl Fn(&GraphqlError) -> bool) -> ForgeError {
        let errors: Vec<&GraphqlError> = self.errors.iter().filter(|it| concern(it)).collect();
        let kind = failure::of_graphql(&errors, &self.response, Timestamp::now());
        let mut failure = self.finished.failed(kind);
        if let Some(error) = errors.first()
            && self.errors.len() > 1
        {
            failure.message.clone_from(&error.message);
        }
        failure
    }
}

impl Finished {
    /// This command as a failure, with what it said as message.
    pub(super) fn failed(&self, kind: ErrorKind) -> ForgeError {
        let message = match self.code {
            _ if !self.stderr.is_empty() => self.stderr.clone(),
            Some(code) => format!("exit code {code}"),
            None => "ended by a signal".to_owned(),
        };
        ForgeError {
            kind,
            command: self.command.clone(),
            message,
        }
    }
}

/// The response that was got, whatever its status.
fn answered(finished: &Finished) -> Result<Response, ForgeError> {
    Response::parse(&finished.stdout).ok_or_else(|| {
        let kind = failure::of_stderr(finished.code, &finished.stderr);
        finished.failed(kind)
    })
}

/// `text` so that it is one part of a URL path or query. Also keeps `gh` from replacing
/// `{owner}` and `:branch` in it.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Like [`encoded`], for a path of several parts. `None` when a part is empty or would lead
/// elsewhere.
pub(super) fn encoded_path(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        if matches!(part, "" | "." | "..") {
            return None;
        }
        parts.push(encoded(part));
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{encoded, encoded_path};

    #[test]
    fn names_from_outside_stay_one_part_of_the_address() {
        assert_eq!(
            encoded("a b/{owner}:branch?x#ä"),
            "a%20b%2F%7Bowner%7D%3Abranch%3Fx%23%C3%A4"
        );
        assert_eq!(
            encoded_path(".althing/charter.yaml").as_deref(),
            Some(".althing/charter.yaml")
        );
        for path in ["", "/etc", "a//b", "../x", "a/./b", "a/"] {
            assert_eq!(encoded_path(path), None, "{path:?}");
        }
    }
}
