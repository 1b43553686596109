//! Every GraphQL document that is sent validates against GitHub's published schema.

use std::{fs, path::Path};

use apollo_compiler::{ExecutableDocument, Schema, validation::Valid};

#[test]
fn every_document_validates_against_githubs_schema() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let published = here.join("../../.cache/github/graphql-schema/schema.graphql");
    let text = fs::read_to_string(&published)
        .unwrap_or_else(|error| panic!("{}: {error}; run scripts/setup test", published.display()));
    let schema = Schema::parse_and_validate(text, &published).unwrap_or_else(|invalid| {
        // GitHub publishes one field of `EnterpriseOwnerInfo` twice, word for word. Anything
        // else that is wrong with the schema would make this test meaningless.
        for error in invalid.errors.iter() {
            let message = error.error.to_string();
            assert!(
                message.starts_with("duplicate definitions for the"),
                "{message}"
            );
        }
        Valid::assume_valid(invalid.partial)
    });

    let mut seen = 0;
    for entry in fs::read_dir(here.join("src/gh/documents")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if let Err(invalid) = ExecutableDocument::parse_and_validate(&schema, text, &path) {
            panic!("{}", invalid.errors);
        }
        seen += 1;
    }
    assert!(seen > 0, "the folder of documents is empty");
}
