//! Where settings come from: flags before variables before the configuration file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use althing_diag::{Finding, Location};

use super::{Secret, file, table::SETTINGS};
use crate::System;

/// What was said, and where: `--flag`, `$VARIABLE`, or a place in a file.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) place: Location,
}

impl Value {
    pub(super) fn new(text: impl Into<String>, place: Location) -> Self {
        Self {
            text: text.into(),
            place,
        }
    }
}

/// A value may be a secret.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "… at {}", self.place)
    }
}

/// Everything that was said about the settings; not yet whether it is right.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<String, Value>,
    /// Why the kind of machine could not be found out.
    undetected: Option<String>,
}

/// Two names for one thing: who says one of them, means it instead of whatever was said before.
pub(super) const PROJECT: [&str; 2] = ["YT_PROJECT_NUMBER", "YT_PROJECT_TITLE"];

const SYSTEM: &str = "YT_SYSTEM";

/// Credentials whose values are redacted although the bring-up itself does not read them.
const OTHER_SECRETS: [&str; 8] = [
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HUGGINGFACE_TOKEN",
    "OPENAI_API_KEY",
];

impl Settings {
    /// The variables alone.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut settings = Self::default();
        settings.add_vars(vars);
        settings
    }

    /// What is said by the flags (by the names of their variables), by the variables, and by the
    /// configuration file (its name and text). What comes first here wins. An empty value counts
    /// as unset.
    ///
    /// # Errors
    /// When the file is no mapping of settings: every wrong key with its place.
    pub fn new(
        flags: impl IntoIterator<Item = (String, String)>,
        vars: impl IntoIterator<Item = (String, String)>,
        file: Option<(&str, &str)>,
    ) -> Result<Self, Vec<Finding>> {
        let mut settings = Self::default();
        if let Some((name, text)) = file {
            settings.add(file::parse(name, text)?);
        }
        settings.add_vars(vars);
        settings.add(flags.into_iter().map(|(name, text)| {
            let place = Location::file(flag(&name));
            (name, Value::new(text, place))
        }));
        Ok(settings)
    }

    fn add_vars(&mut self, vars: impl IntoIterator<Item = (String, String)>) {
        self.add(vars.into_iter().map(|(name, text)| {
            let place = variable(&name);
            (name, Value::new(text, place))
        }));
    }

    /// Lays `layer` over what is there.
    fn add(&mut self, layer: impl IntoIterator<Item = (String, Value)>) {
        let layer = layer.into_iter();
        let layer: Vec<_> = layer.filter(|(_, value)| !value.text.is_empty()).collect();
        if layer
            .iter()
            .any(|(name, _)| PROJECT.contains(&name.as_str()))
        {
            self.values
                .retain(|name, _| !PROJECT.contains(&name.as_str()));
        }
        self.values.extend(layer);
    }

    /// Whether something was said about the setting.
    pub fn says(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Takes what was found out about the machine, where nobody said it.
    pub fn detected(&mut self, found: Result<System, String>) {
        match found {
            Ok(system) if !self.says(SYSTEM) => {
                let value = Value::new(system.name(), Location::file("tt-smi -s"));
                self.values.insert(SYSTEM.to_owned(), value);
            }
            Ok(_) => {}
            Err(why) => self.undetected = Some(why),
        }
    }

    /// Why nothing is known about a setting.
    pub(super) fn missing(&self, name: &str) -> String {
        match &self.undetected {
            Some(why) if name == SYSTEM => format!("{name} is not set, and {why}"),
            Some(_) | None => format!("{name} is not set"),
        }
    }

    /// What was said about it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        Some(self.values.get(name)?.text.as_str())
    }

    /// Where it was said, or where to say it.
    pub(super) fn place(&self, name: &str) -> Location {
        let said = self.values.get(name).map(|value| value.place.clone());
        said.unwrap_or_else(|| variable(name))
    }

    /// Every `CODEX_*` (B-109).
    pub(super) fn codex(&self) -> BTreeMap<String, Secret> {
        let values = self.values.iter();
        let all = values.filter(|(name, _)| name.starts_with("CODEX_"));
        all.map(|(name, value)| (name.clone(), Secret::new(&value.text)))
            .collect()
    }

    /// Values long enough to be credentials; paths such as `CODEX_HOME` are none.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let secret_name = |name: &str| {
            let codex = name.starts_with("CODEX_") && !matches!(name, "CODEX_BIN" | "CODEX_HOME");
            codex || OTHER_SECRETS.contains(&name)
        };
        let values: BTreeSet<&String> = self
            .values
            .iter()
            .filter(|(name, value)| secret_name(name) && value.text.len() >= 6)
            .map(|(_, value)| &value.text)
            .collect();
        values.into_iter().map(Secret::new).collect()
    }
}

