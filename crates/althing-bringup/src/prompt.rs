//! What the agent is asked (specification §9.1 E).

use minijinja::{Environment as Templates, UndefinedBehavior, context};

use crate::{BringupRequest, CheckPlan, Environment, checks::model_file};

const TEMPLATE: &str = include_str!("prompt.md");

/// One attempt, as the prompt describes it.
#[derive(Clone, Debug)]
pub(crate) struct Prompt<'a> {
    /// What the issue asks for.
    pub request: &'a BringupRequest,
    /// Thresholds, system, attempts.
    pub environment: &'a Environment,
    /// How the work will be checked.
    pub plan: &'a CheckPlan,
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// The checker's report on the attempt before.
    pub report: Option<&'a str>,
}

impl Prompt<'_> {
    /// The text.
    ///
    /// # Errors
    /// When the template asks for something that is not given.
    pub(crate) fn render(&self) -> Result<String, minijinja::Error> {
        let Self {
            request,
            environment,
            plan,
            attempt,
            report,
        } = self;
        let commands: Vec<String> = plan.run.iter().map(|(_, argv)| argv.to_string()).collect();
        let skipped: Vec<&str> = plan.skipped.iter().map(|check| check.name()).collect();
        let mut templates = Templates::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.render_str(
            TEMPLATE,
            context! {
                repo => environment.repo.name(),
                model => request.model.as_str(),
                revision => request.revision.clone(),
                architecture => request.architecture.clone(),
                notes => request.notes.clone(),
                system => environment.system.name(),
                model_file => model_file(request, environment.system),
                attempt => attempt,
                attempts => environment.max_attempts.get(),
                top1_min => environment.thresholds.top1,
                top5_min => environment.thresholds.top5,
                commands => commands,
                skipped => skipped.join(", "),
                report => report,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use althing_forge::IssueNumber;

    use super::Prompt;
    use crate::{BringupRequest, CheckPlan, Environment};

    fn render(body: &str, report: Option<&str>) -> String {
        let vars = [("YT_SYSTEM", "n150"), ("YT_PROJECT_NUMBER", "1")];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::from_vars(vars, "h").expect("valid");
        let request = BringupRequest::parse(IssueNumber(1), body).expect("valid");
        let plan = CheckPlan::new("python", &request, None, true);
        Prompt {
            request: &request,
            environment: &environment,
            plan: &plan,
            attempt: 2,
            report,
        }
        .render()
        .expect("renders")
    }

    #[test]
    fn it_says_everything_that_the_specification_asks() {
        let text = render("hf_model_id: a/b\nnotes: small", None);
        for part in [
            "Model: a/b\nSystem: n150\nAttempt: 2 of 10\n",
            "Implement the bring-up of this model under `ttnn_models`",
            "models/a/b/n150/functional/model.py",
            "evaluation harness works",
            "BFP8",
            "SDPA",
            "fused RoPE",
            "prefill keeps activations in DRAM, interleaved",
            "decode keeps them in L1, sharded",
            "tracing only for decode",
            "stable shapes",
            "Do not touch anything outside this repository",
            "top1 0.9 and top5 0.97",
            "python -m pytest -q\npython scripts/run_eval.py --mode hf --hf-model a/b\n```",
            "skipped here: TT evaluation, trace off, TT evaluation, trace on.",
            "\nsmall",
        ] {
            assert!(text.contains(part), "{part:?} is not in\n{text}");
        }
        assert!(
            !text.contains("did not pass") && !text.contains("Revision"),
            "{text}"
        );
        assert!(!text.contains("auto-tune"), "{text}");
    }

    #[test]
    fn the_report_is_passed_on_as_it_is() {
        let text = render(
            "hf_model_id: a/b\nhf_revision: abc",
            Some("tests: {{ no }} template"),
        );
        assert!(text.contains("Revision: abc\n"), "{text}");
        assert!(text.ends_with("tests: {{ no }} template"), "{text}");
    }
}
