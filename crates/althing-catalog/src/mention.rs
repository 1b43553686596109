//! Whether a text speaks of something.

/// Whether `text` has these words, one after the other. Case, blanks, hyphens and endings do not
/// matter: `Building`, `the build` and `BUILD` speak of `build`, `Quickstart` and `quick-start`
/// of `Quick start`; `rebuild` does not speak of `build`.
pub fn mentions(text: &str, words: &str) -> bool {
    let wanted: String = tokens(words).collect();
    let said: Vec<String> = tokens(text).collect();
    !wanted.is_empty() && (0..said.len()).any(|start| begins(said.iter().skip(start), &wanted))
}

fn begins<'a>(said: impl Iterator<Item = &'a String>, wanted: &str) -> bool {
    let mut rest = wanted;
    for token in said {
        if token.starts_with(rest) {
            return true;
        }
        match rest.strip_prefix(token.as_str()) {
            Some(left) => rest = left,
            None => return false,
        }
    }
    false
}

fn tokens(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|it: char| !it.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::mentions;

    #[test]
    fn words_are_recognized_in_their_forms() {
        for (text, words, expect) in [
            ("Quick Start", "Quick start", true),
            ("Quickstart guide", "Quick start", true),
            ("A quick-start", "quickstart", true),
            ("Building from source", "build", true),
            ("Rebuild", "build", false),
            ("Pre-conditions", "precondition", true),
            ("data and flow", "data flow", false),
            ("the data flows", "data flow", true),
            ("dataflow", "data flow", true),
            ("data", "data flow", false),
            ("anything", "", false),
            ("", "build", false),
        ] {
            assert_eq!(mentions(text, words), expect, "{text} / {words}");
        }
    }

    proptest! {
        #[test]
        fn a_text_mentions_its_own_words(before in "[a-z ]{0,9}", words in "[a-z]{1,5}( [a-z]{1,5}){0,2}") {
            let text = format!("{before} {words}");
            prop_assert!(mentions(&text, &words));
        }
    }
}
