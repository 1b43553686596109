//! Filing work, through the real `gh`.

use althing_forge::{ErrorKind, Forge, Intake, IssueNode, IssueNumber, IssueState, NewIssue};

use crate::world::World;

#[tokio::test]
async fn every_issue_is_listed_with_its_place_on_the_board() {
    let world = World::new();
    let (forge, board) = (world.forge("bob"), world.board().await);
    world.gh("ada", &["issue", "close", "2", "-R", "ada/models"]);
    let filings = world
        .costs(1, forge.filings(&board, &world.repo))
        .await
        .unwrap();
    assert_eq!(filings.base.unwrap().sha, world.head_of("main"));
    let told: Vec<_> = (filings.issues.into_iter())
        .map(|it| {
            let status = it.item.map(|item| item.status);
            (it.number.0, it.state, it.body, it.labels, status)
        })
        .collect();
    let (ready, busy) = ("ready".to_owned(), "in progress".to_owned());
    assert_eq!(
        told,
        [
            (
                1,
                IssueState::Open,
                "one".to_owned(),
                vec!["n150".to_owned()],
                Some(Some(ready))
            ),
            (
                2,
                IssueState::Closed,
                String::new(),
                vec![],
                Some(Some(busy))
            ),
            (3, IssueState::Open, String::new(), vec![], None),
        ]
    );
    let nowhere = "ada/none".parse().unwrap();
    let error = forge.filings(&board, &nowhere).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn an_issue_is_filed_and_put_on_the_board_once() {
    let world = World::new();
    let (forge, board) = (world.forge("bob"), world.board().await);
    let new = NewIssue {
        title: "Candidate: lab/m".to_owned(),
        body: "### hf_model_id\n\nlab/m\n".to_owned(),
        labels: vec!["n150".to_owned()],
    };
    let filed = world.costs(1, forge.file_issue(&world.repo, &new)).await;
    let filed = filed.unwrap();
    assert_eq!(filed.number, IssueNumber(4));
    let item = world
        .costs(1, forge.add_to_board(&board, &filed.node))
        .await;
    let item = item.unwrap();
    assert_eq!(forge.add_to_board(&board, &filed.node).await.unwrap(), item);
    forge.set_status(&board, &item, "ready").await.unwrap();

    let listed = forge
        .board_issues(&board, &["ready"], world.marks())
        .await
        .unwrap();
    let listed = listed.into_iter().find(|it| it.number == filed.number);
    let listed = listed.unwrap();
    assert_eq!((listed.item, listed.title), (item, new.title));
    assert_eq!((listed.body, listed.labels), (new.body, new.labels));

    let error = forge
        .add_to_board(&board, &IssueNode("I_none".to_owned()))
        .await;
    assert!(error.is_err());
}
