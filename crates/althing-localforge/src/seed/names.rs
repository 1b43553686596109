//! Names in seed files.

use crate::model::{Number, RepoName};

/// Whether `login` can be a login: what is safe as a folder and as half of `OWNER/NAME`.
pub(super) fn valid_login(login: &str) -> bool {
    RepoName::new(login, "x").is_ok()
}

/// A team's name as it stands in addresses: lower case, runs of other characters become `-`.
pub(super) fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

/// `OWNER/NAME#NUMBER`, the number from 1.
pub(super) fn issue_reference(text: &str) -> Option<(RepoName, Number)> {
    let (repo, number) = text.split_once('#')?;
    let number: Number = number.parse().ok()?;
    (number >= 1).then_some((repo.parse().ok()?, number))
}

#[cfg(test)]
mod tests {
    use super::{issue_reference, slug};

    #[test]
    fn names_are_read() {
        assert_eq!(slug("Code  Reviewers!"), "code-reviewers");
        let (repo, number) = issue_reference("o/n#3").expect("reference");
        assert_eq!((repo.to_string().as_str(), number), ("o/n", 3));
        for text in ["o/n", "o/n#0", "o/n#-1", "n#1", "o/n#x"] {
            assert_eq!(issue_reference(text), None, "{text}");
        }
    }
}
