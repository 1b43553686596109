//! The first files of a governed repository.

use std::{fs, path::Path, process::Command};

use althing_testkit::clean;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    output::assert_documented,
    run::{findings, json as run_json, program},
};

fn althing(folder: &Path, args: &[&str]) -> (i32, Value) {
    let mut command: Command = clean(program().to_str().expect("path"), folder);
    command.current_dir(folder).args(args);
    run_json(command)
}

fn codes(folder: &Path, args: &[&str]) -> Vec<String> {
    let found = findings(&althing(folder, args).1);
    let codes = found.iter().filter_map(|it| it.split(' ').next_back());
    codes.map(str::to_owned).collect()
}

#[test]
fn a_repository_begins_with_rules_members_and_a_guideline() {
    let folder = TempDir::new().expect("folder");
    let init = ["init", "--preset", "tttv2"];
    let (code, answer) = althing(folder.path(), &init);
    assert_eq!(code, 0, "{answer}");
    assert_documented("init", &answer);
    let all = [
        ".althing/charter.yaml",
        ".althing/members.yaml",
        "CONTRIBUTING.md",
        ".github/CODEOWNERS",
    ];
    assert_eq!(answer["data"]["written"], json!(all));

    // The guideline comes from the rules, and its absence is found.
    let guide = folder.path().join("CONTRIBUTING.md");
    let text = fs::read_to_string(&guide).expect("file");
    for said in [
        "tt_transformers_v2/contrib/**",
        "at least 0.95",
        "module-adoption",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let check = ["check", "--charter", "tttv2"];
    assert_eq!(althing(folder.path(), &check).0, 0);
    fs::remove_file(&guide).expect("removed");
    assert_eq!(codes(folder.path(), &check), ["document-missing"]);

    // What is there stays.
    let charter = folder.path().join(".althing/charter.yaml");
    fs::write(&charter, "mine").expect("file");
    let (_, answer) = althing(folder.path(), &init);
    assert_eq!(answer["data"]["written"], json!(["CONTRIBUTING.md"]));
    assert_eq!(fs::read_to_string(&charter).expect("file"), "mine");
}

#[test]
fn what_only_the_community_knows_is_a_finding_until_it_is_filled_in() {
    for preset in [
        "starter",
        "tttv2",
        "ktransformers",
        "llama-stack",
        "expansion-packs",
        "ttnn-bringup",
    ] {
        let folder = TempDir::new().expect("folder");
        let (code, answer) = althing(folder.path(), &["init", "--preset", preset]);
        assert_eq!(code, 0, "{answer}");
        let own = ["charter", "check", "--charter", ".althing/charter.yaml"];
        let found = codes(folder.path(), &own);
        assert!(!found.is_empty(), "{preset}: the name is a placeholder");
        assert!(
            found.iter().all(|code| code == "charter-empty"),
            "{preset}: {found:?}"
        );

        let path = folder.path().join(".althing/charter.yaml");
        let text = fs::read_to_string(&path).expect("file");
        let filled = text.lines().map(|line| match line.split_once(": <") {
            Some((key @ ("ratified" | "amended"), _)) => format!("{key}: 2026-01-31\n"),
            Some((key, _)) => format!("{key}: Acme\n"),
            None => format!("{line}\n"),
        });
        fs::write(&path, filled.collect::<String>()).expect("file");
        let (code, answer) = althing(folder.path(), &own);
        assert_eq!(code, 0, "{preset}: {answer}");
    }
}

#[test]
fn the_starter_works_as_soon_as_it_has_a_member() {
    let folder = TempDir::new().expect("folder");
    let (code, _) = althing(folder.path(), &["init", "--name", "Acme: models"]);
    assert_eq!(code, 0);
    let found = codes(folder.path(), &["charter", "check"]);
    assert_eq!(
        found,
        ["charter-unmeetable"],
        "nobody can approve anything yet"
    );
    let members = folder.path().join(".althing/members.yaml");
    fs::write(members, "- { id: 1, login: m1, roles: [maintainer] }\n").expect("file");
    let (code, answer) = althing(folder.path(), &["charter", "check"]);
    assert_eq!(code, 0, "{answer}");
    assert_eq!(answer["data"]["name"], "Acme: models");
}

#[test]
fn an_unknown_preset_writes_nothing() {
    let folder = TempDir::new().expect("folder");
    assert_eq!(
        codes(folder.path(), &["init", "--preset", "ttt"]),
        ["charter-extends"]
    );
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 0);
}
