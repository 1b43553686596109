//! Whether the rules themselves are due for a review.

use althing_charter::Charter;
use althing_diag::{Code, Finding, Severity};
use jiff::civil::Date;

/// A warning on the day on which the charter is to be reviewed, an error from the day after
/// (P-329). A review ends with the next day being set.
pub fn check_review(charter: &Charter, today: Date) -> Option<Finding> {
    let (due, place) = charter.edition().next_review.as_ref()?;
    let help = "review the rules, amend them where they no longer fit, and set `next-review` to \
                the day of the next one";
    let finding = |message: String| Finding::error(Code::ReviewOverdue, message, help);
    let finding = match today.cmp(due) {
        std::cmp::Ordering::Less => return None,
        std::cmp::Ordering::Equal => finding(format!("the charter is to be reviewed today, {due}"))
            .with_severity(Severity::Warning),
        std::cmp::Ordering::Greater => {
            finding(format!("the review of the charter is overdue since {due}"))
        }
    };
    Some(finding.at(place.clone()))
}
