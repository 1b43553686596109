//! What a models repository says about its bring-ups: `.althing/bringup.yaml`, read at the base
//! commit and never from what the agent left.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};
use serde::Deserialize;

use crate::{ModelId, System, Thresholds};

/// Where the file lies.
pub(crate) const HOUSE: &str = ".althing/bringup.yaml";
/// The version of the form that is read.
const FORM: u32 = 1;
/// Most runs of one evaluation: each may take hours.
const MOST_RUNS: u32 = 10;

/// The rules of a house. Without a file every field has its default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HouseRules {
    systems: BTreeMap<System, Least>,
    models: BTreeMap<ModelId, (Least, BTreeMap<System, Least>)>,
    /// How often an evaluation runs that does not pass at once.
    pub reruns: Reruns,
    /// Whether the agent is asked for its opinion of work that passed.
    pub review: bool,
}

/// Thresholds as far as they are set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Least {
    top1: Option<f64>,
    top5: Option<f64>,
}

/// An evaluation that does not pass is run up to `of` times in all, and passes if it does so
/// `need` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reruns {
    /// Runs in all, the first included.
    pub of: u32,
    /// How many must pass.
    pub need: u32,
}

impl Default for Reruns {
    /// One run, which must pass.
    fn default() -> Self {
        Self { of: 1, need: 1 }
    }
}

