//! The merging pass, from `in review` to `done`.

use std::fs;

use althing_testkit::TestForge;
use serde_json::Value;

use crate::world::{
    REPO, althing, answer, json, leave_one_issue, nothing_is_left, scripted_agent, start, worker,
};

#[test]
fn a_merging_pass_rebases_what_is_behind_and_merges_what_was_approved() {
    let forge = start();
    leave_one_issue(&forge);
    let ran = worker(&forge, "w1", &scripted_agent());
    let run = answer(&ran.wait_with_output().unwrap())["data"]["run"].clone();
    let (branch, old) = (run["branch"].as_str().unwrap(), run["head"].clone());
    let number = run["pull"]["number"].to_string();
    let view = |fields: &str| {
        json(&forge.gh_text(
            "reviewer",
            &["pr", "view", &number, "-R", REPO, "--json", fields],
        ))
    };
    let pass = || {
        let pass = ["bringup", "pr", "--once"];
        let output = althing(&forge, "worker", "w1", &pass).output().unwrap();
        nothing_is_left(&forge);
        answer(&output)["data"]["pulls"][0].clone()
    };

    base_moves(&forge, "first");
    let looked = pass();
    assert!(looked["outcome"]["blocked"].is_object(), "{looked}");
    let new = view("headRefOid")["headRefOid"].clone();
    assert_eq!(looked["rebased"], new, "{looked}");
    assert_ne!(new, old);
    let reports = format!("repos/{REPO}/commits/{}/statuses", new.as_str().unwrap());
    let reports = json(&forge.gh_text("reviewer", &["api", &reports]));
    let mut reports: Vec<(&str, &str)> = reports
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["context"].as_str().unwrap(),
                it["state"].as_str().unwrap(),
            )
        })
        .collect();
    reports.sort_unstable();
    let green = ["althing/bringup", "althing/merge-tests"].map(|name| (name, "success"));
    assert_eq!(reports, green);

    forge.gh_text(
        "reviewer",
        &["pr", "review", &number, "-R", REPO, "--approve"],
    );
    base_moves(&forge, "second");
    let looked = pass();
    assert!(looked["outcome"]["merged"].is_object(), "{looked}");
    assert!(
        looked["rebased"].is_null(),
        "what is approved is not moved: {looked}"
    );
    let pull = view("state,headRefOid");
    assert_eq!(
        (&pull["state"], &pull["headRefOid"]),
        (&Value::from("MERGED"), &new)
    );
    let heads = format!("repos/{REPO}/git/matching-refs/heads/{branch}");
    assert_eq!(forge.gh_text("reviewer", &["api", &heads]).trim(), "[]");
    assert!(pass().is_null(), "nothing is left in review");
}

/// A commit on the default branch by somebody else.
fn base_moves(forge: &TestForge, name: &str) {
    let url = format!("git@github.com:{REPO}.git");
    forge.git_text("maintainer", "tmp", &["clone", "--quiet", &url, name]);
    let clone = format!("tmp/{name}");
    fs::write(forge.folder().join(&clone).join(name), "news\n").unwrap();
    forge.git_text("maintainer", &clone, &["add", name]);
    let identity = [
        "-c",
        "user.name=m",
        "-c",
        "user.email=maintainer@example.org",
    ];
    let commit = [&identity[..], &["commit", "--quiet", "-m", name]].concat();
    forge.git_text("maintainer", &clone, &commit);
    forge.git_text(
        "maintainer",
        &clone,
        &["push", "--quiet", "origin", "HEAD:main"],
    );
    fs::remove_dir_all(forge.folder().join(&clone)).unwrap();
}
