//! Which issues a worker may take, and in which order.

use althing_diag::{Code, Finding, Location, Severity, id::RepoName};
use althing_forge::{BoardIssue, IssueState};

use crate::System;

/// Of the issues given, which are ready or under way on the board, those of this repository that
/// are open and carry the label of this kind of machine (B-216 to B-218), oldest first (B-031):
/// by creation, then by number.
pub fn eligible(mut issues: Vec<BoardIssue>, repo: &RepoName, system: System) -> Vec<BoardIssue> {
    issues.retain(|issue| {
        issue.state == IssueState::Open
            && issue.repo == *repo
            && is_routed_to(system, issue.labels.iter().map(String::as_str))
    });
    issues.sort_by_key(|issue| (issue.created_at, issue.number));
    issues
}

/// Takes out of `waiting` what is tried next: the first (B-031). Whoever just lost one to somebody
/// else takes one further down instead, at random and from twice as many each time, so that
/// workers who woke together part; though never one of another status while there is one of this.
/// `dice` is from 0 to 1.
pub(crate) fn next(waiting: &mut Vec<BoardIssue>, lost: u32, dice: f64) -> Option<BoardIssue> {
    let first = waiting.first()?;
    let alike = waiting.iter().take_while(|it| it.status == first.status);
    let among = alike.take(2_usize.saturating_pow(lost)).count();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a board has few issues"
    )]
    let chosen = (dice * among as f64) as usize;
    Some(waiting.remove(chosen.min(among - 1)))
}

/// Open issues of this repository among those given that bear no label of any kind of machine
/// (B-085): no worker ever takes them.
pub(crate) fn unrouted(issues: &[BoardIssue], repo: &RepoName) -> Vec<Finding> {
    let labels = System::ALL.map(System::name);
    let routed = |issue: &&BoardIssue| {
        let mut own = issue.labels.iter();
        own.any(|label| labels.contains(&label.as_str()))
    };
    let open = |issue: &&BoardIssue| issue.state == IssueState::Open && issue.repo == *repo;
    let lost = issues.iter().filter(open).filter(|issue| !routed(issue));
    lost.map(|issue| {
        Finding::error(
            Code::IssueMalformed,
            format!("the issue is {}, but no worker takes it", issue.status),
            format!("give it one of the labels {}", labels.join(", ")),
        )
        .at(Location::file(format!("issue #{}", issue.number)))
        .with_severity(Severity::Warning)
    })
    .collect()
}

/// Whether these labels say that the issue is for this kind of machine (B-074).
pub(crate) fn is_routed_to<'a>(system: System, mut labels: impl Iterator<Item = &'a str>) -> bool {
    labels.any(|label| label == system.name())
}

#[cfg(test)]
mod tests {
    use althing_diag::id::RepoName;
    use althing_forge::{Base, BoardIssue, IssueNumber, IssueState, ItemId, RepositoryId};

    use rstest::rstest;

    use super::{eligible, next, unrouted};
    use crate::System;

    fn issue(number: u64, second: i64, label: &str, state: IssueState) -> BoardIssue {
        BoardIssue {
            item: ItemId(number.to_string()),
            status: "ready".to_owned(),
            repository: RepositoryId("R".to_owned()),
            repo: "o/r".parse().expect("repo"),
            number: IssueNumber(number),
            title: String::new(),
            body: String::new(),
            url: String::new(),
            state,
            labels: vec!["other".to_owned(), label.to_owned()],
            created_at: jiff::Timestamp::from_second(second).expect("time"),
            base: Base {
                branch: "main".to_owned(),
                sha: "a".repeat(40).parse().expect("sha"),
            },
            mark: None,
        }
    }

    #[test]
    fn open_issues_of_this_system_and_repository_oldest_first() {
        let repo: RepoName = "o/r".parse().expect("repo");
        let elsewhere = BoardIssue {
            repo: "o/other".parse().expect("repo"),
            ..issue(1, 0, "n150", IssueState::Open)
        };
        let issues = vec![
            issue(9, 30, "n150", IssueState::Open),
            issue(8, 20, "n150", IssueState::Open),
            issue(7, 20, "n150", IssueState::Open),
            issue(6, 10, "n150", IssueState::Closed),
            issue(5, 10, "n300", IssueState::Open),
            issue(4, 10, "N150", IssueState::Open),
            elsewhere,
        ];
        let order: Vec<u64> = eligible(issues, &repo, System::N150)
            .iter()
            .map(|issue| issue.number.0)
            .collect();
        assert_eq!(order, [7, 8, 9]);
    }

    #[test]
    fn an_issue_without_a_label_of_a_machine_is_told() {
        let elsewhere = BoardIssue {
            repo: "o/other".parse().expect("repo"),
            ..issue(4, 0, "bug", IssueState::Open)
        };
        let issues = [
            issue(1, 0, "n300", IssueState::Open),
            issue(2, 0, "n3000", IssueState::Open),
            issue(3, 0, "bug", IssueState::Closed),
            elsewhere,
        ];
        let findings = unrouted(&issues, &"o/r".parse().expect("repo"));
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "issue #2: warning[issue-malformed]: the issue is ready, but no worker takes it; \
              give it one of the labels n150, n300, lb"
            ]
        );
    }

    #[rstest]
    #[case::the_oldest(0, 0.99, 1)]
    #[case::one_of_two(1, 0.99, 2)]
    #[case::or_the_oldest(1, 0.4, 1)]
    #[case::one_of_four(2, 0.5, 3)]
    #[case::none_of_another_status(9, 1.0, 5)]
    fn who_loses_looks_further_down(#[case] lost: u32, #[case] dice: f64, #[case] number: u64) {
        let ready = (1..=5).map(|it| issue(it, 0, "n150", IssueState::Open));
        let dead = (6..=9).map(|it| BoardIssue {
            status: "in progress".to_owned(),
            ..issue(it, 0, "n150", IssueState::Open)
        });
        let mut waiting: Vec<BoardIssue> = ready.chain(dead).collect();
        let chosen = next(&mut waiting, lost, dice).expect("one");
        assert_eq!((chosen.number.0, waiting.len()), (number, 8));
        assert!(next(&mut Vec::new(), lost, dice).is_none());
    }
}
