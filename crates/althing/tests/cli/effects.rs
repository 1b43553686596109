//! What decisions do beyond words: proposed changes of files, merges, statuses.

use std::{fs, path::Path};

use althing_testkit::TestForge;
use serde_json::Value;

use super::{
    output::assert_documented,
    run::{findings, program},
    town::{REPO, althing, comment, gh, later, pulls, round},
};

const SEED: &str = "
users:
  - { login: althing, id: 1000, email: althing@example.org }
  - { login: m1, id: 1001, email: m1@example.org }
  - { login: m2, id: 1002, email: m2@example.org }
  - { login: u1, id: 1011, email: u1@example.org }
  - { login: u2, id: 1012, email: u2@example.org }
repositories:
  - name: m1/models
    from: models
    collaborators: { althing: write, m2: write, u1: write }
    issues: [{ title: First, author: m1, body: x }]
projects:
  - owner: m1
    number: 1
    title: Board
    writers: [althing]
    fields: { Status: [ready, done] }
    items: [{ issue: 'm1/models#1', status: ready }]
";

const CHARTER: &str = "charter: 1
name: Models
version: 1.0.0
roles:
  maintainer: { entered-by: nomination }
lifecycles:
  nomination:
    title: Nomination
    description: a maintainer nominates somebody
    from: [issue]
    opened-by: [maintainer]
    about: nominee
    attributes:
      nominee: { type: person, required: true }
      role: { type: role, one-of: [maintainer], default: maintainer }
    states:
      voting: the maintainers vote
      accepted: { final: true, description: holds the role }
      rejected: { final: true, description: does not }
    transitions:
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs:
          vote: { electorate: [maintainer], passes: { more-than: 50%, of: electorate }, open-for: 7 days }
        effects:
          - grant: { role: '{role}', to: '{nominee}' }
  change:
    title: Change
    description: a change that a maintainer approves
    from: [pull-request, issue]
    states:
      review: waits for a maintainer
      agreed: { final: true, description: agreed }
    transitions:
      - name: approved
        from: review
        to: agreed
        needs: { approvals: [{ by: [maintainer], count: 1 }] }
        effects:
          - status: done
          - source: merge
          - set: { file: packs/p.yaml, field: state, value: stable }
          - label: { add: [agreed] }
gates:
  all: { paths: ['**'], requires: { approvals: { maintainer: 1 } } }
";

const MEMBERS: &str = "\
# Whoever may merge.
- { id: 1001, login: m1, emails: [m1@example.org], roles: [maintainer] } # the first
- { id: 1002, login: m2, emails: [m2@example.org], roles: [maintainer] }
";

fn start() -> TestForge {
    let files = [
        ("models/README.md", "Models\n"),
        ("models/.althing/charter.yaml", CHARTER),
        ("models/.althing/members.yaml", MEMBERS),
        ("models/packs/p.yaml", "name: p\nstate: draft # so far\n"),
    ];
    let forge = TestForge::start(program(), SEED, &files);
    let rules = forge.folder().join(".althing");
    fs::create_dir(&rules).expect("folder");
    fs::write(rules.join("charter.yaml"), CHARTER).expect("charter");
    fs::write(rules.join("members.yaml"), MEMBERS).expect("members");
    forge
}

/// A file of the default branch.
fn on_main(forge: &TestForge, path: &str) -> String {
    let path = format!("repos/m1/models/contents/{path}");
    let raw = "Accept: application/vnd.github.raw+json";
    forge.gh_text("u1", &["api", &path, "-H", raw])
}

fn review_and_merge(forge: &TestForge, number: &str) {
    forge.gh_text(
        "m1",
        &[&["pr", "review", number, "--approve"][..], &REPO].concat(),
    );
    forge.gh_text(
        "m1",
        &[&["pr", "merge", number, "--squash"][..], &REPO].concat(),
    );
}

#[test]
fn a_role_is_proposed_once_and_the_file_says_then_what_the_record_does() {
    let forge = start();
    comment(&forge, "m1", "1", "/open nomination nominee=u2");
    let person = ["--person", "1012:u2"];
    let opened = round(&forge, &person);
    assert_eq!(opened["data"]["changed"][0]["state"], "voting", "{opened}");
    comment(&forge, "m1", "1", "/vote yes");
    comment(&forge, "m2", "1", "/vote yes");
    assert_eq!(round(&forge, &[])["data"]["heard"], 2);
    assert_eq!(pulls(&forge).len(), 0);

    let week = later(8);
    let now = ["--now", &week];
    let rounds = [
        round(&forge, &now),
        round(&forge, &now),
        round(&forge, &now),
    ];
    let proposed = &rounds[0]["data"]["proposed"];
    assert_eq!(proposed.as_array().map(Vec::len), Some(1), "{rounds:#?}");
    assert!(rounds[1..].iter().all(|round| round["data"]["done"] == 0));
    assert_eq!(rounds[0]["data"]["by_hand"], Value::Array(Vec::new()));
    let warned = findings(&rounds[2]);
    assert_eq!(warned, ["members.yaml:0:0 members-unpublished"]);

    let pulls = pulls(&forge);
    let [pull] = pulls.as_slice() else {
        panic!("one pull request: {pulls:#?}")
    };
    assert_eq!(pull["title"], "u2 gets maintainer");
    assert!(
        pull["body"]
            .as_str()
            .is_some_and(|body| body.contains("m1/models#1"))
    );
    let number = pull["number"].to_string();
    review_and_merge(&forge, &number);
    let merged = on_main(&forge, ".althing/members.yaml");
    assert!(merged.starts_with(MEMBERS.trim_end()), "{merged}");
    let last = merged.lines().last().expect("a line");
    assert!(last.starts_with("- { id: 1012, login: u2, roles: [{ role: maintainer, since: "));

    fs::write(forge.folder().join(".althing/members.yaml"), merged).expect("members");
    let (code, checked) = althing(&forge, &["members", "check", "--now", &week]);
    assert_eq!(code, 0, "{checked}");
    assert_documented("tick", &round(&forge, &now));
}

