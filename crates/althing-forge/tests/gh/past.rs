//! What happened in a repository, through the real `gh`, with the number of requests.

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use althing_forge::{
    CheckState, Chronicle, ErrorKind, Forge, MergeMethod, NewPull, PastCheck, PastCommit, PastPull,
    PullNumber, PullState, ReviewState,
};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::world::World;

fn an_hour_ago() -> Timestamp {
    Timestamp::now().checked_sub(1.hour()).unwrap()
}

fn long_ago() -> Timestamp {
    "2000-01-01T00:00:00Z".parse().unwrap()
}

/// Opens a pull request from a branch that is there.
async fn propose(world: &World, user: &str, branch: &str) -> PullNumber {
    let new = NewPull {
        base: "main".to_owned(),
        head: branch.to_owned(),
        title: format!("Take {branch}"),
        body: String::new(),
    };
    let opened = world.forge(user).open_pull(&world.repo, &new).await;
    opened.unwrap().number
}

async fn merge(world: &World, user: &str, pull: PullNumber, branch: &str, method: MergeMethod) {
    let forge = world.forge(user);
    let head = world.head_of(branch);
    forge
        .merge_pull(&world.repo, pull, &head, method)
        .await
        .unwrap();
}

fn titles(commits: &[PastCommit]) -> Vec<(&str, Option<u64>)> {
    let told = commits
        .iter()
        .map(|it| (it.title.as_str(), it.pull.map(|pull| pull.0)));
    told.collect()
}

#[tokio::test]
async fn commits_know_the_request_that_brought_them_whichever_way_it_was_merged() {
    let world = World::new();
    let ada = world.forge("ada");
    let methods = [MergeMethod::Merge, MergeMethod::Squash, MergeMethod::Rebase];
    let mut numbers = Vec::new();
    for (method, branch) in methods.into_iter().zip(["merged", "squashed", "rebased"]) {
        for part in ["one", "two"] {
            world.push(branch, "bob", |tree| {
                std::fs::write(tree.join(format!("{branch}-{part}")), part).unwrap();
            });
        }
        let pull = propose(&world, "bob", branch).await;
        merge(&world, "ada", pull, branch, method).await;
        numbers.push(Some(pull.0));
    }
    world.push("main", "eve", |tree| {
        std::fs::write(tree.join("direct"), "x").unwrap();
    });

    let past = ada.past(&world.repo, long_ago(), true);
    let past = world.costs(1, past).await.unwrap();
    assert_eq!(
        (past.branch.as_str(), past.commits.complete),
        ("main", true)
    );
    assert_eq!(past.head, world.head_of("main"));
    let pulls: Vec<Option<u64>> = titles(&past.commits.items).iter().map(|it| it.1).collect();
    let [merged, squashed, rebased] = numbers[..] else {
        panic!("three requests")
    };
    // From the newest: the push, two commits of the rebase, the squash, the merge, the seed.
    assert_eq!(pulls, [None, rebased, rebased, squashed, merged, None]);
    let author = past.commits.items[0].author.clone().unwrap();
    assert_eq!(author.login, "eve");
    let by_bob = past.written.items.iter();
    let by_bob = by_bob.filter(|it| it.author.as_ref().is_some_and(|it| it.login == "bob"));
    assert_eq!(
        by_bob.count(),
        5,
        "two of a merged branch, two rebased, one squashed"
    );

    let none = ada.past(&world.repo, Timestamp::MAX, true);
    assert_eq!(world.costs(1, none).await.unwrap().commits.items, []);
}

#[tokio::test]
async fn a_repository_without_commits_or_not_there_is_not_found() {
    let world = World::new();
    world.gh("ada", &["repo", "create", "ada/empty", "--public"]);
    for name in ["ada/empty", "ada/nothing"] {
        let past = world.forge("ada");
        let past = past.past(&name.parse().unwrap(), long_ago(), false).await;
        assert_eq!(past.unwrap_err().kind, ErrorKind::NotFound, "{name}");
    }
}

