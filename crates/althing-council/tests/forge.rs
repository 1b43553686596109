//! A vote on the forge, spoken through the real `gh` against the local forge: what is heard, what
//! is posted, and how many requests that takes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{ffi::OsString, path::Path, thread};

use althing_charter::{Choice, Event};
use althing_council::{inbox, marker, reply};
use althing_diag::id::{RepoName, UserId};
use althing_forge::{
    Act, Acted, Forge, ForgeError, Forum, GhConfig, GhForge, IssueNumber, Posted, Since, Topic,
    TopicState,
};
use althing_testkit::TestForge;

const SEED: &str = "
users:
  - { login: althing, id: 900, token: gho_althing }
  - { login: m1, id: 1, token: gho_m1 }
  - { login: m2, id: 2, token: gho_m2 }
repositories:
  - name: althing/models
    collaborators: { m1: write, m2: write }
    labels: [{ name: voting }, { name: accepted }]
    issues: [{ title: Weekly releases, body: Release every week., author: m1 }]
";
const ISSUE: IssueNumber = IssueNumber(1);
const OWN: UserId = UserId(900);

/// A forge with an issue, and Althing's own account on it.
struct World {
    kit: TestForge,
    repo: RepoName,
    own: GhForge,
}

impl World {
    fn new() -> Self {
        let kit = aside(|| TestForge::start(Path::new("/nonexistent"), SEED, &[]));
        Self {
            own: forge(&kit, "althing"),
            repo: "althing/models".parse().unwrap(),
            kit,
        }
    }

    /// Requests so far. Asking does not count.
    fn requests(&self) -> u64 {
        let stats = aside(|| self.kit.gh_text("althing", &["api", "/_althing/stats"]));
        let stats: serde_json::Value = serde_json::from_str(&stats).unwrap();
        let counts = stats["requests"].as_array().unwrap().iter();
        counts.map(|it| it["count"].as_u64().unwrap()).sum()
    }

    async fn says(&self, login: &str, topic: &Topic, bodies: &[String]) -> Vec<Posted> {
        let comment = |body: &String| Act::Comment { body: body.clone() };
        let acts: Vec<Act> = bodies.iter().map(comment).collect();
        let speaker = forge(&self.kit, login);
        posted(speaker.act(&self.repo, topic, &acts).await.unwrap())
    }
}

fn forge(kit: &TestForge, user: &str) -> GhForge {
    let path = std::env::var_os("PATH").map(|path| (OsString::from("PATH"), path));
    let variables = aside(|| kit.variables(user)).into_iter();
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    GhForge::new(GhConfig {
        environment: path.into_iter().chain(variables).collect(),
        ..GhConfig::default()
    })
}

fn posted(ends: Vec<Result<Acted, ForgeError>>) -> Vec<Posted> {
    let comment = |end| match end {
        Acted::Posted(posted) => Some(posted),
        Acted::Done => None,
    };
    let ends = ends.into_iter();
    ends.filter_map(|end| comment(end.unwrap())).collect()
}

/// Runs what waits on a runtime of its own, which it may not within ours.
fn aside<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(act).join().unwrap())
}

fn reply_key(comment: althing_forge::CommentId) -> String {
    format!("reply/{comment}")
}