/// A pull request of u1 that adds a file.
fn open_pull(forge: &TestForge, branch: &str) -> String {
    let folder = "models-of-u1";
    let git = |args: &[&str]| forge.git_text("u1", folder, args);
    if !forge.folder().join(folder).exists() {
        let url = "git@github.com:m1/models.git";
        forge.git_text("u1", ".", &["clone", "--quiet", url, folder]);
    }
    git(&["checkout", "--quiet", "-B", branch, "origin/main"]);
    push(forge, branch, "one");
    let create = ["pr", "create", "--base", "main", "--head", branch];
    let words = ["--title", branch, "--body", "x"];
    let url = forge.gh_text("u1", &[&create[..], &words, &REPO].concat());
    url.rsplit('/').next().expect("a number").to_owned()
}

fn push(forge: &TestForge, branch: &str, text: &str) {
    let folder = "models-of-u1";
    let path: &Path = &forge.folder().join(folder).join(format!("{branch}.txt"));
    fs::write(path, text).expect("written");
    let git = |args: &[&str]| forge.git_text("u1", folder, args);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", "Change"]);
    git(&["push", "--quiet", "origin", branch]);
}

fn state_of(forge: &TestForge, number: &str) -> Value {
    gh(forge, &["pr", "view", number, "--json", "state"])["state"].clone()
}

#[test]
fn only_what_was_decided_on_is_merged_and_only_through_the_gate() {
    let forge = start();
    let [first, second] = ["first", "second"].map(|branch| open_pull(&forge, branch));
    for number in [&first, &second] {
        comment(&forge, "u1", number, "/open change");
    }
    round(&forge, &[]);
    for number in [&first, &second] {
        comment(&forge, "m1", number, "/approve");
    }
    // Decided while no forge is asked to do anything, and changed before it is.
    let decided = round(&forge, &[]);
    assert_eq!(decided["data"]["changed"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        state_of(&forge, &first),
        "OPEN",
        "the gate lacks an approval"
    );
    let waiting = decided["data"]["waiting"].to_string();
    assert!(waiting.contains("gate-approvals-missing"), "{waiting}");
    let by_hand = decided["data"]["by_hand"].to_string();
    assert!(
        by_hand.contains("set the status"),
        "no board was named: {by_hand}"
    );
    // Each of them proposes the field; the second finds the same change wanted.
    let fields = pulls(&forge);
    let fields = fields.iter().filter(|pull| {
        pull["headRefName"]
            .as_str()
            .is_some_and(|branch| branch.starts_with("althing/"))
    });
    assert_eq!(fields.count(), 2);

    push(&forge, "second", "two");
    for number in [&first, &second] {
        forge.gh_text(
            "m1",
            &[&["pr", "review", number, "--approve"][..], &REPO].concat(),
        );
    }
    let merged = round(&forge, &[]);
    assert_eq!(state_of(&forge, &first), "MERGED", "{merged}");
    assert_eq!(state_of(&forge, &second), "OPEN", "{merged}");
    let by_hand = merged["data"]["by_hand"].to_string();
    assert!(
        by_hand.contains("changed after it was decided on"),
        "{by_hand}"
    );
    let verdicts = ["ledger", "list", "--kind", "gate.verdict"];
    let verdicts = althing(&forge, &verdicts).1["data"]["entries"].clone();
    let passed = verdicts.as_array().expect("entries").iter();
    let passed = passed.filter(|entry| entry["data"]["verdict"]["pass"] == true);
    assert_eq!(passed.count(), 1, "{verdicts}");
    let again = round(&forge, &[]);
    assert_eq!(again["data"]["done"], 0, "{again}");
    assert_eq!(althing(&forge, &["ledger", "verify"]).0, 0);
}

#[test]
fn a_status_is_set_on_the_board_and_a_field_is_proposed() {
    let forge = start();
    comment(&forge, "u1", "1", "/open change");
    let board = ["--board", "m1/1"];
    round(&forge, &board);
    comment(&forge, "m1", "1", "/approve");
    let decided = round(&forge, &board);
    let query = "query={ user(login: \"m1\") { projectV2(number: 1) { items(first: 1) { nodes {
        fieldValueByName(name: \"Status\") {
            ... on ProjectV2ItemFieldSingleSelectValue { name }
        } } } } } }";
    let status = forge.gh_text("m1", &["api", "graphql", "-f", query]);
    assert!(status.contains("\"name\":\"done\""), "{status}");
    // An issue is nothing to merge.
    let by_hand = decided["data"]["by_hand"].as_array().expect("a list");
    assert_eq!(by_hand.len(), 1, "{decided}");
    assert!(
        by_hand[0]
            .as_str()
            .is_some_and(|text| text.contains("merge"))
    );
    let pulls = pulls(&forge);
    assert_eq!(pulls.len(), 1, "{pulls:#?}");
    assert_eq!(pulls[0]["title"], "state in packs/p.yaml becomes stable");
    review_and_merge(&forge, &pulls[0]["number"].to_string());
    assert_eq!(
        on_main(&forge, "packs/p.yaml"),
        "name: p\nstate: stable # so far"
    );
}
