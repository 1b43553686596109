//! Places where the community talks.

use althing_diag::Location;

/// A place where the community talks.
#[derive(Clone, Debug)]
pub struct Channel {
    /// As the community spells it.
    pub title: Option<String>,
    /// What kind of place it is.
    pub kind: Option<String>,
    /// Where it is: an address, or a folder of the repository.
    pub url: Option<String>,
    /// Whether only some people can read it.
    pub private: bool,
    /// What it is for.
    pub purpose: Option<String>,
    /// Its rooms with what they are for, in the order of the file.
    pub rooms: Vec<(String, String)>,
    /// Where it is declared.
    pub location: Location,
}
