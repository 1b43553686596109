//! What a worker would do, told without doing any of it: nothing is asked of the forge, the hub
//! or the machine (B-370 to B-374).

use althing_diag::{Code, Finding, Location};
use althing_forge::IssueNumber;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Argv, BringupRequest, CheckPlan, ModelId, Status, System, WorkerOptions, branch_name,
    candidates::is_routed_to, prerequisites::tools, repository::ALLOWED, texts::pull_title,
};

/// An issue as `gh issue list --json number,title,body,labels,createdAt,state` shows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedIssue {
    number: u64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    labels: Vec<Label>,
    created_at: Timestamp,
    #[serde(default = "open")]
    state: String,
    /// Where it stands on the board; `gh` does not say, and then it counts as `ready`.
    status: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Label {
    name: String,
}

fn open() -> String {
    "OPEN".to_owned()
}

impl ListedIssue {
    /// Reads a list; `file` names it in findings.
    ///
    /// # Errors
    /// One finding with the place where it is not such a list.
    pub fn parse_list(file: &str, text: &str) -> Result<Vec<Self>, Box<Finding>> {
        serde_json::from_str(text).map_err(|error| {
            let help = "write it with `gh issue list --json \
                        number,title,body,labels,createdAt,state`";
            let at = |number: usize| u32::try_from(number.max(1)).unwrap_or(u32::MAX);
            let place = Location::new(file, at(error.line()), at(error.column()));
            Box::new(Finding::error(Code::FactsInvalid, error.to_string(), help).at(place))
        })
    }

    /// A list to try it with: two issues for this kind of machine, the older one listed last.
    pub fn sample(system: System) -> Vec<Self> {
        let issue = |number, created_at: &str, model: &str| Self {
            number,
            title: format!("Bring up {model}"),
            body: format!("hf_model_id: {model}\n"),
            labels: vec![Label {
                name: system.name().to_owned(),
            }],
            created_at: created_at.parse().unwrap_or_default(),
            state: open(),
            status: None,
        };
        vec![
            issue(2, "2026-01-06T09:00:00Z", "sample-org/second-model"),
            issue(1, "2026-01-05T09:00:00Z", "sample-org/first-model"),
        ]
    }

    fn is_for(&self, options: &WorkerOptions) -> bool {
        let ready = self
            .status
            .as_deref()
            .is_none_or(|it| it == Status::Ready.name());
        let open = self.state.eq_ignore_ascii_case("open");
        let wanted = options.only.is_none_or(|only| only.0 == self.number);
        let labels = self.labels.iter().map(|label| label.name.as_str());
        ready && open && wanted && is_routed_to(options.environment.system, labels)
    }
}

/// What would be done.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Rehearsal {
    /// The issue that would be taken, if there is one.
    pub issue: Option<u64>,
    /// Its title.
    pub title: Option<String>,
    /// Its model, if its text can be read.
    pub model: Option<ModelId>,
    /// The branch that would be made.
    pub branch: Option<String>,
    /// The commands, in their order, as one would type them.
    pub commands: Vec<String>,
    /// What is wrong with the issue's text.
    pub findings: Vec<Finding>,
}

/// What a worker with these options would do if these were the issues. `python` is the name
/// under which Python would be found.
pub fn rehearse(options: &WorkerOptions, mut issues: Vec<ListedIssue>, python: &str) -> Rehearsal {
    issues.sort_by_key(|issue| (issue.created_at, issue.number));
    let mut rehearsal = Rehearsal::default();
    let Some(issue) = issues.into_iter().find(|issue| issue.is_for(options)) else {
        return rehearsal;
    };
    rehearsal.issue = Some(issue.number);
    rehearsal.title = Some(issue.title);
    let number = IssueNumber(issue.number);
    match BringupRequest::parse(number, &issue.body) {
        Ok(request) => {
            let branch = branch_name(number, request.model.as_str());
            let commands = commands(options, number, &request, (&branch, python));
            rehearsal.commands = commands.iter().map(Argv::to_string).collect();
            rehearsal.branch = Some(branch);
            rehearsal.model = Some(request.model);
        }
        Err(findings) => rehearsal.findings = findings,
    }
    rehearsal
}

/// Stands for the commit that the hub would name.
const COMMIT: &str = "COMMIT";

/// Claim, preparation, work, checks, and the ending of a run that goes well.
fn commands(
    options: &WorkerOptions,
    issue: IssueNumber,
    request: &BringupRequest,
    (branch, python): (&str, &str),
) -> Vec<Argv> {
    let (number, repo) = (issue.to_string(), options.environment.repo.to_string());
    let url = options.clone_url();
    let comment = Argv::new(
        "gh",
        &["issue", "comment", &number, "-R", &repo, "--body-file", "-"],
    );
    let refs = format!("repos/{repo}/git/refs");
    let fence = Argv::new(
        "gh",
        &[
            "api",
            "--include",
            "--method",
            "POST",
            &refs,
            "--input",
            "-",
        ],
    );
    let move_status = Argv::new("gh", &["api", "--include", "graphql", "--input", "-"]);
    let git = |args: &[&str]| Argv::new("git", args);
    let folder = options.weights.path(request);
    let mut request = request.clone();
    if folder.is_none() {
        request.revision = Some(COMMIT.to_owned());
    }
    let request = &request;
    let plan = CheckPlan::new(python, request, folder.as_deref(), options.skip_tt);

    let mut all = vec![comment.clone(), fence, move_status.clone()];
    all.push(git(&[
        "clone",
        "--quiet",
        &url,
        options.environment.repo.name(),
    ]));
    all.push(git(&["ls-remote", "--heads", "origin", branch]));
    all.push(git(&["checkout", "--quiet", "-b", branch]));
    all.extend(tools(options, python));
    all.push(Argv::new("gh", &["auth", "status"]));
    if folder.is_none() {
        let model = request.model.as_str();
        all.push(Argv::new("hf", &["download", model, "--revision", COMMIT]));
    }
    if !options.skip_tt {
        let look = Argv::new("tt-smi", &["-s"]);
        all.extend([look.clone(), options.reset.clone(), look]);
    }
    all.push(options.agent.argv(None));
    all.extend(plan.run.iter().map(|(_, argv)| argv.clone()));
    all.extend(plan.last().map(|(_, argv)| argv.clone()));
    all.push(git(&["add", "--all", "--", ALLOWED]));
    all.push(git(&["commit", "--quiet", "-m", "Bringup …"]));
    all.push(git(&["push", "--quiet", "-u", "origin", branch]));
    let title = pull_title(request, options.environment.system);
    let pull = [
        "pr", "create", "-R", &repo, "--base", "main", "--head", branch,
    ];
    let mut pull = Argv::new("gh", &pull);
    for arg in ["--title", &title, "--body-file", "-"] {
        pull.push(arg);
    }
    all.extend([pull, comment, move_status]);
    all
}

