//! Labels of a repository.

use super::{Actor, Answer, Forge};
use crate::model::{Label, LabelId, Repo, Slice, Window};

impl Forge {
    /// Labels, by name.
    pub async fn labels(&self, actor: &Actor, repo: &Repo, window: Window) -> Answer<Slice<Label>> {
        todo!()
    }

    /// A label by name, ignoring case.
    pub async fn label(&self, actor: &Actor, repo: &Repo, name: &str) -> Answer<Label> {
        todo!()
    }

    /// A label by id, with its repository.
    pub async fn label_by_id(&self, actor: &Actor, id: LabelId) -> Answer<(Repo, Label)> {
        todo!()
    }

    /// Creates a label (write); `color` is six hexadecimal digits.
    pub async fn create_label(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        color: &str,
        description: Option<&str>,
    ) -> Answer<Label> {
        todo!()
    }

    /// Changes a label (write); `None` leaves as is.
    pub async fn edit_label(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        new_name: Option<&str>,
        color: Option<&str>,
        description: Option<&str>,
    ) -> Answer<Label> {
        todo!()
    }

    /// Deletes a label everywhere (write).
    pub async fn delete_label(&self, actor: &Actor, repo: &Repo, name: &str) -> Answer<()> {
        todo!()
    }
}
