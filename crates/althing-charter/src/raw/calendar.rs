//! `calendar` as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A calendar: where and on which days working hours count.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Calendar")]
pub(crate) struct RawCalendar {
    /// A name of the IANA time zone database, such as `Europe/Berlin`; `UTC` if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) timezone: Option<Spanned<String>>,
    /// Days of the week on which working hours do not count, `monday` to `sunday`; Saturday and
    /// Sunday if left out.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) weekend: Option<Vec<Spanned<String>>>,
    /// Dates on which working hours do not count, such as `2026-12-25`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) holidays: Vec<Spanned<String>>,
}
