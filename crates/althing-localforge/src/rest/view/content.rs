//! Files and folders.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{RepoAddress, extended, path};
use crate::model::{Entry, FileContent, RepoName, Sha};

/// `content-file`: a file at `reference`, its bytes in lines of base64.
pub(in crate::rest) fn file(it: &FileContent, reference: &str, repo: &RepoName) -> Value {
    let place = Place {
        path: &it.path,
        kind: "file",
        blob: "blobs",
        sha: &it.sha,
        size: it.bytes.len() as u64,
    };
    extended(
        place.render(reference, repo),
        json!({ "content": wrapped(&it.bytes), "encoding": "base64" }),
    )
}

/// An entry of `content-directory`.
pub(in crate::rest) fn entry(it: &Entry, reference: &str, repo: &RepoName) -> Value {
    let (kind, blob) = match (it.kind.as_str(), it.mode.as_str()) {
        ("tree", _) => ("dir", "trees"),
        ("commit", _) => ("submodule", "trees"),
        (_, "120000") => ("symlink", "blobs"),
        _ => ("file", "blobs"),
    };
    let place = Place {
        path: &it.path,
        kind,
        blob,
        sha: &it.sha,
        size: it.size.unwrap_or(0),
    };
    place.render(reference, repo)
}

/// `git-tree`.
pub(in crate::rest) fn tree(sha: &Sha, entries: &[Entry], repo: &RepoName) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    let entries: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let fixed = json!({
                "path": entry.path,
                "mode": entry.mode,
                "type": entry.kind,
                "sha": entry.sha,
                "url": format!("{api}/git/{}s/{}", entry.kind, entry.sha),
            });
            match entry.size {
                Some(size) => extended(fixed, json!({ "size": size })),
                None => fixed,
            }
        })
        .collect();
    json!({
        "sha": sha,
        "url": format!("{api}/git/trees/{sha}"),
        "tree": entries,
        "truncated": false,
    })
}

/// `blob`.
pub(in crate::rest) fn blob(sha: &str, bytes: &[u8], repo: &RepoName) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    json!({
        "sha": sha,
        "node_id": format!("B_{sha}"),
        "size": bytes.len(),
        "url": format!("{api}/git/blobs/{sha}"),
        "content": wrapped(bytes),
        "encoding": "base64",
    })
}

struct Place<'a> {
    path: &'a str,
    kind: &'a str,
    blob: &'a str,
    sha: &'a Sha,
    size: u64,
}

impl Place<'_> {
    fn render(&self, reference: &str, repo: &RepoName) -> Value {
        let RepoAddress { api, web } = RepoAddress::new(repo);
        let place = path(self.path);
        let at = path(reference);
        let url = format!("{api}/contents/{place}?ref={at}");
        let git = format!("{api}/git/{}/{}", self.blob, self.sha);
        let page = match self.kind {
            "dir" => format!("{web}/tree/{at}/{place}"),
            _ => format!("{web}/blob/{at}/{place}"),
        };
        let download = match self.kind {
            "file" => Some(format!("{web}/raw/{at}/{place}")),
            _ => None,
        };
        json!({
            "name": self.path.rsplit('/').next(),
            "path": self.path,
            "sha": self.sha,
            "size": self.size,
            "url": url,
            "html_url": page,
            "git_url": git,
            "download_url": download,
            "type": self.kind,
            "_links": { "self": url, "git": git, "html": page },
        })
    }
}

/// Base64 in lines of 60 characters, as GitHub breaks them.
fn wrapped(bytes: &[u8]) -> String {
    let mut lines = String::new();
    // 45 bytes make exactly 60 characters, so chunks need no padding but the last.
    for line in bytes.chunks(45) {
        STANDARD.encode_string(line, &mut lines);
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_broken_into_lines_that_decode_as_one() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = super::wrapped(&bytes);
        assert!(text.lines().all(|line| line.len() <= 60));
        let joined: String = text.lines().collect();
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        assert_eq!(STANDARD.decode(joined), Ok(bytes));
    }
}
