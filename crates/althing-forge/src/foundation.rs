//! What setting up a fleet needs of a forge: labels, the board, its field.

use std::collections::BTreeSet;

use althing_diag::id::RepoName;
use serde::{Deserialize, Serialize};

use crate::{Board, ForgeError};

/// What a repository and its owner have before there is a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Premises {
    /// Node id of the owner, a user or an organization.
    pub owner: String,
    /// Names of the labels, as spelled there.
    pub labels: BTreeSet<String>,
}

/// A label to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewLabel {
    /// Name.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: String,
    /// What it is for.
    pub description: String,
}

/// How a board keeps the status of its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusField {
    /// Address of the board.
    pub url: String,
    /// How many items are on the board.
    pub items: u64,
    /// Node id and options, in their order, of the single-select field `Status`, if there is one.
    pub field: Option<(String, Vec<StatusOption>)>,
}

/// An option of a field, as it is read and written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusOption {
    /// Name.
    pub name: String,
    /// One of GitHub's colours, in capitals.
    pub color: String,
    /// What it means.
    pub description: String,
}

/// A forge as whoever sets up a fleet sees it.
#[expect(
    async_fn_in_trait,
    reason = "callers run on one thread and need no Send bound"
)]
pub trait Foundation {
    /// Owner and labels of a repository. 1 request for every 100 labels.
    async fn premises(&self, repo: &RepoName) -> Result<Premises, ForgeError>;

    /// Makes a label; one that is there already is no error. 1 request.
    async fn create_label(&self, repo: &RepoName, label: &NewLabel) -> Result<(), ForgeError>;

    /// Makes a board for the owner with this node id, and says its number. 1 request.
    async fn create_board(&self, owner: &str, title: &str) -> Result<u32, ForgeError>;

    /// The field `Status` of a board, with all that replacing its options must keep. 1 request.
    async fn status_field(&self, board: &Board) -> Result<StatusField, ForgeError>;

    /// Makes the field `Status` with these options. 1 request.
    async fn create_status_field(
        &self,
        board: &Board,
        options: &[StatusOption],
    ) -> Result<(), ForgeError>;

    /// Replaces all options of the field with this node id. The new ones have new ids, whatever
    /// their names, so that items lose what they held in the field. 1 request.
    async fn replace_options(
        &self,
        field: &str,
        options: &[StatusOption],
    ) -> Result<(), ForgeError>;
}
