//! Kinds of documents of which there are any number, each of one form: proposals of epics, epics
//! and decision records of the expansion packs.

use std::collections::BTreeMap;

use althing_charter::{Charter, Source};
use althing_gate::check_documents;
use rstest::rstest;

const EXPANSION_PACKS: &str = include_str!("../../../../charters/expansion-packs.yaml");

const PROPOSAL: &str = "docs/expansion-packs/proposals/20251027-voice-fidelity.md";
const EPIC: &str = "docs/expansion-packs/epics/EPIC-001-voice-fidelity.md";
const RECORD: &str = "docs/expansion-packs/decisions/ADR-001-one-database.md";

const PROPOSAL_TEXT: &str = "\
# Epic Proposal: Voice fidelity

## Problem

Courses do not sound like their minds.

## Packs Affected

- MMOS: exports a better prompt
- **CreatorOS**: reads it

## Integration Points

- New: none
- Modified:
  - mmos-creator-os

## Database Changes

None.

## Alternatives Considered

Training a model; it takes longer.

## Estimated Effort

10 points, 5 of them in MMOS.
";

const RECORD_TEXT: &str = "\
# ADR-001: One database for all packs

**Status:** Accepted
**Date:** 2025-10-27
**Deciders:** System Architect

## Context

Packs share minds.

## Decision

They share a database.

## Alternatives Considered

A database for each pack.

## Consequences

- Positive: no copies
- Negative: migrations concern everybody
- Neutral: one more owner

## Implementation

All packs move their tables.
";

fn whole() -> BTreeMap<String, String> {
    let files = [
        (PROPOSAL, PROPOSAL_TEXT),
        (EPIC, "# Voice fidelity\n"),
        (RECORD, RECORD_TEXT),
    ];
    let owned = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
    files.map(owned).into()
}

fn found(files: &BTreeMap<String, String>) -> Vec<String> {
    let charter = Charter::parse(Source::new("charter.yaml", EXPANSION_PACKS), &[]);
    let findings = check_documents(&charter.expect("the preset is valid"), files);
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn documents_of_their_form_lack_nothing_and_none_is_needed() {
    assert_eq!(found(&whole()), Vec::<String>::new());
    assert_eq!(found(&BTreeMap::new()), Vec::<String>::new());
}

/// Replaces a text of one file; exactly that is found there.
fn assert_found(path: &str, from: &str, to: &str, expect: &str) {
    let mut files = whole();
    let text = files.get_mut(path).expect("a file");
    assert!(text.contains(from), "{text}");
    *text = text.replace(from, to);
    let found = found(&files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains(expect), "{found:#?}");
    assert!(found[0].starts_with(path), "{found:#?}");
}

#[rstest]
#[case::title(
    "# Epic Proposal: Voice",
    "# Voice",
    "the title is not `Epic Proposal: {text}`"
)]
#[case::name(
    "Proposal: Voice fidelity",
    "Proposal: [Name]",
    "`[Name]` is not a text"
)]
#[case::level("# Epic Proposal:", "## Epic Proposal:", "does not begin with a title")]
#[case::problem("## Problem", "## Why", "no section `Problem`")]
#[case::no_problem(
    "Courses do not sound like their minds.",
    "[What problem are we solving?]",
    "section `Problem` is not written yet"
)]
#[case::packs("## Packs Affected", "## Packs", "no section `Packs Affected`")]
#[case::unknown_pack("- MMOS:", "- Voices:", "`Voices` is no pack that the charter knows")]
#[case::no_pack("- MMOS: exports", "- exports", "is no pack that the charter knows")]
#[case::no_changes("exports a better prompt", "", "nothing is said about `MMOS`")]
#[case::no_changes_yet("exports a better prompt", "[changes]", "nothing is said about `MMOS`")]
#[case::no_list(
    "- MMOS: exports a better prompt\n- **CreatorOS**: reads it",
    "Two of them.",
    "`Packs Affected` lists no pack"
)]
#[case::points(
    "## Integration Points",
    "## Points",
    "no section `Integration Points`"
)]
#[case::new("- New: none\n", "", "`Integration Points` has no entry `New`")]
#[case::new_empty(
    "- New: none",
    "- New:",
    "the entry `New` of `Integration Points` is not"
)]
#[case::modified(
    "- Modified:",
    "- Other:",
    "`Integration Points` has no entry `Modified`"
)]
#[case::database("## Database Changes", "## Tables", "no section `Database Changes`")]
#[case::alternatives(
    "## Alternatives Considered",
    "## Otherwise",
    "no section `Alternatives Considered`"
)]
#[case::no_number(
    "10 points, 5 of them",
    "Much of it",
    "numbers of the estimated effort"
)]
fn a_proposal_of_an_epic_has_its_form(#[case] from: &str, #[case] to: &str, #[case] expect: &str) {
    assert_found(PROPOSAL, from, to, expect);
}

#[test]
fn a_proposal_of_an_epic_estimates_its_effort() {
    let mut files = whole();
    let text = PROPOSAL_TEXT.replace("## Estimated Effort", "## Costs");
    files.insert(PROPOSAL.to_owned(), text);
    let found = found(&files);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].contains("no section `Estimated Effort`"),
        "{found:#?}"
    );
    assert!(
        found[1].contains("numbers of the estimated effort"),
        "{found:#?}"
    );
}

