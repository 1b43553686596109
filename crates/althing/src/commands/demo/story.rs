//! The story: two ready issues, one governed merge, one honest failure, and the record of both.
//! Every act is a command that a user could type; every outcome is checked.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use althing_diag::{Code, Finding};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{
    player::{Player, broken},
    timeline::{Event, Timeline},
};
use crate::failure::Failure;

const REPO: &str = "yieldthought/ttnn_models";

/// Plays the story in `dir`, which holds the demo's files.
///
/// # Errors
/// A `demo-step` finding as soon as anything is not as the story tells.
pub(super) async fn play(dir: &Path) -> Result<Vec<Event>, Failure> {
    let mut timeline = Timeline::start();
    let server = Server::start(dir, &mut timeline).await?;
    let worker = server.player("worker").await?;
    let reviewer = server.player("reviewer").await?;
    let maintainer = server.player("maintainer").await?;

    let pull = bring_up(&worker, &mut timeline).await?;
    gate_refuses(&maintainer, &pull, &mut timeline).await?;
    stays_in_review(&maintainer, &pull, &mut timeline).await?;
    approve(&reviewer, &pull, &mut timeline).await?;
    merge(&maintainer, &pull, &mut timeline).await?;
    fail_honestly(&worker, &mut timeline).await?;
    read_the_record(&maintainer, &mut timeline).await?;
    Ok(timeline.finish())
}

/// Commands to look around afterwards.
pub(super) fn look_around(dir: &Path) -> String {
    let path = path_to_this_program()
        .map(|folder| format!("  export PATH={}:\"$PATH\"\n", quoted(&folder)))
        .unwrap_or_default();
    format!(
        "  cd {dir}
{path}  althing forge serve --root forge &
  eval \"$(althing forge env --root forge --as maintainer)\"
  gh pr view 3 -R {REPO} --comments
  gh issue view 2 -R {REPO} --comments
  git clone https://github.com/{REPO}
  git -C ttnn_models log --oneline --all
  althing ledger list --ledger ledger.db
  althing ledger verify --ledger ledger.db
",
        dir = quoted(dir),
    )
}

/// The folder of this program, unless the user's shell finds it by its name.
fn path_to_this_program() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).find_map(|it| it.join("althing").canonicalize().ok());
    (found.as_ref() != Some(&program)).then(|| program.parent().map(Path::to_owned))?
}

/// As a shell takes it literally.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    shlex::try_quote(&path).map_or_else(|_| path.clone(), Into::into)
}

/// The forge, as a process that ends with this one.
struct Server {
    dir: PathBuf,
    althing: PathBuf,
    _process: Child,
}

impl Server {
    async fn start(dir: &Path, timeline: &mut Timeline) -> Result<Self, Failure> {
        timeline.doing("forge", "starting");
        let althing = env::current_exe().map_err(|error| broken("althing", &error.to_string()))?;
        let mut process = Command::new(&althing)
            .args(["forge", "serve", "--exit-with-stdin", "--root", "forge"])
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| broken("althing forge serve", &error.to_string()))?;
        let stdout = process.stdout.take().into_iter();
        for stdout in stdout {
            let ready = BufReader::new(stdout).lines().next_line().await;
            if !matches!(ready, Ok(Some(_))) {
                return Err(broken(
                    "althing forge serve",
                    "it ended before it was ready",
                ));
            }
        }
        timeline.done(
            "forge",
            "serves GitHub's API on forge/forge.sock",
            Vec::new(),
        );

