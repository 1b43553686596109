//! Rebasing and testing with real git and real tests.

use std::{fs, path::PathBuf};

use althing_bringup::{Evaluation, PrOutcome, Status};
use althing_diag::{Code, id::Sha};
use althing_forge::{CheckState, Partial, Pull};
use rstest::rstest;

use super::{BRANCH, GOOD, MODEL, forge, good_pull, options, pass, pass_with};
use crate::{memory_forge::MemoryForge, world::World};

/// A branch with a model, whose pull request nobody has approved yet, and rules that ask for the
/// worker's report alone.
fn unapproved(world: &World, text: &str) -> MemoryForge {
    let head = world.commit(BRANCH, "main", MODEL, text);
    let mut pull = good_pull(head);
    pull.reviews.items.clear();
    let forge = with_remote(world, pull);
    let mut state = forge.state.borrow_mut();
    let charter = state.files.get_mut(".althing/charter.yaml").unwrap();
    *charter = charter.replacen("      approvals: { reviewer: 1 }\n", "", 1);
    drop(state);
    forge
}

fn with_remote(world: &World, pull: Pull) -> MemoryForge {
    let forge = forge(world, [pull]);
    forge.state.borrow_mut().remote = Some(world.remote());
    forge
}

/// The base moves on, and the board says so.
fn base_moves(world: &World, forge: &mut MemoryForge, path: &str, text: &str) {
    forge.base = world.commit("main", "main", path, text);
}

fn head(world: &World) -> Sha {
    let head = world.git(&["rev-parse", &format!("refs/heads/{BRANCH}")]);
    head.trim().parse().unwrap()
}

fn reported(forge: &MemoryForge) -> Vec<(Sha, String, CheckState)> {
    let state = forge.state.borrow();
    let all = state.statuses.iter();
    all.map(|(at, it)| (at.clone(), it.context.clone(), it.state))
        .collect()
}

/// Writes down every git command that is run.
fn git_log(world: &World) -> PathBuf {
    let log = world.root().join("git.log");
    let real = "PATH=\"${PATH#*:}\"; export PATH; exec git \"$@\"";
    world.tool(
        "git",
        &format!("echo \"git $*\" >> {}\n{real}", log.display()),
    );
    log
}

#[tokio::test]
async fn a_branch_behind_its_base_is_rebased_pushed_tested_and_merged() {
    let world = World::new().await;
    let mut forge = unapproved(&world, GOOD);
    let old = head(&world);
    base_moves(&world, &mut forge, "notes.md", "news\n");
    let log = git_log(&world);

    let reports = pass(&world, &forge).await;
    let new = head(&world);
    assert!(
        matches!(reports[0].outcome, PrOutcome::Merged { .. }),
        "{reports:?}"
    );
    assert_ne!(old, new);
    assert_eq!(reports[0].rebased.as_ref(), Some(&new));
    assert_eq!(forge.state.borrow().merges, [(7, new.clone())]);
    assert_eq!(forge.status(5), "done");
    world.git(&["merge-base", "--is-ancestor", "main", BRANCH]);

    let log = fs::read_to_string(log).unwrap();
    let lease = format!("--force-with-lease=refs/heads/{BRANCH}:{old} origin");
    for part in [
        "git fetch --quiet origin main\n",
        "git rebase origin/main\n",
        &lease,
    ] {
        assert!(log.contains(part), "{part:?} is not in\n{log}");
    }
    assert!(!log.contains("--force ") && !log.contains(" -f "), "{log}");
    let success = CheckState::Success;
    assert_eq!(
        reported(&forge),
        [
            (new.clone(), "althing/bringup".to_owned(), success),
            (new, "althing/merge-tests".to_owned(), success),
        ]
    );
    let statuses = forge.state.borrow().statuses.clone();
    let [(_, again), (_, tests)] = &statuses[..] else {
        panic!("{statuses:?}")
    };
    let from = format!("run 1: passed (from {})", old.short());
    assert_eq!(again.description, from);
    assert_eq!(tests.description, format!("on {}", forge.base));
    let kinds = world.kinds().await;
    assert_eq!(
        kinds,
        [
            "branch.pushed",
            "gate.verdict",
            "pull.merged",
            "status.moved"
        ]
    );
}

