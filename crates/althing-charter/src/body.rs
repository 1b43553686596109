//! Bodies: people who decide together.

use std::{fmt, str::FromStr};

use althing_diag::Location;

use crate::RoleRef;

/// A body, whose members each sit on a seat (T-158).
#[derive(Clone, Debug)]
pub struct Body {
    /// As the community spells it.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it must do.
    pub duties: Vec<String>,
    /// What it decides.
    pub decides: Vec<String>,
    /// Its kinds of seats, in the order of the file.
    pub seats: Vec<Seats>,
    /// Where it is declared.
    pub location: Location,
}

/// Seats of one kind.
#[derive(Clone, Debug)]
pub struct Seats {
    /// The role whose holders sit on them.
    pub role: RoleRef,
    /// How many there are.
    pub range: SeatRange,
    /// Where that is said.
    pub location: Location,
}

/// How many seats: `3`, `3..5` or `3..`, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatRange {
    /// At least so many.
    pub least: u32,
    /// At most so many, if there is an end.
    pub most: Option<u32>,
}

impl FromStr for SeatRange {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.then(|| text.parse::<u32>().ok()).flatten();
            number.ok_or(InvalidRange)
        };
        let (least, most) = match text.trim().split_once("..") {
            None => {
                let exactly = number(text.trim())?;
                (exactly, Some(exactly))
            }
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        match most {
            Some(most) if most < least || most == 0 => Err(InvalidRange),
            Some(_) | None => Ok(Self { least, most }),
        }
    }
}

/// As people say it: `3`, `3 to 5`, `at least 3`.
impl fmt::Display for SeatRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => write!(f, "{least}"),
            (least, Some(most)) => write!(f, "{least} to {most}"),
            (least, None) => write!(f, "at least {least}"),
        }
    }
}

/// A text that says no number of seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a number of seats: expected `3`, `3..5` or `3..`, the greater number last")]
pub struct InvalidRange;

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::SeatRange;

    #[rstest]
    #[case("3", "3")]
    #[case("3..5", "3 to 5")]
    #[case("0..2", "0 to 2")]
    #[case("3..", "at least 3")]
    fn ranges_read_as_people_say_them(#[case] text: &str, #[case] said: &str) {
        let range: SeatRange = text.parse().expect(text);
        assert_eq!(range.to_string(), said);
    }

    #[rstest]
    #[case("")]
    #[case("0")]
    #[case("5..3")]
    #[case("..5")]
    #[case("3...5")]
    #[case("-1")]
    #[case("+1")]
    #[case("99999999999")]
    fn other_texts_are_no_ranges(#[case] text: &str) {
        assert!(text.parse::<SeatRange>().is_err(), "{text:?}");
    }
}
