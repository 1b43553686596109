//! Projects v2.

use super::{Actor, Answer, Forge};
use crate::model::{
    Account, Field, FieldId, Issue, IssueId, Item, ItemId, ItemWithIssue, NewFieldValue, Number,
    Project, ProjectId, Slice, Window,
};

impl Forge {
    /// Projects of a user or organization that the actor sees, newest first; `query` keeps those
    /// whose title contains it.
    pub async fn projects(
        &self,
        actor: &Actor,
        owner: &Account,
        query: Option<&str>,
        window: Window,
    ) -> Answer<Slice<Project>> {
        todo!()
    }

    /// A project by number.
    pub async fn project(&self, actor: &Actor, owner: &Account, number: Number) -> Answer<Project> {
        todo!()
    }

    /// A project by id.
    pub async fn project_by_id(&self, actor: &Actor, id: ProjectId) -> Answer<Project> {
        todo!()
    }

    /// Creates a project with the fields Title and Status (Todo, In Progress, Done), as GitHub
    /// does (the owner, or a member of the owning organization).
    pub async fn create_project(
        &self,
        actor: &Actor,
        owner: &Account,
        title: &str,
    ) -> Answer<Project> {
        todo!()
    }

    /// Fields of a project, in the order of their creation.
    pub async fn fields(&self, project: &Project) -> Answer<Vec<Field>> {
        todo!()
    }

    /// A field by id, with its project.
    pub async fn field_by_id(&self, actor: &Actor, id: FieldId) -> Answer<(Project, Field)> {
        todo!()
    }

    /// Items in the order of their addition. `query` filters as the board's filter bar does, for
    /// example `status:"in progress" is:open label:n150`; it is empty for all. Archived items are
    /// left out.
    pub async fn items(
        &self,
        actor: &Actor,
        project: &Project,
        query: &str,
        window: Window,
    ) -> Answer<Slice<ItemWithIssue>> {
        todo!()
    }

    /// An item by id, with its project and content.
    pub async fn item_by_id(&self, actor: &Actor, id: ItemId) -> Answer<(Project, ItemWithIssue)> {
        todo!()
    }

    /// The places of an issue or pull request on boards that the actor sees.
    pub async fn items_of(&self, actor: &Actor, issue: &Issue) -> Answer<Vec<(Project, Item)>> {
        todo!()
    }

    /// Adds an issue or pull request to a board; adding twice answers with the same item.
    pub async fn add_item(
        &self,
        actor: &Actor,
        project: ProjectId,
        issue: IssueId,
    ) -> Answer<Item> {
        todo!()
    }

    /// Takes an item off a board.
    pub async fn delete_item(&self, actor: &Actor, project: ProjectId, item: ItemId) -> Answer<()> {
        todo!()
    }

    /// Sets (`Some`) or clears (`None`) a value.
    pub async fn set_item_value(
        &self,
        actor: &Actor,
        project: ProjectId,
        item: ItemId,
        field: FieldId,
        value: Option<NewFieldValue>,
    ) -> Answer<Item> {
        todo!()
    }
}
