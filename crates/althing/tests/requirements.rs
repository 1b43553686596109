//! Keeps `docs/requirements/*.md` true: every row is whole, and every test it names exists.

use std::{fs, path::Path};

#[test]
fn every_requirement_is_whole_and_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = 0;
    for entry in fs::read_dir(root.join("docs/requirements")).expect("docs/requirements exists") {
        let path = entry.expect("entry").path();
        let text = fs::read_to_string(&path).expect("utf-8");
        let letter = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("name");
        let problems = problems(letter, &text, |file| {
            fs::read_to_string(root.join(file)).ok()
        });
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        files += 1;
    }
    assert!(files > 0, "there is at least one catalogue");
}

#[test]
fn what_is_wrong_with_a_table_is_found() {
    let read = |file: &str| {
        match file {
        "a.rs" => Some(
            "#[test]\nfn here() {}\n\n#[tokio::test]\nasync fn there() {}\n\nfn helper() {}\n\n\
             #[test]\n#[ignore]\nfn asleep() {}\n\n#[rstest]\n#[case(1)]\n// One more.\nfn many(#[case] _n: u8) {}\n"
                .to_owned(),
        ),
        "charters/scenarios/p/s.yaml" => Some("# X-001\ncharter: p\n".to_owned()),
        "b.py" => Some("def test_it(tmp_path):\n    pass\n\ndef helper():\n    pass\n".to_owned()),
        _ => None,
    }
    };
    for (rows, complaint) in [
        (
            "| X-001 | one | open |\n| X-002 | two | a.rs::here, b.py::test_it |",
            "",
        ),
        ("| X-001 | one | a.rs::there, a.rs::many |", ""),
        ("| X-001 | one | deviation: another way |", ""),
        ("no row", "X: no row"),
        ("| X-001 | one | open |\n| X-003 | three | open |", "X-003"),
        ("| X-001 | one | open |\n| X-001 | one | open |", "X-001"),
        ("| Y-001 | one | open |", "Y-001"),
        ("| X-001 |  | open |", "X-001: the requirement is empty"),
        ("| X-001 | one | |", "X-001: `` is not"),
        ("| X-001 | one | done |", "X-001: `done` is not"),
        ("| X-001 | one | deviation: |", "X-001: a deviation says"),
        ("| X-001 | one |", "X-001: the row has"),
        ("| X-001 | one | c.rs::here |", "X-001: c.rs does not exist"),
        (
            "| X-001 | one | ../a.rs::here |",
            "X-001: ../a.rs leaves the repository",
        ),
        (
            "| X-001 | one | a.rs::nowhere |",
            "X-001: a.rs has no test nowhere",
        ),
        ("| X-001 | one | a.rs::her |", "X-001: a.rs has no test her"),
        (
            "| X-001 | one | a.rs::helper |",
            "X-001: a.rs has no test helper",
        ),
        (
            "| X-001 | one | a.rs::asleep |",
            "X-001: a.rs has no test asleep",
        ),
        (
            "| X-001 | one | b.py::helper |",
            "X-001: b.py has no test helper",
        ),
        ("| X-001 | one | charters/scenarios/p/s.yaml |", ""),
        (
            "| X-001 | one | open |\n| X-002 | two | charters/scenarios/p/s.yaml |",
            "X-002: charters/scenarios/p/s.yaml does not mention X-002",
        ),
        (
            "| X-001 | one | charters/scenarios/p/t.yaml |",
            "X-001: charters/scenarios/p/t.yaml does not exist",
        ),
        (
            "| X-001 | one | charters/scenarios/p/../s.yaml |",
            "leaves the repository",
        ),
    ] {
        let found = problems("X", rows, read).join("\n");
        if complaint.is_empty() {
            assert_eq!(found, "", "{rows}");
        } else {
            assert!(found.contains(complaint), "{rows}\n{found}");
        }
    }
}

