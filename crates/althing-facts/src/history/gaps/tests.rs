use althing_forge::{ErrorKind, ForgeError, Partial, PastCheck, PastCommit};

use super::Gaps;

fn failure(kind: ErrorKind) -> ForgeError {
    ForgeError {
        kind,
        command: "gh api".to_owned(),
        message: "no".to_owned(),
    }
}

fn commit(digit: char) -> PastCommit {
    PastCommit {
        sha: digit.to_string().repeat(40).parse().expect("a commit id"),
        title: "Change".to_owned(),
        author: None,
        committed_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        pull: None,
        checks: PastCheck::Unasked,
    }
}

fn named(gaps: Gaps) -> Vec<(String, String)> {
    let gaps = gaps.named().into_iter();
    gaps.map(|gap| (gap.facts, gap.why)).collect()
}

#[test]
fn a_list_that_was_cut_or_refused_is_a_gap_and_a_whole_one_is_none() {
    let list = |complete| {
        Ok(Partial {
            items: vec![1],
            complete,
        })
    };
    let mut gaps = Gaps::default();
    assert_eq!(gaps.list("issues", list(true)), Ok(vec![1]));
    assert_eq!(gaps.list("issues", list(false)), Ok(vec![1]));
    let refused = Err::<Partial<i32>, _>(failure(ErrorKind::Forbidden));
    assert_eq!(gaps.list("pulls", refused), Ok(Vec::new()));
    let told = named(gaps);
    let facts: Vec<&str> = told.iter().map(|gap| gap.0.as_str()).collect();
    assert_eq!(facts, ["activity", "issues", "activity", "pulls"]);
    assert_eq!(told[3].1, "`gh api` failed: no");
}

#[test]
fn what_would_fail_the_next_request_too_ends_the_gathering() {
    for kind in [
        ErrorKind::RateLimited { until: None },
        ErrorKind::Transient,
        ErrorKind::NotLoggedIn,
    ] {
        let read = Err::<Partial<i32>, _>(failure(kind.clone()));
        let error = Gaps::default().list("issues", read);
        assert_eq!(error, Err(failure(kind)));
    }
}

#[test]
fn many_commits_that_lack_the_same_are_one_gap() {
    let mut gaps = Gaps::default();
    for digit in '1'..='7' {
        let cut = Ok(Partial::<i32> {
            items: Vec::new(),
            complete: false,
        });
        let read = gaps.of_commit("builds", "checks", &commit(digit), cut);
        assert_eq!(read, Ok(Vec::new()));
    }
    let [(facts, why)] = &named(gaps)[..] else {
        panic!("one gap");
    };
    assert_eq!(facts, "builds");
    assert_eq!(
        why,
        "the forge does not give all checks of 1111111, 2222222, 3333333, 4444444, 5555555 and 2 more"
    );
}
