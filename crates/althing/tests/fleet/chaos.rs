//! A fleet on a bad day: slow answers, errors, limits, reads that lag, connections that are cut,
//! and workers that are killed. What must hold is looked up afterwards on the forge, in the
//! record, in the branches and on the disk.
//!
//! `make chaos` does it with 50 workers and 200 issues; the numbers come from the environment.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Stdio},
    str::FromStr,
    thread,
    time::{Duration, Instant},
};

use althing_testkit::{Faults, TestForge};
use serde_json::Value;

use crate::world::{REPO, althing, answer, json, nothing_is_left, signal};

/// What no comment, log, branch or record may hold.
const SECRET: &str = "hf_plantedSecret0123456789";
const FAULTS: &str = "
seed: 7
latency: { milliseconds: 5, jitter: 20 }
errors: { rate: 0.02 }
secondary-limit: { rate: 0.003, retry-after: 2 }
read-lag: { milliseconds: 300 }
cuts: { rate: 0.01 }
";

struct Size {
    workers: usize,
    /// How many accounts the workers share.
    accounts: usize,
    issues: usize,
    kills: usize,
    /// How long claims last, in seconds.
    ttl: u64,
    /// How often workers look, in seconds.
    sleep: u64,
    /// Until when all must be over.
    limit: Duration,
}

impl Size {
    fn from_env() -> Self {
        Self {
            workers: number("ALTHING_CHAOS_WORKERS", 4),
            accounts: number("ALTHING_CHAOS_ACCOUNTS", 2),
            issues: number("ALTHING_CHAOS_ISSUES", 8),
            kills: number("ALTHING_CHAOS_KILLS", 3),
            ttl: number("ALTHING_CHAOS_TTL", 15),
            sleep: number("ALTHING_CHAOS_SLEEP", 2),
            limit: Duration::from_secs(number("ALTHING_CHAOS_LIMIT", 160)),
        }
    }
}

fn number<T: FromStr>(name: &str, default: T) -> T {
    env::var(name).map_or(default, |text| text.parse().ok().unwrap())
}

#[test]
#[expect(clippy::print_stdout, reason = "the numbers are what one runs it for")]
fn whatever_goes_wrong_every_issue_ends_once() {
    let size = Size::from_env();
    let mut forge = stage(&size);
    let began = Instant::now();
    let killed = work_to_the_end(&forge, &size);
    let took = began.elapsed();
    nothing_is_left(&forge);
    let requests = requests(&forge);
    forge.calm();

    let statuses = statuses(&forge).unwrap();
    let mut counts = BTreeMap::<&str, usize>::new();
    for status in statuses.values() {
        *counts.entry(status).or_default() += 1;
    }
    let entries = ledger(&forge);
    let won = entries
        .iter()
        .filter(|it| it["kind"] == "claim.won")
        .count();
    let lost = entries
        .iter()
        .filter(|it| it["kind"] == "claim.lost")
        .count();
    println!(
        "{} workers, {} issues: {} s, {killed} killed, {won} claims won, {lost} lost, \
         {requests} requests, {counts:?}",
        size.workers,
        size.issues,
        took.as_secs(),
    );
    assert_eq!(counts.values().sum::<usize>(), size.issues);
    let over = ["in review", "failed", "setup error", "reference error"];
    assert!(
        counts.keys().all(|status| over.contains(status)),
        "{counts:?}"
    );
    assert!(counts.contains_key("in review"), "{counts:?}");
    no_two_held_an_issue_at_once(&entries);
    everything_is_there_once(&forge, &entries);
    no_secret_is_out(&forge, &entries);
}

