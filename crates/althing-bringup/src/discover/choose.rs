//! Which popular models become issues: those that fit a machine and are nobody's issue yet.

use std::collections::BTreeMap;

use althing_diag::id::UserId;
use althing_forge::{FiledIssue, IssueNumber, IssueState};

use super::words::MARKER;
use crate::{BringupRequest, ModelId, Status, System, hub::model::ModelInfo};

/// A model to file an issue for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) model: ModelId,
    pub(super) parameters: u64,
    pub(super) downloads: u64,
    /// The smallest kind of machine that it fits (B-A28).
    pub(super) system: System,
}

/// What becomes of a popular model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Candidate(Candidate),
    Skipped { model: String, why: Why },
}

/// Why a model gets no issue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("issue #{0} is about it")]
    Known(IssueNumber),
    #[error("the hub tells no number of parameters, for it has no safetensors metadata")]
    NoMetadata,
    #[error("{} parameters are more than any machine takes", billions(*.0))]
    TooLarge(u64),
    #[error("its id is not plain ORG/NAME")]
    OddId,
    #[error("it is private or out of service")]
    Hidden,
}

/// The most parameters that a kind of machine takes (B-305 to B-307).
pub(super) fn most_parameters(system: System) -> u64 {
    let billions = match system {
        System::N150 => 8,
        System::N300 => 20,
        System::Lb => 70,
    };
    billions * 1_000_000_000
}

/// The smallest kind of machine for so many parameters.
pub(super) fn fitting(parameters: u64) -> Option<System> {
    let fits = |system: &System| parameters <= most_parameters(*system);
    System::ALL.into_iter().find(fits)
}

/// Judges the hub's models in their order. `known` are the ids that have an issue, in lower case;
/// the hub finds a model whatever the case of its letters.
pub(super) fn candidates(
    models: &[ModelInfo],
    known: &BTreeMap<String, IssueNumber>,
) -> Vec<Judged> {
    let judge = |info: &ModelInfo| {
        candidate(info, known).map_or_else(
            |why| Judged::Skipped {
                model: info.id.clone(),
                why,
            },
            Judged::Candidate,
        )
    };
    models.iter().map(judge).collect()
}

fn candidate(info: &ModelInfo, known: &BTreeMap<String, IssueNumber>) -> Result<Candidate, Why> {
    let model = ModelId::parse(&info.id).ok_or(Why::OddId)?;
    if let Some(issue) = known.get(&info.id.to_lowercase()) {
        return Err(Why::Known(*issue));
    }
    if info.private || info.disabled {
        return Err(Why::Hidden);
    }
    let total = info.safetensors.as_ref().and_then(|it| it.total);
    let parameters = total.filter(|total| *total > 0).ok_or(Why::NoMetadata)?;
    Ok(Candidate {
        model,
        parameters,
        downloads: info.downloads,
        system: fitting(parameters).ok_or(Why::TooLarge(parameters))?,
    })
}

/// The models that issues are about, in lower case, whatever their status (B-308).
pub(super) fn known(issues: &[FiledIssue]) -> BTreeMap<String, IssueNumber> {
    let read = issues.iter().filter_map(|issue| {
        let request = BringupRequest::parse(issue.number, &issue.body).ok()?;
        Some((request.model.as_str().to_lowercase(), issue.number))
    });
    read.collect()
}

/// How far an issue is that nobody has assessed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// It waits for its evaluation.
    Assessing,
    /// A pass died before it had put the issue into its place on the board.
    Unplaced,
}

/// Whether an issue is still to be assessed. `own` is who files them.
pub(super) fn unfinished(issue: &FiledIssue, own: UserId) -> Option<Unfinished> {
    let status = issue.item.as_ref().and_then(|item| item.status.as_deref());
    let by_us = issue.author.as_ref().is_some_and(|author| author.id == own);
    match status {
        _ if issue.state != IssueState::Open => None,
        Some(status) => (status == Status::Assessing.name()).then_some(Unfinished::Assessing),
        None => (by_us && issue.body.contains(MARKER)).then_some(Unfinished::Unplaced),
    }
}

/// The kind of machine by an issue's labels.
pub(super) fn system_of(issue: &FiledIssue) -> Option<System> {
    let has = |system: &System| issue.labels.iter().any(|label| label == system.name());
    System::ALL.into_iter().find(has)
}