#[tokio::test]
async fn paths_of_a_commit_are_read_with_old_names_page_by_page() {
    let world = World::new();
    let ada = world.forge("ada");
    let head = world.push("main", "eve", |tree| {
        std::fs::rename(tree.join("README.md"), tree.join("READ.md")).unwrap();
        std::fs::remove_file(tree.join(".althing/charter.yaml")).unwrap();
    });
    let paths = ada.changed_paths(&world.repo, &head);
    let paths = world.costs(1, paths).await.unwrap();
    assert!(paths.complete);
    assert_eq!(
        paths.items,
        [".althing/charter.yaml", "README.md", "READ.md"]
    );

    let head = world.push("main", "eve", |tree| {
        for number in 0..201 {
            std::fs::write(tree.join(format!("file-{number}")), "x").unwrap();
        }
    });
    let paths = ada.changed_paths(&world.repo, &head);
    let paths = world.costs(3, paths).await.unwrap();
    assert_eq!((paths.items.len(), paths.complete), (201, true));
}

/// Reports the end of a check run.
fn run(world: &World, head: &str, name: &str, conclusion: &str) {
    let [name, head, end] = [
        ("name", name),
        ("head_sha", head),
        ("conclusion", conclusion),
    ]
    .map(|(field, value)| format!("{field}={value}"));
    let args = [
        "-f",
        &name,
        "-f",
        &head,
        "-f",
        &end,
        "-f",
        "status=completed",
    ];
    let path = ["api", "repos/ada/models/check-runs"];
    world.gh("ada", &[&path[..], &args[..]].concat());
}

#[tokio::test]
async fn every_attempt_of_a_check_is_told() {
    let world = World::new();
    let ada = world.forge("ada");
    let head = world.head_of("main");
    run(&world, head.as_str(), "build", "failure");
    run(&world, head.as_str(), "build", "success");
    run(&world, head.as_str(), "docs", "skipped");
    let checks = async || {
        let past = ada.past(&world.repo, an_hour_ago(), true).await.unwrap();
        past.commits.items[0].checks.clone()
    };
    let PastCheck::All(attempts) = checks().await else {
        panic!("few runs fit a page");
    };
    let told: Vec<_> = attempts
        .iter()
        .map(|it| (it.name.as_str(), it.state))
        .collect();
    let red_then_green = [
        ("build", CheckState::Failure),
        ("build", CheckState::Success),
    ];
    assert_eq!(told, red_then_green);
    assert!(attempts.iter().all(|it| it.at.is_some()));
    let unasked = ada.past(&world.repo, an_hour_ago(), false).await.unwrap();
    assert_eq!(unasked.commits.items[0].checks, PastCheck::Unasked);

    for state in ["failure", "success"] {
        let path = format!("repos/ada/models/statuses/{head}");
        let state = format!("state={state}");
        world.gh("ada", &["api", &path, "-f", &state, "-f", "context=ci"]);
    }
    assert_eq!(
        checks().await,
        PastCheck::More,
        "only the last status shows"
    );
    let attempts = ada.attempts(&world.repo, &head);
    let attempts = world.costs(2, attempts).await.unwrap();
    assert!(attempts.complete);
    let mut told: Vec<_> = attempts.items.iter().map(|it| it.name.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["build", "build", "ci", "ci"]);
}

fn pull_of(pulls: &[PastPull], number: PullNumber) -> &PastPull {
    pulls.iter().find(|pull| pull.number == number).unwrap()
}

#[tokio::test]
async fn what_was_done_about_a_pull_request_is_read_to_the_end() {
    let world = World::new();
    let (ada, bob) = (world.forge("ada"), world.forge("bob"));
    world.push("rename", "bob", |tree| {
        std::fs::rename(tree.join("README.md"), tree.join("READ.md")).unwrap();
    });
    let renaming = propose(&world, "bob", "rename").await;
    let number = renaming.to_string();
    world.gh(
        "ada",
        &["pr", "review", &number, "-R", "ada/models", "--approve"],
    );
    merge(&world, "ada", renaming, "rename", MergeMethod::Squash).await;
    world.push("plain", "bob", |tree| {
        std::fs::write(tree.join("plain"), "x").unwrap();
    });
    let plain = propose(&world, "bob", "plain").await;
    bob.add_comment(&world.repo, althing_forge::IssueNumber(plain.0), "Done")
        .await
        .unwrap();

    // The list of open ones, that of the others, and the old name.
    let pulls = ada.past_pulls(&world.repo, an_hour_ago());
    let pulls = world.costs(3, pulls).await.unwrap();
    assert!(pulls.complete);
    let merged = pull_of(&pulls.items, renaming);
    assert_eq!(merged.state, PullState::Merged);
    assert_eq!(merged.merged_by.as_ref().unwrap().login, "ada");
    assert!(merged.merged_at.is_some() && merged.closed_at == merged.merged_at);
    assert_eq!(merged.paths.items, ["README.md", "READ.md"]);
    assert_eq!(merged.reviews.items.len(), 1);
    assert_eq!(merged.reviews.items[0].state, ReviewState::Approved);
    assert_eq!(merged.base_branch, "main");
    let open = pull_of(&pulls.items, plain);
    assert_eq!((open.state, open.merged_at), (PullState::Open, None));
    assert_eq!(open.paths.items, ["plain"]);
    assert_eq!(open.comments.items.len(), 1);

    // Of what changed before the period only the open ones are told.
    let pulls = ada.past_pulls(&world.repo, Timestamp::MAX).await.unwrap();
    let numbers: Vec<PullNumber> = pulls.items.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [plain]);

    comment_often(&world, &number, 60);
    let pulls = ada.past_pulls(&world.repo, an_hour_ago());
    let pulls = world.costs(4, pulls).await.unwrap();
    let merged = pull_of(&pulls.items, renaming);
    assert_eq!(merged.comments.items.len(), 60);
}

