//! Projects v2: boards with fields and items.

use super::{
    Account, FieldId, Issue, IssueId, ItemId, NodeId, NodeKind, Number, ProjectId, Timestamp,
};

/// A project board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Database id.
    pub id: ProjectId,
    /// Owner.
    pub owner: Account,
    /// Number among the owner's.
    pub number: Number,
    /// Title.
    pub title: String,
    /// One line.
    pub short_description: Option<String>,
    /// Whether everybody may see it.
    pub public: bool,
    /// Whether it is closed.
    pub closed: bool,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Whether the actor that asked may change it.
    pub writable: bool,
}

impl Project {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::ProjectV2, self.id.0)
    }
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// The title of the item's content.
    Title,
    /// Text.
    Text,
    /// One of these options.
    SingleSelect(Vec<FieldOption>),
}

/// A field of a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Database id.
    pub id: FieldId,
    /// The board.
    pub project: ProjectId,
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Creation time.
    pub created_at: Timestamp,
}

impl Field {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        let kind = match self.kind {
            FieldKind::Title | FieldKind::Text => NodeKind::ProjectV2Field,
            FieldKind::SingleSelect(_) => NodeKind::ProjectV2SingleSelectField,
        };
        NodeId::new(kind, self.id.0)
    }
}

/// An option of a single-select field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldOption {
    /// Eight hexadecimal digits.
    pub id: String,
    /// Name.
    pub name: String,
    /// Upper-case colour name, for example `GRAY`.
    pub color: String,
    /// Description.
    pub description: String,
}

/// An option to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFieldOption {
    /// Name.
    pub name: String,
    /// Upper-case colour name, for example `GRAY`.
    pub color: String,
    /// Description.
    pub description: String,
}

impl NewFieldOption {
    /// A grey one without description.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            color: "GRAY".to_owned(),
            description: String::new(),
        }
    }
}

/// An item of a board: an issue or pull request with values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Database id.
    pub id: ItemId,
    /// The board.
    pub project: ProjectId,
    /// The issue or pull request.
    pub issue: IssueId,
    /// Who added it.
    pub creator: Account,
    /// Values, by field. Title is not among them.
    pub values: Vec<ItemValue>,
    /// Whether it was archived.
    pub archived: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

impl Item {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::ProjectV2Item, self.id.0)
    }
}

/// An item with its content; what lists of items hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemWithIssue {
    /// The item.
    pub item: Item,
    /// Its content; `None` when the actor may not see it (a redacted item).
    pub issue: Option<Issue>,
}

/// The value of an item in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemValue {
    /// Database id.
    pub id: i64,
    /// The field.
    pub field: FieldId,
    /// Its name.
    pub field_name: String,
    /// The value.
    pub value: FieldValue,
    /// Who set it.
    pub creator: Account,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last set.
    pub updated_at: Timestamp,
}

impl ItemValue {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::ProjectV2FieldValue, self.id)
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Text.
    Text(String),
    /// The chosen option.
    SingleSelect(FieldOption),
}

/// A value to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewFieldValue {
    /// Text.
    Text(String),
    /// Id of the option to choose.
    SingleSelect(String),
}
