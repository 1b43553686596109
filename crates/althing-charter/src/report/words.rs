//! Reports in plain words.

use std::fmt;

use super::ReportKind;
use crate::lifecycle::people_words as people;

/// What it names: `open issues about which nothing has happened for 60 days`.
impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DirectChanges => {
                f.write_str("commits on the default branch that came with no pull request")
            }
            Self::Merges { by } => write!(
                f,
                "merges that nobody of {} took part in, that no other person reviewed, or by \
                 somebody who may not merge there",
                people(by)
            ),
            Self::CodeOwners { role, others, file } => {
                let file = file.as_deref().unwrap_or("CODEOWNERS");
                match role {
                    None => write!(f, "whether there is a file {file}")?,
                    Some(role) => write!(
                        f,
                        "holders of {role} who do not stand in {file}, and people in it who do \
                         not hold it"
                    )?,
                }
                if others.is_empty() {
                    Ok(())
                } else {
                    write!(f, " (nor are {})", people(others))
                }
            }
            Self::UnlabeledIssues { after: None } => f.write_str("open issues without label"),
            Self::UnlabeledIssues { after: Some(after) } => {
                write!(f, "open issues without label for {after}")
            }
            Self::StaleIssues { after } => {
                write!(
                    f,
                    "open issues about which nothing has happened for {after}"
                )
            }
            Self::StalePulls { after } => write!(
                f,
                "open pull requests about which nothing has happened for {after}"
            ),
            Self::Reviews { role, at_least } => {
                write!(
                    f,
                    "reviews by each holder of {role}, of each other and of the community"
                )?;
                match at_least {
                    None => Ok(()),
                    Some(share) => write!(f, "; who has less than {share} of an equal share"),
                }
            }
            Self::BrokenBuilds => f.write_str(
                "red checks of the default branch about which no open issue has an assignee",
            ),
            Self::FlakyBuilds => f.write_str(
                "checks that were red and green on one commit and that no open issue names",
            ),
            Self::MissedMeetings { .. } => f.write_str(
                "periods without a record of the meeting that belongs in them, and who was at none",
            ),
            Self::InactiveMaintainers { role, after } => write!(
                f,
                "holders of {role} without activity for {after}, or whose record is incomplete"
            ),
            Self::AbandonedModules {
                role,
                after,
                folders,
            } => {
                write!(
                    f,
                    "modules{} with open issues and no {role} active within {after}",
                    within(folders)
                )
            }
            Self::OutsideMaintainers { role, by, folders } => write!(
                f,
                "modules{} of which no {role} is one of {}",
                within(folders),
                people(by)
            ),
        }
    }
}

fn within(folders: &[String]) -> String {
    if folders.is_empty() {
        String::new()
    } else {
        format!(" in {}", folders.join(", "))
    }
}
