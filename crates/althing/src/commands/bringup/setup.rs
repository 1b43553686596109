//! `althing bringup setup`.

use althing_bringup::setup::{FoundBoard, Plan, Setup, SetupOutcome, Step, Template};
use althing_diag::{Exit, Finding, Severity, id::RepoName};
use althing_forge::{Forge, PullState};
use clap::Args;
use serde_json::{Value, json};

use super::settings::SettingsArgs;
use crate::{
    commands::connect,
    failure::Failure,
    output::{BOLD, Output},
};

/// Flags of `althing bringup setup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without number and title of a board, one is made that is called `TTNN Models Bringup`. The account
of `gh` needs write access to the repository, and the scope `project`: `gh auth refresh -s project`.")]
pub(crate) struct SetupArgs {
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// What issues are opened with; workers read their fields.
const TEMPLATES: [Template<'static>; 2] = [
    (
        ".github/ISSUE_TEMPLATE/bringup_model.yml",
        include_str!(
            "../../../../../templates/models-repo/.github/ISSUE_TEMPLATE/bringup_model.yml"
        ),
    ),
    (
        ".github/ISSUE_TEMPLATE/new_model_candidate.yml",
        include_str!(
            "../../../../../templates/models-repo/.github/ISSUE_TEMPLATE/new_model_candidate.yml"
        ),
    ),
];

pub(super) async fn run(args: &SetupArgs, output: &mut Output) -> Result<Exit, Failure> {
    let target = args.settings.target()?;
    let forge = connect().await?;
    forge.check_login().await?;
    let setup = Setup::look(&forge, &target, &TEMPLATES).await;
    let setup = setup.map_err(|error| error.findings())?;
    let plan = setup.plan();
    let outcome = if args.dry_run {
        SetupOutcome {
            board: setup.board().cloned(),
            pull: None,
        }
    } else {
        let done = setup.carry_out(&plan.steps).await;
        done.map_err(|error| error.findings())?
    };
    let answer = Answer {
        done: !args.dry_run,
        repo: &target.repo,
        plan: &plan,
        outcome: &outcome,
    };
    output.answer_beside(&plan.by_hand, answer.json(), || answer.text());
    Ok(exit(&plan.by_hand))
}

/// Not all is well as long as workers would refuse to start.
fn exit(findings: &[Finding]) -> Exit {
    let mut findings = findings.iter();
    let wrong = findings.find(|it| it.severity == Severity::Error);
    wrong.map_or(Exit::Ok, |finding| finding.code.into())
}

struct Answer<'a> {
    done: bool,
    repo: &'a RepoName,
    plan: &'a Plan,
    outcome: &'a SetupOutcome,
}

impl Answer<'_> {
    /// The one thing that GitHub lets no program do (B-070).
    fn by_hand(&self) -> Option<String> {
        let board = self.outcome.board.as_ref()?;
        Some(format!(
            "group the board by status: open {}, then View, Group by, Status, and save the view",
            board.url
        ))
    }

    fn json(&self) -> Value {
        let board = self.outcome.board.as_ref().map(
            |FoundBoard {
                 number, title, url, ..
             }| json!({ "number": number, "title": title, "url": url }),
        );
        let pull = self.outcome.pull.as_ref();
        json!({
            "done": self.done,
            "steps": self.plan.steps,
            "board": board,
            "pull": pull.map(|pull| json!({
                "number": pull.number, "url": pull.url, "state": pull.state
            })),
            "by_hand": Vec::from_iter(self.by_hand()),
        })
    }

    fn text(&self) -> String {
        let head = match (self.plan.steps.is_empty(), self.done) {
            (true, _) => "nothing to do",
            (false, true) => "done:",
            (false, false) => "would be done:",
        };
        let mut text = format!("{BOLD}{head}{BOLD:#}");
        for step in self.plan.steps.iter().map(Step::describe) {
            text.push_str(&format!("\n  {step}"));
        }
        if let Some(pull) = &self.outcome.pull {
            let url = &pull.url;
            text.push_str(&match pull.state {
                PullState::Open => format!("\nthe templates wait in {url}"),
                // Somebody decided against it; to propose it again would be to nag.
                PullState::Closed | PullState::Merged => format!(
                    "\nthe templates were proposed in {url}, which is over: reopen it, or add \
                     them by hand"
                ),
            });
        }
        if let Some(board) = &self.outcome.board {
            let FoundBoard {
                number, title, url, ..
            } = board;
            text.push_str(&format!("\nthe board is {url} (`{title}`)"));
            // Without these the other commands look for the default repository.
            let (owner, name) = (self.repo.owner(), self.repo.name());
            text.push_str(&format!(
                "\n  for the other commands: {BOLD}export YT_OWNER={owner} YT_REPO_MODELS={name} \
                 YT_PROJECT_NUMBER={number}{BOLD:#}"
            ));
        }
        if let Some(by_hand) = self.by_hand() {
            text.push_str(&format!("\n{BOLD}by hand:{BOLD:#} {by_hand}"));
        }
        text
    }
}
