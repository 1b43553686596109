//! What the forge shows, as the protocol sees it.

use althing_diag::id::UserId;
use althing_forge::{Comment, IssueSnapshot, IssueState};

use super::{
    mark,
    protocol::{Seen, SeenClaim, Standing},
};
use crate::{
    Claim, Status, System,
    claim::{MARKER, is_own},
};

/// One look: the issue now, and its comments as far back as was read.
pub(crate) fn seen(
    now: &IssueSnapshot,
    comments: &[Comment],
    author: UserId,
    claim: &Claim,
) -> Seen {
    Seen {
        at: now.at,
        standing: standing(now, claim.system),
        claims: claims(comments, author, claim),
        fence: now.mark.as_ref().map(mark::read),
    }
}

/// Whether an issue can be worked on by this kind of machine, and why not.
fn standing(now: &IssueSnapshot, system: System) -> Standing {
    let status = now.item.as_ref().and_then(|item| item.status.as_deref());
    if now.state != IssueState::Open {
        return Standing::Other("it is closed".to_owned());
    }
    if !now.labels.iter().any(|label| label == system.name()) {
        return Standing::Other(format!("it lost the label `{system}`"));
    }
    match status.map(Status::parse) {
        Some(Ok(Status::Ready)) => Standing::Ready,
        Some(Ok(Status::InProgress)) => Standing::InProgress,
        _ => Standing::Other(format!("its status is `{}`", status.unwrap_or("none"))),
    }
}

/// The claim comments.
pub(crate) fn claims(comments: &[Comment], author: UserId, claim: &Claim) -> Vec<SeenClaim> {
    let marked = comments
        .iter()
        .filter(|comment| comment.body.contains(MARKER));
    marked
        .map(|comment| {
            let written = Claim::parse(&comment.body);
            SeenClaim {
                comment: comment.id,
                own: is_own(comment, author, claim),
                run: written.as_ref().map(|written| written.run_id),
                said: comment.edited_at.unwrap_or(comment.created_at),
                ended: written.is_some_and(|written| is_ended(comment, &written, comments)),
            }
        })
        .collect()
}

/// Whether a later comment of the same author names the run: that is how runs tell their end.
fn is_ended(comment: &Comment, claim: &Claim, comments: &[Comment]) -> bool {
    let line = format!("run_id: {}", claim.run_id);
    comments.iter().any(|later| {
        later.id > comment.id
            && later.author == comment.author
            && !later.body.contains(MARKER)
            && later.body.lines().any(|text| text.trim_end() == line)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use althing_diag::id::{Account, UserId};
    use althing_forge::{Comment, CommentId};
    use jiff::{SignedDuration, Timestamp};
    use rstest::rstest;

    use super::claims;
    use crate::{
        Claim, RunId, System,
        lease::protocol::{Seen, Standing, Terms},
    };

    const RUN: &str = "5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e";
    const NOW: &str = "2026-11-21T12:00:00Z";

    fn claim() -> Claim {
        let now = NOW.parse().expect("time");
        Claim::new("w7", System::N300, RunId::parse(RUN).expect("id"), now)
    }

    fn comment(id: u64, author: u64, body: &str) -> Comment {
        Comment {
            id: CommentId(id),
            author: Some(Account {
                id: UserId(author),
                login: format!("u{author}"),
            }),
            body: body.to_owned(),
            created_at: NOW.parse().expect("time"),
            edited_at: None,
        }
    }

    /// What a worker of another account sees.
    fn seen(comments: &[Comment], age: i64) -> Seen {
        let now: Timestamp = NOW.parse().expect("time");
        let other = Claim {
            run_id: RunId::generate(),
            ..claim()
        };
        Seen {
            at: now + SignedDuration::from_secs(age),
            standing: Standing::Ready,
            claims: claims(comments, UserId(9), &other),
            fence: None,
        }
    }

    #[test]
    fn the_latest_claim_is_found_among_other_comments_whatever_their_order() {
        let body = claim().to_string();
        let comments = [
            comment(5, 1, &body),
            comment(9, 2, "thanks"),
            comment(3, 2, &body),
        ];
        let seen = seen(&comments, 0);
        assert_eq!(seen.latest().expect("claim").comment, CommentId(5));
    }

    #[rstest]
    #[case::just_claimed(&[], 60, true)]
    #[case::almost_old(&[], 3600, true)]
    #[case::old(&[], 3601, false)]
    #[case::ended(&[(6, 1, "status set: `failed`\nrun_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e")], 60, false)]
    #[case::ended_by_a_stranger(&[(6, 2, "run_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e")], 60, true)]
    #[case::talked_about(&[(6, 1, "run_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e?")], 60, true)]
    fn a_claim_lives_until_its_run_ends_or_it_is_old(
        #[case] later: &[(u64, u64, &str)],
        #[case] age: i64,
        #[case] lives: bool,
    ) {
        let mut comments = vec![comment(5, 1, &claim().to_string())];
        comments.extend(
            later
                .iter()
                .map(|(id, author, body)| comment(*id, *author, body)),
        );
        let terms = Terms::new(Duration::from_secs(3600));
        let obstacle = seen(&comments, age).obstacle(&terms);
        assert_eq!(obstacle.is_some(), lives, "{obstacle:?}");
    }

    #[test]
    fn a_claim_that_is_renewed_stays_young() {
        let mut renewed = comment(5, 1, &claim().to_string());
        let later: Timestamp = NOW.parse().expect("time");
        renewed.edited_at = Some(later + SignedDuration::from_secs(3000));
        let terms = Terms::new(Duration::from_secs(3600));
        assert!(seen(&[renewed], 6000).obstacle(&terms).is_some());
    }
}
