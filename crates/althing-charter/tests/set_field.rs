//! A field of a file is set as a careful person would, or not at all.

use althing_charter::set_field;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case::a_word(
    "a: 1 # one\nstatus: draft   # so far\n",
    "status",
    "stable",
    "a: 1 # one\nstatus: stable   # so far\n"
)]
#[case::within(
    "life:\n  state: \"draft\" # x\n  since: 2026-01-01\n",
    "life.state",
    "no more",
    "life:\n  state: \"no more\" # x\n  since: 2026-01-01\n"
)]
#[case::in_a_line("- x: 1\n", "0.x", "2", "")]
#[case::in_braces(
    "pack: { name: p, state: draft }\n",
    "pack.state",
    "stable",
    "pack: { name: p, state: stable }\n"
)]
#[case::in_json(
    "{\n  \"state\": \"draft\",\n  \"n\": 1\n}\n",
    "state",
    "in review",
    "{\n  \"state\": \"in review\",\n  \"n\": 1\n}\n"
)]
#[case::new_at_the_end("a:\n  b: 1\n\n# end\n", "c", "true", "a:\n  b: 1\nc: true\n\n# end\n")]
#[case::new_within("a:\n  b: 1\nd: 2\n", "a.c", "x", "a:\n  b: 1\n  c: x\nd: 2\n")]
#[case::a_list_stays("a: [1]\n", "a", "x", "")]
#[case::nothing_within_a_word("a: b\n", "a.c", "x", "")]
#[case::no_new_field_in_braces("a: { b: 1 }\n", "a.c", "x", "")]
#[case::several_lines("a: |\n  b\n", "a", "x", "")]
fn fields_are_set(
    #[case] text: &str,
    #[case] field: &str,
    #[case] value: &str,
    #[case] expected: &str,
) {
    match set_field("f.yaml", text, field, value) {
        Ok(changed) => {
            assert_eq!(changed.as_deref(), Some(expected));
            assert_eq!(
                set_field("f.yaml", expected, field, value),
                Ok(None),
                "and only once"
            );
        }
        Err(error) => assert!(expected.is_empty() && error.contains("f.yaml"), "{error}"),
    }
}

proptest! {
    #[test]
    fn any_text_is_changed_or_left(text in "[a-c:{}\\[\\], \n\"'#|-]{0,40}", value in ".{0,12}") {
        if let Ok(Some(changed)) = set_field("f", &text, "a", &value) {
            prop_assert_eq!(set_field("f", &changed, "a", &value), Ok(None), "{}", changed);
        }
    }
}