/// A board of ready issues: most go well, some leak, break or cannot be read.
fn stage(size: &Size) -> TestForge {
    let mut seed = include_str!("chaos.yaml").to_owned();
    let logins: Vec<String> = (0..size.accounts).map(login).collect();
    let accounts = logins.iter().enumerate().map(|(number, login)| {
        let id = 2000 + number;
        format!("  - {{ login: {login}, id: {id}, name: Worker, email: {login}@example.org }}\n")
    });
    let writers: Vec<String> = logins.iter().map(|it| format!("{it}: write")).collect();
    let mut items = String::new();
    for number in 1..=size.issues {
        let body = match number % 10 {
            0 => "model: none".to_owned(),
            7 => format!("hf_model_id: lab/leaks-{number}"),
            4 => format!("hf_model_id: lab/breaks-{number}"),
            _ => format!("hf_model_id: lab/model-{number}"),
        };
        seed.push_str(&format!(
            "      - {{ title: \"Model {number}\", author: maintainer, labels: [n150], \
             created-at: 2026-01-05T09:00:{:02}Z, body: \"{body}\" }}\n",
            number % 60
        ));
        items.push_str(&format!(
            "      - {{ issue: \"{REPO}#{number}\", status: ready }}\n"
        ));
    }
    seed.push_str(include_str!("chaos-board.yaml"));
    seed.push_str(&items);
    let seed = seed
        .replace("ACCOUNTS", &accounts.collect::<String>())
        .replace("MEMBERS", &logins.join(", "))
        .replace("WRITERS", &writers.join(", "));
    let faults = Faults::parse("faults.yaml", FAULTS).unwrap();
    let files = [
        ("models-repo/README.md", "# Models\n"),
        ("models-repo/scripts/run_eval.py", EVAL),
        (
            "models-repo/tests/test_models.py",
            "def test_ok():\n    assert True\n",
        ),
    ];
    let program = Path::new(env!("CARGO_BIN_EXE_althing"));
    let forge = TestForge::start_with_faults(program, &seed, &files, faults);
    for folder in ["tmp", "tools", "logs"] {
        fs::create_dir(forge.folder().join(folder)).unwrap();
    }
    for number in 1..=size.issues {
        for kind in ["model", "leaks", "breaks"] {
            let folder = forge.folder().join(format!("weights/lab/{kind}-{number}"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("config.json"), "{}").unwrap();
        }
    }
    let agent = forge.folder().join("tools/agent");
    fs::write(&agent, AGENT.replace("SECRET", SECRET)).unwrap();
    fs::set_permissions(&agent, fs::Permissions::from_mode(0o755)).unwrap();
    forge
}

/// Who the workers of an account are logged in as.
fn login(account: usize) -> String {
    format!("worker{account}")
}

const EVAL: &str = r#"import json, pathlib, sys
name = sys.argv[sys.argv.index("--hf-model") + 1]
source = pathlib.Path(f"models/{name}/n150/functional/model.py").read_text()
good = {"top1": 1.0, "top5": 1.0, "tokens": 4, "mode": "hf", "trace": False, "timing": {"total_s": 0.1}}
if "broken" in source:
    sys.exit("it does not load")
print("YT_METRICS=" + json.dumps(good))
"#;

/// Takes its time, says what must not be said, and writes what it is asked for.
const AGENT: &str = r#"#!/bin/sh
model=$(sed -n 's/^Model: //p')
folder=models/$model/n150/functional
mkdir -p "$folder"
case $model in
    *leaks*) echo '# SECRET' > "$folder/model.py" ;;
    *breaks*) echo 'broken' > "$folder/model.py" ;;
    *) echo 'def build_model(hf_model, tt_device, max_seq_len): pass' > "$folder/model.py" ;;
esac
echo 'the token is SECRET'
sleep 1
"#;

/// How often is told how far it is.
const EVERY: Duration = Duration::from_secs(30);

/// Keeps the fleet up and kills some of it, until every issue has ended; then stops all. Returns
/// how many were killed.
#[expect(clippy::print_stdout, reason = "long work shows its progress")]
fn work_to_the_end(forge: &TestForge, size: &Size) -> usize {
    let dice = &mut fastrand::Rng::with_seed(11);
    let began = Instant::now();
    let mut workers: Vec<Child> = (0..size.workers)
        .map(|number| worker(forge, size, number))
        .collect();
    let mut killed = 0;
    let mut told = Duration::ZERO;
    loop {
        thread::sleep(Duration::from_millis(dice.u64(500..3000)));
        if killed < size.kills {
            let number = dice.usize(0..size.workers);
            signal(&workers[number], "-KILL");
            workers[number].wait().unwrap();
            workers[number] = worker(forge, size, number);
            killed += 1;
        }
        for (number, worker) in workers.iter_mut().enumerate() {
            if let Some(status) = worker.try_wait().unwrap() {
                let log = fs::read_to_string(log(forge, number)).unwrap();
                panic!("worker {number} ended by itself, {status}: {}", tail(&log));
            }
        }
        let open = open_issues(forge);
        if began.elapsed() >= told + EVERY {
            told = began.elapsed();
            println!(
                "{} s: {open:?} issues open, {killed} killed",
                told.as_secs()
            );
        }
        if open.is_some_and(|open| open == 0) && killed == size.kills {
            break;
        }
        assert!(
            began.elapsed() < size.limit,
            "{open:?} issues have not ended"
        );
    }
    for worker in &workers {
        signal(worker, "-TERM");
    }
    for worker in &mut workers {
        assert!(worker.wait().unwrap().success());
    }
    killed
}

