//! Exact parts of a whole.

use std::{cmp::Ordering, fmt, str::FromStr};

/// A share between nothing and the whole, compared without rounding (L-172, L-A04).
///
/// Written `60%`, `66.7%`, `2/3` or `0.6`, with at most nine digits on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    /// Lowest terms, at most the denominator.
    numerator: u64,
    /// Never zero.
    denominator: u64,
}

/// So that products of any two terms and of a term with a count stay far below `u128::MAX`.
const DIGITS: usize = 9;

impl Share {
    /// How `part` of `whole` compares with this share of it.
    pub fn compare(self, part: u64, whole: u64) -> Ordering {
        let left = u128::from(part) * u128::from(self.denominator);
        let right = u128::from(self.numerator) * u128::from(whole);
        left.cmp(&right)
    }

    /// The fewest that are at least this share of `whole` (L-A03: 60 % of 7 are 5).
    pub fn at_least_of(self, whole: u64) -> u64 {
        let product = u128::from(self.numerator) * u128::from(whole);
        let fewest = product.div_ceil(u128::from(self.denominator));
        u64::try_from(fewest).unwrap_or(u64::MAX)
    }

    /// Whether it is the whole.
    pub fn is_whole(self) -> bool {
        self.numerator == self.denominator
    }

    /// Whether it is nothing.
    pub fn is_nothing(self) -> bool {
        self.numerator == 0
    }

    /// `part` of `whole` as people read it next to this share: `63.6 %`. Where rounding would
    /// hide on which side of the share it is, it has more digits.
    pub(super) fn beside(self, part: u64, whole: u64) -> String {
        let exact = self.compare(part, whole);
        if exact == Ordering::Equal {
            return self.to_string();
        }
        let mut shown = String::new();
        for digits in 1..=DIGITS {
            let scale = 10_u64.pow(u32::try_from(digits).unwrap_or(0));
            let rounded = rounded(part, whole, 100 * scale);
            shown = percent(rounded, scale, digits);
            if self.compare(rounded, 100 * scale) == exact {
                break;
            }
        }
        shown
    }
}

/// `part / whole * scale`, to the nearest whole number; `part` is at most `whole`.
fn rounded(part: u64, whole: u64, scale: u64) -> u64 {
    let twice = u128::from(part) * u128::from(scale) * 2;
    let rounded = (twice + u128::from(whole)) / (u128::from(whole.max(1)) * 2);
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

/// `hundredths / scale` with so many digits, without zeros at the end.
fn percent(value: u64, scale: u64, digits: usize) -> String {
    let all = format!("{}.{:0digits$}", value / scale, value % scale);
    let short = all.trim_end_matches('0').trim_end_matches('.');
    format!("{short} %")
}

impl fmt::Display for Share {
    /// A percentage if one or two decimals say it exactly, else a fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scaled = u128::from(self.numerator) * 10_000;
        let denominator = u128::from(self.denominator);
        match u64::try_from(scaled / denominator) {
            Ok(value) if scaled % denominator == 0 => f.write_str(&percent(value, 100, 2)),
            Ok(_) | Err(_) => write!(f, "{}/{}", self.numerator, self.denominator),
        }
    }
}

impl FromStr for Share {
    type Err = InvalidShare;

    fn from_str(text: &str) -> Result<Self, InvalidShare> {
        let invalid = |why| InvalidShare {
            text: text.chars().take(60).collect(),
            why,
        };
        let form = || invalid("it is none of the forms");
        let text = text.trim();
        let (numerator, denominator) = if let Some(percent) = text.strip_suffix('%') {
            let (numerator, denominator) = decimal(percent.trim_end()).ok_or_else(form)?;
            (numerator, denominator * 100)
        } else if let Some((numerator, denominator)) = text.split_once('/') {
            let parts = digits(numerator.trim()).zip(digits(denominator.trim()));
            parts.ok_or_else(form)?
        } else if text.contains('.') {
            decimal(text).ok_or_else(form)?
        } else {
            return Err(form());
        };
        if denominator == 0 {
            return Err(invalid("nothing is divided by zero"));
        }
        if numerator > denominator {
            return Err(invalid("it is more than the whole"));
        }
        let divisor = greatest_common_divisor(numerator, denominator);
        Ok(Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        })
    }
}

