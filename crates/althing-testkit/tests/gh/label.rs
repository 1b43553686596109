//! `gh label create|list`.

use serde_json::json;

use super::stage::{json, refused, start};

#[test]
fn labels_are_created_and_listed() {
    let forge = start();
    let create = [
        "label",
        "create",
        "-R",
        "acme/models",
        "bring-up",
        "-c",
        "ededed",
        "-d",
        "New",
    ];
    forge.gh_text("rob", &create);
    assert!(refused(&forge, "rob", &create).contains("already exists"));

    let list = |more: &[&str]| {
        let args = [
            &[
                "label",
                "list",
                "-R",
                "acme/models",
                "--json",
                "name,color,description,url",
            ],
            more,
        ];
        json(&forge, "rob", &args.concat())
    };
    assert_eq!(
        list(&["--search", "bring"]),
        json!([{
            "name": "bring-up", "color": "ededed", "description": "New",
            "url": "https://github.com/acme/models/labels/bring-up"
        }])
    );
    let names = |list: &serde_json::Value| {
        let labels = list.as_array().unwrap().iter();
        labels
            .map(|label| label["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&list(&[])), ["n150", "bug", "bring-up"]);
    let by_name = ["--sort", "name", "--order", "desc"];
    assert_eq!(names(&list(&by_name)), ["n150", "bug", "bring-up"]);
    assert_eq!(
        names(&list(&["--sort", "name", "-L", "2"])),
        ["bring-up", "bug"]
    );
}
