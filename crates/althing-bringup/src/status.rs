//! The eight statuses of an issue on the board: what they mean and who may set them.

use std::{fmt, str::FromStr};

use althing_diag::{Code, Finding, Location};
use althing_forge::Board;
use serde::Serialize;

/// Where a bring-up stands; the names are those of the options of the board's `Status` field
/// (B-042).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Status {
    /// Candidate created; not validated.
    #[serde(rename = "assessing")]
    Assessing,
    /// Validated; queued for bring-up.
    #[serde(rename = "ready")]
    Ready,
    /// Claimed by a worker and running.
    #[serde(rename = "in progress")]
    InProgress,
    /// The surroundings failed.
    #[serde(rename = "setup error")]
    SetupError,
    /// The checks were not met.
    #[serde(rename = "failed")]
    Failed,
    /// A pull request is open.
    #[serde(rename = "in review")]
    InReview,
    /// Merged.
    #[serde(rename = "done")]
    Done,
    /// The reference evaluation failed.
    #[serde(rename = "reference error")]
    ReferenceError,
}

/// Who sets a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Actor {
    /// The task that finds candidates.
    AddModelTask,
    /// The worker.
    Worker,
    /// The task that merges.
    PrTask,
    /// A person.
    Human,
}

impl Status {
    /// Every status, in the order of the specification.
    pub const ALL: [Status; 8] = [
        Status::Assessing,
        Status::Ready,
        Status::InProgress,
        Status::SetupError,
        Status::Failed,
        Status::InReview,
        Status::Done,
        Status::ReferenceError,
    ];

    /// The name on the board, exactly.
    pub fn name(self) -> &'static str {
        match self {
            Status::Assessing => "assessing",
            Status::Ready => "ready",
            Status::InProgress => "in progress",
            Status::SetupError => "setup error",
            Status::Failed => "failed",
            Status::InReview => "in review",
            Status::Done => "done",
            Status::ReferenceError => "reference error",
        }
    }

    /// What it says about the issue (B-120 to B-139).
    pub fn meaning(self) -> &'static str {
        match self {
            Status::Assessing => "candidate created; not validated",
            Status::Ready => "validated HF-only; queued for bringup",
            Status::InProgress => "claimed by a worker and actively running",
            Status::SetupError => {
                "infrastructure failure: missing tools, reset failure, and the like"
            }
            Status::Failed => "code ran but accuracy/perf checks couldn't be met",
            Status::InReview => "PR opened and awaiting tests/review/merge",
            Status::Done => "merged to main",
            Status::ReferenceError => "HF-only validation failed",
        }
    }

    /// Who may set it (B-121 to B-142; the task that merges may also set `failed`).
    pub fn set_by(self) -> &'static [Actor] {
        match self {
            Status::Assessing | Status::Ready => &[Actor::AddModelTask, Actor::Human],
            Status::InProgress | Status::SetupError | Status::InReview => &[Actor::Worker],
            Status::Failed => &[Actor::Worker, Actor::PrTask],
            Status::Done => &[Actor::PrTask, Actor::Human],
            Status::ReferenceError => &[Actor::AddModelTask, Actor::Worker],
        }
    }

    /// Refuses a status that `actor` may not set.
    ///
    /// # Errors
    /// [`Code::TransitionForbidden`].
    pub fn check_set_by(self, actor: Actor) -> Result<(), Box<Finding>> {
        if self.set_by().contains(&actor) {
            return Ok(());
        }
        let allowed: Vec<&str> = self.set_by().iter().map(|actor| actor.name()).collect();
        Err(Box::new(Finding::error(
            Code::TransitionForbidden,
            format!("{} may not set `{self}`", actor.name()),
            format!("`{self}` is set by {}", allowed.join(" or ")),
        )))
    }

    /// Refuses a move that `actor` may not make: to a status that it may not set, but for a
    /// worker that puts an issue back which it took and did not end.
    ///
    /// # Errors
    /// [`Code::TransitionForbidden`].
    pub fn check_move(self, to: Status, actor: Actor) -> Result<(), Box<Finding>> {
        match (self, to, actor) {
            (Status::InProgress, Status::Ready, Actor::Worker) => Ok(()),
            _ => to.check_set_by(actor),
        }
    }

    /// Reads the name on the board.
    ///
    /// # Errors
    /// [`UnknownStatus`], which recognizes a name that only differs in case.
    pub fn parse(text: &str) -> Result<Self, UnknownStatus> {
        text.parse()
    }
}

