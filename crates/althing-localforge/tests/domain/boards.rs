//! Boards and search.

use althing_localforge::{
    forge::{Actor, Refusal},
    model::{
        Field, FieldKind, FieldValue, IssueId, Label, NewFieldValue, Project, Timestamp, Window,
    },
};

use crate::stage::Stage;

async fn board(stage: &Stage, login: &str) -> (Actor, Project) {
    let actor = stage.actor(login).await;
    let acme = stage.forge.organization("acme").await.unwrap();
    let project = stage.forge.project(&actor, &acme, 1).await.unwrap();
    (actor, project)
}

#[tokio::test]
async fn items_are_filtered_as_the_board_filters() {
    let stage = Stage::set().await;
    let (rob, project) = board(&stage, "rob").await;
    for (query, wanted) in [
        ("", vec![1, 2]),
        ("status:ready", vec![1]),
        ("status:\"In Progress\"", vec![2]),
        ("status:ready,\"in progress\"", vec![1, 2]),
        ("-status:ready", vec![2]),
        ("status:ready is:open label:n150", vec![1]),
        ("status:ready label:lb", vec![]),
        ("is:closed", vec![]),
        ("status:unknown", vec![]),
        ("nofield:x", vec![]),
        ("first", vec![1]),
    ] {
        let found = stage
            .forge
            .items(&rob, &project, query, Window::ALL)
            .await
            .unwrap();
        let numbers: Vec<i64> = found
            .items
            .iter()
            .map(|item| item.issue.as_ref().unwrap().number)
            .collect();
        assert_eq!(numbers, wanted, "{query}");
    }
}

#[tokio::test]
async fn a_status_is_set_by_writers_and_only_to_an_option() {
    let stage = Stage::set().await;
    let (tim, project) = board(&stage, "tim").await;
    let item = stage
        .forge
        .items(&tim, &project, "status:ready", Window::ALL)
        .await
        .unwrap()
        .items
        .remove(0)
        .item;
    let fields = stage.forge.fields(&project).await.unwrap();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["Title", "Status", "Note"]);
    let FieldKind::SingleSelect(options) = &fields[1].kind else {
        panic!("Status is a single select")
    };
    let done = options.iter().find(|option| option.name == "done").unwrap();

    let choose = |id: &str| Some(NewFieldValue::SingleSelect(id.to_owned()));
    let set = stage
        .forge
        .set_item_value(&tim, project.id, item.id, fields[1].id, choose(&done.id))
        .await
        .unwrap();
    assert_eq!(set.values[0].value, FieldValue::SingleSelect(done.clone()));
    let wrong = stage
        .forge
        .set_item_value(&tim, project.id, item.id, fields[1].id, choose("nothere"))
        .await;
    assert_eq!(wrong.unwrap_err().status(), 422);
    let note = Some(NewFieldValue::Text("hm".to_owned()));
    stage
        .forge
        .set_item_value(&tim, project.id, item.id, fields[2].id, note)
        .await
        .unwrap();
    let found = stage
        .forge
        .items(&tim, &project, "status:done note:hm", Window::ALL)
        .await
        .unwrap();
    assert_eq!(found.total, 1);
    let cleared = stage
        .forge
        .set_item_value(&tim, project.id, item.id, fields[1].id, None)
        .await
        .unwrap();
    assert_eq!(cleared.values.len(), 1);

    let mia = stage.actor("mia").await;
    let set = stage
        .forge
        .set_item_value(&mia, project.id, item.id, fields[1].id, choose(&done.id))
        .await;
    assert!(
        matches!(set, Err(Refusal::NotFound(_))),
        "a private board is hidden: {set:?}"
    );
    let again = stage
        .forge
        .add_item(&tim, project.id, item.issue)
        .await
        .unwrap();
    assert_eq!(again.id, item.id);
    let gone = stage.forge.add_item(&tim, project.id, IssueId(99)).await;
    assert!(matches!(gone, Err(Refusal::NotFound(_))));
}