#[rstest]
#[case::approved(|_: &mut Pull| {})]
#[case::reported_by_another(|pull: &mut Pull| {
    pull.reviews = Partial { items: Vec::new(), complete: true };
    pull.checks.items[0].reporter = Some("example-worker-2".to_owned());
})]
#[tokio::test]
async fn a_head_that_others_vouch_for_is_tested_and_stays(#[case] change: fn(&mut Pull)) {
    let world = World::new().await;
    let old = world.commit(BRANCH, "main", MODEL, GOOD);
    let mut pull = good_pull(old.clone());
    change(&mut pull);
    let passes = !pull.reviews.items.is_empty();
    let mut forge = with_remote(&world, pull);
    base_moves(&world, &mut forge, "notes.md", "news\n");
    let reports = pass(&world, &forge).await;
    let merged = matches!(reports[0].outcome, PrOutcome::Merged { .. });
    assert_eq!(merged, passes, "{reports:?}");
    assert_eq!(head(&world), old);
    assert_eq!(reports[0].rebased, None);
    let tests = (old, "althing/merge-tests".to_owned(), CheckState::Success);
    assert_eq!(reported(&forge), [tests]);
}

#[tokio::test]
async fn what_was_tested_on_this_base_is_not_tested_again() {
    let world = World::new().await;
    let head = world.commit(BRANCH, "main", MODEL, GOOD);
    let mut pull = good_pull(head);
    pull.reviews.items.clear();
    let forge = with_remote(&world, pull);
    let log = git_log(&world);
    for _ in 0..2 {
        let reports = pass(&world, &forge).await;
        assert!(
            matches!(reports[0].outcome, PrOutcome::Blocked { .. }),
            "{reports:?}"
        );
    }
    let log = fs::read_to_string(log).unwrap();
    assert_eq!(log.matches("git clone --quiet").count(), 1, "{log}");
    assert_eq!(reported(&forge).len(), 1);
    assert_eq!(forge.status(5), "in review");
}

#[rstest]
#[case::failed(false, "failed")]
#[case::triage(true, "in review")]
#[tokio::test]
async fn tests_that_fail_are_told_once_and_set_the_status(
    #[case] keep_in_review: bool,
    #[case] status: &str,
) {
    let world = World::new().await;
    let forge = unapproved(
        &world,
        "no_entry_point = 1 # [yt-claim] secret-of-gh\nassert \n",
    );
    let mut options = options(&world);
    options.keep_in_review = keep_in_review;
    for _ in 0..2 {
        pass_with(&world, &forge, &options).await;
    }
    assert_eq!(forge.status(5), status);
    let comments = forge.comments(5);
    assert_eq!(comments.len(), 1, "{comments:?}");
    for part in [
        &format!("status set: `{status}`\npull request: #7\n"),
        "the tests fail on `main`",
        "$ python -m pytest -q\nexit code 1\n",
        "test_a_model_defines_build_model",
        "git rebase origin/main\npython -m pytest -q",
    ] {
        assert!(
            comments[0].contains(part),
            "{part:?} is not in\n{}",
            comments[0]
        );
    }
    assert!(!comments[0].contains("secret-of-gh") && !comments[0].contains("[yt-claim]"));
    let tests = "althing/merge-tests".to_owned();
    assert_eq!(
        reported(&forge),
        [(head(&world), tests, CheckState::Failure)]
    );
    assert!(forge.state.borrow().merges.is_empty());
}

#[tokio::test]
async fn a_conflict_is_undone_and_is_red() {
    let world = World::new().await;
    let mut forge = unapproved(&world, GOOD);
    let old = head(&world);
    base_moves(&world, &mut forge, MODEL, "something = \"else\"\n");
    let reports = pass(&world, &forge).await;
    let PrOutcome::Red { summary, status } = &reports[0].outcome else {
        panic!("{reports:?}")
    };
    assert_eq!(
        (summary.as_str(), *status),
        ("it conflicts with `main`", Status::Failed)
    );
    assert_eq!(forge.status(5), "failed");
    assert!(
        forge.comments(5)[0].contains("CONFLICT"),
        "{:?}",
        forge.comments(5)
    );
    assert_eq!(head(&world), old, "the branch is as it was");
}

#[tokio::test]
async fn who_is_late_with_the_push_leaves_the_branch_to_the_other() {
    let world = World::new().await;
    let mut forge = unapproved(&world, GOOD);
    base_moves(&world, &mut forge, "notes.md", "news\n");
    let theirs = world.commit("theirs", BRANCH, "models/note.md", "x\n");
    let (remote, real) = (world.remote(), "PATH=\"${PATH#*:}\"; export PATH");
    let script = format!(
        "{real}\ncase \"$*\" in *--force-with-lease*)\n\
         GIT_DIR={} git update-ref refs/heads/{BRANCH} {theirs};; esac\nexec git \"$@\"",
        remote.display()
    );
    world.tool("git", &script);
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::Moved),
        "{reports:?}"
    );
    assert_eq!(head(&world), theirs);
    assert_eq!(forge.status(5), "in review");
    assert!(forge.comments(5).is_empty() && reported(&forge).is_empty());
}

