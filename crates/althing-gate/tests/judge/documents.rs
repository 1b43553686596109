//! Documents that presets ask for: present, whole, and ending as they must.

use std::collections::BTreeMap;

use althing_charter::{Charter, Footer, Source};
use althing_diag::{Code, Finding, Severity};
use althing_gate::{check_documents, check_footer, check_review, with_footer};
use jiff::civil::{Date, date};
use rstest::rstest;

const KTRANSFORMERS: &str = include_str!("../../../../charters/ktransformers.yaml");
const TTTV2: &str = include_str!("../../../../charters/tttv2.yaml");
const EXPANSION_PACKS: &str = include_str!("../../../../charters/expansion-packs.yaml");

const LINE: &str = "**Version**: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04";

const README: &str = "\
# A framework

## Project overview

It runs experts.

## Quickstart

Run `make`.

## Building from source

```sh
make
```
";

const CONTRACT: &str = "\
# Cache

```python
def evict(layer: int) -> bool: ...
```

## Preconditions

The layer is loaded.

## Postconditions

None of its experts is in memory.
";

const ARCHITECTURE: &str = "\
# Architecture

## Scheduler

```mermaid
graph TD
  a --> b
```

## Memory

![How the cache is filled](cache.svg)

```text
prompt --> experts --> tokens   (data flow)
```
";

fn charter(text: &str) -> Charter {
    Charter::parse(Source::new("charter.yaml", text), &[]).expect("the preset is valid")
}

/// A repository that has all that KTransformers asks for.
fn whole() -> BTreeMap<String, String> {
    let files = [
        (
            "CONSTITUTION.md",
            format!("# Constitution\n\nIt stands above practice.\n\n{LINE}\n"),
        ),
        ("README.md", README.to_owned()),
        ("docs/architecture/parts.md", ARCHITECTURE.to_owned()),
        ("specs/001-cache/contracts/cache.md", CONTRACT.to_owned()),
        (
            ".specify/templates/agent-file-template.md",
            "Read the principles.".to_owned(),
        ),
        (
            ".github/prompts/constitution.prompt.md",
            "Take six steps.".to_owned(),
        ),
        (
            "csrc/cache.cpp",
            "// benchmark: 12.1 ms before, 11.8 ms after\n".to_owned(),
        ),
        ("csrc/other.cpp", "int benchmark(int a);\n".to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).into()
}

fn found(files: &BTreeMap<String, String>) -> Vec<String> {
    let findings = check_documents(&charter(KTRANSFORMERS), files);
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_repository_with_all_documents_lacks_nothing() {
    assert_eq!(found(&whole()), Vec::<String>::new());
}

#[test]
fn an_empty_repository_lacks_every_document() {
    insta::assert_snapshot!(found(&BTreeMap::new()).join("\n"));
}

/// One thing is taken away or changed; exactly that is found.
#[rstest]
#[case::quick_start("README.md", "## Quickstart", "## Run", "no section `Quick start`")]
#[case::build("README.md", "## Building", "## Rebuilding", "no section `Build`")]
#[case::overview(
    "README.md",
    "## Project overview",
    "## Project",
    "no section `Overview`"
)]
#[case::overview_unwritten(
    "README.md",
    "It runs experts.",
    "TODO",
    "section `Overview` is not written yet"
)]
#[case::scheduler(
    "docs/architecture/parts.md",
    "## Scheduler",
    "## Parts",
    "no diagram of the scheduler"
)]
#[case::scheduler_not_drawn(
    "docs/architecture/parts.md",
    "```mermaid",
    "```python",
    "no diagram of the scheduler"
)]
#[case::cache(
    "docs/architecture/parts.md",
    "![How the cache is filled](cache.svg)",
    "The cache is filled.",
    "no diagram of the cache"
)]
#[case::data_flow(
    "docs/architecture/parts.md",
    "(data flow)",
    "",
    "no diagram of the data flow"
)]
#[case::signature(
    "specs/001-cache/contracts/cache.md",
    "def evict(layer: int) -> bool: ...",
    "evicts",
    "gives no function signature"
)]
#[case::preconditions(
    "specs/001-cache/contracts/cache.md",
    "## Preconditions",
    "## Notes",
    "without its precondition"
)]
#[case::postconditions(
    "specs/001-cache/contracts/cache.md",
    "## Postconditions",
    "## Notes",
    "without its postcondition"
)]
#[case::benchmarks(
    "csrc/cache.cpp",
    "benchmark:",
    "it was",
    "numbers of the benchmark are given nowhere"
)]
#[case::no_numbers(
    "csrc/cache.cpp",
    "12.1 ms before, 11.8 ms after",
    "faster now",
    "numbers of the benchmark are given nowhere"
)]
#[case::footer(
    "CONSTITUTION.md",
    LINE,
    "The end.",
    "does not say version, ratification"
)]
#[case::version(
    "CONSTITUTION.md",
    "1.0.0 |",
    "1.1.0 |",
    "is of version 1.1.0, the charter of 1.0.0"
)]
#[case::two_parts(
    "CONSTITUTION.md",
    "1.0.0 |",
    "1.0 |",
    "`1.0` is not MAJOR.MINOR.PATCH"
)]
#[case::other_ratification(
    "CONSTITUTION.md",
    "**Ratified**: 2025-10-04",
    "**Ratified**: 2025-10-03",
    "ratified on 2025-10-03, the charter on 2025-10-04"
)]
#[case::no_date(
    "CONSTITUTION.md",
    "**Ratified**: 2025-10-04",
    "**Ratified**: soon",
    "`soon` is not a date"
)]
#[case::later_amendment(
    "CONSTITUTION.md",
    "Amended**: 2025-10-04",
    "Amended**: 2025-11-04",
    "last amended on 2025-11-04"
)]
#[case::before_ratification(
    "CONSTITUTION.md",
    "Amended**: 2025-10-04",
    "Amended**: 2025-10-03",
    "is before the ratification"
)]
#[case::not_byte_for_byte("CONSTITUTION.md", " | **Last", "  | **Last", "the last line is wrong")]
fn what_is_missing_is_found(
    #[case] path: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] expect: &str,
) {
    let mut files = whole();
    let text = files.get_mut(path).expect("a file");
    assert!(text.contains(from), "{text}");
    *text = text.replace(from, to);
    let found = found(&files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains(expect), "{found:#?}");
    assert!(found[0].starts_with(path.split('/').next().unwrap()) || found[0].contains("**/"));
}

