//! Path patterns of an entry.

use althing_diag::{Code, yaml::Spanned};

use super::report::{Report, shown};
use crate::{
    PathPatterns,
    path::{MOST, read_pattern},
};

/// Reads the patterns of `what`, such as "gate `models`", which is declared at `place`.
pub(super) fn patterns(
    what: &str,
    place: &Spanned<String>,
    raw: &[Spanned<String>],
    report: &mut Report<'_>,
) -> Option<PathPatterns> {
    if raw.len() > MOST {
        let message = format!("{what} has more than {MOST} path patterns");
        let help = "use patterns that cover more, for example `models/**`";
        report.error(place, Code::CharterGlob, message, help);
        return None;
    }
    let mut globs = Vec::new();
    for pattern in raw {
        match read_pattern(&pattern.value) {
            Ok(glob) => globs.push(glob),
            Err(why) => {
                let shown = shown(&pattern.value);
                let message = format!("path pattern `{shown}` cannot be used: {why}");
                let help = "write a pattern such as `models/**`, `*.md` or `{src,lib}/*.rs`";
                report.error(pattern, Code::CharterGlob, message, help);
            }
        }
    }
    PathPatterns::new(globs)
        .map_err(|error| {
            let message = format!("the path patterns cannot be used together: {error}");
            let help = "use fewer or shorter patterns";
            report.error(place, Code::CharterGlob, message, help);
        })
        .ok()
}
