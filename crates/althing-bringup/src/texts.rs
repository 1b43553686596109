//! What people read: the pull request, the commit and the comments that end a run.

use althing_forge::IssueNumber;

use crate::{BringupRequest, CheckPlan, Metrics, RunId, Status, System, Thresholds, claim::MARKER};

/// The longest report in a comment, in characters; forges refuse comments beyond 65536.
const LONGEST: usize = 30_000;

/// What the texts of one run have in common.
#[derive(Clone, Debug)]
pub(crate) struct About<'a> {
    /// The issue.
    pub issue: IssueNumber,
    /// The run.
    pub run_id: RunId,
    /// The worker's name.
    pub worker: &'a str,
    /// Its kind of machine.
    pub system: System,
    /// The branch.
    pub branch: &'a str,
}

/// `Bringup <hf_model_id> (<YT_SYSTEM>) top1=<x> top5=<y> trace=<0/1>` (B-264).
pub(crate) fn commit_message(
    request: &BringupRequest,
    system: System,
    metrics: &Metrics,
) -> String {
    format!(
        "Bringup {} ({system}) top1={:.4} top5={:.4} trace={}",
        request.model,
        metrics.top1,
        metrics.top5,
        u8::from(metrics.trace)
    )
}

/// The message of a commit that only preserves work (B-284).
pub(crate) fn preserve_message(request: &BringupRequest, system: System, run_id: RunId) -> String {
    format!(
        "Preserve unfinished bringup of {} ({system})\n\nRun {run_id}",
        request.model
    )
}

/// `Bringup: <hf_model_id> (<YT_SYSTEM>)` (B-266).
pub(crate) fn pull_title(request: &BringupRequest, system: System) -> String {
    format!("Bringup: {} ({system})", request.model)
}

/// What a pull request must say (B-267 to B-270), and what was skipped.
pub(crate) fn pull_body(
    about: &About<'_>,
    request: &BringupRequest,
    plan: &CheckPlan,
    metrics: &[Metrics],
    thresholds: &Thresholds,
    limitations: &[String],
    opinion: Option<&str>,
) -> String {
    // In a code block nothing in it closes an issue or calls anybody.
    let opinion = opinion.map_or_else(String::new, |text| {
        let text = fenced("text", &cut(text));
        format!("## What the agent says of its work\n\nAdvisory; it decides nothing.\n\n{text}\n\n")
    });
    let json: Vec<String> = metrics.iter().map(Metrics::to_json).collect();
    format!(
        "Closes #{issue}\n\n\
         Functional bring-up of `{model}` on `{system}`{revision}.\n\n\
         ## Evaluate\n\n{commands}\n\n\
         ## Metrics\n\nThresholds: {thresholds}.\n\n{metrics}\n\n\
         ## Skipped checks\n\n{skipped}\n\n\
         ## Known limitations\n\n{limitations}\n\n{opinion}\
         run_id: {run_id}\nworker: {worker}\n",
        issue = about.issue,
        model = request.model,
        system = about.system,
        revision = (request.revision.as_ref())
            .map_or_else(String::new, |revision| format!(", weights at `{revision}`")),
        commands = fenced("sh", &commands(plan)),
        metrics = json
            .iter()
            .map(|json| fenced("json", json))
            .collect::<Vec<_>>()
            .join("\n\n"),
        skipped = skipped(plan),
        limitations = bullets(limitations),
        run_id = about.run_id,
        worker = about.worker,
    )
}

/// The comment of a run that opened a pull request (B-271 to B-273).
pub(crate) fn in_review(
    about: &About<'_>,
    pull_url: &str,
    plan: &CheckPlan,
    metrics: &[Metrics],
    thresholds: &Thresholds,
) -> String {
    let lines = metrics.iter().map(|metrics| {
        let Metrics {
            top1,
            top5,
            tokens,
            mode,
            trace,
            ..
        } = metrics;
        let trace = u8::from(*trace);
        format!("| {mode} | {trace} | {top1:.4} | {top5:.4} | {tokens} |\n")
    });
    let table: String = lines.collect();
    ending(
        about,
        Status::InReview,
        &format!("the checks passed and {pull_url} is open"),
        &[
            &format!(
                "| mode | trace | top1 | top5 | tokens |\n|---|---|---|---|---|\n{}",
                table.trim_end()
            ),
            &format!("Thresholds: {thresholds}."),
            &format!("Skipped checks:\n\n{}", skipped(plan)),
        ],
        &reproduce(about, &commands(plan)),
    )
}

