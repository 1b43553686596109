//! JSON Schemas of the two files, for editors and CI.

use serde_json::Value;

use crate::{
    RawVote,
    raw::{RawCharter, RawMembers},
};

/// The JSON Schema of `.althing/charter.yaml`.
pub fn charter_schema() -> Value {
    schemars::schema_for!(RawCharter).to_value()
}

/// The JSON Schema of `.althing/members.yaml`.
pub fn members_schema() -> Value {
    schemars::schema_for!(RawMembers).to_value()
}

/// The JSON Schema of the rules of a vote, as they stand within a charter.
pub fn vote_schema() -> Value {
    schemars::schema_for!(RawVote).to_value()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schemas_are_published_as_they_are() {
        insta::assert_json_snapshot!("charter", super::charter_schema());
        insta::assert_json_snapshot!("members", super::members_schema());
        insta::assert_json_snapshot!("vote", super::vote_schema());
    }
}