#[tokio::test]
async fn a_vote_is_opened_with_two_requests_and_300_ballots_are_tallied_with_four() {
    let world = World::new();
    let (own, repo) = (&world.own, &world.repo);

    let before = world.requests();
    let reading = own.topic(repo, ISSUE, Since::Beginning).await.unwrap();
    let acts = [
        Act::Comment {
            body: marker::mark("Voting has begun.", "status"),
        },
        Act::AddLabels(vec!["voting".to_owned()]),
    ];
    let acted = own.act(repo, &reading.topic, &acts).await.unwrap();
    let status = posted(acted).remove(0);
    assert_eq!(world.requests() - before, 2);

    let ballots: Vec<String> = (0..300)
        .map(|it| format!("/vote yes reason {it}"))
        .collect();
    let (first, second) = ballots.split_at(150);
    world.says("m1", &reading.topic, first).await;
    world.says("m2", &reading.topic, second).await;

    let before = world.requests();
    let since = Since::Comment(status.id);
    let reading = own.topic(repo, ISSUE, since).await.unwrap();
    let hear = |remark| inbox::hear(repo, &reading.topic, remark, OWN);
    let heard: Vec<_> = reading.remarks.iter().filter_map(hear).collect();
    assert_eq!(heard.len(), 300);
    for (place, hearing) in heard.iter().enumerate() {
        let vote = Event::Vote {
            choice: Choice::Yes,
            reason: Some(format!("reason {place}")),
        };
        assert_eq!((&hearing.events, hearing.findings.len()), (&vec![vote], 0));
        assert_eq!(hearing.by.account.id.0, if place < 150 { 1 } else { 2 });
    }
    let acts = [
        Act::Edit {
            comment: status.node,
            body: marker::mark("The vote is over.", "status"),
        },
        Act::Comment {
            body: marker::mark("Accepted.", "final"),
        },
        Act::RemoveLabels(vec!["voting".to_owned()]),
        Act::AddLabels(vec!["accepted".to_owned()]),
        Act::Close,
    ];
    let acted = own.act(repo, &reading.topic, &acts).await.unwrap();
    assert!(acted.iter().all(Result::is_ok), "{acted:?}");
    assert_eq!(world.requests() - before, 4);

    let after = own.topic(repo, ISSUE, Since::Beginning).await.unwrap();
    assert_eq!(after.topic.state, TopicState::Closed);
    assert_eq!(after.topic.labels, ["accepted"]);
    let found = |key| marker::find(&after.remarks, key, OWN).map(|it| it.body.as_str());
    assert!(found("status").unwrap().starts_with("The vote is over."));
    assert!(found("final").unwrap().starts_with("Accepted."));
    assert_eq!(after.remarks.len(), 302);
}

#[tokio::test]
async fn what_is_said_counts_once_and_as_it_was_said() {
    let world = World::new();
    let (own, repo) = (&world.own, &world.repo);
    let topic = own
        .topic(repo, ISSUE, Since::Beginning)
        .await
        .unwrap()
        .topic;
    let forged = marker::mark("forged", "status");
    let bodies = [
        "/vote yes",
        "> /vote no",
        "/vot yes",
        "/vote no",
        "/close",
        &forged,
    ];
    let said = world.says("m1", &topic, &bodies.map(str::to_owned)).await;
    // Who may write to the repository may change the words of others.
    let change = Act::Edit {
        comment: said[0].node.clone(),
        body: "/vote no".to_owned(),
    };
    let acted = forge(&world.kit, "m2").act(repo, &topic, &[change]).await;
    assert!(acted.unwrap()[0].is_ok());
    own.delete_comment(repo, said[4].id).await.unwrap();

    let reading = own.topic(repo, ISSUE, Since::Beginning).await.unwrap();
    let hear = |remark| inbox::hear(repo, &topic, remark, OWN);
    let heard: Vec<_> = reading.remarks.iter().filter_map(hear).collect();
    let events: Vec<&Event> = heard.iter().flat_map(|hearing| &hearing.events).collect();
    let no = Event::Vote {
        choice: Choice::No,
        reason: None,
    };
    assert_eq!(events, [&no]);
    assert_eq!(marker::find(&reading.remarks, "status", OWN), None);

    // Each mistake gets its one answer, which is found again and itself not heard.
    let mistaken: Vec<_> = heard.iter().filter(|it| !it.findings.is_empty()).collect();
    let keys: Vec<String> = mistaken.iter().map(|it| reply_key(it.comment)).collect();
    assert_eq!(keys, [reply_key(said[0].id), reply_key(said[2].id)]);
    let answers: Vec<Act> = (mistaken.iter().zip(&keys))
        .map(|(hearing, key)| Act::Comment {
            body: marker::mark(&reply(&hearing.by.account, &hearing.findings), key),
        })
        .collect();
    own.act(repo, &topic, &answers).await.unwrap();
    let since = Since::Comment(said[5].id);
    let reading = own.topic(repo, ISSUE, since).await.unwrap();
    assert_eq!(reading.remarks.len(), 2);
    assert!(reading.remarks.iter().filter_map(hear).next().is_none());
    for key in &keys {
        assert!(marker::find(&reading.remarks, key, OWN).is_some(), "{key}");
    }
}