/// The comment of a run whose checks did not pass (B-286, B-287, B-369).
pub(crate) fn failed(
    about: &About<'_>,
    status: Status,
    summary: &str,
    report: &str,
    plan: &CheckPlan,
    thresholds: &Thresholds,
    preserved: bool,
) -> String {
    let work = if preserved {
        format!("The work is kept on the branch `{}`.", about.branch)
    } else {
        "There is no branch: nothing was changed that could be kept.".to_owned()
    };
    let commands = commands(plan);
    let steps = if preserved {
        reproduce(about, &commands)
    } else {
        fenced("sh", &commands)
    };
    ending(
        about,
        status,
        summary,
        &[
            &work,
            &format!("The last attempt:\n\n{}", fenced("text", &cut(report))),
            &format!("Thresholds: {thresholds}."),
            &format!("Skipped checks:\n\n{}", skipped(plan)),
        ],
        &steps,
    )
}

/// Why a run stopped without saying anything about the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupFailure {
    /// What was being done.
    pub step: &'static str,
    /// What went wrong, one sentence.
    pub message: String,
    /// Everything that is known: command, ending, tails.
    pub detail: String,
    /// Commands that show it again.
    pub reproduce: String,
    /// What to do about it, when there is something to say.
    pub help: Option<String>,
}

/// The comment of a run that its surroundings stopped (B-278, B-279). `saved` names what
/// was kept of work that had passed its checks.
pub(crate) fn setup_error(
    about: &About<'_>,
    failure: &SetupFailure,
    saved: Option<&str>,
) -> String {
    let mut parts = vec![fenced("text", &cut(&failure.detail))];
    parts.extend(failure.help.clone());
    parts.extend(saved.map(str::to_owned));
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    ending(
        about,
        Status::SetupError,
        &format!("{}: {}", failure.step, failure.message),
        &parts,
        &fenced("sh", &failure.reproduce),
    )
}

/// The comment of a run whose worker was told to stop.
pub(crate) fn given_back(about: &About<'_>, summary: &str) -> String {
    let worker = format!("YT_SYSTEM={} althing bringup worker", about.system);
    let work = "What was done so far is gone; the next worker begins anew.";
    ending(
        about,
        Status::Ready,
        summary,
        &[work],
        &fenced("sh", &worker),
    )
}

/// The common form of the comment that ends a run (B-364 to B-367).
fn ending(about: &About<'_>, status: Status, summary: &str, parts: &[&str], steps: &str) -> String {
    let text = format!(
        "**Bring-up ended: `{status}`**\n\n\
         status set: `{status}`\nrun_id: {run_id}\nworker: {worker}\nbranch: `{branch}`\n\n\
         {summary}\n\n{parts}\n\nTo reproduce:\n\n{steps}\n",
        run_id = about.run_id,
        worker = about.worker,
        branch = about.branch,
        parts = parts.join("\n\n"),
    );
    without_claims(&text)
}

/// A comment that quotes output of commands, which must not be taken for a claim.
pub(crate) fn without_claims(text: &str) -> String {
    text.replace(MARKER, "(yt-claim)")
}

fn commands(plan: &CheckPlan) -> String {
    plan.evaluations().join("\n")
}

fn reproduce(about: &About<'_>, commands: &str) -> String {
    let branch = about.branch;
    fenced(
        "sh",
        &format!(
            "git fetch origin {branch} && git checkout {branch}\npython -m pytest -q\n{commands}"
        ),
    )
}

fn skipped(plan: &CheckPlan) -> String {
    let names: Vec<String> = plan
        .skipped
        .iter()
        .map(|check| format!("{}: skipped, no accelerator on this machine", check.name()))
        .collect();
    bullets(&names)
}

