//! What version and dates of a charter must satisfy.

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};
use jiff::civil::Date;

use super::report::{Report, shown};
use crate::{
    Edition, Footer, InvalidFooter, calendar::read_date, placeholder::is_placeholder,
    raw::RawCharter,
};

/// The edition, as the charter's own file says it.
pub(super) fn check_edition(file: &str, own: &RawCharter, findings: &mut Vec<Finding>) -> Edition {
    let mut report = Report::new(file, findings);
    let ratified = day(own.ratified.as_ref(), &mut report);
    let amended = day(own.amended.as_ref(), &mut report);
    let next_review = day(own.next_review.as_ref(), &mut report);
    if let (Some((ratified, _)), Some((amended, place))) = (&ratified, &amended) {
        match Footer::new(&own.version.value, *ratified, *amended) {
            Ok(_) => {}
            Err(error @ InvalidFooter::Version(_)) => {
                let help = "write three numbers, such as `1.0.0`: rules with a ratification count \
                            their versions so";
                report.error(&own.version, Code::CharterValue, error.to_string(), help);
            }
            Err(error) => {
                let help = "an amendment sets `amended` to its day and leaves `ratified` as it is";
                report.error(*place, Code::CharterValue, error.to_string(), help);
            }
        }
    }
    Edition {
        ratified: ratified.map(|(date, _)| date),
        amended: amended.map(|(date, _)| date),
        next_review: next_review.map(|(date, place)| (date, yaml::location(file, place))),
        status: report.text("status", own.status.clone()),
    }
}

fn day<'a>(
    written: Option<&'a Spanned<String>>,
    report: &mut Report<'_>,
) -> Option<(Date, &'a Spanned<String>)> {
    let written = written?;
    if is_placeholder(&written.value) {
        report.filled("the date", written);
        return None;
    }
    let date = read_date(&written.value);
    if date.is_none() {
        let message = format!("`{}` is not a date", shown(&written.value));
        let help = "write it as `2025-10-04`";
        report.error(written, Code::CharterValue, message, help);
    }
    date.map(|date| (date, written))
}
