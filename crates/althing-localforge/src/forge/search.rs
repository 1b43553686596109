//! Search for issues and pull requests.

use super::{Actor, Answer, Forge};
use crate::model::{Issue, Slice, Window};

impl Forge {
    /// Issues and pull requests that match a search text such as
    /// `repo:o/n is:issue state:open label:"a b" author:x in:title words`, newest first, in all
    /// repositories that the actor sees.
    pub async fn search_issues(
        &self,
        actor: &Actor,
        query: &str,
        window: Window,
    ) -> Answer<Slice<Issue>> {
        todo!()
    }
}
