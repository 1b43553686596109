//! The settings of a fleet as every command of it takes them: by flag, variable and file.

use std::{fs::File, path::PathBuf};

use althing_bringup::{Environment, SETTINGS, Setting, Settings, System, Target, host_name};
use althing_diag::yaml;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, builder::ValueParser, error::Error};

use super::variables;
use crate::failure::Failure;

const CONFIG: &str = "bringup-config";

/// A flag for every setting that has one, and `--config`.
#[derive(Debug, Default)]
pub(crate) struct SettingsArgs {
    config: Option<PathBuf>,
    /// What was said, by the name of the variable.
    flags: Vec<(String, String)>,
}

impl SettingsArgs {
    /// Repository and board.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        Ok(Target::read(&self.settings()?)?)
    }

    /// Everything, all mistakes at once. `tt-smi` is asked for the kind of machine if nobody
    /// said it.
    pub(super) async fn environment(&self) -> Result<Environment, Failure> {
        let mut settings = self.settings()?;
        if !settings.says("YT_SYSTEM") {
            settings.detected(System::detect(&variables().collect()).await);
        }
        Ok(Environment::read(&settings, &host_name())?)
    }

    /// The same for what concerns every kind of machine alike and is not asked which this is.
    pub(super) fn environment_of_any(&self) -> Result<Environment, Failure> {
        let mut settings = self.settings()?;
        if !settings.says("YT_SYSTEM") {
            settings.detected(Ok(System::N150));
        }
        Ok(Environment::read(&settings, &host_name())?)
    }

    /// Everything that was said; nothing is found out.
    pub(super) fn environment_as_told(&self) -> Result<Environment, Failure> {
        Ok(Environment::read(&self.settings()?, &host_name())?)
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let file = self.config.as_ref().map(|path| {
            let name = path.display().to_string();
            yaml::read(&name, File::open(path)).map(|text| (name, text))
        });
        let file = file.transpose().map_err(|finding| *finding)?;
        let file = file
            .as_ref()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        Ok(Settings::new(self.flags.clone(), variables(), file)?)
    }
}

/// The settings that have a flag, with it.
fn with_flags() -> impl Iterator<Item = (Setting, &'static str)> {
    SETTINGS
        .into_iter()
        .filter_map(|setting| Some((setting, setting.flag?)))
}

impl Args for SettingsArgs {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long("config")
            .value_name("FILE")
            .value_parser(ValueParser::path_buf())
            .help("A YAML file with settings, by the names of their variables");
        let command = command.arg(config.help_heading(HEADING));
        with_flags().fold(command, |command, (setting, flag)| {
            let Setting { name, default, .. } = setting;
            let meaning = setting.meaning.replace('`', "");
            let default = default.map_or_else(String::new, |value| format!(" [default: {value}]"));
            let help = format!("{meaning} [${name}]{default}");
            let arg = Arg::new(name).long(flag).value_name("VALUE").help(help);
            command.arg(arg.help_heading(HEADING))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

const HEADING: &str = "Settings (a flag counts before its variable, that before --config)";

impl FromArgMatches for SettingsArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.config = matches.get_one::<PathBuf>(CONFIG).cloned();
        self.flags = with_flags()
            .filter_map(|(setting, _)| {
                let value = matches.get_one::<String>(setting.name)?;
                Some((setting.name.to_owned(), value.clone()))
            })
            .collect();
        Ok(())
    }
}
