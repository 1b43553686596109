//! Values that a template left for people to fill in.

/// Whether `text` says nothing yet: empty, `TODO`, `<name>`, `[name]`, `{{ name }}`,
/// `...`.
///
/// A rule made of such a value would look like a rule and bind nobody.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    text.is_empty()
        || (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with('[') && text.find(']') == Some(text.len() - 1))
        || text.contains("{{")
        || matches!(
            lower.as_str(),
            "..." | "…" | "tbd" | "changeme" | "fixme" | "xxx"
        )
        || lower.starts_with("todo")
}

/// Whether a YAML text holds nothing but blanks, comments and document marks.
pub(crate) fn is_blank(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line == "---" || line == "..."
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{is_blank, is_placeholder};

    #[rstest]
    #[case("", true)]
    #[case("  ", true)]
    #[case("<your name>", true)]
    #[case("{{ name }}", true)]
    #[case("[Name]", true)]
    #[case("[a] or [b]", false)]
    #[case("TODO: name", true)]
    #[case("changeme", true)]
    #[case("...", true)]
    #[case("TTNN models", false)]
    #[case("a < b", false)]
    fn placeholders(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_placeholder(text), expected, "{text:?}");
    }

    #[test]
    fn comments_alone_are_blank() {
        assert!(is_blank("# rules\n---\n\n"));
        assert!(!is_blank("# rules\ncharter: 1\n"));
    }
}
