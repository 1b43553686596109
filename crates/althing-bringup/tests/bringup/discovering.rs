//! Popular models become issues. The hub is on loopback, the harness is that of the models
//! repository, git is real.

use std::{fs, path::PathBuf, time::Duration};

use althing_bringup::{
    DiscoverOptions, Discovered, Discovery, Status, Stopper, Weights, WorkerError,
};
use althing_diag::Code;
use althing_testkit::{HubModel, HubServer};

use crate::{
    machine::{PYTHON, client_tool},
    memory_forge::MemoryForge,
    world::{TINY, World},
};

const B: u64 = 1_000_000_000;

fn sized(id: &str, parameters: u64, downloads: u64) -> HubModel {
    HubModel::new(id)
        .file("config.json", "{}")
        .parameters(parameters)
        .downloads(downloads)
}

/// A world that asks this hub; its models are in a folder beside it.
async fn world(hub: &HubServer) -> (World, MemoryForge, DiscoverOptions) {
    let mut world = World::new().await;
    world.vars.insert("HF_ENDPOINT".to_owned(), hub.endpoint());
    let forge = world.forge();
    let options = DiscoverOptions {
        worker: world.options(),
        look_at: 100,
        most: 5,
        interval: Duration::from_millis(200),
    };
    (world, forge, options)
}

async fn pass(
    world: &World,
    forge: &MemoryForge,
    options: &DiscoverOptions,
) -> Result<Vec<Discovered>, WorkerError> {
    let ignore = Box::new(|_, _: &_| {});
    let mut discovery = Discovery::start(forge, &world.ledger, options, ignore).await?;
    let told = discovery.run_once().await;
    world.nothing_is_left();
    told
}