#[test]
fn every_signature_needs_its_conditions() {
    let mut files = whole();
    let second = "## Another\n\n`load(expert)` fetches.\n";
    let contract =
        format!("# One\n\n## First\n\n`a(b)`: precondition x, postcondition y.\n\n{second}");
    files.insert("contracts/two.md".to_owned(), contract);
    let found = found(&files);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("contracts/two.md:7:1"), "{found:#?}");
}

#[test]
fn benchmarks_may_also_stand_in_docs() {
    let mut files = whole();
    files.remove("csrc/cache.cpp");
    assert_eq!(found(&files).len(), 1);
    let table = "# Results\n\n## Benchmarks\n\n| p50 | p95 |\n|---|---|\n| 11 ms | 19 ms |\n";
    files.insert("docs/results.md".to_owned(), table.to_owned());
    assert_eq!(found(&files), Vec::<String>::new());
}

#[test]
fn a_missing_guideline_is_found() {
    let charter = charter(TTTV2);
    let none = check_documents(&charter, &BTreeMap::new());
    let codes: Vec<Code> = none.iter().map(|it| it.code).collect();
    assert_eq!(codes, [Code::DocumentMissing]);
    let there = BTreeMap::from([("CONTRIBUTING.md".to_owned(), "Come in.".to_owned())]);
    assert_eq!(check_documents(&charter, &there), []);
}

#[rstest]
#[case::before(date(2025, 11, 26), None)]
#[case::on_the_day(date(2025, 11, 27), Some(Severity::Warning))]
#[case::the_day_after(date(2025, 11, 28), Some(Severity::Error))]
fn a_review_is_due_on_its_day_and_overdue_from_the_next(
    #[case] today: Date,
    #[case] expect: Option<Severity>,
) {
    let found = check_review(&charter(EXPANSION_PACKS), today);
    assert_eq!(found.as_ref().map(|it| it.severity), expect);
    assert!(found.is_none_or(|it| it.message.contains("2025-11-27")));
}

#[test]
fn a_governance_document_says_when_it_was_updated_and_that_it_lives() {
    let charter = charter(EXPANSION_PACKS);
    let edition = charter.edition();
    assert_eq!(edition.amended, Some(date(2025, 10, 27)));
    let status = edition.status.as_deref();
    assert_eq!(
        status,
        Some("Living document - update as governance evolves")
    );
}

fn footer(line: &str) -> Footer {
    line.parse().expect("a line")
}

#[rstest]
#[case::empty("", "{}\n")]
#[case::none("# C\n\ntext\n\n\n", "# C\n\ntext\n\n{}\n")]
#[case::older(
    "# C\n\n**Version**: 0.9.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04\n\n",
    "# C\n\n{}\n"
)]
#[case::broken("# C\n**Version**: 1.0", "# C\n{}\n")]
#[case::only("**Version**: ?", "{}\n")]
fn an_amendment_rewrites_the_last_line(#[case] text: &str, #[case] expect: &str) {
    let line = "**Version**: 1.1.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-12-01";
    let written = with_footer("c.md", text, &footer(line)).expect("it may be written");
    assert_eq!(written, expect.replace("{}", line));
    assert_eq!(check_footer("c.md", &written, &footer(line)), None);
}

#[rstest]
#[case::another_ratification(
    "**Version**: 1.1.0 | **Ratified**: 2025-10-03 | **Last Amended**: 2025-12-01"
)]
#[case::an_earlier_amendment(
    "**Version**: 1.1.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04"
)]
fn an_amendment_moves_no_date_backwards(#[case] line: &str) {
    let text =
        "# C\n\n**Version**: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-11-01\n";
    let refused: Box<Finding> = with_footer("c.md", text, &footer(line)).expect_err("refused");
    assert_eq!(refused.code, Code::DocumentFooter);
}