/// Comments many times in one request.
fn comment_often(world: &World, number: &str, count: usize) {
    let query = "query($n: Int!) { repository(owner: \"ada\", name: \"models\") {
        issueOrPullRequest(number: $n) { ... on Issue { id } ... on PullRequest { id } } } }";
    let query = format!("query={query}");
    let number = format!("n={number}");
    let id = ".data.repository.issueOrPullRequest.id";
    let id = world.gh(
        "ada",
        &["api", "graphql", "-f", &query, "-F", &number, "--jq", id],
    );
    let mut mutation = "mutation {".to_owned();
    for number in 0..count {
        let input = format!("input: {{ subjectId: \"{id}\", body: \"{number}\" }}");
        write!(
            mutation,
            "c{number}: addComment({input}) {{ clientMutationId }} "
        )
        .unwrap();
    }
    mutation.push('}');
    world.gh(
        "ada",
        &["api", "graphql", "-f", &format!("query={mutation}")],
    );
}

#[tokio::test]
async fn issues_are_told_with_labels_and_the_comments_of_the_period() {
    let world = World::new();
    let ada = world.forge("ada");
    world.gh(
        "ada",
        &[
            "issue",
            "edit",
            "2",
            "-R",
            "ada/models",
            "--add-assignee",
            "bob",
        ],
    );
    world.gh("ada", &["issue", "close", "3", "-R", "ada/models"]);
    comment_often(&world, "1", 40);
    // The list of open ones, that of the others, and comments beyond the last thirty.
    let issues = ada.past_issues(&world.repo, an_hour_ago());
    let issues = world.costs(3, issues).await.unwrap();
    assert!(issues.complete);
    let [first, second, third] = &issues.items[..] else {
        panic!("three issues")
    };
    assert_eq!(first.labels.items, ["n150"]);
    assert_eq!(first.comments.len(), 40);
    assert_eq!(second.assignees.items[0].login, "bob");
    assert_eq!(second.created_at, "2026-01-03T03:04:05Z".parse().unwrap());
    assert!(third.closed_at.is_some());

    let issues = ada.past_issues(&world.repo, Timestamp::MAX);
    let issues = world.costs(2, issues).await.unwrap();
    let numbers: Vec<u64> = issues.items.iter().map(|it| it.number.0).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(issues.items[0].comments, []);
}

#[tokio::test]
async fn the_last_change_below_a_path_is_found_however_old() {
    let world = World::new();
    let ada = world.forge("ada");
    let head = world.push("main", "eve", |tree| {
        std::fs::write(tree.join("direct"), "x").unwrap();
    });
    let changed = ada.last_change(&world.repo, &head, ".althing");
    let changed = world.costs(1, changed).await.unwrap();
    assert!(changed.is_some());
    let never = ada
        .last_change(&world.repo, &head, "nowhere")
        .await
        .unwrap();
    assert_eq!(never, None);

    let folders = world.costs(1, ada.folders(&world.repo, &head, "")).await;
    assert_eq!(folders.unwrap(), [".althing"]);
    for path in ["nowhere", "direct"] {
        let folders = ada.folders(&world.repo, &head, path).await.unwrap();
        assert_eq!(folders, Vec::<String>::new(), "{path}");
    }
}