/// Model, issue, status and the reason, one a line.
fn lines(told: &[Discovered]) -> String {
    let line = |it: &Discovered| {
        let issue = it
            .issue
            .map_or("-".to_owned(), |number| format!("#{number}"));
        let status = it.status.map_or("-", Status::name);
        format!("{} {issue} {status}: {}", it.model, it.why)
    };
    told.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The models of the demo, and one whose weights cannot be read.
fn models(world: &World) -> PathBuf {
    let folders = ["tiny-2l", "corrupt"].map(|name| world.models.join("tiny-lab").join(name));
    let [good, corrupt] = folders;
    fs::create_dir_all(&corrupt).expect("a folder");
    fs::copy(good.join("config.json"), corrupt.join("config.json")).expect("copied");
    fs::write(corrupt.join("model.safetensors"), "{}").expect("written");
    world.models.clone()
}

#[tokio::test]
async fn popular_models_that_fit_are_filed_assessed_and_ready_or_in_reference_error() {
    let hub = HubServer::start([
        sized("tiny-lab/tiny-2l", 8 * B, 50),
        sized("tiny-lab/corrupt", 21 * B, 40),
        sized("lab/huge", 71 * B, 60),
        HubModel::new("lab/old").downloads(30),
        sized("Lab/Known", B, 20),
    ]);
    let (world, forge, mut options) = world(&hub).await;
    options.worker.weights = Weights::Folder(models(&world));
    forge.add_issue(5, "hf_model_id: lab/known\n", Status::Done);
    let told = pass(&world, &forge, &options).await.expect("a pass");
    insta::assert_snapshot!(lines(&told), @"
    lab/huge - -: 71.00 B parameters are more than any machine takes
    tiny-lab/tiny-2l #6 ready: the reference evaluates
    tiny-lab/corrupt #7 reference error: the reference does not evaluate as it must
    lab/old - -: the hub tells no number of parameters, for it has no safetensors metadata
    Lab/Known - -: issue #5 is about it
    ");
    assert!(hub.asked()[0].line.contains("sort=downloads&direction=-1"));
    assert!(hub.asked().iter().all(|it| !it.line.contains("/resolve/")));
    assert_eq!(
        (forge.status(6), forge.status(7)),
        ("ready".into(), "reference error".into())
    );
    let log = forge.state.borrow().log.clone();
    insta::assert_snapshot!(log.join("\n").replace(&today(), "DAY"), @"
    login
    viewer
    board
    filings
    create refs/althing/filings/tiny-lab-tiny-2l-DAY
    filings
    file Candidate: tiny-lab/tiny-2l for n150
    place 6
    move 6 to assessing
    unref refs/althing/filings/tiny-lab-tiny-2l-DAY
    read 6
    comment 6
    move 6 to ready
    create refs/althing/filings/tiny-lab-corrupt-DAY
    filings
    file Candidate: tiny-lab/corrupt for lb
    place 7
    move 7 to assessing
    unref refs/althing/filings/tiny-lab-corrupt-DAY
    read 7
    comment 7
    move 7 to reference error
    ");
    let (ready, failed) = (forge.comments(6).concat(), forge.comments(7).concat());
    assert!(
        ready.contains("status set: `ready`") && ready.contains("\"top1\""),
        "{ready}"
    );
    let command = "run_eval.py --mode hf --hf-model tiny-lab/corrupt";
    assert!(
        failed.contains("status set: `reference error`") && failed.contains(command),
        "{failed}"
    );
    world.no_secret_is_out(&forge).await;

    // The next pass finds nothing new.
    let told = pass(&world, &forge, &options).await.expect("a pass");
    assert!(told.iter().all(|it| it.status.is_none()), "{told:?}");
    assert_eq!(forge.state.borrow().issues.len(), 3);
}

fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

#[tokio::test]
async fn the_weights_of_a_candidate_come_from_the_hub_at_the_commit_that_its_issue_names() {
    let hub = HubServer::start([
        sized("lab/m", B, 9),
        sized("lab/gated", B, 8).gated(),
        sized("lab/later", B, 7),
    ]);
    let (mut world, forge, mut options) = world(&hub).await;
    world
        .vars
        .insert("HF_TOKEN".to_owned(), HubServer::STRANGER.to_owned());
    options.worker.environment.hf_token = Some(althing_bringup::Secret::new(HubServer::STRANGER));
    options.worker.weights = Weights::Hub;
    options.most = 1;
    world.tool("python", PYTHON);
    client_tool(&world);
    let told = pass(&world, &forge, &options).await.expect("a pass");
    insta::assert_snapshot!(lines(&told), @"
    lab/m #1 ready: the reference evaluates
    lab/gated - -: fits, but a pass files 1 at most
    lab/later - -: fits, but a pass files 1 at most
    ");
    let sha = sized("lab/m", B, 9).sha();
    let body = forge.state.borrow().issues[&1].body.clone();
    assert!(
        body.contains(&format!("### hf_revision\n\n{sha}\n")),
        "{body}"
    );
    assert!(forge.comments(1)[0].contains(&format!("--revision {sha}")));
    options.most = 2;
    let told = pass(&world, &forge, &options).await.expect("a pass");
    insta::assert_snapshot!(lines(&told), @"
    lab/m - -: issue #1 is about it
    lab/gated - -: `lab/gated` is gated, and this account has not been let in
    lab/later #2 ready: the reference evaluates
    ");
}

#[tokio::test]
async fn no_more_models_are_looked_at_than_asked_for_page_by_page() {
    let hub = HubServer::start((0..150).map(|n| HubModel::new(&format!("lab/m{n}")).downloads(n)));
    let (world, forge, mut options) = world(&hub).await;
    options.look_at = 120;
    let told = pass(&world, &forge, &options).await.expect("a pass");
    assert_eq!((told.len(), hub.asked().len()), (120, 2));
    let (first, last) = (&told[0].model, &told[119].model);
    assert_eq!((first.as_str(), last.as_str()), ("lab/m149", "lab/m30"));
}

#[tokio::test]
async fn what_a_dead_pass_left_is_gone_on_with_and_what_fails_around_stays_assessing() {
    let hub = HubServer::start([]);
    let (world, forge, mut options) = world(&hub).await;
    let own =
        "### hf_model_id\n\ntiny-lab/tiny-2l\n\n### notes\n\nFound by `althing bringup discover`\n";
    forge.add_issue(1, "hf_model_id: no/such\n", Status::Assessing);
    forge.add_issue(2, TINY, Status::Assessing);
    forge.add_issue(3, own, Status::Assessing);
    forge
        .state
        .borrow_mut()
        .issues
        .get_mut(&3)
        .expect("it")
        .status
        .clear();
    forge.add_issue(4, "no model", Status::Assessing);
    forge.add_issue(5, TINY, Status::Assessing);
    let labelled = |labels: &[&str]| {
        let mut state = forge.state.borrow_mut();
        let issue = state.issues.get_mut(&5).expect("it");
        issue.labels = labels.iter().map(|it| (*it).to_owned()).collect();
    };
    labelled(&["help wanted"]);
    let told = pass(&world, &forge, &options).await.expect("a pass");
    let told: Vec<_> = told
        .iter()
        .map(|it| (it.issue, it.status.map(Status::name)))
        .collect();
    let expected = [
        (Some(1), Some("assessing")),
        (Some(2), Some("ready")),
        (Some(3), Some("ready")),
        (Some(4), None),
        (Some(5), None),
    ];
    assert_eq!(told, expected);
    assert!(forge.comments(1).is_empty());
    assert_eq!(
        (forge.status(1), forge.status(3)),
        ("assessing".into(), "ready".into())
    );

    // No worker would take what is ready and for no machine.
    assert_eq!(forge.status(5), "assessing");
    labelled(&["n300"]);
    pass(&world, &forge, &options).await.expect("a pass");
    assert_eq!(forge.status(5), "ready");

    // Somebody moves it while it is evaluated: nothing is said any more.
    forge.add_issue(2, TINY, Status::Assessing);
    let moves = |state: &mut crate::memory_forge::State| {
        state.issues.get_mut(&2).expect("it").status = "done".to_owned();
    };
    let at = (
        "read 2".to_owned(),
        Box::new(moves) as crate::memory_forge::Happens,
    );
    forge.state.borrow_mut().meanwhile.push_back(at);
    options.most = 0;
    pass(&world, &forge, &options).await.expect("a pass");
    assert_eq!(
        (forge.status(2), forge.comments(2).len()),
        ("done".into(), 0)
    );
}

#[tokio::test]
async fn of_two_passes_one_files_an_issue() {
    let hub = HubServer::start([sized("lab/m", B, 9)]);
    let (world, forge, options) = world(&hub).await;
    let name = format!("refs/althing/filings/lab-m-{}", today());
    let base = forge.base.clone();
    forge.state.borrow_mut().refs.insert(name.clone(), base);
    let told = pass(&world, &forge, &options).await.expect("a pass");
    assert!(
        told[0].why.starts_with("another pass files its issue"),
        "{told:?}"
    );
    assert!(forge.state.borrow().issues.is_empty());

    // The other was quicker: its issue is there when this one has the ref.
    forge.state.borrow_mut().refs.clear();
    let files = |state: &mut crate::memory_forge::State| {
        let issue = crate::memory_forge::Issue {
            body: "hf_model_id: LAB/m".to_owned(),
            status: "assessing".to_owned(),
            state: althing_forge::IssueState::Open,
            labels: Vec::new(),
            comments: Vec::new(),
        };
        state.issues.insert(9, issue);
    };
    let at = (
        "create".to_owned(),
        Box::new(files) as crate::memory_forge::Happens,
    );
    forge.state.borrow_mut().meanwhile.push_back(at);
    let told = pass(&world, &forge, &options).await.expect("a pass");
    assert_eq!(lines(&told), "lab/m - -: issue #9 is about it");
    assert!(forge.state.borrow().refs.is_empty());
}

#[tokio::test]
async fn passes_are_an_interval_apart_and_outlive_a_hub_that_is_away() {
    let hub = HubServer::start([]);
    let (world, forge, mut options) = world(&hub).await;
    let nowhere = "http://127.0.0.1:1".to_owned();
    let away = DiscoverOptions {
        worker: {
            let mut worker = options.worker.clone();
            worker.vars.insert("HF_ENDPOINT".to_owned(), nowhere);
            worker
        },
        ..options.clone()
    };
    let WorkerError::Findings(findings) = pass(&world, &forge, &away).await.expect_err("away")
    else {
        panic!("no findings");
    };
    assert_eq!(findings[0].code, Code::HubUnavailable);

    options.interval = Duration::from_millis(300);
    let ignore = Box::new(|_, _: &_| {});
    let discovery = Discovery::start(&forge, &world.ledger, &options, ignore).await;
    let mut discovery = discovery.expect("a board");
    let passes = || {
        let log = &forge.state.borrow().log;
        log.iter().filter(|line| *line == "filings").count()
    };
    let before = passes();
    let (_stopper, stopping) = Stopper::new();
    let begun = std::time::Instant::now();
    let third = async {
        while passes() < before + 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        ended = discovery.run(&stopping) => panic!("{ended:?}"),
        () = third => {}
    }
    assert!(
        begun.elapsed() >= (2 * options.interval).mul_f64(0.75),
        "{:?}",
        begun.elapsed()
    );
}
