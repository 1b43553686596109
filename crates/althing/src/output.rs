//! Where everything a person or a script reads goes out: data on stdout, talk on stderr.

use std::io::{IsTerminal, Write};

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
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// Prints the answer of a command: the report as one JSON object, or the text.
    pub(crate) fn answer<T: Serialize>(
        &mut self,
        report: &Report<T>,
        text: impl FnOnce() -> String,
    ) {
        match self.format {
            Format::Text => {
                self.data(&text());
                self.findings(&report.findings);
            }
            Format::Json | Format::Jsonl => self.json(report),
        }
    }

    /// Prints `text` on stdout, ending in exactly one newline.
    pub(crate) fn data(&mut self, text: &str) {
        let text = text.trim_end_matches('\n');
        if !text.is_empty() {
            // A reader that went away (`| head`) is no error of ours.
            let _ = writeln!(anstream::stdout().lock(), "{text}");
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
                    self.json(&Report::<()>::refused("althing", findings.clone()));
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
    if args.output == Format::Text {
        builder
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .init();
    } else {
        builder.json().init();
    }
}
