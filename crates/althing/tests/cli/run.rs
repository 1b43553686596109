//! Running the program and reading its answer.

use std::{path::Path, process::Command};

use serde_json::Value;

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_althing"))
}

/// Runs `command --output json …` and returns exit code and answer.
pub(crate) fn json(mut command: Command) -> (i32, Value) {
    let done = command
        .args(["--output", "json"])
        .output()
        .expect("the program runs");
    let stdout = String::from_utf8(done.stdout).expect("utf-8");
    let stderr = String::from_utf8_lossy(&done.stderr);
    let answer = serde_json::from_str(&stdout)
        .unwrap_or_else(|error| panic!("{command:?}: {error}\n{stdout}\n{stderr}"));
    (done.status.code().expect("an exit code"), answer)
}

/// `file:line:column code` of each finding.
pub(crate) fn findings(answer: &Value) -> Vec<String> {
    let all = answer["findings"].as_array().expect("findings");
    all.iter()
        .map(|finding| {
            assert_ne!(
                finding["help"], "",
                "every finding shows a way out: {finding}"
            );
            let code = finding["code"].as_str().expect("code");
            let at = &finding["location"];
            match at["file"].as_str() {
                None => code.to_owned(),
                Some(file) => {
                    let file = file.rsplit('/').next().expect("name");
                    format!("{file}:{}:{} {code}", at["line"], at["column"])
                }
            }
        })
        .collect()
}
