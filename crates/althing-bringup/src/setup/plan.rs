//! What has to be done so that a fleet finds what it needs; without IO.

use std::collections::BTreeSet;

use althing_diag::{Code, Finding, Location};
use althing_forge::StatusOption;
use serde::Serialize;

use crate::{Status, System};

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Labels of the models repository.
    pub labels: BTreeSet<String>,
    /// The board.
    pub board: Option<FoundBoard>,
    /// Issue templates that the default branch lacks, by path.
    pub missing_templates: Vec<String>,
}

/// A board as far as a fleet needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBoard {
    /// Its title.
    pub title: String,
    /// Its number among its owner's.
    pub number: u32,
    /// Its address.
    pub url: String,
    /// How many items are on it.
    pub items: u64,
    /// The options of the single-select field `Status`, if there is one.
    pub options: Option<Vec<StatusOption>>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Make the label that routes issues to a kind of machine (B-071 to B-073).
    CreateLabel {
        /// The kind of machine.
        label: System,
    },
    /// Make the board (B-059), whose field then has the eight statuses and no other option.
    CreateBoard {
        /// Its title.
        title: String,
    },
    /// Make the field `Status` (B-061) with the eight statuses.
    CreateStatusField,
    /// Give the field these options, in this order (B-062 to B-069).
    SetOptions {
        /// Their names.
        options: Vec<String>,
    },
    /// Open a pull request with these issue templates (B-056, B-057).
    ProposeTemplates {
        /// Their paths.
        files: Vec<String>,
    },
}

impl Step {
    /// For people.
    pub fn describe(&self) -> String {
        match self {
            Step::CreateLabel { label } => format!("make the label `{label}`"),
            Step::CreateBoard { title } => {
                format!("make the project `{title}` with the eight statuses")
            }
            Step::CreateStatusField => "make the field `Status` with the eight statuses".to_owned(),
            Step::SetOptions { options } => {
                format!("set the options of `Status`: {}", options.join(", "))
            }
            Step::ProposeTemplates { files } => {
                format!("open a pull request with {}", files.join(" and "))
            }
        }
    }
}

/// What to do, and what nobody but a person can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In their order; none when everything is there.
    pub steps: Vec<Step>,
    /// What keeps workers from working until somebody does it by hand.
    pub by_hand: Vec<Finding>,
}

impl Plan {
    /// What `found` lacks. A board that is missing is made under `title`.
    pub fn new(found: &Found, title: &str) -> Self {
        let mut plan = Self::default();
        plan.labels(&found.labels);
        match &found.board {
            None => plan.steps.push(Step::CreateBoard {
                title: title.to_owned(),
            }),
            Some(board) => plan.status(board),
        }
        if !found.missing_templates.is_empty() {
            let files = found.missing_templates.clone();
            plan.steps.push(Step::ProposeTemplates { files });
        }
        plan
    }

    /// The forge takes labels that differ only in case for one; workers do not.
    fn labels(&mut self, there: &BTreeSet<String>) {
        for system in System::ALL {
            let name = system.name();
            if there.contains(name) {
                continue;
            }
            match there.iter().find(|it| it.eq_ignore_ascii_case(name)) {
                None => self.steps.push(Step::CreateLabel { label: system }),
                Some(other) => self.by_hand.push(Finding::error(
                    Code::BoardIncomplete,
                    format!("the label `{other}` is not spelled `{name}`"),
                    format!("rename it: `gh label edit {other} --name {name}`"),
                )),
            }
        }
    }

    fn status(&mut self, board: &FoundBoard) {
        let Some(options) = &board.options else {
            self.steps.push(Step::CreateStatusField);
            return;
        };
        let there = |status: &Status| options.iter().any(|it| it.name == status.name());
        let missing: Vec<Status> = (Status::ALL.into_iter())
            .filter(|status| !there(status))
            .collect();
        if missing.is_empty() {
            return;
        }
        if board.items == 0 {
            let options = complete(options);
            let names = options.into_iter().map(|option| option.name);
            self.steps.push(Step::SetOptions {
                options: names.collect(),
            });
        } else {
            self.by_hand.push(lacks(board, options, &missing));
        }
    }
}

/// Options that hold a status for every item of a board in use: a program can only replace them
/// all, and every item would lose its status. A person in the browser can add to them.
fn lacks(board: &FoundBoard, options: &[StatusOption], missing: &[Status]) -> Finding {
    let names: Vec<String> = missing.iter().map(|it| format!("`{it}`")).collect();
    let renames = missing.iter().filter_map(|status| {
        let same = |it: &&StatusOption| it.name.eq_ignore_ascii_case(status.name());
        let other = options.iter().find(same)?;
        Some(format!("; rename `{}` to `{status}`", other.name))
    });
    let finding = Finding::error(
        Code::BoardIncomplete,
        format!("the field `Status` lacks {}", names.join(", ")),
        format!(
            "add them by hand at {}/settings, for the {} items of the board would lose their \
             status if a program replaced the options{}",
            board.url,
            board.items,
            renames.collect::<String>()
        ),
    );
    let place = format!("project {} (`{}`)", board.number, board.title);
    finding.at(Location::file(place))
}

