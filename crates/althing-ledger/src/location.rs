//! Where a ledger is kept.

use std::{
    convert::Infallible,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use althing_diag::{Finding, Location};

use crate::LedgerError;

/// Where a ledger is kept, as `--ledger` names it: `git`, `git:PATH`, `sqlite:PATH`,
/// `postgres://…`, or the plain path of an SQLite file.
#[derive(Clone, PartialEq, Eq)]
pub enum LedgerLocation {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A branch of the git repository that holds this folder.
    Git(PathBuf),
    /// A database of PostgreSQL, by its address, which may hold a password.
    Postgres(String),
}

/// The file of lines in a git repository, as git names it.
const LINES: &str = "althing/ledger:ledger.jsonl";

impl LedgerLocation {
    /// What went wrong with the ledger there, with its place: for one that is kept as lines, the
    /// line.
    pub fn finding(&self, error: &LedgerError) -> Finding {
        match (self, error) {
            (Self::Git(_), LedgerError::Tampered(_)) => error.finding_in(LINES),
            (Self::Git(_) | Self::Sqlite(_) | Self::Postgres(_), _) => {
                let finding = error.finding();
                match finding.location {
                    Some(_) => finding,
                    None => finding.at(Location::file(self.to_string())),
                }
            }
        }
    }
}

impl FromStr for LedgerLocation {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "git" {
            Self::Git(PathBuf::from("."))
        } else if let Some(path) = text.strip_prefix("git:") {
            Self::Git(PathBuf::from(path))
        } else if let Some(path) = text.strip_prefix("sqlite:") {
            Self::Sqlite(PathBuf::from(path))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres(text.to_owned())
        } else {
            Self::Sqlite(PathBuf::from(text))
        })
    }
}

impl From<&Path> for LedgerLocation {
    fn from(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }
}

impl From<&PathBuf> for LedgerLocation {
    fn from(path: &PathBuf) -> Self {
        Self::Sqlite(path.clone())
    }
}

impl From<&LedgerLocation> for LedgerLocation {
    fn from(location: &LedgerLocation) -> Self {
        location.clone()
    }
}

/// As people may read it: without the password, and without the parameters of an address,
/// where one could stand as well.
impl fmt::Display for LedgerLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Git(path) if path == Path::new(".") => f.write_str("git"),
            Self::Git(path) => write!(f, "git:{}", path.display()),
            Self::Postgres(address) => {
                let address = address.split('?').next().unwrap_or_default();
                let (scheme, rest) = address.split_once("//").unwrap_or(("postgres:", address));
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "{scheme}//{place}")
            }
        }
    }
}

impl fmt::Debug for LedgerLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerLocation({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::LedgerLocation::{self, Git, Postgres, Sqlite};

    #[test]
    fn a_location_is_read_by_its_beginning_and_shown_without_its_password() {
        let path = |text: &str| PathBuf::from(text);
        let server = "postgres://user:p@ss@host:5432/decisions?password=x";
        for (text, location, shown) in [
            ("git", Git(path(".")), "git"),
            ("git:../models", Git(path("../models")), "git:../models"),
            ("sqlite:git", Sqlite(path("git")), "git"),
            ("a/ledger.db", Sqlite(path("a/ledger.db")), "a/ledger.db"),
            ("gitlog.db", Sqlite(path("gitlog.db")), "gitlog.db"),
            (
                server,
                Postgres(server.to_owned()),
                "postgres://host:5432/decisions",
            ),
            (
                "postgresql:///a",
                Postgres("postgresql:///a".to_owned()),
                "postgresql:///a",
            ),
        ] {
            let parsed: LedgerLocation = text.parse().unwrap();
            assert_eq!(parsed, location);
            assert_eq!(parsed.to_string(), shown);
        }
    }
}
