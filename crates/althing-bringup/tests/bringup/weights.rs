//! Weights by the hub's own client, from a hub on loopback.

use std::fs;

use althing_bringup::{Status, Weights, WorkerOptions};
use althing_testkit::{HubModel, HubServer};
use rstest::rstest;

use crate::{
    machine::{hub, machine},
    memory_forge::MemoryForge,
    world::{World, client, ending},
};

const GATED: &str = "hf_model_id: tiny-lab/gated\n";

/// A machine whose only issue asks for this.
async fn asked_for(hub: &HubServer, body: &str) -> (World, MemoryForge, WorkerOptions) {
    let (world, forge, options) = machine(hub).await;
    let mut state = forge.state.borrow_mut();
    state.issues.get_mut(&5).expect("it").body = body.to_owned();
    drop(state);
    (world, forge, options)
}

async fn comment(world: &World, forge: &MemoryForge, options: &WorkerOptions) -> String {
    let record = world.run_with(forge, options).await.expect("told");
    let record = record.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::SetupError, 0));
    ending(forge, 5, Status::SetupError)
}

#[rstest]
#[case::no_token(GATED, None, "is gated, and there is no token", "HF_TOKEN is not set")]
#[case::no_access(
    GATED,
    Some(HubServer::STRANGER),
    "has not been let in",
    "Ask for access"
)]
#[case::bad_token(
    GATED,
    Some(HubServer::UNKNOWN),
    "does not know the token",
    "Renew HF_TOKEN"
)]
#[case::not_found(
    "hf_model_id: a/b\n",
    Some("t"),
    "has no model `a/b`",
    "Correct `hf_model_id`"
)]
#[case::private(
    "hf_model_id: a/b\n",
    None,
    "who does not log in",
    "if the model is private"
)]
#[case::revision(
    "hf_model_id: tiny-lab/tiny-2l\nhf_revision: v9\n",
    None,
    "no revision `v9`",
    "Correct `hf_revision`"
)]
#[tokio::test]
async fn what_the_hub_refuses_is_told_apart_with_the_way_out(
    #[case] body: &str,
    #[case] token: Option<&'static str>,
    #[case] told: &str,
    #[case] help: &str,
) {
    let hub = hub();
    hub.put(
        HubModel::new("tiny-lab/gated")
            .file("config.json", "{}")
            .gated(),
    );
    let (world, forge, mut options) = asked_for(&hub, body).await;
    options.environment.hf_token = token.map(althing_bringup::Secret::new);
    let comment = comment(&world, &forge, &options).await;
    assert!(
        comment.contains(told) && comment.contains(help),
        "{comment}"
    );
    let calls = fs::read_to_string(world.root().join("calls")).expect("calls");
    assert!(!calls.contains("hf download"), "{calls}");
    world.no_secret_is_out(&forge).await;
}

#[tokio::test]
async fn a_model_that_does_not_fit_is_not_downloaded() {
    let hub = hub();
    let (world, forge, mut options) = machine(&hub).await;
    options.min_free = u64::MAX;
    let workspace = comment(&world, &forge, &options).await;
    assert!(
        workspace.contains("creating the workspace: only "),
        "{workspace}"
    );

    // As much is free as must be; so the model is too much, however small.
    let (world, forge, mut options) = machine(&hub).await;
    options.weights = Weights::SharedHub("/proc".into());
    options.min_free = 0;
    let weights = comment(&world, &forge, &options).await;
    assert!(
        weights.contains("needs 5.0 kB more, and only 0 B are free in /proc"),
        "{weights}"
    );
    assert!(weights.contains("Make room there"), "{weights}");
}

#[tokio::test]
async fn a_download_that_breaks_is_taken_up_again_and_one_that_gets_nowhere_ends() {
    let hub = hub();
    let (world, forge, options) = machine(&hub).await;
    let once = format!(
        "mark={}/once\nif [ ! -e $mark ]; then touch $mark\n\
         blobs=$HF_HUB_CACHE/models--tiny-lab--tiny-2l/blobs\n\
         mkdir -p $blobs; echo part > $blobs/x.incomplete; echo cut >&2; exit 1; fi\n\
         exec {} \"$@\"",
        world.root().display(),
        client().display()
    );
    world.tool("hf", &once);
    let record = world.run_with(&forge, &options).await.expect("told");
    assert_eq!(record.expect("a run").status, Status::InReview);

    let (world, forge, options) = machine(&hub).await;
    let count = world.root().join("count");
    world.tool(
        "hf",
        &format!("echo x >> {}; echo no route >&2; exit 1", count.display()),
    );
    let comment = comment(&world, &forge, &options).await;
    assert!(comment.contains("no route"), "{comment}");
    assert_eq!(fs::read_to_string(count).expect("calls").lines().count(), 3);
}

#[tokio::test]
async fn an_overloaded_hub_is_asked_again() {
    let hub = hub();
    let (world, forge, options) = machine(&hub).await;
    hub.refuse(2);
    let record = world.run_with(&forge, &options).await.expect("told");
    assert_eq!(record.expect("a run").status, Status::InReview);
}

#[tokio::test]
async fn a_shared_cache_is_filled_once_and_no_login_is_in_it() {
    let hub = hub();
    let shared = tempfile::tempdir().expect("a folder");
    let stored = |hub: &HubServer| {
        let asked = hub.asked();
        asked
            .iter()
            .filter(|it| it.line.starts_with("GET /store"))
            .count()
    };
    for _ in 0..2 {
        let (mut world, forge, mut options) = machine(&hub).await;
        // The agent sees the weights, but the hub's home is the run's own.
        world.agent(
            "ls $HF_HUB_CACHE > models/seen; [ $HF_HOME = ${HF_HUB_CACHE%/hub} ] && exit 1\n\
             mkdir -p models/tiny-lab/tiny-2l/n150/functional; rm models/seen\n\
             echo 'def build_model(hf_model, tt_device, max_seq_len): pass' \
             > models/tiny-lab/tiny-2l/n150/functional/model.py",
        );
        options.agent = world.options().agent;
        options.weights = Weights::SharedHub(shared.path().to_owned());
        let record = world.run_with(&forge, &options).await.expect("told");
        assert_eq!(record.expect("a run").status, Status::InReview);
        assert_eq!(stored(&hub), 1);
    }
    let names: Vec<_> = fs::read_dir(shared.path())
        .expect("the cache")
        .flatten()
        .map(|entry| entry.file_name().into_string().expect("text"))
        .collect();
    assert!(
        names.contains(&"models--tiny-lab--tiny-2l".to_owned()),
        "{names:?}"
    );
    assert!(
        !names.iter().any(|name| name.contains("token")),
        "{names:?}"
    );
}
