//! What is known about builds of the default branch.

use std::collections::BTreeMap;

use althing_diag::id::Sha;

use crate::{Build, CheckState, History, Issue};

impl History {
    /// The finished attempts of each check, by commit.
    pub(super) fn attempts(&self) -> BTreeMap<(&str, &Sha), Vec<&Build>> {
        let mut attempts = BTreeMap::<_, Vec<&Build>>::new();
        for build in &self.builds {
            if build.state != CheckState::Pending {
                let key = (build.name.as_str(), &build.sha);
                attempts.entry(key).or_default().push(build);
            }
        }
        for builds in attempts.values_mut() {
            builds.sort_by_key(|build| build.at);
        }
        attempts
    }

    /// The open issues that name the check: in the title as words, or in the text between
    /// backticks. A common word such as `tests` in a sentence is no name.
    pub(super) fn issues_about<'a>(&'a self, check: &'a str) -> impl Iterator<Item = &'a Issue> {
        let open = self.issues.iter().filter(|issue| issue.open);
        open.filter(move |issue| {
            let quoted = format!("`{}`", check.to_lowercase());
            names(&issue.title.to_lowercase(), &check.to_lowercase())
                || issue.body.to_lowercase().contains(&quoted)
        })
    }
}

/// Whether `name` stands in `text` and is not a part of another word.
fn names(text: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let mut places = text.match_indices(name);
    !name.is_empty()
        && places.any(|(place, _)| {
            let before = text.get(..place).and_then(|text| text.chars().last());
            let after = text.get(place + name.len()..);
            let after = after.and_then(|text| text.chars().next());
            !part(before) && !part(after)
        })
}