#[tokio::test]
async fn an_issue_that_people_moved_meanwhile_is_theirs() {
    let world = World::new().await;
    let forge = unapproved(&world, "no = 1\n");
    let moved = |state: &mut crate::memory_forge::State| {
        state.issues.get_mut(&5).unwrap().status = "ready".to_owned();
    };
    let meanwhile = ("read 5".to_owned(), Box::new(moved) as Box<_>);
    forge.state.borrow_mut().meanwhile.push_back(meanwhile);
    let reports = pass(&world, &forge).await;
    assert!(
        matches!(reports[0].outcome, PrOutcome::Moved),
        "{reports:?}"
    );
    assert_eq!(forge.status(5), "ready");
    assert!(forge.comments(5).is_empty());
}

/// A file that base and branch change in different places.
fn long(first: &str, last: &str) -> String {
    let middle: String = (0..20).map(|number| format!("# {number}\n")).collect();
    format!("{first}\n{middle}{GOOD}{last}\n")
}

#[rstest]
#[case::approved(true, Code::PullForPeople)]
#[case::not_yet(false, Code::GateCheckMissing)]
#[tokio::test]
async fn a_report_holds_for_the_same_change_only(#[case] approved: bool, #[case] code: Code) {
    let world = World::new().await;
    world.commit("main", "main", MODEL, &long("# a", "# z"));
    let mut forge = unapproved(&world, &long("# a", "# zz"));
    if approved {
        let pull = good_pull(head(&world));
        forge.state.borrow_mut().judged.insert(7, pull);
    }
    base_moves(&world, &mut forge, MODEL, &long("# aa", "# z"));
    let reports = pass(&world, &forge).await;
    let findings = if let PrOutcome::Blocked { verdict } = &reports[0].outcome {
        verdict.findings()
    } else if let PrOutcome::Refused { findings } = &reports[0].outcome {
        findings.clone()
    } else {
        panic!("{reports:?}")
    };
    assert_eq!(findings[0].code, code, "{findings:?}");
    assert_eq!(reports[0].rebased.is_some(), !approved);
    assert_eq!(forge.status(5), "in review");
}

#[rstest]
#[case::another_branch(|pull: &mut Pull| pull.head_branch = "bringup/issue-55-x".to_owned())]
#[case::another_file(|pull: &mut Pull| pull.files.items.push("tests/x.py".to_owned()))]
#[tokio::test]
async fn what_no_bring_up_made_is_neither_run_nor_merged(#[case] change: fn(&mut Pull)) {
    let world = World::new().await;
    let forge = unapproved(&world, GOOD);
    {
        let mut state = forge.state.borrow_mut();
        change(state.judged.get_mut(&7).unwrap());
        state.remote = None;
        // The gate lets tests through as it does models, so that only the pass objects.
        let charter = state.files.get_mut(".althing/charter.yaml").unwrap();
        *charter = charter.replacen("\"tests/**\"", "\"docs/**\"", 1);
        *charter = charter.replacen("\"models/**\"", "\"models/**\", \"tests/**\"", 1);
    }
    let log = git_log(&world);
    let reports = pass(&world, &forge).await;
    let PrOutcome::Refused { findings } = &reports[0].outcome else {
        panic!("{reports:?}")
    };
    assert_eq!(findings[0].code, Code::PullForPeople);
    assert!(!log.exists());
    assert!(forge.state.borrow().merges.is_empty());
}

#[tokio::test]
async fn a_machine_that_cannot_test_blames_nobody() {
    let world = World::new().await;
    let forge = unapproved(&world, GOOD);
    world.tool("python", "echo 'No module named pytest' >&2; exit 1");
    let reports = pass(&world, &forge).await;
    let PrOutcome::Refused { findings } = &reports[0].outcome else {
        panic!("{reports:?}")
    };
    assert_eq!(findings[0].code, Code::RunSetupError);
    assert!(
        findings[0].message.contains("No module named pytest"),
        "{findings:?}"
    );
    assert_eq!(forge.status(5), "in review");
    assert!(forge.comments(5).is_empty());
}

#[rstest]
#[case::good(true)]
#[case::without_weights(false)]
#[tokio::test]
async fn a_short_evaluation_runs_when_it_is_wanted(#[case] passes: bool) {
    let world = World::new().await;
    let forge = unapproved(&world, GOOD);
    if !passes {
        let weights = "tiny-lab/tiny-2l/model.safetensors";
        fs::remove_file(world.models.join(weights)).unwrap();
    }
    let mut options = options(&world);
    options.evaluation = Some(Evaluation {
        models: world.models.clone(),
        skip_tt: true,
    });
    let reports = pass_with(&world, &forge, &options).await;
    let merged = matches!(reports[0].outcome, PrOutcome::Merged { .. });
    assert_eq!(merged, passes, "{reports:?}");
    if !passes {
        let comment = &forge.comments(5)[0];
        assert!(comment.contains("the evaluation fails"), "{comment}");
        assert!(
            comment.contains("scripts/run_eval.py --mode hf"),
            "{comment}"
        );
    }
}