impl HouseRules {
    /// Reads the text of a file called `file`.
    ///
    /// # Errors
    /// A finding with line and column for every mistake; unknown keys are mistakes.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Finding>> {
        let raw: Raw = yaml::parse(file, text).map_err(|finding| vec![*finding])?;
        let mut reader = Reader {
            file,
            findings: Vec::new(),
        };
        let rules = reader.read(&raw);
        if reader.findings.is_empty() {
            Ok(rules)
        } else {
            Err(reader.findings)
        }
    }

    /// The thresholds for a model on a system. Each is what is said nearest to it: for the model
    /// on the system, for the model, for the system, by the environment.
    pub fn thresholds(
        &self,
        environment: Thresholds,
        model: &ModelId,
        system: System,
    ) -> Thresholds {
        let of_model = self.models.get(model);
        let levels = [
            of_model.and_then(|(_, systems)| systems.get(&system)),
            of_model.map(|(least, _)| least),
            self.systems.get(&system),
        ];
        let nearest =
            |value: fn(&Least) -> Option<f64>| levels.into_iter().flatten().find_map(value);
        Thresholds {
            top1: nearest(|it| it.top1).unwrap_or(environment.top1),
            top5: nearest(|it| it.top5).unwrap_or(environment.top5),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    bringup: Spanned<u32>,
    #[serde(default)]
    thresholds: RawThresholds,
    reruns: Option<RawReruns>,
    #[serde(default)]
    review: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThresholds {
    #[serde(default)]
    systems: BTreeMap<String, Spanned<RawLeast>>,
    #[serde(default)]
    models: BTreeMap<String, Spanned<RawModel>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLeast {
    top1: Option<Spanned<f64>>,
    top5: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawModel {
    top1: Option<Spanned<f64>>,
    top5: Option<Spanned<f64>>,
    #[serde(default)]
    systems: BTreeMap<String, Spanned<RawLeast>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReruns {
    of: Spanned<u32>,
    need: Spanned<u32>,
}

/// Turns what is written into what holds, and keeps what is wrong with it.
struct Reader<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn read(&mut self, raw: &Raw) -> HouseRules {
        if raw.bringup.value != FORM {
            let message = format!("`bringup: {}` is no form that is known", raw.bringup.value);
            self.wrong(&raw.bringup, message, &format!("write `bringup: {FORM}`"));
        }
        HouseRules {
            systems: self.systems(&raw.thresholds.systems),
            models: self.models(&raw.thresholds.models),
            reruns: raw
                .reruns
                .as_ref()
                .map_or_else(Reruns::default, |raw| self.reruns(raw)),
            review: raw.review,
        }
    }

    fn systems(&mut self, raw: &BTreeMap<String, Spanned<RawLeast>>) -> BTreeMap<System, Least> {
        let mut systems = BTreeMap::new();
        for (name, raw) in raw {
            let RawLeast { top1, top5 } = &raw.value;
            let least = self.least(top1.as_ref(), top5.as_ref());
            match name.parse::<System>() {
                Ok(system) => {
                    systems.insert(system, least);
                }
                Err(error) => self.wrong(raw, error.to_string(), "name n150, n300 or lb"),
            }
        }
        systems
    }

    fn models(
        &mut self,
        raw: &BTreeMap<String, Spanned<RawModel>>,
    ) -> BTreeMap<ModelId, (Least, BTreeMap<System, Least>)> {
        let mut models = BTreeMap::new();
        for (name, raw) in raw {
            let RawModel {
                top1,
                top5,
                systems,
            } = &raw.value;
            let least = self.least(top1.as_ref(), top5.as_ref());
            let systems = self.systems(systems);
            if let Some(model) = ModelId::parse(name) {
                models.insert(model, (least, systems));
            } else {
                let message = format!("`{name}` is no model of the hub");
                self.wrong(raw, message, "name it like org/name");
            }
        }
        models
    }

    fn least(&mut self, top1: Option<&Spanned<f64>>, top5: Option<&Spanned<f64>>) -> Least {
        for value in [top1, top5].into_iter().flatten() {
            if !(0.0..=1.0).contains(&value.value) {
                let message = format!("{} is not from 0 to 1", value.value);
                self.wrong(value, message, "write a fraction such as 0.85");
            }
        }
        Least {
            top1: top1.map(|it| it.value),
            top5: top5.map(|it| it.value),
        }
    }

    fn reruns(&mut self, raw: &RawReruns) -> Reruns {
        let (of, need) = (raw.of.value, raw.need.value);
        if !(1..=MOST_RUNS).contains(&of) {
            let message = format!("{of} is not from 1 to {MOST_RUNS}");
            self.wrong(
                &raw.of,
                message,
                "write how often an evaluation runs at most",
            );
        } else if !(1..=of).contains(&need) {
            let message = format!("{need} is not from 1 to {of}");
            self.wrong(&raw.need, message, "write how many of the runs must pass");
        }
        Reruns { of, need }
    }

    fn wrong<T>(&mut self, at: &Spanned<T>, message: String, help: &str) {
        let finding = Finding::error(Code::BringupRules, message, help);
        self.findings
            .push(finding.at(yaml::location(self.file, at)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{HouseRules, Reruns};
    use crate::{ModelId, System, Thresholds};

    const RULES: &str = "\
bringup: 1
thresholds:
  systems:
    n300: { top1: 0.85 }
  models:
    a/small:
      top1: 0.7
      top5: 0.9
      systems:
        n150: { top1: 0.6 }
    a/large: { top5: 0.99 }
reruns: { of: 3, need: 2 }
review: true
";

    const ENVIRONMENT: Thresholds = Thresholds {
        top1: 0.5,
        top5: 0.5,
    };

    #[rstest]
    #[case::nothing_is_said("a/other", System::N150, 0.5, 0.5)]
    #[case::the_system("a/other", System::N300, 0.85, 0.5)]
    #[case::the_model_before_its_system("a/small", System::N300, 0.7, 0.9)]
    #[case::the_model_on_the_system("a/small", System::N150, 0.6, 0.9)]
    #[case::each_for_itself("a/large", System::N300, 0.85, 0.99)]
    #[case::no_other_system("a/small", System::Lb, 0.7, 0.9)]
    fn the_nearest_threshold_counts(
        #[case] model: &str,
        #[case] system: System,
        #[case] top1: f64,
        #[case] top5: f64,
    ) {
        let rules = HouseRules::parse("r", RULES).expect("valid");
        let model = ModelId::parse(model).expect("valid");
        let found = rules.thresholds(ENVIRONMENT, &model, system);
        assert_eq!(found, Thresholds { top1, top5 });
        assert_eq!(
            (rules.reruns, rules.review),
            (Reruns { of: 3, need: 2 }, true)
        );
        let none = HouseRules::default();
        assert_eq!(none.thresholds(ENVIRONMENT, &model, system), ENVIRONMENT);
        assert_eq!(
            (none.reruns, none.review),
            (Reruns { of: 1, need: 1 }, false)
        );
    }

    #[test]
    fn every_mistake_is_found_where_it_stands() {
        let text = "\
bringup: 2
thresholds:
  systems:
    n100: { top1: 0.85 }
    lb: { top1: 85 }
  models:
    small: { top5: -0.1 }
reruns: { of: 3, need: 4 }
";
        let findings = HouseRules::parse("b.yaml", text).expect_err("wrong");
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        b.yaml:1:10: error[bringup-rules]: `bringup: 2` is no form that is known; write `bringup: 1`
        b.yaml:5:17: error[bringup-rules]: 85 is not from 0 to 1; write a fraction such as 0.85
        b.yaml:4:11: error[bringup-rules]: `n100` is no system; it is one of n150, n300, lb; name n150, n300 or lb
        b.yaml:7:20: error[bringup-rules]: -0.1 is not from 0 to 1; write a fraction such as 0.85
        b.yaml:7:12: error[bringup-rules]: `small` is no model of the hub; name it like org/name
        b.yaml:8:24: error[bringup-rules]: 4 is not from 1 to 3; write how many of the runs must pass
        ");
    }

    #[rstest]
    #[case::unknown("bringup: 1\nthreshold: {}", ":2:")]
    #[case::of_a_model("bringup: 1\nthresholds:\n  models:\n    a/b: { top2: 1 }", ":4:")]
    #[case::no_version("review: true", "")]
    #[case::no_number("bringup: 1\nreruns: { of: many, need: 1 }", ":2:")]
    #[case::too_many("bringup: 1\nreruns: { of: 11, need: 1 }", ":2:15")]
    #[case::twice("bringup: 1\nreview: true\nreview: false", ":3:")]
    #[case::empty("", "")]
    fn what_is_not_understood_is_refused(#[case] text: &str, #[case] place: &str) {
        let findings = HouseRules::parse("b.yaml", text).expect_err("wrong");
        let first = findings[0].to_string();
        assert!(first.starts_with(&format!("b.yaml{place}")), "{first}");
    }

    proptest! {
        #[test]
        fn any_text_gives_rules_or_findings(text in "(bringup: 1\n)?.{0,200}") {
            let _ = HouseRules::parse("b.yaml", &text);
        }
    }
}