fn tail(log: &str) -> &str {
    log.get(log.len().saturating_sub(3000)..).unwrap_or(log)
}

fn log(forge: &TestForge, number: usize) -> std::path::PathBuf {
    forge.folder().join(format!("logs/w{number}"))
}

fn worker(forge: &TestForge, size: &Size, number: usize) -> Child {
    let file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log(forge, number))
        .unwrap();
    let weights = forge.folder().join("weights").display().to_string();
    let agent = forge.folder().join("tools/agent").display().to_string();
    let args = [
        "bringup",
        "worker",
        "--skip-tt",
        "--models-dir",
        &weights,
        "--agent",
        &agent,
    ];
    let login = login(number % size.accounts);
    althing(forge, &login, &format!("w{number}"), &args)
        .env("YT_CLAIM_TTL_SECS", size.ttl.to_string())
        .env("YT_SLEEP_SECS", size.sleep.to_string())
        .env("HF_TOKEN", SECRET)
        .env("ALTHING_LOG", "info")
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .unwrap()
}

/// How many issues are `ready` or `in progress`; `None` when the forge fails just now.
fn open_issues(forge: &TestForge) -> Option<usize> {
    let statuses = statuses(forge)?;
    let open = |status: &&String| ["ready", "in progress"].contains(&status.as_str());
    Some(statuses.values().filter(open).count())
}

/// The status of every issue on the board.
fn statuses(forge: &TestForge) -> Option<BTreeMap<u64, String>> {
    let mut statuses = BTreeMap::new();
    let mut after = "null".to_owned();
    loop {
        let query = format!(
            "query={{ organization(login: \"yieldthought\") {{ projectV2(number: 1) {{ \
             items(first: 100, after: {after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ \
             content {{ ... on Issue {{ number }} }} fieldValueByName(name: \"Status\") \
             {{ ... on ProjectV2ItemFieldSingleSelectValue {{ name }} }} }} }} }} }} }}"
        );
        let asked = forge
            .gh("maintainer")
            .args(["api", "graphql", "-f", &query])
            .output();
        let answer: Value = serde_json::from_slice(&asked.unwrap().stdout).ok()?;
        let items = &answer["data"]["organization"]["projectV2"]["items"];
        for item in items["nodes"].as_array()? {
            let status = item["fieldValueByName"]["name"].as_str()?;
            statuses.insert(item["content"]["number"].as_u64()?, status.to_owned());
        }
        if items["pageInfo"]["hasNextPage"] == false {
            return Some(statuses);
        }
        after = items["pageInfo"]["endCursor"].to_string();
    }
}

fn ledger(forge: &TestForge) -> Vec<Value> {
    let run = |what| althing(forge, "maintainer", "m", &["ledger", what]).output();
    answer(&run("verify").unwrap());
    let exported = run("export").unwrap();
    let lines = String::from_utf8(exported.stdout).unwrap();
    lines.lines().map(json).collect()
}

/// Asks until the faults let an answer through.
fn until_it_answers<T>(ask: impl Fn() -> Option<T>) -> T {
    (0..100).find_map(|_| ask()).unwrap()
}

fn requests(forge: &TestForge) -> u64 {
    let ask = || {
        forge
            .gh("maintainer")
            .args(["api", "/_althing/stats"])
            .output()
            .unwrap()
    };
    let stats = until_it_answers(|| serde_json::from_slice::<Value>(&ask().stdout).ok());
    let all = stats["requests"].as_array().unwrap().iter();
    let of_workers = all.filter(|it| {
        it["user"]
            .as_str()
            .is_some_and(|user| user.starts_with("worker"))
    });
    of_workers.map(|it| it["count"].as_u64().unwrap()).sum()
}

