//! What the record says of bring-up runs: each one's entries, folded.

use std::collections::BTreeMap;

use althing_ledger::{Entry, SubjectId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{RunId, Usage};

/// A run, as its entries tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunStory {
    /// The run.
    pub run_id: RunId,
    /// The issue.
    pub issue: SubjectId,
    /// Login of the account that the worker used.
    pub account: String,
    /// The time of its first entry.
    pub started: Timestamp,
    /// When it ended; nothing while it goes on, or when it died.
    pub ended: Option<Timestamp>,
    /// The status that it set last.
    pub status: Option<String>,
    /// How many attempts were judged.
    pub attempts: u32,
    /// How long the agent worked, in seconds.
    pub agent_seconds: u64,
    /// What the agent used, over all its threads; zero for an agent that does not say.
    pub usage: Usage,
    /// The commit of the weights on the hub; nothing when they were not had from there.
    pub weights: Option<String>,
    /// The pull request, if one was opened.
    pub pull: Option<String>,
    /// How it ended, one sentence.
    pub summary: Option<String>,
    /// Everything that was recorded of it, in order.
    pub timeline: Vec<RunStep>,
}

/// Something that was recorded of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunStep {
    /// Number of the entry.
    pub seq: u64,
    /// When.
    pub time: Timestamp,
    /// What, as the ledger names it: `agent.ran`.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// The particulars.
    pub data: Value,
}

/// The runs that the entries tell of, in the order in which they began.
pub fn runs<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<RunStory> {
    let mut runs: Vec<RunStory> = Vec::new();
    let mut threads = BTreeMap::<(RunId, String), Usage>::new();
    for entry in entries {
        let named = text(&entry.data, "run_id").and_then(|id| RunId::parse(&id));
        let Some(run_id) = named else { continue };
        let place = runs.iter().position(|run| run.run_id == run_id);
        let place = place.unwrap_or_else(|| {
            runs.push(RunStory::begun(run_id, entry));
            runs.len() - 1
        });
        let Some(run) = runs.get_mut(place) else {
            continue;
        };
        run.add(entry);
        // The usage of a turn is that of its whole thread.
        let usage = entry.data.get("usage").cloned();
        let usage = usage.and_then(|usage| serde_json::from_value::<Usage>(usage).ok());
        if let (Some(thread), Some(usage)) = (text(&entry.data, "thread"), usage) {
            threads.insert((run_id, thread), usage);
        }
    }
    for ((run_id, _), usage) in threads {
        if let Some(run) = runs.iter_mut().find(|run| run.run_id == run_id) {
            run.usage = run.usage.and(usage);
        }
    }
    runs
}

impl RunStory {
    fn begun(run_id: RunId, entry: &Entry) -> Self {
        Self {
            run_id,
            issue: entry.subject.clone(),
            account: entry.actor.login.clone(),
            started: entry.time,
            ended: None,
            status: None,
            attempts: 0,
            agent_seconds: 0,
            usage: Usage::default(),
            weights: None,
            pull: None,
            summary: None,
            timeline: Vec::new(),
        }
    }

    fn add(&mut self, entry: &Entry) {
        let data = &entry.data;
        let words = match entry.kind.name() {
            "status.moved" => {
                self.status = text(data, "to");
                format!("{} → {}", said(data, "from"), said(data, "to"))
            }
            "agent.ran" => {
                let seconds = data.get("seconds").and_then(Value::as_u64).unwrap_or(0);
                self.agent_seconds = self.agent_seconds.saturating_add(seconds);
                format!(
                    "attempt {}: the agent worked {seconds} s ({})",
                    said(data, "attempt"),
                    said(data, "ending")
                )
            }
            "checks.run" => {
                self.attempts += 1;
                let passed = data.get("passed").and_then(Value::as_bool) == Some(true);
                let how = if passed { "passed" } else { "did not pass" };
                format!("attempt {}: the checks {how}", said(data, "attempt"))
            }
            "pull.opened" => {
                self.pull = text(data, "url");
                format!("opened {}", said(data, "url"))
            }
            "branch.pushed" => format!("pushed {}", said(data, "branch")),
            "run.ended" => {
                self.ended = Some(entry.time);
                self.status = text(data, "status").or_else(|| self.status.take());
                self.summary = text(data, "summary");
                self.weights = text(data, "weights");
                format!("ended: {}", said(data, "summary"))
            }
            "claim.lost" => format!("not claimed: {}", said(data, "why")),
            other => other.replace('.', " "),
        };
        self.timeline.push(RunStep {
            seq: entry.seq,
            time: entry.time,
            kind: entry.kind.name(),
            text: words,
            data: data.clone(),
        });
    }
}

