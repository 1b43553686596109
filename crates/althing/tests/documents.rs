//! What the repository shows and ships is what the program reads: the examples of
//! `docs/formats.md`, and the models repository that `templates/models-repo` starts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use althing_bringup::{BringupRequest, Environment, SETTINGS, Settings};
use althing_charter::{Rules, Source};
use althing_diag::yaml;
use althing_forge::IssueNumber;
use althing_localforge::{seed::SeedFile, server::Faults};
use jiff::Timestamp;
use serde::Deserialize;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The first code block under a heading of `docs/formats.md`.
fn example(heading: &str) -> String {
    let text = read("docs/formats.md");
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let (_, block) = section.split_once("\n```").unwrap();
    let (_language, block) = block.split_once('\n').unwrap();
    block.split_once("\n```").unwrap().0.to_owned()
}

fn assert_rules(charter: &str, members: &str) {
    let rules = Rules::parse(
        Source::new("charter.yaml", charter),
        Source::new("members.yaml", members),
        &[],
        Timestamp::now(),
    );
    assert!(rules.is_ok(), "{:#?}", rules.err());
}

#[test]
fn the_documented_charter_and_members_are_valid() {
    assert_rules(&example("Charter"), &example("Members"));
}

#[test]
fn the_template_starts_with_valid_rules() {
    let folder = "templates/models-repo/.althing";
    assert_rules(
        &read(&format!("{folder}/charter.yaml")),
        &read(&format!("{folder}/members.yaml")),
    );
}

#[test]
fn the_template_has_the_required_files() {
    for file in [
        "README.md",
        "scripts/run_eval.py",
        "tests/test_eval_smoke.py",
        ".github/ISSUE_TEMPLATE/bringup_model.yml",
        ".github/ISSUE_TEMPLATE/new_model_candidate.yml",
    ] {
        assert!(!read(&format!("templates/models-repo/{file}")).is_empty());
    }
    assert!(root().join("templates/models-repo/models").is_dir());
}

#[test]
fn the_readme_of_the_template_tells_how_to_evaluate() {
    let readme = read("templates/models-repo/README.md");
    for mode in ["--mode hf", "--mode tt"] {
        assert!(readme.contains(&format!("python scripts/run_eval.py {mode}")));
    }
}

#[test]
fn the_readme_of_the_template_says_what_a_trace_needs() {
    let readme = read("templates/models-repo/README.md");
    for part in [
        "Shapes stay fixed",
        "nothing is allocated or freed",
        "Only decode is traced",
    ] {
        assert!(readme.contains(part), "{part}");
    }
}

/// GitHub's form of an issue form, as far as it matters here.
#[derive(Deserialize)]
struct Form {
    name: String,
    body: Vec<Element>,
}

#[derive(Deserialize)]
struct Element {
    id: Option<String>,
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    validations: BTreeMap<String, bool>,
}

/// The name of a form, and its fields with whether each is required.
fn form(file: &str) -> (String, BTreeMap<String, bool>) {
    let text = read(&format!(
        "templates/models-repo/.github/ISSUE_TEMPLATE/{file}"
    ));
    let form: Form = yaml::parse(file, &text).unwrap();
    let fields = form.body.into_iter().filter_map(|element| {
        let id = element.id?;
        assert_eq!(
            element.attributes.get("label"),
            Some(&id),
            "the label becomes the key in the issue's body"
        );
        Some((id, element.validations.get("required") == Some(&true)))
    });
    (form.name, fields.collect())
}

#[test]
fn the_bringup_form_asks_for_seven_fields_and_requires_the_model() {
    let (name, fields) = form("bringup_model.yml");
    assert_eq!(name, "Bring up model");
    let expected = [
        ("architecture", false),
        ("batch", false),
        ("decode_len", false),
        ("hf_model_id", true),
        ("hf_revision", false),
        ("notes", false),
        ("prefill_len", false),
    ];
    assert_eq!(
        fields,
        expected
            .map(|(field, required)| (field.to_owned(), required))
            .into()
    );
}