#[rstest]
#[case::title("# ADR-001: One", "# One", "the title is not `ADR-{number}: {text}`")]
#[case::two_digits("# ADR-001:", "# ADR-01:", "`01` is not a number")]
#[case::other_number(
    "# ADR-001:",
    "# ADR-002:",
    "the title says number 002, the file name 001"
)]
#[case::status("**Status:** Accepted\n", "", "the field `Status` is missing")]
#[case::no_status("Accepted", "", "the field `Status` is not filled in")]
#[case::other_status(
    "Accepted",
    "Rejected",
    "`Rejected`, which is not one of Proposed, Accepted"
)]
#[case::date("**Date:** 2025-10-27\n", "", "the field `Date` is missing")]
#[case::no_date("2025-10-27", "soon", "`soon`, which is not a date")]
#[case::wrong_date("2025-10-27", "2025-13-27", "`2025-13-27`, which is not a date")]
#[case::deciders("**Deciders:**", "**By:**", "the field `Deciders` is missing")]
#[case::no_deciders(
    "System Architect",
    "[Names/Roles]",
    "the field `Deciders` is not filled in"
)]
#[case::context("## Context", "## Why", "no section `Context`")]
#[case::no_context("Packs share minds.", "", "section `Context` is not written yet")]
#[case::decision("## Decision", "## What", "no section `Decision`")]
#[case::no_decision(
    "They share a database.",
    "TODO",
    "section `Decision` is not written yet"
)]
#[case::alternatives(
    "## Alternatives Considered",
    "## Otherwise",
    "no section `Alternatives Considered`"
)]
#[case::consequences("## Consequences", "## And", "no section `Consequences`")]
#[case::positive(
    "- Positive: no copies\n",
    "",
    "`Consequences` has no entry `Positive`"
)]
#[case::negative("- Negative:", "- Bad:", "`Consequences` has no entry `Negative`")]
#[case::neutral("- Neutral: one more owner", "- Neutral: ", "the entry `Neutral` of")]
#[case::implementation("## Implementation", "## How", "no section `Implementation`")]
fn a_decision_record_has_its_form(#[case] from: &str, #[case] to: &str, #[case] expect: &str) {
    assert_found(RECORD, from, to, expect);
}

/// A heading that names the document is none of its sections.
#[test]
fn a_title_is_no_section() {
    let mut files = whole();
    let text = RECORD_TEXT.replace("One database for all packs", "Decision on one database");
    files.insert(RECORD.to_owned(), text.replace("## Decision", "## What"));
    let found = found(&files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("no section `Decision`"), "{found:#?}");
}

#[rstest]
#[case::proposal(
    "docs/expansion-packs/proposals/voice.md",
    PROPOSAL_TEXT,
    "its words are others"
)]
#[case::proposal_date(
    "docs/expansion-packs/proposals/20251340-voice.md",
    PROPOSAL_TEXT,
    "`20251340` is not a date"
)]
#[case::pack_proposal(
    "docs/expansion-packs/proposals/packs/voice.md",
    "A new pack.",
    "its words are others"
)]
#[case::epic("docs/expansion-packs/epics/EPIC-1.md", "", "its words are others")]
#[case::epic_number("docs/expansion-packs/epics/EPIC-2-two.md", "", "`2` is not a number")]
#[case::epic_name("docs/expansion-packs/epics/two.md", "", "its words are others")]
#[case::epic_twice(
    "docs/expansion-packs/epics/integrations/EPIC-001-two.md",
    "",
    "number 001 is that of docs/expansion-packs/epics/EPIC-001-voice-fidelity.md already"
)]
#[case::epic_elsewhere("docs/EPIC-002-two.md", "", "`epic` does not belong here")]
#[case::epic_deeper(
    "docs/expansion-packs/epics/old/EPIC-002-two.md",
    "",
    "move the file to docs/expansion-packs/epics or"
)]
#[case::epic_of_no_pack("docs/epics/EPIC-002-two.md", "", "`epic` does not belong here")]
fn a_file_lies_and_is_called_as_its_kind_does(
    #[case] path: &str,
    #[case] text: &str,
    #[case] expect: &str,
) {
    let mut files = whole();
    files.insert(path.to_owned(), text.to_owned());
    let found = found(&files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with(path), "{found:#?}");
    assert!(found[0].contains(expect), "{found:#?}");
}

#[rstest]
#[case::integration("docs/expansion-packs/epics/integrations/EPIC-002-two.md")]
#[case::pack("expansion-packs/mmos/docs/epics/EPIC-003-three.md")]
#[case::past_999("docs/expansion-packs/epics/EPIC-1000-many.md")]
fn epics_have_folders_by_their_level(#[case] path: &str) {
    let mut files = whole();
    files.insert(path.to_owned(), String::new());
    assert_eq!(found(&files), Vec::<String>::new());
}

#[rstest]
#[case::elsewhere(
    "docs/ADR-002-two.md",
    "ADR-002: Two",
    "`decision-record` does not belong here"
)]
#[case::name(
    "docs/expansion-packs/decisions/two.md",
    "ADR-002: Two",
    "its words are others"
)]
#[case::twice(
    "docs/expansion-packs/decisions/ADR-001-two.md",
    "ADR-001: Two",
    "number 001 is that of docs/expansion-packs/decisions/ADR-001-one-database.md already"
)]
fn decision_records_lie_together_and_share_no_number(
    #[case] path: &str,
    #[case] title: &str,
    #[case] expect: &str,
) {
    let mut files = whole();
    let text = RECORD_TEXT.replace("ADR-001: One database for all packs", title);
    files.insert(path.to_owned(), text);
    let found = found(&files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with(path), "{found:#?}");
    assert!(found[0].contains(expect), "{found:#?}");
}
