//! Check runs, and which commit they belong to.

use althing_localforge::model::{CheckRunPatch, RunStatus};

use crate::stage::Stage;

#[tokio::test]
async fn a_refused_check_run_leaves_nothing_and_one_that_starts_anew_has_no_result() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    let main = stage
        .forge
        .branch_sha(&repo, "main")
        .await
        .unwrap()
        .unwrap();
    let run = |conclusion: &str| CheckRunPatch {
        name: Some("ci".to_owned()),
        conclusion: Some(conclusion.to_owned()),
        ..CheckRunPatch::default()
    };
    let refused = stage
        .forge
        .create_check_run(&rob, &repo, &main, run("great"))
        .await;
    assert_eq!(refused.unwrap_err().status(), 422);
    assert_eq!(
        stage.forge.check_runs(&rob, &repo, &main).await,
        Ok(Vec::new())
    );

    let done = stage
        .forge
        .create_check_run(&rob, &repo, &main, run("success"))
        .await
        .unwrap();
    assert_eq!(done.conclusion.as_deref(), Some("success"));
    let again = CheckRunPatch {
        status: Some(RunStatus::InProgress),
        ..CheckRunPatch::default()
    };
    let again = stage
        .forge
        .edit_check_run(&rob, &repo, done.id, again)
        .await
        .unwrap();
    assert_eq!((again.conclusion, again.completed_at), (None, None));
}

#[tokio::test]
async fn a_branch_called_like_a_commit_does_not_stand_for_it() {
    let stage = Stage::set().await;
    let (rob, repo) = stage.models("rob").await;
    stage.push("main", "work", &[("a.txt", "a")]);
    let main = stage
        .forge
        .branch_sha(&repo, "main")
        .await
        .unwrap()
        .unwrap();
    let work = stage
        .forge
        .branch_sha(&repo, "work")
        .await
        .unwrap()
        .unwrap();
    let name = format!("refs/heads/{work}");
    let refused = stage
        .forge
        .create_ref(&rob, &repo, &name, main.as_str())
        .await;
    assert_eq!(refused.unwrap_err().status(), 422);
    stage.show(&["update-ref", &name, main.as_str()]);
    assert_eq!(
        stage.forge.resolve(&rob, &repo, work.as_str()).await,
        Ok(work)
    );
}
