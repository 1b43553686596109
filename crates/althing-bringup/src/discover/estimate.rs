//! What accuracy an accelerator may reach, before anybody uses one: `althing eval --preflight`.

use std::{fmt, path::Path};

use serde::Deserialize;
use tracing::warn;

use crate::{Argv, BringupRequest, Surroundings, child_env::Vars};

/// By this variable the program is found that evaluates.
const PROGRAM: &str = "ALTHING_BIN";

/// Accuracy with BFP8 weights and bfloat16 activations, everything else being exact.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(super) struct Estimate {
    top1: f64,
    top5: f64,
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { top1, top5 } = self;
        write!(
            f,
            "With BFP8 weights and bfloat16 activations, a faithful implementation can be expected \
             to reach top1 {top1:.4}, top5 {top5:.4} (`althing eval --preflight bfp8`; an estimate, \
             and no check)."
        )
    }
}

/// The estimate for a model whose reference evaluated; none where the engine does not compute
/// the model, which is no fault of it.
pub(super) async fn estimate(
    around: &Surroundings<'_>,
    vars: &Vars,
    request: &BringupRequest,
    folder: Option<&Path>,
) -> Option<Estimate> {
    let argv = argv(vars.get(PROGRAM)?, request, folder);
    let finished = around.run(argv, "").await;
    let estimate = match finished {
        Ok(finished) => read(&finished.stdout).ok_or_else(|| finished.report()),
        Err(error) => Err(error.to_string()),
    };
    match estimate {
        Ok(estimate) => Some(estimate),
        Err(why) => {
            warn!(model = %request.model, why, "no estimate of the accelerator's accuracy");
            None
        }
    }
}

fn argv(program: &str, request: &BringupRequest, folder: Option<&Path>) -> Argv {
    let model = request.model.to_string();
    let flags = [
        "--output",
        "json",
        "eval",
        "--preflight",
        "bfp8",
        "--hf-model",
        &model,
    ];
    let mut argv = Argv::new(program, &flags);
    let source = match folder {
        Some(folder) => ("--model-path", Some(folder.display().to_string())),
        None => ("--revision", request.revision.clone()),
    };
    let lengths = [
        ("--prefill-len", request.prefill_len),
        ("--decode-len", request.decode_len),
        ("--batch", request.batch),
    ];
    let lengths = lengths.map(|(flag, value)| (flag, value.map(|value| value.to_string())));
    for (flag, value) in [source].into_iter().chain(lengths) {
        if let Some(value) = value {
            argv.push(flag);
            argv.push(value);
        }
    }
    argv
}

/// The two numbers of an answer.
fn read(stdout: &str) -> Option<Estimate> {
    #[derive(Deserialize)]
    struct Answer {
        data: Option<Estimate>,
    }
    let answer: Answer = serde_json::from_str(stdout).ok()?;
    answer.data
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Estimate, read};

    #[rstest]
    #[case::numbers(r#"{"data": {"top1": 0.9375, "top5": 1, "preflight": "bfp8"}}"#, true)]
    #[case::refused(
        r#"{"data": null, "findings": [{"code": "model-unsupported"}]}"#,
        false
    )]
    #[case::half(r#"{"data": {"top1": 0.9375}}"#, false)]
    #[case::nothing("", false)]
    fn an_answer_has_two_numbers_or_is_none(#[case] answer: &str, #[case] found: bool) {
        let expected = Estimate {
            top1: 0.9375,
            top5: 1.0,
        };
        assert_eq!(read(answer), found.then_some(expected));
    }

    #[test]
    fn an_estimate_says_that_it_is_one() {
        let said = Estimate {
            top1: 0.96875,
            top5: 1.0,
        }
        .to_string();
        assert!(
            said.contains("top1 0.9688, top5 1.0000") && said.contains("no check"),
            "{said}"
        );
    }
}
