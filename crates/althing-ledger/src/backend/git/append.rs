//! Putting lines behind the last one, and a commit with them on the branch.

use std::{process::Stdio, time::Duration};

use tokio::{io::AsyncWriteExt, time::sleep};

use super::{BRANCH, FILE, Git, REMOTE, Tip, lines::no_pipe, program::finish};
use crate::{LedgerError, end::End, stored::Stored};

/// How long to wait before each further try of what was refused although nobody was faster: the
/// branch is locked for a moment while another process looks at it or loses its own race.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(800),
];

/// After so many entries, git is asked to pack what piled up: each append leaves the whole file
/// as an object, which only packing makes small.
const PACK_EVERY: i64 = 64;

/// Lines that belong behind a commit.
pub(crate) struct Appending {
    git: Git,
    base: Option<String>,
    pub(in crate::backend) end: End,
    lines: String,
    /// The end with the lines.
    last: End,
}

impl Appending {
    pub(super) fn new(git: Git, base: Option<String>, end: End) -> Self {
        let last = end.clone();
        Self {
            git,
            base,
            end,
            lines: String::new(),
            last,
        }
    }

    pub(in crate::backend) fn add(&mut self, rows: &[Stored]) -> Result<(), LedgerError> {
        for row in rows {
            let text = row.line().map_err(|text| LedgerError::Data { text })?;
            self.lines.push_str(&text);
            self.lines.push('\n');
            self.last = End::behind(row)?;
        }
        Ok(())
    }

    /// Until the last step nothing refers to what was written; a process that ends before it
    /// leaves objects that git removes some day.
    pub(in crate::backend) async fn commit(self) -> Result<(), LedgerError> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let file = self.write_file().await?;
        let commit = self.write_commit(&file).await?;
        self.publish(&commit).await?;
        if self.last.seq / PACK_EVERY != self.end.seq / PACK_EVERY {
            self.git.pack().await;
        }
        let commit = Some(commit);
        self.git.remember(Tip {
            commit,
            end: self.last,
        });
        Ok(())
    }

    /// The file with the new lines, as an object.
    async fn write_file(&self) -> Result<String, LedgerError> {
        let args = ["hash-object", "-w", "--no-filters", "--stdin"];
        let mut child = self.git.git.start(&args, Stdio::piped())?;
        let mut stdin = child.stdin.take().ok_or_else(no_pipe)?;
        if let Some(base) = &self.base {
            self.git.lines(base)?.pour(&mut stdin).await?;
        }
        let written = stdin.write_all(self.lines.as_bytes()).await;
        written.map_err(LedgerError::git)?;
        drop(stdin);
        finish(&args, child).await
    }

    async fn write_commit(&self, file: &str) -> Result<String, LedgerError> {
        let git = &self.git.git;
        let tree = format!("100644 blob {file}\t{FILE}\n");
        let tree = git.tell(&["mktree"], &tree).await?;
        let mut args = vec!["commit-tree", &tree];
        if let Some(base) = &self.base {
            args.extend(["-p", base]);
        }
        let (first, last) = (self.end.seq + 1, self.last.seq);
        let subject = if first == last {
            format!("Entry {first}")
        } else {
            format!("Entries {first} to {last}")
        };
        // Two processes that record the same at the same time still make two commits, of which
        // one loses.
        let message = format!("{subject}\n\nAppend: {:032x}\n", fastrand::u128(..));
        git.tell(&args, &message).await
    }

    /// Makes the commit the tip of the branch, if the branch is where it was.
    async fn publish(&self, commit: &str) -> Result<(), LedgerError> {
        let mut pauses = PAUSES.iter();
        loop {
            let Err(refusal) = self.advance(commit).await else {
                return Ok(());
            };
            // Whether it was refused or only the answer got lost, the branch itself shows.
            match self.published().await? {
                Some(tip) if tip == commit || self.git.goes_on(commit, &tip).await? => {
                    return Ok(());
                }
                Some(tip) if !self.git.goes_on(&tip, commit).await? => {
                    return Err(LedgerError::LostRace);
                }
                Some(_) | None => match pauses.next() {
                    Some(pause) => sleep(*pause).await,
                    None => return Err(refusal),
                },
            }
        }
    }

    async fn advance(&self, commit: &str) -> Result<(), LedgerError> {
        let base = self.base.as_deref().unwrap_or_default();
        let follow = ["update-ref", BRANCH, commit, base];
        if !self.git.shared {
            self.git.git.answer(&follow).await?;
            return Ok(());
        }
        let what = format!("{commit}:{BRANCH}");
        let push = ["push", "--quiet", "--no-verify", "--no-recurse-submodules"];
        let push = [&push[..], &[REMOTE, &what]].concat();
        self.git.git.answer(&push).await?;
        // The next look at the remote catches up with what is not remembered now.
        let _ = self.git.git.answer(&follow).await;
        Ok(())
    }

    async fn published(&self) -> Result<Option<String>, LedgerError> {
        if self.git.shared {
            self.git.theirs().await
        } else {
            self.git.ours().await
        }
    }
}