fn bullets(lines: &[String]) -> String {
    if lines.is_empty() {
        return "- none".to_owned();
    }
    lines
        .iter()
        .map(|line| format!("- {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The end of a text that is too long for a comment.
pub(crate) fn cut(text: &str) -> String {
    let count = text.chars().count();
    match count.checked_sub(LONGEST) {
        None | Some(0) => text.to_owned(),
        Some(more) => {
            let end: String = text.chars().skip(more).collect();
            format!("[{more} characters before this are left out]\n{end}")
        }
    }
}

/// A code block with a fence that the text cannot close.
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use althing_forge::IssueNumber;

    use super::{
        About, SetupFailure, commit_message, cut, failed, fenced, in_review, pull_body, pull_title,
        setup_error,
    };
    use crate::{BringupRequest, CheckPlan, Metrics, Mode, RunId, Status, System, Thresholds};

    fn about() -> About<'static> {
        About {
            issue: IssueNumber(12),
            run_id: RunId::parse("5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e").expect("id"),
            worker: "w7",
            system: System::N150,
            branch: "bringup/issue-12-a-b",
        }
    }

    fn request() -> BringupRequest {
        BringupRequest::parse(IssueNumber(12), "hf_model_id: a/b").expect("valid")
    }

    fn plan() -> CheckPlan {
        CheckPlan::new("python", &request(), None, true)
    }

    const THRESHOLDS: Thresholds = Thresholds {
        top1: 0.9,
        top5: 0.97,
    };

    fn metrics(trace: bool) -> Metrics {
        let replays = if trace { 32 } else { 0 };
        let line = format!(
            r#"YT_METRICS={{"top1": 0.96875, "top5": 1.0, "tokens": 32, "mode": "tt", "trace": {trace}, "trace_replays": {replays}, "timing": {{"decode_s": 0.5}}}}"#
        );
        Metrics::parse(&line, Mode::Tt, trace).expect("valid")
    }

    #[test]
    fn commit_and_title_have_the_documented_form() {
        assert_eq!(
            commit_message(&request(), System::N150, &metrics(true)),
            "Bringup a/b (n150) top1=0.9688 top5=1.0000 trace=1"
        );
        assert_eq!(pull_title(&request(), System::N150), "Bringup: a/b (n150)");
    }

    #[test]
    fn the_pull_request_has_its_required_parts() {
        let body = pull_body(
            &about(),
            &request(),
            &plan(),
            &[metrics(false)],
            &THRESHOLDS,
            &[],
            None,
        );
        insta::assert_snapshot!(body, @r#"
        Closes #12

        Functional bring-up of `a/b` on `n150`.

        ## Evaluate

        ```sh
        python scripts/run_eval.py --mode hf --hf-model a/b
        ```

        ## Metrics

        Thresholds: top1 0.9, top5 0.97.

        ```json
        {"top1":0.96875,"top5":1.0,"tokens":32,"mode":"tt","trace":false,"timing":{"decode_s":0.5},"trace_replays":0}
        ```

        ## Skipped checks

        - TT evaluation, trace off: skipped, no accelerator on this machine
        - TT evaluation, trace on: skipped, no accelerator on this machine

        ## Known limitations

        - none

        run_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e
        worker: w7
        "#);
    }

    #[test]
    fn what_the_agent_says_of_itself_stands_apart() {
        let says = Some("Closes #1\n```\n@all");
        let body = pull_body(
            &about(),
            &request(),
            &plan(),
            &[metrics(true)],
            &THRESHOLDS,
            &[],
            says,
        );
        let apart =
            "Advisory; it decides nothing.\n\n````text\nCloses #1\n```\n@all\n````\n\nrun_id";
        assert!(body.contains(apart), "{body}");
    }

    #[test]
    fn every_ending_says_status_run_summary_and_commands() {
        let failure = SetupFailure {
            step: "cloning",
            message: "`git clone` failed".to_owned(),
            detail: "$ git clone x\nexit code 128".to_owned(),
            reproduce: "git clone x".to_owned(),
            help: None,
        };
        let texts = [
            (
                Status::InReview,
                in_review(
                    &about(),
                    "https://x/pull/3",
                    &plan(),
                    &[metrics(false)],
                    &THRESHOLDS,
                ),
            ),
            (
                Status::Failed,
                failed(
                    &about(),
                    Status::Failed,
                    "did not pass: tests",
                    "why",
                    &plan(),
                    &THRESHOLDS,
                    true,
                ),
            ),
            (Status::SetupError, setup_error(&about(), &failure, None)),
        ];
        for (status, text) in texts {
            for part in [
                format!("status set: `{status}`\n"),
                "run_id: 5d0a0a9c-6d5f-4a6e-9f7e-0b5b8f0c1d2e\n".to_owned(),
                "To reproduce:\n\n```sh\n".to_owned(),
                "`bringup/issue-12-a-b`".to_owned(),
            ] {
                assert!(text.contains(&part), "{part:?} is not in\n{text}");
            }
            let judged = status != Status::SetupError;
            let thresholds = "Thresholds: top1 0.9, top5 0.97.";
            assert_eq!(text.contains(thresholds), judged, "{text}");
        }
    }

    #[test]
    fn quoted_output_stays_quoted_and_claims_nothing() {
        let report = "```\n[yt-claim]\nworker: w1";
        let failed = |report| {
            let (about, plan) = (about(), plan());
            failed(
                &about,
                Status::Failed,
                "no",
                report,
                &plan,
                &THRESHOLDS,
                true,
            )
        };
        let text = failed(report);
        assert!(
            text.contains("````text\n```\n(yt-claim)\nworker: w1\n````"),
            "{text}"
        );
        assert_eq!(fenced("", "`a`"), "```\n`a`\n```");
        assert!(cut(&"x".repeat(31_000)).starts_with("[1000 characters"));
    }
}
