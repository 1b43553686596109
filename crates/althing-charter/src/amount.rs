//! Exact numbers, as charters ask for them and checks report them.

use std::{cmp::Ordering, fmt, str::FromStr};

/// An exact number, kept as it was written: `0.95`, `95.3%`, `-0.02`, `19/20`, `9`.
#[derive(Clone, Debug)]
pub struct Amount {
    text: String,
    numerator: i128,
    /// Above zero.
    denominator: i128,
    /// Whether it was written as a part of something, not as a whole number.
    part: bool,
}

/// So that the product of a term with one of another amount stays below `i128::MAX`.
const DIGITS: usize = 18;

impl Amount {
    /// The number that a line begins with, such as `95.3% (target 95%)`. `None` when it begins
    /// with anything else, or when it may go on: `1,5`, `1 000`, `3-4`.
    pub fn at_start_of(line: &str) -> Option<Self> {
        let line = line.trim();
        let is_sign = |text: &&str| text.starts_with(['-', '+']);
        let sign = usize::from(is_sign(&line));
        let rest = line.get(sign..)?;
        let length = rest.find(|it: char| !it.is_ascii_digit() && !matches!(it, '.' | '/'));
        let mut end = sign + length.unwrap_or(rest.len());
        if let Some(after) = line.get(end..)?.trim_start().strip_prefix('%') {
            end = line.len() - after.len();
        }
        let (number, after) = line.split_at_checked(end)?;
        let after = after.strip_prefix([',', ';', ':']).unwrap_or(after);
        let words = after.trim_start();
        let apart = after.is_empty() || words.len() < after.len();
        let words_follow = words.starts_with(|it: char| it.is_alphabetic() || it == '(');
        let ends = words.is_empty() || words_follow;
        (apart && ends).then(|| number.parse().ok())?
    }

    /// Whether it was written as a part of something (`0.95`, `95%`, `19/20`), not as a whole
    /// number.
    pub fn is_part(&self) -> bool {
        self.part
    }

    /// Whether it is more than 1.
    pub fn is_more_than_whole(&self) -> bool {
        self.numerator > self.denominator
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = self.numerator * other.denominator;
        left.cmp(&(other.numerator * self.denominator))
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The same number, however it is written.
impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Amount {}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        read(text.trim()).ok_or_else(|| InvalidAmount {
            text: text.chars().take(60).collect(),
        })
    }
}

fn read(text: &str) -> Option<Amount> {
    let (sign, plain) = match text.strip_prefix('-') {
        Some(plain) => (-1, plain),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let percent = plain.strip_suffix('%').map(str::trim_end);
    let plain = percent.unwrap_or(plain);
    let (numerator, denominator) = match (plain.split_once('.'), plain.split_once('/')) {
        (Some((whole, decimals)), None) => {
            digits(whole)?;
            let scale = u32::try_from(decimals.len()).ok()?;
            digits(decimals)?;
            let all = digits(&format!("{whole}{decimals}"))?;
            (all, 10_i128.checked_pow(scale)?)
        }
        (None, Some((numerator, denominator))) => (digits(numerator)?, digits(denominator)?),
        (None, None) => (digits(plain)?, 1),
        (Some(_), Some(_)) => return None,
    };
    let scale = if percent.is_some() { 100 } else { 1 };
    (denominator > 0).then(|| Amount {
        text: text.to_owned(),
        numerator: sign * numerator,
        denominator: denominator * scale,
        part: percent.is_some() || plain.contains(['.', '/']),
    })
}

fn digits(text: &str) -> Option<i128> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && text.len() <= DIGITS).then(|| text.parse().ok())?
}

/// A text that is no [`Amount`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a number")]
pub struct InvalidAmount {
    text: String,
}

impl InvalidAmount {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        "write a decimal (`0.95`), a percentage (`95%`), a fraction (`19/20`) or a whole number, \
         with at most 18 digits"
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::Amount;

    fn amount(text: &str) -> Amount {
        text.parse().expect("amount")
    }

    #[rstest]
    #[case("0.95", "95%", Ordering::Equal)]
    #[case("95.3%", "0.953", Ordering::Equal)]
    #[case("95.3 %", "953/1000", Ordering::Equal)]
    #[case("9/9", "1", Ordering::Equal)]
    #[case("+3%", "0.030", Ordering::Equal)]
    #[case("0.949", "0.95", Ordering::Less)]
    #[case("0.9499999999999999", "0.95", Ordering::Less)]
    #[case("-0.02", "0.0", Ordering::Less)]
    #[case("12", "120%", Ordering::Greater)]
    #[case(
        "999999999999999999",
        "999999999999999998/999999999999999999",
        Ordering::Greater
    )]
    fn amounts_are_compared_exactly(
        #[case] one: &str,
        #[case] other: &str,
        #[case] expect: Ordering,
    ) {
        assert_eq!(amount(one).cmp(&amount(other)), expect);
        assert_eq!(amount(other).cmp(&amount(one)), expect.reverse());
    }

    #[rstest]
    #[case("95.3%", Some("95.3%"))]
    #[case(" 95.30% (+0.10%) compared to 1a2b3c", Some("95.30%"))]
    #[case("95 % of lines", Some("95 %"))]
    #[case("-0.02: faster", Some("-0.02"))]
    #[case("8/9", Some("8/9"))]
    #[case("", None)]
    #[case("coverage 95%", None)]
    #[case("n/a", None)]
    #[case("%", None)]
    #[case("0,35", None)]
    #[case("1 000", None)]
    #[case("0-35%", None)]
    #[case("0 / 5", None)]
    #[case("0 - 35%", None)]
    #[case("1.2.3", None)]
    #[case("1/0", None)]
    #[case("1/2/3", None)]
    #[case("1e-3", None)]
    #[case(".5", None)]
    #[case("5.", None)]
    #[case("NaN", None)]
    #[case("5ms", None)]
    #[case("−5%", None)]
    #[case("0.1234567890123456789", None)]
    fn a_line_begins_with_its_amount(#[case] line: &str, #[case] expect: Option<&str>) {
        let read = Amount::at_start_of(line).map(|amount| amount.to_string());
        assert_eq!(read.as_deref(), expect);
    }

    proptest! {
        #[test]
        fn any_line_has_an_amount_or_none(line in "[-+0-9./% ,a]{0,24}|.{0,20}") {
            if let Some(read) = Amount::at_start_of(&line) {
                prop_assert_eq!(&read.to_string().parse::<Amount>().unwrap(), &read);
                prop_assert!(line.trim().starts_with(&read.to_string()));
            }
        }

        #[test]
        fn a_percentage_is_a_hundredth(number in 0..1_000_000_u64) {
            let percent: Amount = format!("{number}%").parse().unwrap();
            let part: Amount = format!("{number}/100").parse().unwrap();
            prop_assert_eq!(percent, part);
        }
    }
}