/// A text among the particulars.
fn text(data: &Value, field: &str) -> Option<String> {
    data.get(field)?.as_str().map(str::to_owned)
}

/// The same for people; numbers too.
fn said(data: &Value, field: &str) -> String {
    match data.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use althing_diag::id::{Account, UserId};
    use althing_ledger::{Entry, EntryHash};
    use serde_json::{Value, json};

    use super::runs;

    const ONE: &str = "5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e";
    const TWO: &str = "6d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e";

    fn entries(all: &[(&str, &str, Value)]) -> Vec<Entry> {
        let entry = |(place, (kind, run, data)): (usize, &(&str, &str, Value))| {
            let mut data = data.clone();
            data["run_id"] = json!(run);
            Entry {
                seq: place as u64 + 1,
                time: format!("2026-03-02T12:00:{place:02}Z")
                    .parse()
                    .expect("time"),
                actor: Account {
                    id: UserId(3),
                    login: "worker".to_owned(),
                },
                subject: "o/r#5".parse().expect("id"),
                kind: kind.parse().expect("kind"),
                data,
                charter: None,
                previous: EntryHash::GENESIS,
                hash: EntryHash::GENESIS,
            }
        };
        all.iter().enumerate().map(entry).collect()
    }

    fn turn(thread: &str, tokens: u64) -> Value {
        let usage = json!({ "input_tokens": tokens, "output_tokens": 1 });
        json!({ "attempt": 1, "ending": "exit code 0", "seconds": 7, "thread": thread, "usage": usage })
    }

    #[test]
    fn entries_of_several_runs_are_told_apart_and_added_up() {
        let all = entries(&[
            ("claim.won", ONE, json!({ "fence": "f" })),
            ("claim.lost", TWO, json!({ "why": "held" })),
            (
                "status.moved",
                ONE,
                json!({ "from": "ready", "to": "in progress" }),
            ),
            ("agent.ran", ONE, turn("a", 100)),
            ("checks.run", ONE, json!({ "attempt": 1, "passed": false })),
            ("agent.ran", ONE, turn("a", 250)),
            ("agent.ran", ONE, turn("b", 40)),
            ("checks.run", ONE, json!({ "attempt": 2, "passed": true })),
            (
                "pull.opened",
                ONE,
                json!({ "number": 9, "url": "https://x/9" }),
            ),
            (
                "run.ended",
                ONE,
                json!({ "status": "in review", "attempts": 2, "summary": "done" }),
            ),
        ]);
        let told = runs(&all);
        assert_eq!(told.len(), 2);
        let one = &told[0];
        assert_eq!((one.attempts, one.agent_seconds), (2, 21));
        // A thread's usage counts once, as it was last.
        assert_eq!(one.usage.total(), 250 + 1 + 40 + 1);
        assert_eq!(one.status.as_deref(), Some("in review"));
        assert_eq!(one.pull.as_deref(), Some("https://x/9"));
        assert_eq!(
            one.ended.map(|it| it.to_string()).as_deref(),
            Some("2026-03-02T12:00:09Z")
        );
        let texts: Vec<&str> = one.timeline.iter().map(|it| it.text.as_str()).collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        claim won
        ready → in progress
        attempt 1: the agent worked 7 s (exit code 0)
        attempt 1: the checks did not pass
        attempt 1: the agent worked 7 s (exit code 0)
        attempt 1: the agent worked 7 s (exit code 0)
        attempt 2: the checks passed
        opened https://x/9
        ended: done
        ");
        assert_eq!((told[1].timeline.len(), told[1].ended), (1, None));
    }

    #[test]
    fn entries_of_no_run_are_passed_over() {
        let mut all = entries(&[("claim.won", "no-run-id", json!({}))]);
        all[0].data = json!(null);
        assert!(runs(&all).is_empty());
    }
}
