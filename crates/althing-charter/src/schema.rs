//! JSON Schemas of the two files, for editors and CI.

use serde_json::Value;

use crate::raw::{RawCharter, RawMembers};

/// The JSON Schema of `.althing/charter.yaml`.
pub fn charter_schema() -> Value {
    schemars::schema_for!(RawCharter).to_value()
}

/// The JSON Schema of `.althing/members.yaml`.
pub fn members_schema() -> Value {
    schemars::schema_for!(RawMembers).to_value()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schemas_are_published_as_they_are() {
        insta::assert_json_snapshot!("charter", super::charter_schema());
        insta::assert_json_snapshot!("members", super::members_schema());
    }
}
