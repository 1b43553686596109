//! Differences as git prints them.

use super::{Git, GitError};
use crate::model::{ChangeKind, ChangedFile};

impl Git {
    /// Files that differ; `range` is one or two arguments such as `a...b`.
    pub(crate) async fn changed_files(&self, range: &[&str]) -> Result<Vec<ChangedFile>, GitError> {
        let summary = [
            "diff",
            "--raw",
            "--numstat",
            "-z",
            "--no-abbrev",
            "-M",
            "--no-ext-diff",
            "--end-of-options",
        ];
        let summary = self.bytes(summary.iter().chain(range)).await?;
        let text = String::from_utf8_lossy(&summary);
        let mut fields = text.split('\0').peekable();
        let mut files = Vec::new();
        while fields.peek().is_some_and(|field| field.starts_with(':')) {
            files.push(raw_entry(&mut fields).ok_or(GitError::Output("diff --raw"))?);
        }
        for file in &mut files {
            let counts = numstat(&mut fields).ok_or(GitError::Output("diff --numstat"))?;
            (file.additions, file.deletions) = counts;
        }
        if files.is_empty() {
            return Ok(files);
        }
        let patches = self.diff_text(range).await?;
        for (file, patch) in files.iter_mut().zip(split_patches(&patches)) {
            file.patch = patch
                .find("\n@@")
                .and_then(|at| patch.get(at + 1..))
                .map(|hunks| hunks.trim_end_matches('\n').to_owned());
        }
        Ok(files)
    }

    /// The difference as text.
    pub(crate) async fn diff_text(&self, range: &[&str]) -> Result<String, GitError> {
        let args = [
            "diff",
            "-M",
            "--no-ext-diff",
            "--no-color",
            "--end-of-options",
        ];
        let bytes = self.bytes(args.iter().chain(range)).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn raw_entry<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<ChangedFile> {
    // `:100644 100644 OLD NEW M`, then one path, or two for a rename.
    let header = fields.next()?;
    let mut parts = header.split(' ').skip(2);
    let (old, new, letter) = (parts.next()?, parts.next()?, parts.next()?);
    let first = fields.next()?.to_owned();
    let (kind, path, previous) = match letter.as_bytes().first()? {
        b'A' => (ChangeKind::Added, first, None),
        b'D' => (ChangeKind::Removed, first, None),
        b'R' | b'C' => (ChangeKind::Renamed, fields.next()?.to_owned(), Some(first)),
        _ => (ChangeKind::Modified, first, None),
    };
    let blob = if kind == ChangeKind::Removed {
        old
    } else {
        new
    };
    Some(ChangedFile {
        path,
        previous,
        kind,
        additions: 0,
        deletions: 0,
        blob: blob.parse().ok()?,
        patch: None,
    })
}

fn numstat<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<(u64, u64)> {
    // `3\t1\tpath`, or `3\t1\t` followed by two paths for a rename; `-` for binary files.
    let mut parts = fields.next()?.split('\t');
    let count = |text: Option<&str>| Some(text?.parse().unwrap_or(0));
    let counts = (count(parts.next())?, count(parts.next())?);
    if parts.next()?.is_empty() {
        fields.nth(1)?;
    }
    Some(counts)
}

fn split_patches(text: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = text
        .match_indices("diff --git ")
        .map(|(at, _)| at)
        .filter(|&at| at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .clone()
        .into_iter()
        .zip(ends.collect::<Vec<_>>())
        .filter_map(|(start, end)| text.get(start..end))
}
