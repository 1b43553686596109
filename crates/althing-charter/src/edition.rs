//! Which edition of the rules this is, and the line that says so.

use std::{fmt, str::FromStr};

use althing_diag::Location;
use jiff::civil::Date;

use crate::calendar::read_date;

/// When the rules were ratified, amended and are to be reviewed.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// When they were first adopted; no amendment changes that.
    pub ratified: Option<Date>,
    /// When they were last amended.
    pub amended: Option<Date>,
    /// When they are to be reviewed next, and where that is written.
    pub next_review: Option<(Date, Location)>,
    /// How they are meant to be read, such as `living document`.
    pub status: Option<String>,
}

/// The last line of a constitution (K-209 to K-213): its form is kept byte for byte.
///
/// The version is MAJOR.MINOR.PATCH, and the last amendment is no earlier than the ratification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    version: String,
    ratified: Date,
    amended: Date,
}

impl Footer {
    /// The line of this version and these dates.
    ///
    /// # Errors
    /// When they cannot be those of a constitution.
    pub fn new(version: &str, ratified: Date, amended: Date) -> Result<Self, InvalidFooter> {
        let part = |part: &str| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            let plain = part == "0" || !part.starts_with('0');
            !part.is_empty() && digits && plain && part.len() <= 9
        };
        if version.split('.').count() != 3 || !version.split('.').all(part) {
            return Err(InvalidFooter::Version(version.chars().take(60).collect()));
        }
        if amended < ratified {
            return Err(InvalidFooter::Order { ratified, amended });
        }
        Ok(Self {
            version: version.to_owned(),
            ratified,
            amended,
        })
    }

    /// The version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// When the constitution was first adopted.
    pub fn ratified(&self) -> Date {
        self.ratified
    }

    /// When it was last amended.
    pub fn amended(&self) -> Date {
        self.amended
    }

    /// Whether a line is meant to be such a line, right or wrong.
    pub fn is_meant_by(line: &str) -> bool {
        line.trim_start().starts_with("**Version**")
    }
}

impl fmt::Display for Footer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "**Version**: {} | **Ratified**: {} | **Last Amended**: {}",
            self.version, self.ratified, self.amended
        )
    }
}

impl FromStr for Footer {
    type Err = InvalidFooter;

    fn from_str(line: &str) -> Result<Self, InvalidFooter> {
        let fields: Vec<&str> = line.split(" | ").collect();
        let &[version, ratified, amended] = fields.as_slice() else {
            return Err(InvalidFooter::Form);
        };
        let field = |field: &'_ str, name: &'static str| {
            let value = field.strip_prefix(&format!("**{name}**: "));
            value.map(str::to_owned).ok_or(InvalidFooter::Field(name))
        };
        let version = field(version, "Version")?;
        let ratified = read_day(&field(ratified, "Ratified")?)?;
        let amended = read_day(&field(amended, "Last Amended")?)?;
        Self::new(&version, ratified, amended)
    }
}

fn read_day(text: &str) -> Result<Date, InvalidFooter> {
    read_date(text).ok_or_else(|| InvalidFooter::Date(text.chars().take(60).collect()))
}

/// Why something is no [`Footer`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFooter {
    /// The version has another form.
    #[error("version `{0}` is not MAJOR.MINOR.PATCH, three whole numbers")]
    Version(String),
    /// The last amendment lies before the ratification.
    #[error("the last amendment, {amended}, is before the ratification, {ratified}")]
    Order {
        /// When it was ratified.
        ratified: Date,
        /// When it was last amended.
        amended: Date,
    },
    /// It has not three fields.
    #[error("it is not three fields with ` | ` between them")]
    Form,
    /// A field is missing or has another name.
    #[error("it does not say **{0}** where it should")]
    Field(&'static str),
    /// A date has another form.
    #[error("`{0}` is not a date such as 2025-10-04")]
    Date(String),
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::Footer;

    const LINE: &str =
        "**Version**: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04";

    #[test]
    fn the_line_is_written_and_read_byte_for_byte() {
        let day = date(2025, 10, 4);
        let footer = Footer::new("1.0.0", day, day).expect("a line");
        assert_eq!(footer.to_string(), LINE);
        assert_eq!(LINE.parse(), Ok(footer));
    }

    #[rstest]
    #[case(
        "**Version**: 1.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04",
        "version `1.0` is"
    )]
    #[case(
        "**Version**: 1.0.0-rc | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04",
        "is not MAJOR"
    )]
    #[case(
        "**Version**: 01.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04",
        "is not MAJOR"
    )]
    #[case(
        "**Version**: 1.0.0 | **Ratified**: soon | **Last Amended**: 2025-10-04",
        "`soon` is not a date"
    )]
    #[case(
        "**Version**: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-03",
        "2025-10-03, is before"
    )]
    #[case("**Version**: 1.0.0 | **Ratified**: 2025-10-04", "three fields")]
    #[case(
        "**Version**: 1.0.0 | **Last Amended**: 2025-10-04 | **Ratified**: 2025-10-04",
        "**Ratified**"
    )]
    #[case(
        "**Ratified**: 2025-10-04 | **Version**: 1.0.0 | **Last Amended**: 2025-10-04",
        "**Version**"
    )]
    #[case(
        "Version: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04",
        "**Version**"
    )]
    #[case(
        "**Version**: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04 ",
        "is not a date"
    )]
    fn another_line_is_refused(#[case] line: &str, #[case] why: &str) {
        let error = line.parse::<Footer>().expect_err(line).to_string();
        assert!(error.contains(why), "{error}");
    }
}
