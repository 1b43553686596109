//! What a mark says: the claim as in the comment, and how long it holds.

use std::time::Duration;

use althing_forge::{IssueNumber, Mark};

use super::protocol::SeenFence;
use crate::{Claim, RunId};

/// The text of a mark. The lines of the claim are those of the comment; who reads
/// `git log refs/althing/claims/issue-N` sees who had the issue when.
pub(crate) fn text(issue: IssueNumber, claim: &Claim, ttl: Duration) -> String {
    format!("Claim of issue {issue}\n\n{claim}\nttl: {}", ttl.as_secs())
}

/// Reads a mark. One that says nothing is still a fence: it holds for our own time.
pub(crate) fn read(mark: &Mark) -> SeenFence {
    let value = |key: &str| {
        let mut lines = mark.text.lines();
        lines.find_map(|line| line.trim_end().strip_prefix(key)?.strip_prefix(": "))
    };
    SeenFence {
        mark: mark.id.clone(),
        run: value("run_id").and_then(RunId::parse),
        since: mark.at,
        ttl: value("ttl")
            .and_then(|seconds| seconds.parse::<u32>().ok())
            .map(|seconds| Duration::from_secs(seconds.into())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use althing_forge::{IssueNumber, Mark};
    use jiff::Timestamp;

    use super::{read, text};
    use crate::{Claim, RunId, System};

    #[test]
    fn what_is_written_is_read() {
        let run = RunId::parse("5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e").expect("id");
        let now: Timestamp = "2026-11-21T12:00:00.987Z".parse().expect("time");
        let claim = Claim::new("w7", System::N300, run, now);
        let text = text(IssueNumber(5), &claim, Duration::from_secs(3600));
        insta::assert_snapshot!(text, @r"
        Claim of issue 5

        [yt-claim]
        worker: w7
        system: n300
        run_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e
        timestamp: 2026-11-21T12:00:00Z
        ttl: 3600
        ");
        let mark = |text: &str| Mark {
            id: "a".repeat(40).parse().expect("id"),
            text: text.to_owned(),
            at: now,
        };
        let fence = read(&mark(&text));
        assert_eq!(
            (fence.run, fence.ttl),
            (Some(run), Some(Duration::from_secs(3600)))
        );
        let mute = read(&mark("First commit\n"));
        assert_eq!((mute.run, mute.ttl, mute.since), (None, None, now));
    }
}
