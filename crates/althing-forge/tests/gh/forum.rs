//! Topics, comments and acts through the real `gh`, with the number of requests that each costs.

use std::collections::BTreeSet;

use althing_forge::{
    Act, Acted, Base, ChangedTopic, CommentNode, ErrorKind, FileChange, Forge, Forum, GhForge,
    IssueNumber, NewPull, Posted, Proposal, PullState, Reacted, ReactionKind, Since, Topic,
    TopicKind, TopicReading, TopicState,
};
use althing_testkit::Faults;
use jiff::Timestamp;

use crate::{FIRST, world::World};

fn comment(body: impl Into<String>) -> Act {
    Act::Comment { body: body.into() }
}

async fn read(world: &World, forge: &GhForge, since: Since) -> TopicReading {
    forge.topic(&world.repo, FIRST, since).await.unwrap()
}

async fn post(world: &World, forge: &GhForge, topic: &Topic, bodies: Vec<String>) -> Vec<Posted> {
    let acts: Vec<Act> = bodies.into_iter().map(comment).collect();
    let acted = world.costs(1, forge.act(&world.repo, topic, &acts)).await;
    let posted = acted.unwrap().into_iter().map(|end| match end.unwrap() {
        Acted::Posted(posted) => posted,
        Acted::Done => panic!("no comment"),
    });
    posted.collect()
}

fn bodies(reading: &TopicReading) -> Vec<&str> {
    reading.remarks.iter().map(|it| it.body.as_str()).collect()
}

