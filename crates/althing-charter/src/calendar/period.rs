//! How long something lasts, as charters write it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A length of time whose kind is said, because the kinds end at different instants (L-A11).
///
/// Written `48 working hours`, `7 days` or `3 months`; never zero, at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// Hours that do not count on weekends and holidays (L-154).
    WorkingHours(u32),
    /// Days of 24 hours, every one of them counted (L-165, L-120, L-169).
    Days(u32),
    /// Calendar months, clamped at the end of a shorter month.
    Months(u32),
}

const YEARS_AT_MOST: u32 = 10;

impl Period {
    fn number(self) -> u32 {
        match self {
            Self::WorkingHours(number) | Self::Days(number) | Self::Months(number) => number,
        }
    }

    /// Shorter than `other` on every calendar. Of different kinds that is not known.
    pub(crate) fn is_surely_shorter(self, other: Self) -> bool {
        self.number() < other.number()
            && std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    fn unit(self) -> &'static str {
        match self {
            Self::WorkingHours(1) => "working hour",
            Self::WorkingHours(_) => "working hours",
            Self::Days(1) => "day",
            Self::Days(_) => "days",
            Self::Months(1) => "month",
            Self::Months(_) => "months",
        }
    }

    /// Longer than any waiting period can mean: a slip of the pen.
    fn too_long(self) -> bool {
        let a_year = match self {
            Self::WorkingHours(_) => 366 * 24,
            Self::Days(_) => 366,
            Self::Months(_) => 12,
        };
        self.number() > YEARS_AT_MOST * a_year
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.unit())
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let invalid = |why| InvalidPeriod {
            text: text.chars().take(60).collect(),
            why,
        };
        let (number, unit) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ");
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid("it does not begin with a whole number"));
        }
        let number: u32 = number.parse().unwrap_or(u32::MAX);
        let period = match unit.as_str() {
            "working hour" | "working hours" => Self::WorkingHours(number),
            "day" | "days" => Self::Days(number),
            "month" | "months" => Self::Months(number),
            "hour" | "hours" => return Err(invalid("it does not say whether weekends count")),
            "" => return Err(invalid("it has no unit")),
            _ => return Err(invalid("its unit is not known")),
        };
        if number == 0 {
            return Err(invalid("nothing ever waits that short"));
        }
        if period.too_long() {
            return Err(invalid("it is longer than ten years"));
        }
        Ok(period)
    }
}

impl TryFrom<String> for Period {
    type Error = InvalidPeriod;

    fn try_from(text: String) -> Result<Self, InvalidPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

/// A text that is no [`Period`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a length of time: {why}")]
pub struct InvalidPeriod {
    text: String,
    why: &'static str,
}

impl InvalidPeriod {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        "write `48 working hours` (weekends and holidays do not count), `7 days` (of 24 hours \
         each) or `3 months` (calendar months)"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::Period;

    #[rstest]
    #[case("48 working hours", Period::WorkingHours(48))]
    #[case("1 working hour", Period::WorkingHours(1))]
    #[case(" 7  days ", Period::Days(7))]
    #[case("1 day", Period::Days(1))]
    #[case("3 months", Period::Months(3))]
    #[case("120 months", Period::Months(120))]
    fn periods(#[case] text: &str, #[case] expected: Period) {
        assert_eq!(text.parse(), Ok(expected));
    }

    #[rstest]
    #[case("48 hours", "whether weekends count")]
    #[case("7", "no unit")]
    #[case("7days", "whole number")]
    #[case("", "whole number")]
    #[case("-7 days", "whole number")]
    #[case("1.5 days", "whole number")]
    #[case("a week", "whole number")]
    #[case("2 fortnights", "unit is not known")]
    #[case("7 Days", "unit is not known")]
    #[case("0 days", "that short")]
    #[case("121 months", "ten years")]
    #[case("99999999999999999999 days", "ten years")]
    fn other_texts(#[case] text: &str, #[case] why: &str) {
        let error = text.parse::<Period>().expect_err(text).to_string();
        assert!(error.contains(why), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in 1..=120_u32, kind in 0..3) {
            let period = match kind {
                0 => Period::WorkingHours(number),
                1 => Period::Days(number),
                _ => Period::Months(number),
            };
            prop_assert_eq!(period.to_string().parse(), Ok(period));
        }

        #[test]
        fn any_text_is_a_period_or_an_error(text in ".{0,40}") {
            let _ = text.parse::<Period>();
        }
    }
}
