//! What the demo shows while it works and at the end.

use std::{
    io,
    time::{Duration, Instant},
};

use anstream::{AutoStream, ColorChoice, adapter::strip_str};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::output::{BOLD, DIM, GREEN, RED};

/// One step that was played.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Event {
    /// Who acted.
    pub(super) who: String,
    /// What was done.
    pub(super) what: String,
    /// What came of it, one line each.
    pub(super) details: Vec<String>,
    /// Seconds since the demo started, when the step ended.
    pub(super) at: f64,
}

/// Steps in the order they were played. While they are, a terminal on stderr shows those that
/// are done and what is going on; it is wiped in the end, before the whole is printed.
pub(super) struct Timeline {
    started: Instant,
    spinner: ProgressBar,
    events: Vec<Event>,
}

/// Where the details of a step begin, so that they fit a terminal of 80 columns.
const INDENT: &str = "           ";

impl Timeline {
    pub(super) fn start() -> Self {
        let spinner = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{prefix}  {elapsed:>5}  {spinner} {msg}") {
            spinner.set_style(style);
        }
        Self {
            started: Instant::now(),
            spinner,
            events: Vec::new(),
        }
    }

    /// Says what is going on.
    pub(super) fn doing(&self, who: &str, what: &str) {
        self.spinner.set_message(format!("{who}: {what}"));
        self.spinner.enable_steady_tick(Duration::from_millis(120));
    }

    /// Records what came of it.
    pub(super) fn done(&mut self, who: &str, what: &str, details: Vec<String>) {
        let at = self.started.elapsed().as_secs_f64();
        let event = Event {
            who: who.to_owned(),
            what: what.to_owned(),
            details,
            at,
        };
        self.events.push(event);
        let done: String = self.events.iter().map(|it| line(it) + "\n").collect();
        let plain = AutoStream::choice(&io::stderr()) == ColorChoice::Never;
        self.spinner.set_prefix(if plain {
            strip_str(&done).to_string()
        } else {
            done
        });
    }

    /// Ends the show.
    pub(super) fn finish(self) -> Vec<Event> {
        self.spinner.finish_and_clear();
        self.events
    }
}

/// The timeline as people read it.
pub(super) fn render(events: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        text.push_str(&line(event));
        text.push('\n');
        for detail in &event.details {
            let style = match detail.split_whitespace().next() {
                Some("✓") => GREEN,
                Some("✗") => RED,
                _ => DIM,
            };
            text.push_str(&format!("{INDENT}{style}{detail}{style:#}\n"));
        }
    }
    text
}

fn line(event: &Event) -> String {
    let Event { who, what, at, .. } = event;
    format!("{DIM}{at:6.1}s{DIM:#}  {BOLD}{who:<11}{BOLD:#} {what}")
}
