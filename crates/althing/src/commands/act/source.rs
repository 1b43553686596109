//! `--from`: what a subject comes from.

use std::{fs::File, path::PathBuf, str::FromStr};

use althing_charter::{SourceKind, SourceRef};
use althing_council::inbox;
use althing_diag::{
    id::{RepoName, SubjectId},
    yaml,
};
use althing_forge::{Forum, IssueNumber, Since};
use jiff::Timestamp;

use crate::{commands::connect, failure::Failure};

/// An issue or pull request, or a file.
#[derive(Clone, Debug)]
pub(super) enum SourceArg {
    Numbered(RepoName, IssueNumber),
    File(PathBuf),
}

/// What was read of it.
pub(super) struct Found {
    pub(super) id: SubjectId,
    pub(super) source: SourceRef,
    pub(super) title: String,
    pub(super) body: String,
}

impl FromStr for SourceArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((repo, number)) = text.rsplit_once('#') else {
            return Ok(Self::File(PathBuf::from(text)));
        };
        let repo = repo.parse().map_err(|error| format!("{error}"))?;
        let number = number
            .parse()
            .map_err(|_| format!("`{number}` is no number"))?;
        Ok(Self::Numbered(repo, IssueNumber(number)))
    }
}

impl SourceArg {
    pub(super) async fn find(&self) -> Result<Found, Failure> {
        match self {
            Self::File(path) => file(path),
            Self::Numbered(repo, number) => {
                // Nothing that was said there is asked for.
                let nothing = Since::Time(Timestamp::now());
                let reading = connect().await?.topic(repo, *number, nothing).await?;
                Ok(Found {
                    id: SubjectId::numbered(repo, number.0),
                    source: inbox::source_of(repo, &reading.topic),
                    body: inbox::text_of(&reading.topic),
                    title: reading.topic.title,
                })
            }
        }
    }
}

/// A file is titled by its first heading, else by its name.
fn file(path: &PathBuf) -> Result<Found, Failure> {
    let name = path.display().to_string();
    let body = yaml::read(&name, File::open(path)).map_err(|finding| *finding)?;
    let heading = body.lines().find_map(|line| line.strip_prefix("# "));
    let title = heading.unwrap_or(&name).to_owned();
    let id = name.replace(' ', "-").parse();
    Ok(Found {
        id: id.map_err(|error| Failure::internal("naming the subject", error))?,
        source: SourceRef {
            kind: SourceKind::File,
            reference: name,
        },
        title,
        body,
    })
}
