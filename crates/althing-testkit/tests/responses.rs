//! The scripted server of the Responses API, against OpenAI's published types.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use althing_testkit::{Answer, stream};

/// Reads events, one a line, as the types of OpenAI's own client have them.
const READER: &str = "
import sys
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter
adapter = TypeAdapter(ResponseStreamEvent)
for line in sys.stdin:
    print(type(adapter.validate_json(line)).__name__)
";

#[test]
fn every_event_is_of_a_published_type() {
    let answers = [
        Answer::Shell("ls".to_owned()),
        Answer::Say("done".to_owned()),
        Answer::Nothing,
    ];
    let events = answers.iter().flat_map(|answer| stream(1, answer));
    let lines: String = events.map(|event| format!("{event}\n")).collect();
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let mut reader = Command::new(python)
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("no .venv: run `scripts/setup test`");
    let mut input = reader.stdin.take().expect("piped");
    input.write_all(lines.as_bytes()).expect("reads");
    drop(input);
    let read = reader.wait_with_output().expect("ends");
    assert!(read.status.success());
    let (created, item, completed) = (
        "ResponseCreatedEvent",
        "ResponseOutputItemDoneEvent",
        "ResponseCompletedEvent",
    );
    let expected = [
        created, item, completed, created, item, completed, created, completed,
    ];
    let names = String::from_utf8(read.stdout).expect("text");
    assert_eq!(names.lines().collect::<Vec<_>>(), expected);
}
