//! Bounded YAML parsing: a value, or a finding that says where.

use serde::de::DeserializeOwned;
pub use serde_saphyr::Spanned;
use serde_saphyr::{MessageFormatter, UserMessageFormatter};

use crate::{Code, Finding, Location};

/// The largest YAML text that is read, in bytes. Rules and seeds are written by hand; anything
/// larger is a mistake or an attack.
pub const MAX_BYTES: usize = 1 << 20;

/// Parses `text` strictly into `T`. `file` names the source in the finding.
///
/// # Errors
/// A [`Code::YamlInvalid`] finding with line and column for a syntax error, a wrong type, an
/// unknown or duplicate key, or a text beyond the limits (size, depth, aliases).
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Box<Finding>> {
    let help = "correct the file; `docs/formats.md` shows each format with an example";
    if text.len() > MAX_BYTES {
        let message = format!(
            "{} bytes are more than the {MAX_BYTES} that are read",
            text.len()
        );
        return Err(Box::new(
            Finding::error(Code::YamlInvalid, message, help).at(Location::file(file)),
        ));
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location().map_or_else(
            || Location::file(file),
            |at| Location::new(file, line_number(at.line()), line_number(at.column())),
        );
        // The finding has the place; the message is for whoever wrote the file.
        let message = UserMessageFormatter.format_message(error.without_snippet());
        let message = message
            .lines()
            .next()
            .unwrap_or("not valid YAML")
            .to_owned();
        Box::new(Finding::error(Code::YamlInvalid, message, help).at(at))
    })
}

/// Where a spanned value stands in `file`.
pub fn location<T>(file: &str, value: &Spanned<T>) -> Location {
    let at = value.referenced;
    Location::new(file, line_number(at.line()), line_number(at.column()))
}

fn line_number(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::{Spanned, location, parse};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        name: Spanned<String>,
        #[serde(default)]
        limits: BTreeMap<String, Spanned<u32>>,
    }

    #[test]
    fn values_know_their_place() {
        let example: Example = parse("e.yaml", "name: x\nlimits:\n  a: 3\n").expect("valid");
        assert_eq!(
            location("e.yaml", &example.limits["a"]).to_string(),
            "e.yaml:3:6"
        );
        assert_eq!(example.name.value, "x");
    }

    #[test]
    fn a_wrong_key_is_found_where_it_stands() {
        let finding = parse::<Example>("e.yaml", "name: x\nlimit: {}\n").expect_err("unknown key");
        insta::assert_snapshot!(finding);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_value_or_a_finding(text in ".{0,200}") {
            let _ = parse::<Example>("e.yaml", &text);
        }
    }
}