fn variable(name: &str) -> Location {
    Location::file(format!("${name}"))
}

fn flag(name: &str) -> String {
    let setting = SETTINGS.iter().find(|setting| setting.name == name);
    let flag = setting.and_then(|setting| setting.flag).unwrap_or(name);
    format!("--{flag}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{super::table::SETTINGS, Settings};
    use crate::System;

    fn own(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    }

    /// What is said about `YT_SYSTEM` and the project, each with its place.
    fn said(flags: &[(&str, &str)], vars: &[(&str, &str)], file: &str) -> String {
        let settings = Settings::new(own(flags), own(vars), Some(("b.yaml", file)));
        let settings = settings.expect("valid");
        let names = ["YT_SYSTEM", "YT_PROJECT_NUMBER", "YT_PROJECT_TITLE"];
        let said = names.iter().filter_map(|name| {
            let text = settings.text(name)?;
            Some(format!("{}: {text}", settings.place(name)))
        });
        said.collect::<Vec<_>>().join(", ")
    }

    const FILE: &str = "YT_SYSTEM: lb\nYT_PROJECT_NUMBER: 3\n";

    #[rstest]
    #[case(&[], &[], "b.yaml:1:12: lb, b.yaml:2:20: 3")]
    #[case(&[], &[("YT_SYSTEM", "n300")], "$YT_SYSTEM: n300, b.yaml:2:20: 3")]
    #[case(&[], &[("YT_SYSTEM", "")], "b.yaml:1:12: lb, b.yaml:2:20: 3")]
    #[case(&[("YT_SYSTEM", "n150")], &[("YT_SYSTEM", "n300")], "--system: n150, b.yaml:2:20: 3")]
    // Title and number are one thing: the nearer one is meant.
    #[case(&[], &[("YT_PROJECT_TITLE", "T")], "b.yaml:1:12: lb, $YT_PROJECT_TITLE: T")]
    #[case(&[("YT_PROJECT_TITLE", "T")], &[("YT_PROJECT_NUMBER", "4")], "b.yaml:1:12: lb, --project-title: T")]
    fn flags_win_over_variables_over_the_file(
        #[case] flags: &[(&str, &str)],
        #[case] vars: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        assert_eq!(said(flags, vars, FILE), expected);
    }

    #[test]
    fn the_file_knows_every_setting_and_nothing_else() {
        for setting in SETTINGS {
            let text = format!("{}: 0.5\n", setting.name);
            let settings = Settings::new([], [], Some(("b.yaml", &text))).expect(setting.name);
            assert_eq!(settings.text(setting.name), Some("0.5"));
        }
        let wrong = "yt_system: n150\nproject-number: 1\nYT_SISTEM: x\nCODEX_API_KEY: k\n";
        let findings = Settings::new([], [], Some(("b.yaml", wrong))).expect_err("wrong");
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        b.yaml:1:1: error[environment-invalid]: `yt_system` is no setting; write it as `YT_SYSTEM`
        b.yaml:2:1: error[environment-invalid]: `project-number` is no setting; write it as `YT_PROJECT_NUMBER`
        b.yaml:3:1: error[environment-invalid]: `YT_SISTEM` is no setting; keys are the variables that docs/formats.md lists
        b.yaml:4:1: error[environment-invalid]: `CODEX_API_KEY` is no setting; keys are the variables that docs/formats.md lists
        ");
    }

    #[test]
    fn an_empty_file_and_an_empty_value_say_nothing() {
        for text in ["", "# nothing yet\n", "YT_SYSTEM:\n", "YT_SYSTEM: \"\"\n"] {
            let settings = Settings::new([], [], Some(("b.yaml", text))).expect(text);
            assert!(!settings.says("YT_SYSTEM"), "{text}");
        }
    }

    #[test]
    fn a_machine_that_was_found_out_counts_where_nobody_said_it() {
        let place = |vars: &[(&str, &str)]| {
            let mut settings = Settings::from_vars(own(vars));
            settings.detected(Ok(System::Lb));
            let text = settings.text("YT_SYSTEM").map(str::to_owned);
            (
                text.expect("there"),
                settings.place("YT_SYSTEM").to_string(),
            )
        };
        assert_eq!(place(&[]), ("lb".to_owned(), "tt-smi -s".to_owned()));
        let said = ("n150".to_owned(), "$YT_SYSTEM".to_owned());
        assert_eq!(place(&[("YT_SYSTEM", "n150")]), said);
    }

    #[test]
    fn no_secret_has_a_flag() {
        for setting in SETTINGS {
            assert_eq!(setting.flag.is_none(), setting.name == "HF_TOKEN");
        }
    }
}
