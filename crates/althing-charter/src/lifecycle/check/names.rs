//! Names that are mentioned and not declared.

use std::fmt::Display;

use althing_diag::{Code, yaml::Spanned};

use super::Check;
use crate::{AttributeName, EvidenceName, StateName, rules::shown};

/// The most names that a help text lists.
const MOST: usize = 12;

impl Check<'_, '_> {
    /// A state of this lifecycle.
    pub(super) fn known_state(&mut self, written: &Spanned<String>) -> Option<StateName> {
        let known = self
            .states
            .iter()
            .find(|state| state.name.as_str() == written.value);
        let known = known.map(|state| state.name.clone());
        if known.is_none() {
            let states = self.states.iter().map(|state| &state.name);
            let help = help("states", &written.value, states);
            self.unknown("state", written, &written.value, help);
        }
        known
    }

    /// An attribute of this lifecycle. `text` is its name, as it stands within `place`.
    pub(super) fn known_attribute<T>(
        &mut self,
        text: &str,
        place: &Spanned<T>,
    ) -> Option<AttributeName> {
        let known = self
            .attributes
            .keys()
            .find(|name| name.as_str() == text)
            .cloned();
        if known.is_none() {
            let help = help("attributes", text, self.attributes.keys());
            self.unknown("attribute", place, text, help);
        }
        known
    }

    /// A piece of evidence of this lifecycle.
    pub(super) fn known_evidence<T>(
        &mut self,
        text: &str,
        place: &Spanned<T>,
    ) -> Option<EvidenceName> {
        let known = self
            .evidence
            .keys()
            .find(|name| name.as_str() == text)
            .cloned();
        if known.is_none() {
            let help = help("evidence", text, self.evidence.keys());
            self.unknown("evidence", place, text, help);
        }
        known
    }

    /// `what` is what lifecycle `self` lacks.
    pub(super) fn unknown<T>(&mut self, what: &str, place: &Spanned<T>, text: &str, help: String) {
        let message = format!("lifecycle `{}` has no {what} `{}`", self.name, shown(text));
        self.report
            .error(place, Code::CharterUnknownName, message, help);
    }
}

/// What to do about a name that is not in `section`: the declared ones, nearest first.
pub(super) fn help(
    section: &str,
    written: &str,
    declared: impl Iterator<Item = impl Display>,
) -> String {
    let mut declared: Vec<String> = declared.map(|name| name.to_string()).collect();
    declared.sort_by_cached_key(|name| (distance(written, name), name.clone()));
    if declared.is_empty() {
        return format!("declare it under `{section}`");
    }
    let more = if declared.len() > MOST { ", …" } else { "" };
    declared.truncate(MOST);
    let listed = declared.join(", ");
    format!("declare it under `{section}`, or use one of: {listed}{more}")
}

/// How many letters must be added, removed or replaced to make one text of the other; of long
/// texts only the beginning counts.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(24).collect();
    let mut row: Vec<usize> = (0..=one.len()).collect();
    for (index, letter) in other.chars().take(24).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (column, own) in one.iter().enumerate() {
            let above = row.get(column + 1).copied().unwrap_or(usize::MAX - 1);
            let replaced = diagonal + usize::from(*own != letter);
            left = replaced.min(left + 1).min(above + 1);
            diagonal = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{distance, help};

    #[rstest]
    #[case("", "", 0)]
    #[case("", "abc", 3)]
    #[case("abc", "", 3)]
    #[case("voting", "voting", 0)]
    #[case("voting", "votign", 2)]
    #[case("draft", "drafts", 1)]
    #[case("kitten", "sitting", 3)]
    fn distances(#[case] one: &str, #[case] other: &str, #[case] expected: usize) {
        assert_eq!(distance(one, other), expected);
        assert_eq!(distance(other, one), expected);
    }

    #[test]
    fn the_nearest_comes_first() {
        let help = help("states", "voteing", ["accepted", "draft", "voting"].iter());
        assert!(help.contains("one of: voting, "), "{help}");
    }
}