#[tokio::test]
async fn an_issue_and_a_pull_request_are_read_alike() {
    let world = World::new();
    let (ada, bob) = (world.forge("ada"), world.forge("bob"));
    let reading = ada.topic(&world.repo, FIRST, Since::Beginning);
    let TopicReading { topic, remarks } = world.costs(1, reading).await.unwrap();
    assert_eq!(
        (topic.kind, topic.state),
        (TopicKind::Issue, TopicState::Open)
    );
    assert_eq!(
        (topic.title.as_str(), topic.body.as_str()),
        ("First", "one")
    );
    assert_eq!(topic.labels, ["n150"]);
    assert_eq!((topic.draft, topic.head), (false, None));
    let author = topic.author.unwrap();
    assert_eq!((author.account.id.0, author.bot), (1001, false));
    assert_eq!(remarks, []);

    let head = world.push("model", "bob", |tree| {
        std::fs::write(tree.join("model.py"), "x = 1\n").unwrap();
    });
    let new = NewPull {
        base: "main".to_owned(),
        head: "model".to_owned(),
        title: "Add a model".to_owned(),
        body: "Please.\n".to_owned(),
    };
    let number = IssueNumber(bob.open_pull(&world.repo, &new).await.unwrap().number.0);
    let reading = ada.topic(&world.repo, number, Since::Beginning);
    let TopicReading { topic, .. } = world.costs(1, reading).await.unwrap();
    assert_eq!(
        (topic.kind, topic.state),
        (TopicKind::PullRequest, TopicState::Open)
    );
    assert_eq!(topic.head, Some(head));
    ada.act(&world.repo, &topic, &[Act::Close]).await.unwrap();
    let reading = ada
        .topic(&world.repo, number, Since::Beginning)
        .await
        .unwrap();
    assert_eq!(reading.topic.state, TopicState::Closed);

    let many = ada
        .topic(&world.repo, IssueNumber(99), Since::Beginning)
        .await;
    assert_eq!(many.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn comments_beyond_a_page_are_all_read_and_only_the_new_ones_again() {
    let world = World::new();
    let (ada, bob) = (world.forge("ada"), world.forge("bob"));
    let topic = read(&world, &bob, Since::Beginning).await.topic;
    let ballots = |from: usize, to: usize| (from..to).map(|it| format!("/vote {it}")).collect();
    let first = post(&world, &bob, &topic, ballots(0, 120)).await;
    post(&world, &bob, &topic, ballots(120, 301)).await;

    let whole = ada.topic(&world.repo, FIRST, Since::Beginning);
    let whole = world.costs(2, whole).await.unwrap();
    let expected: Vec<String> = ballots(0, 301);
    assert_eq!(bodies(&whole), expected);

    // Three hundred since the first: what a tally reads.
    let since = Since::Comment(first[0].id);
    let rest = world.costs(3, ada.topic(&world.repo, FIRST, since)).await;
    assert_eq!(bodies(&rest.unwrap()), expected[1..]);

    let last = Since::Comment(whole.remarks[300].id);
    let none = world.costs(1, ada.topic(&world.repo, FIRST, last)).await;
    assert_eq!(none.unwrap().remarks, []);
    let late = Since::Time("2100-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(read(&world, &ada, late).await.remarks, []);
}

#[tokio::test]
async fn an_edited_comment_says_so_and_does_not_come_again() {
    let world = World::new();
    let (ada, bob) = (world.forge("ada"), world.forge("bob"));
    let topic = read(&world, &bob, Since::Beginning).await.topic;
    let posted = post(
        &world,
        &bob,
        &topic,
        vec!["/vote yes".to_owned(), "gone".to_owned()],
    )
    .await;
    let [vote, gone] = posted.as_slice() else {
        panic!("{posted:?}");
    };
    let reading = read(&world, &ada, Since::Beginning).await;
    assert_eq!(bodies(&reading), ["/vote yes", "gone"]);
    assert!(reading.remarks.iter().all(|it| it.edited_at.is_none()));
    assert_eq!(reading.remarks[0].id, vote.id);
    assert_eq!(
        reading.remarks[0].author.as_ref().unwrap().account.id.0,
        1002
    );

    let edit = Act::Edit {
        comment: vote.node.clone(),
        body: "/vote no".to_owned(),
    };
    ada.act(&world.repo, &topic, &[edit]).await.unwrap();
    bob.delete_comment(&world.repo, gone.id).await.unwrap();
    let reading = read(&world, &ada, Since::Beginning).await;
    assert_eq!(bodies(&reading), ["/vote no"]);
    assert!(reading.remarks[0].edited_at.is_some());
    let since = read(&world, &ada, Since::Comment(gone.id)).await;
    assert_eq!(since.remarks, []);
}

#[tokio::test]
async fn all_acts_are_one_request_and_what_is_done_already_is_none() {
    let world = World::new();
    let ada = world.forge("ada");
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    let status = post(&world, &ada, &topic, vec!["status".to_owned()])
        .await
        .remove(0);
    world.gh("ada", &["label", "create", "accepted", "-R", "ada/models"]);
    let topic = read(&world, &ada, Since::Beginning).await.topic;

    let acts = [
        comment("final"),
        Act::Edit {
            comment: status.node.clone(),
            body: "status: over".to_owned(),
        },
        Act::AddLabels(vec!["Accepted".to_owned()]),
        Act::RemoveLabels(vec!["n150".to_owned(), "never".to_owned()]),
        Act::Close,
    ];
    let acted = world.costs(1, ada.act(&world.repo, &topic, &acts)).await;
    let acted: Vec<Acted> = acted.unwrap().into_iter().map(Result::unwrap).collect();
    assert!(matches!(acted[0], Acted::Posted(_)), "{acted:?}");
    assert_eq!(acted[1..], [const { Acted::Done }; 4]);

    let reading = read(&world, &ada, Since::Beginning).await;
    assert_eq!(bodies(&reading), ["status: over", "final"]);
    assert_eq!(reading.topic.labels, ["accepted"]);
    assert_eq!(reading.topic.state, TopicState::Closed);

    let topic = reading.topic;
    let again = world
        .costs(0, ada.act(&world.repo, &topic, &acts[2..]))
        .await;
    assert_eq!(again.unwrap(), [const { Ok(Acted::Done) }; 3]);
    let reopen = ada.act(&world.repo, &topic, &[Act::Reopen]);
    world.costs(1, reopen).await.unwrap();
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    assert_eq!(topic.state, TopicState::Open);
}

#[tokio::test]
async fn an_act_that_fails_stops_no_other() {
    let world = World::new();
    let (ada, eve) = (world.forge("ada"), world.forge("eve"));
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    let posted = post(&world, &ada, &topic, vec!["gone".to_owned()]).await;
    ada.delete_comment(&world.repo, posted[0].id).await.unwrap();
    let edit = Act::Edit {
        comment: posted[0].node.clone(),
        body: "x".to_owned(),
    };
    let acts = [edit, comment("here"), Act::Close];
    let acted = ada.act(&world.repo, &topic, &acts).await.unwrap();
    assert_eq!(acted[0].as_ref().unwrap_err().kind, ErrorKind::NotFound);
    assert!(acted[1].is_ok() && acted[2].is_ok(), "{acted:?}");

    let topic = read(&world, &ada, Since::Beginning).await.topic;
    let acts = [Act::Reopen, comment("from outside")];
    let acted = eve.act(&world.repo, &topic, &acts).await.unwrap();
    assert_eq!(acted[0].as_ref().unwrap_err().kind, ErrorKind::Forbidden);
    assert!(acted[1].is_ok(), "{acted:?}");

    let nowhere = Topic {
        node: althing_forge::TopicNode("I_none".to_owned()),
        ..topic
    };
    let acted = ada
        .act(&world.repo, &nowhere, &[comment("x")])
        .await
        .unwrap();
    assert_eq!(acted[0].as_ref().unwrap_err().kind, ErrorKind::NotFound);
    let unknown = Act::Edit {
        comment: CommentNode("nonsense".to_owned()),
        body: String::new(),
    };
    let acted = ada.act(&world.repo, &nowhere, &[unknown]).await.unwrap();
    assert_eq!(acted[0].as_ref().unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn labels_that_the_repository_lacks_are_made() {
    let world = World::new();
    let ada = world.forge("ada");
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    let acts = [
        comment("x"),
        Act::AddLabels(vec!["state: voting".to_owned()]),
    ];
    let acted = world.costs(2, ada.act(&world.repo, &topic, &acts)).await;
    assert!(acted.unwrap().iter().all(Result::is_ok));
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    assert_eq!(topic.labels, ["n150", "state: voting"]);
}

#[tokio::test]
async fn what_has_changed_is_listed_comments_included() {
    let world = World::new();
    let ada = world.forge("ada");
    let numbers = |changed: Vec<ChangedTopic>| -> BTreeSet<u64> {
        changed.iter().map(|topic| topic.number.0).collect()
    };
    let all = ada.changed(&world.repo, Timestamp::UNIX_EPOCH);
    let all = world.costs(1, all).await.unwrap();
    assert!(all.iter().all(|topic| topic.kind == TopicKind::Issue));
    assert!(all.is_sorted_by_key(|topic| topic.updated_at));
    assert_eq!(numbers(all), [1, 2, 3].into());

    // The seed lets the third begin today, the others long ago.
    let since: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
    let changed = ada.changed(&world.repo, since).await.unwrap();
    assert_eq!(numbers(changed), [3].into());
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    post(&world, &ada, &topic, vec!["new".to_owned()]).await;
    let changed = ada.changed(&world.repo, since).await.unwrap();
    assert_eq!(numbers(changed), [1, 3].into());
    assert_eq!(
        ada.changed(&world.repo, "2100-01-01T00:00:00Z".parse().unwrap())
            .await,
        Ok(vec![])
    );
}

#[tokio::test]
async fn more_than_a_page_changed_in_the_same_second() {
    let world = World::new();
    let ada = world.forge("ada");
    let repository = world.gh("ada", &["api", "repos/ada/models", "--jq", ".node_id"]);
    let repository = repository.trim();
    let many: String = (0..230)
        .map(|it| {
            format!(
                "i{it}: createIssue(input: {{ repositoryId: \"{repository}\", title: \"{it}\" }}) \
                 {{ issue {{ id }} }} "
            )
        })
        .collect();
    let query = format!("query=mutation {{ {many} }}");
    world.gh("ada", &["api", "graphql", "-f", &query]);
    let changed = ada
        .changed(&world.repo, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    let numbers: BTreeSet<u64> = changed.iter().map(|topic| topic.number.0).collect();
    assert_eq!(numbers, (1..=233).collect());
    assert_eq!(changed.len(), 233);

    let opened = world
        .costs(1, ada.open_issue(&world.repo, "More", "text"))
        .await;
    let reading = ada
        .topic(&world.repo, opened.unwrap(), Since::Beginning)
        .await;
    assert_eq!(reading.unwrap().topic.body, "text");
}

#[tokio::test]
async fn reactions_are_read_where_asked() {
    let world = World::new();
    let ada = world.forge("ada");
    let topic = read(&world, &ada, Since::Beginning).await.topic;
    let posted = post(&world, &ada, &topic, vec!["option A".to_owned()]).await;
    let path = format!(
        "repos/ada/models/issues/comments/{}/reactions",
        posted[0].id
    );
    for (who, content) in [("bob", "+1"), ("eve", "-1"), ("ada", "rocket")] {
        world.gh(who, &["api", &path, "-f", &format!("content={content}")]);
    }
    let read = ada.reactions(&world.repo, Reacted::Comment(posted[0].id));
    let read = world.costs(1, read).await.unwrap();
    let read: Vec<(u64, ReactionKind)> = read
        .iter()
        .map(|it| (it.by.as_ref().unwrap().id.0, it.kind))
        .collect();
    let expected = [
        (1002, ReactionKind::Up),
        (1003, ReactionKind::Down),
        (1001, ReactionKind::Other),
    ];
    assert_eq!(read, expected);
    let on_topic = ada.reactions(&world.repo, Reacted::Topic(FIRST)).await;
    assert_eq!(on_topic.unwrap(), []);
}

fn proposal(world: &World) -> Proposal {
    Proposal {
        base: Base {
            branch: "main".to_owned(),
            sha: world.head_of("main"),
        },
        branch: "althing/members-17".to_owned(),
        title: "Record the roles of entry 17".to_owned(),
        body: "See entry 17.\n".to_owned(),
        files: vec![
            FileChange {
                path: ".althing/members.yaml".to_owned(),
                text: Some("- { id: 1, login: ä }\n".to_owned()),
            },
            FileChange {
                path: "README.md".to_owned(),
                text: None,
            },
        ],
    }
}

#[tokio::test]
async fn a_change_of_files_is_proposed_once() {
    let world = World::new();
    let (bob, repo) = (world.forge("bob"), &world.repo);
    let proposed = world
        .costs(2, bob.propose(repo, &proposal(&world)))
        .await
        .unwrap();
    assert_eq!(proposed.state, PullState::Open);
    let pull = bob.pull(repo, proposed.number).await.unwrap();
    assert_eq!(pull.title, "Record the roles of entry 17");
    assert_eq!(pull.files.items, [".althing/members.yaml", "README.md"]);
    assert_eq!(pull.commits.items.len(), 1);
    let at = pull.head.as_str();
    let file = bob.file(repo, ".althing/members.yaml", at).await.unwrap();
    assert_eq!(file.text.as_deref(), Some("- { id: 1, login: ä }\n"));
    let untouched = bob.file(repo, ".althing/charter.yaml", at).await.unwrap();
    assert_eq!(untouched.text.as_deref(), Some("charter: 1\n"));

    let again = world.costs(1, bob.propose(repo, &proposal(&world))).await;
    assert_eq!(again.unwrap(), proposed);
    world.gh(
        "bob",
        &[
            "pr",
            "close",
            &proposed.number.to_string(),
            "-R",
            "ada/models",
        ],
    );
    let closed = bob.propose(repo, &proposal(&world)).await.unwrap();
    assert_eq!(
        (closed.number, closed.state),
        (proposed.number, PullState::Closed)
    );
}

#[tokio::test]
async fn a_proposal_goes_on_where_an_earlier_try_ended() {
    let world = World::new();
    let (bob, repo) = (world.forge("bob"), &world.repo);
    let (name, main) = ("refs/heads/althing/members-17", world.head_of("main"));
    bob.create_ref(repo, name, &main).await.unwrap();
    let proposed = world
        .costs(2, bob.propose(repo, &proposal(&world)))
        .await
        .unwrap();
    let pull = bob.pull(repo, proposed.number).await.unwrap();
    assert_eq!(pull.commits.items.len(), 1);

    let other = Proposal {
        branch: "other".to_owned(),
        ..proposal(&world)
    };
    world.push("other", "bob", |tree| {
        std::fs::write(tree.join("members.yaml"), "[]\n").unwrap();
    });
    let proposed = bob.propose(repo, &other).await.unwrap();
    let pull = bob.pull(repo, proposed.number).await.unwrap();
    assert_eq!(pull.files.items, ["members.yaml"]);

    let baseless = Proposal {
        base: Base {
            branch: "none".to_owned(),
            ..proposal(&world).base
        },
        branch: "third".to_owned(),
        ..proposal(&world)
    };
    let error = bob.propose(repo, &baseless).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    let outside = Proposal {
        branch: "fourth".to_owned(),
        files: vec![FileChange {
            path: "../x".to_owned(),
            text: Some(String::new()),
        }],
        ..proposal(&world)
    };
    let error = bob.propose(repo, &outside).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn a_proposal_undoes_nothing_that_came_between() {
    let world = World::new();
    let (bob, repo) = (world.forge("bob"), &world.repo);
    let base = world.costs(1, bob.base(repo)).await.unwrap();
    assert_eq!(base, proposal(&world).base);
    let proposal = Proposal {
        files: vec![FileChange {
            path: "members.yaml".to_owned(),
            text: Some("[]\n".to_owned()),
        }],
        ..proposal(&world)
    };
    world.push("main", "ada", |tree| {
        std::fs::write(tree.join("README.md"), "Newer\n").unwrap();
    });
    let proposed = bob.propose(repo, &proposal).await.unwrap();
    let pull = bob.pull(repo, proposed.number).await.unwrap();
    assert_eq!(pull.files.items, ["members.yaml"]);

    // A try that came no further than the branch, whose base is not that of the changes.
    let (name, main) = ("refs/heads/late", world.head_of("main"));
    bob.create_ref(repo, name, &main).await.unwrap();
    let late = Proposal {
        branch: "late".to_owned(),
        ..proposal
    };
    let error = bob.propose(repo, &late).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn a_reading_is_whole_or_fails() {
    for (faults, transient) in [
        ("errors: { rate: 0.4, status: 502 }", true),
        ("secondary-limit: { rate: 0.4, retry-after: 7 }", false),
    ] {
        let faults = Faults::parse("faults.yaml", faults).unwrap();
        let world = World::with_faults(faults);
        let ada = world.forge("ada");
        let topic = loop {
            match ada.topic(&world.repo, FIRST, Since::Beginning).await {
                Ok(reading) => break reading.topic,
                Err(error) => assert_eq!(is_transient(&error.kind), transient, "{error}"),
            }
        };
        let ballots: Vec<Act> = (0..250).map(|it| comment(format!("/vote {it}"))).collect();
        // Neither fault carries anything out.
        while ada.act(&world.repo, &topic, &ballots).await.is_err() {}

        let (mut whole, mut failed) = (0, 0);
        for _ in 0..12 {
            match ada.topic(&world.repo, FIRST, Since::Beginning).await {
                Ok(reading) => {
                    assert_eq!(reading.remarks.len(), 250);
                    whole += 1;
                }
                Err(error) => {
                    assert_eq!(is_transient(&error.kind), transient, "{error}");
                    failed += 1;
                }
            }
        }
        assert!(whole > 0 && failed > 0, "{whole} whole, {failed} failed");
    }
}

fn is_transient(kind: &ErrorKind) -> bool {
    let limited = matches!(kind, ErrorKind::RateLimited { until: Some(_) });
    assert!(limited || *kind == ErrorKind::Transient, "{kind:?}");
    !limited
}
