//! Refs of a bare repository.

use std::io::ErrorKind;

use super::{Git, GitError, feed};

/// The "no object" id: as an old value it means that the ref must not exist.
pub(crate) const ZERO: &str = "0000000000000000000000000000000000000000";

/// A ref that is to point elsewhere.
pub(crate) struct RefChange<'a> {
    pub name: &'a str,
    pub new: &'a str,
    /// Where it must point to; `None` for wherever.
    pub old: Option<&'a str>,
}

impl Git {
    /// What a ref points to; `None` when it does not exist.
    ///
    /// Reads the loose file and falls back to git, because a process for each look at a branch
    /// would dominate the time of most requests.
    pub(crate) async fn read_ref(&self, name: &str) -> Result<Option<String>, GitError> {
        if !valid_ref_name(name) {
            return Ok(None);
        }
        match tokio::fs::read_to_string(self.dir.join(name)).await {
            Ok(text) if is_sha(text.trim()) => return Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound && !self.has_packed_refs().await => {
                return Ok(None);
            }
            _ => {}
        }
        let output = self
            .output(["rev-parse", "--verify", "--quiet", "--end-of-options", name])
            .await?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && is_sha(&text)).then_some(text))
    }

    async fn has_packed_refs(&self) -> bool {
        tokio::fs::try_exists(self.dir.join("packed-refs"))
            .await
            .unwrap_or(true)
    }

    /// Creates a ref; `false` when git refuses (it exists, or clashes with one that does).
    pub(crate) async fn create_ref(&self, name: &str, target: &str) -> Result<bool, GitError> {
        self.succeeds(["update-ref", name, target, ZERO]).await
    }

    /// Moves a ref from `old`; `false` when it no longer is there.
    pub(crate) async fn move_ref(
        &self,
        name: &str,
        new: &str,
        old: &str,
    ) -> Result<bool, GitError> {
        self.succeeds(["update-ref", name, new, old]).await
    }

    /// Sets a ref whatever it was.
    pub(crate) async fn set_ref(&self, name: &str, target: &str) -> Result<(), GitError> {
        self.bytes(["update-ref", name, target]).await.map(drop)
    }

    /// Deletes a ref if it still is at `old`.
    pub(crate) async fn delete_ref(&self, name: &str, old: &str) -> Result<bool, GitError> {
        self.succeeds(["update-ref", "-d", name, old]).await
    }

    /// Changes several refs, all of them or none: each from its old value, if one is given, to
    /// its new one. [`ZERO`] stands for a ref that is not there. `false` when one of them is not
    /// as it should be.
    pub(crate) async fn change_refs(&self, changes: &[RefChange<'_>]) -> Result<bool, GitError> {
        let mut lines = Vec::new();
        for change in changes {
            let RefChange { name, new, old } = change;
            let old = old.unwrap_or_default();
            lines.extend(format!("update {name}\0{new}\0{old}\0").bytes());
        }
        let command = self.command(["update-ref", "--stdin", "-z"]);
        Ok(feed(command, &lines).await?.status.success())
    }

    /// Names, targets and kinds of all refs below `prefix`.
    pub(crate) async fn list_refs(&self, prefix: &str) -> Result<Vec<[String; 3]>, GitError> {
        let format = "--format=%(refname)%00%(objectname)%00%(objecttype)";
        let text = self.text(["for-each-ref", format]).await?;
        let mut refs = Vec::new();
        for line in text.lines() {
            let mut parts = line.split('\0').map(str::to_owned);
            let (Some(name), Some(sha), Some(kind)) = (parts.next(), parts.next(), parts.next())
            else {
                return Err(GitError::Output("for-each-ref"));
            };
            if name.starts_with(prefix) {
                refs.push([name, sha, kind]);
            }
        }
        Ok(refs)
    }
}

fn is_sha(text: &str) -> bool {
    text.len() == 40
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether `name` is a full ref name as `git check-ref-format` wants it. It then also is a safe
/// relative path and cannot be taken for an option.
pub(crate) fn valid_ref_name(name: &str) -> bool {
    let bad_char = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    name.starts_with("refs/")
        && name.split('/').count() >= 3
        && name.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && !part.ends_with('.')
                && !part.ends_with(".lock")
        })
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(bad_char)
}

#[cfg(test)]
mod tests {
    use super::valid_ref_name;

    #[test]
    fn ref_names_stay_inside_refs() {
        for good in [
            "refs/heads/main",
            "refs/heads/a/b-c.d",
            "refs/claims/12",
            "refs/heads/-x",
        ] {
            assert!(valid_ref_name(good), "{good}");
        }
        for bad in [
            "main",
            "refs/heads",
            "refs/heads/",
            "refs/heads/../../x",
            "refs//x/y",
            "refs/heads/.x",
            "refs/heads/x.lock",
            "refs/heads/a b",
            "refs/heads/a\n",
            "refs/heads/a@{1}",
            "refs/heads/x.",
        ] {
            assert!(!valid_ref_name(bad), "{bad}");
        }
    }
}
