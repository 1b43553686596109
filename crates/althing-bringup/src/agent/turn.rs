//! What is known of one turn of the agent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Trouble,
    event::{AgentEvent, Item},
};

/// Tokens, of a whole thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Read by the model, cached ones among them.
    pub input_tokens: u64,
    /// Read from the cache of the service.
    #[serde(default)]
    pub cached_input_tokens: u64,
    /// Written by the model, reasoning among them.
    pub output_tokens: u64,
}

impl Usage {
    /// All tokens read and written.
    pub fn total(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        let cached = self.cached_input_tokens;
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_input_tokens: cached.saturating_add(other.cached_input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
        }
    }

    /// What came on top of `before`, of the same thread.
    pub fn since(self, before: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_sub(before.input_tokens),
            cached_input_tokens: (self.cached_input_tokens)
                .saturating_sub(before.cached_input_tokens),
            output_tokens: self.output_tokens.saturating_sub(before.output_tokens),
        }
    }
}

/// One turn, as its events add up. A command that is not codex has no events, and a turn of it
/// nothing but an end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The thread.
    pub thread: Option<String>,
    /// What the thread has used; `None` when the turn did not end as it should.
    pub usage: Option<Usage>,
    /// How many commands it ran.
    pub commands: u32,
    /// The last thing that it said.
    pub message: Option<String>,
    /// Why the turn failed.
    pub failure: Option<String>,
}

impl Turn {
    /// Adds a line of output; says what people may want to see of it.
    pub fn hear(&mut self, line: &str) -> Option<String> {
        match AgentEvent::read(line)? {
            AgentEvent::Thread { thread_id } => self.thread = Some(thread_id),
            AgentEvent::Completed { usage } => self.usage = Some(usage),
            AgentEvent::Failed { error } => self.failure = Some(error.message),
            AgentEvent::Error { message } => return Some(message),
            AgentEvent::Item { item } => return self.done(item),
            AgentEvent::Other => {}
        }
        None
    }

    fn done(&mut self, item: Item) -> Option<String> {
        match item {
            Item::AgentMessage { text } => {
                self.message = Some(text.clone());
                Some(text)
            }
            Item::CommandExecution { command } => {
                self.commands += 1;
                Some(format!("$ {command}"))
            }
            Item::Other => None,
        }
    }

    /// What kind of failure it was, if it was one.
    pub fn trouble(&self, now: Timestamp) -> Option<Trouble> {
        (self.failure.as_deref()).map(|message| Trouble::of(message, now))
    }
}

#[cfg(test)]
mod tests {
    use super::{Turn, Usage};

    fn heard(lines: &str) -> (Turn, Vec<String>) {
        let mut turn = Turn::default();
        let shown = lines.lines().filter_map(|line| turn.hear(line)).collect();
        (turn, shown)
    }

    #[test]
    fn a_turn_that_worked_tells_thread_usage_and_last_words() {
        let (turn, shown) = heard(include_str!("fixtures/worked.jsonl"));
        let expected = Turn {
            thread: Some("01a1ff72-21fc-7a23-b365-18551006f9c5".to_owned()),
            usage: Some(Usage {
                input_tokens: 200,
                cached_input_tokens: 20,
                output_tokens: 40,
            }),
            commands: 1,
            message: Some("made it".to_owned()),
            failure: None,
        };
        assert_eq!(turn, expected);
        assert_eq!(
            shown,
            ["$ /bin/bash -lc 'echo hello > made.txt'", "made it"]
        );
    }

    #[test]
    fn a_turn_that_failed_tells_why() {
        let (turn, shown) = heard(include_str!("fixtures/cut.jsonl"));
        let why = "stream disconnected before completion: Transport error: network error: error \
                   decoding response body";
        assert_eq!(turn.failure.as_deref(), Some(why));
        assert_eq!((turn.usage, turn.commands, shown.len()), (None, 0, 2));
    }

    #[test]
    fn an_answer_can_be_empty() {
        let empty = r#"{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}"#;
        let (turn, shown) = heard(empty);
        assert_eq!((turn.message, turn.failure, shown.len()), (None, None, 0));
    }

    #[test]
    fn another_command_has_no_events() {
        let (turn, shown) = heard("working\n{}\n[1]\n\u{1f600}");
        assert_eq!((turn, shown.len()), (Turn::default(), 0));
    }
}
