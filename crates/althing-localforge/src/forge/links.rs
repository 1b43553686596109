//! Issues that a pull request's text promises to close.

/// `owner/name` (of another repository, lower case) and number, in order of appearance, each once.
pub(super) fn closing_references(text: &str) -> Vec<(Option<String>, i64)> {
    let mut found = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !is_keyword(word) {
            continue;
        }
        let Some(reference) = words.peek().and_then(|next| reference(next)) else {
            continue;
        };
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

fn is_keyword(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = word.strip_suffix(':').unwrap_or(word).to_ascii_lowercase();
    let stem = ["close", "fix", "resolve"]
        .into_iter()
        .find_map(|stem| Some((stem, word.strip_prefix(stem)?)));
    match stem {
        Some(("fix", rest)) => matches!(rest, "" | "es" | "ed"),
        Some((_, rest)) => matches!(rest, "" | "s" | "d"),
        None => false,
    }
}

fn reference(word: &str) -> Option<(Option<String>, i64)> {
    let (repo, rest) = match word.strip_prefix("https://github.com/") {
        Some(path) => {
            let (repo, rest) = path.split_once("/issues/")?;
            (repo, rest)
        }
        None => word.split_once('#')?,
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, after) = rest.split_at(digits);
    if after.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let number = number.parse().ok()?;
    match repo {
        "" => Some((None, number)),
        repo if repo.split('/').count() == 2 => Some((Some(repo.to_lowercase()), number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::closing_references;

    #[test]
    fn keywords_before_references_close() {
        let other = |name: &str, number| (Some(name.to_owned()), number);
        for (text, want) in [
            ("Closes #12", vec![(None, 12)]),
            ("fixes: #1, resolved #2.", vec![(None, 1), (None, 2)]),
            ("(Fixed #3)", vec![(None, 3)]),
            (
                "Closes o/R#4 and closes https://github.com/a/b/issues/5",
                vec![other("o/r", 4), other("a/b", 5)],
            ),
            ("closes #1 closes #1", vec![(None, 1)]),
            ("see #12; closest #3; fixs #4; closes #5a; closes #", vec![]),
        ] {
            assert_eq!(closing_references(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "(closes|#|[0-9]|/| |é){0,20}") {
            let _ = closing_references(&text);
        }
    }
}
