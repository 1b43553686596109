//! Where everything a person or a script reads goes out: data on stdout, talk on stderr.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
};

use althing_diag::{Exit, Finding, Report, Severity};
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::{
    cli::{Format, GlobalArgs},
    failure::Failure,
};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();

/// The one way out of the program.
pub(crate) struct Output {
    format: Format,
    /// The command, as its answers name it.
    command: &'static str,
    /// Why something could not be written on stdout.
    lost: Option<io::Error>,
}

impl Output {
    pub(crate) fn new(format: Format, command: &'static str) -> Self {
        Self {
            format,
            command,
            lost: None,
        }
    }

    /// Prints the answer of a command: one JSON object, or the text.
    pub(crate) fn answer<T: Serialize>(&mut self, data: T, text: impl FnOnce() -> String) {
        match self.format {
            Format::Text => self.data(&text()),
            Format::Json | Format::Jsonl => self.json(&Report::new(self.command, data, vec![])),
        }
    }

    /// The same with findings that do not prevent it: in the object, or before the text on stderr.
    pub(crate) fn answer_beside<T: Serialize>(
        &mut self,
        findings: &[Finding],
        data: T,
        text: impl FnOnce() -> String,
    ) {
        match self.format {
            Format::Text => {
                self.findings(findings);
                self.data(&text());
            }
            Format::Json | Format::Jsonl => {
                self.json(&Report::new(self.command, data, findings.to_vec()));
            }
        }
    }

    /// Prints an answer that is a list, called `name` in the one JSON object: each item is a
    /// line of its own if lines were asked for.
    pub(crate) fn answer_list<T: Serialize>(
        &mut self,
        name: &str,
        items: &[T],
        text: impl FnOnce() -> String,
    ) {
        match self.format {
            Format::Text | Format::Json => self.answer(BTreeMap::from([(name, items)]), text),
            Format::Jsonl => items.iter().for_each(|item| self.json(item)),
        }
    }

    /// Prints `text` on stdout, ending in exactly one newline.
    pub(crate) fn data(&mut self, text: &str) {
        let text = text.trim_end_matches('\n');
        if !text.is_empty() {
            let written = writeln!(anstream::stdout().lock(), "{text}");
            self.wrote(written);
        }
    }

    /// Remembers that something could not be written on stdout. A reader that went away
    /// (`| head`) is no error of ours.
    pub(crate) fn wrote(&mut self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.lost = Some(error);
        }
    }

    /// The exit code for a command that ended with `exit`: an answer that nobody got is none.
    pub(crate) fn exit(&mut self, exit: Exit) -> Exit {
        match self.lost.take() {
            None => exit,
            Some(error) => {
                self.talk(&format!(
                    "{RED}error{RED:#}: the answer could not be written on stdout: {error}"
                ));
                Exit::Output
            }
        }
    }

    /// Prints a line on stderr.
    pub(crate) fn talk(&mut self, text: &str) {
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    fn json<T: Serialize>(&mut self, value: &T) {
        match serde_json::to_string(value) {
            Ok(text) => self.data(&text),
            Err(error) => self.talk(&format!("{RED}bug{RED:#}: answer is no JSON: {error}")),
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.talk(&describe(finding));
        }
    }

    /// Says why a command failed and returns the exit code for it.
    pub(crate) fn fail(&mut self, failure: &Failure) -> Exit {
        match failure {
            Failure::Findings(findings) => {
                if self.format == Format::Text {
                    self.findings(findings);
                } else {
                    self.json(&Report::<()>::refused(self.command, findings.clone()));
                }
            }
            Failure::Internal(message) => {
                self.talk(&format!("{RED}bug{RED:#}: {message}\nplease report this"));
            }
        }
        failure.exit()
    }
}

/// A finding as people read it.
pub(crate) fn describe(finding: &Finding) -> String {
    let (style, word) = match finding.severity {
        Severity::Note => (DIM, "note"),
        Severity::Warning => (YELLOW, "warning"),
        Severity::Error => (RED, "error"),
    };
    let mut text = format!(
        "{style}{word}[{}]{style:#}: {}",
        finding.code, finding.message
    );
    if let Some(location) = &finding.location {
        text.push_str(&format!("\n  {DIM}at{DIM:#}   {location}"));
    }
    if let Some(rule) = &finding.rule {
        text.push_str(&format!("\n  {DIM}rule{DIM:#} {rule}"));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!("\n  {DIM}help{DIM:#} {}", finding.help));
    }
    text
}

/// Sends the log to stderr: warnings unless `ALTHING_LOG` or `--verbose` asks for more; JSON
/// lines when nobody looks and JSON was asked for.
pub(crate) fn start_log(args: &GlobalArgs) {
    let level = if args.verbose { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("ALTHING_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if args.format() == Format::Text {
        builder
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .init();
    } else {
        builder.json().init();
    }
}
