//! Bounded YAML parsing: a value, or a finding that says where.

use std::io::{self, Read};

use serde::de::DeserializeOwned;
pub use serde_saphyr::Spanned;
use serde_saphyr::{MessageFormatter, UserMessageFormatter};

use crate::{Code, Finding, Location};

/// The largest YAML text that is read, in bytes. Rules and seeds are written by hand; anything
/// larger is a mistake or an attack.
pub const MAX_BYTES: usize = 1 << 20;

/// How deep values may stand within each other. Reading takes a part of the stack for each level,
/// and threads may have as little as 2 MiB of it.
pub const MAX_DEPTH: usize = 24;

/// The text of `file`, which the caller has tried to open. Reads little more than [`MAX_BYTES`],
/// however much there is: [`parse`] then refuses what is too large.
///
/// # Errors
/// A [`Code::FileUnreadable`] finding when the file could not be opened, or is no UTF-8 text.
pub fn read(file: &str, opened: io::Result<impl Read>) -> Result<String, Box<Finding>> {
    let mut bytes = Vec::new();
    opened
        .and_then(|source| source.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(file, error.to_string()))?;
    let cut = bytes.len() > MAX_BYTES;
    String::from_utf8(bytes).or_else(|error| match error.utf8_error().error_len() {
        // The limit went through a character; the text is too large anyway.
        None if cut => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        None | Some(_) => Err(unreadable(file, "it is no UTF-8 text".to_owned())),
    })
}

fn unreadable(file: &str, why: String) -> Box<Finding> {
    let help = "name a text file that exists and can be read";
    Box::new(Finding::error(Code::FileUnreadable, why, help).at(Location::file(file)))
}

/// Parses `text` strictly into `T`. `file` names the source in the finding.
///
/// # Errors
/// A [`Code::YamlInvalid`] finding with line and column for a syntax error, a wrong type, an
/// unknown or duplicate key, or a text beyond the limits (size, depth, aliases).
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Box<Finding>> {
    let help = "correct the file; `docs/formats.md` shows each format with an example";
    if text.len() > MAX_BYTES {
        let message = format!("the file is larger than the {MAX_BYTES} bytes that are read");
        return Err(Box::new(
            Finding::error(Code::YamlInvalid, message, help).at(Location::file(file)),
        ));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
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

    use super::{MAX_BYTES, Spanned, location, parse, read};

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

    #[test]
    fn an_endless_file_is_read_no_further_than_the_limit() {
        for byte in ["a", "ä", "€"] {
            let endless = byte.as_bytes().iter().copied().cycle();
            let endless = Endless(endless);
            let text = read("e.yaml", Ok(endless)).expect("text");
            assert!(text.len() <= MAX_BYTES + 3);
            let finding = parse::<Example>("e.yaml", &text).expect_err("too large");
            assert!(finding.message.contains("larger"), "{finding}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let finding = read("e.yaml", Ok([b'a', 0xff, b'b'].as_slice())).expect_err("binary");
        assert_eq!(finding.code, crate::Code::FileUnreadable);
    }

    struct Endless<I>(I);

    impl<I: Iterator<Item = u8>> std::io::Read for Endless<I> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let filled = buffer.iter_mut().zip(&mut self.0);
            Ok(filled.map(|(to, byte)| *to = byte).count())
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_a_value_or_a_finding(text in ".{0,200}") {
            let _ = parse::<Example>("e.yaml", &text);
        }
    }
}