impl Actor {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Actor::AddModelTask => "AddModelTask",
            Actor::Worker => "a worker",
            Actor::PrTask => "PRTask",
            Actor::Human => "a human",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        let same = |status: &Status| status.name() == text;
        Status::ALL
            .into_iter()
            .find(same)
            .ok_or_else(|| UnknownStatus {
                text: text.to_owned(),
                meant: Status::ALL
                    .into_iter()
                    .find(|s| s.name().eq_ignore_ascii_case(text)),
            })
    }
}

/// A text that is no status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no status{}", .meant.map(|s| format!("; `{s}` is, in lower case")).unwrap_or_default())]
pub struct UnknownStatus {
    text: String,
    meant: Option<Status>,
}

/// What a board lacks to be the state machine (B-041, B-180, B-181): a single-select field
/// `Status` with the eight options. Extra options are nobody's business.
pub fn check_board(board: &Board) -> Vec<Finding> {
    let place = || Location::file(format!("project {} (`{}`)", board.number, board.title));
    let finding = |message: String, help: String| {
        Finding::error(Code::BoardIncomplete, message, help).at(place())
    };
    if board.status_field.is_none() {
        return vec![finding(
            "the board has no single-select field named `Status`".to_owned(),
            "run `althing bringup setup`, which makes it with the eight statuses".to_owned(),
        )];
    }
    let missing = Status::ALL
        .into_iter()
        .filter(|status| !board.options.contains_key(status.name()));
    missing
        .map(|status| {
            let other_case = board
                .options
                .keys()
                .find(|name| name.eq_ignore_ascii_case(status.name()));
            let help = match other_case {
                Some(name) => format!("rename the option `{name}` to `{status}`"),
                None => "run `althing bringup setup`, which adds it or says how".to_owned(),
            };
            finding(format!("the field `Status` has no option `{status}`"), help)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use althing_charter::{Charter, Source};
    use althing_forge::{Board, OptionId};
    use rstest::rstest;

    use super::{
        Actor::{self, AddModelTask, Human, PrTask, Worker},
        Status, check_board,
    };

    #[test]
    fn names_are_the_eight_of_the_board() {
        let names = Status::ALL.map(Status::name);
        assert_eq!(
            names,
            [
                "assessing",
                "ready",
                "in progress",
                "setup error",
                "failed",
                "in review",
                "done",
                "reference error"
            ]
        );
        for status in Status::ALL {
            assert_eq!(Status::parse(status.name()), Ok(status));
            assert_eq!(serde_json::to_value(status).expect("json"), status.name());
        }
    }

    #[test]
    fn meanings_are_those_of_the_table() {
        let lines = Status::ALL.map(|status| format!("{status}: {}", status.meaning()));
        insta::assert_snapshot!(lines.join("\n"), @r"
        assessing: candidate created; not validated
        ready: validated HF-only; queued for bringup
        in progress: claimed by a worker and actively running
        setup error: infrastructure failure: missing tools, reset failure, and the like
        failed: code ran but accuracy/perf checks couldn't be met
        in review: PR opened and awaiting tests/review/merge
        done: merged to main
        reference error: HF-only validation failed
        ");
    }

    #[rstest]
    #[case(
        "In Progress",
        "`In Progress` is no status; `in progress` is, in lower case"
    )]
    #[case("todo", "`todo` is no status")]
    fn other_names_are_refused(#[case] text: &str, #[case] message: &str) {
        assert_eq!(
            Status::parse(text).expect_err("unknown").to_string(),
            message
        );
    }

    #[rstest]
    #[case(Status::Assessing, &[AddModelTask, Human])]
    #[case(Status::Ready, &[AddModelTask, Human])]
    #[case(Status::InProgress, &[Worker])]
    #[case(Status::SetupError, &[Worker])]
    #[case(Status::Failed, &[Worker, PrTask])]
    #[case(Status::InReview, &[Worker])]
    #[case(Status::Done, &[PrTask, Human])]
    #[case(Status::ReferenceError, &[AddModelTask, Worker])]
    fn each_is_set_by_whom_the_table_says(#[case] status: Status, #[case] allowed: &[Actor]) {
        for actor in [AddModelTask, Worker, PrTask, Human] {
            assert_eq!(
                status.check_set_by(actor).is_ok(),
                allowed.contains(&actor),
                "{status} by {actor:?}"
            );
        }
    }

    #[test]
    fn a_worker_may_only_put_back_what_it_took() {
        let may = |from: Status| from.check_move(Status::Ready, Worker).is_ok();
        let froms: Vec<Status> = Status::ALL.into_iter().filter(|from| may(*from)).collect();
        assert_eq!(froms, [Status::InProgress]);
        let other = Status::InProgress.check_move(Status::Ready, PrTask);
        assert!(other.is_err());
    }

    #[test]
    fn the_preset_says_the_same() {
        let text = include_str!("../../../charters/ttnn-bringup.yaml");
        let charter = Charter::parse(Source::new("ttnn-bringup.yaml", text), &[]);
        let charter = charter.expect("the preset is valid");
        let lifecycle = &charter.lifecycles()[0];
        let role = |actor: Actor| match actor {
            AddModelTask => "add-model-task",
            Worker => "worker",
            PrTask => "pr-task",
            Human => "operator",
        };
        let states: Vec<&str> = (lifecycle.states.iter())
            .map(|state| state.name.as_str())
            .collect();
        assert_eq!(states.len(), Status::ALL.len());
        for status in Status::ALL {
            assert!(states.contains(&status.name()), "{status}");
            let to_it = lifecycle.transitions.iter();
            let to_it = to_it.filter(|transition| transition.to.as_str() == status.name());
            // A worker that puts back what it took sets nothing new.
            let to_it = to_it.filter(|transition| transition.name.as_str() != "given-back");
            let who = to_it.flat_map(|transition| transition.needs.actors());
            let mut who: BTreeSet<String> = who.map(|who| who.to_string()).collect();
            if lifecycle.states[0].name.as_str() == status.name() {
                who.extend(lifecycle.opened_by.iter().map(ToString::to_string));
            }
            let table = status.set_by().iter().map(|actor| role(*actor).to_owned());
            assert_eq!(who, table.collect(), "{status}");
        }
    }

    fn board(options: &[&str]) -> Board {
        let option = |name: &&str| ((*name).to_owned(), OptionId((*name).to_owned()));
        Board {
            project: "P".to_owned(),
            number: 1,
            title: "Models".to_owned(),
            status_field: Some("F".to_owned()),
            options: options.iter().map(option).collect(),
        }
    }

    #[test]
    fn a_board_must_have_the_field_and_every_option() {
        assert_eq!(check_board(&board(&Status::ALL.map(Status::name))), []);
        let mut names = Status::ALL.map(Status::name);
        names[2] = "In Progress";
        let findings = check_board(&board(&names[..7]));
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        project 1 (`Models`): error[board-incomplete]: the field `Status` has no option `in progress`; rename the option `In Progress` to `in progress`
        project 1 (`Models`): error[board-incomplete]: the field `Status` has no option `reference error`; run `althing bringup setup`, which adds it or says how
        ");
        let plain = Board {
            status_field: None,
            ..board(&[])
        };
        assert_eq!(check_board(&plain).len(), 1);
    }
}
