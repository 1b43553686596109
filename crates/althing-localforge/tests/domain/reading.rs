//! Files, folders, commits and comparisons as git has them.

use althing_localforge::{
    forge::Refusal,
    model::{Content, Window},
};

use crate::stage::Stage;

#[tokio::test]
async fn contents_are_read_by_name_and_not_by_pattern() {
    let stage = Stage::set().await;
    stage.push("main", "work", &[("a*.txt", "star"), ("ab.txt", "b")]);
    let (rob, repo) = stage.models("rob").await;
    let read =
        async |path: &str, at: Option<&str>| stage.forge.content(&rob, &repo, path, at).await;
    let Ok(Content::File(file)) = read("a*.txt", Some("work")).await else {
        panic!("a file of that very name")
    };
    assert_eq!(file.bytes, b"star");
    let Ok(Content::Folder(entries)) = read("", Some("work")).await else {
        panic!("the root")
    };
    let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["README.md", "a*.txt", "ab.txt"]);
    for (path, at) in [
        ("a*.txt", None),
        ("*", Some("work")),
        (":(glob)*", Some("work")),
        ("../forge.db", Some("work")),
        ("a\0b", Some("work")),
        ("README.md", Some("nowhere")),
        ("README.md", Some("--all")),
        ("README.md", Some("a\0b")),
    ] {
        assert_eq!(
            read(path, at).await,
            Err(Refusal::not_found()),
            "{path:?} at {at:?}"
        );
    }
}

#[tokio::test]
async fn history_is_cut_to_windows_and_compared() {
    let stage = Stage::set().await;
    stage.push(
        "main",
        "work",
        &[("a.txt", "a"), ("b.txt", "b"), ("c.txt", "c")],
    );
    stage.push("main", "main", &[("m.txt", "m")]);
    let (rob, repo) = stage.models("rob").await;
    let log = async |path: Option<&str>, window| {
        let slice = stage
            .forge
            .commits(&rob, &repo, Some("work"), path, window)
            .await
            .unwrap();
        let lines = slice
            .items
            .iter()
            .map(|commit| commit.headline().to_owned());
        (lines.collect::<Vec<_>>(), slice.total)
    };
    let page = log(None, Window::page(2, 2)).await;
    assert_eq!(
        page,
        (
            vec!["Change a.txt".to_owned(), "Initial commit".to_owned()],
            4
        )
    );
    assert_eq!(
        log(Some("b.txt"), Window::ALL).await,
        (vec!["Change b.txt".to_owned()], 1)
    );
    for absent in ["none", "../x", "a\0"] {
        assert_eq!(
            log(Some(absent), Window::ALL).await,
            (Vec::new(), 0),
            "{absent:?}"
        );
    }

    let comparison = stage
        .forge
        .compare(&rob, &repo, "main", "work")
        .await
        .unwrap();
    assert_eq!((comparison.commits.len(), comparison.behind), (3, 1));
    assert_eq!(comparison.files.len(), 3);
    assert_eq!(comparison.merge_base.headline(), "Initial commit");
    assert!(matches!(
        stage.forge.compare(&rob, &repo, "main", "gone").await,
        Err(Refusal::NotFound(_))
    ));
    assert_eq!(
        stage
            .forge
            .commit(&rob, &repo, "gone")
            .await
            .unwrap_err()
            .status(),
        422
    );
    let root = stage
        .forge
        .commit(&rob, &repo, comparison.merge_base.sha.as_str())
        .await
        .unwrap();
    assert_eq!(
        stage.forge.commit_files(&rob, &repo, &root).await.unwrap()[0].path,
        "README.md"
    );
}
