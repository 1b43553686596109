//! What was cut or refused while a history was gathered.

use std::collections::BTreeMap;

use althing_forge::{ForgeError, Partial, Past, PastCommit, PastIssue, PastPull};
use althing_gate::Gap;

/// How many things one gap names; of more it tells the number.
const MOST_NAMED: usize = 5;

const CUT: &str = "there are more than the forge lists";

/// Gaps, those that concern one thing each gathered by what they lack.
#[derive(Default)]
pub(super) struct Gaps {
    whole: Vec<Gap>,
    of_things: BTreeMap<&'static str, Vec<String>>,
}

impl Gaps {
    pub(super) fn add(&mut self, facts: impl Into<String>, why: impl Into<String>) {
        self.whole.push(Gap {
            facts: facts.into(),
            why: why.into(),
        });
    }

    /// A list, which is empty and a gap when it is refused.
    ///
    /// # Errors
    /// For what would fail the next request too.
    pub(super) fn list<T>(
        &mut self,
        facts: &str,
        read: Result<Partial<T>, ForgeError>,
    ) -> Result<Vec<T>, ForgeError> {
        let list = self.one(facts, read)?.unwrap_or(Partial {
            items: Vec::new(),
            complete: true,
        });
        if !list.complete {
            self.add(facts, CUT);
        }
        Ok(list.items)
    }

    /// One thing; `None` and a gap when it is refused. Errors as [`Gaps::list`].
    pub(super) fn one<T>(
        &mut self,
        facts: &str,
        read: Result<T, ForgeError>,
    ) -> Result<Option<T>, ForgeError> {
        match read {
            Ok(thing) => Ok(Some(thing)),
            Err(error) if error.kind.is_refusal() => {
                self.add(facts, error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// A list about one commit, as far as it was had. Errors as [`Gaps::list`].
    pub(super) fn of_commit<T>(
        &mut self,
        facts: &'static str,
        commit: &PastCommit,
        read: Result<Partial<T>, ForgeError>,
    ) -> Result<Vec<T>, ForgeError> {
        let list = match read {
            Err(error) if error.kind.is_refusal() => Partial {
                items: Vec::new(),
                complete: false,
            },
            other => other?,
        };
        self.check(list.complete, facts, || commit.sha.short().to_owned());
        Ok(list.items)
    }

    pub(super) fn of_module(&mut self, path: String) {
        self.of_things.entry("modules").or_default().push(path);
    }

    pub(super) fn of_past(&mut self, past: &Past) {
        if !past.commits.complete {
            self.add("commits", CUT);
        }
        if !past.written.complete {
            self.add(
                "authors of commits",
                "there are more commits than the forge lists, or one has too many authors",
            );
        }
    }

    pub(super) fn of_pulls(&mut self, pulls: &[PastPull]) {
        for pull in pulls {
            let name = || format!("#{}", pull.number);
            self.check(pull.paths.complete, "changed paths", name);
            self.check(pull.reviews.complete, "reviews", name);
            self.check(pull.comments.complete, "comments", name);
        }
    }

    pub(super) fn of_issues(&mut self, issues: &[PastIssue]) {
        for issue in issues {
            let name = || format!("#{}", issue.number);
            self.check(issue.labels.complete, "labels", name);
            self.check(issue.assignees.complete, "assignees", name);
        }
    }

    fn check(&mut self, complete: bool, facts: &'static str, thing: impl Fn() -> String) {
        if !complete {
            self.of_things.entry(facts).or_default().push(thing());
        }
    }

    pub(super) fn named(self) -> Vec<Gap> {
        let mut gaps = self.whole;
        gaps.extend(self.of_things.into_iter().map(|(facts, things)| {
            let mut named = things
                .iter()
                .take(MOST_NAMED)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if let Some(more) = things.len().checked_sub(MOST_NAMED).filter(|it| *it > 0) {
                named = format!("{named} and {more} more");
            }
            Gap {
                facts: facts.to_owned(),
                why: format!("the forge does not give all of {named}"),
            }
        }));
        gaps
    }
}

#[cfg(test)]
mod tests;
