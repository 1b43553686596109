//! Merging a pull request.

use super::{Actor, Answer, Forge};
use crate::model::{MergeRequest, Merged, Number, Repo};

impl Forge {
    /// Merges (write). Refused with 409 when the head is not the expected one or the base moved
    /// meanwhile, with 405 when it does not merge cleanly, is a draft or is not open. On the
    /// default branch, linked issues are closed.
    pub async fn merge_pull(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        request: MergeRequest,
    ) -> Answer<Merged> {
        todo!()
    }
}
