//! The last line of a constitution.

use althing_charter::Footer;
use althing_diag::{Code, Finding, Location};

use super::Asked;

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    if !asked.rule.footer {
        return Vec::new();
    }
    let rule = &asked.rule.location;
    let Some(footer) = asked.charter.footer() else {
        let message = format!(
            "`{}` ends in version and dates, which the charter does not say",
            asked.rule.name
        );
        let help = "give the charter `ratified` and `amended`, such as `2025-10-04`";
        return vec![Finding::error(Code::DocumentFooter, message, help).by_rule(rule.clone())];
    };
    let texts = asked.texts.iter();
    let wrong = texts.filter_map(|text| check_footer(text.path, text.text, &footer));
    wrong.map(|finding| finding.by_rule(rule.clone())).collect()
}

/// What is wrong with the last line of a text, which must be this one byte for byte.
pub fn check_footer(file: &str, text: &str, footer: &Footer) -> Option<Finding> {
    let (number, line) = last_line(text);
    if line == footer.to_string() {
        return None;
    }
    let message = match line.parse::<Footer>() {
        Ok(other) if other.ratified() != footer.ratified() => ratified_twice(&other, footer),
        Ok(other) if other.version() != footer.version() => format!(
            "the last line is of version {}, the charter of {}",
            other.version(),
            footer.version()
        ),
        Ok(other) => format!(
            "the last line says that it was last amended on {}, the charter on {}",
            other.amended(),
            footer.amended()
        ),
        Err(error) if Footer::is_meant_by(line) => format!("the last line is wrong: {error}"),
        Err(_) => "the last line does not say version, ratification and last amendment".to_owned(),
    };
    let help =
        format!("let the file end in `{footer}`; `althing charter footer --write FILE` does");
    Some(finding(file, number, message, help))
}

/// The text with this line at its end, in place of an older one.
///
/// # Errors
/// When the older one says another ratification, or a later amendment: an amendment changes
/// neither.
pub fn with_footer(file: &str, text: &str, footer: &Footer) -> Result<String, Box<Finding>> {
    let (number, line) = last_line(text);
    let body = text.trim_end();
    if !Footer::is_meant_by(line) {
        let gap = if body.is_empty() { "" } else { "\n\n" };
        return Ok(format!("{body}{gap}{footer}\n"));
    }
    if let Ok(other) = line.parse::<Footer>() {
        let help = "find out which is true, and correct the charter or the file";
        if other.ratified() != footer.ratified() {
            let message = ratified_twice(&other, footer);
            return Err(Box::new(finding(file, number, message, help.to_owned())));
        }
        if other.amended() > footer.amended() {
            let message = format!(
                "the file was last amended on {}, later than the charter says: {}",
                other.amended(),
                footer.amended()
            );
            return Err(Box::new(finding(file, number, message, help.to_owned())));
        }
    }
    let before = body.rsplit_once('\n').map_or("", |(before, _)| before);
    let gap = if before.is_empty() { "" } else { "\n" };
    Ok(format!("{before}{gap}{footer}\n"))
}

fn ratified_twice(file: &Footer, charter: &Footer) -> String {
    format!(
        "the last line says that it was ratified on {}, the charter on {}; that day never changes",
        file.ratified(),
        charter.ratified()
    )
}

/// The last line that says anything, and its number from 1.
fn last_line(text: &str) -> (u32, &str) {
    let lines = text.lines().zip(1..);
    let last = lines.filter(|(line, _)| !line.trim().is_empty()).last();
    last.map_or((1, ""), |(line, number)| (number, line))
}

fn finding(file: &str, line: u32, message: String, help: String) -> Finding {
    let place = Location::new(file, line, 1);
    Finding::error(Code::DocumentFooter, message, help).at(place)
}
