//! Reading the file, line by line.

use std::process::{Output, Stdio};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdin, ChildStdout},
};

use super::{
    super::{PAGE, Row},
    program::{Program, failed},
};
use crate::{Filter, LedgerError, stored::Stored};

/// The lines of a file as git prints them.
pub(super) struct Lines {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

/// A line, or why it is none.
pub(super) type Line = Result<String, String>;

const CAT: [&str; 2] = ["cat-file", "blob"];

impl Lines {
    /// Of `COMMIT:FILE`.
    pub(super) fn of(git: &Program, name: &str) -> Result<Self, LedgerError> {
        let mut child = git.start(&[CAT[0], CAT[1], name], Stdio::null())?;
        let stdout = child.stdout.take().ok_or_else(no_pipe)?;
        Ok(Self {
            child,
            stdout: BufReader::new(stdout),
        })
    }

    /// The next lines, at most so many; `None` at the end of the file.
    pub(super) async fn page(&mut self, count: usize) -> Result<Option<Vec<Line>>, LedgerError> {
        let mut page = Vec::new();
        while page.len() < count {
            let mut line = Vec::new();
            let read = self.stdout.read_until(b'\n', &mut line).await;
            if read.map_err(LedgerError::git)? == 0 {
                self.end().await?;
                break;
            }
            page.push(text(line));
        }
        Ok(if page.is_empty() { None } else { Some(page) })
    }

    /// That git printed all of it.
    async fn end(&mut self) -> Result<(), LedgerError> {
        let mut stderr = Vec::new();
        if let Some(pipe) = &mut self.child.stderr {
            let read = pipe.read_to_end(&mut stderr).await;
            read.map_err(LedgerError::git)?;
        }
        let status = self.child.wait().await.map_err(LedgerError::git)?;
        if status.success() {
            return Ok(());
        }
        let output = Output {
            status,
            stdout: Vec::new(),
            stderr,
        };
        Err(failed(&CAT, &output))
    }

    /// Writes the whole file.
    pub(super) async fn pour(mut self, to: &mut ChildStdin) -> Result<(), LedgerError> {
        let copied = tokio::io::copy_buf(&mut self.stdout, to).await;
        copied.map_err(LedgerError::git)?;
        self.end().await
    }
}

fn text(mut line: Vec<u8>) -> Line {
    if line.pop() != Some(b'\n') {
        return Err("the line is cut off".to_owned());
    }
    String::from_utf8(line).map_err(|error| error.to_string())
}

pub(super) fn no_pipe() -> LedgerError {
    LedgerError::git(std::io::Error::other("git was started without a pipe"))
}

/// Entries of a commit that was verified.
pub(crate) struct Reader {
    lines: Option<Lines>,
    filter: Filter,
    /// How many rows may still be read.
    left: usize,
}

impl Reader {
    pub(super) fn new(lines: Option<Lines>, filter: Filter) -> Self {
        let left = filter.at_most();
        Self {
            lines,
            filter,
            left,
        }
    }

    pub(in crate::backend) async fn next(&mut self) -> Result<Option<Vec<Row>>, LedgerError> {
        while self.left > 0
            && let Some(lines) = &mut self.lines
            && let Some(page) = lines.page(PAGE).await?
        {
            let rows = page.into_iter().map(|line| Stored::from_line(&line?));
            let wanted = rows.filter(|row| row.as_ref().is_ok_and(|row| self.filter.wants(row)));
            let rows: Vec<Row> = wanted.take(self.left).collect();
            self.left -= rows.len();
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}
