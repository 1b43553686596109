//! Many workers after one issue, and what one bring-up asks of the forge.

use std::{fs, process::Child};

use althing_testkit::TestForge;
use serde_json::Value;

use crate::world::{
    REPO, althing, answer, bodies, json, leave_one_issue, nothing_is_left, scripted_agent, start,
    worker, worker_command,
};

#[test]
fn of_five_workers_on_one_ready_issue_exactly_one_runs_it() {
    let forge = start();
    leave_one_issue(&forge);
    let workers: Vec<Child> = (1..=5)
        .map(|number| worker(&forge, &format!("w{number}"), &scripted_agent()))
        .collect();
    let answers: Vec<Value> = workers
        .into_iter()
        .map(|child| answer(&child.wait_with_output().unwrap()))
        .collect();
    nothing_is_left(&forge);

    // Workers that posted at the same moment may all give way; then the next pass has a winner.
    let mut ran: Vec<Value> = answers
        .into_iter()
        .map(|it| it["data"]["run"].clone())
        .filter(|it| !it.is_null())
        .collect();
    if ran.is_empty() {
        let child = worker(&forge, "w6", &scripted_agent());
        ran.push(answer(&child.wait_with_output().unwrap())["data"]["run"].clone());
    }
    assert_eq!(ran.len(), 1, "{ran:?}");
    assert_eq!(ran[0]["status"], "in review", "{ran:?}");

    let pulls = json(&forge.gh_text("reviewer", &["pr", "list", "-R", REPO, "--json", "number"]));
    assert_eq!(pulls.as_array().unwrap().len(), 1, "{pulls}");
    let told = bodies(&forge, "1");
    let claims = told
        .iter()
        .filter(|body| body.starts_with("[yt-claim]\n"))
        .count();
    assert_eq!(
        (claims, told.len()),
        (1, 2),
        "losers take their claims back: {told:?}"
    );
    let run = format!("run_id: {}", ran[0]["run_id"].as_str().unwrap());
    assert!(told.iter().all(|body| body.contains(&run)), "{told:?}");

    let verified = althing(&forge, "worker", "w1", &["ledger", "verify"])
        .output()
        .unwrap();
    answer(&verified);
}

#[test]
fn a_bring_up_takes_few_requests() {
    let forge = start();
    let before = files(&forge);
    let ran = worker_command(&forge, "w1", &scripted_agent())
        .env("ALTHING_LOG", "info")
        .output()
        .unwrap();
    has_durations(&String::from_utf8_lossy(&ran.stderr));
    let ran = answer(&ran);
    assert_eq!(ran["data"]["run"]["status"], "in review", "{ran}");
    nothing_is_left(&forge);
    let mut after = files(&forge);
    after.retain(|file| !before.contains(file) && !file.starts_with("ledger.db"));
    assert_eq!(after, [""; 0], "nothing is written outside the workspace");
    let stats = althing(
        &forge,
        "worker",
        "w1",
        &["forge", "stats", "--root", "forge"],
    );
    let stats = answer(&{ stats }.output().unwrap());
    let operations: Vec<(String, u64)> = stats["data"]["requests"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["user"] == "worker")
        .map(|it| {
            (
                it["operation"].as_str().unwrap().to_owned(),
                it["count"].as_u64().unwrap(),
            )
        })
        .collect();
    let total: u64 = operations.iter().map(|(_, count)| count).sum();
    // At the start: login (2), account, board, one poll. Then: 12 for the work, and 6 that `gh`
    // makes of its own, for each comment (1), the pull request (2), and the login (2) asks more
    // than one thing.
    let (start, work, of_gh) = (5, 12, 6);
    assert!(total <= start + work + of_gh, "{total}: {operations:#?}");
    // What else is asked is asked by the commands of `gh`, each version in its own way.
    let own = [
        ("GET /user", 1),
        ("POST /repos/{owner}/{repo}/git/commits", 1),
        ("POST /repos/{owner}/{repo}/git/refs", 1),
        ("POST /repos/{owner}/{repo}/statuses/{sha}", 1),
        ("graphql BoardByNumber", 1),
        ("graphql BoardIssues", 1),
        ("graphql Issue", 3),
        ("graphql SetStatus", 2),
        ("graphql SwapRef", 1),
    ];
    let made: Vec<(&str, u64)> = operations
        .iter()
        .map(|(operation, count)| (operation.as_str(), *count))
        .collect();
    for asked in own {
        assert!(made.contains(&asked), "{asked:?} is not in {made:#?}");
    }
    let gh = [
        "GET /",
        "graphql CommentCreate",
        "graphql PullRequestCreate",
        "graphql UserCurrent",
    ];
    let gh = made
        .iter()
        .filter(|(it, _)| gh.contains(it))
        .map(|(_, count)| count);
    assert_eq!(
        gh.sum::<u64>(),
        7,
        "two logins, two comments, one pull request: {made:#?}"
    );
}

/// Every command that is done says in the log how long it took, as a number.
fn has_durations(log: &str) {
    let lines: Vec<Value> = log.lines().map(json).collect();
    let done: Vec<&Value> = lines
        .iter()
        .map(|line| &line["fields"])
        .filter(|fields| fields["message"] == "done")
        .collect();
    assert!(done.len() > 5, "{log}");
    assert!(done.iter().all(|fields| fields["ms"].is_u64()), "{done:?}");
}

/// What lies beside the forge: the home folder and whatever else a run might write to.
fn files(forge: &TestForge) -> Vec<String> {
    let mut all = Vec::new();
    for name in ["", "home", "tmp"] {
        for entry in fs::read_dir(forge.folder().join(name)).unwrap() {
            all.push(format!("{name}/{}", entry.unwrap().file_name().display()));
        }
    }
    all.iter()
        .map(|file| file.trim_start_matches('/').to_owned())
        .collect()
}