#[cfg(test)]
mod tests {
    use super::{ListedIssue, rehearse};
    use crate::{Environment, WorkerOptions, child_env::Vars, system::System};

    fn options() -> WorkerOptions {
        let vars = [("YT_SYSTEM", "n150"), ("YT_PROJECT_NUMBER", "1")];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::from_vars(vars, "h").expect("valid");
        WorkerOptions::new(environment, Vars::new())
    }

    #[test]
    fn the_oldest_ready_issue_is_named_with_every_command() {
        let told = rehearse(&options(), ListedIssue::sample(System::N150), "python");
        assert_eq!(told.issue, Some(1));
        insta::assert_snapshot!(told.commands.join("\n"), @"
        gh issue comment 1 -R yieldthought/ttnn_models --body-file -
        gh api --include --method POST repos/yieldthought/ttnn_models/git/refs --input -
        gh api --include graphql --input -
        git clone --quiet git@github.com:yieldthought/ttnn_models.git ttnn_models
        git ls-remote --heads origin bringup/issue-1-sample-org-first-model
        git checkout --quiet -b bringup/issue-1-sample-org-first-model
        python -c 'import pytest'
        python -c 'import ttnn'
        tt-smi -ls
        gh auth status
        hf download sample-org/first-model --revision COMMIT
        tt-smi -s
        tt-smi -r
        tt-smi -s
        codex exec --json -c shell_environment_policy.ignore_default_excludes=false -c sandbox_mode=workspace-write -c sandbox_workspace_write.exclude_slash_tmp=true -
        python -m pytest -q
        python scripts/run_eval.py --mode hf --hf-model sample-org/first-model --revision COMMIT
        python scripts/run_eval.py --mode tt --trace 0 --hf-model sample-org/first-model --revision COMMIT
        python scripts/run_eval.py --mode tt --trace 1 --hf-model sample-org/first-model --revision COMMIT
        python scripts/run_eval.py --mode tt --trace 1 --hf-model sample-org/first-model --revision COMMIT
        git add --all -- models
        git commit --quiet -m 'Bringup …'
        git push --quiet -u origin bringup/issue-1-sample-org-first-model
        gh pr create -R yieldthought/ttnn_models --base main --head bringup/issue-1-sample-org-first-model --title 'Bringup: sample-org/first-model (n150)' --body-file -
        gh issue comment 1 -R yieldthought/ttnn_models --body-file -
        gh api --include graphql --input -
        ");
    }

    #[test]
    fn what_needs_an_accelerator_may_be_left_out() {
        let mut options = options();
        options.skip_tt = true;
        let told = rehearse(&options, ListedIssue::sample(System::N150), "python");
        let all = told.commands.join("\n");
        for part in ["tt-smi", "ttnn'", "--mode tt"] {
            assert!(!all.contains(part), "{all}");
        }
    }

    #[test]
    fn issues_are_read_as_gh_lists_them() {
        let text = r#"[
            {"number": 3, "createdAt": "2026-01-01T00:00:00Z", "labels": [{"name": "n300"}], "state": "OPEN"},
            {"number": 4, "createdAt": "2026-01-01T00:00:00Z", "labels": [{"name": "n150"}], "state": "CLOSED"},
            {"number": 5, "createdAt": "2026-01-01T00:00:00Z", "labels": [{"name": "n150"}], "status": "failed"},
            {"number": 7, "createdAt": "2026-01-02T00:00:00Z", "labels": [{"name": "n150"}], "body": "hf_model_id: a"},
            {"number": 6, "createdAt": "2026-01-03T00:00:00Z", "labels": [{"name": "n150"}], "body": "hf_model_id: a/b"}
        ]"#;
        let issues = ListedIssue::parse_list("issues.json", text).expect("a list");
        let mut options = options();
        let told = rehearse(&options, issues.clone(), "python");
        assert_eq!((told.issue, told.findings.len()), (Some(7), 1));
        options.only = Some(althing_forge::IssueNumber(6));
        let told = rehearse(&options, issues, "python");
        assert_eq!(told.branch.as_deref(), Some("bringup/issue-6-a-b"));

        let finding = ListedIssue::parse_list("issues.json", "[\n{\"number\": \"x\"}]");
        let place = finding.expect_err("wrong").to_string();
        assert!(place.starts_with("issues.json:2:"), "{place}");
    }
}
