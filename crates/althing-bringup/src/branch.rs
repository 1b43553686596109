//! The name of the branch that a bring-up is written on (specification §8.3).

use althing_forge::IssueNumber;

/// `bringup/issue-<ISSUE_NUMBER>-<SANITIZED_HF_ID>` (B-199).
pub fn branch_name(issue: IssueNumber, hf_model_id: &str) -> String {
    format!("bringup/issue-{issue}-{}", sanitize(hf_model_id))
}

/// Lower case; whatever is not `[a-z0-9._-]` becomes `-`; runs of `-` become one (B-200 to
/// B-203). Nothing is trimmed.
pub fn sanitize(hf_model_id: &str) -> String {
    let mut name = String::with_capacity(hf_model_id.len());
    for c in hf_model_id.to_lowercase().chars() {
        let plain = c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
        if plain {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use althing_forge::IssueNumber;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{branch_name, sanitize};

    #[rstest]
    #[case("A/B", "a-b")]
    #[case("a/b", "a-b")]
    #[case("a/b c+d", "a-b-c-d")]
    #[case("a/ü", "a-")]
    #[case("a//b--c", "a-b-c")]
    #[case("-a_.1", "-a_.1")]
    #[case("meta-llama/Llama-3.1-8B-Instruct", "meta-llama-llama-3.1-8b-instruct")]
    fn examples(#[case] id: &str, #[case] expected: &str) {
        assert_eq!(sanitize(id), expected);
    }

    #[test]
    fn the_branch_carries_the_issue() {
        assert_eq!(
            branch_name(IssueNumber(12), "meta-llama/Llama-3.1-8B-Instruct"),
            "bringup/issue-12-meta-llama-llama-3.1-8b-instruct"
        );
    }

    proptest! {
        #[test]
        fn any_id_gives_a_plain_name_and_doing_it_twice_changes_nothing(id in ".*") {
            let name = sanitize(&id);
            prop_assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c)));
            prop_assert!(!name.contains("--"));
            prop_assert_eq!(sanitize(&name), name);
        }
    }
}