/// After a run has won an issue, nobody who had it before does anything about it.
fn no_two_held_an_issue_at_once(entries: &[Value]) {
    let acts = [
        "status.moved",
        "branch.pushed",
        "pull.opened",
        "agent.ran",
        "checks.run",
        "claim.released",
    ];
    // Entries of one run stand in the order of its acts; those of the next come after its claim.
    let mut holders = BTreeMap::<&str, &str>::new();
    for entry in entries {
        let subject = entry["subject"].as_str().unwrap();
        let run = entry["data"]["run_id"].as_str().unwrap();
        let kind = entry["kind"].as_str().unwrap();
        if kind == "claim.won" {
            holders.insert(subject, run);
        } else if acts.contains(&kind) {
            assert_eq!(holders.get(subject), Some(&run), "{entry}");
        }
    }
}

/// One pull request and one branch per issue at most, every claim that won where it was posted,
/// no ending told twice, no fence left.
fn everything_is_there_once(forge: &TestForge, entries: &[Value]) {
    let list = [
        "pr", "list", "-R", REPO, "--state", "all", "-L", "1000", "--json",
    ];
    let pulls = json(&forge.gh_text("maintainer", &[&list[..], &["headRefName"]].concat()));
    let heads: Vec<&str> = pulls
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["headRefName"].as_str().unwrap())
        .collect();
    let issues: BTreeSet<&str> = heads.iter().map(|head| issue_of(head)).collect();
    assert_eq!(issues.len(), heads.len(), "{heads:?}");
    let refs = refs(forge);
    let branches: Vec<&str> = refs
        .lines()
        .filter_map(|it| it.strip_prefix("refs/heads/"))
        .filter(|branch| branch.starts_with("bringup/"))
        .collect();
    let issues: BTreeSet<&str> = branches.iter().map(|branch| issue_of(branch)).collect();
    assert_eq!(issues.len(), branches.len(), "{branches:?}");

    let comments = comments(forge);
    for entry in entries.iter().filter(|it| it["kind"] == "claim.won") {
        let run = format!("run_id: {}", entry["data"]["run_id"].as_str().unwrap());
        let of_run: Vec<&String> = comments.iter().filter(|body| body.contains(&run)).collect();
        let claims = of_run
            .iter()
            .filter(|body| body.starts_with("[yt-claim]\n"))
            .count();
        assert_eq!(claims, 1, "the claim of {run}: {of_run:?}");
        assert!(of_run.len() <= 2, "an ending told twice: {of_run:?}");
    }
}

/// `issue-N` of a branch `bringup/issue-N-MODEL`.
fn issue_of(branch: &str) -> &str {
    let name = branch.trim_start_matches("bringup/issue-");
    name.split('-').next().unwrap()
}

fn bare(forge: &TestForge) -> String {
    let folder = forge.root().join(format!("git/{REPO}.git"));
    folder.display().to_string()
}

fn refs(forge: &TestForge) -> String {
    let args = [
        "--git-dir",
        &bare(forge),
        "for-each-ref",
        "--format=%(refname)",
    ];
    forge.git_text("maintainer", ".", &args)
}

fn comments(forge: &TestForge) -> Vec<String> {
    let list = [
        "issue", "list", "-R", REPO, "--state", "all", "-L", "1000", "--json", "comments",
    ];
    let issues = json(&forge.gh_text("maintainer", &list));
    let comments = issues.as_array().unwrap().iter();
    let comments = comments.flat_map(|it| it["comments"].as_array().unwrap());
    comments
        .map(|it| it["body"].as_str().unwrap().to_owned())
        .collect()
}

fn no_secret_is_out(forge: &TestForge, entries: &[Value]) {
    let clean = |what: &str, text: &str| assert!(!text.contains(SECRET), "{what}");
    for entry in entries {
        clean("the record", &entry.to_string());
    }
    for comment in comments(forge) {
        clean("a comment", &comment);
    }
    let args = [
        "--git-dir",
        &bare(forge),
        "log",
        "--all",
        "-p",
        "--format=%B",
    ];
    clean("a commit", &forge.git_text("maintainer", ".", &args));
    let pulls = [
        "pr",
        "list",
        "-R",
        REPO,
        "--state",
        "all",
        "-L",
        "1000",
        "--json",
        "title,body",
    ];
    clean("a pull request", &forge.gh_text("maintainer", &pulls));
    for log in fs::read_dir(forge.folder().join("logs")).unwrap() {
        clean("a log", &fs::read_to_string(log.unwrap().path()).unwrap());
    }
}