#[test]
fn the_candidate_form_requires_its_three_fields() {
    let (_, fields) = form("new_model_candidate.yml");
    let expected = ["hf_model_id", "hf_revision", "notes"];
    assert_eq!(
        fields,
        expected.map(|field| (field.to_owned(), true)).into()
    );
}

#[test]
fn the_documented_issue_seed_and_faults_are_valid() {
    let issue = BringupRequest::parse(IssueNumber(1), &example("Bring-up issues")).unwrap();
    assert_eq!(issue.model.as_str(), "acme/tiny-7b");
    yaml::parse::<SeedFile>("seed.yaml", &example("Seed")).unwrap();
    Faults::parse("faults.yaml", &example("Faults")).unwrap();
}

/// The cells of each row of the table of settings in `docs/formats.md`.
fn documented_settings() -> Vec<Vec<String>> {
    let text = read("docs/formats.md");
    let (_, section) = text.split_once("\n## Settings of a fleet\n").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.take(SETTINGS.len());
    rows.map(|row| {
        let cells = row.trim_matches('|').split(" |");
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

#[test]
fn the_documented_settings_are_those_of_the_program() {
    let code = |text: &str| format!("`{text}`");
    let expected: Vec<Vec<String>> = SETTINGS
        .iter()
        .map(|setting| {
            let flag = setting.flag.map(|flag| code(&format!("--{flag}")));
            vec![
                code(setting.name),
                flag.unwrap_or_default(),
                setting.default.map(code).unwrap_or_default(),
                setting.meaning.to_owned(),
            ]
        })
        .collect();
    assert_eq!(documented_settings(), expected);
}

#[test]
fn the_documented_configuration_file_is_valid() {
    let text = example("Settings of a fleet");
    let settings = Settings::new([], [], Some(("bringup.yaml", &text))).unwrap();
    Environment::read(&settings, "host").unwrap();
}

#[test]
fn the_documented_defaults_of_a_worker_are_its_defaults() {
    let needed = [("YT_SYSTEM", "n150"), ("YT_PROJECT_NUMBER", "1")];
    let needed = needed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let defaults = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting.name.to_owned(), setting.default?.to_owned())));
    let given: Vec<_> = needed.iter().cloned().chain(defaults).collect();
    assert!(given.len() > 8, "{given:?}");
    let environment = |vars: Vec<_>| format!("{:?}", Environment::from_vars(vars, "host").unwrap());
    let [unset, set] = [needed.to_vec(), given].map(environment);
    // That `CODEX_BIN` is set is itself passed on to the agent.
    let passed_on = "codex: {\"CODEX_BIN\": Secret(…)}";
    assert_eq!(unset, set.replace(passed_on, "codex: {}"));
}

#[test]
fn the_template_of_an_agents_repository_has_the_required_files() {
    for file in [
        "README.md",
        "scripts/run_worker.py",
        "scripts/bootstrap_machine.sh",
        "src/yieldthought_agents/worker.py",
        "src/yieldthought_agents/github.py",
        "src/yieldthought_agents/shell.py",
        "src/yieldthought_agents/tasks/functional_bringup.py",
    ] {
        assert!(!read(&format!("templates/agents-repo/{file}")).is_empty());
    }
}

#[test]
fn the_readme_of_the_agents_template_has_every_variable_and_examples() {
    let readme = read("templates/agents-repo/README.md");
    for setting in SETTINGS {
        let default = setting
            .default
            .map_or_else(String::new, |it| format!("`{it}` "));
        let row = format!("| `{}` | {default}", setting.name);
        assert!(readme.contains(&row), "{row}");
    }
    for example in [
        "\npython scripts/run_worker.py ",
        "\nscripts/bootstrap_machine.sh --check",
        "gh auth refresh -s project",
        "FunctionalBringupTask(",
    ] {
        assert!(readme.contains(example), "{example}");
    }
}

#[test]
fn there_is_one_bootstrap_script() {
    let link = root().join("scripts/bootstrap_machine.sh");
    assert!(link.is_symlink());
    let script = "templates/agents-repo/scripts/bootstrap_machine.sh";
    assert_eq!(read("scripts/bootstrap_machine.sh"), read(script));
}