/// `12.5` as 125/10.
fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let numerator = digits(&format!("{}{decimals}", whole.trim_start_matches('0')))?;
    digits(whole)?;
    let length = u32::try_from(decimals.len()).ok()?;
    digits(decimals)?;
    Some((numerator, 10_u64.checked_pow(length)?))
}

fn digits(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && text.len() <= DIGITS).then(|| text.parse().ok())?
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A text that is no [`Share`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a share: {why}")]
pub struct InvalidShare {
    text: String,
    why: &'static str,
}

impl InvalidShare {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        "write a percentage (`60%`), a fraction (`2/3`) or a decimal (`0.6`), at most the whole"
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::Share;

    fn share(text: &str) -> Share {
        text.parse().expect("share")
    }

    #[rstest]
    #[case("60%", "0.6")]
    #[case("60 %", "3/5")]
    #[case("0.60", "6/10")]
    #[case("66.5%", "133/200")]
    #[case("100%", "1.0")]
    #[case(" 2 / 3 ", "4/6")]
    #[case("0%", "0.0")]
    fn the_same_share_in_two_ways(#[case] one: &str, #[case] other: &str) {
        assert_eq!(share(one), share(other));
    }

    #[rstest]
    #[case("60")]
    #[case("101%")]
    #[case("3/2")]
    #[case("1.1")]
    #[case("1/0")]
    #[case("0/0")]
    #[case("-60%")]
    #[case("+0.6")]
    #[case("6e-1")]
    #[case("%")]
    #[case(".")]
    #[case(".5")]
    #[case("5.%")]
    #[case("1.2.3%")]
    #[case("")]
    #[case("half")]
    #[case("0.3333333333")]
    #[case("9999999999/99999999999")]
    fn no_shares(#[case] text: &str) {
        assert!(text.parse::<Share>().is_err(), "{text}");
    }

    #[rstest]
    #[case("60%", 7, 5)] // 4.2
    #[case("60%", 10, 6)]
    #[case("60%", 19, 12)]
    #[case("60%", 0, 0)]
    #[case("2/3", 9, 6)]
    #[case("2/3", 10, 7)]
    #[case("100%", u64::MAX, u64::MAX)]
    fn the_fewest_of_a_whole(#[case] of: &str, #[case] whole: u64, #[case] fewest: u64) {
        assert_eq!(share(of).at_least_of(whole), fewest);
    }

    #[rstest]
    #[case("60%", 7, 11, "63.6 %")]
    #[case("60%", 6, 10, "60 %")]
    #[case("60%", 59, 99, "59.6 %")]
    #[case("60%", 5_999, 10_000, "59.99 %")]
    #[case("60%", 59_999, 100_000, "59.999 %")]
    #[case("50%", 5_001, 10_000, "50.01 %")]
    #[case("2/3", 2, 3, "2/3")]
    #[case("2/3", 66, 100, "66 %")]
    #[case("2/3", 667, 1_000, "66.7 %")]
    #[case("60%", 0, 5, "0 %")]
    #[case("60%", 5, 5, "100 %")]
    fn shown_beside(#[case] of: &str, #[case] part: u64, #[case] whole: u64, #[case] shown: &str) {
        assert_eq!(share(of).beside(part, whole), shown);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(numerator in 0..1_000_u64, more in 1..1_000_u64) {
            let share: Share = format!("{numerator}/{}", numerator + more).parse().unwrap();
            prop_assert_eq!(share.to_string().parse(), Ok(share));
        }

        #[test]
        fn the_fewest_are_just_enough(
            numerator in 0..1_000_u64,
            more in 1..1_000_u64,
            whole in 1..u64::MAX,
        ) {
            let share: Share = format!("{numerator}/{}", numerator + more).parse().unwrap();
            let fewest = share.at_least_of(whole);
            prop_assert_ne!(share.compare(fewest, whole), Ordering::Less);
            if fewest > 0 {
                prop_assert_eq!(share.compare(fewest - 1, whole), Ordering::Less);
            }
        }

        #[test]
        fn any_text_is_a_share_or_an_error(text in "[0-9./% ]{0,24}|.{0,20}") {
            let _ = text.parse::<Share>();
        }
    }
}
