//! The pages of the book show the presets as they are.

use std::{env, fs, path::Path};

use althing_testkit::clean;
use tempfile::TempDir;

use super::run::program;

/// What stands between the marks of a page.
const END: &str = "<!-- end -->";

#[test]
fn pages_show_the_rules_of_their_preset() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let charters = fs::read_dir(root.join("charters")).expect("charters");
    let names = charters.filter_map(|entry| {
        let name = entry.expect("entry").file_name().into_string().ok()?;
        name.strip_suffix(".yaml").map(str::to_owned)
    });
    for name in names {
        let file = root.join(format!("docs/book/{name}.md"));
        let page = fs::read_to_string(&file).expect("page");
        let begin = format!("<!-- generated from charters/{name}.yaml -->\n");
        let (before, rest) = page.split_once(&begin).expect("a begin");
        let (found, after) = rest.split_once(END).expect("an end");
        let rules = rules_of(&name);
        if env::var_os("UPDATE_BOOK").is_some() {
            fs::write(&file, format!("{before}{begin}{rules}{END}{after}")).expect("page");
        } else {
            assert!(
                found == rules,
                "docs/book/{name}.md is not up to date: run this test with UPDATE_BOOK=1"
            );
        }
    }
}

/// The sections of a preset, one level below those of a page.
fn rules_of(name: &str) -> String {
    let home = TempDir::new().expect("home");
    let mut show = clean(program().to_str().expect("path"), home.path());
    show.args(["charter", "show", "--format", "markdown", "--charter", name]);
    let shown = show.output().expect("the program runs");
    assert!(shown.status.success(), "{name}");
    let shown = String::from_utf8(shown.stdout).expect("utf-8");
    let (_, sections) = shown.split_once("\n## ").expect("sections");
    let mut rules = String::new();
    for line in format!("## {sections}").lines() {
        if line.starts_with("##") {
            rules.push('#');
        }
        rules.push_str(line);
        rules.push('\n');
    }
    rules
}
