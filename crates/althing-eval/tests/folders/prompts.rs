//! Ids that do not fit a model.

use rstest::rstest;

use crate::folder::Folder;

#[rstest]
#[case::none(vec![], "there are no tokens")]
#[case::empty(vec![vec![]], "there are no tokens")]
#[case::uneven(vec![vec![1, 2], vec![1]], "row 1 has 1 tokens, row 0 has 2")]
#[case::unknown(vec![vec![1], vec![320]], "token 320 is beyond the model's vocabulary of 320")]
#[case::long(vec![vec![1; 513]], "513 tokens are more than the model's 512 positions")]
fn rows_that_do_not_fit_are_refused(#[case] ids: Vec<Vec<u32>>, #[case] reason: &str) {
    let model = Folder::of("llama_untied").open().expect("a model");
    let full = model.full(&ids, 0).expect_err("a refusal");
    assert_eq!(full.to_string(), reason);
    let fed = model.session(ids.len()).feed(&ids).expect_err("a refusal");
    assert_eq!(fed.to_string(), reason);
}

#[test]
fn what_does_not_follow_is_refused() {
    let model = Folder::of("llama_untied").open().expect("a model");
    let beyond = model.full(&[vec![1, 2]], 2).expect_err("a refusal");
    assert_eq!(beyond.to_string(), "logits from position 2 of 2");
    let mut session = model.session(2);
    let one = session.feed(&[vec![1]]).expect_err("a refusal");
    assert_eq!(one.to_string(), "1 rows for a batch of 2");
    session.feed(&[vec![1; 512], vec![2; 512]]).expect("fits");
    let more = session.feed(&[vec![1], vec![1]]).expect_err("a refusal");
    let reason = "513 tokens are more than the model's 512 positions";
    assert_eq!(more.to_string(), reason);
}

#[test]
fn what_was_refused_is_not_fed() {
    let model = Folder::of("llama_untied").open().expect("a model");
    let mut session = model.session(1);
    session.feed(&[vec![3, 4]]).expect("fits");
    session.feed(&[vec![999]]).expect_err("a refusal");
    let logits = session.feed(&[vec![5]]).expect("fits");
    assert_eq!(logits, model.full(&[vec![3, 4, 5]], 2).expect("fits"));
}