/// Parameters for people: `8.03 B`.
pub(super) fn billions(parameters: u64) -> String {
    let hundredths = parameters.div_ceil(10_000_000);
    format!("{}.{:02} B", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use althing_diag::id::{Account, UserId};
    use althing_forge::{BoardItem, FiledIssue, IssueNode, IssueNumber, IssueState, ItemId};
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{
        Candidate, Judged, Unfinished, Why, billions, candidates, fitting, known, unfinished,
    };
    use crate::{System, discover::words::MARKER, hub::model::ModelInfo};

    #[rstest]
    #[case(1, Some(System::N150))]
    #[case(8_000_000_000, Some(System::N150))]
    #[case(8_000_000_001, Some(System::N300))]
    #[case(8_100_000_000, Some(System::N300))]
    #[case(20_000_000_000, Some(System::N300))]
    #[case(20_100_000_000, Some(System::Lb))]
    #[case(70_000_000_000, Some(System::Lb))]
    #[case(70_600_000_000, None)]
    fn the_smallest_machine_that_takes_a_model_is_its_label(
        #[case] parameters: u64,
        #[case] system: Option<System>,
    ) {
        assert_eq!(fitting(parameters), system);
    }

    fn issue(number: u64, body: &str, status: Option<&str>) -> FiledIssue {
        FiledIssue {
            node: IssueNode(format!("I_{number}")),
            number: IssueNumber(number),
            body: body.to_owned(),
            state: IssueState::Open,
            author: Some(Account {
                id: UserId(7),
                login: "finder".to_owned(),
            }),
            labels: vec!["n300".to_owned()],
            item: status.map(|status| BoardItem {
                id: ItemId("i".to_owned()),
                status: Some(status.to_owned()).filter(|it| !it.is_empty()),
            }),
        }
    }

    #[test]
    fn models_are_judged_one_by_one() {
        let info = |value: Value| serde_json::from_value::<ModelInfo>(value).expect("a model");
        let sized =
            |id: &str, total: u64| info(json!({ "id": id, "safetensors": { "total": total } }));
        let models = [
            sized("Lab/Known", 1),
            sized("lab/fits", 9_000_000_000),
            sized("lab/huge", 405_000_000_000),
            sized("lab/zero", 0),
            info(json!({ "id": "lab/old", "safetensors": null, "downloads": null })),
            info(json!({ "id": "lab/private", "private": true, "safetensors": { "total": 1 } })),
            sized("gpt2", 1),
            sized("lab/$(id)", 1),
        ];
        let issues = [
            issue(3, "hf_model_id: lab/known", Some("reference error")),
            issue(4, "no request", Some("ready")),
        ];
        let told: Vec<String> = candidates(&models, &known(&issues))
            .into_iter()
            .map(|judged| match judged {
                Judged::Candidate(Candidate { model, system, .. }) => format!("{model}: {system}"),
                Judged::Skipped { model, why } => format!("{model}: {why}"),
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        Lab/Known: issue #3 is about it
        lab/fits: n300
        lab/huge: 405.00 B parameters are more than any machine takes
        lab/zero: the hub tells no number of parameters, for it has no safetensors metadata
        lab/old: the hub tells no number of parameters, for it has no safetensors metadata
        lab/private: it is private or out of service
        gpt2: its id is not plain ORG/NAME
        lab/$(id): its id is not plain ORG/NAME
        ");
        assert_eq!(
            Why::TooLarge(70_600_000_000).to_string().split(' ').next(),
            Some("70.60")
        );
    }

    #[rstest]
    #[case::waiting(Some("assessing"), 8, "", Some(Unfinished::Assessing))]
    #[case::assessed(Some("ready"), 7, MARKER, None)]
    #[case::off_the_board(None, 7, MARKER, Some(Unfinished::Unplaced))]
    #[case::without_a_status(Some(""), 7, MARKER, Some(Unfinished::Unplaced))]
    #[case::somebody_elses(None, 8, MARKER, None)]
    #[case::by_hand(None, 7, "hf_model_id: a/b", None)]
    fn what_a_dead_pass_left_is_found(
        #[case] status: Option<&str>,
        #[case] own: u64,
        #[case] body: &str,
        #[case] left: Option<Unfinished>,
    ) {
        let mut issue = issue(1, body, status);
        assert_eq!(unfinished(&issue, UserId(own)), left);
        issue.state = IssueState::Closed;
        assert_eq!(unfinished(&issue, UserId(own)), None);
    }

    #[test]
    fn parameters_are_never_said_to_be_fewer_than_they_are() {
        let said = [8_000_000_000, 8_000_000_001, 14_768_307_200].map(billions);
        assert_eq!(said, ["8.00 B", "8.01 B", "14.77 B"]);
    }
}