/// What is wrong with one catalogue; `read` gives the text of a file of the repository.
fn problems(letter: &str, text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let rows: Vec<Vec<&str>> = text.lines().filter_map(cells).collect();
    let mut problems = Vec::new();
    if rows.is_empty() {
        problems.push(format!("{letter}: no row"));
    }
    for (index, row) in rows.iter().enumerate() {
        let expected = format!("{letter}-{:03}", index + 1);
        let &[id, requirement, verified_by] = row.as_slice() else {
            problems.push(format!("{}: the row has {} cells", row[0], row.len()));
            continue;
        };
        if id != expected {
            problems.push(format!("{id} stands where {expected} belongs"));
        }
        if requirement.is_empty() {
            problems.push(format!("{id}: the requirement is empty"));
        }
        problems.extend(
            unproved(id, verified_by, &read)
                .into_iter()
                .map(|problem| format!("{id}: {problem}")),
        );
    }
    problems
}

/// The cells of a row that starts with an id; other lines are prose or table heads.
fn cells(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<&str> = line
        .strip_prefix('|')?
        .strip_suffix('|')?
        .split('|')
        .map(str::trim)
        .collect();
    let (letter, number) = cells[0].split_once('-')?;
    (letter.len() == 1 && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(cells)
}

/// What is wrong with a "verified by" cell.
fn unproved(id: &str, cell: &str, read: &impl Fn(&str) -> Option<String>) -> Vec<String> {
    if cell == "open" {
        return Vec::new();
    }
    if let Some(reason) = cell.strip_prefix("deviation:") {
        return match reason.trim() {
            "" => vec!["a deviation says how and why".to_owned()],
            _ => Vec::new(),
        };
    }
    cell.split(',')
        .map(str::trim)
        .filter_map(|test| missing(id, test, read))
        .collect()
}

/// Why a `path::function` or a scenario names no test, if so.
fn missing(id: &str, test: &str, read: &impl Fn(&str) -> Option<String>) -> Option<String> {
    if test.starts_with("charters/scenarios/") && test.ends_with(".yaml") {
        return missing_scenario(id, test, read);
    }
    let Some((file, function)) = test.split_once("::") else {
        return Some(format!(
            "`{test}` is not `open`, `deviation: …`, `path::function` or a scenario"
        ));
    };
    if file.split('/').any(|part| part == "..") || file.starts_with('/') {
        return Some(format!("{file} leaves the repository"));
    }
    let Some(text) = read(file) else {
        return Some(format!("{file} does not exist"));
    };
    let exists = match file.rsplit_once('.') {
        Some((_, "rs")) => is_rust_test(&text, function),
        Some((_, "py")) => {
            function.starts_with("test_") && text.contains(&format!("def {function}("))
        }
        _ => false,
    };
    (!exists).then(|| format!("{file} has no test {function}"))
}

/// Why a scenario shows nothing of the requirement, if so: each says what it is about.
fn missing_scenario(
    id: &str,
    file: &str,
    read: &impl Fn(&str) -> Option<String>,
) -> Option<String> {
    if file.split('/').any(|part| part == "..") {
        return Some(format!("{file} leaves the repository"));
    }
    match read(file) {
        None => Some(format!("{file} does not exist")),
        Some(text) => (!text.contains(id)).then(|| format!("{file} does not mention {id}")),
    }
}

/// Is there a function of that name with a test attribute above it, and none that ignores it?
fn is_rust_test(text: &str, function: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(index, line)| {
        let declared = line.strip_prefix("async ").unwrap_or(line);
        let named = declared
            .strip_prefix("fn ")
            .and_then(|rest| rest.strip_prefix(function))
            .is_some_and(|rest| rest.starts_with(['(', '<']));
        let above: Vec<&&str> = lines[..index]
            .iter()
            .rev()
            .take_while(|line| !line.is_empty() && **line != "}")
            .collect();
        let has = |attribute: &str| {
            above
                .iter()
                .any(|line| line.starts_with("#[") && line.contains(attribute))
        };
        named && has("test") && !has("ignore")
    })
}
