//! What setting up a fleet does, through the real `gh`.

use althing_forge::{
    BoardName, ErrorKind, Forge, Foundation, GhForge, IssueNumber, NewLabel, ProjectSelector,
    StatusOption,
};

use crate::{FIRST, MARK, world::World};

fn label(name: &str) -> NewLabel {
    NewLabel {
        name: name.to_owned(),
        color: "1d76db".to_owned(),
        description: "a kind of machine".to_owned(),
    }
}

fn options(names: &[&str]) -> Vec<StatusOption> {
    let option = |name: &&str| StatusOption {
        name: (*name).to_owned(),
        color: "BLUE".to_owned(),
        description: format!("what is {name}"),
    };
    names.iter().map(option).collect()
}

fn named(project: ProjectSelector) -> BoardName {
    BoardName {
        owner: "ada".to_owned(),
        project,
    }
}

#[tokio::test]
async fn a_label_is_made_once_and_by_whom_may() {
    let world = World::new();
    let forge = world.forge("ada");
    let premises = world.costs(1, forge.premises(&world.repo)).await.unwrap();
    assert_eq!(premises.labels.into_iter().collect::<Vec<_>>(), ["n150"]);
    let lb = label("lb");
    for _ in 0..2 {
        let made = forge.create_label(&world.repo, &lb);
        world.costs(1, made).await.unwrap();
    }
    let premises = forge.premises(&world.repo).await.unwrap();
    assert_eq!(
        premises.labels.into_iter().collect::<Vec<_>>(),
        ["lb", "n150"]
    );

    let wrong = NewLabel {
        color: "blue".to_owned(),
        ..label("n300")
    };
    let error = forge.create_label(&world.repo, &wrong).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
    let (eve, label) = (world.forge("eve"), label("n300"));
    let error = eve.create_label(&world.repo, &label).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden, "{error}");
    let none = forge.premises(&"ada/none".parse().unwrap()).await;
    assert_eq!(none.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_board_is_made_and_its_options_replaced() {
    let world = World::new();
    let forge = world.forge("ada");
    let owner = forge.premises(&world.repo).await.unwrap().owner;
    let number = world.costs(1, forge.create_board(&owner, "Fleet")).await;
    let name = named(ProjectSelector::Number(number.unwrap()));
    let board = forge.board(&name).await.unwrap();
    assert_eq!(board.title, "Fleet");
    let status = world.costs(1, forge.status_field(&board)).await.unwrap();
    assert_eq!(status.items, 0);
    assert!(
        status.url.ends_with("/users/ada/projects/6"),
        "{}",
        status.url
    );
    let (field, given) = status.field.unwrap();
    let given: Vec<&str> = given.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(given, ["Todo", "In Progress", "Done"]);

    let wanted = options(&["ready", "in progress", "done"]);
    let replaced = forge.replace_options(&field, &wanted);
    world.costs(1, replaced).await.unwrap();
    let (same, now) = forge.status_field(&board).await.unwrap().field.unwrap();
    assert_eq!((same, now), (field.clone(), wanted));
    let twice = options(&["ready", "Ready"]);
    assert!(forge.replace_options(&field, &twice).await.is_err());
    let again = forge.create_status_field(&board, &twice).await;
    assert!(again.is_err(), "there is one");
}

#[tokio::test]
async fn a_missing_status_field_is_made() {
    let world = World::new();
    let forge = world.forge("bob");
    let plain = named(ProjectSelector::Title("Plain".to_owned()));
    let board = forge.board(&plain).await.unwrap();
    assert_eq!(forge.status_field(&board).await.unwrap().field, None);
    let wanted = options(&["ready", "done"]);
    let made = forge.create_status_field(&board, &wanted);
    world.costs(1, made).await.unwrap();
    let (_, now) = forge.status_field(&board).await.unwrap().field.unwrap();
    assert_eq!(now, wanted);
    let eve = world.forge("eve").status_field(&board).await;
    assert_eq!(eve.unwrap_err().kind, ErrorKind::NotFound);
}

/// Why options of a board in use are left alone.
#[tokio::test]
async fn replaced_options_take_the_status_of_every_item_with_them() {
    let world = World::new();
    let forge = world.forge("bob");
    let board = forge.board(&named(ProjectSelector::Number(1))).await;
    let board = board.unwrap();
    let (field, kept) = forge.status_field(&board).await.unwrap().field.unwrap();
    forge.replace_options(&field, &kept).await.unwrap();
    assert!(status(&world, &forge, FIRST).await.is_none());
    let item = forge.issue(&board, &world.repo, FIRST, MARK, None).await;
    let item = item.unwrap().item.unwrap().id;
    let stale = forge.set_status(&board, &item, "ready").await;
    assert!(stale.is_err(), "the id of the option is another");
}

async fn status(world: &World, forge: &GhForge, issue: IssueNumber) -> Option<String> {
    let board = forge.board(&named(ProjectSelector::Number(1))).await;
    let board = board.unwrap();
    let read = forge.issue(&board, &world.repo, issue, MARK, None).await;
    read.unwrap().item.unwrap().status
}