        let server = Self {
            dir: dir.to_owned(),
            althing,
            _process: process,
        };
        timeline.doing("forge", "seeding");
        let nobody = server.player_with("forge", inherited());
        let (code, answer) = nobody
            .althing(&["forge", "seed", "seed.yaml", "--root", "forge"])
            .await?;
        check(code == 0, "althing forge seed", &said(&answer))?;
        timeline.done(
            "forge",
            "has 3 people, a models repository and 2 ready issues",
            Vec::new(),
        );
        Ok(server)
    }

    /// A user with the environment of `althing forge env` and the worker's settings.
    async fn player(&self, login: &'static str) -> Result<Player, Failure> {
        let nobody = self.player_with("forge", inherited());
        let (_, answer) = nobody
            .althing(&["forge", "env", "--root", "forge", "--as", login])
            .await?;
        let exports: BTreeMap<String, String> =
            serde_json::from_value(answer["data"]["environment"].clone())
                .map_err(|error| broken("althing forge env", &error.to_string()))?;
        let mut environment = inherited();
        environment.extend(
            exports
                .into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
        let tmp = self.dir.join("tmp");
        std::fs::create_dir_all(&tmp).map_err(|error| broken("tmp", &error.to_string()))?;
        for (key, value) in [
            ("YT_SYSTEM", "n150".into()),
            ("YT_PROJECT_NUMBER", "1".into()),
            ("YT_WORKER_NAME", "demo".into()),
            ("YT_MAX_ATTEMPTS", "2".into()),
            ("YT_TMP_ROOT", tmp.clone().into_os_string()),
            ("TMPDIR", tmp.into_os_string()),
            (
                "ALTHING_LEDGER",
                self.dir.join("ledger.db").into_os_string(),
            ),
        ] {
            environment.insert(key.into(), value);
        }
        Ok(self.player_with(login, environment))
    }

    fn player_with(
        &self,
        login: &'static str,
        environment: BTreeMap<OsString, OsString>,
    ) -> Player {
        Player {
            login,
            althing: self.althing.clone(),
            environment,
            dir: self.dir.clone(),
        }
    }
}

/// The models repository's own checks are Python; `gh` and `git` are asked for by what uses them.
///
/// # Errors
/// A `tool-missing` finding, before anything is made.
pub(super) async fn python_has_pytest() -> Result<(), Failure> {
    let asked = Command::new("python")
        .args(["-c", "import pytest"])
        .output()
        .await;
    if asked.is_ok_and(|asked| asked.status.success()) {
        return Ok(());
    }
    let help = "run `scripts/setup` in the checkout, then put its `.venv/bin` first on the PATH \
                (`make demo` does both)";
    Err(Finding::error(
        Code::ToolMissing,
        "there is no `python` with pytest on the PATH",
        help,
    )
    .into())
}

/// What the demo takes from the user's own environment: where programs are, and nothing that
/// belongs to the user's own forge.
fn inherited() -> BTreeMap<OsString, OsString> {
    ["PATH", "HOME", "LANG", "LC_ALL"]
        .into_iter()
        .filter_map(|key| Some((key.into(), env::var_os(key)?)))
        .collect()
}

async fn run_worker(worker: &Player) -> Result<Value, Failure> {
    let agent = format!("python3 '{}'", worker.dir.join("agent.py").display());
    let args = [
        "bringup",
        "worker",
        "--once",
        "--skip-tt",
        "--models-dir",
        "models",
        "--agent",
        &agent,
    ];
    let (code, answer) = worker.althing(&args).await?;
    let run = answer["data"]["run"].clone();
    check(
        code == 0 && run.is_object(),
        "althing bringup worker --once",
        &said(&answer),
    )?;
    Ok(run)
}

/// The worker takes the older issue to a pull request. Returns its number.
async fn bring_up(worker: &Player, timeline: &mut Timeline) -> Result<String, Failure> {
    timeline.doing(worker.login, "polling the board, oldest ready issue first");
    let run = run_worker(worker).await?;
    check(
        run["status"] == "in review",
        "the first bring-up",
        &text(&run["summary"]),
    )?;
    let pull = run["pull"]["number"].as_u64().unwrap_or(0).to_string();
    timeline.done(
        worker.login,
        &format!("took issue #{} to pull request #{pull}", run["issue"]),
        vec![
            format!("claim   run {}", text(&run["run_id"])),
            format!("branch  {}", text(&run["branch"])),
            format!("skipped {}", skipped(&run)),
            format!("pull    {}", text(&run["pull"]["url"])),
            format!("status  {}", text(&run["status"])),
        ],
    );
    Ok(pull)
}

