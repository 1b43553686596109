//! What the agent is asked (specification §9.1 E), by a template of the models repository or by
//! the one that is built in.

use std::io::{self, Write};

use althing_diag::{Code, Finding, Location};
use minijinja::{Environment as Templates, Error, UndefinedBehavior, Value, context};

use crate::{BringupRequest, CheckPlan, System, Thresholds, checks::model_file};

/// Where a models repository keeps its own template.
pub(crate) const TEMPLATE: &str = ".althing/prompt.md";
/// The largest template, in bytes.
const LARGEST: usize = 1 << 16;
/// The longest prompt, in bytes.
const LONGEST: usize = 1 << 22;
/// How many steps a template may take: it says a few dozen things and has no reason to count.
const FUEL: u64 = 100_000;

/// The text that becomes a prompt.
#[derive(Clone, Debug)]
pub(crate) struct Template(String);

impl Default for Template {
    fn default() -> Self {
        Self(include_str!("prompt.md").to_owned())
    }
}

impl Template {
    /// A template of the models repository. It is tried out at once, with and without what may
    /// be absent, so that no agent works before a mistake shows.
    ///
    /// # Errors
    /// A [`Code::BringupRules`] finding with the line of the mistake.
    pub(crate) fn new(text: String) -> Result<Self, Box<Finding>> {
        if text.len() > LARGEST {
            let message = format!("the template is larger than {LARGEST} bytes");
            return Err(Box::new(wrong(message, None)));
        }
        let template = Self(text);
        for value in [None, Some("text")] {
            let tried = template.render(&Prompt::sample(value));
            tried.map_err(|error| wrong(told(&error), error.line()))?;
        }
        Ok(template)
    }

    fn render(&self, values: &Value) -> Result<String, Error> {
        let mut templates = Templates::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_fuel(Some(FUEL));
        let mut prompt = Bounded(Vec::new());
        templates
            .template_from_named_str(TEMPLATE, &self.0)?
            .render_captured_to(values.clone(), &mut prompt)?;
        Ok(String::from_utf8_lossy(&prompt.0).into_owned())
    }
}

/// The error with its cause, which says why the text could not be written.
fn told(error: &Error) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

fn wrong(message: String, line: Option<usize>) -> Finding {
    let help = "correct the template; `docs/formats.md` says what it can use";
    let line = line.and_then(|line| u32::try_from(line).ok());
    let place = line.map_or_else(
        || Location::file(TEMPLATE),
        |line| Location::new(TEMPLATE, line, 1),
    );
    Finding::error(Code::BringupRules, message, help).at(place)
}

/// Text that cannot grow without end.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > LONGEST {
            let message = format!("the prompt is longer than {LONGEST} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One attempt, as the prompt describes it.
#[derive(Clone, Debug)]
pub(crate) struct Prompt<'a> {
    /// Name of the models repository.
    pub repo: &'a str,
    /// What the issue asks for.
    pub request: &'a BringupRequest,
    /// The kind of machine.
    pub system: System,
    /// What must be reached.
    pub thresholds: Thresholds,
    /// How the work will be checked.
    pub plan: &'a CheckPlan,
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// How many there may be.
    pub attempts: u32,
    /// The checker's report on the attempt before.
    pub report: Option<&'a str>,
}

impl Prompt<'_> {
    /// The text.
    ///
    /// # Errors
    /// When the template asks for something that is not given, or has no end.
    pub(crate) fn render(&self, template: &Template) -> Result<String, Error> {
        template.render(&self.values())
    }

    fn values(&self) -> Value {
        let Self {
            repo,
            request,
            system,
            thresholds,
            plan,
            attempt,
            attempts,
            report,
        } = self;
        let commands: Vec<String> = plan.run.iter().map(|(_, argv)| argv.to_string()).collect();
        let skipped: Vec<&str> = plan.skipped.iter().map(|check| check.name()).collect();
        context! {
            repo => *repo,
            model => request.model.as_str(),
            revision => request.revision.clone(),
            architecture => request.architecture.clone(),
            notes => request.notes.clone(),
            system => system.name(),
            model_file => model_file(request, *system),
            attempt => attempt,
            attempts => attempts,
            top1_min => thresholds.top1,
            top5_min => thresholds.top5,
            commands => commands,
            skipped => skipped.join(", "),
            report => *report,
        }
    }

    /// Values as they could be, with `text` for what may be absent.
    fn sample(text: Option<&str>) -> Value {
        context! {
            repo => "models",
            model => "org/name",
            revision => text,
            architecture => text,
            notes => text,
            system => "n150",
            model_file => "models/org/name/n150/functional/model.py",
            attempt => 1,
            attempts => 2,
            top1_min => 0.9,
            top5_min => 0.97,
            commands => ["python -m pytest -q"],
            skipped => text.unwrap_or_default(),
            report => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use althing_forge::IssueNumber;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::{LARGEST, Prompt, Template};
    use crate::{BringupRequest, CheckPlan, System, Thresholds};

    fn render(body: &str, report: Option<&str>) -> String {
        let template = Template::default();
        // What is built in passes what others must pass.
        let template = Template::new(template.0).expect("valid");
        let request = BringupRequest::parse(IssueNumber(1), body).expect("valid");
        let plan = CheckPlan::new("python", &request, None, true);
        Prompt {
            repo: "ttnn_models",
            request: &request,
            system: System::N150,
            thresholds: Thresholds {
                top1: 0.9,
                top5: 0.97,
            },
            plan: &plan,
            attempt: 2,
            attempts: 10,
            report,
        }
        .render(&template)
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

    #[test]
    fn a_repository_words_its_own() {
        let text = "{{ model }} on {{ system }}{% if report %}: {{ report }}{% endif %}";
        let template = Template::new(text.to_owned()).expect("valid");
        assert_eq!(
            template
                .render(&Prompt::sample(Some("<no> {{ template }}")))
                .expect("renders"),
            "org/name on n150: <no> {{ template }}"
        );
    }

    #[rstest]
    #[case::syntax("a\n{% if %}", ":2:", "syntax error")]
    #[case::unknown_value("a\nb\n{{ modle }}", ":3:", "undefined")]
    #[case::when_there_is_a_report("{% if report %}\n{{ x }}{% endif %}", ":2:", "undefined")]
    #[case::when_there_is_none("{% if not notes %}\n{{ x }}{% endif %}", ":2:", "undefined")]
    #[case::other_files("{% include 'x' %}", ":1:", "non-existing")]
    #[case::endless(
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        ":1:",
        "fuel"
    )]
    #[case::too_long(
        "{% for a in range(99) %}{{ 'x' * 99999 }}{% endfor %}",
        "",
        "longer than"
    )]
    fn a_broken_template_is_found_before_anybody_works(
        #[case] text: &str,
        #[case] line: &str,
        #[case] why: &str,
    ) {
        let finding = Template::new(text.to_owned())
            .expect_err("broken")
            .to_string();
        assert!(
            finding.starts_with(&format!(".althing/prompt.md{line}")),
            "{finding}"
        );
        assert!(finding.contains(why), "{finding}");
    }

    #[test]
    fn a_template_has_a_size() {
        let finding = Template::new("x".repeat(LARGEST + 1)).expect_err("large");
        assert!(finding.message.contains("larger"), "{finding}");
    }

    proptest! {
        #[test]
        fn any_template_gives_a_prompt_or_a_finding(text in "(\\{[{%] ?[a-z |*0-9]{0,9}[%}]\\}|.){0,40}") {
            let _ = Template::new(text);
        }
    }
}
