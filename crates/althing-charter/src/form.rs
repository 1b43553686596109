//! How a title or a file name reads.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::is_placeholder;

/// How a title or a file name reads, such as `ADR-{number}-{name}.md`: words as they stand, and
/// placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    written: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Blank(Blank),
}

/// What stands in place of a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// `{number}`: three digits, or more past 999 (P-081, P-256).
    Number,
    /// `{date}`: year, month and day without hyphens (P-066).
    Date,
    /// `{name}`: lower-case words and numbers with hyphens between them.
    Name,
    /// `{text}`: any text that says something.
    Text,
}

impl Blank {
    fn is(self, value: &str) -> bool {
        match self {
            Self::Number => {
                let digits = value.bytes().all(|it| it.is_ascii_digit());
                digits && (value.len() == 3 || (value.len() > 3 && !value.starts_with('0')))
            }
            Self::Date => value.len() == 8 && Date::strptime("%Y%m%d", value).is_ok(),
            Self::Name => {
                let is_word = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
                let mut words = value.split('-');
                words.all(|word| !word.is_empty() && word.bytes().all(is_word))
            }
            Self::Text => !is_placeholder(value),
        }
    }
}

impl fmt::Display for Blank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number of three digits, such as 007",
            Self::Date => "a date such as 20251027",
            Self::Name => "a name in lower case with hyphens, such as voice-fidelity",
            Self::Text => "a text",
        })
    }
}

impl Form {
    /// The number in a text of this form, if the form has one.
    ///
    /// # Errors
    /// Why the text is not of this form.
    pub fn read<'a>(&self, text: &'a str) -> Result<Option<&'a str>, Misfit> {
        let mut number = None;
        let mut rest = text;
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            match part {
                Part::Words(words) => {
                    rest = rest.strip_prefix(words.as_str()).ok_or(Misfit::Words)?
                }
                Part::Blank(blank) => {
                    let end = match parts.peek() {
                        Some(Part::Words(next)) => rest.find(next.as_str()).ok_or(Misfit::Words)?,
                        Some(Part::Blank(_)) | None => rest.len(),
                    };
                    let (value, after) = rest.split_at(end);
                    if !blank.is(value) {
                        return Err(Misfit::Blank(value.chars().take(60).collect(), *blank));
                    }
                    if *blank == Blank::Number {
                        number = Some(value);
                    }
                    rest = after;
                }
            }
        }
        if rest.is_empty() {
            Ok(number)
        } else {
            Err(Misfit::Words)
        }
    }
}

impl FromStr for Form {
    type Err = InvalidForm;

    fn from_str(written: &str) -> Result<Self, InvalidForm> {
        let mut parts = Vec::new();
        let mut rest = written;
        while !rest.is_empty() {
            let (words, blank) = rest.split_once('{').unwrap_or((rest, ""));
            if !words.is_empty() {
                parts.push(Part::Words(words.to_owned()));
            } else if !parts.is_empty() {
                return Err(InvalidForm::Together);
            }
            if words.len() == rest.len() {
                break;
            }
            let (name, after) = blank.split_once('}').ok_or(InvalidForm::Open)?;
            parts.push(Part::Blank(match name {
                "number" => Blank::Number,
                "date" => Blank::Date,
                "name" => Blank::Name,
                "text" => Blank::Text,
                other => return Err(InvalidForm::Unknown(other.chars().take(60).collect())),
            }));
            rest = after;
        }
        Ok(Self {
            written: written.to_owned(),
            parts,
        })
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Why a text is not of a [`Form`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The words of the form are not where they should be.
    #[error("its words are others")]
    Words,
    /// Something else stands in place of a placeholder.
    #[error("`{0}` is not {1}")]
    Blank(String, Blank),
}

/// Why something is no [`Form`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidForm {
    /// A placeholder has no end.
    #[error("a `{{` has no `}}`")]
    Open,
    /// There is no such placeholder.
    #[error("there is no placeholder `{{{0}}}`")]
    Unknown(String),
    /// Nothing tells where the first of two placeholders ends.
    #[error("two placeholders have nothing between them")]
    Together,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::Form;

    #[rstest]
    #[case("ADR-{number}-{name}.md", "ADR-007-a-db-2.md", "Some(\"007\")")]
    #[case("ADR-{number}-{name}.md", "ADR-1000-a.md", "Some(\"1000\")")]
    #[case("ADR-{number}-{name}.md", "ADR-0100-a.md", "`0100` is not a number")]
    #[case("ADR-{number}-{name}.md", "ADR-7-a.md", "`7` is not a number")]
    #[case("ADR-{number}-{name}.md", "ADR-007.md", "its words are others")]
    #[case("ADR-{number}-{name}.md", "ADR-007-.md", "`` is not a name")]
    #[case("ADR-{number}-{name}.md", "ADR-007-A.md", "`A` is not a name")]
    #[case("ADR-{number}-{name}.md", "ADR-007-a--b.md", "`a--b` is not a name")]
    #[case("ADR-{number}-{name}.md", "ADR-007-a.md.md", "its words are others")]
    #[case("ADR-{number}-{name}.md", "adr-007-a.md", "its words are others")]
    #[case("{date}-{name}.md", "20251027-voice.md", "None")]
    #[case("{date}-{name}.md", "20251340-voice.md", "`20251340` is not a date")]
    #[case("{date}-{name}.md", "20250229-voice.md", "`20250229` is not a date")]
    #[case("{date}-{name}.md", "2025-10-27-voice.md", "`2025` is not a date")]
    #[case("{date}-{name}.md", "voice.md", "its words are others")]
    #[case("Epic: {text}", "Epic: Voices: two", "None")]
    #[case("Epic: {text}", "Epic: [Name]", "`[Name]` is not a text")]
    #[case("Epic: {text}", "Epic: ", "`` is not a text")]
    #[case("Epic", "Epic", "None")]
    #[case("Epic", "Epics", "its words are others")]
    fn texts_are_of_a_form_or_not(#[case] form: &str, #[case] text: &str, #[case] expect: &str) {
        let read = form.parse::<Form>().expect("a form").read(text);
        let said = match read {
            Ok(number) => format!("{number:?}"),
            Err(why) => why.to_string(),
        };
        assert!(said.starts_with(expect), "{said}");
    }

    #[rstest]
    #[case("{a", "a `{` has no `}`")]
    #[case("{year}", "there is no placeholder `{year}`")]
    #[case("{date}{name}", "two placeholders have nothing between them")]
    fn what_is_no_form_says_why(#[case] written: &str, #[case] expect: &str) {
        let error = written.parse::<Form>().expect_err("no form");
        assert_eq!(error.to_string(), expect);
    }

    proptest! {
        #[test]
        fn any_text_is_read(form in "([{}a-]|\\{(number|date|name|text)\\}){0,6}", text in "\\PC{0,20}") {
            if let Ok(form) = form.parse::<Form>() {
                prop_assert_eq!(form.to_string().parse::<Form>(), Ok(form.clone()));
                let _ = form.read(&text);
            }
        }
    }
}
