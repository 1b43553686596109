//! Documents that a repository must have.

use althing_diag::Location;

use crate::{DocumentName, PathPatterns};

/// A document that the repository must have, in one file or several.
#[derive(Clone, Debug)]
pub struct DocumentRule {
    /// Its name.
    pub name: DocumentName,
    /// What it is for.
    pub description: Option<String>,
    /// Where it lies; one file at least.
    pub paths: PathPatterns,
    /// Headings that one of the files must have, with something under them.
    pub sections: Vec<String>,
    /// What diagrams must show.
    pub diagrams: Vec<String>,
    /// Each file gives signatures, and with each of them these; nothing is asked when empty.
    pub signatures_with: Vec<String>,
    /// What numbers must be given for.
    pub figures: Vec<String>,
    /// Whether the last line is the charter's [`crate::Footer`].
    pub footer: bool,
    /// Where it is declared.
    pub location: Location,
}
