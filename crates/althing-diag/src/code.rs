//! The closed list of finding codes.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($variant:ident = $slug:literal: $meaning:literal,)*) => {
        /// A stable name for one kind of finding or refusal.
        ///
        /// Codes are never renamed or reused: scripts match on them. `docs/codes/<slug>.md`
        /// explains each one and shows the way out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable slug, for example `charter-unknown-role`.
            pub fn slug(self) -> &'static str {
                match self {
                    $(Code::$variant => $slug,)*
                }
            }

            /// One sentence: what the code says.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Code::$variant => $meaning,)*
                }
            }
        }
    };
}

codes! {
    // Any file
    FileUnreadable = "file-unreadable": "A file that was named could not be read.",
    FileUnwritable = "file-unwritable": "A file that was named could not be written.",
    YamlInvalid = "yaml-invalid": "A YAML file does not have the expected form.",

    // Charter and members
    CharterVersion = "charter-version": "The charter file format version is not one this program reads.",
    CharterEmpty = "charter-empty": "The charter declares no rules, or a placeholder was left unfilled.",
    CharterValue = "charter-value": "A name or value in the charter or members file does not have the allowed form.",
    CharterUnknownRole = "charter-unknown-role": "A role is used that the charter does not declare.",
    CharterGateEmpty = "charter-gate-empty": "A gate requires nothing, or matches no path.",
    CharterGlob = "charter-glob": "A path pattern of a gate cannot be read.",
    CharterUnmeetable = "charter-unmeetable": "A rule asks for something that can never be: more approvals than a role has members, a calendar without working days.",
    CharterVacant = "charter-vacant": "A rule of a lifecycle waits for people whom nobody is at present.",
    CharterLifecycle = "charter-lifecycle": "A lifecycle contradicts itself, or asks for something that cannot be.",
    CharterUnreachable = "charter-unreachable": "A state of a lifecycle cannot be reached, or cannot be left although it is not final.",
    CharterCondition = "charter-condition": "A condition cannot be read, asks about something that is not declared, or has no answer.",
    MembersDuplicate = "members-duplicate": "A person is listed twice in the members file.",
    MembersUnexplained = "members-unexplained": "The members file gives a role that no decision in the record has given.",
    MembersUnpublished = "members-unpublished": "The members file lacks a role that the record gives.",
    MembersUnknown = "members-unknown": "Somebody is asked for who is not in the members file.",
    CharterUnknownName = "charter-unknown-name": "A name is used that the charter does not declare: a scope, body, channel, lifecycle, state, attribute or piece of evidence.",
    CharterExtends = "charter-extends": "A charter extends something that is not there, or itself.",
    CharterClash = "charter-clash": "Two presets set the same entry differently.",
    CharterGatesOverlap = "charter-gates-overlap": "Two gates cover the same paths and ask for different amounts of the same.",
    SeatsTooFew = "seats-too-few": "Fewer seats of a body are taken than its charter wants.",
    SeatsTooMany = "seats-too-many": "More people sit in a body than its charter has seats.",
    SeatsNone = "seats-none": "Somebody is in a body, but on none of its seats.",

    // Votes
    BallotOption = "ballot-option": "A ballot is for something that the vote does not offer.",
    BallotReason = "ballot-reason": "A ballot lacks the reason that the vote asks for.",

    // Subjects
    SubjectUnknown = "subject-unknown": "There is no subject with that name.",
    SubjectOver = "subject-over": "The subject is over, and what is over stays as it is.",
    LifecycleUnknown = "lifecycle-unknown": "The charter declares no lifecycle with that name.",
    LifecycleCircle = "lifecycle-circle": "Transitions of a lifecycle lead in a circle without anybody doing anything.",
    AttributeInvalid = "attribute-invalid": "What is said about a subject does not fit what its lifecycle declares.",
    SourceMissing = "source-missing": "A subject must come from an issue, a pull request or a file, and does not.",
    NotAllowed = "not-allowed": "The rules do not let this person do this.",
    ReasonMissing = "reason-missing": "Something that needs a reason was done without one.",
    NoVote = "no-vote": "There is no vote that takes ballots now.",
    TooEarly = "too-early": "What was asked for needs something that is not there yet.",
    NoTransition = "no-transition": "In the state in which the subject is, this cannot be done.",
    EvidenceUnknown = "evidence-unknown": "The lifecycle knows no evidence of that name.",
    EvidenceMissing = "evidence-missing": "Something that belongs to the subject is not said or attached; it blocks nothing.",
    NothingToResolve = "nothing-to-resolve": "The objection that was meant does not stand, or it is not clear which one is meant.",
    ClockBackwards = "clock-backwards": "The clock is behind the last entry about the subject.",
    ElectorateEmpty = "electorate-empty": "Nobody may vote, so the vote does not open.",

    // Gate
    GateApprovalsMissing = "gate-approvals-missing": "The head commit lacks approvals of a required role.",
    GateCheckMissing = "gate-check-missing": "A required check has not reported for the head commit.",
    GateCheckPending = "gate-check-pending": "A required check has not finished for the head commit.",
    GateCheckFailed = "gate-check-failed": "A required check is not green for the head commit.",
    GateValueMissing = "gate-value-missing": "A required check does not say the value that the gate asks for.",
    GateValueUnmet = "gate-value-unmet": "The value that a required check says is not what the gate asks for.",
    GateChangesRequested = "gate-changes-requested": "A member whose approval counts asks for changes.",
    GateNotOpen = "gate-not-open": "The pull request is closed, merged or a draft.",
    GateConflict = "gate-conflict": "The pull request does not merge cleanly into its base.",
    GateNoRule = "gate-no-rule": "A changed path is covered by no gate.",
    GateFactsIncomplete = "gate-facts-incomplete": "Facts that the verdict needs could not be gathered in full.",
    GateAuthorUnknown = "gate-author-unknown": "A commit has an author whom the forge matches to no account.",

    // Documents
    DocumentMissing = "document-missing": "The charter asks for a document that is not there.",
    DocumentIncomplete = "document-incomplete": "A document lacks something that the charter asks of it.",
    DocumentFooter = "document-footer": "The last line of a document does not say version and dates as the charter does.",
    ReviewOverdue = "review-overdue": "The day on which the charter was to be reviewed has come.",

    // Reports
    DirectChange = "direct-change": "A commit came to the default branch with no pull request.",
    MergeUnreviewed = "merge-unreviewed": "A pull request was merged without a review by another person.",
    MergeUnconsidered = "merge-unconsidered": "A pull request was merged without any act of those who consider pull requests.",
    MergeOutside = "merge-outside": "A pull request was merged by somebody who may not merge there.",
    CodeOwnersMissing = "code-owners-missing": "There is no CODEOWNERS file where one is asked for.",
    CodeOwnersInvalid = "code-owners-invalid": "A line of CODEOWNERS cannot be read and is left out.",
    CodeOwnerUnlisted = "code-owner-unlisted": "Somebody holds the role of code owner and does not stand in CODEOWNERS.",
    CodeOwnerUnknown = "code-owner-unknown": "Somebody stands in CODEOWNERS and does not hold the role of code owner.",
    IssueUnlabeled = "issue-unlabeled": "An open issue has no label.",
    IssueStale = "issue-stale": "Nothing has happened about an open issue for long.",
    PullStale = "pull-stale": "Nothing has happened about an open pull request for long.",
    ReviewShare = "review-share": "Somebody reviews much less than others do.",
    BuildBroken = "build-broken": "A check is red on the default branch, and nobody is assigned to it.",
    BuildFlaky = "build-flaky": "A check was red and green on one commit, and no open issue names it.",
    MeetingMissed = "meeting-missed": "The record knows no meeting in a period in which one is to be held.",
    MeetingAbsent = "meeting-absent": "Somebody who is expected at a meeting came to none.",
    MaintainerInactive = "maintainer-inactive": "A maintainer has not been active on the forge for long.",
    MaintainerIncomplete = "maintainer-incomplete": "The record of a maintainer lacks something, or names a module that there is not.",
    ModuleAbandoned = "module-abandoned": "A module has open issues and no active maintainer.",
    ModuleOutside = "module-outside": "A module is maintained by outsiders alone.",
    FactsInvalid = "facts-invalid": "A file of facts does not have the expected form.",
    ReportIncomplete = "report-incomplete": "Facts that a report needs could not be gathered in full.",

    // Ledger
    LedgerTampered = "ledger-tampered": "The ledger was changed outside the append operation.",
    LedgerRefused = "ledger-refused": "Entries were refused: the clock is behind the last entry, data has no exact form, or an import does not go on from the ledger.",
    LedgerMoved = "ledger-moved": "Somebody else appended to the ledger between reading it and recording a decision.",
    LedgerUnreadable = "ledger-unreadable": "The ledger is missing, locked or out of reach, or something else is in its place.",

    // Tools and forge
    ToolMissing = "tool-missing": "A program that the command needs is not on the PATH.",
    ToolTooOld = "tool-too-old": "A program that the command needs is older than supported.",
    ForgeNotLoggedIn = "forge-not-logged-in": "gh has no working credentials for the host.",
    ForgeNotFound = "forge-not-found": "The forge does not know the thing that was asked for.",
    ForgeForbidden = "forge-forbidden": "The forge refuses the act to this account.",
    ForgeRateLimited = "forge-rate-limited": "The forge asks to wait before the next request.",
    ForgeConflict = "forge-conflict": "The forge refuses because the state has changed.",
    ForgeTransient = "forge-transient": "The forge or the way to it failed for a moment.",
    ForgeAnswer = "forge-answer": "The forge answered something that cannot be understood.",

    // Local forge
    SeedInvalid = "seed-invalid": "A seed file names something that does not exist or breaks a rule.",
    FaultsInvalid = "faults-invalid": "A faults file cannot be used.",
    ForgeRoot = "forge-root": "The folder given to the local forge cannot be used.",

    // Scenarios and secret ballots
    ScenarioInvalid = "scenario-invalid": "A scenario file cannot be run as it is written.",
    ScenarioUnmet = "scenario-unmet": "A step of a scenario did not end as it expects.",
    BallotKey = "ballot-key": "A key of secret ballots is missing or cannot be read.",

    // Comments
    CommandUnknown = "command-unknown": "A comment addresses Althing with a word that is no command.",
    CommandInvalid = "command-invalid": "A command in a comment lacks a word, has one too many, or was not read.",

    // Bring-up
    EnvironmentInvalid = "environment-invalid": "An environment variable is missing or has a wrong value.",
    BoardIncomplete = "board-incomplete": "The project board lacks the Status field or one of its options.",
    BringupRules = "bringup-rules": "What a models repository says about its bring-ups cannot be applied.",
    IssueMalformed = "issue-malformed": "A bring-up issue lacks a field or the label of a machine, or has a wrong value.",
    TransitionForbidden = "transition-forbidden": "This actor may not set this status.",
    RunSetupError = "run-setup-error": "A worker cannot start, or a merging pass cannot test: something around it failed.",
    RunStopped = "run-stopped": "A worker was stopped by a signal.",
    PullForPeople = "pull-for-people": "A merging pass leaves this pull request to people.",
    RunUnknown = "run-unknown": "The record tells of no run with that id.",
    DeviceQuarantined = "device-quarantined": "This machine's accelerator failed too many resets to be used.",
    HubUnavailable = "hub-unavailable": "The hub of models cannot be asked.",

    // Evaluation
    ModelInvalid = "model-invalid": "A file of a model is not what it must be.",
    ModelUnsupported = "model-unsupported": "The engine does not compute an architecture or feature of a model, and approximates none.",
    ModelAbsent = "model-absent": "The hub shows this account no such model, revision or file.",
    ModelGated = "model-gated": "The hub gives a model only to those whom its owner lets in.",
    PromptInvalid = "prompt-invalid": "The prompt or the lengths of an evaluation do not fit the model.",
    LogitsInvalid = "logits-invalid": "A model computes logits with which nothing can be compared.",

    // Demo
    DemoStep = "demo-step": "A step of the demo did not end as the story tells.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::Code;

    #[test]
    fn every_code_has_exactly_one_page_and_every_page_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/codes");
        let pages: BTreeSet<String> = fs::read_dir(&folder)
            .expect("docs/codes exists")
            .map(|entry| {
                entry
                    .expect("entry")
                    .file_name()
                    .into_string()
                    .expect("utf-8")
            })
            .filter(|name| name != "README.md")
            .collect();
        let codes: BTreeSet<String> = Code::ALL
            .iter()
            .map(|code| format!("{}.md", code.slug()))
            .collect();
        assert_eq!(pages, codes);
        for code in Code::ALL {
            let page = fs::read_to_string(folder.join(format!("{code}.md"))).expect("page");
            assert!(
                page.starts_with(&format!("# {code}\n")),
                "{code}: title is the slug"
            );
            assert!(
                page.contains("\n## What to do\n"),
                "{code}: the page shows a way out"
            );
        }
    }

    #[test]
    fn the_index_lists_every_code_with_its_meaning() {
        let index = include_str!("../../../docs/codes/README.md");
        let rows: Vec<&str> = index
            .lines()
            .filter(|line| line.starts_with("| ["))
            .collect();
        for code in Code::ALL {
            let row = format!("| [{code}]({code}.md) | {} |", code.meaning());
            assert!(rows.contains(&row.as_str()), "the index lacks {row}");
        }
        assert_eq!(rows.len(), Code::ALL.len(), "one row per code");
    }
}
