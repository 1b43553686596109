//! Git and gh reach the forge without knowing.

use std::{fs, path::Path};

use althing_testkit::TestForge;

const PROGRAM: &str = env!("CARGO_BIN_EXE_althing-testkit");
const SEED: &str = "
users:
  - { login: ada, name: Ada L, token: token-ada }
  - { login: rob, token: token-rob }
  - { login: eve, token: token-eve }
repositories:
  - { name: ada/models, from: files, collaborators: { rob: write }, issues: [{ title: First }] }
  - { name: ada/secret, private: true }
";

fn start() -> TestForge {
    TestForge::start(Path::new(PROGRAM), SEED, &[("files/README.md", "hello\n")])
}

#[test]
fn a_clone_comes_from_github_as_far_as_git_knows() {
    let forge = start();
    for (address, folder) in [
        ("https://github.com/ada/models.git", "by-https"),
        ("git@github.com:ada/models", "by-ssh"),
    ] {
        forge.git_text("rob", ".", &["clone", "-q", address, folder]);
        let remote = forge.git_text("rob", folder, &["remote", "-v"]);
        assert!(remote.contains("git@github.com:ada/models"), "{remote}");
    }
    assert_eq!(
        fs::read_to_string(forge.folder().join("by-ssh/README.md")).unwrap(),
        "hello\n"
    );
}

#[test]
fn pushes_are_allowed_by_permission_and_refused_in_githubs_words() {
    let forge = start();
    forge.git_text(
        "rob",
        ".",
        &["clone", "-q", "https://github.com/ada/models", "work"],
    );
    fs::write(forge.folder().join("work/new.txt"), "new").unwrap();
    for args in [
        &["checkout", "-q", "-b", "work"][..],
        &["add", "-A"],
        &["commit", "-q", "-m", "New"],
    ] {
        forge.git_text("rob", "work", args);
    }
    forge.git_text("rob", "work", &["push", "-q", "origin", "work"]);
    let author = forge.gh_text(
        "rob",
        &[
            "api",
            "repos/ada/models/commits/work",
            "--jq",
            ".author.login",
        ],
    );
    assert_eq!(author, "rob");

    for (user, args, words) in [
        (
            "eve",
            &["push", "-q", "origin", "work:other"][..],
            "Permission to ada/models.git denied to eve",
        ),
        (
            "eve",
            &["ls-remote", "git@github.com:ada/secret.git"],
            "Repository not found",
        ),
        (
            "rob",
            &["push", "-q", "origin", "work:refs/pull/1/head"],
            "deny updating a hidden ref",
        ),
    ] {
        let output = forge
            .git(user)
            .current_dir(forge.folder().join("work"))
            .args(args)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && stderr.contains(words),
            "{user} {args:?}: {stderr}"
        );
    }
}

#[test]
fn a_stranger_is_told_so() {
    let forge = start();
    let output = forge
        .gh("rob")
        .env("GH_TOKEN", "nonsense")
        .args(["api", "user"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("Bad credentials (HTTP 401)"), "{stderr}");
}