/// 300 commits, 100 merged pull requests: what a report costs.
#[tokio::test]
async fn three_hundred_commits_and_a_hundred_pull_requests_are_thirteen_requests() {
    const PULLS: usize = 100;
    let world = World::new();
    let ada = world.forge("ada");
    branches(&world, PULLS);
    let repository = world.gh("ada", &["api", "repos/ada/models", "--jq", ".node_id"]);
    let opened = mutations(&world, PULLS, |number| {
        let input = json!({
            "repositoryId": repository,
            "baseRefName": "main",
            "headRefName": format!("b{number}"),
            "title": format!("Take {number}"),
        });
        ("createPullRequest", "CreatePullRequestInput", input)
    });
    mutations(&world, PULLS, |number| {
        let input = json!({ "pullRequestId": opened[number] });
        ("mergePullRequest", "MergePullRequestInput", input)
    });

    let repo = &world.repo;
    let since = an_hour_ago();
    // 300 commits and that of the seed, 50 to a page.
    let past = world.costs(7, ada.past(repo, since, true)).await.unwrap();
    assert!(past.commits.complete);
    assert_eq!(past.commits.items.len(), PULLS + 1, "first parents alone");
    let brought = past.commits.items.iter().filter(|it| it.pull.is_some());
    assert_eq!(brought.count(), PULLS);
    assert_eq!(past.written.items.len(), 3 * PULLS + 1);
    // One page of open ones, two of the others, and the front of those again.
    let pulls = world.costs(4, ada.past_pulls(repo, since)).await.unwrap();
    assert_eq!((pulls.items.len(), pulls.complete), (PULLS, true));
    // Open ones and others.
    let issues = world.costs(2, ada.past_issues(repo, since)).await;
    assert_eq!(issues.unwrap().items.len(), 3);
}

/// Branches of two commits each, made at one stroke.
fn branches(world: &World, count: usize) {
    let main = world.head_of("main");
    let mut stream = String::new();
    let now = Timestamp::now().as_second();
    for branch in 0..count {
        for (part, parent) in [("one", Some(&main)), ("two", None)] {
            let person = format!("bob <bob@example.org> {now} +0000");
            write!(
                stream,
                "commit refs/heads/b{branch}\nauthor {person}\ncommitter {person}\ndata 3\n{part}\n"
            )
            .unwrap();
            if let Some(parent) = parent {
                writeln!(stream, "from {parent}").unwrap();
            }
            write!(
                stream,
                "M 100644 inline file-{branch}-{part}\ndata 1\nx\n\n"
            )
            .unwrap();
        }
    }
    let mut git = Command::new("git");
    git.arg("--git-dir")
        .arg(world.kit.root().join("git/ada/models.git"))
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped());
    let mut git = git.spawn().unwrap();
    let mut stdin = git.stdin.take().unwrap();
    stdin.write_all(stream.as_bytes()).unwrap();
    drop(stdin);
    assert!(git.wait().unwrap().success());
}

/// Many mutations, twenty in a request; the ids of the pull requests that they were about.
fn mutations(
    world: &World,
    count: usize,
    input: impl Fn(usize) -> (&'static str, &'static str, Value),
) -> Vec<String> {
    let mut ids = Vec::new();
    let numbers: Vec<usize> = (0..count).collect();
    for some in numbers.chunks(20) {
        let (mut head, mut body) = (String::new(), String::new());
        let mut variables = serde_json::Map::new();
        for &number in some {
            let (mutation, kind, value) = input(number);
            write!(head, "$i{number}: {kind}! ").unwrap();
            write!(
                body,
                "m{number}: {mutation}(input: $i{number}) {{ pullRequest {{ id }} }} "
            )
            .unwrap();
            variables.insert(format!("i{number}"), value);
        }
        let request = json!({
            "query": format!("mutation({head}) {{ {body} }}"),
            "variables": variables,
        });
        let file = world.kit.folder().join("request.json");
        std::fs::write(&file, request.to_string()).unwrap();
        let file = file.to_str().unwrap();
        let answer = world.gh("ada", &["api", "graphql", "--input", file]);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        for number in some {
            let id = &answer["data"][format!("m{number}")]["pullRequest"]["id"];
            ids.push(id.as_str().unwrap().to_owned());
        }
    }
    ids
}
