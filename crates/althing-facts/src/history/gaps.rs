//! What was cut or refused while a history was gathered.

use std::collections::BTreeMap;

use althing_forge::{ForgeError, Partial, Past, PastCommit, PastIssue, PastPull};
use althing_gate::Gap;

/// How many things one gap names; of more it tells the number.
const MOST_NAMED: usize = 5;

const CUT: &str = "there are more than the forge lists";

/// Gaps by the field of the history that they are in. Those that concern one thing each are
/// gathered by what these lack.
#[derive(Default)]
pub(super) struct Gaps {
    whole: Vec<Gap>,
    of_things: BTreeMap<(&'static str, &'static str), Vec<String>>,
}

impl Gaps {
    pub(super) fn add(&mut self, facts: &str, why: impl Into<String>) {
        self.whole.push(Gap {
            facts: facts.to_owned(),
            why: why.into(),
        });
    }

    /// A list, which is empty and a gap when it is refused. What people did is in it, too.
    ///
    /// # Errors
    /// For what would fail the next request too.
    pub(super) fn list<T>(
        &mut self,
        facts: &str,
        read: Result<Partial<T>, ForgeError>,
    ) -> Result<Vec<T>, ForgeError> {
        let (list, why) = match read {
            Ok(list) if list.complete => return Ok(list.items),
            Ok(list) => (list.items, CUT.to_owned()),
            Err(error) if error.kind.is_refusal() => (Vec::new(), error.to_string()),
            Err(error) => return Err(error),
        };
        self.add("activity", format!("{facts}: {why}"));
        self.add(facts, why);
        Ok(list)
    }

    /// One thing; `None` and a gap when it is refused. Errors as [`Gaps::list`].
    pub(super) fn one<T>(
        &mut self,
        facts: &str,
        thing: &str,
        read: Result<T, ForgeError>,
    ) -> Result<Option<T>, ForgeError> {
        match read {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind.is_refusal() => {
                self.add(facts, format!("{thing}: {error}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What a commit lacks is `what`; the list as far as it was had. Errors as [`Gaps::list`].
    pub(super) fn of_commit<T>(
        &mut self,
        facts: &'static str,
        what: &'static str,
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
        let name = || commit.sha.short().to_owned();
        self.check(list.complete, facts, what, name);
        Ok(list.items)
    }

    pub(super) fn of_past(&mut self, past: &Past) {
        if !past.commits.complete {
            self.add("commits", CUT);
        }
        if !past.written.complete {
            let why = "there are more commits than the forge lists, or one has too many authors";
            self.add("activity", why);
        }
    }

    pub(super) fn of_pulls(&mut self, pulls: &[PastPull]) {
        for pull in pulls {
            let name = || format!("#{}", pull.number);
            self.check(pull.paths.complete, "pulls", "changed paths", name);
            for facts in ["pulls", "activity"] {
                self.check(pull.reviews.complete, facts, "reviews", name);
                self.check(pull.comments.complete, facts, "comments", name);
            }
        }
    }

    pub(super) fn of_issues(&mut self, issues: &[PastIssue]) {
        for issue in issues {
            let name = || format!("#{}", issue.number);
            self.check(issue.labels.complete, "issues", "labels", name);
            self.check(issue.assignees.complete, "issues", "assignees", name);
        }
    }

    pub(super) fn of_module(&mut self, path: &str) {
        self.check(false, "modules", "times", || path.to_owned());
    }

    fn check(
        &mut self,
        complete: bool,
        facts: &'static str,
        what: &'static str,
        thing: impl Fn() -> String,
    ) {
        if !complete {
            let things = self.of_things.entry((facts, what)).or_default();
            things.push(thing());
        }
    }

    pub(super) fn named(self) -> Vec<Gap> {
        let mut gaps = self.whole;
        gaps.extend(self.of_things.iter().map(|((facts, what), things)| Gap {
            facts: (*facts).to_owned(),
            why: format!("the forge does not give all {what} of {}", some_of(things)),
        }));
        gaps
    }
}

fn some_of(things: &[String]) -> String {
    let named: Vec<&str> = things.iter().take(MOST_NAMED).map(String::as_str).collect();
    let named = named.join(", ");
    match things.len().saturating_sub(MOST_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
