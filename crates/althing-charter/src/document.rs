//! Documents that a repository must have.

use althing_diag::Location;

use crate::{DocumentName, Form, PathPatterns, ScopeKind};

/// A document that the repository must have, in one file or several; or a kind of document, of
/// which there may be any number.
#[derive(Clone, Debug)]
pub struct DocumentRule {
    /// Its name.
    pub name: DocumentName,
    /// What it is for.
    pub description: Option<String>,
    /// Where it lies; one file at least.
    pub paths: PathPatterns,
    /// Whether each file is such a document by itself, and there may be none.
    pub any_number: bool,
    /// Folders of which one directly holds each file, wherever else `paths` finds it.
    pub folders: Option<PathPatterns>,
    /// How the name of each file reads.
    pub file_name: Option<Form>,
    /// How the title of each Markdown file reads.
    pub title: Option<Form>,
    /// Lines `**Field:** value` below the title.
    pub fields: Vec<FieldRule>,
    /// Headings that one of the files must have, with something under them.
    pub sections: Vec<String>,
    /// What is listed in sections.
    pub entries: Vec<EntriesRule>,
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

/// A line `**Field:** value` below the title of a document.
#[derive(Clone, Debug)]
pub struct FieldRule {
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: FieldValue,
}

/// What a field of a document says.
#[derive(Clone, Debug)]
pub enum FieldValue {
    /// Anything.
    Text,
    /// A date such as 2025-10-27.
    Date,
    /// One of these.
    OneOf(Vec<String>),
}

/// The points of a list in a section, each a word, a colon and a text.
#[derive(Clone, Debug)]
pub struct EntriesRule {
    /// Heading of the section, which must be there.
    pub section: String,
    /// What the points begin with.
    pub entries: Entries,
}

/// What the points of a list begin with.
#[derive(Clone, Debug)]
pub enum Entries {
    /// Each of these words is there.
    Each(Vec<String>),
    /// Every point begins with a scope of this kind that the charter knows: the positions of its
    /// roles.
    Known(ScopeKind),
}
