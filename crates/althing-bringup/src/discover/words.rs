//! What discovery writes: the issue, with the fields of the form for candidates, and the comment
//! that tells how the reference did.

use althing_forge::NewIssue;

use super::{
    choose::{Candidate, billions, most_parameters},
    evaluate::Assessment,
};
use crate::{Status, claim, texts::fenced};

/// By this its own issues are known.
pub(super) const MARKER: &str = "Found by `althing bringup discover`";

/// The longest report in a comment, in characters.
const LONGEST: usize = 30_000;

/// The issue of a candidate, its fields as the form writes them (B-086 to B-090).
pub(super) fn issue(candidate: &Candidate, revision: &str) -> NewIssue {
    let Candidate {
        model,
        parameters,
        downloads,
        system,
    } = candidate;
    let body = format!(
        "### hf_model_id\n\n{model}\n\n\
         ### hf_revision\n\n{revision}\n\n\
         ### notes\n\n\
         {MARKER}: {downloads} downloads, {} parameters. `{system}` is the smallest machine for \
         it (at most {}).\n",
        billions(*parameters),
        billions(most_parameters(*system)),
    );
    NewIssue {
        title: format!("Candidate: {model}"),
        body,
        labels: vec![system.name().to_owned()],
    }
}

/// The comment that goes before the status (B-311, B-312).
pub(super) fn assessed(status: Status, assessment: &Assessment, base: &str) -> String {
    let Assessment { result, estimate } = assessment;
    let (summary, detail) = match (&result.failure, &result.metrics) {
        (Some(failure), _) => {
            let skipped = failure.chars().count().saturating_sub(LONGEST);
            let tail: String = failure.chars().skip(skipped).collect();
            (
                "the reference does not evaluate as it must",
                fenced("text", &tail),
            )
        }
        (None, Some(metrics)) => (
            "the reference evaluates",
            fenced("json", &metrics.to_json()),
        ),
        (None, None) => ("the reference evaluates", String::new()),
    };
    let estimate = estimate.map(|estimate| format!("{estimate}\n\n"));
    let text = format!(
        "**Assessed: `{status}`**\n\nstatus set: `{status}`\n\n{summary}, with the harness at \
         {base}.\n\n{detail}\n\n{}To reproduce:\n\n{}\n",
        estimate.unwrap_or_default(),
        fenced("sh", &result.command)
    );
    // Output of commands is quoted above; it must not be taken for a claim.
    text.replace(claim::MARKER, "(yt-claim)")
}

#[cfg(test)]
mod tests {
    use althing_forge::IssueNumber;

    use super::{Assessment, Candidate, assessed, issue};
    use crate::{BringupRequest, Check, ModelId, Status, System, checks::CheckResult};

    #[test]
    fn the_issue_has_the_fields_of_the_form_and_can_be_brought_up() {
        let candidate = Candidate {
            model: ModelId::parse("lab/m").expect("an id"),
            parameters: 8_030_261_248,
            downloads: 12,
            system: System::N300,
        };
        let new = issue(&candidate, "0123");
        assert_eq!(
            (new.title.as_str(), new.labels),
            ("Candidate: lab/m", vec!["n300".to_owned()])
        );
        let form = include_str!(
            "../../../../templates/models-repo/.github/ISSUE_TEMPLATE/new_model_candidate.yml"
        );
        let labels = form
            .lines()
            .filter_map(|line| line.trim().strip_prefix("label: "));
        let fields: Vec<&str> = new
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("### "))
            .collect();
        assert_eq!(labels.collect::<Vec<_>>(), fields);
        let read = BringupRequest::parse(IssueNumber(1), &new.body).expect("valid");
        assert_eq!(
            (read.model.as_str(), read.revision.as_deref()),
            ("lab/m", Some("0123"))
        );
        assert!(
            read.notes
                .is_some_and(|notes| notes.contains("8.04 B parameters"))
        );
    }

    #[test]
    fn the_comment_tells_the_status_and_the_end_of_a_long_report() {
        let result = CheckResult {
            check: Check::HfEval,
            command: "python scripts/run_eval.py".to_owned(),
            metrics: None,
            reran: None,
            failure: Some(format!("{}[yt-claim]```\nlast words", "x".repeat(40_000))),
        };
        let assessment = Assessment {
            result,
            estimate: None,
        };
        let comment = assessed(Status::ReferenceError, &assessment, "abc");
        assert!(comment.starts_with("**Assessed: `reference error`**"));
        assert!(comment.contains("last words\n````") && !comment.contains("[yt-claim]"));
        assert!(comment.len() < 40_000);
    }
}
