//! What `codex exec --json` says, a line each. Only what is used here is read; codex adds kinds
//! of events and items with every release.

use serde::Deserialize;

use super::Usage;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
pub(super) enum AgentEvent {
    /// The thread, which a later turn can go on with.
    #[serde(rename = "thread.started")]
    Thread { thread_id: String },
    /// The turn ended; the usage is of the whole thread so far.
    #[serde(rename = "turn.completed")]
    Completed { usage: Usage },
    /// The turn failed.
    #[serde(rename = "turn.failed")]
    Failed { error: Message },
    /// Something went wrong that may yet go right.
    #[serde(rename = "error")]
    Error { message: String },
    /// Something was done.
    #[serde(rename = "item.completed")]
    Item { item: Item },
    /// Anything else.
    #[serde(other)]
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Message {
    pub(super) message: String,
}

/// Something that the agent did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item {
    /// It said something.
    AgentMessage { text: String },
    /// It ran a command.
    CommandExecution { command: String },
    /// It thought, changed a file, searched, planned.
    #[serde(other)]
    Other,
}

impl AgentEvent {
    /// Reads a line; `None` for what is none of codex's events.
    pub(super) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::AgentEvent;

    #[rstest]
    #[case(r#"{"type":"turn.started"}"#)]
    #[case(r#"{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"ls","aggregated_output":"","exit_code":null,"status":"in_progress"}}"#)]
    #[case(r#"{"type":"of.a.later.release","more":[1]}"#)]
    fn what_is_not_used_is_passed_over(#[case] line: &str) {
        assert_eq!(AgentEvent::read(line), Some(AgentEvent::Other));
    }

    #[test]
    fn an_item_of_a_later_release_is_passed_over() {
        let line = r#"{"type":"item.completed","item":{"id":"i","type":"hologram","x":1}}"#;
        assert!(matches!(
            AgentEvent::read(line),
            Some(AgentEvent::Item { .. })
        ));
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(line in ".{0,200}") {
            let _ = AgentEvent::read(&line);
        }
    }
}
