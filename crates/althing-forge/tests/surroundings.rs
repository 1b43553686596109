//! What is said when `gh` itself is not as it should be. A script stands in for it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt};

use althing_diag::Code;
use althing_forge::{ErrorKind, Forge, GhConfig, GhForge};
use tempfile::TempDir;

/// A forge whose `gh` is a script, alone on the path but for the shell that runs it.
fn with_script(script: &str) -> (TempDir, GhForge) {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("gh");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let forge = with_path(folder.path().as_os_str().to_owned());
    (folder, forge)
}

fn with_path(path: OsString) -> GhForge {
    GhForge::new(GhConfig {
        environment: vec![("PATH".into(), path), ("GH_TOKEN".into(), "s3cret".into())],
        ..GhConfig::default()
    })
}

#[tokio::test]
async fn a_missing_gh_is_named_with_the_way_to_get_it() {
    let empty = TempDir::new().unwrap();
    let forge = with_path(empty.path().as_os_str().to_owned());
    let error = forge.check_login().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ToolMissing);
    let finding = error.finding();
    assert_eq!(finding.code, Code::ToolMissing);
    assert!(
        finding.help.contains("apt-get install gh"),
        "{}",
        finding.help
    );
}

#[tokio::test]
async fn an_old_gh_is_refused_with_its_version() {
    let (_folder, forge) = with_script("echo 'gh version 2.4.0 (2022-01-01)'");
    let error = forge.check_login().await.unwrap_err();
    let found = "2.4.0".to_owned();
    assert_eq!(error.kind, ErrorKind::ToolTooOld { found });
}

#[tokio::test]
async fn another_program_of_that_name_is_no_gh() {
    let (_folder, forge) = with_script("echo 'gitsome 0.8'");
    let error = forge.check_login().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ToolMissing);
}

#[tokio::test]
async fn without_a_login_the_way_in_is_shown() {
    let (_folder, forge) = with_script(
        r#"case "$1" in
           --version) echo 'gh version 2.23.0 (2023-02-27)';;
           *) echo "You are not logged into any GitHub hosts. Token: $GH_TOKEN" >&2; exit 1;;
           esac"#,
    );
    let error = forge.check_login().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotLoggedIn);
    assert!(!error.message.contains("s3cret"), "{}", error.message);
    assert!(error.finding().help.contains("gh auth login"));
}

#[tokio::test]
async fn a_missing_scope_is_named_with_the_command_that_adds_it() {
    let (_folder, forge) = with_script(
        r#"case "$1" in
           --version) echo 'gh version 2.23.0 (2023-02-27)';;
           *) echo '  ✓ Token scopes: gist, read:org, repo' >&2;;
           esac"#,
    );
    let finding = forge.check_login().await.unwrap_err().finding();
    assert_eq!(finding.code, Code::ForgeForbidden);
    assert!(
        finding
            .message
            .ends_with("the login lacks the scope project"),
        "{}",
        finding.message
    );
    assert!(
        finding.help.contains("`gh auth refresh -s project`"),
        "{}",
        finding.help
    );
}

#[tokio::test]
async fn a_token_that_newer_versions_only_complain_about_is_no_login() {
    let (_folder, forge) = with_script(
        r#"case "$1" in
           --version) echo 'gh version 2.46.0 (2025-01-13)';;
           *) echo '  X Failed to log in to github.com using token (GH_TOKEN)';;
           esac"#,
    );
    let finding = forge.check_login().await.unwrap_err().finding();
    assert_eq!(finding.code, Code::ForgeNotLoggedIn);
}