#[tokio::test]
async fn search_finds_what_its_words_say() {
    let stage = Stage::set().await;
    let rob = stage.actor("rob").await;
    for (query, wanted) in [
        ("repo:acme/models", vec![2, 1]),
        (
            "repo:ACME/models is:issue state:open sort:created-asc",
            vec![1, 2],
        ),
        ("author:@me", vec![2]),
        ("label:n150,lb -author:rob", vec![1]),
        ("two in:body", vec![2]),
        ("two in:title", vec![]),
        ("no:assignee second", vec![2]),
        ("is:pr", vec![]),
    ] {
        let found = stage
            .forge
            .search_issues(&rob, query, Window::ALL)
            .await
            .unwrap();
        assert_eq!(
            found
                .items
                .iter()
                .map(|issue| issue.number)
                .collect::<Vec<_>>(),
            wanted,
            "{query}"
        );
    }
    let refused = stage
        .forge
        .search_issues(&rob, "archived:true", Window::ALL)
        .await;
    assert_eq!(
        refused.unwrap_err().status(),
        422,
        "a qualifier is never ignored"
    );
}

#[tokio::test]
async fn a_lagging_reader_does_not_see_what_is_new() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let before = Actor {
        as_of: Some(Timestamp::now()),
        ..rob.clone()
    };
    // The horizon is to the millisecond; the comment must come after it.
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    stage
        .forge
        .create_comment(&rob, &repo, 1, "new")
        .await
        .unwrap();
    assert_eq!(
        stage
            .forge
            .comments(&before, &repo, 1, None, Window::ALL)
            .await
            .unwrap()
            .total,
        0
    );
    assert_eq!(
        stage
            .forge
            .comments(&rob, &repo, 1, None, Window::ALL)
            .await
            .unwrap()
            .total,
        1
    );
}

#[tokio::test]
async fn a_lagging_reader_sees_the_board_as_it_was() {
    let stage = Stage::set().await;
    let (tim, project) = board(&stage, "tim").await;
    let fields = stage.forge.fields(&project).await.unwrap();
    let (status, note) = (&fields[1], &fields[2]);
    let FieldKind::SingleSelect(options) = &status.kind else {
        panic!("Status is a single select")
    };
    let items = stage.forge.items(&tim, &project, "", Window::ALL).await;
    let item = items.unwrap().items.remove(0).item.id;
    let set = async |field: &Field, value| {
        // Times are to the millisecond; each of these must have its own.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let set = stage
            .forge
            .set_item_value(&tim, project.id, item, field.id, value);
        set.await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        Actor {
            as_of: Some(Timestamp::now()),
            ..tim.clone()
        }
    };
    let option = |at: usize| Some(NewFieldValue::SingleSelect(options[at].id.clone()));
    let text = |text: &str| Some(NewFieldValue::Text(text.to_owned()));
    let moments = [
        Actor {
            as_of: Some(Timestamp::now()),
            ..tim.clone()
        },
        set(status, option(1)).await,
        set(note, text("hm")).await,
        set(status, option(2)).await,
        set(note, None).await,
    ];
    let wanted = [
        ("status:ready", vec!["ready"]),
        ("status:\"in progress\"", vec!["in progress"]),
        ("status:\"in progress\" note:hm", vec!["in progress", "hm"]),
        ("status:done note:hm", vec!["done", "hm"]),
        ("status:done -note:hm", vec!["done"]),
    ];
    for (moment, (query, wanted)) in moments.iter().zip(wanted) {
        let found = stage
            .forge
            .items(moment, &project, query, Window::ALL)
            .await;
        let found = found.unwrap().items;
        let shown = found
            .iter()
            .find(|found| found.item.id == item)
            .expect(query);
        let values: Vec<&str> = shown
            .item
            .values
            .iter()
            .map(|value| match &value.value {
                FieldValue::SingleSelect(option) => option.name.as_str(),
                FieldValue::Text(text) => text.as_str(),
            })
            .collect();
        assert_eq!(values, wanted, "{query}");
    }
    let (_, now) = stage.forge.item_by_id(&moments[0], item).await.unwrap();
    assert_eq!(
        now.item.values.len(),
        1,
        "by its id a thing is seen as it is"
    );
}

#[tokio::test]
async fn labels_are_unique_whatever_their_case() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let exists = Refusal::invalid_field("Label", "name", "already_exists");
    assert_eq!(
        stage
            .forge
            .create_label(&rob, &repo, "N150", "ffffff", None)
            .await,
        Err(exists.clone())
    );
    let renamed = stage
        .forge
        .edit_label(&rob, &repo, "lb", Some("N150"), None, None)
        .await;
    assert_eq!(renamed, Err(exists));
    let Label { name, color, .. } = stage
        .forge
        .edit_label(&rob, &repo, "LB", Some("board"), Some("ABCDEF"), None)
        .await
        .unwrap();
    assert_eq!((name.as_str(), color.as_str()), ("board", "abcdef"));
}
