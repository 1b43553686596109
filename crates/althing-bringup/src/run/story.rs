//! What people read on the issue while a run works: the latest of what happened.

use std::collections::VecDeque;

use jiff::Timestamp;

/// How many lines are shown.
const LINES: usize = 12;
/// The longest line, in characters.
const LONGEST: usize = 200;

/// The latest lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Story(VecDeque<String>);

impl Story {
    /// Adds a line, and returns the text. Times are UTC.
    pub(super) fn add(&mut self, at: Timestamp, text: &str) -> String {
        let text: String = text
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(LONGEST)
            .collect();
        let line = format!("- {} {text}", at.strftime("%H:%M:%S"));
        if self.0.len() == LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
        let lines: Vec<&str> = self.0.iter().map(String::as_str).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{LINES, Story};

    #[test]
    fn the_latest_lines_are_shown() {
        let at: Timestamp = "2026-11-21T12:00:01Z".parse().expect("time");
        let mut story = Story::default();
        assert_eq!(story.add(at, "cloning\n[yt-claim]"), "- 12:00:01 cloning");
        let mut text = String::new();
        for number in 0..LINES {
            text = story.add(at, &format!("step {number}"));
        }
        assert_eq!(text.lines().count(), LINES);
        assert!(text.starts_with("- 12:00:01 step 0\n"), "{text}");
    }
}
