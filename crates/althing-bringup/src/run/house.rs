//! What the models repository says about its bring-ups, at the base commit.

use althing_diag::Finding;
use althing_forge::Forge;

use super::{Run, Stop};
use crate::{
    BringupRequest, CommandError, Thresholds,
    checks::{HARNESS, no_harness},
    house::{HOUSE, HouseRules},
    prompt::{TEMPLATE, Template},
    repository::Repository,
};

/// What holds for one bring-up.
pub(super) struct House {
    pub(super) rules: HouseRules,
    /// What must be reached for this model on this system.
    pub(super) thresholds: Thresholds,
    pub(super) template: Template,
}

impl<F: Forge> Run<'_, F> {
    /// Reads rules and prompt; what is wrong with them is nobody's failure but theirs.
    pub(super) async fn read_house(
        &self,
        repository: &Repository,
        request: &BringupRequest,
    ) -> Result<House, Stop> {
        let step = "reading the rules of the repository";
        let unreadable = |error: CommandError| Stop::command(step, &error);
        let rules = repository.base_file(HOUSE).await.map_err(unreadable)?;
        let rules = rules.map_or_else(
            || Ok(HouseRules::default()),
            |text| HouseRules::parse(HOUSE, &text),
        );
        if repository
            .base_file(HARNESS)
            .await
            .map_err(unreadable)?
            .is_none()
        {
            let help = "Push the template of a models repository (templates/models-repo) to the \
                        default branch, then set the status to `ready`.";
            return Err(Stop::setup(step, no_harness()).help(help));
        }
        let template = repository.base_file(TEMPLATE).await.map_err(unreadable)?;
        let template = template.map_or_else(|| Ok(Template::default()), Template::new);
        let wrong = |findings: Vec<Finding>| {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Stop::setup(step, lines.join("\n"))
                .help("Correct the file on the default branch, then set the status to `ready`.")
        };
        let rules = rules.map_err(wrong)?;
        let template = template.map_err(|finding| wrong(vec![*finding]))?;
        let environment = &self.options.environment;
        let thresholds =
            rules.thresholds(environment.thresholds, &request.model, environment.system);
        Ok(House {
            rules,
            thresholds,
            template,
        })
    }
}
