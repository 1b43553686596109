//! Who is heard, and as what.

use althing_charter::{Choice, Event, SourceKind};
use althing_diag::id::{Account, UserId};
use althing_forge::{
    Author, CommentId, CommentNode, IssueNumber, Remark, Topic, TopicKind, TopicNode, TopicState,
};
use rstest::rstest;

use super::{Hearing, hear};
use crate::marker::mark;

const OWN: UserId = UserId(99);

fn author(id: u64, bot: bool) -> Option<Author> {
    Some(Author {
        account: Account {
            id: UserId(id),
            login: format!("m{id}"),
        },
        bot,
    })
}

fn topic() -> Topic {
    Topic {
        node: TopicNode("I_7".to_owned()),
        number: IssueNumber(7),
        kind: TopicKind::Issue,
        title: "Weekly releases".to_owned(),
        body: "Release every week.".to_owned(),
        url: String::new(),
        author: author(1, false),
        state: TopicState::Open,
        draft: false,
        head: None,
        labels: Vec::new(),
        created_at: "2026-03-01T00:00:00Z".parse().expect("time"),
        known_labels: Default::default(),
    }
}

fn remark(body: &str) -> Remark {
    Remark {
        id: CommentId(31),
        node: CommentNode("C_31".to_owned()),
        author: author(2, false),
        body: body.to_owned(),
        created_at: "2026-03-02T12:00:00Z".parse().expect("time"),
        edited_at: None,
    }
}

fn heard_on(topic: &Topic, remark: &Remark) -> Option<Hearing> {
    hear(&"o/r".parse().expect("name"), topic, remark, OWN)
}

fn events(body: &str) -> Vec<Event> {
    let hearing = heard_on(&topic(), &remark(body)).expect("addressed");
    assert_eq!(hearing.findings, []);
    assert_eq!((hearing.comment.0, hearing.by.account.id.0), (31, 2));
    assert_eq!(hearing.at, remark("").created_at);
    hearing.events
}

#[test]
fn commands_become_events() {
    let vote = Event::Vote {
        choice: Choice::No,
        reason: Some("too often".to_owned()),
    };
    assert_eq!(events("/vote NO too often"), [vote]);
    let edit = Event::Edit {
        title: Some("Weekly releases".to_owned()),
        set: Default::default(),
        body: Some("Release every week.".to_owned()),
        editorial: true,
    };
    assert_eq!(
        events("/edit --editorial\n\n/approve"),
        [edit, Event::Approve]
    );
    let object = Event::Object {
        reason: String::new(),
    };
    assert_eq!(events("/object"), [object]);
}

#[test]
fn a_subject_is_called_like_its_issue_and_titled_like_it() {
    let open = &events("/open proposal kind=general")[0];
    let Event::Open {
        id,
        lifecycle,
        title,
        set,
        source: Some(source),
        body,
    } = open
    else {
        panic!("{open:?}");
    };
    assert_eq!((id.as_str(), lifecycle.as_str()), ("o/r#7", "proposal"));
    assert_eq!((title.as_str(), set.len()), ("Weekly releases", 1));
    assert_eq!(source.kind, SourceKind::Issue);
    assert_eq!(
        (source.reference.as_str(), body.as_str()),
        ("o/r#7", "Release every week.")
    );

    let pull = Topic {
        kind: TopicKind::PullRequest,
        head: Some("a".repeat(40).parse().expect("sha")),
        ..topic()
    };
    let hearing = heard_on(&pull, &remark("/open proposal title=\"Other\"")).expect("heard");
    let Event::Open { title, body, .. } = &hearing.events[0] else {
        panic!("{hearing:?}");
    };
    assert_eq!((title.as_str(), body), ("Other", &"a".repeat(40)));
}

#[test]
fn a_nomination_is_a_subject_of_its_own_kind() {
    let open = &events("/nominate @m3 maintainer@project")[0];
    let Event::Open {
        lifecycle,
        title,
        set,
        ..
    } = open
    else {
        panic!("{open:?}");
    };
    assert_eq!(lifecycle.as_str(), "nomination");
    assert_eq!(title, "Nominate @m3 for maintainer@project");
    let set: Vec<_> = set
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        set,
        [
            ("nominee", Some("m3")),
            ("role", Some("maintainer@project"))
        ]
    );
}

#[rstest]
#[case("thank you")]
#[case("> /vote yes")]
#[case("")]
fn talk_is_not_heard(#[case] body: &str) {
    assert_eq!(heard_on(&topic(), &remark(body)), None);
    let edited = Remark {
        edited_at: Some("2026-03-02T13:00:00Z".parse().expect("time")),
        ..remark(body)
    };
    assert_eq!(heard_on(&topic(), &edited), None);
}

#[test]
fn an_edited_comment_is_answered_and_commands_nothing() {
    let edited = Remark {
        edited_at: Some("2026-03-02T12:00:05Z".parse().expect("time")),
        ..remark("/vote yes\n/vot no")
    };
    let hearing = heard_on(&topic(), &edited).expect("addressed");
    assert_eq!(hearing.events, []);
    assert_eq!(hearing.findings.len(), 1);
    assert!(hearing.findings[0].message.contains("changed"));
}

#[test]
fn nobody_listens_to_their_own_posts_or_to_words_of_nobody() {
    let posted = mark("/vote yes", "o/r#7/reply-31/1");
    for (author, body) in [(author(99, false), posted.as_str()), (None, "/vote yes")] {
        let remark = Remark {
            author,
            ..remark(body)
        };
        assert_eq!(heard_on(&topic(), &remark), None);
    }
}

#[test]
fn whoever_lends_the_account_may_speak_and_nobody_hides_behind_a_mark() {
    let posted = mark("/vote yes", "o/r#7/reply-31/1");
    for (author, body) in [
        (author(99, false), "/vote yes"),
        (author(2, false), &posted),
    ] {
        let remark = Remark {
            author,
            ..remark(body)
        };
        let heard = heard_on(&topic(), &remark).expect("heard");
        assert_eq!(heard.events.len(), 1);
    }
}

#[test]
fn machines_are_heard_and_never_answered() {
    let of_bot = |body| Remark {
        author: author(5, true),
        ..remark(body)
    };
    let hearing = heard_on(&topic(), &of_bot("/move in progress\n/vot x")).expect("heard");
    assert!(hearing.by.automation);
    assert_eq!((hearing.events.len(), hearing.findings.len()), (1, 0));
    assert_eq!(heard_on(&topic(), &of_bot("/vot yes")), None);
}

#[test]
fn names_that_cannot_be_are_answered() {
    for body in [
        "/attach Nötice ref",
        "/open x? a=1",
        "/open x _=1",
        "/move 2nd!",
    ] {
        let hearing = heard_on(&topic(), &remark(body)).expect("addressed");
        assert_eq!(
            (hearing.events.len(), hearing.findings.len()),
            (0, 1),
            "{body}"
        );
    }
}