/// Without an approval the gate says no, and why.
async fn gate_refuses(
    maintainer: &Player,
    pull: &str,
    timeline: &mut Timeline,
) -> Result<(), Failure> {
    timeline.doing(maintainer.login, "asking the gate");
    let (code, answer) = maintainer.althing(&["gate", pull, "-R", REPO]).await?;
    let verdict = &answer["data"];
    check(
        code == 1 && verdict["pass"] == false,
        "the gate without approval",
        &said(&answer),
    )?;
    timeline.done(
        maintainer.login,
        "asked the gate: it refuses",
        reasons(verdict),
    );
    Ok(())
}

/// A merging pass leaves what the gate refuses alone, and records why.
async fn stays_in_review(
    maintainer: &Player,
    pull: &str,
    timeline: &mut Timeline,
) -> Result<(), Failure> {
    timeline.doing(maintainer.login, "making a merging pass");
    let outcome = merging_pass(maintainer).await?;
    check(
        outcome["blocked"].is_object(),
        "the pass before approval",
        &outcome.to_string(),
    )?;
    let status = board_status(maintainer, 1).await?;
    check(status == "in review", "the status of issue 1", &status)?;
    let what = format!("made a merging pass: #{pull} stays in review");
    timeline.done(maintainer.login, &what, Vec::new());
    Ok(())
}

/// What `althing bringup pr --once` did to the one issue in review.
async fn merging_pass(maintainer: &Player) -> Result<Value, Failure> {
    let (code, answer) = maintainer.althing(&["bringup", "pr", "--once"]).await?;
    check(code == 0, "althing bringup pr --once", &said(&answer))?;
    Ok(answer["data"]["pulls"][0]["outcome"].clone())
}

async fn approve(reviewer: &Player, pull: &str, timeline: &mut Timeline) -> Result<(), Failure> {
    timeline.doing(reviewer.login, "reviewing");
    reviewer
        .gh(&["pr", "review", pull, "-R", REPO, "--approve"])
        .await?;
    timeline.done(
        reviewer.login,
        &format!("approved with `gh pr review {pull} --approve`"),
        Vec::new(),
    );
    Ok(())
}

/// With the approval the gate passes and exactly the judged commit is merged.
async fn merge(maintainer: &Player, pull: &str, timeline: &mut Timeline) -> Result<(), Failure> {
    timeline.doing(maintainer.login, "making a merging pass");
    let outcome = merging_pass(maintainer).await?;
    let merged = &outcome["merged"];
    check(
        merged.is_object(),
        "the pass after approval",
        &outcome.to_string(),
    )?;
    let view = maintainer
        .gh(&["pr", "view", pull, "-R", REPO, "--json", "state"])
        .await?;
    check(view.contains("MERGED"), "gh pr view", &view)?;
    let issue = maintainer
        .gh(&["issue", "view", "1", "-R", REPO, "--json", "state"])
        .await?;
    check(issue.contains("CLOSED"), "gh issue view 1", &issue)?;
    let status = board_status(maintainer, 1).await?;
    check(status == "done", "the status of issue 1", &status)?;
    let mut details = reasons(&merged["verdict"]);
    details.push(format!("merge   {}", text(&merged["commit"])));
    details.push(format!("status  {status}"));
    timeline.done(
        maintainer.login,
        &format!("made a merging pass: #{pull} passes and is merged"),
        details,
    );
    Ok(())
}

