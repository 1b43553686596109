//! Content lines of RFC 5545.

/// The longest line, in bytes without its end.
const LONGEST: usize = 75;

/// Lines of a calendar file, each folded and ended as the standard wants.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line whose value is written as it is: dates, rules, addresses, names of components.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", on_one_line(value)));
    }

    /// A line whose value is a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", escape(value)));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Breaks the line between characters, never within one.
    fn fold(&mut self, line: &str) {
        let mut length = 0;
        for character in line.chars() {
            if length + character.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(character);
            length += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A text as the value of a property.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            character if character.is_control() && character != '\t' => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// A value as a parameter: in quotes, without what quotes cannot hold.
pub(super) fn parameter(text: &str) -> String {
    format!("\"{}\"", on_one_line(text).replace('"', "'"))
}

fn on_one_line(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Lines;

    proptest! {
        #[test]
        fn no_text_breaks_a_line_or_its_length(text in ".{0,200}") {
            let mut lines = Lines::default();
            lines.text("SUMMARY", &text);
            let all = lines.finish();
            prop_assert!(all.ends_with("\r\n"));
            for (index, line) in all.trim_end_matches("\r\n").split("\r\n").enumerate() {
                prop_assert!(line.len() <= 75, "{line:?}");
                prop_assert!(!line.chars().any(|it| it == '\r' || it == '\n'), "{line:?}");
                prop_assert_eq!(line.starts_with(' '), index > 0);
            }
        }
    }

    #[test]
    fn texts_are_escaped_and_long_ones_folded() {
        let mut lines = Lines::default();
        lines.text("DESCRIPTION", "a, b; c\\d\ne");
        lines.raw("X", &"ä".repeat(40));
        let text = lines.finish();
        let expected = format!(
            "DESCRIPTION:a\\, b\\; c\\\\d\\ne\r\nX:{}\r\n {}\r\n",
            "ä".repeat(36),
            "ä".repeat(4)
        );
        assert_eq!(text, expected);
    }
}
