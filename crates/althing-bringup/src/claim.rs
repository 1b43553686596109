//! The claim comment (specification §6.1): how a worker says that an issue is its own.

use std::fmt;

use althing_diag::id::UserId;
use althing_forge::Comment;
use jiff::{Timestamp, Unit};
use serde::{Serialize, Serializer};

use crate::System;

/// The marker that makes a comment a claim.
pub(crate) const MARKER: &str = "[yt-claim]";

/// The id of one run, random and unique.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(uuid::Uuid);

impl RunId {
    /// A new one.
    pub fn generate() -> Self {
        Self(uuid::Uuid::new_v4())
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Option<Self> {
        uuid::Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunId({self})")
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// `YT_WORKER_NAME` of the claimant.
    pub worker: String,
    /// Its kind of machine.
    pub system: System,
    /// Its run.
    pub run_id: RunId,
    /// When it claimed, by its own clock, to the second.
    pub timestamp: Timestamp,
}

impl Claim {
    /// A claim made at `now`, cut to whole seconds.
    pub fn new(worker: &str, system: System, run_id: RunId, now: Timestamp) -> Self {
        let seconds = jiff::TimestampRound::new()
            .smallest(Unit::Second)
            .mode(jiff::RoundMode::Trunc);
        Self {
            worker: worker.to_owned(),
            system,
            run_id,
            timestamp: now.round(seconds).unwrap_or(now),
        }
    }

    /// Reads a comment that is a claim: the marker and the four lines in their order, and nothing
    /// else but what an empty line divides from them. Trailing blanks and line endings do not
    /// matter.
    pub fn parse(body: &str) -> Option<Self> {
        let mut lines = body.trim_end().lines().map(str::trim_end);
        let marker = lines.next()?;
        let mut value = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(": ");
        let claim = Self {
            worker: value("worker")?.to_owned(),
            system: value("system")?.parse().ok()?,
            run_id: RunId::parse(value("run_id")?)?,
            timestamp: value("timestamp")?.parse().ok()?,
        };
        (marker == MARKER && lines.next().is_none_or(str::is_empty)).then_some(claim)
    }
}

/// The body of the comment, line by line as specified (B-144 to B-148).
impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            worker,
            system,
            run_id,
            timestamp,
        } = self;
        write!(
            f,
            "{MARKER}\nworker: {worker}\nsystem: {system}\nrun_id: {run_id}\ntimestamp: {timestamp}"
        )
    }
}

/// Whether the comment is this run's claim: right author, and right worker and run (B-155).
pub(crate) fn is_own(comment: &Comment, author: UserId, claim: &Claim) -> bool {
    let written = Claim::parse(&comment.body);
    comment
        .author
        .as_ref()
        .is_some_and(|account| account.id == author)
        && written
            .is_some_and(|written| written.run_id == claim.run_id && written.worker == claim.worker)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use althing_diag::id::{Account, UserId};
    use althing_forge::{Comment, CommentId};
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Claim, RunId, is_own};
    use crate::System;

    const RUN: &str = "5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e";

    fn claim() -> Claim {
        let now = "2026-11-21T12:00:00.987Z".parse().expect("time");
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
            created_at: "2026-11-21T12:00:01Z".parse().expect("time"),
            edited_at: None,
        }
    }

    #[test]
    fn the_comment_has_the_documented_lines() {
        insta::assert_snapshot!(claim(), @r"
        [yt-claim]
        worker: w7
        system: n300
        run_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e
        timestamp: 2026-11-21T12:00:00Z
        ");
        assert_eq!(Claim::parse(&claim().to_string()), Some(claim()));
        assert_eq!(
            Claim::parse(&claim().to_string().replace('\n', "\r\n")),
            Some(claim())
        );
    }

    #[rstest]
    #[case("w7", "w 7\nrun_id: x")]
    #[case("[yt-claim]", "[yt-claim] ours")]
    #[case("n300", "n200")]
    #[case(RUN, "1")]
    #[case("2026-11-21T12:00:00Z", "yesterday")]
    #[case("2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z\nmore: 1")]
    fn other_texts_are_no_claim(#[case] part: &str, #[case] instead: &str) {
        assert_eq!(
            Claim::parse(&claim().to_string().replace(part, instead)),
            None
        );
    }

    #[test]
    fn run_ids_are_unique() {
        let ids: BTreeSet<RunId> = (0..1000).map(|_| RunId::generate()).collect();
        assert_eq!(ids.len(), 1000);
    }

    #[rstest]
    #[case::own(1, RUN, "w7", true)]
    #[case::other_account(2, RUN, "w7", false)]
    #[case::other_run(1, "6d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e", "w7", false)]
    #[case::other_worker(1, RUN, "w8", false)]
    fn a_claim_is_own_by_author_worker_and_run(
        #[case] author: u64,
        #[case] run: &str,
        #[case] worker: &str,
        #[case] own: bool,
    ) {
        let body = claim().to_string().replace(RUN, run).replace("w7", worker);
        assert_eq!(is_own(&comment(5, author, &body), UserId(1), &claim()), own);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(body in "(\\[yt-claim\\]\n)?(.|\n){0,200}") {
            let _ = Claim::parse(&body);
        }
    }
}
