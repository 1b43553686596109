//! Commits as git prints them.

use super::{Git, GitError, Person};

/// A commit before its people are matched to accounts.
pub(crate) struct RawCommit {
    pub sha: String,
    pub tree: String,
    pub parents: Vec<String>,
    pub author: Person,
    pub committer: Person,
    pub message: String,
}

const FORMAT: &str =
    "--format=tformat:%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B";
const FIELDS: usize = 10;

impl Git {
    /// Runs `git log` with `args` and reads the commits.
    pub(crate) async fn log(&self, args: &[&str]) -> Result<Vec<RawCommit>, GitError> {
        let mut all = vec!["log", "-z", FORMAT, "--end-of-options"];
        // Options of the caller stand before the marker, revisions and paths behind it.
        let split = args
            .iter()
            .position(|arg| !arg.starts_with('-'))
            .unwrap_or(args.len());
        let at = all.len() - 1;
        all.splice(at..at, args.iter().take(split).copied());
        all.extend(args.iter().skip(split));
        let bytes = self.bytes(all).await?;
        let text = String::from_utf8_lossy(&bytes);
        let fields: Vec<&str> = text
            .strip_suffix('\0')
            .unwrap_or(&text)
            .split('\0')
            .collect();
        if fields == [""] {
            return Ok(Vec::new());
        }
        fields
            .chunks(FIELDS)
            .map(|chunk| read(chunk).ok_or(GitError::Output("log")))
            .collect()
    }
}

fn read(fields: &[&str]) -> Option<RawCommit> {
    let [sha, tree, parents, an, ae, at, cn, ce, ct, message] = fields else {
        return None;
    };
    let person = |name: &str, email: &str, at: &str| {
        Some(Person {
            name: name.to_owned(),
            email: email.to_owned(),
            at: at.parse().ok()?,
        })
    };
    Some(RawCommit {
        sha: (*sha).to_owned(),
        tree: (*tree).to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        author: person(an, ae, at)?,
        committer: person(cn, ce, ct)?,
        message: message.trim_end_matches('\n').to_owned(),
    })
}