/// The eight statuses, each as it is there already or new, before whatever else is there.
pub(super) fn complete(there: &[StatusOption]) -> Vec<StatusOption> {
    let own = Status::ALL.map(|status| {
        let same = there.iter().find(|it| it.name == status.name());
        same.cloned().unwrap_or_else(|| option(status))
    });
    let statuses = |it: &&StatusOption| {
        let same = |status: &Status| it.name.eq_ignore_ascii_case(status.name());
        !Status::ALL.iter().any(same)
    };
    own.into_iter()
        .chain(there.iter().filter(statuses).cloned())
        .collect()
}

fn option(status: Status) -> StatusOption {
    let color = match status {
        Status::Assessing => "GRAY",
        Status::Ready => "BLUE",
        Status::InProgress => "YELLOW",
        Status::SetupError => "ORANGE",
        Status::Failed => "RED",
        Status::InReview => "PURPLE",
        Status::Done => "GREEN",
        Status::ReferenceError => "PINK",
    };
    StatusOption {
        name: status.name().to_owned(),
        color: color.to_owned(),
        description: status.meaning().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use althing_forge::StatusOption;

    use super::{Found, FoundBoard, Plan, complete};
    use crate::Status;

    fn options(names: &[&str]) -> Vec<StatusOption> {
        let option = |name: &&str| StatusOption {
            name: (*name).to_owned(),
            color: "GRAY".to_owned(),
            description: "as it was".to_owned(),
        };
        names.iter().map(option).collect()
    }

    fn board(items: u64, names: Option<&[&str]>) -> Option<FoundBoard> {
        Some(FoundBoard {
            title: "Models".to_owned(),
            number: 3,
            url: "https://github.com/orgs/o/projects/3".to_owned(),
            items,
            options: names.map(options),
        })
    }

    fn labels(names: &[&str]) -> std::collections::BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Everything as it should be, but the board.
    fn with(board: Option<FoundBoard>) -> Found {
        Found {
            labels: labels(&["n150", "n300", "lb", "bug"]),
            board,
            missing_templates: Vec::new(),
        }
    }

    fn lines(found: &Found) -> String {
        let plan = Plan::new(found, "TTNN Models Bringup");
        let steps = plan.steps.iter().map(|step| step.describe());
        let by_hand = plan.by_hand.iter().map(ToString::to_string);
        steps.chain(by_hand).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn whoever_has_everything_has_nothing_to_do() {
        let mut names = Status::ALL.map(Status::name).to_vec();
        names.reverse();
        names.push("Backlog");
        for items in [0, 5] {
            let plan = Plan::new(&with(board(items, Some(&names))), "T");
            assert_eq!(plan, Plan::default());
        }
    }

    #[test]
    fn whoever_has_nothing_gets_everything() {
        let found = Found {
            missing_templates: vec!["a.yml".to_owned(), "b.yml".to_owned()],
            ..Found::default()
        };
        insta::assert_snapshot!(lines(&found), @r"
        make the label `n150`
        make the label `n300`
        make the label `lb`
        make the project `TTNN Models Bringup` with the eight statuses
        open a pull request with a.yml and b.yml
        ");
    }

    #[test]
    fn a_missing_field_is_made() {
        for items in [0, 5] {
            let found = with(board(items, None));
            assert_eq!(
                lines(&found),
                "make the field `Status` with the eight statuses"
            );
        }
    }

    #[test]
    fn options_of_an_empty_board_are_completed() {
        let there = ["Todo", "In Progress", "Done", "ready"];
        insta::assert_snapshot!(lines(&with(board(0, Some(&there)))), @"set the options of `Status`: assessing, ready, in progress, setup error, failed, in review, done, reference error, Todo");
        let complete = complete(&options(&there));
        let ready = complete.iter().find(|it| it.name == "ready");
        assert_eq!(ready.expect("there").description, "as it was");
        let failed = complete.iter().find(|it| it.name == "failed");
        assert_eq!(failed.expect("there").color, "RED");
    }

    #[test]
    fn options_of_a_board_in_use_are_left_to_people() {
        let there = [
            "Todo",
            "In Progress",
            "done",
            "ready",
            "assessing",
            "in review",
        ];
        insta::assert_snapshot!(lines(&with(board(12, Some(&there)))), @"project 3 (`Models`): error[board-incomplete]: the field `Status` lacks `in progress`, `setup error`, `failed`, `reference error`; add them by hand at https://github.com/orgs/o/projects/3/settings, for the 12 items of the board would lose their status if a program replaced the options; rename `In Progress` to `in progress`");
    }

    #[test]
    fn a_label_in_another_case_is_renamed_by_people() {
        let mut found = with(board(0, Some(&Status::ALL.map(Status::name))));
        found.labels = labels(&["N150", "n300"]);
        insta::assert_snapshot!(lines(&found), @r"
        make the label `lb`
        error[board-incomplete]: the label `N150` is not spelled `n150`; rename it: `gh label edit N150 --name n150`
        ");
    }
}