/// The second model cannot pass its checks; the work is kept and the issue says so.
async fn fail_honestly(worker: &Player, timeline: &mut Timeline) -> Result<(), Failure> {
    timeline.doing(worker.login, "taking the next issue");
    let run = run_worker(worker).await?;
    check(
        run["status"] == "failed",
        "the second bring-up",
        &text(&run["summary"]),
    )?;
    let branch = text(&run["branch"]);
    let refs = worker
        .gh(&["api", &format!("repos/{REPO}/git/ref/heads/{branch}")])
        .await?;
    check(
        refs.contains("refs/heads/"),
        "the failed branch is preserved",
        &refs,
    )?;
    let comments = worker
        .gh(&["issue", "view", "2", "-R", REPO, "--json", "comments"])
        .await?;
    check(
        comments.contains("failed") && comments.contains(&branch),
        "the comment on issue 2",
        &comments,
    )?;
    timeline.done(
        worker.login,
        &format!(
            "issue #{} failed its checks, {} attempts",
            run["issue"], run["attempts"]
        ),
        vec![
            format!("result  {}", text(&run["summary"])),
            format!("branch  {branch} (kept)"),
            format!("status  {}", text(&run["status"])),
        ],
    );
    Ok(())
}

async fn read_the_record(maintainer: &Player, timeline: &mut Timeline) -> Result<(), Failure> {
    timeline.doing(maintainer.login, "reading the record");
    let (_, answer) = maintainer.althing(&["ledger", "list"]).await?;
    let entries = answer["data"]["entries"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    check(
        !entries.is_empty(),
        "althing ledger list",
        "the record is empty",
    )?;
    let lines = entries.iter().map(entry_line).collect();
    timeline.done(
        maintainer.login,
        &format!("read {} ledger entries", entries.len()),
        lines,
    );

    let (code, answer) = maintainer.althing(&["ledger", "verify"]).await?;
    check(code == 0, "althing ledger verify", &said(&answer))?;
    let head = format!("head {}", text(&answer["data"]["head"]));
    timeline.done(maintainer.login, "ledger verify: ok", vec![head]);
    Ok(())
}

/// Where an issue stands on the board, asked with `gh` as a person would.
async fn board_status(player: &Player, issue: u64) -> Result<String, Failure> {
    let query = format!(
        r#"query={{repository(owner:"yieldthought",name:"ttnn_models"){{issue(number:{issue}){{
        projectItems(first:1){{nodes{{fieldValueByName(name:"Status"){{
        ... on ProjectV2ItemFieldSingleSelectValue{{name}}}}}}}}}}}}}}"#
    );
    let path = ".data.repository.issue.projectItems.nodes[0].fieldValueByName.name";
    let answer = player
        .gh(&["api", "graphql", "-f", &query, "--jq", path])
        .await?;
    Ok(answer.trim().to_owned())
}

fn check(as_told: bool, step: &str, why: &str) -> Result<(), Failure> {
    if as_told {
        Ok(())
    } else {
        Err(broken(step, why))
    }
}

/// What a command said: its findings, or else its answer.
fn said(answer: &Value) -> String {
    let findings = answer["findings"].as_array().into_iter().flatten();
    let messages: Vec<String> = findings.map(|it| text(&it["message"])).collect();
    if messages.is_empty() {
        answer["data"].to_string()
    } else {
        messages.join("; ")
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn reasons(verdict: &Value) -> Vec<String> {
    let all = verdict["reasons"].as_array().cloned().unwrap_or_default();
    all.iter()
        .map(|reason| {
            let mark = if reason["met"] == true { "✓" } else { "✗" };
            format!("{mark} {}", text(&reason["text"]))
        })
        .collect()
}

fn skipped(run: &Value) -> String {
    let all = run["skipped"].as_array().cloned().unwrap_or_default();
    all.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn entry_line(entry: &Value) -> String {
    format!(
        "{:>3}  {:<14} {:<26} @{:<10} {}",
        entry["seq"].to_string(),
        text(&entry["kind"]),
        text(&entry["subject"]),
        text(&entry["actor"]["login"]),
        text(&entry["hash"]).chars().take(8).collect::<String>(),
    )
}
