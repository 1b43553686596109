//! Who may do what.

use althing_localforge::{
    forge::{Answer, Refusal},
    model::{
        IssuePatch, IssueState, NewIssue, NewRepo, NewStatus, Permission, RepoPatch, StatusState,
    },
};

use crate::stage::{Stage, git};

/// What somebody tries in `acme/models`.
#[derive(Clone, Copy, Debug)]
enum Act {
    OpenIssue,
    Comment,
    EditForeignComment,
    CloseForeignIssue,
    EditForeignIssue,
    Label,
    CreateLabel,
    CreateRef,
    ReportStatus,
    ChangeSettings,
}

async fn attempt(stage: &Stage, login: &str, act: Act) -> Answer<()> {
    let (actor, repo) = stage.models(login).await;
    let forge = &stage.forge;
    let main = forge.branch_sha(&repo, "main").await?.unwrap();
    match act {
        Act::OpenIssue => {
            let new = NewIssue {
                title: "x".to_owned(),
                ..NewIssue::default()
            };
            forge.create_issue(&actor, &repo, new).await.map(drop)
        }
        Act::Comment => forge.create_comment(&actor, &repo, 1, "x").await.map(drop),
        Act::EditForeignComment => {
            let (ada, as_ada) = stage.models("ada").await;
            let comment = forge.create_comment(&ada, &as_ada, 1, "hers").await?;
            forge
                .edit_comment(&actor, comment.id, "mine")
                .await
                .map(drop)
        }
        Act::CloseForeignIssue => {
            let (ada, as_ada) = stage.models("ada").await;
            let new = NewIssue {
                title: "hers".to_owned(),
                ..NewIssue::default()
            };
            let number = forge.create_issue(&ada, &as_ada, new).await?.number;
            let patch = IssuePatch {
                state: Some((IssueState::Closed, None)),
                ..IssuePatch::default()
            };
            forge
                .edit_issue(&actor, &repo, number, patch)
                .await
                .map(drop)
        }
        Act::EditForeignIssue => {
            let patch = IssuePatch {
                title: Some("x".to_owned()),
                ..IssuePatch::default()
            };
            forge.edit_issue(&actor, &repo, 1, patch).await.map(drop)
        }
        Act::Label => forge
            .change_labels(&actor, &repo, 1, &["lb".to_owned()], &[])
            .await
            .map(drop),
        Act::CreateLabel => forge
            .create_label(&actor, &repo, login, "ff0000", None)
            .await
            .map(drop),
        Act::CreateRef => {
            let name = format!("refs/heads/by-{login}");
            forge
                .create_ref(&actor, &repo, &name, main.as_str())
                .await
                .map(drop)
        }
        Act::ReportStatus => {
            let status = NewStatus {
                context: None,
                state: StatusState::Success,
                description: None,
                target_url: None,
            };
            forge
                .create_status(&actor, &repo, &main, status)
                .await
                .map(drop)
        }
        Act::ChangeSettings => {
            let patch = RepoPatch {
                description: Some("x".to_owned()),
                ..RepoPatch::default()
            };
            forge.edit_repo(&actor, &repo, patch).await.map(drop)
        }
    }
}

#[tokio::test]
async fn each_level_may_do_its_acts_and_no_more() {
    let stage = Stage::set().await;
    let people = ["eve", "tim", "rob", "mia", "ada"];
    for (act, needed) in [
        (Act::OpenIssue, Permission::Read),
        (Act::Comment, Permission::Read),
        (Act::EditForeignComment, Permission::Write),
        (Act::CloseForeignIssue, Permission::Triage),
        (Act::EditForeignIssue, Permission::Write),
        (Act::Label, Permission::Triage),
        (Act::CreateLabel, Permission::Write),
        (Act::CreateRef, Permission::Write),
        (Act::ReportStatus, Permission::Write),
        (Act::ChangeSettings, Permission::Admin),
    ] {
        for (login, held) in people.into_iter().zip(Permission::ALL) {
            let outcome = attempt(&stage, login, act).await;
            let wanted = if held >= needed {
                Ok(())
            } else {
                Err(Refusal::must_have_admin())
            };
            assert_eq!(outcome, wanted, "{login} ({held:?}) tries {act:?}");
        }
    }
}

#[tokio::test]
async fn a_private_repository_is_hidden_from_strangers() {
    let stage = Stage::set().await;
    for (login, wanted) in [
        ("ada", Some(Permission::Admin)),
        ("rob", Some(Permission::Write)),
        ("tim", Some(Permission::Read)),
        ("mia", None),
        ("eve", None),
    ] {
        let actor = stage.actor(login).await;
        match (stage.forge.repo(&actor, "acme", "secret").await, wanted) {
            (Ok(repo), Some(permission)) => assert_eq!(repo.permission, permission, "{login}"),
            (Err(Refusal::NotFound(_)), None) => {}
            (other, _) => panic!("{login}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn labels_and_assignees_of_readers_are_dropped_as_on_github() {
    let stage = Stage::set().await;
    let new = NewIssue {
        title: "x".to_owned(),
        labels: vec!["n150".to_owned()],
        assignees: vec!["rob".to_owned()],
        ..NewIssue::default()
    };
    let (eve, as_eve) = stage.models("eve").await;
    let issue = stage
        .forge
        .create_issue(&eve, &as_eve, new.clone())
        .await
        .unwrap();
    assert!(issue.labels.is_empty() && issue.assignees.is_empty());
    let (tim, as_tim) = stage.models("tim").await;
    let issue = stage.forge.create_issue(&tim, &as_tim, new).await.unwrap();
    assert_eq!((issue.labels.len(), issue.assignees.len()), (1, 1));
}

#[tokio::test]
async fn who_creates_a_repository_for_an_organization_administers_it() {
    let stage = Stage::set().await;
    let rob = stage.actor("rob").await;
    let new = |name: &str| NewRepo {
        owner: Some("acme".to_owned()),
        name: name.to_owned(),
        ..NewRepo::default()
    };
    let repo = stage.forge.create_repo(&rob, new("new")).await.unwrap();
    assert_eq!(repo.permission, Permission::Admin);
    let eve = stage.actor("eve").await;
    let stranger = stage.forge.create_repo(&eve, new("other")).await;
    assert_eq!(stranger.unwrap_err().status(), 403);
    // Git clients strip the ending, so the name would be somebody else's.
    let misleading = stage.forge.create_repo(&rob, new("models.git")).await;
    assert_eq!(misleading.unwrap_err().status(), 422);
}

#[tokio::test]
async fn what_a_deletion_left_behind_does_not_come_back() {
    let stage = Stage::set().await;
    let rob = stage.actor("rob").await;
    let left = stage.path().join("forge/git/acme/again.git");
    let secret = stage.path().join("forge/git/acme/models.git");
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .args([&secret, &left])
        .status();
    assert!(copied.unwrap().success());
    let new = NewRepo {
        owner: Some("acme".to_owned()),
        name: "again".to_owned(),
        ..NewRepo::default()
    };
    let repo = stage.forge.create_repo(&rob, new).await.unwrap();
    assert_eq!(stage.forge.branch_sha(&repo, "main").await, Ok(None));
    let hooks = git(&left, &["config", "core.hooksPath"]);
    assert_eq!(hooks, "/dev/null");
}
