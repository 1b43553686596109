//! Several changes in one request.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{api::Asked, command::Gh};
use crate::ForgeError;

/// A change as GitHub's schema names it.
#[derive(Debug)]
pub(super) struct Mutation {
    field: &'static str,
    input: &'static str,
    /// What is asked back.
    answer: &'static str,
}

macro_rules! mutations {
    ($($name:ident = $field:literal($input:literal) { $answer:literal };)*) => {
        $(pub(super) const $name: &Mutation =
            &Mutation { field: $field, input: $input, answer: $answer };)*

        /// Each once.
        #[cfg(test)]
        const ALL: &[&Mutation] = &[$($name),*];
    };
}

mutations! {
    ADD_COMMENT = "addComment"("AddCommentInput") { "commentEdge { node { id databaseId url } }" };
    UPDATE_COMMENT = "updateIssueComment"("UpdateIssueCommentInput") { "issueComment { id }" };
    ADD_LABELS = "addLabelsToLabelable"("AddLabelsToLabelableInput") { "clientMutationId" };
    REMOVE_LABELS = "removeLabelsFromLabelable"("RemoveLabelsFromLabelableInput") { "clientMutationId" };
    CLOSE_ISSUE = "closeIssue"("CloseIssueInput") { "issue { id }" };
    REOPEN_ISSUE = "reopenIssue"("ReopenIssueInput") { "issue { id }" };
    CLOSE_PULL = "closePullRequest"("ClosePullRequestInput") { "pullRequest { id }" };
    REOPEN_PULL = "reopenPullRequest"("ReopenPullRequestInput") { "pullRequest { id }" };
    CREATE_REF = "createRef"("CreateRefInput") { "clientMutationId" };
    COMMIT = "createCommitOnBranch"("CreateCommitOnBranchInput") { "commit { oid }" };
    UPDATE_REFS = "updateRefs"("UpdateRefsInput") { "clientMutationId" };
    CREATE_PULL = "createPullRequest"("CreatePullRequestInput") { "pullRequest { number url state }" };
}

/// A change with what it is given.
pub(super) struct Step {
    pub(super) mutation: &'static Mutation,
    pub(super) input: Value,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<BTreeMap<String, Value>>,
}

impl Gh {
    /// Makes the changes in their order, which GitHub does one after the other, and says of each
    /// how it ended. One that fails stops no other.
    ///
    /// # Errors
    /// When the request as a whole fails.
    pub(super) async fn mutate(
        &self,
        name: &str,
        steps: &[Step],
    ) -> Result<Vec<Result<(Value, Asked), ForgeError>>, ForgeError> {
        let mutations: Vec<&Mutation> = steps.iter().map(|step| step.mutation).collect();
        let text = document(name, &mutations);
        let inputs = steps.iter().enumerate();
        let variables: BTreeMap<String, &Value> = inputs
            .map(|(index, step)| (variable(index), &step.input))
            .collect();
        let outcome = self.post(&text, name, variables).await?;
        let Answer { data } = outcome.asked().decode(&outcome.response.body)?;
        let mut data = match data {
            Some(data) => data,
            None => return Err(outcome.failure(|_| true)),
        };
        let ends = (0..steps.len()).map(|index| {
            let alias = alias(index);
            match data.remove(&alias) {
                Some(value) if !value.is_null() => Ok((value, outcome.asked())),
                _ => Err(outcome.failure(|error| error.is_of(&alias))),
            }
        });
        Ok(ends.collect())
    }
}

/// The document that makes these changes.
fn document(name: &str, mutations: &[&Mutation]) -> String {
    let (mut head, mut body) = (Vec::new(), String::new());
    for (index, mutation) in mutations.iter().enumerate() {
        let Mutation {
            field,
            input,
            answer,
        } = mutation;
        let (alias, variable) = (alias(index), variable(index));
        head.push(format!("${variable}: {input}!"));
        body.push_str(&format!(
            "  {alias}: {field}(input: ${variable}) {{ {answer} }}\n"
        ));
    }
    format!("mutation {name}({}) {{\n{body}}}\n", head.join(", "))
}

fn alias(index: usize) -> String {
    format!("a{index}")
}

fn variable(index: usize) -> String {
    format!("i{index}")
}

#[cfg(test)]
mod tests {
    use super::{ALL, document};

    /// The sample is a file beside the other documents, and validated with them.
    #[test]
    fn the_sample_is_what_is_sent() {
        let sample = include_str!("documents/mutation.graphql");
        assert_eq!(document("Sample", ALL), sample);
    }
}
