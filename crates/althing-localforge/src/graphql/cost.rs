//! What a query may cost, worked out before it runs.
//!
//! GitHub counts the nodes that a query could return at most, and the requests that fetching
//! them list by list would take; a point of the rate limit is a hundred requests.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, ServerError, Value, Variables,
    parser::types::{
        ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    },
};

/// More nodes than this are refused, as by GitHub.
const MAX_NODES: u64 = 500_000;

/// More fields than this, all fragments unfolded, are refused. gh's largest query has some 300.
const MAX_FIELDS: u64 = 20_000;

/// The largest page, assumed when a size is not known.
const MAX_PAGE: u64 = 100;

/// What a query costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Operation name, or the first root field when there is none.
    pub(crate) operation: String,
    /// Nodes at most.
    pub(crate) nodes: u64,
    /// Points of the rate limit.
    pub(crate) points: u32,
}

/// Works out the cost of the operation that a request runs.
///
/// # Errors
/// A refusal when there is no such operation or it could return too much.
pub(crate) fn of(
    document: &ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
) -> Result<Cost, ServerError> {
    let (name, definition) = document
        .operations
        .iter()
        .find(|(name, _)| operation.is_none_or(|wanted| *name == Some(&Name::new(wanted))))
        .ok_or_else(|| refusal("No operation of that name in the query.".to_owned()))?;
    let mut count = Count {
        fragments: &document.fragments,
        definition: &definition.node,
        variables,
        fields: 0,
        nodes: 0,
        requests: 0,
    };
    let root = &definition.node.selection_set.node;
    count.selections(root, 1, 0)?;
    if count.nodes > MAX_NODES {
        return Err(refusal(format!(
            "This query requests up to {} possible nodes which exceeds the maximum limit of {MAX_NODES}.",
            count.nodes
        )));
    }
    let named = name.map(ToString::to_string);
    Ok(Cost {
        operation: named.or_else(|| first_field(root)).unwrap_or_default(),
        nodes: count.nodes,
        points: u32::try_from((count.requests / 100).max(1)).unwrap_or(u32::MAX),
    })
}

fn refusal(message: String) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = async_graphql::ErrorExtensionValues::default();
    extensions.set("type", "MAX_NODE_LIMIT_EXCEEDED");
    error.extensions = Some(extensions);
    error
}

fn first_field(root: &SelectionSet) -> Option<String> {
    root.items
        .iter()
        .find_map(|selection| match &selection.node {
            Selection::Field(field) => Some(field.node.name.node.to_string()),
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
        })
}

struct Count<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    definition: &'a OperationDefinition,
    variables: &'a Variables,
    fields: u64,
    nodes: u64,
    requests: u64,
}

impl Count<'_> {
    /// Counts a selection that is made `times` times. `spreads` is how many fragments it is in:
    /// fragments in a circle would never end.
    fn selections(
        &mut self,
        set: &SelectionSet,
        times: u64,
        spreads: usize,
    ) -> Result<(), ServerError> {
        for selection in &set.items {
            self.fields += 1;
            if self.fields > MAX_FIELDS || spreads > self.fragments.len() {
                return Err(refusal(format!(
                    "This query selects more than {MAX_FIELDS} fields."
                )));
            }
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, times, spreads)?,
                Selection::InlineFragment(fragment) => {
                    self.selections(&fragment.node.selection_set.node, times, spreads)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node) {
                        let set = &fragment.node.selection_set.node;
                        self.selections(set, times, spreads + 1)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &Field, times: u64, spreads: usize) -> Result<(), ServerError> {
        let mut inner = times;
        if let Some(size) = field
            .get_argument("first")
            .or_else(|| field.get_argument("last"))
        {
            let size = size
                .node
                .clone()
                .into_const_with(|name| self.variable(&name));
            let size = size
                .ok()
                .and_then(page_size)
                .unwrap_or(MAX_PAGE)
                .min(MAX_PAGE);
            inner = times.saturating_mul(size);
            self.requests = self.requests.saturating_add(times);
            self.nodes = self.nodes.saturating_add(inner);
        }
        self.selections(&field.selection_set.node, inner, spreads)
    }

    fn variable(&self, name: &Name) -> Result<Value, ()> {
        let definitions = &self.definition.variable_definitions;
        let definition = definitions
            .iter()
            .find(|found| found.node.name.node == *name);
        let default = definition.and_then(|found| found.node.default_value.as_ref());
        let given = self.variables.get(name);
        given
            .or(default.map(|default| &default.node))
            .cloned()
            .ok_or(())
    }
}

fn page_size(argument: Value) -> Option<u64> {
    argument.into_json().ok()?.as_u64()
}

#[cfg(test)]
mod tests {
    use async_graphql::{Variables, parser::parse_query};
    use serde_json::json;

    use super::{Cost, of};

    fn cost(query: &str, variables: serde_json::Value) -> Result<Cost, String> {
        let document = parse_query(query).map_err(|error| error.to_string())?;
        of(&document, None, &Variables::from_json(variables)).map_err(|error| error.message)
    }

    #[test]
    fn githubs_example_costs_what_github_says() {
        let query = "query Example($repositories: Int = 100, $issues: Int!) { viewer {
            repositories(first: $repositories) { nodes { issues(first: $issues) { nodes {
                labels(first: 60) { nodes { name } } } } } } } }";
        let cost = cost(query, json!({"issues": 50})).expect("within limits");
        assert_eq!((cost.points, cost.nodes), (51, 305_100));
        assert_eq!(cost.operation, "Example");
    }

    #[test]
    fn hostile_queries_are_refused_before_they_run() {
        let nested = "{ a(first: 100) { b(first: 100) { c(first: 100) { d } } } }";
        assert!(
            cost(nested, json!({}))
                .expect_err("too much")
                .contains("1010100 possible nodes")
        );

        let bomb: String = (0..40)
            .map(|n| format!("fragment f{n} on T {{ ...f{} ...f{} }} ", n + 1, n + 1))
            .collect();
        let bomb = format!("{{ ...f0 }} {bomb} fragment f40 on T {{ x }}");
        assert!(
            cost(&bomb, json!({}))
                .expect_err("too much")
                .contains("fields")
        );

        let circle = "{ ...a } fragment a on T { ...a }";
        assert!(cost(circle, json!({})).is_err());
    }

    #[test]
    fn deep_nesting_ends_in_an_error_and_not_in_the_stack() {
        for (open, close) in [("{a", "}"), ("{a(b:[", "])}"), ("{a(b:{c:", "})}")] {
            let nested = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            assert!(cost(&nested, json!({})).is_err());
        }
    }
}
