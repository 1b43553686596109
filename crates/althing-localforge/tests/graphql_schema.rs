//! Truth to GitHub: what the forge serves is a subset of GitHub's published GraphQL schema.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{FieldDefinition, InputValueDefinition},
    schema::ExtendedType,
};

/// What is served although the published schema has it no longer, each with the reason.
/// Empty: everything that gh 2.23 asks for in the commands we support still exists.
const BEYOND_GITHUB: &[(&str, &str)] = &[];

#[test]
fn the_served_schema_is_a_subset_of_githubs() {
    let github = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../.cache/github/graphql-schema/schema.graphql");
    let github = fs::read_to_string(&github)
        .unwrap_or_else(|error| panic!("{}: {error}: run scripts/setup test", github.display()));
    let foreign = differences(&althing_localforge::graphql::sdl(), &github);
    let excepted: BTreeSet<String> = BEYOND_GITHUB
        .iter()
        .map(|(what, _)| (*what).into())
        .collect();
    assert_eq!(foreign, excepted, "served, but not as GitHub publishes it");
}

#[test]
fn every_document_that_althing_sends_is_served() {
    let schema = althing_localforge::graphql::sdl();
    let schema = Schema::parse_and_validate(schema, "ours.graphql").unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../althing-forge/src/gh/documents");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let document = fs::read_to_string(&path).unwrap();
        if let Err(error) = ExecutableDocument::parse_and_validate(&schema, document, &path) {
            panic!("{}: {}", path.display(), error.errors);
        }
        count += 1;
    }
    assert!(count > 0, "documents were found");
}

/// Everything in `ours` that `theirs` does not have in the same form, by name.
fn differences(ours: &str, theirs: &str) -> BTreeSet<String> {
    let ours = Schema::parse_and_validate(ours, "ours.graphql").unwrap();
    // GitHub publishes a field twice in one type. What was read of it is all that we compare.
    let theirs = Schema::parse(theirs, "github.graphql").unwrap_or_else(|error| error.partial);
    let mut found = BTreeSet::new();
    for (name, our_type) in &ours.types {
        if our_type.is_built_in() {
            continue;
        }
        match theirs.types.get(name) {
            None => {
                found.insert(name.to_string());
            }
            Some(their_type) => compare_types(name, our_type, their_type, &mut found),
        }
    }
    found
}

fn compare_types(
    name: &Name,
    ours: &ExtendedType,
    theirs: &ExtendedType,
    found: &mut BTreeSet<String>,
) {
    match (ours, theirs) {
        (ExtendedType::Scalar(_), ExtendedType::Scalar(_)) => {}
        (ExtendedType::Object(ours), ExtendedType::Object(theirs)) => {
            for interface in &ours.implements_interfaces {
                if !theirs.implements_interfaces.contains(interface) {
                    found.insert(format!("{name} implements {interface}"));
                }
            }
            for (field, ours) in &ours.fields {
                compare_fields(
                    &format!("{name}.{field}"),
                    ours,
                    theirs.fields.get(field),
                    found,
                );
            }
        }
        (ExtendedType::Interface(ours), ExtendedType::Interface(theirs)) => {
            for (field, ours) in &ours.fields {
                compare_fields(
                    &format!("{name}.{field}"),
                    ours,
                    theirs.fields.get(field),
                    found,
                );
            }
        }
        (ExtendedType::Union(ours), ExtendedType::Union(theirs)) => {
            for member in &ours.members {
                if !theirs.members.contains(member) {
                    found.insert(format!("{name} = {member}"));
                }
            }
        }
        (ExtendedType::Enum(ours), ExtendedType::Enum(theirs)) => {
            for value in ours.values.keys() {
                if !theirs.values.contains_key(value) {
                    found.insert(format!("{name}.{value}"));
                }
            }
        }
        (ExtendedType::InputObject(ours), ExtendedType::InputObject(theirs)) => {
            let theirs: Vec<_> = theirs.fields.values().map(|field| &field.node).collect();
            let ours: Vec<_> = ours.fields.values().map(|field| &field.node).collect();
            compare_inputs(name, &ours, &theirs, found);
        }
        _ => {
            found.insert(format!("{name}: another kind of type"));
        }
    }
}

fn compare_fields(
    name: &str,
    ours: &FieldDefinition,
    theirs: Option<&apollo_compiler::schema::Component<FieldDefinition>>,
    found: &mut BTreeSet<String>,
) {
    let Some(theirs) = theirs else {
        found.insert(name.to_owned());
        return;
    };
    if ours.ty != theirs.ty {
        found.insert(format!("{name}: {} is {}", ours.ty, theirs.ty));
    }
    let ours: Vec<_> = ours.arguments.iter().collect();
    let theirs: Vec<_> = theirs.arguments.iter().collect();
    compare_inputs(name, &ours, &theirs, found);
}

/// Arguments or input fields: ours exist there with the same type and, if we name one, the same
/// default; and what is required there is known here.
fn compare_inputs(
    of: impl std::fmt::Display,
    ours: &[&Node<InputValueDefinition>],
    theirs: &[&Node<InputValueDefinition>],
    found: &mut BTreeSet<String>,
) {
    for our in ours {
        let name = format!("{of}({})", our.name);
        match theirs.iter().find(|their| their.name == our.name) {
            None => {
                found.insert(name);
            }
            Some(their) => {
                if our.ty != their.ty {
                    found.insert(format!("{name}: {} is {}", our.ty, their.ty));
                }
                if our.default_value.is_some() && our.default_value != their.default_value {
                    found.insert(format!("{name}: another default"));
                }
            }
        }
    }
    for their in theirs {
        if their.is_required() && !ours.iter().any(|our| our.name == their.name) {
            found.insert(format!("{of}({}) is required", their.name));
        }
    }
}

#[test]
fn the_comparison_finds_every_kind_of_difference() {
    let theirs = r#"
        type Query { node(id: ID!): Node, count(of: Kind = A): Int! }
        interface Node { id: ID! }
        type Issue implements Node { id: ID!, title: String! }
        type Team { id: ID! }
        union Thing = Issue
        enum Kind { A }
        input Filter { text: String, kind: Kind! }
        scalar URI
    "#;
    assert_eq!(differences(theirs, theirs), BTreeSet::new());

    let doctored = r#"
        type Query { node: Node, count(of: Kind = B, until: Int): Int, extra: URI }
        interface Node { id: ID!, url: URI }
        type Issue { id: ID, title: String! }
        type Team implements Node { id: ID!, url: URI }
        union Thing = Issue | Team
        enum Kind { A B }
        input Filter { text: [String] }
        enum URI { X }
        type Invented { id: ID! }
    "#;
    let expected = [
        "Filter(kind) is required",
        "Filter(text): [String] is String",
        "Invented",
        "Issue.id: ID is ID!",
        "Kind.B",
        "Node.url",
        "Query.count(of): another default",
        "Query.count(until)",
        "Query.count: Int is Int!",
        "Query.extra",
        "Query.node(id) is required",
        "Team implements Node",
        "Team.url",
        "Thing = Team",
        "URI: another kind of type",
    ];
    let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
    assert_eq!(differences(doctored, theirs), expected);
}
